"""Claiming what is due: one look that only reads, then one occurrence in the transaction in which its handler runs.

What was never seen before begins all at once.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import bindparam, exists, select, update

from bot.ports import Agenda, Taking
from bot.recurrence import Occurrence, Recurrence, next_beat
from storage.locks import hold
from storage.schedules import EVERY, LATEST, MISSED, TAKEN, TOLD, OccurrenceRow, PauseRow, ScheduleRow, columns_of, first, when_of
from storage.statements import AnyRow, ignoring_insert

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.feature import Schedule
    from bot.model import Community

RECENT: Final = dt.timedelta(days=90)
"""What was missed longer ago, while nothing ran, is not worth writing down."""
INSTANT: Final = dt.timedelta.resolution
"""From one instant to the next that a database tells apart."""

_ALL = select(*ScheduleRow.__table__.c)
_OF = _ALL.where(ScheduleRow.community_id.in_(bindparam("communities", expanding=True)))
_PAUSED = select(PauseRow.community_id).where(PauseRow.community_id.in_(bindparam("communities", expanding=True)))
_CLAIM = (
    _ALL.add_columns(exists().where(PauseRow.community_id == ScheduleRow.community_id).label("paused"))
    .where(ScheduleRow.community_id == bindparam("community"), ScheduleRow.name == bindparam("schedule"))
    .with_for_update(skip_locked=True)
)
_BEGIN = ignoring_insert(ScheduleRow)
_MOVE = (
    update(ScheduleRow)
    .where(ScheduleRow.id == bindparam("schedule"))
    .values({name: bindparam(name) for name in (*columns_of(dt.timedelta()), "next_at", "next_date")})
)
_RUN_AFTER_ALL = (
    update(OccurrenceRow)
    .where(
        OccurrenceRow.schedule_id == bindparam("schedule"),
        OccurrenceRow.local_date == bindparam("date"),
        OccurrenceRow.state.in_((MISSED, TOLD)),
    )
    .values(state=TAKEN, due_at=bindparam("due"), taken_at=bindparam("now"))
)
_RECORD = ignoring_insert(OccurrenceRow)


class StoredOccurrences:
    """`ports.Occurrences` on the database."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def look(self, communities: Sequence[Community], schedules: Collection[Schedule], now: dt.datetime) -> Agenda:
        """Return what is due, what has not been seen before, and what no longer agrees with the rule or the zone; only reads."""
        chosen = {"communities": [community.id for community in communities]}
        rows = {(row.community_id, row.name): row for row in await self._connection.execute(_OF, chosen)}
        paused = set((await self._connection.execute(_PAUSED, chosen)).scalars())
        due: list[tuple[Community, Schedule]] = []
        changed: list[tuple[Community, Schedule]] = []
        new: list[tuple[Community, Schedule]] = []
        nearest: dt.datetime | None = None
        plain = [schedule for schedule in schedules if schedule.when is not None]
        members = _families(rows, schedules)
        for community in communities:
            for schedule in (*members.get(community.id, ()), *plain):
                if community.id in paused and not schedule.always:
                    continue
                row = rows.get((community.id, schedule.name))
                if row is None:
                    new.append((community, schedule))
                elif row.off:
                    continue
                elif row.next_at > now and _outdated(row, community, schedule, now):
                    changed.append((community, schedule))
                elif row.next_at <= now:
                    due.append((community, schedule))
                elif nearest is None or row.next_at < nearest:
                    nearest = row.next_at
        return Agenda(due, changed, new, nearest)

    async def begin(self, community: Community, schedules: Sequence[Schedule], now: dt.datetime) -> None:
        """Let schedules that were never seen before be due at their next times; not while everything is paused."""
        await hold(self._connection, community.id)
        paused = await self._is_paused(community)
        begun = [_begun(community, schedule, now) for schedule in schedules if schedule.always or not paused]
        if begun:
            await self._connection.execute(_BEGIN[self._connection.dialect.name], begun)

    async def take(self, community: Community, schedule: Schedule, now: dt.datetime) -> Taking:
        """Claim the occurrence that is due, if one is.

        A late interval runs once, however often it was due, and keeps its beat. A rule's occurrence beyond its grace is recorded as
        missed; the first within it is claimed.

        The community's lock comes first, as in every transaction that writes: a row locked before it would wait crosswise.
        """
        await hold(self._connection, community.id)
        row = (await self._connection.execute(_CLAIM, {"community": community.id, "schedule": schedule.name})).one_or_none()
        if row is None or (row.paused and not schedule.always):
            return Taking()
        if row.off or row.next_at > now:
            if not row.off and _outdated(row, community, schedule, now):
                await self._settle(row, community, schedule, now)
            return Taking()
        when = _present(row, schedule)
        if isinstance(when, dt.timedelta):
            claimed = await self._record(row.id, Occurrence(row.next_at), now)
            # What was hurried in the very instant of a beat that had its turn has the next instant, not the next beat.
            following = row.next_at + INSTANT if claimed is None else next_beat(row.next_at, when, now)
            await self._move(row, schedule, Occurrence(following))
            return Taking(claimed)
        return await self._take_date(row, when, community, schedule, now)

    async def _take_date(self, row: AnyRow, rule: Recurrence, community: Community, schedule: Schedule, now: dt.datetime) -> Taking:
        """Claim a local date; those before it that are late beyond their grace are missed."""
        occurrence = Occurrence(row.next_at, row.next_date)
        missed: list[Occurrence] = []
        while occurrence.due + rule.grace < now:
            missed.append(occurrence)
            occurrence = first(rule, community.zone, occurrence.due, occurrence.date)
        await self._record_missed(row.id, missed, now)
        claimed = None
        if occurrence.due <= now:
            claimed = await self._record(row.id, occurrence, now)
            occurrence = first(rule, community.zone, occurrence.due, occurrence.date)
        await self._move(row, schedule, occurrence)
        return Taking(claimed, missed=bool(missed))

    async def _settle(self, row: AnyRow, community: Community, schedule: Schedule, now: dt.datetime) -> None:
        """Bring a schedule that is not due in line with its rule and its zone; what had its turn has no second one."""
        when = _present(row, schedule)
        if isinstance(when, dt.timedelta):
            following = Occurrence(min(row.next_at, now + when))
        else:
            latest = (await self._connection.execute(LATEST, {"schedule": row.id})).scalar_one_or_none()
            following = first(when, community.zone, now, latest)
        await self._move(row, schedule, following)

    async def _record(self, schedule: int, occurrence: Occurrence, now: dt.datetime) -> Occurrence | None:
        """Insert the occurrence; None where it had its turn. A date that was missed under another rule may have it now."""
        inserted = await self._connection.execute(_RECORD[self._connection.dialect.name], _values(schedule, occurrence, TAKEN, now))
        if inserted.rowcount == 1:
            return occurrence
        if occurrence.date is not None:
            again = {"schedule": schedule, "date": occurrence.date, "due": occurrence.due, "now": now}
            if (await self._connection.execute(_RUN_AFTER_ALL, again)).rowcount == 1:
                return occurrence
        return None

    async def _record_missed(self, schedule: int, missed: Sequence[Occurrence], now: dt.datetime) -> None:
        for occurrence in missed:
            if occurrence.due >= now - RECENT:
                await self._connection.execute(_RECORD[self._connection.dialect.name], _values(schedule, occurrence, MISSED, now))

    async def _move(self, row: AnyRow, schedule: Schedule, following: Occurrence) -> None:
        when = columns_of(_present(row, schedule))
        values = {**when, "schedule": row.id, "next_at": following.due, "next_date": following.date}
        await self._connection.execute(_MOVE, values)

    async def _is_paused(self, community: Community) -> bool:
        return bool((await self._connection.execute(_PAUSED, {"communities": [community.id]})).scalar_one_or_none())


def _begun(community: Community, schedule: Schedule, now: dt.datetime) -> dict[str, Any]:
    """Return the row of a schedule that begins."""
    when = _own(schedule)
    following = first(when, community.zone, now)
    return {
        **columns_of(when),
        "community_id": community.id,
        "name": schedule.name,
        "changed": False,
        "next_at": following.due,
        "next_date": following.date,
        "off": schedule.off,
    }


def _present(row: AnyRow, schedule: Schedule) -> dt.timedelta | Recurrence:
    """Return when a schedule happens: as the animator chose, else as this version says."""
    return when_of(row) if row.changed and row.rule != EVERY and isinstance(schedule.when, Recurrence) else _own(schedule)


def _own(schedule: Schedule) -> dt.timedelta | Recurrence:
    """Return when a schedule happens by this version."""
    if schedule.when is None:
        message = f"{schedule.name}: a family has no time of its own"
        raise ValueError(message)
    return schedule.when


def _families(rows: Mapping[tuple[int, str], AnyRow], schedules: Collection[Schedule]) -> Mapping[int, list[Schedule]]:
    """Return the members of families, by community: those that have a row."""
    families = {schedule.name: schedule for schedule in schedules if schedule.when is None}
    found: dict[int, list[Schedule]] = defaultdict(list)
    for (community, name), row in rows.items():
        family, _colon, key = name.rpartition(":")
        if family in families:
            when = when_of(row)
            if isinstance(when, Recurrence):
                found[community].append(families[family].member(key, when))
    return found


def _outdated(row: AnyRow, community: Community, schedule: Schedule, now: dt.datetime) -> bool:
    """Tell whether what is written no longer agrees with the rule, with the zone and its clocks, or with a clock that went back."""
    when = _present(row, schedule)
    try:
        if when_of(row) != when:
            return True
        if isinstance(when, dt.timedelta):
            return row.next_at > now + when
        return row.next_date is None or when.occurrence(row.next_date, community.zone).due != row.next_at
    except (ValueError, KeyError, OSError):  # nothing is due by a rule that cannot be read; taking it says so in the log
        return True


def _values(schedule: int, occurrence: Occurrence, state: str, now: dt.datetime) -> dict[str, Any]:
    return {"schedule_id": schedule, "due_at": occurrence.due, "local_date": occurrence.date, "state": state, "taken_at": now}
