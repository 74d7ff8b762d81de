"""Times that suit several people: proposals within everyone's working hours, on different days and parts of the day. Pure."""

from __future__ import annotations

import datetime as dt
import random
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from bot.holidays import holidays
from bot.hours import WorkingHours, spells
from bot.recurrence import DAY, instant

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    Span = tuple[dt.datetime, dt.datetime]

HALF_HOUR: Final = dt.timedelta(minutes=30)
WINDOWS: Final = (7, 14, 28)
"""Days to look at: more only where fewer hold too few days on which everybody works."""
EVERY_DAY: Final = tuple(range(7))
DAY_OFF: Final = dt.timedelta(hours=4)
"""What somebody's day off costs, against so much time before or after their hours of a working day."""
NIGHT: Final = dt.timedelta(hours=8)
"""What meeting at night costs, likewise."""
MORNING, EVENING = dt.time(7), dt.time(22)
LUNCH: Final = (dt.time(12), dt.time(13, 30))
"""A meeting that begins then is proposed only where there is nothing else."""


@dataclass(frozen=True, slots=True)
class Proposed:
    """A time to meet: its instant in UTC, and whether it lies within everyone's working hours."""

    instant: dt.datetime
    comfortable: bool = True


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A time that could be proposed: what it costs whom it suits least and all together, and where in the common hours it lies."""

    at: dt.datetime
    dates: tuple[dt.date, ...]
    at_lunch: bool
    worst: dt.timedelta = dt.timedelta()
    total: dt.timedelta = dt.timedelta()
    part: int = 0


def propose_times(  # noqa: PLR0913 - three of them have a usual value
    people: Sequence[tuple[str, WorkingHours]],
    after: dt.datetime,
    seed: int,
    *,
    length: dt.timedelta = HALF_HOUR,
    count: int = 3,
    skip: str = "",
) -> tuple[Proposed, ...]:
    """Return `count` times to meet for people with a zone and hours each, the earliest first.

    They begin on whole or half hours, on the next working day of everyone at the soonest, off the public holidays of `skip`,
    and as far as possible on different days and in different parts of the day. Where working hours have too little in
    common, the times that put out least whoever they put out most are proposed instead, flagged as not comfortable.

    Raises:
        ValueError: nobody is to meet.
    """
    if not people:
        message = "a time to meet for nobody"
        raise ValueError(message)
    group = _Group(tuple(people), length, skip, _grid(people, after))
    soonest = group.soonest(after)
    chance = random.Random(seed)  # noqa: S311 - variety, not secrecy
    found: list[_Candidate] = []
    for days in WINDOWS:
        found = list(group.comfortable(soonest, soonest + days * DAY, count))
        if len({candidate.dates for candidate in found}) >= count:
            break
    apart = length + HALF_HOUR
    chosen = _spread(found, count, apart, chance)
    if len(chosen) < count:
        others = list(group.others(soonest, soonest + max(WINDOWS[0], 2 * count) * DAY))
        chosen = _spread(others, count, apart, chance, chosen)
    return tuple(Proposed(each.at, not each.worst) for each in sorted(chosen, key=lambda each: each.at))


@dataclass(frozen=True, slots=True)
class _Group:
    """The people who are to meet, for how long, whose public holidays count, and the minute of the half hour they go by."""

    people: tuple[tuple[str, WorkingHours], ...]
    length: dt.timedelta
    skip: str
    grid: dt.timedelta

    def soonest(self, after: dt.datetime) -> dt.datetime:
        """Return when the next working day of whoever has the latest begins."""
        return max(self._next_day(zone, hours, after) for zone, hours in self.people)

    def _next_day(self, zone: str, hours: WorkingHours, after: dt.datetime) -> dt.datetime:
        today = after.astimezone(ZoneInfo(zone)).date()
        opening = (opens.astimezone(ZoneInfo(zone)).date() for opens, _closes in self._spells(after, zone, hours))
        return instant(next((date for date in opening if date > today), today + DAY), dt.time.min, zone)

    def _spells(self, after: dt.datetime, zone: str, hours: WorkingHours) -> Iterator[Span]:
        """Yield somebody's times of work; none of whoever works on no day."""
        return spells(after, zone, hours, self.skip) if hours.days else iter(())

    def comfortable(self, start: dt.datetime, end: dt.datetime, parts: int) -> Iterator[_Candidate]:
        """Yield the times at which everybody works, each with the part of the common hours it lies in."""
        common: list[Span] = [(start, end)]
        for zone, hours in self.people:
            common = _common(common, _until(end, self._spells(start, zone, hours)))
        for opens, closes in common:
            starts = list(self._starts(opens, closes - self.length))
            for number, at in enumerate(starts):
                yield replace(self._candidate(at), part=number * parts // len(starts))

    def others(self, start: dt.datetime, end: dt.datetime) -> Iterator[_Candidate]:
        """Yield the times that put somebody out, with how much."""
        anyday = [list(_until(end + DAY, spells(start - DAY, zone, replace(hours, days=EVERY_DAY)))) for zone, hours in self.people]
        for at in self._starts(start, end):
            costs = [self._cost(at, zone, hours, near) for (zone, hours), near in zip(self.people, anyday, strict=True)]
            if any(costs):
                yield replace(self._candidate(at), worst=max(costs), total=sum(costs, dt.timedelta()))

    def _cost(self, at: dt.datetime, zone: str, hours: WorkingHours, anyday: list[Span]) -> dt.timedelta:
        """Return how much a time puts somebody out: how far it is from their hours, on a day off, at night."""
        here = ZoneInfo(zone)
        distance, opens = min((max(opens - at, at + self.length - closes, dt.timedelta()), opens) for opens, closes in anyday)
        date, local = opens.astimezone(here).date(), at.astimezone(here)
        off = date.weekday() not in hours.days or (bool(self.skip) and date in holidays(self.skip, date.year))
        night = bool(distance) and not MORNING <= local.time() < EVENING
        return distance + off * DAY_OFF + night * NIGHT

    def _candidate(self, at: dt.datetime) -> _Candidate:
        local = [at.astimezone(ZoneInfo(zone)) for zone, _hours in self.people]
        at_lunch = any(LUNCH[0] <= each.time() < LUNCH[1] for each in local)
        return _Candidate(at, tuple(each.date() for each in local), at_lunch)

    def _starts(self, first: dt.datetime, last: dt.datetime) -> Iterator[dt.datetime]:
        """Yield the half hours from one instant to another."""
        midnight = dt.datetime.combine(first.date(), dt.time.min, dt.UTC) + self.grid
        at = midnight - (midnight - first) // HALF_HOUR * HALF_HOUR
        while at <= last:
            yield at
            at += HALF_HOUR


def _grid(people: Iterable[tuple[str, WorkingHours]], now: dt.datetime) -> dt.timedelta:
    """Return the minute of UTC that is a half hour to most: a quarter past to people in Kathmandu among themselves."""
    offsets = (now.astimezone(ZoneInfo(zone)).utcoffset() or dt.timedelta() for zone, _hours in people)
    shifts = Counter(-offset % HALF_HOUR for offset in offsets)
    return min(shifts, key=lambda shift: (-shifts[shift], shift))


def _until(end: dt.datetime, work: Iterable[Span]) -> Iterator[Span]:
    """Yield the times of work that begin before an end."""
    for opens, closes in work:
        if opens >= end:
            return
        yield opens, closes


def _common(ones: Iterable[Span], others: Iterable[Span]) -> list[Span]:
    """Return what two lists of times have in common, in order."""
    mine, theirs = list(ones), list(others)
    shared = ((max(one[0], other[0]), min(one[1], other[1])) for one in mine for other in theirs)
    return sorted(span for span in shared if span[0] < span[1])


def _spread(
    candidates: Sequence[_Candidate],
    count: int,
    apart: dt.timedelta,
    chance: random.Random,
    chosen: Sequence[_Candidate] = (),
) -> list[_Candidate]:
    """Return up to `count` candidates, `chosen` first: on different days over the whole time, and in different parts of the day."""
    taken = list(chosen)
    parts = chance.sample(range(count), count)
    lots = {each.at: chance.random() for each in candidates}
    first, last = min(lots, default=None), max(lots, default=None)
    while first and last and len(taken) < count:
        part, target = parts[len(taken)], first + (last - first) * len(taken) / max(count - 1, 1)
        ranked = [
            (
                any(date == its for other in taken for date, its in zip(each.dates, other.dates, strict=True)),
                each.worst,
                each.total,
                each.at_lunch,
                each.part != part,
                abs(each.at - target) // DAY,
                lots[each.at],
                each,
            )
            for each in candidates
            if all(abs(each.at - other.at) >= apart for other in taken)
        ]
        if not ranked:
            break
        taken.append(min(ranked)[-1])
    return taken
