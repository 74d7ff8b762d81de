"""Which message of a conversation is first, the only one that may be tried: by priority, then in the order of writing.

A row that is being sent stays first until its outcome is known. A stopped conversation has no first row: its messages wait.

Two transactions that change one lane meet at its first row, which each locks before any other of the lane: neither misses what the
other one adds or ends.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import TYPE_CHECKING, Final

from sqlalchemy import BindParameter, String, bindparam, case, exists, select, update

from storage.base import Instant, aliased
from storage.outbox import OutboxRow, State
from storage.statements import elements, listed
from storage.stoppages import StoppageRow

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy.ext.asyncio import AsyncConnection

ANY_TIME: Final = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)

_LANES: Final = "lanes"
_other = aliased(OutboxRow)
_front = aliased(OutboxRow)
_lane = elements(_LANES, String)
_listed = listed(_LANES, String)
_LOCK = (
    select(OutboxRow.id).where(OutboxRow.first, OutboxRow.lane.in_(_listed)).order_by(OutboxRow.id).with_for_update(of=OutboxRow)
)
_DEMOTE = (
    update(OutboxRow)
    .where(
        OutboxRow.lane.in_(_listed),
        OutboxRow.first,
        OutboxRow.state != State.SENDING,
        exists().where(_other.lane == OutboxRow.lane, _other.done_at.is_(None), _other.priority < OutboxRow.priority),
    )
    .values(first=False)
)
_NEXT = select(
    select(_other.id)
    .where(_other.lane == _lane.c.value, _other.done_at.is_(None))
    .order_by(_other.priority, _other.id)
    .limit(1)
    .correlate(_lane)
    .scalar_subquery()
).select_from(_lane)
"""One look into the index for each lane, however many rows wait in it."""
_EARLIEST: BindParameter[dt.datetime] = bindparam("earliest", type_=Instant())
_PROMOTE = (
    update(OutboxRow)
    .where(
        OutboxRow.id.in_(_NEXT),
        ~exists().where(_front.lane == OutboxRow.lane, _front.first),
        ~exists().where(StoppageRow.lane == OutboxRow.lane, StoppageRow.ended_at.is_(None)),
    )
    .values(first=True, due_at=case((OutboxRow.due_at < _EARLIEST, _EARLIEST), else_=OutboxRow.due_at))
)


async def lock(connection: AsyncConnection, lanes: Iterable[str]) -> None:
    """Let no other transaction change these lanes until this one ends; to be called before any row of them is locked."""
    names = sorted(set(lanes))
    if names and connection.dialect.name == "postgresql":
        await connection.execute(_LOCK, {_LANES: names})


async def promote(connection: AsyncConnection, lanes: Iterable[tuple[str, dt.datetime]] | Iterable[str]) -> None:
    """Let each lane have its right first row, after rows came or went; with an instant, one not to be tried before that."""
    wanted: dict[dt.datetime, set[str]] = defaultdict(set)
    for lane in lanes:
        name, earliest = lane if isinstance(lane, tuple) else (lane, ANY_TIME)
        wanted[earliest].add(name)
    names = sorted(set[str]().union(*wanted.values()))
    if not names:
        return
    await lock(connection, names)
    await connection.execute(_DEMOTE, {_LANES: names})
    for earliest, these in wanted.items():
        await connection.execute(_PROMOTE, {_LANES: sorted(these), "earliest": earliest})
