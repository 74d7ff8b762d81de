"""Messages that wait for a moment in a member's own time: when that is, reckoned again when they choose other hours, and dropped.

Each has a lane of its own: until its moment comes, it holds up nothing else in the member's conversation. It is always the first
there, which is what makes a lock on it one of its lane.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import msgspec
from sqlalchemy import bindparam, select, update

from bot.effects import OwnTime
from bot.hours import due
from storage.lanes import lock, promote
from storage.outbox import Action, MessageRow, OutboxRow, State

if TYPE_CHECKING:
    import datetime as dt

    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.hours import WorkingHours
    from bot.ports import Reader

_WAITING: Final = (
    select(OutboxRow.id, OutboxRow.key, OutboxRow.message_key, OutboxRow.own_time)
    .where(
        OutboxRow.member_id == bindparam("member"),
        OutboxRow.done_at.is_(None),
        OutboxRow.state == State.PENDING,
        OutboxRow.own_time != "",
    )
    .order_by(OutboxRow.id)
    .with_for_update()
)
_MESSAGES_TO_THEM = (
    OutboxRow.member_id == bindparam("member"),
    OutboxRow.done_at.is_(None),
    OutboxRow.state != State.SENDING,
    OutboxRow.action == Action.DIRECT,
)
_LANES: Final = select(OutboxRow.lane).where(*_MESSAGES_TO_THEM).distinct()
_TO_THEM: Final = (
    select(OutboxRow.id, OutboxRow.message_key, OutboxRow.lane).where(*_MESSAGES_TO_THEM).order_by(OutboxRow.id).with_for_update()
)
_PUT_OFF: Final = (
    update(OutboxRow)
    .where(OutboxRow.id == bindparam("row"))
    .values(due_at=bindparam("due"), locale=bindparam("language"), zone=bindparam("where"))
)
_CANCEL: Final = (
    update(OutboxRow)
    .where(OutboxRow.id == bindparam("row"))
    .values(state=State.CANCELLED, done_at=bindparam("now"), card="", first=False)
)
_FORGET: Final = update(MessageRow).where(MessageRow.key == bindparam("copy")).values(removed_at=bindparam("now"))


@dataclass(frozen=True, slots=True)
class Wait:
    """Until when a message waits, and for what: an `OwnTime`, as it is written in its row."""

    due: dt.datetime
    own_time: str


def lane_of_own(lane: str, key: str) -> str:
    """Return the lane of a message that waits in its own; unlike a first message to a stranger, it never goes before its time."""
    return f"{lane}@{key}"


def waiting_for(when: OwnTime, now: dt.datetime, reader: Reader, hours: WorkingHours) -> Wait | None:
    """Return what a message waits for; None where the moment is now."""
    at = due(when, now, reader.zone, hours)
    return None if at <= now else Wait(at, msgspec.json.encode(when).decode())


async def reckon_again(connection: AsyncConnection, member: int, reader: Reader, hours: WorkingHours, now: dt.datetime) -> None:
    """Let what waits for a member wait by the language, the zone and the hours that they have now."""
    rows = (await connection.execute(_WAITING, {"member": member})).all()
    moved: list[dict[str, Any]] = [
        {
            "row": row.id,
            "due": due(msgspec.json.decode(row.own_time, type=OwnTime), now, reader.zone, hours),
            "language": reader.locale,
            "where": reader.zone,
        }
        for row in rows
    ]
    if moved:
        from storage import budget  # noqa: PLC0415 - it is about members, who know of this

        await connection.execute(_PUT_OFF, moved)
        await budget.moved(connection, [(row.key, each["due"]) for row, each in zip(rows, moved, strict=True)])


async def drop_waiting(connection: AsyncConnection, member: int, now: dt.datetime) -> None:
    """Let nothing that waits for a member be sent: they left."""
    await lock(connection, (await connection.execute(_LANES, {"member": member})).scalars())
    rows = (await connection.execute(_TO_THEM, {"member": member})).all()
    if not rows:
        return
    await connection.execute(_CANCEL, [{"row": row.id, "now": now} for row in rows])
    await promote(connection, {row.lane for row in rows})
    remembered = [{"copy": row.message_key, "now": now} for row in rows if row.message_key is not None]
    if remembered:
        await connection.execute(_FORGET, remembered)
