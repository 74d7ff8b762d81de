"""When a member may be written to: the next instant within their own working days and hours. Pure."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final
from zoneinfo import ZoneInfo

from bot.holidays import holidays
from bot.recurrence import DAY, instant

WORKDAYS: Final = (0, 1, 2, 3, 4)
AHEAD: Final = 60
"""Days to search; longer only where no day is a working day."""


@dataclass(frozen=True, slots=True)
class WorkingHours:
    """Somebody's working days (Monday is 0) and local hours; an end at or before the start is on the next day."""

    days: tuple[int, ...] = WORKDAYS
    start: dt.time = dt.time(9)
    end: dt.time = dt.time(18)


def sending_time(after: dt.datetime, zone: str, hours: WorkingHours = WorkingHours(), *, skip: str = "") -> dt.datetime:
    """Return the first instant from `after` on that lies within working hours in a zone, off the public holidays of `skip`.

    Raises:
        ValueError: no day is a working day.
    """
    date = after.astimezone(ZoneInfo(zone)).date() - DAY
    for number in range(AHEAD):
        day = date + number * DAY
        if day.weekday() not in hours.days or (skip and day in holidays(skip, day.year)):
            continue
        opens = instant(day, hours.start, zone)
        closes = instant(day + DAY if hours.end <= hours.start else day, hours.end, zone)
        if after < closes and opens < closes:
            return max(after, opens)
    message = f"no working day among {hours.days}"
    raise ValueError(message)


def own_time(date: dt.date, at: dt.time, zone: str, hours: WorkingHours = WorkingHours()) -> dt.datetime:
    """Return when a member is written to, for what goes out to everyone on a date at their own local time: within their hours."""
    return sending_time(instant(date, at, zone), zone, hours)
