"""The outbox as the delivery worker sees it: what waits, leases, attempts, and what became of each row.

Settling never waits for another transaction: what a handler is changing at the moment is settled a moment later. A handler may wait
for a row that is being settled, so that waiting the other way round would end in a deadlock.
"""

from __future__ import annotations

import asyncio
import datetime as dt
from typing import TYPE_CHECKING, Final

import msgspec
from sqlalchemy import delete, func, or_, select

from bot.parcels import Parcel, Waiting
from bot.ports import Reference
from bot.ui import Card
from storage import delivery_queries as queries
from storage import strangers
from storage.lanes import promote
from storage.late import put_off
from storage.mentions import decode
from storage.outbox import BULK, CREATING, KEPT, SOON, Action, OutboxRow, State
from storage.pace import AHEAD, ProcessRow
from storage.settling import Settling
from storage.statements import upsert
from storage.strangers import NOBODY, Strangers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.parcels import Outcome, Share
    from storage.engine import Engines
    from storage.statements import AnyRow

NOTHING: Final = Card(body="–")
"""The content of a removal, which shows none."""
A_MOMENT: Final = 0.02
"""Seconds until what was being changed is settled again."""
ALIVE: Final = dt.timedelta(seconds=15)
"""A process that has not said for as long that it delivers leaves its part of what platforms permit to the others."""


class StoredDeliveries:
    """`parcels.Deliveries` on the database; each call is a short transaction of its own."""

    def __init__(self, engines: Engines, spread: Strangers = NOBODY) -> None:
        self._engines = engines
        self._spread = spread

    async def waiting(self, now: dt.datetime) -> Sequence[Waiting]:
        """Return the workspaces where something is due."""
        async with self._engines.read.connect() as connection:
            rows = (await connection.execute(queries.WAITING, {"now": now, "latest": now + AHEAD})).all()
        return [Waiting(row.id, row.platform, row.external_id, row.soon, row.bulk, row.paused, row.paused_together) for row in rows]

    async def claim(self, now: dt.datetime, lease: dt.timedelta, shares: Sequence[Share]) -> Sequence[Parcel]:
        """Lease rows that are due, the first of each conversation; the attempt is recorded before anything is sent."""
        parcels: list[Parcel] = []
        hopeless: list[tuple[AnyRow, State, str]] = []
        async with self._engines.write.begin() as connection:
            for share in shares:
                left = share.most
                for priority in (SOON,) if share.soon else (SOON, BULK):
                    if left <= 0:
                        break
                    wanted = {"now": now, "of_workspace": share.workspace, "of_priority": priority, "most": left}
                    rows = (await connection.execute(queries.DUE, wanted)).all()
                    delayed = await self._delay(connection, rows, now)
                    for row in rows:
                        if row.id in delayed:
                            continue
                        outcome = _parcel(row, now + lease)
                        if isinstance(outcome, Parcel):
                            parcels.append(outcome)
                            left -= 1
                        else:
                            hopeless.append((row, await _fate(connection, row, outcome[0]), outcome[1]))
            if parcels:
                await connection.execute(
                    queries.LEASE, {"rows": [parcel.id for parcel in parcels], "now": now, "until": now + lease}
                )
            if hopeless:
                await _give_up(connection, hopeless, now)
        # Behind a hopeless row another of its conversation may be due.
        return parcels or (await self.claim(now, lease, shares) if hopeless else [])

    async def _delay(self, connection: AsyncConnection, rows: Sequence[AnyRow], now: dt.datetime) -> set[int]:
        """Put off what is due but would not be right to send now: at night, or to too many strangers; return which."""
        late = {row.id for row in rows if row.own_time and await put_off(connection, row, now)}
        return late | await strangers.put_off(connection, rows, self._spread.per_hour, now)

    async def settle(self, outcomes: Sequence[Outcome], now: dt.datetime) -> None:
        """Record what became of what was claimed."""
        left = list(outcomes)
        while left:
            async with self._engines.write.begin() as connection:
                left = await Settling(connection, now).run(left)
            if left:
                await asyncio.sleep(A_MOMENT)

    async def next_due(self, now: dt.datetime) -> dt.datetime | None:
        """Return when the next row may be tried, or None; for one that is being sent, when its lease ends."""
        async with self._engines.read.connect() as connection:
            return (await connection.execute(queries.NEXT, {"now": now})).scalar_one_or_none()

    async def processes(self, name: str, now: dt.datetime, *, ends: bool = False) -> int:
        """Say that the process of this name delivers, or ends, and return how many do: they share what platforms permit."""
        async with self._engines.write.begin() as connection:
            if not ends:
                await connection.execute(upsert(connection, ProcessRow, {"name": name, "seen_at": now}, keys=("name",)))
            over = or_(ProcessRow.seen_at <= now - ALIVE, ProcessRow.seen_at > now + ALIVE)
            await connection.execute(delete(ProcessRow).where(or_(over, ProcessRow.name == name) if ends else over))
            return (await connection.execute(select(func.count()).select_from(ProcessRow))).scalar_one()


async def _fate(connection: AsyncConnection, row: AnyRow, fate: State) -> State:
    """Return what becomes of a row that has nowhere to go: an answer to what did not arrive is shown along with that."""
    if row.thread_key is None or fate is not State.CANCELLED:
        return fate
    parent = (await connection.execute(select(OutboxRow.state).where(OutboxRow.key == row.thread_key))).scalar_one_or_none()
    return State.DEAD if parent in KEPT else fate


async def _give_up(connection: AsyncConnection, hopeless: Sequence[tuple[AnyRow, State, str]], now: dt.datetime) -> None:
    """End rows that have nowhere to go; what was to be changed, and was given up itself, says what it was changed to."""
    changes = [
        {"of_copy": row.message_key, "content": row.card, "language": row.locale, "where": row.zone}
        for row, _state, _reason in hopeless
        if row.action == Action.UPDATE
    ]
    if changes:
        await connection.execute(queries.MERGE, changes)
    ended = [{"row": row.id, "now": now, "what": state, "why": reason} for row, state, reason in hopeless]
    await connection.execute(queries.GIVE_UP, ended)
    await promote(connection, {row.lane for row, _state, _reason in hopeless})


def _parcel(row: AnyRow, until: dt.datetime) -> Parcel | tuple[State, str]:
    """Return what to hand to the platform, or what becomes of a row that has nowhere to go."""
    needs_copy = row.action in {Action.UPDATE, Action.REMOVE}
    if (needs_copy and row.copy_sent_at is None) or (row.thread_key is not None and row.parent_sent_at is None):
        return State.CANCELLED, "never_sent"
    try:
        card = decode(row.card) if row.action != Action.REMOVE else NOTHING
    except msgspec.DecodeError:
        return State.DEAD, "unreadable"
    in_thread = row.thread_key is not None
    return Parcel(
        id=row.id,
        key=row.key,
        lane=row.lane,
        workspace_id=row.workspace_id,
        priority=row.priority,
        platform=row.platform,
        workspace=row.workspace,
        action=row.action,
        card=card,
        locale=row.locale,
        zone=row.zone,
        attempt=row.attempts + (row.state != State.SENDING),
        until=until,
        since=row.tried_at if row.uncertain or row.state == State.SENDING else None,
        channel=row.parent_channel if in_thread else row.channel,
        thread=(row.parent_thread or row.parent_message) if in_thread else "",
        accounts=tuple(row.accounts.split()),
        title=row.title,
        reference=Reference(row.copy_channel, row.copy_message, row.copy_thread) if needs_copy else None,
        copy=row.message_key if row.message_key is not None and row.action in CREATING else "",
        conversation=row.conversation or "",
        member=row.member_id,
    )
