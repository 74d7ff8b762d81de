"""The stretches of time that a pulse is about: the last 7, 30, 91 or 365 days, or from one date to another. Pure.

They are whole days where the community is, today among them, so that a stretch and the one before are equally long.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bot.i18n import _
from bot.recurrence import instant
from bot.text import Day, Text
from storage.pulse import Window

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

DAY: Final = dt.timedelta(days=1)
USUAL: Final = "month"
LONGEST: Final = 5 * 366
"""Days of the longest stretch that is counted."""
NAMED: Final[Mapping[str, tuple[int, int]]] = {"week": (7, 8), "month": (30, 6), "quarter": (91, 4), "year": (365, 3)}
"""Days of each, and how many of them the picture shows."""
TITLES: Final[Mapping[str, Text]] = {
    "week": _("Last 7 days"),
    "month": _("Last 30 days"),
    "quarter": _("Last 3 months"),
    "year": _("Last 12 months"),
}
_SHOWN: Final = 4
_KEY: Final = "%Y%m%d"


@dataclass(frozen=True, slots=True)
class Span:
    """Days, the first and the last of them; `name` is one of `NAMED`, empty where dates were chosen."""

    first: dt.date
    last: dt.date
    name: str = ""

    @classmethod
    def named(cls, name: str, today: dt.date) -> Span:
        """Return one of `NAMED`."""
        return cls(today - (NAMED[name][0] - 1) * DAY, today, name)

    @classmethod
    def of(cls, key: str, today: dt.date) -> Span:
        """Return the stretch of a button's key, the usual one where that is not known any more."""
        if key in NAMED:
            return cls.named(key, today)
        first, _dash, last = key.partition("-")
        try:
            found = cls(dt.date.fromisoformat(first), dt.date.fromisoformat(last))
        except ValueError:
            return cls.named(USUAL, today)
        return found if found.sensible else cls.named(USUAL, today)

    @property
    def sensible(self) -> bool:
        """Whether there is anything to count in it, and before it."""
        return self.first <= self.last and self.days <= LONGEST and self.first.toordinal() > LONGEST

    @property
    def key(self) -> str:
        """What a button says to come back to it."""
        return self.name or f"{self.first:{_KEY}}-{self.last:{_KEY}}"

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1

    @property
    def title(self) -> Text:
        """What it is called."""
        return TITLES[self.name] if self.name else _("{first} to {last}", first=Day(self.first), last=Day(self.last))

    @property
    def whole_months(self) -> bool:
        """Whether it begins and ends with a month of the calendar."""
        return self.first.day == 1 and (self.last + DAY).day == 1

    def before(self, times: int = 1) -> Span:
        """Return the stretch as long that ended the day before this one began, or one further back."""
        back = times * self.days * DAY
        return Span(self.first - back, self.last - back)

    def history(self) -> Sequence[Span]:
        """Return the stretches that the picture shows, oldest first; this one is the last."""
        shown = NAMED[self.name][1] if self.name else _SHOWN
        return [*(self.before(times) for times in range(shown - 1, 0, -1)), self]

    def window(self, zone: str) -> Window:
        """Return its instants, where the community is."""
        return Window(instant(self.first, dt.time.min, zone), instant(self.last + DAY, dt.time.min, zone))
