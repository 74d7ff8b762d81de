"""Who would like to be in a circle, and the circles that animators ask the matching engine for."""

from __future__ import annotations

import datetime as dt  # noqa: TC003 - SQLAlchemy resolves these annotations at run time
from typing import TYPE_CHECKING, Any

from sqlalchemy import ForeignKey, Index, and_, delete, exists, false, func, insert, or_, select, update

from storage.base import Base, InCommunity, Key, Mapped, Repository, mapped_column
from storage.circle import CircleProposal, Part, State
from storage.circles import CirclePeerRow, CircleRow
from storage.people import COLUMNS, MemberRow, as_member
from storage.statements import insert_or_ignore

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.model import Member


class CircleProposalRow(Base):
    """What an animator asked the matching engine for: circles of a size, of those who look for one or of `everyone`.

    `seed` counts how often they were mixed again; `ready`: the engine answered; `over`: invited, or dropped.
    """

    __tablename__ = "circle_proposal"
    __table_args__ = (Index(None, "community_id", "ready"),)

    id: Mapped[Key]
    community_id: Mapped[InCommunity]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("member.id", ondelete="SET NULL"), index=True)
    size: Mapped[int]
    everyone: Mapped[bool]
    seed: Mapped[int] = mapped_column(server_default="0")
    ready: Mapped[bool] = mapped_column(server_default=false())
    over: Mapped[bool] = mapped_column(server_default=false())
    made_at: Mapped[dt.datetime]


class CircleSeekerRow(Base):
    """Somebody who would like to be in a circle."""

    __tablename__ = "circle_seeker"

    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), primary_key=True)
    community_id: Mapped[InCommunity]
    since: Mapped[dt.datetime]


class CircleSeekers(Repository):
    """Who in a community would like to be in a circle."""

    async def add(self, member: int, now: dt.datetime) -> bool:
        """Keep that somebody would like to be in a circle; False where that is known."""
        values = {"member_id": member, "community_id": self.community.id, "since": now}
        return (await self.connection.execute(insert_or_ignore(self.connection, CircleSeekerRow, values))).rowcount == 1

    async def remove(self, member: int) -> bool:
        """Forget it; False where it was not known."""
        gone = await self.connection.execute(delete(CircleSeekerRow).where(CircleSeekerRow.member_id == member))
        return gone.rowcount == 1

    async def has(self, member: int) -> bool:
        """Tell whether somebody would like to be in a circle."""
        wanted = select(CircleSeekerRow.member_id).where(CircleSeekerRow.member_id == member)
        return (await self.connection.execute(wanted)).first() is not None

    async def count(self) -> int:
        """Return how many would like to be in a circle and are here."""
        here = select(func.count()).select_from(CircleSeekerRow).join(MemberRow, MemberRow.id == CircleSeekerRow.member_id)
        present = here.where(
            CircleSeekerRow.community_id == self.community.id, MemberRow.left_at.is_(None), MemberRow.bot.is_(False)
        )
        return (await self.connection.execute(present)).scalar_one()

    async def waiting(self, since: dt.datetime, limit: int) -> Sequence[Member]:
        """Return who would like to be in a circle, longest first: nobody who is invited to one, or declined one since."""
        heard = (
            exists()
            .where(CirclePeerRow.member_id == CircleSeekerRow.member_id, CircleRow.id == CirclePeerRow.circle_id)
            .where(
                or_(
                    and_(CirclePeerRow.part == Part.INVITED.value, CircleRow.state.in_([State.FORMING.value, State.RUNNING.value])),
                    and_(CirclePeerRow.part == Part.DECLINED.value, CirclePeerRow.since > since),
                )
            )
        )
        found = (
            select(*COLUMNS)
            .join(CircleSeekerRow, CircleSeekerRow.member_id == MemberRow.id)
            .where(CircleSeekerRow.community_id == self.community.id, MemberRow.left_at.is_(None), MemberRow.bot.is_(False), ~heard)
            .order_by(CircleSeekerRow.since, MemberRow.id)
            .limit(limit)
        )
        return [as_member(row) for row in (await self.connection.execute(found)).mappings()]

    async def all(self, limit: int) -> Sequence[Member]:
        """Return who would like to be in a circle and is here, longest first."""
        rows = await self.connection.execute(
            select(*COLUMNS)
            .join(CircleSeekerRow, CircleSeekerRow.member_id == MemberRow.id)
            .where(CircleSeekerRow.community_id == self.community.id, MemberRow.left_at.is_(None), MemberRow.bot.is_(False))
            .order_by(CircleSeekerRow.since, MemberRow.id)
            .limit(limit)
        )
        return [as_member(row) for row in rows.mappings()]


class CircleProposals(Repository):
    """What the animators of a community ask the matching engine for."""

    async def want(self, by: int, size: int, now: dt.datetime, *, everyone: bool) -> int:
        """Keep that an animator asks for circles; return the proposal's id."""
        values = {"community_id": self.community.id, "by_id": by, "size": size, "everyone": everyone, "made_at": now}
        made = insert(CircleProposalRow).values(values).returning(CircleProposalRow.id)
        return (await self.connection.execute(made)).scalar_one()

    async def get(self, number: int) -> CircleProposal | None:
        """Return what an animator asked for, or None."""
        return next(iter(await self._found(CircleProposalRow.id == number)), None)

    async def wanted(self) -> Sequence[CircleProposal]:
        """Return what the engine was asked for and has not answered."""
        return await self._found(CircleProposalRow.ready.is_(False), CircleProposalRow.over.is_(False))

    async def open(self) -> CircleProposal | None:
        """Return the newest that was neither invited nor dropped, or None."""
        return next(iter((await self._found(CircleProposalRow.over.is_(False)))[::-1]), None)

    async def change(self, number: int, **changes: object) -> None:
        """Change how far a proposal is: `seed`, `ready`, `over`."""
        own = update(CircleProposalRow).where(CircleProposalRow.id == number, CircleProposalRow.community_id == self.community.id)
        await self.connection.execute(own.values(**changes))

    async def _found(self, *which: Any) -> list[CircleProposal]:  # noqa: ANN401 - SQLAlchemy's conditions
        rows = await self.connection.execute(
            select(*CircleProposalRow.__table__.c)
            .where(CircleProposalRow.community_id == self.community.id, *which)
            .order_by(CircleProposalRow.id)
        )
        return [CircleProposal(row.id, row.by_id, row.size, row.everyone, row.seed, row.ready, row.over) for row in rows]
