"""Whom an opportunity reaches and who answers it; what is reported about it."""

from __future__ import annotations

import datetime as dt  # noqa: TC003 - SQLAlchemy resolves these annotations at run time
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint, and_, delete, func, select, update

from bot.model import Member
from storage.base import Base, InCommunity, Key, Mapped, OfMember, Repository, aliased, mapped_column
from storage.people import COLUMNS, MemberRow, as_member
from storage.statements import ignoring_insert, insert_or_ignore

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from sqlalchemy import ColumnElement


class State(StrEnum):
    """How somebody stands to an opportunity. `WAITING`: for their next digest; `TOLD`: on its own or in a digest.

    `UNTOLD`: somebody thought of them, but they want no such messages.
    """

    UNTOLD = "untold"
    WAITING = "waiting"
    TOLD = "told"
    INTERESTED = "interested"


@dataclass(frozen=True, slots=True)
class Response:
    """A member whom an opportunity reached, or who answered it. `recommended_by` is who thought of them, in these `words`."""

    member: Member
    state: State
    pitch: str = ""
    recommended_by: Member | None = None
    words: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """What a member finds wrong with an opportunity. Nobody but the animators learns of it, and they not by whom."""

    id: int
    opportunity: int
    reason: str
    settled: bool = False


class ResponseRow(Base):
    """A member and an opportunity. `words` are those of whoever recommended them."""

    __tablename__ = "opportunity_response"
    __table_args__ = (UniqueConstraint("opportunity_id", "member_id"), Index(None, "community_id", "state"))

    id: Mapped[Key]
    community_id: Mapped[InCommunity]
    opportunity_id: Mapped[int] = mapped_column(ForeignKey("opportunity.id", ondelete="CASCADE"))
    member_id: Mapped[OfMember]
    state: Mapped[str]
    pitch: Mapped[str] = mapped_column(server_default="")
    words: Mapped[str] = mapped_column(server_default="")
    recommended_by: Mapped[int | None] = mapped_column(ForeignKey("member.id", ondelete="SET NULL"), index=True)
    at: Mapped[dt.datetime]


class ReportRow(Base):
    """A report about an opportunity."""

    __tablename__ = "opportunity_report"
    __table_args__ = (UniqueConstraint("opportunity_id", "member_id"),)

    id: Mapped[Key]
    community_id: Mapped[InCommunity]
    opportunity_id: Mapped[int] = mapped_column(ForeignKey("opportunity.id", ondelete="CASCADE"))
    member_id: Mapped[OfMember]
    reason: Mapped[str]
    at: Mapped[dt.datetime]
    settled_at: Mapped[dt.datetime | None]


_recommender = aliased(MemberRow)
_REACH = ignoring_insert(ResponseRow)


class Responses(Repository):
    """Whom the opportunities of a community reach, and who answers them. Members who left are never among those returned."""

    async def to(self, opportunity: int) -> Sequence[Response]:
        """Return whom an opportunity reached and who answered, in that order in time."""
        rows = await self.connection.execute(
            select(
                *(*COLUMNS, ResponseRow.state, ResponseRow.pitch, ResponseRow.words),
                *(_recommender.id.label("by"), _recommender.name.label("by_name")),
            )
            .select_from(ResponseRow)
            .join(MemberRow, MemberRow.id == ResponseRow.member_id)
            .outerjoin(_recommender, and_(_recommender.id == ResponseRow.recommended_by, _recommender.left_at.is_(None)))
            .where(ResponseRow.opportunity_id == opportunity, ResponseRow.community_id == self.community.id)
            .where(MemberRow.left_at.is_(None))
            .order_by(ResponseRow.at, ResponseRow.id)
        )
        return [
            Response(
                as_member(row),
                State(row["state"]),
                row["pitch"],
                None if row["by"] is None else Member(row["by"], row["by_name"]),
                row["words"],
            )
            for row in rows.mappings()
        ]

    async def interested(self, opportunities: Collection[int]) -> Mapping[int, int]:
        """Return how many are interested in each of some opportunities."""
        rows = await self.connection.execute(
            select(ResponseRow.opportunity_id, func.count().label("number"))
            .where(ResponseRow.opportunity_id.in_(list(opportunities)), ResponseRow.state == State.INTERESTED.value)
            .group_by(ResponseRow.opportunity_id)
        )
        return {row.opportunity_id: row.number for row in rows}

    async def reach(
        self, opportunity: int, states: Mapping[int, State], now: dt.datetime, by: Member | None = None, words: str = ""
    ) -> None:
        """Record that members are told of an opportunity, or will be; those it reached before stay as they are."""
        common = {"community_id": self.community.id, "opportunity_id": opportunity, "at": now, "pitch": "", "words": words}
        rows = [
            {**common, "member_id": member, "state": state.value, "recommended_by": by.id if by else None}
            for member, state in states.items()
        ]
        if rows:
            await self.connection.execute(_REACH[self.connection.dialect.name], rows)

    async def credit(self, opportunity: int, member: Member, by: Member, words: str) -> bool:
        """Record who thought of a member whom it reached by itself; False if somebody did before, or they answered already."""
        credited = await self.connection.execute(
            update(ResponseRow)
            .where(ResponseRow.opportunity_id == opportunity, ResponseRow.member_id == member.id)
            .where(ResponseRow.recommended_by.is_(None), ResponseRow.state != State.INTERESTED.value)
            .values(recommended_by=by.id, words=words)
        )
        return credited.rowcount == 1

    async def respond(self, opportunity: int, member: Member, pitch: str, now: dt.datetime) -> bool:
        """Record that a member is interested; False if they said so before."""
        values = {
            "community_id": self.community.id,
            "opportunity_id": opportunity,
            "member_id": member.id,
            "state": State.TOLD.value,
            "at": now,
        }
        await self.connection.execute(insert_or_ignore(self.connection, ResponseRow, values))
        said = await self.connection.execute(
            update(ResponseRow)
            .where(ResponseRow.opportunity_id == opportunity, ResponseRow.member_id == member.id)
            .where(ResponseRow.state != State.INTERESTED.value)
            .values(state=State.INTERESTED.value, pitch=pitch, at=now)
        )
        return said.rowcount == 1

    async def take_back(self, opportunity: int, members: Collection[int]) -> None:
        """Record, at the end of an opportunity, that the message to members never reached them; all others have heard of it.

        Open again, it is new to them. Whom somebody thought of waits to hear of it then, with who did.
        """
        these = (
            ResponseRow.opportunity_id == opportunity,
            ResponseRow.state.in_((State.TOLD.value, State.WAITING.value)),
        )
        untold = ResponseRow.member_id.in_(list(members))
        await self.connection.execute(delete(ResponseRow).where(*these, untold, ResponseRow.recommended_by.is_(None)))
        await self.connection.execute(update(ResponseRow).where(*these, untold).values(state=State.WAITING.value))
        await self.connection.execute(update(ResponseRow).where(*these, ~untold).values(state=State.TOLD.value))

    # ------------------------------------------------------------ reports

    async def report(self, opportunity: int, member: Member, reason: str, now: dt.datetime) -> int | None:
        """Keep a report; return its id, None if the member reported it before and nobody answered yet.

        One that was answered is asked anew, with its new reason.
        """
        values = {
            "community_id": self.community.id,
            "opportunity_id": opportunity,
            "member_id": member.id,
            "reason": reason,
            "at": now,
        }
        made = insert_or_ignore(self.connection, ReportRow, values).returning(ReportRow.id)
        again = (
            update(ReportRow)
            .where(ReportRow.opportunity_id == opportunity, ReportRow.member_id == member.id, ReportRow.settled_at.is_not(None))
            .values(reason=reason, at=now, settled_at=None)
            .returning(ReportRow.id)
        )
        new = (await self.connection.execute(made)).scalar_one_or_none()
        return new if new is not None else (await self.connection.execute(again)).scalar_one_or_none()

    async def reported(self, report: int) -> Report | None:
        """Return a report of this community, or None."""
        found = await self._reports(ReportRow.id == report)
        return found[0] if found else None

    async def unsettled(self, opportunity: int) -> Sequence[Report]:
        """Return what is reported about an opportunity and was not answered."""
        return await self._reports(ReportRow.opportunity_id == opportunity, ReportRow.settled_at.is_(None))

    async def settle(self, opportunity: int, now: dt.datetime) -> Sequence[int]:
        """Record that an animator decided; return the members who had reported it and are still here."""
        rows = await self.connection.execute(
            select(ReportRow.member_id)
            .join(MemberRow, MemberRow.id == ReportRow.member_id)
            .where(ReportRow.opportunity_id == opportunity, ReportRow.settled_at.is_(None), MemberRow.left_at.is_(None))
        )
        members = list(rows.scalars())
        await self.connection.execute(
            update(ReportRow).where(ReportRow.opportunity_id == opportunity, ReportRow.settled_at.is_(None)).values(settled_at=now)
        )
        return members

    async def _reports(self, *conditions: ColumnElement[bool]) -> Sequence[Report]:
        rows: Any = await self.connection.execute(
            select(ReportRow.id, ReportRow.opportunity_id, ReportRow.reason, ReportRow.settled_at)
            .where(ReportRow.community_id == self.community.id, *conditions)
            .order_by(ReportRow.id)
        )
        return [Report(row.id, row.opportunity_id, row.reason, row.settled_at is not None) for row in rows]
