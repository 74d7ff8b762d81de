"""Requests, "who can help with X": what was asked, who was asked to help, what became of it."""

from __future__ import annotations

import datetime as dt  # noqa: TC003 - SQLAlchemy resolves these annotations at run time
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import ForeignKey, Index, UniqueConstraint, bindparam, case, exists, func, insert, or_, select, update
from sqlalchemy.orm import Mapped, aliased, mapped_column

from bot.model import Member
from storage.base import Base, InCommunity, Key, OfMember, Repository
from storage.people import MemberRow
from storage.statements import ignoring_insert, insert_or_ignore

if TYPE_CHECKING:
    from collections.abc import Sequence
    from collections.abc import Set as AbstractSet

    from sqlalchemy import ColumnElement, Select

REMEMBERED: Final = 1000
"""Solved requests that past help is looked for in, newest first."""

LISTED: Final = 200
"""Open requests that a list is made from, newest first."""


class Status(StrEnum):
    """What became of a request. `CLOSED`: whoever asked left the community."""

    OPEN = "open"
    SOLVED = "solved"
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"


class State(StrEnum):
    """What a helper answered."""

    ASKED = "asked"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    NOT_NOW = "not_now"
    ELSEWHERE = "elsewhere"


@dataclass(frozen=True, slots=True)
class HelpRequest:
    """A request. `helper` is who solved it, where that is a member who is still there."""

    id: int
    asker: Member
    need: str
    status: Status
    created_at: dt.datetime
    posted: bool = False
    helper: Member | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """A member who was asked to help, or who offered to. `recommended_by` is who said that they know."""

    helper: Member
    state: State
    recommended_by: Member | None = None


class RequestRow(Base):
    """What somebody needs."""

    __tablename__ = "request"
    __table_args__ = (Index(None, "community_id", "status", "created_at"),)

    id: Mapped[Key]
    community_id: Mapped[InCommunity]
    member_id: Mapped[OfMember]
    need: Mapped[str]
    status: Mapped[str]
    created_at: Mapped[dt.datetime]
    posted_at: Mapped[dt.datetime | None]
    ended_at: Mapped[dt.datetime | None]
    helper_id: Mapped[int | None] = mapped_column(ForeignKey("member.id", ondelete="SET NULL"), index=True)
    solved_asked_at: Mapped[dt.datetime | None]
    suggested_at: Mapped[dt.datetime | None]


class AskedRow(Base):
    """A helper of a request. `asked_at` is empty for those who offered by themselves: they were not disturbed."""

    __tablename__ = "asked"
    __table_args__ = (UniqueConstraint("request_id", "member_id"), Index(None, "member_id", "asked_at"))

    id: Mapped[Key]
    community_id: Mapped[InCommunity]
    request_id: Mapped[int] = mapped_column(ForeignKey("request.id", ondelete="CASCADE"))
    member_id: Mapped[OfMember]
    state: Mapped[str]
    asked_at: Mapped[dt.datetime | None]
    answered_at: Mapped[dt.datetime | None]
    recommended_by: Mapped[int | None] = mapped_column(ForeignKey("member.id", ondelete="SET NULL"), index=True)


_asker = aliased(MemberRow)
_other = aliased(MemberRow)
"""Who solved a request; who recommended a helper."""

_WIDTH, _WIDTH_OF_REQUEST = 6, 5
"""How many columns make a member, and a request but for its members."""


def _columns(member: type[MemberRow]) -> tuple[Any, ...]:
    return (member.id, member.name, member.locale, member.zone, member.joined_at, member.left_at)


# Written once: building a statement takes longer than SQLite takes to run it.
_REQUESTS: Final[Select[*tuple[Any, ...]]] = (
    select(
        *(RequestRow.id, RequestRow.need, RequestRow.status, RequestRow.created_at, RequestRow.posted_at),
        *_columns(_asker),
        *_columns(_other),
    )
    .join(_asker, _asker.id == RequestRow.member_id)
    .outerjoin(_other, _other.id == RequestRow.helper_id)
)
_NEWEST: Final = (
    _REQUESTS.where(RequestRow.community_id == bindparam("community"))
    .order_by(RequestRow.created_at.desc(), RequestRow.id.desc())
    .limit(bindparam("most"))
)
_OPEN_OF: Final = _NEWEST.where(RequestRow.member_id == bindparam("asker"), RequestRow.status == Status.OPEN.value)
_SOLVED: Final = _NEWEST.where(RequestRow.status == Status.SOLVED.value, _asker.left_at.is_(None))
_CREATE: Final = insert(RequestRow).returning(RequestRow.id)
_ASKED: Final[Select[*tuple[Any, ...]]] = (
    select(AskedRow.state, *_columns(_asker), *_columns(_other))
    .join(_asker, _asker.id == AskedRow.member_id)
    .outerjoin(_other, _other.id == AskedRow.recommended_by)
    .where(
        AskedRow.request_id == bindparam("request"),
        AskedRow.community_id == bindparam("community"),
        _asker.left_at.is_(None),
    )
    .order_by(AskedRow.id)
)
_ASK: Final = ignoring_insert(AskedRow)
_ASKED_OFTEN: Final = (
    select(AskedRow.member_id)
    .where(AskedRow.community_id == bindparam("community"), AskedRow.asked_at >= bindparam("since"))
    .group_by(AskedRow.member_id)
    .having(func.count() >= bindparam("least"))
)


class Requests(Repository):
    """The requests of a community. Members who left are never among those returned."""

    async def create(self, asker: Member, need: str, now: dt.datetime) -> HelpRequest:
        """Keep a new request."""
        values = {
            "community_id": self.community.id,
            "member_id": asker.id,
            "need": need,
            "status": Status.OPEN.value,
            "created_at": now,
        }
        identifier = (await self.connection.execute(_CREATE, values)).scalar_one()
        return HelpRequest(identifier, asker, need, Status.OPEN, now)

    async def get(self, identifier: int) -> HelpRequest | None:
        """Return a request of this community, whatever its status, or None."""
        found = await self._requests(RequestRow.id == identifier, limit=1)
        return found[0] if found else None

    async def end(self, identifier: int, status: Status, now: dt.datetime, helper: Member | None = None) -> None:
        """Record how an open request ended, and who solved it."""
        await self.connection.execute(
            update(RequestRow)
            .where(RequestRow.id == identifier, RequestRow.status == Status.OPEN.value)
            .values(status=status.value, ended_at=now, helper_id=helper.id if helper else None)
        )
        from storage.past_help import PastHelp  # noqa: PLC0415 - that is of solved requests, and knows them

        await PastHelp(self.connection, self.community).index(identifier)

    async def posted(self, identifier: int, now: dt.datetime) -> None:
        """Record that everyone was asked."""
        await self._stamp(identifier, posted_at=now)

    async def solved_asked(self, identifier: int, now: dt.datetime) -> None:
        """Record that whoever asked was asked whether it is solved."""
        await self._stamp(identifier, solved_asked_at=now)

    async def suggested(self, identifier: int, now: dt.datetime) -> None:
        """Record that posting to everyone was suggested."""
        await self._stamp(identifier, suggested_at=now)

    # ------------------------------------------------------------ helpers

    async def asked(self, identifier: int) -> Sequence[Asked]:
        """Return who was asked or offered to help, in that order in time, but for members who left."""
        rows = await self.connection.execute(_ASKED, {"request": identifier, "community": self.community.id})
        return [_asked(row) for row in rows]

    async def ask(self, identifier: int, helper: Member, now: dt.datetime, recommended_by: Member | None = None) -> bool:
        """Record that a helper is asked; False if they were asked before, or offered to help."""
        values = {
            "community_id": self.community.id,
            "request_id": identifier,
            "member_id": helper.id,
            "state": State.ASKED.value,
            "asked_at": now,
            "recommended_by": recommended_by.id if recommended_by else None,
        }
        return (await self.connection.execute(_ASK[self.connection.dialect.name], values)).rowcount == 1

    async def answer(self, identifier: int, helper: Member, state: State, now: dt.datetime) -> None:
        """Record what a helper answered, whether they were asked or not."""
        values = {
            "community_id": self.community.id,
            "request_id": identifier,
            "member_id": helper.id,
            "state": state.value,
            "answered_at": now,
        }
        await self.connection.execute(insert_or_ignore(self.connection, AskedRow, values))
        await self.connection.execute(
            update(AskedRow)
            .where(AskedRow.request_id == identifier, AskedRow.member_id == helper.id)
            .values(state=state.value, answered_at=now)
        )

    async def asked_often(self, since: dt.datetime, least: int) -> AbstractSet[int]:
        """Return the members who were asked at least so many times since then: they are left in peace."""
        rows = await self.connection.execute(_ASKED_OFTEN, {"community": self.community.id, "since": since, "least": least})
        return set(rows.scalars())

    # ------------------------------------------------------------ lists

    async def open_of(self, asker: Member) -> Sequence[HelpRequest]:
        """Return a member's open requests, newest first; also those of a member who just left."""
        rows = await self.connection.execute(_OPEN_OF, {"community": self.community.id, "asker": asker.id, "most": LISTED})
        return [_request(row) for row in rows]

    async def mine(self, asker: Member, limit: int = LISTED) -> Sequence[HelpRequest]:
        """Return all requests of a member, open ones first, then newest first."""
        return await self._requests(RequestRow.member_id == asker.id, limit=limit, first=RequestRow.status == Status.OPEN.value)

    async def open_to(self, member: Member, limit: int = LISTED) -> Sequence[HelpRequest]:
        """Return the open requests of others that a member may know of and did not answer, newest first.

        Those posted to everyone, and those that they were asked about.
        """
        answered = select(AskedRow.request_id).where(AskedRow.member_id == member.id, AskedRow.state != State.ASKED.value)
        asked = select(AskedRow.request_id).where(AskedRow.member_id == member.id, AskedRow.state == State.ASKED.value)
        return await self._requests(
            RequestRow.status == Status.OPEN.value,
            RequestRow.member_id != member.id,
            or_(RequestRow.posted_at.is_not(None), RequestRow.id.in_(asked)),
            RequestRow.id.not_in(answered),
            _asker.left_at.is_(None),
            limit=limit,
        )

    async def solved(self, limit: int = REMEMBERED) -> Sequence[HelpRequest]:
        """Return requests that were solved, newest first."""
        rows = await self.connection.execute(_SOLVED, {"community": self.community.id, "most": limit})
        return [_request(row) for row in rows]

    async def accepted_before(self, instant: dt.datetime) -> Sequence[HelpRequest]:
        """Return the open requests first accepted before then whose asker was not yet asked whether they are solved."""
        accepted = (
            select(AskedRow.request_id)
            .where(AskedRow.community_id == self.community.id, AskedRow.state == State.ACCEPTED.value)
            .where(AskedRow.answered_at <= instant)
        )
        return await self._requests(
            RequestRow.status == Status.OPEN.value,
            RequestRow.solved_asked_at.is_(None),
            RequestRow.id.in_(accepted),
            _asker.left_at.is_(None),
        )

    async def unanswered_since(self, instant: dt.datetime) -> Sequence[HelpRequest]:
        """Return the open requests made before then that nobody accepted and that were neither posted nor suggested to be."""
        accepted = exists().where(AskedRow.request_id == RequestRow.id, AskedRow.state == State.ACCEPTED.value)
        return await self._requests(
            RequestRow.status == Status.OPEN.value,
            RequestRow.created_at <= instant,
            RequestRow.posted_at.is_(None),
            RequestRow.suggested_at.is_(None),
            ~accepted,
            _asker.left_at.is_(None),
        )

    async def _stamp(self, identifier: int, **instants: dt.datetime) -> None:
        await self.connection.execute(update(RequestRow).where(RequestRow.id == identifier).values(**instants))

    async def _requests(
        self, *conditions: ColumnElement[bool], limit: int = LISTED, first: ColumnElement[bool] | None = None
    ) -> Sequence[HelpRequest]:
        statement = _REQUESTS.where(RequestRow.community_id == self.community.id, *conditions).limit(limit)
        if first is not None:
            statement = statement.order_by(case((first, 0), else_=1))
        rows = await self.connection.execute(statement.order_by(RequestRow.created_at.desc(), RequestRow.id.desc()))
        return [_request(row) for row in rows]


def _member(values: Sequence[Any]) -> Member:
    """Return the member of the values of `_columns`."""
    identifier, name, locale, zone, joined_at, left_at = values
    return Member(identifier, name, locale, zone, joined_at=joined_at, left=left_at is not None)


def _somebody(values: Sequence[Any]) -> Member | None:
    """Return the member of the values of `_columns`, or None where there is none or they left."""
    return None if values[0] is None or values[-1] is not None else _member(values)


def _asked(values: Sequence[Any]) -> Asked:
    state, members = values[0], values[1:]
    return Asked(_member(members[:_WIDTH]), State(state), _somebody(members[_WIDTH:]))


def _request(values: Sequence[Any]) -> HelpRequest:
    """Return the request of the values of `_select`."""
    identifier, need, status, created_at, posted_at = values[:_WIDTH_OF_REQUEST]
    members = values[_WIDTH_OF_REQUEST:]
    return HelpRequest(
        identifier,
        _member(members[:_WIDTH]),
        need,
        Status(status),
        created_at,
        posted=posted_at is not None,
        helper=_somebody(members[_WIDTH:]),
    )
