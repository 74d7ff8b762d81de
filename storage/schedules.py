"""When scheduled handlers run: the schedule of each community, and the occurrences already claimed."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

from sqlalchemy import ForeignKey, UniqueConstraint, bindparam, delete, select, update
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, InCommunity, Key
from storage.locks import hold
from storage.statements import insert_or_ignore

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.model import Community

KEPT: Final = dt.timedelta(days=90)
"""How long past occurrences stay, for whoever asks when something ran."""


class ScheduleRow(Base):
    """One schedule of one community.

    `rule` says how `next_at` advances: `every`, at `interval` seconds. `local_time`, `zone` and `grace` (seconds) are for rules
    of the calendar; an interval leaves them empty.
    """

    __tablename__ = "schedule"
    __table_args__ = (UniqueConstraint("community_id", "name"),)

    id: Mapped[Key]
    community_id: Mapped[InCommunity]
    name: Mapped[str]
    rule: Mapped[str]
    interval: Mapped[int]
    local_time: Mapped[str]
    zone: Mapped[str]
    grace: Mapped[int | None]
    next_at: Mapped[dt.datetime] = mapped_column(index=True)


class OccurrenceRow(Base):
    """An instant at which a schedule was due, claimed by whoever could insert this row."""

    __tablename__ = "occurrence"
    __table_args__ = (UniqueConstraint("schedule_id", "due_at"),)

    id: Mapped[Key]
    schedule_id: Mapped[int] = mapped_column(ForeignKey("schedule.id", ondelete="CASCADE"))
    due_at: Mapped[dt.datetime]
    taken_at: Mapped[dt.datetime]


_FIND = select(ScheduleRow.id, ScheduleRow.next_at, ScheduleRow.interval).where(
    ScheduleRow.community_id == bindparam("community"), ScheduleRow.name == bindparam("schedule")
)
_CLAIM = _FIND.where(ScheduleRow.next_at <= bindparam("now")).with_for_update(skip_locked=True)
_MOVE = (
    update(ScheduleRow)
    .where(ScheduleRow.id == bindparam("schedule"))
    .values(next_at=bindparam("next"), interval=bindparam("seconds"))
)
_FORGET = delete(OccurrenceRow).where(
    OccurrenceRow.schedule_id == bindparam("schedule"), OccurrenceRow.taken_at < bindparam("before")
)


class StoredOccurrences:
    """`ports.Occurrences` on the database."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def take(self, community: Community, name: str, every: dt.timedelta, now: dt.datetime) -> bool:
        """Claim the occurrence that is due; False where none is.

        A schedule seen for the first time is due one interval later. A late one runs once, however many intervals have passed, and
        stays on its own beat.
        """
        wanted = {"community": community.id, "schedule": name}
        row = (await self._connection.execute(_CLAIM, {**wanted, "now": now})).one_or_none()
        if row is None:
            await self._begin_or_follow(community, name, every, now)
            return False
        await hold(self._connection, community.id)
        taken = await self._connection.execute(
            insert_or_ignore(self._connection, OccurrenceRow, {"schedule_id": row.id, "due_at": row.next_at, "taken_at": now})
        )
        await self._connection.execute(
            _MOVE, {"schedule": row.id, "next": following(row.next_at, every, now), "seconds": int(every.total_seconds())}
        )
        await self._connection.execute(_FORGET, {"schedule": row.id, "before": now - KEPT})
        return taken.rowcount == 1

    async def _begin_or_follow(self, community: Community, name: str, every: dt.timedelta, now: dt.datetime) -> None:
        """Write a schedule seen for the first time; follow an interval that this version changed."""
        seconds = int(every.total_seconds())
        row = (await self._connection.execute(_FIND, {"community": community.id, "schedule": name})).one_or_none()
        if row is None:
            await self._connection.execute(
                insert_or_ignore(
                    self._connection,
                    ScheduleRow,
                    {
                        "community_id": community.id,
                        "name": name,
                        "rule": "every",
                        "interval": seconds,
                        "local_time": "",
                        "zone": "",
                        "grace": None,
                        "next_at": now + every,
                    },
                )
            )
        elif row.interval != seconds:
            await self._connection.execute(_MOVE, {"schedule": row.id, "next": min(row.next_at, now + every), "seconds": seconds})


def following(due: dt.datetime, every: dt.timedelta, now: dt.datetime) -> dt.datetime:
    """Return the first instant after `now` on the beat that started at `due`."""
    return due + every * ((now - due) // every + 1)
