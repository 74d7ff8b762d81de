"""Made-up people of all kinds, and what has to hold of whoever meets whom, told without the engine."""

from __future__ import annotations

import datetime as dt
import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import rustworkx
from hypothesis import strategies as some

from bot.hours import WorkingHours, common_hours
from bot.i18n import plain
from bot.matching import Matching, Meeting, Odd, Person, Rules, Trade, match

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

TODAY: Final = dt.date(2026, 11, 23)
NOON: Final = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
SKILLS: Final = ("bookkeeping", "logo", "compta", "développement web", "translation", "SEO", "photos de mariage", "zorbing")
TRADES: Final = ("", "graphiste", "Graphic designer", "plumber", "glockenspiel maker")


@dataclass(frozen=True, slots=True)
class Pool:
    """What the engine is told."""

    people: Sequence[Person]
    rules: Rules
    meetings: Sequence[Meeting] = ()
    exclusions: Sequence[frozenset[str]] = ()
    seed: int = 0

    def matched(self) -> Matching:
        return match(self.people, self.rules, self.meetings, self.exclusions, today=TODAY, seed=self.seed)

    def person(self, name: str) -> Person:
        return next(person for person in self.people if person.id == name)

    def may_meet(self, one: Person, other: Person) -> bool:
        """Whether two may meet whatever gives way."""
        spoken = not one.languages or not other.languages or bool(set(one.languages) & set(other.languages))
        same = bool(one.trade) and trade(one) == trade(other)
        suits = self.rules.trade is Trade.ANY or same is (self.rules.trade is Trade.SAME)
        return one.id != other.id and spoken and suits and frozenset({one.id, other.id}) not in self.exclusions

    def met(self, one: Person, other: Person) -> bool:
        """Whether two met too lately."""
        days = [(TODAY - meeting.date).days for meeting in self.meetings if {one.id, other.id} <= meeting.members]
        return bool(days) and (self.rules.window is None or min(days) < self.rules.window.days)

    def hours(self, one: Person, other: Person) -> float:
        always = WorkingHours(tuple(range(7)), dt.time(), dt.time())
        first, second = ((each.hours, each.zone) if each.zone else (always, "UTC") for each in (one, other))
        return common_hours(first, second, NOON)

    def keeps_rules(self, one: Person, other: Person) -> bool:
        return self.may_meet(one, other) and not self.met(one, other) and self.hours(one, other) >= self.rules.common_hours - 1e-3

    def most(self) -> int:
        """How many people can be paired at most, everything that may give way giving way."""
        graph: rustworkx.PyGraph[int | None, int] = rustworkx.PyGraph()
        graph.add_nodes_from(range(len(self.people)))
        pairs = itertools.combinations(range(len(self.people)), 2)
        graph.add_edges_from([(a, b, 1) for a, b in pairs if self.may_meet(self.people[a], self.people[b])])
        return 2 * len(rustworkx.max_weight_matching(graph, max_cardinality=True))


def trade(person: Person) -> str:
    return {"Graphic designer": "graphiste"}.get(person.trade, person.trade)


def told(found: Matching, locale: str = "en") -> list[str]:
    """Everything that is said to anybody."""
    texts = [reason for group in found.groups for reason in group.reasons]
    texts += [one.reason for one in found.left_out]
    texts += [one.text for one in found.relaxed]
    return [plain(text, locale) for text in texts]


def everybody(found: Matching) -> list[str]:
    """Everybody who is in a group or left out, as often as they are."""
    return sorted([*(one for group in found.groups for one in group.members), *(one.id for one in found.left_out)])


def pairs(members: Iterable[str]) -> Iterable[tuple[str, str]]:
    return itertools.combinations(members, 2)


@some.composite
def persons(draw: some.DrawFn, number: int) -> Person:
    hour = draw(some.integers(0, 23))
    return Person(
        f"p{number:02}",
        offers=tuple(draw(some.lists(some.sampled_from(SKILLS), max_size=2))),
        seeks=tuple(draw(some.lists(some.sampled_from(SKILLS), max_size=2))),
        trade=draw(some.sampled_from(TRADES)),
        languages=draw(some.sampled_from(((), ("fr",), ("en",), ("fr", "en"), ("de",), ("de", "en")))),
        zone=draw(some.sampled_from(("", "Europe/Paris", "Asia/Tokyo", "America/Montreal"))),
        hours=WorkingHours(start=dt.time(hour), end=dt.time((hour + draw(some.integers(1, 10))) % 24)),
        workspaces=frozenset(draw(some.lists(some.sampled_from("ab"), max_size=2))),
        since=draw(some.sampled_from((None, TODAY, TODAY - dt.timedelta(days=700)))),
        left_out=draw(some.sampled_from((0, 0, 0, 1, 2))),
        initiated=draw(some.integers(0, 2)),
    )


@some.composite
def pools(draw: some.DrawFn, sizes: Sequence[int] = (2,)) -> Pool:
    people = [draw(persons(number)) for number in range(draw(some.integers(0, 11)))]
    ids = [person.id for person in people]
    two = some.lists(some.sampled_from(ids), min_size=2, max_size=2, unique=True) if len(ids) > 1 else some.nothing()
    met = draw(some.lists(some.tuples(two, some.integers(0, 400)), max_size=12)) if len(ids) > 1 else []
    return Pool(
        people,
        Rules(
            size=draw(some.sampled_from(sizes)),
            odd=draw(some.sampled_from(Odd)),
            trade=draw(some.sampled_from(Trade)),
            common_hours=draw(some.sampled_from((0.0, 1.0, 4.0))),
            window=draw(some.sampled_from((None, dt.timedelta(days=90)))),
        ),
        [Meeting(frozenset(pair), TODAY - dt.timedelta(days=days)) for pair, days in met],
        [frozenset(pair) for pair in draw(some.lists(two, max_size=5))] if len(ids) > 1 else [],
        draw(some.integers(0, 3)),
    )
