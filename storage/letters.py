"""Dead letters: messages that could not be delivered, kept with the reason until somebody sends them again or discards them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, Any, Final, TypeVar

import msgspec
from sqlalchemy import and_, case, exists, func, or_, select, update

from bot.model import Workspace
from storage.anew import follow
from storage.base import Repository, aliased
from storage.communities import ChannelRole, WorkspaceRow
from storage.lanes import promote
from storage.mentions import decode
from storage.outbox import CREATING, DEAD, Action, MessageRow, OutboxRow, State
from storage.people import COLUMNS, MemberRow, as_member

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from sqlalchemy import ColumnElement
    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.model import Member
    from bot.text import Content
    from storage.statements import AnyRow, AnySelect

T = TypeVar("T")

BATCH: Final = 500
"""Messages named in one statement."""
DIGEST: Final = "undelivered"
"""What the notice that messages were given up is remembered as; those about stoppages as `stoppage:` with a number."""


class Fate(StrEnum):
    """What became of a letter that somebody wanted to send again or to discard."""

    AGAIN = "again"
    """It is on its way again."""
    DISCARDED = "discarded"
    OVER = "over"
    """Nobody needs it any more: it was removed, replaced, or is there by other means. It was discarded."""
    BEFORE = "before"
    """Somebody did one or the other before, or there never was such a letter."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where a message goes: a channel, with the `role` it has, or a member, or a conversation of several `people`."""

    workspace: Workspace
    channel: str = ""
    role: str = ""
    member: Member | None = None
    people: int = 0


@dataclass(frozen=True, slots=True)
class Letter:
    """A message that was not delivered: what can be told of it without its content. `title` is only that of a post in a channel.

    `ended` is when it was given up, None while it waits; `uncertain`: it may have arrived all the same.
    """

    id: int
    action: str
    state: str
    address: Address
    title: Content
    reason: str
    written: dt.datetime
    due: dt.datetime
    ended: dt.datetime | None
    uncertain: bool


ANEW: Final = case((OutboxRow.uncertain, 1), else_=0)
"""How many attempts count for what is tried anew: one where it may have arrived, since what may be there is not merged into."""
_message = aliased(MessageRow)
_removed: Final = and_(OutboxRow.action != Action.REMOVE, _message.removed_at.is_not(None))
_notice: Final = func.coalesce(or_(_message.name == DIGEST, _message.name.startswith("stoppage:")), False)


@cache
def _over() -> ColumnElement[bool]:
    """Return whether what a letter was for is there by other means, replaced or removed; built when somebody looks."""
    other, written = aliased(MessageRow), aliased(OutboxRow)
    later = aliased(OutboxRow)
    there_by_other_means = and_(
        OutboxRow.action == Action.POST,
        OutboxRow.thread_key.is_(None),
        exists().where(
            other.community_id == _message.community_id,
            other.name == _message.name,
            other.workspace_id == _message.workspace_id,
            other.key != _message.key,
            other.removed_at.is_(None),
            or_(
                other.sent_at.is_not(None),
                exists()
                .where(
                    written.message_key == other.key,
                    or_(written.done_at.is_(None), and_(written.state == State.DEAD, written.id > OutboxRow.id)),
                )
                .correlate(other, OutboxRow),
            ),
        ),
    )
    replaced = and_(
        OutboxRow.action == Action.UPDATE,
        exists().where(later.message_key == OutboxRow.message_key, later.id > OutboxRow.id, later.state != State.CANCELLED),
    )
    return func.coalesce(or_(_removed, replaced, there_by_other_means), False)


class Letters(Repository):
    """The dead letters of a community."""

    async def count(self) -> int:
        """Return how many there are."""
        return (await self.connection.execute(self._dead(func.count()))).scalar_one()

    async def page(self, *, offset: int = 0, limit: int = 5) -> Sequence[Letter]:
        """Return some of them, those given up last first."""
        found = self._dead(*_COLUMNS).order_by(OutboxRow.done_at.desc(), OutboxRow.id.desc()).offset(offset).limit(limit)
        return await self._letters(found)

    async def get(self, letter: int) -> Letter | None:
        """Return a dead letter, or None where it is none any more."""
        return next(iter(await self._letters(self._dead(*_COLUMNS).where(OutboxRow.id == letter))), None)

    async def waiting(self, *, limit: int) -> Sequence[Letter]:
        """Return what is still to be sent, those due first before the others."""
        found = self._open(*_COLUMNS).order_by(OutboxRow.due_at, OutboxRow.id).limit(limit)
        return await self._letters(found)

    async def count_waiting(self) -> int:
        """Return how many messages are still to be sent."""
        return (await self.connection.execute(self._open(func.count()))).scalar_one()

    async def reasons(self, after: dt.datetime, until: dt.datetime) -> Mapping[str, int]:
        """Return why letters were given up after one instant and not after the other, with how many; no notices of ours."""
        found = (
            self._dead(OutboxRow.reason, func.count().label("letters"))
            .where(OutboxRow.done_at > after, OutboxRow.done_at <= until, ~_notice)
            .group_by(OutboxRow.reason)
        )
        return {row.reason: row.letters for row in await self.connection.execute(found)}

    # ------------------------------------------------------------ what is done about them

    async def resend(self, letter: int, now: dt.datetime) -> Fate:
        """Send a letter again, unless nobody needs it any more."""
        return dict(await self.decide([letter], now, again=True)).get(letter, Fate.BEFORE)

    async def discard(self, letter: int, now: dt.datetime) -> Fate:
        """Discard a letter with its content."""
        return dict(await self.decide([letter], now, again=False)).get(letter, Fate.BEFORE)

    async def resend_all(self, now: dt.datetime) -> Mapping[Fate, int]:
        """Send all of them again; return what became of how many."""
        return await self._count(now, again=True)

    async def discard_all(self, now: dt.datetime) -> Mapping[Fate, int]:
        """Discard all of them; return how many."""
        return await self._count(now, again=False)

    async def numbers(self) -> Sequence[int]:
        """Return the numbers of all of them, oldest first."""
        return (await self.connection.execute(self._dead(OutboxRow.id).order_by(OutboxRow.id))).scalars().all()

    async def decide(self, letters: Sequence[int], now: dt.datetime, *, again: bool) -> Sequence[tuple[int, Fate]]:
        """Send again or discard those that are still dead; return what became of each."""
        return [fate for some in few(letters) for fate in await self._decide(some, now, again=again)]

    async def _count(self, now: dt.datetime, *, again: bool) -> Mapping[Fate, int]:
        return Counter(fate for _letter, fate in await self.decide(await self.numbers(), now, again=again))

    async def _decide(self, letters: Sequence[int], now: dt.datetime, *, again: bool) -> Sequence[tuple[int, Fate]]:
        """They are locked, so that of two who press at once the second finds it done."""
        found = await self.connection.execute(
            select(OutboxRow.id, OutboxRow.lane, _over().label("over"))
            .select_from(OutboxRow)
            .join(_message, _message.key == OutboxRow.message_key, isouter=True)
            .where(OutboxRow.community_id == self.community.id, OutboxRow.id.in_(letters), DEAD)
            .order_by(OutboxRow.id)
            .with_for_update(of=OutboxRow)
        )
        rows = found.all()
        wanted = [row for row in rows if again and not row.over]
        if wanted:
            await self.connection.execute(
                update(OutboxRow)
                .where(OutboxRow.id.in_([row.id for row in wanted]))
                .values(state=State.PENDING, attempts=ANEW, due_at=now, done_at=None, reason="", first=False)
            )
            await follow(self.connection, [row.id for row in wanted], now)
            await promote(self.connection, {row.lane for row in wanted})
        sent_again = {row.id for row in wanted}
        await discard(self.connection, [row.id for row in rows if row.id not in sent_again], now)
        return [(row.id, Fate.AGAIN if row.id in sent_again else Fate.OVER if again else Fate.DISCARDED) for row in rows]

    # ------------------------------------------------------------ reading

    def _dead(self, *columns: Any) -> AnySelect:  # noqa: ANN401 - any column
        """Return a select over the dead letters that somebody may still need."""
        return _among(*columns).where(OutboxRow.community_id == self.community.id, DEAD, or_(_message.key.is_(None), ~_removed))

    def _open(self, *columns: Any) -> AnySelect:  # noqa: ANN401 - any column
        return _among(*columns).where(OutboxRow.community_id == self.community.id, OutboxRow.done_at.is_(None))

    async def _letters(self, found: AnySelect) -> Sequence[Letter]:
        rows = (await self.connection.execute(found)).all()
        members = await self._members({row.member_id for row in rows if row.member_id is not None})
        roles = await roles_of(self.connection, {row.workspace_id for row in rows})
        return [_letter(row, members, roles) for row in rows]

    async def _members(self, members: Collection[int]) -> Mapping[int, Member]:
        if not members:
            return {}
        rows = await self.connection.execute(select(*COLUMNS).where(MemberRow.id.in_(list(members))))
        return {row["id"]: as_member(row) for row in rows.mappings()}


def _among(*columns: Any) -> AnySelect:  # noqa: ANN401 - any column
    return (
        select(*columns)
        .select_from(OutboxRow)
        .join(WorkspaceRow, WorkspaceRow.id == OutboxRow.workspace_id)
        .join(_message, _message.key == OutboxRow.message_key, isouter=True)
    )


_COLUMNS: Final = (
    OutboxRow.id,
    OutboxRow.action,
    OutboxRow.state,
    OutboxRow.lane,
    OutboxRow.member_id,
    OutboxRow.card,
    OutboxRow.reason,
    OutboxRow.created_at,
    OutboxRow.due_at,
    OutboxRow.done_at,
    OutboxRow.uncertain,
    OutboxRow.workspace_id,
    WorkspaceRow.platform,
    WorkspaceRow.external_id,
    WorkspaceRow.name.label("workspace_name"),
)


def channel_of(lane: str) -> str:
    """Return the channel that a lane (`12#help`) stands for, empty where it is a private conversation."""
    before, _sign, channel = lane.partition("#")
    return channel if before.isdecimal() else ""


def _people_of(lane: str) -> int:
    """Return how many people a conversation (`12&U1&U2`) has, 0 where it is another."""
    before, _sign, people = lane.partition("&")
    return people.count("&") + 1 if before.isdecimal() else 0


async def roles_of(connection: AsyncConnection, workspaces: Collection[int]) -> Mapping[tuple[int, str], str]:
    """Return what the channels of workspaces are used for, by workspace and channel."""
    if not workspaces:
        return {}
    chosen = select(ChannelRole.workspace_id, ChannelRole.channel, ChannelRole.role)
    rows = await connection.execute(chosen.where(ChannelRole.workspace_id.in_(list(workspaces))).order_by(ChannelRole.role))
    return {(row.workspace_id, row.channel): row.role for row in rows}


async def discard(connection: AsyncConnection, rows: Sequence[int], now: dt.datetime) -> None:
    """Cancel messages, empty them, and forget the copies that they would have become."""
    for some in few(rows):
        copies = select(OutboxRow.message_key).where(OutboxRow.id.in_(some), OutboxRow.action.in_(CREATING))
        await connection.execute(
            update(MessageRow)
            .where(MessageRow.key.in_(copies), MessageRow.sent_at.is_(None), MessageRow.removed_at.is_(None))
            .values(removed_at=now)
        )
        cancelled = update(OutboxRow).where(OutboxRow.id.in_(some))
        await connection.execute(cancelled.values(state=State.CANCELLED, done_at=now, card="", title="", first=False))


def few(rows: Sequence[T]) -> Iterator[Sequence[T]]:
    """Yield as many at a time as a statement takes."""
    for start in range(0, len(rows), BATCH):
        yield rows[start : start + BATCH]


def _letter(row: AnyRow, members: Mapping[int, Member], roles: Mapping[tuple[int, str], str]) -> Letter:
    channel = channel_of(row.lane)
    workspace = Workspace(row.workspace_id, row.platform, row.external_id, row.workspace_name)
    return Letter(
        id=row.id,
        action=row.action,
        state=row.state,
        address=Address(
            workspace,
            channel,
            roles.get((row.workspace_id, channel), ""),
            members.get(row.member_id),
            people=_people_of(row.lane),
        ),
        title=_title(row.card) if channel else "",
        reason=row.reason,
        written=row.created_at,
        due=row.due_at,
        ended=row.done_at,
        uncertain=row.uncertain,
    )


def _title(card: str) -> Content:
    """Return the title of an encoded card, empty where there is none or this version cannot read it."""
    try:
        return decode(card).title if card else ""
    except msgspec.DecodeError:
        return ""
