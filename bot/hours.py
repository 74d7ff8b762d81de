"""When a member may be written to: the next instant within their own working days and hours, as they write them. Pure."""

from __future__ import annotations

import datetime as dt
import functools
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from bot.holidays import holidays
from bot.i18n import fold
from bot.recurrence import DAY, instant

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.effects import OwnTime

WORKDAYS: Final = (0, 1, 2, 3, 4)
AHEAD: Final = 60
"""Days to search; longer only where no day is a working day."""
LONG_DAY: Final = 14
"""Hours that nobody works without an end: `9 to 5` ends in the afternoon."""
NOON: Final = 12
MIDNIGHT: Final = 24


@dataclass(frozen=True, slots=True)
class WorkingHours:
    """Somebody's working days (Monday is 0) and local hours; an end at or before the start is on the next day.

    `quiet` is from when to when nothing at all is to reach them, on any day; None where they chose none.
    """

    days: tuple[int, ...] = WORKDAYS
    start: dt.time = dt.time(9)
    end: dt.time = dt.time(18)
    quiet: tuple[dt.time, dt.time] | None = None

    @property
    def overnight(self) -> bool:
        """Whether they end on the next day."""
        return self.end <= self.start


USUAL: Final = WorkingHours()
"""Of whoever did not choose their own."""


def sending_time(after: dt.datetime, zone: str, hours: WorkingHours = USUAL, *, skip: str = "") -> dt.datetime:
    """Return the first instant from `after` on that lies within working hours in a zone, off the public holidays of `skip`.

    Raises:
        ValueError: no day is a working day.
    """
    opens, _closes = next(spells(after, zone, hours, skip))
    return opens


def after_working(start: dt.datetime, time: dt.timedelta, zone: str, hours: WorkingHours = USUAL) -> dt.datetime:
    """Return when somebody has worked for some time from `start` on, going by their hours and the public holidays of nowhere.

    Raises:
        ValueError: no day is a working day, or too few are.
    """
    left = time
    for opens, closes in spells(start, zone, hours):
        if closes - opens >= left:
            return opens + left
        left -= closes - opens
    message = f"{time} of work in {AHEAD} days of {hours}"
    raise ValueError(message)


def spells(after: dt.datetime, zone: str, hours: WorkingHours, skip: str = "") -> Iterator[tuple[dt.datetime, dt.datetime]]:
    """Yield the beginning and the end of each time of work from `after` on; the first may have begun before.

    Raises:
        ValueError: no day is a working day.
    """
    date = after.astimezone(ZoneInfo(zone)).date() - DAY
    none = True
    for number in range(AHEAD):
        day = date + number * DAY
        if day.weekday() not in hours.days or (skip and day in holidays(skip, day.year)):
            continue
        opens = instant(day, hours.start, zone)
        closes = instant(day + DAY if hours.overnight else day, hours.end, zone)
        if after < closes and opens < closes:
            none = False
            yield max(after, opens), closes
    if none:
        message = f"no working day among {hours.days}"
        raise ValueError(message)


def due(own: OwnTime, now: dt.datetime, zone: str, hours: WorkingHours = USUAL) -> dt.datetime:
    """Return when a member is written to in their own time, from now on: in their working hours, never in their quiet hours.

    Whose quiet hours leave nothing of a working day is written to once they are over.
    """
    after = now if own.date is None else max(now, instant(own.date, own.at, zone))
    moment = sending_time(after, zone, hours) if own.working else after
    loud = after_quiet(moment, zone, hours)
    if loud == moment or not own.working:
        return loud
    again = sending_time(loud, zone, hours)
    return again if after_quiet(again, zone, hours) == again else loud


def after_quiet(moment: dt.datetime, zone: str, hours: WorkingHours) -> dt.datetime:
    """Return the end of the quiet hours that an instant lies in; the instant itself where it lies in none."""
    if hours.quiet is None:
        return moment
    start, end = hours.quiet
    local = moment.astimezone(ZoneInfo(zone))
    today, now = local.date(), local.time()
    if start < end:
        return instant(today, end, zone) if start <= now < end else moment
    if now >= start:
        return instant(today + DAY, end, zone)
    return instant(today, end, zone) if now < end else moment


_TIME: Final = r"(\d{1,2})(?:\s*[:.h]\s*(\d{2})?(?:\s*m(?:in)?\b)?)?\s*(?:heures?|o'clock)?\s*([ap]\.?m\b\.?)?"
_HOURS: Final = re.compile(rf"\s*(?:from|de|entre|between)?\s*{_TIME}\s*(?:-|to|until|till|and|a|et|jusqu'a|/)\s*{_TIME}\s*")
_WORDS: Final = (("midnight", "24:00"), ("minuit", "24:00"), ("noon", "12:00"), ("midi", "12:00"))


def read_hours(words: str, *, long: bool = False) -> tuple[dt.time, dt.time] | None:
    """Return the start and the end of what somebody typed: `09:00-18:00`, `9h30 à 17h`, `9 am to 5 pm`, `22-6`; None if neither.

    An end in the morning after a day of more than 14 hours is one in the afternoon: `9-5`; not where they may be
    `long`, as a night may.
    """
    typed = re.sub(r"[\u2010-\u2015\u2212→]", "-", fold(words).replace("\N{RIGHT SINGLE QUOTATION MARK}", "'"))
    for name, time in _WORDS:
        typed = typed.replace(name, time)
    found = _HOURS.fullmatch(typed)
    if found is None:
        return None
    start, end = _minutes(*found.groups()[:3]), _minutes(*found.groups()[3:])
    if start is None or end is None:
        return None
    length = (end - start) % (MIDNIGHT * 60) or MIDNIGHT * 60
    if not long and not found[6] and 0 < end < NOON * 60 and length > LONG_DAY * 60:
        end += NOON * 60
    return _time(start), _time(end)


def _minutes(hour: str, minute: str | None, half: str | None) -> int | None:
    """Return the minutes since midnight; None where there is no such time."""
    hours, minutes = int(hour), int(minute or 0)
    if half:
        if not 1 <= hours <= NOON:
            return None
        hours = hours % NOON + (NOON if half.startswith("p") else 0)
    whole = hours * 60 + minutes
    return whole if minutes < 60 and whole <= MIDNIGHT * 60 else None  # noqa: PLR2004 - minutes of an hour


def _time(minutes: int) -> dt.time:
    return dt.time(minutes // 60 % MIDNIGHT, minutes % 60)


@functools.lru_cache(maxsize=1024)
def common_hours(one: tuple[WorkingHours, str], other: tuple[WorkingHours, str], now: dt.datetime) -> float:
    """Return how many hours of a day two people, each with hours and a zone, both work; 0 where they work on other days."""
    if not set(one[0].days) & set(other[0].days):
        return 0.0
    day = MIDNIGHT * 60
    (begin, length), (start, duration) = (daily_span(*each, now) for each in (one, other))
    shared = (min(begin + length, start + shift + duration) - max(begin, start + shift) for shift in (-day, 0, day))
    return sum(max(minutes, 0) for minutes in shared) / 60


@functools.lru_cache(maxsize=256)
def daily_span(hours: WorkingHours, zone: str, now: dt.datetime) -> tuple[int, int]:
    """Return the minute of the day in UTC at which somebody begins to work, and for how many minutes they do."""
    offset = now.astimezone(ZoneInfo(zone)).utcoffset() or dt.timedelta()
    begin, end = (each.hour * 60 + each.minute for each in (hours.start, hours.end))
    day = MIDNIGHT * 60
    return (begin - int(offset.total_seconds() // 60)) % day, (end - begin) % day or day
