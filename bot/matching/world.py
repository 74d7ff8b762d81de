"""What any two of the people are to each other: what a meeting is worth, whether it is permitted, which rule it would stretch."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from bot.matching.complement import Complement
from bot.matching.model import Trade
from bot.matching.sparse import from_rows, joined
from bot.matching.traits import Hours, Kinds, Trades, all_speak, apart, languages, speak, standing

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from bot.matching.model import Meeting, Person, Rules
    from bot.matching.sparse import Sparse, Whole

_FADES: Final = 180.0
"""Days after which having met weighs three quarters of what it did; half of it in the end."""
_FORGOTTEN: Final = 30.0
"""Days after which having been put together weighs half."""
_LATELY: Final = 30.0
"""Days after which a meeting is half as late."""
TURNS: Final = 64
"""What a round without anybody counts against the order of turns, of which so many are told apart."""
_HAIR: Final = 1e-4
"""Hours that make no difference."""


@dataclass(frozen=True, slots=True)
class Block:
    """Some people against everybody: the points of each meeting, whether it is permitted at all, whether by every rule."""

    score: NDArray[np.float32]
    possible: NDArray[np.bool_]
    strict: NDArray[np.bool_]


class World:
    """People in the order of their ids, so that the order of a list makes no difference, and what any two are to each other."""

    def __init__(  # noqa: PLR0913, PLR0917 - what there is to know
        self,
        people: Iterable[Person],
        rules: Rules,
        meetings: Iterable[Meeting],
        exclusions: Iterable[frozenset[str]],
        today: dt.date,
        together: Iterable[Meeting] = (),
    ) -> None:
        meetings, exclusions, together = tuple(meetings), tuple(exclusions), tuple(together)
        self.people: Sequence[Person] = sorted(people, key=lambda person: person.id)
        self.rules = rules
        self.size = len(self.people)
        self.numbers = {person.id: number for number, person in enumerate(self.people)}
        self.complement = Complement(self.people)
        self.hours = Hours(self.people, today)
        self.trades = Trades(self.people)
        self.spoken: Kinds[frozenset[str]] = Kinds(map(languages, self.people))
        self.ages: Kinds[int] = Kinds(standing(person, today) for person in self.people)
        self.places: Kinds[frozenset[str]] = Kinds(person.workspaces for person in self.people)
        self.excluded = self._pairs((pair, 1.0) for pair in exclusions)
        self.met = self._pairs((meeting.members, max((today - meeting.date).days, 0)) for meeting in meetings)
        self.lately = self._pairs((meeting.members, max((today - meeting.date).days, 0)) for meeting in together)
        self._meetings, self._exclusions, self._today = meetings, exclusions, today
        self._together = together
        self.waited = _waited(self.people)
        weights = rules.weights
        self._speak = self.spoken.table(speak) > 0
        self._worth_age = self.ages.table(lambda one, other: weights.newcomer * (one * other == -1))
        self._worth_place = self.places.table(lambda one, other: weights.across * apart(one, other))
        self._enough = self.hours.shared() >= rules.common_hours - _HAIR
        self.window = rules.window.days if rules.window is not None else None

    def _pairs(self, groups: Iterable[tuple[frozenset[str], float]]) -> Sparse:
        """Return a value for each two people of the groups, both ways; the least one where they are in several."""
        found: list[dict[int, float]] = [{} for _person in self.people]
        for members, value in groups:
            known = sorted(self.numbers[member] for member in members if member in self.numbers)
            for one, other in itertools.permutations(known, 2):
                found[one][other] = min(value, found[one].get(other, value))
        return from_rows([row.items() for row in found], self.size)

    def block(self, people: Whole) -> Block:
        """Return what some people are to everybody."""
        possible, strict = self.permitted(people)
        return Block(self.scores(people), possible, strict)

    def scores(self, people: Whole) -> NDArray[np.float32]:
        """Return the points of some people's meetings with everybody."""
        weights = self.rules.weights
        forth, back = self.complement.rows(people)
        score = (forth / (1 + forth) + back / (1 + back)).astype(np.float32, copy=False)
        score *= weights.complement
        for table, kinds in ((self._worth_age, self.ages), (self._worth_place, self.places)):
            if table.any():
                score += table[kinds.of[people]][:, kinds.of]
        if weights.trades:
            score += weights.trades * (self.trades.known[people][:, None] & self.trades.known)
            of, others = self._same_trade(people)
            score[of, others] -= weights.trades
        of, places = self.met.entries(people)
        score[of, self.met.columns[places]] += weights.met * (0.5 + np.float32(0.5) ** (1 + self.met.values[places] / _FADES))
        of, places = self.lately.entries(people)
        score[of, self.lately.columns[places]] += weights.lately * np.float32(0.5) ** (self.lately.values[places] / _FORGOTTEN)
        return score

    def permitted(self, people: Whole) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Return whom some people may meet at all, and whom by every rule."""
        possible = self._speak[self.spoken.of[people]][:, self.spoken.of]
        if self.rules.trade is not Trade.ANY:
            same = np.zeros_like(possible)
            same[self._same_trade(people)] = True
            possible &= same if self.rules.trade is Trade.SAME else ~same
        possible[np.arange(len(people)), people] = False
        of, places = self.excluded.entries(people)
        possible[of, self.excluded.columns[places]] = False
        strict = possible & self._enough[self.hours.spans.of[people]][:, self.hours.spans.of]
        of, places = self.met.entries(people)
        within = slice(None) if self.window is None else self.met.values[places] < self.window
        strict[of[within], self.met.columns[places][within]] = False
        return possible, strict

    def _same_trade(self, people: Whole) -> tuple[Whole, Whole]:
        of, others, _values = joined(self.trades.keys, people, self.trades.holders)
        return of, others

    def penalties(self, one: Whole, other: Whole) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
        """Return, for pairs that may meet, whether they have too few hours in common, and how lately they met if it was too lately.

        From nearly 0 for long ago to 1 for today; -1 where they may meet again or never met.
        """
        short = ~self._enough[self.hours.spans.of[one], self.hours.spans.of[other]]
        days = np.full(len(one), np.inf)
        if len(self.met.columns):
            keys = self.met.row_numbers() * self.size + self.met.columns
            places = np.minimum(np.searchsorted(keys, one * self.size + other), len(keys) - 1)
            found = keys[places] == one * self.size + other
            days[found] = self.met.values[places[found]]
        late = np.isfinite(days) if self.window is None else days < self.window
        return short, np.where(late, 1 / (1 + np.where(late, days, 0) / _LATELY), -1.0)

    def only(self, people: Sequence[int]) -> World:
        """Return the same for some of the people, in their order."""
        return World(
            [self.people[number] for number in people], self.rules, self._meetings, self._exclusions, self._today, self._together
        )

    # ------------------------------------------------------------ one pair, one group

    def speak(self, one: int, other: int) -> bool:
        """Tell whether two people have a language in common."""
        return bool(self._speak[self.spoken.of[one], self.spoken.of[other]])

    def suits_trade(self, one: int, other: int) -> bool:
        """Tell whether the rule about trades lets two people meet."""
        if self.rules.trade is Trade.ANY:
            return True
        return self.same_trade(one, other) is (self.rules.trade is Trade.SAME)

    def any_excluded(self, members: Sequence[int]) -> bool:
        """Tell whether any two of a group may not meet."""
        return any(bool(np.isin(self.excluded.row(member)[0], members).any()) for member in members)

    def worth(self, members: Sequence[int]) -> float:
        """Return the points of a group: of everybody in it half the mean of their meetings with the others."""
        points = sum(self.points(one, other) for one, other in itertools.combinations(members, 2))
        return points / max(len(members) - 1, 1)

    def points(self, one: int, other: int) -> float:
        """Return the points of a meeting, as `scores` has them."""
        weights = self.rules.weights
        found = sum(weights.complement * met / (1 + met) for met in self.complement.met(one, other))
        for table, kinds in ((self._worth_age, self.ages), (self._worth_place, self.places)):
            found += float(table[kinds.of[one], kinds.of[other]])
        if self.trades.known[one] and self.trades.known[other] and not self.same_trade(one, other):
            found += weights.trades
        days, lately = _value(self.met, one, other), _value(self.lately, one, other)
        if days is not None:
            found += weights.met * (0.5 + 0.5 ** (1 + days / _FADES))
        return found if lately is None else found + weights.lately * 0.5 ** (lately / _FORGOTTEN)

    def same_trade(self, one: int, other: int) -> bool:
        """Tell whether two people have the same trade."""
        theirs = self.trades.keys.row(other)[0].tolist()
        return any(key in theirs for key in self.trades.keys.row(one)[0].tolist())

    def short(self, one: int, other: int) -> bool:
        """Tell whether two people have too few working hours in common."""
        kinds = self.hours.spans.of
        return not self._enough[kinds[one], kinds[other]]

    def days_since(self, one: int, other: int) -> int | None:
        """Return how many days ago two people met last, None where they never did."""
        days = _value(self.met, one, other)
        return None if days is None else int(days)

    def again(self, one: int, other: int) -> bool:
        """Tell whether two people would meet again too soon."""
        days = self.days_since(one, other)
        return days is not None and (self.window is None or days < self.window)

    def together(self, members: Sequence[int]) -> bool:
        """Tell whether a group, each two of whom may meet, has one language."""
        kinds: list[frozenset[str]] = [self.spoken.kinds[int(self.spoken.of[member])] for member in members]
        return all_speak(kinds)

    def works(self, members: Sequence[int]) -> bool:
        """Tell whether a group has enough working hours in common."""
        return self.hours.common(members) >= self.rules.common_hours - _HAIR


def _value(values: Sparse, one: int, other: int) -> float | None:
    """Return the value of two people, or None."""
    columns, found = values.row(one)
    place = int(columns.searchsorted(other))
    return float(found[place]) if place < len(columns) and columns[place] == other else None


def _waited(people: Sequence[Person]) -> Whole:
    """Return how much it is everybody's turn to meet somebody: rounds left out in a row, then how lately that was, if ever."""
    dates = sorted({person.last_out for person in people if person.last_out is not None}, reverse=True)
    order = {date: max(TURNS - 1 - place, 0) for place, date in enumerate(dates)}
    return np.array(
        [TURNS * min(person.left_out, 15) + (0 if person.last_out is None else order[person.last_out]) for person in people],
        dtype=np.int64,
    )
