"""Ending what was stopped: conversations and workspaces where nothing is sent, and the messages that wait there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import and_, exists, func, or_, select, update

from bot.model import Workspace
from storage.base import Repository, aliased
from storage.communities import ChannelRole, WorkspaceRow
from storage.lanes import lock, promote
from storage.letters import ANEW, Address, channel_of, discard, few, roles_of
from storage.outbox import CREATING, Action, MessageRow, OutboxRow, State
from storage.stoppages import StoppageRow

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Sequence

    from sqlalchemy import ColumnElement


@dataclass(frozen=True, slots=True)
class Stoppage:
    """A channel, or with an `address` that has none a whole workspace, where nothing is sent; so many messages are `waiting`."""

    id: int
    address: Address
    reason: str
    since: dt.datetime
    waiting: int


_parent = aliased(MessageRow)
_copy = aliased(MessageRow)
_STANDING: Final = StoppageRow.ended_at.is_(None)
_AT_REST: Final = and_(OutboxRow.done_at.is_(None), OutboxRow.state != State.SENDING)
"""Open and not in anybody's hands."""
_BEHIND: Final = and_(
    OutboxRow.workspace_id == StoppageRow.workspace_id,
    OutboxRow.done_at.is_(None),
    or_(StoppageRow.lane == "", OutboxRow.lane == StoppageRow.lane),
)
_COLUMNS: Final = (
    StoppageRow.id,
    StoppageRow.lane,
    StoppageRow.reason,
    StoppageRow.since,
    StoppageRow.workspace_id,
    WorkspaceRow.platform,
    WorkspaceRow.external_id,
    WorkspaceRow.name,
    select(func.count()).where(_BEHIND).correlate(StoppageRow).scalar_subquery().label("waiting"),
)


class Stopped(Repository):
    """What is stopped in a community."""

    async def standing(self) -> Sequence[Stoppage]:
        """Return what is stopped now, the newest first."""
        return await self._found()

    async def get(self, stoppage: int) -> Stoppage | None:
        """Return a stoppage, or None where it is over."""
        return next(iter(await self._found(StoppageRow.id == stoppage)), None)

    async def untold(self) -> Sequence[Stoppage]:
        """Return what no animator knows yet."""
        return await self._found(StoppageRow.told_at.is_(None))

    async def told(self, stoppages: Collection[int], now: dt.datetime) -> None:
        """Record that the animators have their notice."""
        await self.connection.execute(update(StoppageRow).where(StoppageRow.id.in_(list(stoppages))).values(told_at=now))

    # ------------------------------------------------------------ ending

    async def resume(self, stoppage: int, now: dt.datetime) -> int | None:
        """End it and send what waits; return how many messages, None where it was over."""
        ended = await self._end(StoppageRow.id == stoppage, now=now)
        return None if ended is None else await self._go_on(*ended, now)

    async def drop(self, stoppage: int, now: dt.datetime) -> int | None:
        """End it and discard what waits; return how many messages, None where it was over."""
        ended = await self._end(StoppageRow.id == stoppage, now=now)
        if ended is None:
            return None
        rows = (await self.connection.execute(select(OutboxRow.id).where(_there(*ended), _AT_REST))).scalars().all()
        await discard(self.connection, rows, now)
        return len(rows)

    async def back(self, workspace: int, now: dt.datetime) -> int | None:
        """The bot is let into a workspace again: send what waited there; None where the workspace was not stopped.

        The stoppage that ended is returned by its id, for the notice about it.
        """
        whole = and_(StoppageRow.workspace_id == workspace, StoppageRow.lane == "")
        found = (await self.connection.execute(select(StoppageRow.id).where(whole, _STANDING))).scalar_one_or_none()
        if found is None or await self.resume(found, now) is None:
            return None
        return found

    async def move(self, workspace: int, old: str, new: str, now: dt.datetime) -> int | None:
        """Another channel was chosen: what waits because the old one is gone goes to the new one, and the stoppage ends.

        Letters that were given up go there too when they are sent again, unless the old channel still has another role. Returns
        the id of the stoppage that ended.
        """
        lane, to = f"{workspace}#{old}", f"{workspace}#{new}"
        await lock(self.connection, (lane, to))
        this = and_(StoppageRow.workspace_id == workspace, StoppageRow.lane == lane)
        found = (await self.connection.execute(select(StoppageRow.id).where(this, _STANDING))).scalar_one_or_none()
        if found is not None:
            ended = await self._end(StoppageRow.id == found, now=now)
            if ended is not None:
                await self._carry_over(lane, to, new, _AT_REST, now)
                await promote(self.connection, (lane, to))
        elsewhere = select(exists().where(ChannelRole.workspace_id == workspace, ChannelRole.channel == old))
        if found is not None or not (await self.connection.execute(elsewhere)).scalar_one():
            await self._carry_over(lane, to, new, OutboxRow.state == State.DEAD, now)
        return found

    async def _end(self, *which: ColumnElement[bool], now: dt.datetime) -> tuple[int, str] | None:
        """End a stoppage; return its workspace and lane, None where it was over: of two who press at once one ends it."""
        ending = update(StoppageRow).where(StoppageRow.community_id == self.community.id, _STANDING, *which)
        row = (
            await self.connection.execute(ending.values(ended_at=now).returning(StoppageRow.workspace_id, StoppageRow.lane))
        ).one_or_none()
        return None if row is None else (row.workspace_id, row.lane)

    async def _go_on(self, workspace: int, lane: str, now: dt.datetime) -> int:
        there = and_(_there(workspace, lane), OutboxRow.done_at.is_(None))
        waiting = (await self.connection.execute(select(func.count()).where(there))).scalar_one()
        lanes = select(OutboxRow.lane).where(there, OutboxRow.state == State.RETRY).distinct()
        await lock(self.connection, (await self.connection.execute(lanes)).scalars())
        # What was never tried keeps its time: first messages to strangers are spread.
        tried = update(OutboxRow).where(there, OutboxRow.state == State.RETRY)
        await self.connection.execute(tried.values(attempts=ANEW, due_at=now))
        if lane:
            await promote(self.connection, [lane])
        return waiting

    async def _carry_over(self, lane: str, to: str, channel: str, which: ColumnElement[bool], now: dt.datetime) -> None:
        """Let messages of one lane go to the channel of another.

        What concerns messages that stand in the old channel has lost its place: changes are over, answers in their threads are
        dead letters.
        """
        placed = exists().where(_parent.key == OutboxRow.thread_key, _parent.sent_at.is_not(None))
        changing = exists().where(_copy.key == OutboxRow.message_key, _copy.sent_at.is_not(None))
        here = and_(OutboxRow.lane == lane, which)
        stale = select(OutboxRow.id).where(here, OutboxRow.action.not_in(CREATING), changing)
        await discard(self.connection, (await self.connection.execute(stale)).scalars().all(), now)
        answers = update(OutboxRow).where(here, OutboxRow.done_at.is_(None), placed)
        await self.connection.execute(answers.values(state=State.DEAD, reason="thread_gone", done_at=now, first=False))
        moving = (
            await self.connection.execute(select(OutboxRow.id, OutboxRow.message_key, OutboxRow.action).where(here, ~placed))
        ).all()
        for some in few(moving):
            copies = [row.message_key for row in some if row.message_key is not None and row.action in CREATING]
            await self.connection.execute(update(MessageRow).where(MessageRow.key.in_(copies)).values(lane=to))
            these = OutboxRow.id.in_([row.id for row in some])
            await self.connection.execute(update(OutboxRow).where(these).values(lane=to, first=False))
            posts = update(OutboxRow).where(these, OutboxRow.action == Action.POST, OutboxRow.channel != "")
            await self.connection.execute(posts.values(channel=channel))
            still_open = update(OutboxRow).where(these, OutboxRow.done_at.is_(None))
            await self.connection.execute(still_open.values(attempts=ANEW, due_at=now))

    async def _found(self, *which: ColumnElement[bool]) -> Sequence[Stoppage]:
        found = (
            select(*_COLUMNS)
            .join(WorkspaceRow, WorkspaceRow.id == StoppageRow.workspace_id)
            .where(StoppageRow.community_id == self.community.id, _STANDING, *which)
            .order_by(StoppageRow.since.desc(), StoppageRow.id.desc())
        )
        rows = (await self.connection.execute(found)).all()
        roles = await roles_of(self.connection, {row.workspace_id for row in rows})
        return [
            Stoppage(
                row.id,
                Address(
                    Workspace(row.workspace_id, row.platform, row.external_id, row.name),
                    channel_of(row.lane),
                    roles.get((row.workspace_id, channel_of(row.lane)), ""),
                ),
                row.reason,
                row.since,
                row.waiting,
            )
            for row in rows
        ]


def _there(workspace: int, lane: str) -> ColumnElement[bool]:
    """Return what is behind a stoppage; what waits in a channel that is stopped by itself goes on only with that one."""
    if lane:
        return OutboxRow.lane == lane
    own = exists().where(StoppageRow.lane == OutboxRow.lane, StoppageRow.workspace_id == workspace, _STANDING)
    return and_(OutboxRow.workspace_id == workspace, ~own)
