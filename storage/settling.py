"""What became of claimed rows, written in one transaction that waits for no other: what is locked is left for the next one."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final

import msgspec

from bot.parcels import Dead, Retry, Return, Sent, Stop
from storage import settling_queries as queries
from storage.lanes import ANY_TIME, promote
from storage.outbox import Action, State
from storage.pace import free_at, set_free_at
from storage.statements import insert_or_ignore
from storage.stoppages import REFUSED_AGAIN, StoppageRow

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.parcels import Outcome
    from storage.statements import AnyRow

DM_CLOSED: Final = "dm_closed"
CHANNEL: Final = "#"
"""In the lane of a channel: only a channel can be mended, or replaced by another."""
LONGEST_PAUSE: Final = dt.timedelta(days=1)
"""No platform asks for more; a slip in its answer must not silence a workspace for a year."""


class Settling:
    """One transaction."""

    def __init__(self, connection: AsyncConnection, now: dt.datetime) -> None:
        self._connection = connection
        self._now = now
        self._lanes: dict[str, dt.datetime] = {}

    async def run(self, outcomes: Sequence[Outcome]) -> list[Outcome]:
        """Write outcomes; return those whose rows somebody else was changing.

        What a worker says of a row that is done, or that another claimed after its lease had ended, is not written; but what was
        sent was sent.
        """
        members = await self._free_members(outcomes)
        kept = [outcome for outcome in outcomes if _counted(outcome) in members]
        rows = {row.id: row for row in await self._connection.execute(queries.MINE, {"rows": [each.parcel.id for each in kept]})}
        current = [outcome for outcome in kept if _speaks_for(outcome, rows.get(outcome.parcel.id))]
        await self._sent([each for each in current if isinstance(each, Sent)], rows)
        await self._late([each for each in kept if isinstance(each, Sent) and each.parcel.id not in rows])
        await self._retry([each for each in current if isinstance(each, Retry)])
        await self._returned([each for each in current if isinstance(each, Return)])
        await self._dead([each for each in current if isinstance(each, Dead)], rows)
        await self._stopped([each for each in current if isinstance(each, Stop)], rows)
        await promote(self._connection, self._lanes.items())
        return await self._left([outcome for outcome in outcomes if outcome.parcel.id not in rows])

    async def _free_members(self, outcomes: Sequence[Outcome]) -> Collection[int | None]:
        """Lock the members whose count of missed messages changes, as far as nobody else has; None is always free."""
        wanted = {member for outcome in outcomes if (member := _counted(outcome)) is not None}
        if not wanted:
            return {None}
        free = await self._connection.execute(queries.MEMBERS, {"members": sorted(wanted)})
        return {None, *free.scalars()}

    async def _left(self, missing: Sequence[Outcome]) -> list[Outcome]:
        """Return the outcomes among these whose rows are still open: they were locked by somebody else."""
        if not missing:
            return []
        found = await self._connection.execute(queries.OPEN, {"rows": [outcome.parcel.id for outcome in missing]})
        still = set(found.scalars())
        return [outcome for outcome in missing if outcome.parcel.id in still]

    async def _sent(self, outcomes: Sequence[Sent], rows: Mapping[int, AnyRow]) -> None:
        if not outcomes:
            return
        await self._write(outcomes)
        await self._converse(outcomes)
        for each in outcomes:
            if not rows[each.parcel.id].first:
                continue  # another worker has ended it; what is first now is not this transaction's
            spacing = dt.timedelta(seconds=each.spacing)
            self._lanes[each.parcel.lane] = self._now + spacing if spacing else ANY_TIME

    async def _late(self, outcomes: Sequence[Sent]) -> None:
        """Record what arrived after all, although another worker took it for undeliverable: nobody is to send it again."""
        if outcomes:
            dead = await self._connection.execute(queries.DEAD_ONES, {"rows": [each.parcel.id for each in outcomes]})
            found = set(dead.scalars())
            await self._write([each for each in outcomes if each.parcel.id in found])

    async def _write(self, outcomes: Sequence[Sent]) -> None:
        await self._each(queries.SENT, ({"row": each.parcel.id, "now": self._now, "written": _written(each)} for each in outcomes))
        await self._each(
            queries.REMEMBER,
            (
                {
                    "of_copy": each.parcel.copy,
                    "in_channel": each.reference.channel,
                    "as_message": each.reference.message,
                    "in_thread": each.reference.thread,
                    "now": self._now,
                }
                for each in outcomes
                if each.parcel.copy and each.reference is not None
            ),
        )

    async def _converse(self, outcomes: Sequence[Sent]) -> None:
        """Keep the conversations that were opened, where nobody else is changing the account: the next message can do it too."""
        opened = {
            (each.parcel.workspace_id, each.parcel.accounts[0]): each.reference.channel
            for each in outcomes
            if each.parcel.action == Action.DIRECT
            and each.reference is not None
            and each.reference.channel != each.parcel.conversation
        }
        if not opened:
            return
        wanted = {"workspaces": sorted({key[0] for key in opened}), "accounts": sorted({key[1] for key in opened})}
        free = await self._connection.execute(queries.ACCOUNTS, wanted)
        await self._each(
            queries.CONVERSE,
            (
                {"account": row.id, "there": opened[row.workspace_id, row.external_id]}
                for row in free.all()
                if (row.workspace_id, row.external_id) in opened
            ),
        )

    async def _retry(self, outcomes: Sequence[Retry]) -> None:
        await self._each(
            queries.RETRY,
            (
                {"row": each.parcel.id, "at": each.at, "why": each.reason, "lost": each.uncertain, "less": 0 if each.counted else 1}
                for each in outcomes
            ),
        )
        for each in outcomes:
            # What answers somebody may have come behind it in the meantime.
            self._lanes.setdefault(each.parcel.lane, ANY_TIME)
            if each.pause:
                await self._pause(each.pause, each.until or each.at)

    async def _pause(self, scope: str, until: dt.datetime) -> None:
        until = min(until, self._now + LONGEST_PAUSE)
        if await free_at(self._connection, scope, self._now) < until:
            await set_free_at(self._connection, scope, until, self._now)

    async def _returned(self, outcomes: Sequence[Return]) -> None:
        await self._each(queries.RETURN, ({"row": each.parcel.id, "at": self._now} for each in outcomes))
        for each in outcomes:
            self._lanes.setdefault(each.parcel.lane, ANY_TIME)

    async def _dead(self, outcomes: Sequence[Dead], rows: Mapping[int, AnyRow]) -> None:
        for each in outcomes:
            parcel, row = each.parcel, rows[each.parcel.id]
            if each.gone and parcel.action in {Action.UPDATE, Action.REMOVE}:
                state = State.CANCELLED  # there is nothing to change any more
            elif each.gone and parcel.action == Action.POST and CHANNEL in parcel.lane:
                await self._stop(row, parcel.lane, each.reason)
                continue
            else:
                state = State.MISSED if row.keep and each.reason == DM_CLOSED else State.DEAD
            ended = {"row": parcel.id, "now": self._now, "what": state.value, "why": each.reason, "lost": each.uncertain}
            await self._connection.execute(queries.GIVE_UP, ended)
            self._lanes.setdefault(parcel.lane, ANY_TIME)
            if state is State.MISSED and row.member_id is not None:
                await self._connection.execute(queries.ONE_MORE_MISSED, {"of_member": row.member_id})
            if each.gone and parcel.action == Action.DIRECT:
                await self._leave(each)

    async def _leave(self, outcome: Dead) -> None:
        """Cancel what else was to go to an account that is gone. Its member's standing follows what the platform tells."""
        parcel = outcome.parcel
        there = {"of_member": parcel.member, "of_workspace": parcel.workspace_id, "to_account": parcel.accounts[0]}
        others = (await self._connection.execute(queries.OTHERS, there)).all()
        await self._each(queries.CANCEL, ({"row": row.id, "now": self._now, "why": outcome.reason} for row in others))
        for row in others:
            self._lanes.setdefault(row.lane, ANY_TIME)
        wanted = {"workspaces": [parcel.workspace_id], "accounts": [parcel.accounts[0]]}
        free = (await self._connection.execute(queries.ACCOUNTS, wanted)).all()
        await self._each(queries.LEFT, ({"account": row.id, "now": self._now} for row in free))

    async def _stopped(self, outcomes: Sequence[Stop], rows: Mapping[int, AnyRow]) -> None:
        for each in outcomes:
            await self._stop(rows[each.parcel.id], "", each.reason)
            self._lanes.setdefault(each.parcel.lane, ANY_TIME)

    async def _stop(self, row: AnyRow, lane: str, reason: str) -> None:
        """Let what goes to a conversation, or with an empty lane to a workspace, wait until somebody has mended it."""
        stays = {"row": row.id, "now": self._now, "why": reason, "stays": not lane}
        await self._connection.execute(queries.WAIT, stays)
        stoppage = {
            "community_id": row.community_id,
            "workspace_id": row.workspace_id,
            "lane": lane,
            "reason": reason,
            "since": self._now,
            "told_at": None,
            "ended_at": None,
        }
        if not lane and await self._refused_again(row.workspace_id, reason):
            return
        await self._connection.execute(insert_or_ignore(self._connection, StoppageRow, stoppage))

    async def _refused_again(self, workspace: int, reason: str) -> bool:
        """Let a stoppage of a workspace go on that ended without anything getting through since."""
        again = await self._connection.execute(REFUSED_AGAIN, {"of_workspace": workspace, "why": reason})
        return again.rowcount > 0

    async def _each(self, statement: Any, values: Any) -> None:  # noqa: ANN401 - any statement of `settling_queries`
        """Execute once for each set of values, together."""
        sets = list(values)
        if sets:
            await self._connection.execute(statement, sets)


def _counted(outcome: Outcome) -> int | None:
    """Return the member whose count of missed messages may change."""
    return outcome.parcel.member if isinstance(outcome, Dead) and outcome.reason == DM_CLOSED else None


def _speaks_for(outcome: Outcome, row: AnyRow | None) -> bool:
    """Tell whether a worker may still say what became of a row: a lease that ended made it somebody else's."""
    if row is None:
        return False
    return isinstance(outcome, Sent) or (row.state == State.SENDING and row.due_at == outcome.parcel.until)


def _written(outcome: Sent) -> str:
    return msgspec.json.encode(outcome.reference).decode() if outcome.reference is not None else ""
