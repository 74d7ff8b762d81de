"""Every time zone, every local date, at each half hour: a schedule comes once for each, whatever the clocks do.

`audit` is for `make faults`; a test runs a cut of it. What it checks against is counted here, not taken from what is checked: the
dates of the calendar, and what the zone's own clock says at each instant.
"""

from __future__ import annotations

import datetime as dt
import itertools
import zoneinfo
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from benchmarks.result import Result, at_most
from bot.recurrence import Daily, Recurrence

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

FIRST: Final = dt.date(2025, 1, 1)
LAST: Final = dt.date(2035, 12, 31)
HALF_HOURS: Final = tuple(dt.time(hour, minute) for hour in range(24) for minute in (0, 30))
WIDEST: Final = dt.timedelta(hours=24)
"""The most that clocks ever skip at once: a day, at the date line."""
STEP: Final = dt.timedelta(hours=6)
"""Clocks are changed less often than this."""
SECOND: Final = dt.timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Figures:
    """What was seen. Zones whose clocks show the same all through these years are counted each and checked once."""

    zones: int
    distinct: int
    occurrences: int
    doubled: int
    skipped: int
    displaced: int
    """Not at the local time they should be at, although the clocks do not skip it."""

    def __add__(self, other: Figures) -> Figures:
        return Figures(
            self.zones + other.zones,
            self.distinct + other.distinct,
            self.occurrences + other.occurrences,
            self.doubled + other.doubled,
            self.skipped + other.skipped,
            self.displaced + other.displaced,
        )


def audit(
    zones: Collection[str] | None = None,
    times: Sequence[dt.time] = HALF_HOURS,
    first: dt.date = FIRST,
    last: dt.date = LAST,
    processes: int = 1,
) -> Figures:
    """Run a daily schedule at each time in each zone, and count."""
    names = sorted(zoneinfo.available_timezones() if zones is None else zones)
    alike: dict[object, list[str]] = {}
    for name in names:
        alike.setdefault(_clocks(name, first, last), []).append(name)
    work = [(group[0], len(group), times, first, last) for group in alike.values()]
    if processes == 1:
        results = itertools.starmap(audit_zone, work)
        return sum(results, Figures(0, 0, 0, 0, 0, 0))
    with ProcessPoolExecutor(processes) as pool:
        return sum(pool.map(audit_zone, *zip(*work, strict=True), chunksize=4), Figures(0, 0, 0, 0, 0, 0))


def audit_zone(name: str, aliases: int, times: Sequence[dt.time], first: dt.date, last: dt.date) -> Figures:
    """Run a daily schedule at each time in one zone."""
    counted = doubled = skipped = displaced = 0
    there = _dates(name, first, last)
    zone = ZoneInfo(name)
    for at in times:
        rule = Recurrence(Daily(), at)
        seen: dict[dt.date, int] = {}
        before = dt.datetime.combine(first - dt.timedelta(days=2), at, dt.UTC)
        for occurrence in rule.upcoming(name, before):
            assert occurrence.date is not None
            if occurrence.date > last:
                break
            if occurrence.date < first:
                continue
            counted += 1
            seen[occurrence.date] = seen.get(occurrence.date, 0) + 1
            doubled += occurrence.due <= before
            before = occurrence.due
            local = occurrence.due.astimezone(zone)
            wanted = dt.datetime.combine(occurrence.date, at)
            if (local.replace(tzinfo=None) != wanted or local.fold) and not _skips(zone, wanted, local):
                displaced += 1
        doubled += sum(times - 1 for times in seen.values())
        skipped += len(there - seen.keys()) + len(seen.keys() - there)
    return Figures(aliases, 1, counted, doubled, skipped, displaced)


def _skips(zone: ZoneInfo, wanted: dt.datetime, local: dt.datetime) -> bool:
    """Tell whether the clocks of a zone skip a local time, and the instant is as much later as they skip."""
    earlier, later = (wanted.replace(tzinfo=zone, fold=fold).utcoffset() for fold in (0, 1))
    assert earlier is not None
    assert later is not None
    return earlier < later and local.replace(tzinfo=None) - wanted == later - earlier


def _dates(name: str, first: dt.date, last: dt.date) -> set[dt.date]:
    """Return the dates that a clock in the zone shows at some time, looked at every six hours."""
    zone = ZoneInfo(name)
    instant = dt.datetime.combine(first, dt.time.min, dt.UTC) - WIDEST
    end = dt.datetime.combine(last, dt.time.min, dt.UTC) + 2 * WIDEST
    shown: set[dt.date] = set()
    while instant < end:
        shown.add(instant.astimezone(zone).date())
        instant += STEP
    return {date for date in shown if first <= date <= last}


def _clocks(name: str, first: dt.date, last: dt.date) -> tuple[tuple[dt.datetime, dt.timedelta | None], ...]:
    """Return what tells the clocks of a zone apart from those of others: when they change in these years, and to what."""
    zone = ZoneInfo(name)
    instant = dt.datetime.combine(first, dt.time.min, dt.UTC) - 2 * WIDEST
    end = dt.datetime.combine(last, dt.time.min, dt.UTC) + 3 * WIDEST
    offset = instant.astimezone(zone).utcoffset()
    changes = [(instant, offset)]
    while instant < end:
        later = instant + STEP
        if later.astimezone(zone).utcoffset() != offset:
            early, late = instant, later
            while late - early > SECOND:
                middle = early + (late - early) // (2 * SECOND) * SECOND
                early, late = (middle, late) if middle.astimezone(zone).utcoffset() == offset else (early, middle)
            offset = later.astimezone(zone).utcoffset()
            changes.append((late, offset))
        instant = later
    return tuple(changes)


def measure() -> list[Result]:
    """Return what was counted in every zone."""
    seen = audit(processes=2)
    about = f"zones: {seen.zones} zones, {seen.occurrences:,} occurrences"
    return [
        at_most(f"{about}: doubled", seen.doubled, "", 0),
        at_most(f"{about}: skipped", seen.skipped, "", 0),
        at_most(f"{about}: at another local time", seen.displaced, "", 0),
    ]
