"""Messages whose moment in a member's own time passed while nothing was running: they wait for the next."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

import msgspec
from sqlalchemy import bindparam, select, update

from bot.effects import OwnTime
from bot.hours import due
from storage.outbox import OutboxRow, State
from storage.people import MemberRow, working_hours
from storage.schedules import PauseRow

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

    from storage.statements import AnyRow

LATE: Final = dt.timedelta(minutes=30)
"""How long after its moment a message still goes without looking at the member's hours again."""
_HOURS: Final = select(MemberRow.workdays, MemberRow.workhours, MemberRow.quiet).where(MemberRow.id == bindparam("member"))
_PAUSED: Final = select(PauseRow.since).where(PauseRow.community_id == bindparam("community"))
_PUT_OFF: Final = update(OutboxRow).where(OutboxRow.id == bindparam("row")).values(due_at=bindparam("due"))


async def put_off(connection: AsyncConnection, row: AnyRow, now: dt.datetime) -> bool:
    """Let a message wait for the next moment: one whose own passed while nothing was running, any while everything is paused."""
    on_time = row.state == State.PENDING and now - row.due_at < LATE
    if row.uncertain or row.state == State.SENDING:
        return False
    paused = (await connection.execute(_PAUSED, {"community": row.community_id})).scalar_one_or_none()
    if paused is not None:
        await connection.execute(_PUT_OFF, [{"row": row.id, "due": now + LATE}])
        return True
    if on_time:
        return False
    member = (await connection.execute(_HOURS, {"member": row.member_id})).one_or_none()
    if member is None:
        return False
    hours = working_hours(member.workdays, member.workhours, member.quiet)
    moment = due(msgspec.json.decode(row.own_time, type=OwnTime), now, row.zone, hours)
    if moment > now:
        await connection.execute(_PUT_OFF, {"row": row.id, "due": moment})
    return moment > now
