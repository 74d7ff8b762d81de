"""Requests, "who can help with X": what was asked, how far it went by itself, what became of it."""

from __future__ import annotations

import datetime as dt  # noqa: TC003 - SQLAlchemy resolves these annotations at run time
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import ForeignKey, Index, insert, select, update

from bot.model import Member
from storage.base import Base, InCommunity, Key, Mapped, OfMember, Repository, aliased, mapped_column
from storage.people import MemberRow

if TYPE_CHECKING:
    from collections.abc import Sequence

    from storage.statements import AnySelect


class Status(StrEnum):
    """What became of a request. `CLOSED`: whoever asked left the community."""

    OPEN = "open"
    SOLVED = "solved"
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"


class Further(StrEnum):
    """How far a request may go by itself where nobody answers, as whoever asked chose."""

    NOBODY = "nobody"
    NEXT = "next"
    EVERYONE = "everyone"


class Step(StrEnum):
    """What happened to a request by itself."""

    WIDENED = "widened_at"
    SUGGESTED = "suggested_at"
    ANIMATOR = "animator_at"
    SOLVED_ASKED = "solved_asked_at"


@dataclass(frozen=True, slots=True)
class HelpRequest:
    """A request. `helper` is who solved it, where that is a member who is still there.

    `created_at` is when it was asked, or last asked again; `steps` what happened to it by itself since then,
    `widened_at` when others were asked.
    """

    id: int
    asker: Member
    need: str
    status: Status
    created_at: dt.datetime
    posted: bool = False
    helper: Member | None = None
    further: Further = Further.NEXT
    steps: tuple[Step, ...] = ()
    widened_at: dt.datetime | None = None


class RequestRow(Base):
    """What somebody needs. `created_at` is when they asked, or last asked again.

    `next_step_at` is when something happens by itself, empty where nothing will; `further` how far that may go; `widened_at`,
    `suggested_at` and `animator_at` which of it did. `answered_after` is how many seconds later a
    helper first said yes, or named somebody.
    """

    __tablename__ = "request"
    __table_args__ = (
        Index(None, "community_id", "status", "created_at"),
        Index(None, "community_id", "next_step_at"),
        Index(None, "community_id", "created_at", "answered_after"),
        Index(None, "community_id", "ended_at", "status"),
    )

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
    further: Mapped[str] = mapped_column(server_default="next")
    next_step_at: Mapped[dt.datetime | None]
    widened_at: Mapped[dt.datetime | None]
    animator_at: Mapped[dt.datetime | None]
    answered_after: Mapped[int | None]


def member_columns(member: type[MemberRow]) -> tuple[Any, ...]:
    """Return what `somebody` reads of a member."""
    return (member.id, member.name, member.locale, member.zone, member.joined_at, member.left_at)


WIDTH: Final = 6
"""How many columns make a member."""

asker = aliased(MemberRow)
_helper = aliased(MemberRow)
_STEPS: Final = tuple(Step)
_OWN: Final = (
    RequestRow.id,
    RequestRow.need,
    RequestRow.status,
    RequestRow.created_at,
    RequestRow.posted_at,
    RequestRow.further,
    *(getattr(RequestRow, step.value) for step in _STEPS),
)

# Written once: building a statement takes longer than SQLite takes to run it.
REQUESTS: Final[AnySelect] = (
    select(*_OWN, *member_columns(asker), *member_columns(_helper))
    .join(asker, asker.id == RequestRow.member_id)
    .outerjoin(_helper, _helper.id == RequestRow.helper_id)
)
"""Requests with who asked and who solved them, for `as_request`."""

_CREATE: Final = insert(RequestRow).returning(RequestRow.id)


class Requests(Repository):
    """The requests of a community, one at a time; `RequestLists` has the lists, `Helpers` those who are asked."""

    async def create(self, member: Member, need: str, now: dt.datetime) -> HelpRequest:
        """Keep a new request."""
        values = {
            "community_id": self.community.id,
            "member_id": member.id,
            "need": need,
            "status": Status.OPEN.value,
            "created_at": now,
        }
        identifier = (await self.connection.execute(_CREATE, values)).scalar_one()
        return HelpRequest(identifier, member, need, Status.OPEN, now)

    async def get(self, identifier: int) -> HelpRequest | None:
        """Return a request of this community, whatever its status, or None."""
        rows = await self.connection.execute(
            REQUESTS.where(RequestRow.id == identifier, RequestRow.community_id == self.community.id)
        )
        row = rows.one_or_none()
        return None if row is None else as_request(row)

    async def edit(self, identifier: int, need: str) -> None:
        """Say an open request otherwise."""
        await self._change(identifier, need=need)

    async def allow(self, identifier: int, further: Further) -> None:
        """Record how far an open request may go by itself from here on."""
        await self._change(identifier, further=further.value)

    async def end(self, identifier: int, status: Status, now: dt.datetime, helper: Member | None = None) -> None:
        """Record how an open request ended, and who solved it."""
        await self._change(
            identifier, status=status.value, ended_at=now, next_step_at=None, helper_id=helper.id if helper else None
        )
        await self._index(identifier)

    async def reopen(self, identifier: int, now: dt.datetime) -> None:
        """Let a request that ended be open as if it had been asked now: nowhere posted, nothing happened by itself.

        How far it may go by itself stays as whoever asked chose.
        """
        await self.connection.execute(
            update(RequestRow)
            .where(RequestRow.id == identifier, RequestRow.status != Status.OPEN.value)
            .values(
                status=Status.OPEN.value,
                created_at=now,
                ended_at=None,
                helper_id=None,
                posted_at=None,
                answered_after=None,
                **dict.fromkeys(_STEPS),
            )
        )
        await self._index(identifier)

    async def posted(self, identifier: int, now: dt.datetime) -> None:
        """Record that everyone was asked."""
        await self._change(identifier, posted_at=now)

    async def happened(self, identifier: int, step: Step, now: dt.datetime) -> None:
        """Record that something happened by itself."""
        await self._change(identifier, **{step.value: now})

    async def next_step(self, identifier: int, instant: dt.datetime | None) -> None:
        """Record when something happens next by itself; None: nothing will."""
        await self._change(identifier, next_step_at=instant)

    async def _index(self, identifier: int) -> None:
        """Let a solved request be found as past help, and no other."""
        from storage.past_help import PastHelp  # noqa: PLC0415 - it selects from this table

        await PastHelp(self.connection, self.community).index(identifier)

    async def _change(self, identifier: int, **values: object) -> None:
        await self.connection.execute(
            update(RequestRow).where(RequestRow.id == identifier, RequestRow.status == Status.OPEN.value).values(**values)
        )


def a_member(values: Sequence[Any]) -> Member:
    """Return the member of the values of `member_columns`."""
    identifier, name, locale, zone, joined_at, left_at = values
    return Member(identifier, name, locale, zone, joined_at=joined_at, left=left_at is not None)


def somebody(values: Sequence[Any]) -> Member | None:
    """Return the member of the values of `member_columns`, or None where there is none or they left."""
    return None if values[0] is None or values[-1] is not None else a_member(values)


def as_request(values: Sequence[Any]) -> HelpRequest:
    """Return the request of a row of `REQUESTS`."""
    identifier, need, status, created_at, posted_at, further, *steps = values[: len(_OWN)]
    members = values[len(_OWN) :]
    return HelpRequest(
        identifier,
        a_member(members[:WIDTH]),
        need,
        Status(status),
        created_at,
        posted=posted_at is not None,
        helper=somebody(members[WIDTH:]),
        further=Further(further),
        steps=tuple(step for step, instant in zip(_STEPS, steps, strict=True) if instant is not None),
        widened_at=steps[_STEPS.index(Step.WIDENED)],
    )
