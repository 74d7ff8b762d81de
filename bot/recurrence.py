"""When something recurs: rules of the calendar, the local dates they fall on, and the instants these become. Pure.

An occurrence is a local date and a local time, turned into UTC: exactly one for each local date, whatever the clocks do. A time
that comes twice counts the first time; one that is skipped moves forward by as much as the clocks do; a date that a zone skips
altogether (Samoa, 30 December 2011) has none.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias
from zoneinfo import ZoneInfo

import msgspec

from bot.holidays import holidays

if TYPE_CHECKING:
    from collections.abc import Iterator

DAY: Final = dt.timedelta(days=1)
MONDAY: Final = dt.date(2024, 1, 1)
"""A Monday from which weeks are counted where a rule does not say its own."""
GRACE: Final = dt.timedelta(hours=3)
"""How late an occurrence may still run where a rule does not say."""
LAST: Final = -1
"""The last of a weekday in a month."""
MONTHS: Final = (1, 2, 3, 4, 6, 12)
"""Of how many months something of the month may be once."""
LONGEST_LEAD: Final = 14
HORIZON: Final = 800
"""Days to search for the next date; every rule has one in much less."""


class Daily(msgspec.Struct, frozen=True, tag="daily"):
    """Every day."""

    def falls_on(self, date: dt.date) -> bool:
        """Tell whether a date is one of the rule's."""
        del date
        return True


class Weekly(msgspec.Struct, frozen=True, tag="weekly"):
    """Some weekdays (Monday is 0), every week or every 2, 3 or 4 weeks, counted from the week that `since` is in."""

    weekdays: tuple[int, ...]
    every: int = 1
    since: dt.date = MONDAY

    def __post_init__(self) -> None:
        if not self.weekdays or not set(self.weekdays) <= set(range(7)):
            message = f"weekdays {self.weekdays}: at least one, from 0 (Monday) to 6 (Sunday)"
            raise ValueError(message)
        if self.every not in range(1, 5):
            message = f"every {self.every} weeks: from 1 to 4"
            raise ValueError(message)

    def falls_on(self, date: dt.date) -> bool:
        """Tell whether a date is one of the rule's."""
        return date.weekday() in self.weekdays and (_monday(date) - _monday(self.since)).days // 7 % self.every == 0


class Monthly(msgspec.Struct, frozen=True, tag="monthly"):
    """The first to fifth, or the `LAST`, of a weekday (Monday is 0) in each month; months without a fifth have none.

    Every month, or every 2, 3, 4, 6 or 12 months, counted from the month that `since` is in.
    """

    nth: int
    weekday: int
    every: int = 1
    since: dt.date = MONDAY

    def __post_init__(self) -> None:
        if self.nth not in {1, 2, 3, 4, 5, LAST}:
            message = f"number {self.nth} of a weekday in a month: from 1 to 5, or {LAST} for the last"
            raise ValueError(message)
        if self.weekday not in range(7):
            message = f"weekday {self.weekday}: from 0 (Monday) to 6 (Sunday)"
            raise ValueError(message)
        if self.every not in MONTHS:
            message = f"every {self.every} months: one of {', '.join(map(str, MONTHS))}"
            raise ValueError(message)

    def falls_on(self, date: dt.date) -> bool:
        """Tell whether a date is one of the rule's."""
        months = (date.year - self.since.year) * 12 + date.month - self.since.month
        if date.weekday() != self.weekday or months % self.every:
            return False
        return (date + 7 * DAY).month != date.month if self.nth == LAST else (date.day - 1) // 7 + 1 == self.nth


Dates: TypeAlias = Daily | Weekly | Monthly
"""On which dates something recurs."""


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One time at which a schedule is due. `date` is the local date it stands for; an interval has none."""

    due: dt.datetime
    date: dt.date | None = None


class Recurrence(msgspec.Struct, frozen=True):
    """A rule of the calendar: the dates, the local time, and how it is kept.

    `zone` is an IANA name; where it is empty, the community's. `holidays` is a country (`FR`, `DE-BY`) whose public holidays are
    skipped. An occurrence is due `lead` days ahead of its date, at the same local time: for what has to be told before. One later
    than `grace` is missed rather than run.
    """

    dates: Dates
    at: dt.time
    zone: str = ""
    holidays: str = ""
    grace: dt.timedelta = GRACE
    lead: int = 0

    def __post_init__(self) -> None:
        if self.at.tzinfo is not None or self.at.fold:
            message = f"local time {self.at!r}: without a zone, and the first of two"
            raise ValueError(message)
        if self.grace < dt.timedelta():
            message = f"grace {self.grace}: not negative"
            raise ValueError(message)
        if self.lead not in range(LONGEST_LEAD + 1):
            message = f"lead {self.lead}: from 0 to {LONGEST_LEAD} days"
            raise ValueError(message)

    def checked(self) -> Recurrence:
        """Return the rule itself, for what people chose.

        Raises:
            ValueError: its zone or its country is not known, or it never happens.
        """
        try:
            next(self.upcoming(self.zone or "UTC", dt.datetime.combine(MONDAY, self.at, dt.UTC)))
        except (KeyError, OSError) as error:
            message = f"time zone {self.zone!r} is not known"
            raise ValueError(message) from error
        except StopIteration:
            message = "this rule never happens"
            raise ValueError(message) from None
        return self

    def falls_on(self, date: dt.date) -> bool:
        """Tell whether something is to happen on a local date."""
        return self.dates.falls_on(date) and not (self.holidays and date in holidays(self.holidays, date.year))

    def occurrence(self, date: dt.date, zone: str) -> Occurrence:
        """Return what a local date becomes; `zone` is the community's."""
        return Occurrence(instant(date - self.lead * DAY, self.at, self.zone or zone), date)

    def moment(self, date: dt.date, zone: str) -> dt.datetime:
        """Return the local time of a local date, for which an occurrence is due or is told of before; `zone` is the community's."""
        return instant(date, self.at, self.zone or zone)

    def upcoming(self, zone: str, after: dt.datetime, past: dt.date | None = None) -> Iterator[Occurrence]:
        """Yield what comes after an instant, and after the local date `past`, which had its turn; `zone` is the community's."""
        here = ZoneInfo(self.zone or zone)
        date = after.astimezone(here).date() - DAY
        if past is not None and past >= date:
            date = past + DAY
        empty = 0
        while empty < HORIZON:
            empty += 1
            if self.falls_on(date):
                at = dt.datetime.combine(date, self.at, here).astimezone(dt.UTC)
                due = instant(date - self.lead * DAY, self.at, here.key) if self.lead else at
                if due > after and (at.astimezone(here).day == date.day or exists(date, here.key)):
                    empty = 0
                    yield Occurrence(due, date)
            date += DAY


def instant(date: dt.date, at: dt.time, zone: str) -> dt.datetime:
    """Return a local time of a local date in UTC: the first where it comes twice, moved forward where the clocks skip it."""
    return dt.datetime.combine(date, at, ZoneInfo(zone)).astimezone(dt.UTC)


def exists(date: dt.date, zone: str) -> bool:
    """Tell whether a date is in the calendar of a zone: some were skipped to change sides of the date line."""
    return instant(date, dt.time.min, zone) < instant(date + DAY, dt.time.min, zone)


def next_beat(due: dt.datetime, every: dt.timedelta, now: dt.datetime) -> dt.datetime:
    """Return the first instant after `now` on the beat of an interval that was due at `due`."""
    return due + every * ((now - due) // every + 1)


def _monday(date: dt.date) -> dt.date:
    return date - dt.timedelta(days=date.weekday())
