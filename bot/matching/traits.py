"""What is known of people beside their skills, as arrays: languages, working hours, workspaces, trades, how long they are there."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final, Generic, TypeVar

import numpy as np

from bot.hours import daily_span
from bot.i18n import fold
from bot.matching.complement import locale_of, trade_keys
from bot.matching.sparse import from_rows

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from numpy.typing import NDArray

    from bot.matching.model import Person
    from bot.matching.sparse import Sparse, Whole

DAY: Final = 24 * 60
_ALL_DAYS: Final = (1 << 7) - 1
NEWCOMER: Final = dt.timedelta(days=45)
"""How long after they joined somebody is new."""
VETERAN: Final = dt.timedelta(days=180)
"""How long somebody has been there to show a newcomer around."""

Kind = TypeVar("Kind")
Span = tuple[int, int, int]
"""When a day begins and how many minutes it has, in UTC; the working days as bits."""


class Kinds(Generic[Kind]):
    """A trait that many share: each person's, and a table of what any two kinds of it are to each other."""

    def __init__(self, each: Iterable[Kind]) -> None:
        numbers: dict[Kind, int] = {}
        self.of: Whole = np.array([numbers.setdefault(kind, len(numbers)) for kind in each], dtype=np.int64)
        self.kinds: list[Kind] = list(numbers)

    def table(self, judge: Callable[[Kind, Kind], float]) -> NDArray[np.float32]:
        """Return what each kind is to each other; the judgement is the same both ways."""
        size = len(self.kinds)
        found = np.zeros((size, size), dtype=np.float32)
        for one, kind in enumerate(self.kinds):
            for other in range(one, size):
                found[one, other] = found[other, one] = judge(kind, self.kinds[other])
        return found


class Hours:
    """When people work, in minutes of a day in UTC; whoever's zone is unknown works at any time."""

    def __init__(self, people: Sequence[Person], today: dt.date) -> None:
        noon = dt.datetime.combine(today, dt.time(12), dt.UTC)
        self.spans: Kinds[Span] = Kinds(_span(person, noon) for person in people)
        self._masks: list[int] = [_mask(*span) for span in self.spans.kinds]

    def common(self, people: Iterable[int]) -> float:
        """Return how many hours of a day all of some people work; 0 where they work on other days."""
        minutes: int = (1 << DAY) - 1
        days: int = _ALL_DAYS
        for person in people:
            span = int(self.spans.of[person])
            minutes &= self._masks[span]
            days &= self.spans.kinds[span][2]
        return minutes.bit_count() / 60 if days else 0.0

    def shared(self) -> NDArray[np.float32]:
        """Return the hours that each two kinds of people have in common."""
        begins, lengths, days = (np.array(part) for part in zip(*self.spans.kinds, strict=True))
        total = np.zeros((len(begins), len(begins)), dtype=np.float32)
        for shift in (-DAY, 0, DAY):
            first = np.maximum(begins[:, None], begins + shift)
            last = np.minimum((begins + lengths)[:, None], begins + shift + lengths)
            total += np.maximum(last - first, 0)
        total[(days[:, None] & days) == 0] = 0
        return (total / 60).astype(np.float32)


def _span(person: Person, noon: dt.datetime) -> Span:
    """Return when somebody works."""
    if not person.zone:
        return 0, DAY, _ALL_DAYS
    begin, length = daily_span(person.hours, person.zone, noon)
    return begin, length, sum(1 << day for day in set(person.hours.days))


def _mask(begin: int, length: int, _days: int) -> int:
    """Return a bit for each minute of the day that somebody works."""
    whole = ((1 << length) - 1) << begin
    return (whole | whole >> DAY) & ((1 << DAY) - 1)


def languages(person: Person) -> frozenset[str]:
    """Return the languages somebody speaks, without their regions: fr-CA is fr."""
    return frozenset(main for language in person.languages if (main := fold(language).replace("_", "-").partition("-")[0].strip()))


def speak(one: frozenset[str], other: frozenset[str]) -> bool:
    """Tell whether two people can talk; an unknown language is held against nobody."""
    return not one or not other or not one.isdisjoint(other)


def all_speak(spoken: Iterable[frozenset[str]]) -> bool:
    """Tell whether a group has one language that all of them speak."""
    known = [some for some in spoken if some]
    return not known or any(all(language in some for some in known) for language in known[0])


def standing(person: Person, today: dt.date) -> int:
    """Return -1 for a newcomer, 1 for a veteran, 0 for anybody between and where it is unknown."""
    if person.since is None:
        return 0
    there = today - person.since
    return -1 if there <= NEWCOMER else int(there >= VETERAN)


def apart(one: frozenset[str], other: frozenset[str]) -> bool:
    """Tell whether two people share no workspace, as far as is known."""
    return bool(one) and bool(other) and one.isdisjoint(other)


class Trades:
    """Who has the same trade: it names the same concept, in whatever language, or is written alike."""

    def __init__(self, people: Sequence[Person]) -> None:
        keys: dict[str, int] = {}
        said: dict[tuple[str, str], list[tuple[int, float]]] = {}
        rows: list[list[tuple[int, float]]] = []
        for person in people:
            trade = (person.trade.strip(), locale_of(person))
            if trade not in said:
                said[trade] = [(keys.setdefault(key, len(keys)), 1.0) for key in sorted(trade_keys(*trade))]
            rows.append(said[trade])
        self.keys: Sparse = from_rows(rows, len(keys))
        self.holders = self.keys.transposed()
        self.known = np.array([bool(row) for row in rows], dtype=bool)
