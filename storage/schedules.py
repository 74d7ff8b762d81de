"""The schedules of each community: what animators see and change of them, and the tables, which are the truth."""

from __future__ import annotations

import datetime as dt
import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import msgspec
from sqlalchemy import ForeignKey, Index, UniqueConstraint, bindparam, delete, false, func, literal_column, select, text, update

from bot.recurrence import Dates, Occurrence, Recurrence, next_beat
from storage.base import Base, InCommunity, Key, Mapped, Repository, mapped_column
from storage.communities import Communities
from storage.locks import hold
from storage.statements import insert_or_ignore

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

TAKEN, MISSED, TOLD = "taken", "missed", "told"
"""What became of an occurrence: it ran, it was too late, it was too late and the animators know."""
EVERY: Final = "every"
"""What `ScheduleRow.rule` says of an interval."""


class ScheduleRow(Base):
    """One schedule of one community.

    `rule` says which dates it falls on, as JSON, or `every`, at `interval` seconds. `local_time`, `zone` (empty: the community's),
    `holidays` and `grace` (seconds) are for rules of the calendar, and so is `next_date`, the local date that `next_at` stands for.
    `changed`: the animator chose the rule, which then no longer follows the version's own. `off`: it is never due. `lead`: how many
    days ahead of its date it is due. `label` tells one of a family from the others, in somebody's own words.
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
    holidays: Mapped[str] = mapped_column(default="")
    changed: Mapped[bool] = mapped_column(default=False)
    next_date: Mapped[dt.date | None]
    off: Mapped[bool] = mapped_column(server_default=false())
    lead: Mapped[int] = mapped_column(server_default="0")
    label: Mapped[str] = mapped_column(server_default="")


class OccurrenceRow(Base):
    """A time at which a schedule was due: taken by whoever could insert this row, or missed. A local date has one."""

    __tablename__ = "occurrence"
    __table_args__ = (
        UniqueConstraint("schedule_id", "due_at"),
        UniqueConstraint("schedule_id", "local_date"),
        Index("ix_occurrence_not_taken", "schedule_id", sqlite_where=text("state <> 'taken'")),
    )

    id: Mapped[Key]
    schedule_id: Mapped[int] = mapped_column(ForeignKey("schedule.id", ondelete="CASCADE"))
    due_at: Mapped[dt.datetime]
    taken_at: Mapped[dt.datetime]
    local_date: Mapped[dt.date | None]
    state: Mapped[str] = mapped_column(default=TAKEN)


class PauseRow(Base):
    """A community in which nothing happens by itself, since an instant."""

    __tablename__ = "schedule_pause"

    community_id: Mapped[int] = mapped_column(ForeignKey("community.id", ondelete="CASCADE"), primary_key=True)
    since: Mapped[dt.datetime]


When = dt.timedelta | Recurrence


def columns_of(when: When) -> Mapping[str, Any]:
    """Return the columns that say when something happens."""
    if isinstance(when, dt.timedelta):
        interval = int(when.total_seconds())
        return {"rule": EVERY, "interval": interval, "local_time": "", "zone": "", "holidays": "", "grace": None, "lead": 0}
    return {
        "rule": msgspec.json.encode(when.dates).decode(),
        "interval": 0,
        "local_time": when.at.isoformat(),
        "zone": when.zone,
        "holidays": when.holidays,
        "grace": int(when.grace.total_seconds()),
        "lead": when.lead,
    }


def when_of(row: Any) -> When:  # noqa: ANN401 - a row of `ScheduleRow`'s columns
    """Return when something happens, from its columns."""
    if row.rule == EVERY:
        return dt.timedelta(seconds=row.interval)
    return Recurrence(
        msgspec.json.decode(row.rule, type=Dates),
        dt.time.fromisoformat(row.local_time),
        row.zone,
        row.holidays,
        dt.timedelta(seconds=row.grace or 0),
        row.lead,
    )


def first(when: When, zone: str, now: dt.datetime, past: dt.date | None = None) -> Occurrence:
    """Return the first occurrence after now; an interval's is one interval from now.

    Raises:
        ValueError: there is none.
    """
    if isinstance(when, dt.timedelta):
        return Occurrence(now + when)
    found = next(when.upcoming(zone, now, past), None)
    if found is None:
        message = f"no date of {when} is near"
        raise ValueError(message)
    return found


@dataclass(frozen=True, slots=True)
class Planned:
    """A schedule as it stands: its name (`feature:name`), its rule, when it is due next, and its label among its family."""

    name: str
    when: When
    next: Occurrence
    changed: bool
    label: str = ""


@dataclass(frozen=True, slots=True)
class Missed:
    """An occurrence that was late beyond its grace and did not run."""

    name: str
    occurrence: Occurrence
    label: str = ""


LATEST = select(func.max(OccurrenceRow.local_date)).where(
    OccurrenceRow.schedule_id == bindparam("schedule"), OccurrenceRow.state == TAKEN
)


# The state is written out: planners use the index of what was not taken only where they see that it holds what is asked for.
NOT_TAKEN: Final = OccurrenceRow.state != literal_column("'taken'")
_UNTOLD: Final = (
    select(ScheduleRow.id, ScheduleRow.name)
    .join(OccurrenceRow, OccurrenceRow.schedule_id == ScheduleRow.id)
    .where(ScheduleRow.community_id == bindparam("community"), OccurrenceRow.state == MISSED, NOT_TAKEN)
    .distinct()
)
_TELL: Final = (
    update(OccurrenceRow)
    .where(
        OccurrenceRow.schedule_id.in_(bindparam("schedules", expanding=True)),
        OccurrenceRow.state == MISSED,
        NOT_TAKEN,
    )
    .values(state=TOLD)
)


class Schedules(Repository):
    """The schedules of a community, for its animator."""

    async def planned(self) -> Sequence[Planned]:
        """Return every schedule that has been seen and is not switched off, by when it is due."""
        rows = await self.connection.execute(
            select(*ScheduleRow.__table__.c)
            .where(ScheduleRow.community_id == self.community.id, ScheduleRow.off.is_(False))
            .order_by(ScheduleRow.next_at, ScheduleRow.name)
        )
        return [Planned(row.name, when_of(row), Occurrence(row.next_at, row.next_date), row.changed, row.label) for row in rows]

    async def rule(self, name: str) -> Recurrence | None:
        """Return the rule of a schedule; None where it is an interval or has not been seen yet."""
        row = await self._row(name)
        when = None if row is None else when_of(row)
        return when if isinstance(when, Recurrence) else None

    async def next_dates(self, name: str, now: dt.datetime, count: int = 5) -> Sequence[Occurrence]:
        """Return when a schedule comes next, whether or not everything is paused; never, where it is switched off."""
        row = await self._row(name)
        if row is None or row.off:
            return []
        when = when_of(row)
        if isinstance(when, dt.timedelta):
            start = row.next_at if row.next_at > now else next_beat(row.next_at, when, now)
            return [Occurrence(start + when * number) for number in range(count)]
        zone = await self._zone()
        return list(itertools.islice(when.upcoming(zone, now, await self._latest(row.id)), count))

    async def change(self, name: str, rule: Recurrence | None, now: dt.datetime, *, label: str = "") -> Sequence[Occurrence]:
        """Give a schedule another rule, None for the one it began with; return what comes next. One that was off is on.

        A local date that had its turn has no second one; one that was missed may have it by the new rule. `label`: what one of a
        family is called.

        Raises:
            ValueError: its zone or its country is not known, or it never happens.
        """
        await hold(self.connection, self.community.id)
        row = await self._row(name)
        if rule is None:
            if row is not None:  # the scheduler's next look finds that the rule is not the version's own
                await self.connection.execute(update(ScheduleRow).where(ScheduleRow.id == row.id).values(changed=False))
            return []
        past = None if row is None else await self._latest(row.id)
        following = first(rule.checked(), await self._zone(), now, past)
        values = {
            **columns_of(rule),
            "changed": True,
            "next_at": following.due,
            "next_date": following.date,
            "off": False,
            "label": label,
        }
        if row is None:
            values |= {"community_id": self.community.id, "name": name}
            await self.connection.execute(insert_or_ignore(self.connection, ScheduleRow, values))
        else:
            await self.connection.execute(update(ScheduleRow).where(ScheduleRow.id == row.id).values(values))
        return await self.next_dates(name, now)

    async def switch_off(self, name: str) -> None:
        """Let a schedule be due no more until it is given a rule; the one it has is kept."""
        await hold(self.connection, self.community.id)
        named = update(ScheduleRow).where(ScheduleRow.community_id == self.community.id, ScheduleRow.name == name)
        await self.connection.execute(named.values(off=True))

    async def end(self, name: str) -> None:
        """Let one of a family no longer be."""
        await hold(self.connection, self.community.id)
        await self.connection.execute(
            delete(ScheduleRow).where(ScheduleRow.community_id == self.community.id, ScheduleRow.name == name)
        )

    async def hurry(self, name: str, now: dt.datetime) -> None:
        """Let an interval be due now: somebody waits for what it does."""
        waiting = update(ScheduleRow).where(
            ScheduleRow.community_id == self.community.id, ScheduleRow.name == name, ScheduleRow.rule == EVERY
        )
        await self.connection.execute(waiting.where(ScheduleRow.next_at > now).values(next_at=now))

    async def missed(self, since: dt.datetime, limit: int = 20) -> Sequence[Missed]:
        """Return what was missed since an instant, newest first."""
        rows = await self.connection.execute(
            select(ScheduleRow.name, ScheduleRow.label, OccurrenceRow.due_at, OccurrenceRow.local_date)
            .join(ScheduleRow, ScheduleRow.id == OccurrenceRow.schedule_id)
            .where(
                ScheduleRow.community_id == self.community.id,
                NOT_TAKEN,
                OccurrenceRow.due_at >= since,
            )
            .order_by(OccurrenceRow.due_at.desc())
            .limit(limit)
        )
        return [Missed(row.name, Occurrence(row.due_at, row.local_date), row.label) for row in rows]

    async def ran_before(self, name: str, occurrence: Occurrence) -> dt.datetime | None:
        """Return when a schedule ran last before an occurrence, None where it never did."""
        earlier = (
            select(func.max(OccurrenceRow.taken_at))
            .join(ScheduleRow, ScheduleRow.id == OccurrenceRow.schedule_id)
            .where(
                ScheduleRow.community_id == self.community.id,
                ScheduleRow.name == name,
                OccurrenceRow.state == TAKEN,
                OccurrenceRow.due_at < occurrence.due,
            )
        )
        return (await self.connection.execute(earlier)).scalar_one_or_none()

    async def tell_missed(self) -> Sequence[str]:
        """Record that the animators are told of all that was missed; return the names of the schedules they did not know it of."""
        found = await self.connection.execute(_UNTOLD, {"community": self.community.id})
        untold = {row.id: row.name for row in found}
        if untold:
            await self.connection.execute(_TELL, {"schedules": sorted(untold)})
        return sorted(untold.values())

    async def paused(self) -> dt.datetime | None:
        """Return since when everything is paused; None where it is not."""
        since = select(PauseRow.since).where(PauseRow.community_id == self.community.id)
        return (await self.connection.execute(since)).scalar_one_or_none()

    async def pause_all(self, now: dt.datetime) -> bool:
        """Let nothing happen by itself any more, housekeeping aside; False where it was so already."""
        await hold(self.connection, self.community.id)
        values = {"community_id": self.community.id, "since": now}
        return (await self.connection.execute(insert_or_ignore(self.connection, PauseRow, values))).rowcount == 1

    async def resume(self, now: dt.datetime) -> bool:
        """Go on with what comes next: whatever was due meanwhile is left out, neither run nor missed."""
        await hold(self.connection, self.community.id)
        resumed = await self.connection.execute(delete(PauseRow).where(PauseRow.community_id == self.community.id))
        if resumed.rowcount == 0:
            return False
        zone = await self._zone()
        due = select(*ScheduleRow.__table__.c).where(ScheduleRow.community_id == self.community.id, ScheduleRow.next_at <= now)
        for row in (await self.connection.execute(due)).all():
            when = when_of(row)
            following = (
                Occurrence(next_beat(row.next_at, when, now))
                if isinstance(when, dt.timedelta)
                else first(when, zone, now, await self._latest(row.id))
            )
            await self.connection.execute(
                update(ScheduleRow).where(ScheduleRow.id == row.id).values(next_at=following.due, next_date=following.date)
            )
        return True

    async def _zone(self) -> str:
        return (await Communities(self.connection, self.community).current()).zone

    async def _row(self, name: str) -> Any:  # noqa: ANN401 - a row of `ScheduleRow`'s columns
        named = select(*ScheduleRow.__table__.c).where(ScheduleRow.community_id == self.community.id, ScheduleRow.name == name)
        return (await self.connection.execute(named)).one_or_none()

    async def _latest(self, schedule: int) -> dt.date | None:
        return (await self.connection.execute(LATEST, {"schedule": schedule})).scalar_one_or_none()
