"""Who is asked to help with a request, what they answer, and who is left in peace."""

from __future__ import annotations

import datetime as dt  # noqa: TC003 - SQLAlchemy resolves these annotations at run time
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import (
    BigInteger,
    ForeignKey,
    Index,
    Integer,
    UniqueConstraint,
    bindparam,
    cast,
    delete,
    func,
    literal,
    select,
    update,
)

from storage.base import Base, InCommunity, Instant, Key, Mapped, OfMember, Repository, aliased, mapped_column
from storage.people import MemberRow
from storage.requests import WIDTH, RequestRow, a_member, member_columns, somebody
from storage.statements import Seconds, ignoring_insert, insert_or_ignore, listed

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from collections.abc import Set as AbstractSet

    from bot.model import Member
    from storage.statements import AnySelect

USUAL_ASKS: Final = 4
"""How often a month whoever did not choose is asked for help at most."""
UNLIMITED: Final = 1000
"""The choice of those who may be asked any time."""


class State(StrEnum):
    """What a helper answered."""

    ASKED = "asked"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    NOT_NOW = "not_now"
    ELSEWHERE = "elsewhere"


@dataclass(frozen=True, slots=True)
class Asked:
    """A member who was asked to help, or who offered to. `recommended_by` is who thought of them: a peer, or whoever asks.

    `at` is when they were asked, None for those who offered by themselves; `answered_at` when they answered.
    """

    helper: Member
    state: State
    recommended_by: Member | None = None
    at: dt.datetime | None = None
    answered_at: dt.datetime | None = None

    def brought_by(self, asker: Member) -> Member | None:
        """Return the peer who said that they know; whoever asks brought nobody to themselves."""
        recommender = self.recommended_by
        return recommender if recommender is not None and recommender.id != asker.id else None

    def accepted(self, since: dt.datetime) -> bool:
        """Tell whether they said since then that they can help."""
        return self.state is State.ACCEPTED and self.answered_at is not None and self.answered_at >= since

    def concerned(self, since: dt.datetime) -> bool:
        """Tell whether they were asked since then, or can help since then. To decline does not count: it is silent."""
        return (self.at is not None and self.at >= since) or self.accepted(since)


class AskedRow(Base):
    """A helper of a request. `asked_at` is empty for those who offered by themselves: they were not disturbed."""

    __tablename__ = "asked"
    __table_args__ = (
        UniqueConstraint("request_id", "member_id"),
        Index(None, "member_id", "asked_at"),
        Index(None, "community_id", "asked_at"),
        Index(None, "community_id", "answered_at"),
    )

    id: Mapped[Key]
    community_id: Mapped[InCommunity]
    request_id: Mapped[int] = mapped_column(ForeignKey("request.id", ondelete="CASCADE"))
    member_id: Mapped[OfMember]
    state: Mapped[str]
    asked_at: Mapped[dt.datetime | None]
    answered_at: Mapped[dt.datetime | None]
    recommended_by: Mapped[int | None] = mapped_column(ForeignKey("member.id", ondelete="SET NULL"), index=True)


_helper = aliased(MemberRow)
_recommender = aliased(MemberRow)

# Written once: building a statement takes longer than SQLite takes to run it.
_ASKED: Final[AnySelect] = (
    select(AskedRow.state, AskedRow.asked_at, AskedRow.answered_at, *member_columns(_helper), *member_columns(_recommender))
    .join(_helper, _helper.id == AskedRow.member_id)
    .outerjoin(_recommender, _recommender.id == AskedRow.recommended_by)
    .where(
        AskedRow.request_id == bindparam("request"),
        AskedRow.community_id == bindparam("community"),
        _helper.left_at.is_(None),
    )
    .order_by(AskedRow.id)
)
_ASK: Final = ignoring_insert(AskedRow)
_RESTING: Final = (
    select(
        MemberRow.id,
        MemberRow.monthly_asks,
        func.count().filter(AskedRow.asked_at >= bindparam("month", type_=Instant())),
        func.count().filter(AskedRow.answered_at >= bindparam("pause", type_=Instant()), AskedRow.state == State.NOT_NOW.value),
    )
    .outerjoin(AskedRow, AskedRow.member_id == MemberRow.id)
    .where(MemberRow.community_id == bindparam("community"), MemberRow.id.in_(listed("members", BigInteger)))
    .group_by(MemberRow.id, MemberRow.monthly_asks)
)


class Helpers(Repository):
    """Those who are asked to help in a community. Members who left are never among those returned."""

    async def asked(self, request: int) -> Sequence[Asked]:
        """Return who was asked or offered to help, in that order in time."""
        rows = await self.connection.execute(_ASKED, {"request": request, "community": self.community.id})
        return [_asked(row) for row in rows]

    async def ask(
        self,
        request: int,
        helper: Member,
        now: dt.datetime,
        recommended_by: Member | None = None,
    ) -> bool:
        """Record that a helper is asked; False if they ever were about this request, whatever they said, or offered to help."""
        values = {
            "community_id": self.community.id,
            "request_id": request,
            "member_id": helper.id,
            "state": State.ASKED.value,
            "asked_at": now,
            "recommended_by": recommended_by.id if recommended_by else None,
        }
        return (await self.connection.execute(_ASK[self.connection.dialect.name], values)).rowcount == 1

    async def answer(self, request: int, helper: Member, state: State, now: dt.datetime) -> None:
        """Record what a helper answered, whether they were asked or not."""
        values = {
            "community_id": self.community.id,
            "request_id": request,
            "member_id": helper.id,
            "state": state.value,
            "answered_at": now,
        }
        await self.connection.execute(insert_or_ignore(self.connection, AskedRow, values))
        await self.connection.execute(
            update(AskedRow)
            .where(AskedRow.request_id == request, AskedRow.member_id == helper.id)
            .values(state=state.value, answered_at=now)
        )
        if state in (State.ACCEPTED, State.ELSEWHERE):
            waited = cast(func.round(Seconds(literal(now, Instant()), RequestRow.created_at)), Integer)
            await self.connection.execute(
                update(RequestRow)
                .where(RequestRow.id == request, RequestRow.answered_after.is_(None))
                .values(answered_after=waited)
            )

    async def take_back(self, request: int, helper: Member) -> None:
        """Forget that a helper was to be asked, whom the question never reached."""
        await self.connection.execute(
            delete(AskedRow).where(
                AskedRow.request_id == request, AskedRow.member_id == helper.id, AskedRow.state == State.ASKED.value
            )
        )

    async def resting(self, members: Collection[int], month: dt.datetime, pause: dt.datetime) -> AbstractSet[int]:
        """Return who of some members is left in peace.

        They never want to be asked, or were since `month` as often as they want to be, or said since `pause` that they cannot now.
        """
        values = {"community": self.community.id, "members": list(members), "month": month, "pause": pause}
        return {
            member
            for member, most, asked, paused in await self.connection.execute(_RESTING, values)
            if paused or asked >= (USUAL_ASKS if most is None else most)
        }

    async def at_most(self, member: Member) -> int | None:
        """Return how often a month a member wants to be asked at most; None where they did not say."""
        return (await self.connection.execute(select(MemberRow.monthly_asks).where(MemberRow.id == member.id))).scalar_one_or_none()

    async def let_ask(self, member: Member, at_most: int | None) -> None:
        """Keep how often a month a member wants to be asked at most: 0 for never, `UNLIMITED` for any time, None: as is usual."""
        await self.connection.execute(
            update(MemberRow)
            .where(MemberRow.id == member.id, MemberRow.community_id == self.community.id)
            .values(monthly_asks=at_most)
        )


def answered_by(member: Member, *, yes: bool) -> AnySelect:
    """Return the ids of the requests that a member was asked about and answered, or has yet to answer."""
    asked = AskedRow.state == State.ASKED.value
    return select(AskedRow.request_id).where(AskedRow.member_id == member.id, ~asked if yes else asked)


def _asked(values: Sequence[Any]) -> Asked:
    state, at, answered_at, *members = values
    return Asked(a_member(members[:WIDTH]), State(state), somebody(members[WIDTH:]), at, answered_at)
