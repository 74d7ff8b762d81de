"""Proposals: who proposed to meet whom, and what they answered."""

from __future__ import annotations

import datetime as dt  # noqa: TC003 - SQLAlchemy resolves these annotations at run time
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, UniqueConstraint, and_, exists, func, insert, or_, select, update

from storage.base import Base, InCommunity, Key, Mapped, OfMember, Repository, mapped_column
from storage.people import MemberRow, Members

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement

    from bot.model import Member


class State(StrEnum):
    """What became of a proposal."""

    ASKED = "asked"
    ACCEPTED = "accepted"
    NOT_NOW = "not_now"


class ProposalRow(Base):
    """One member's wish to meet another. Buttons name it: an id is never given twice."""

    __tablename__ = "proposal"
    __table_args__ = (UniqueConstraint("proposer_id", "ally_id"), {"sqlite_autoincrement": True})

    id: Mapped[Key]
    community_id: Mapped[InCommunity]
    proposer_id: Mapped[OfMember]
    ally_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), index=True)
    state: Mapped[str]
    asked_at: Mapped[dt.datetime]
    answered_at: Mapped[dt.datetime | None]


@dataclass(frozen=True, slots=True)
class Proposal:
    """A proposal: `proposer` asked `ally`."""

    id: int
    proposer: Member
    ally: Member
    state: State
    asked_at: dt.datetime


class Proposals(Repository):
    """The proposals of a community."""

    async def get(self, proposal: int) -> Proposal | None:
        """Return a proposal, or None."""
        found = await self._where(ProposalRow.id == proposal)
        return found[0] if found else None

    async def between(self, one: int, other: int) -> Proposal | None:
        """Return the latest proposal between two members, whoever made it."""
        found = await self._where(
            or_(
                and_(ProposalRow.proposer_id == one, ProposalRow.ally_id == other),
                and_(ProposalRow.proposer_id == other, ProposalRow.ally_id == one),
            )
        )
        return found[0] if found else None

    async def open_for(self, member: int) -> Sequence[Proposal]:
        """Return what a member was asked and has not answered, latest first; not from those who left."""
        here = exists().where(MemberRow.id == ProposalRow.proposer_id, MemberRow.left_at.is_(None))
        return await self._where(ProposalRow.ally_id == member, ProposalRow.state == State.ASKED, here)

    async def asked_since(self, proposer: int, instant: dt.datetime) -> int:
        """Return how many proposals a member made since an instant."""
        count = select(func.count()).where(ProposalRow.proposer_id == proposer, ProposalRow.asked_at >= instant)
        return (await self.connection.execute(count)).scalar_one()

    async def propose(self, proposer: int, ally: int, now: dt.datetime) -> int:
        """Record a proposal, again where there was one, and return its id."""
        again = await self.connection.execute(
            update(ProposalRow)
            .where(ProposalRow.proposer_id == proposer, ProposalRow.ally_id == ally)
            .values(state=State.ASKED, asked_at=now, answered_at=None)
            .returning(ProposalRow.id)
        )
        earlier = again.scalar_one_or_none()
        if earlier is not None:
            return earlier
        made = await self.connection.execute(
            insert(ProposalRow)
            .values(community_id=self.community.id, proposer_id=proposer, ally_id=ally, state=State.ASKED, asked_at=now)
            .returning(ProposalRow.id)
        )
        return made.scalar_one()

    async def answer(self, proposal: int, state: State, now: dt.datetime) -> None:
        """Record what was answered."""
        await self.connection.execute(update(ProposalRow).where(ProposalRow.id == proposal).values(state=state, answered_at=now))

    async def _where(self, *conditions: ColumnElement[bool]) -> list[Proposal]:
        rows = (
            await self.connection.execute(
                select(ProposalRow.id, ProposalRow.proposer_id, ProposalRow.ally_id, ProposalRow.state, ProposalRow.asked_at)
                .where(ProposalRow.community_id == self.community.id, *conditions)
                .order_by(ProposalRow.asked_at.desc(), ProposalRow.id.desc())
            )
        ).all()
        known = await Members(self.connection, self.community).several(
            {member for row in rows for member in (row.proposer_id, row.ally_id)}
        )
        return [Proposal(row.id, known[row.proposer_id], known[row.ally_id], State(row.state), row.asked_at) for row in rows]
