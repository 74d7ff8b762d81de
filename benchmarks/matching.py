"""Who meets whom: how near the best, how soon, and how many are left out, for pools from six people to ten thousand.

Everybody is made up: offers and wishes from the vocabulary, as rare as they are there, trades from ESCO's occupations where its
list is there (`../shared/data`). Seconds are of the processor, as others may be using it. Those for *known* people are of a second
round, when the meaning of what they wrote is remembered; the others include understanding all of it.
"""

from __future__ import annotations

import datetime as dt
import random
import resource
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from benchmarks.crowded import Fancy
from benchmarks.result import Result, against, at_most
from benchmarks.side import ROOT
from benchmarks.skills import ESCO, occupations
from bot.hours import WorkingHours
from bot.matching import Matching, Meeting, Person, Rules, Trade, match
from bot.matching.exact import edges_of, heaviest, solved
from bot.matching.groups import NEVER, worth_of
from bot.matching.world import World
from bot.skills.understanding import understand
from bot.skills.words import things

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

TODAY: Final = dt.date(2026, 11, 23)
SEED: Final = 7
ROUNDS: Final = {6: 5, 8: 7, 10: 9, 12: 11, 20: 19, 50: 47}
SWAPPING: Final = 5.0
MIXED: Final = (300, 700, 1_500)


def crowd(number: int, seed: int = SEED) -> list[Person]:
    """Return people of several languages, zones, hours and workspaces."""
    fancy, chance = Fancy(seed), random.Random(seed)  # noqa: S311 - nothing to guard
    known = occupations() if ESCO.exists() else []
    found: list[Person] = []
    for place in range(number):
        told = fancy.somebody()
        start = chance.choice((7, 8, 9, 9, 9, 10, 11))
        found.append(
            Person(
                f"p{place:05}",
                offers=things(told.offers),
                seeks=things(told.seeks),
                trade=chance.choice(known).label[told.locale] if known else told.does,
                languages=(told.locale,) if chance.random() < 0.4 else ("en", "fr"),
                zone=chance.choices(("Europe/Paris", "Europe/London", "America/Montreal", ""), (60, 20, 12, 8))[0],
                hours=WorkingHours(start=dt.time(start), end=dt.time(start + chance.choice((6, 8, 9, 10)))),
                workspaces=frozenset(chance.choices((("slack",), ("discord",), ("slack", "discord")), (50, 40, 10))[0]),
                since=TODAY - dt.timedelta(days=int(chance.expovariate(1 / 200))),
            )
        )
    return found


class Timed(NamedTuple):
    """A matching and the seconds of the processor that it took."""

    found: Matching
    seconds: float


def timed(people: Sequence[Person], rules: Rules) -> Timed:
    """Match people."""
    began = time.process_time()
    found = match(people, rules, today=TODAY, seed=SEED)
    return Timed(found, time.process_time() - began)


def exact(number: int) -> list[Result]:
    """Compare with the heaviest matching of the whole graph, for some hundred people and a thousand."""
    people = crowd(number)
    first, again = timed(people, Rules()), timed(people, Rules())
    world = World(people, Rules(), (), (), TODAY)
    block = world.block(np.arange(number))
    mates = heaviest(world, edges_of(block.strict, block.score), np.random.default_rng(SEED))
    best = sum(float(block.score[one, other]) for one, other in enumerate(mates) if other > one)
    small = number <= 100
    return [
        against(
            f"matching: {number:,}, points against the exact optimum", again.found.score, "", best, least=0.9999 if small else 0.998
        ),
        at_most(f"matching: {number:,} known people, time", again.seconds, "s", 0.1 if small else 0.5),
        at_most(f"matching: {number:,} people never seen, time", first.seconds, "s", 0.5 if small else 2),
    ]


def large() -> tuple[float, float, float, float, int]:
    """Return of 10,000 people, in a process of its own: points, bound, seconds, MiB and how many are left out."""
    people = crowd(10_000)
    found, seconds = timed(people, Rules())
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return found.score, found.bound, seconds, memory, len(found.left_out)


def ten_thousand() -> list[Result]:
    """Measure those of a large community."""
    command = [sys.executable, "-m", "benchmarks.matching"]
    written = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout  # noqa: S603 - ourselves
    score, bound, seconds, memory, over = map(float, written.split())
    return [
        against("matching: 10,000, points against their upper bound", score, "", bound, least=0.99),
        at_most("matching: 10,000 people never seen, time", seconds, "s", 15),
        at_most("matching: 10,000, memory of the whole process", memory, "MiB", 700),
        at_most("matching: 10,000, unmatched who could be matched", over, "people", 0),
    ]


def unmatched() -> Result:
    """Count who is unmatched but could be matched, where trades and languages make that hard, at several sizes."""
    missing = 0
    for number in MIXED:
        chance = random.Random(number)  # noqa: S311 - nothing to guard
        people = [
            Person(f"p{place}", trade=chance.choices("abcd", (55, 20, 15, 10))[0], languages=tuple(chance.sample("uvwxyz", 2)))
            for place in range(number)
        ]
        rules = Rules(trade=Trade.DIFFERENT)
        found = match(people, rules, today=TODAY, seed=SEED)
        pairs = sum(len(group.members) for group in found.groups if len(group.members) == 2)
        pairs += sum(2 for group in found.groups if len(group.members) > 2)
        world = World(people, rules, (), (), TODAY)
        edges = edges_of(world.permitted(np.arange(number))[0], np.zeros((number, number), dtype=np.float32))
        missing += sum(mate >= 0 for mate in solved(number, edges, [1] * len(edges))) - pairs
    return at_most("matching: 300 to 1,500 of few trades, unmatched in vain", missing, "people", 0)


def rounds(number: int) -> int:
    """Return how many rounds go by without a repeat, where there is no other rule."""
    people = [Person(f"p{place:02}") for place in range(number)]
    met: list[Meeting] = []
    for turn in range(number):
        day = TODAY + dt.timedelta(weeks=turn)
        found = match(people, Rules(), met, today=day, seed=turn)
        if found.relaxed or found.left_out:
            return turn
        met += [Meeting(frozenset(group.members), day) for group in found.groups]
    return number


def fours() -> list[Result]:
    """Compare groups of four with those that were drawn at random and improved by exchanges for five seconds."""
    people = crowd(4_000)
    rules = Rules(size=4)
    timed(people, rules)
    found, seconds = timed(people, rules)
    swapped = exchanged(worth_of(World(people, rules, (), (), TODAY)), 4)
    return [
        against("matching: 4,000 in fours, against random and 5 s of swaps", found.score, "", swapped, least=1.2),
        at_most("matching: 4,000 known people in fours, time", seconds, "s", 5),
    ]


def exchanged(worth: NDArray[np.float32], size: int) -> float:
    """Return the points of random groups after exchanges at random, each kept if it gains something."""
    people = len(worth)
    chance = random.Random(SEED)  # noqa: S311 - nothing to guard
    order = list(range(people))
    chance.shuffle(order)
    groups = [order[first : first + size] for first in range(0, people, size)]
    home = [0] * people
    for number, group in enumerate(groups):
        for one in group:
            home[one] = number
    rows = worth.tolist()
    ends = time.process_time() + SWAPPING
    while time.process_time() < ends:
        for _turn in range(1000):
            one, other = chance.randrange(people), chance.randrange(people)
            mine, theirs = groups[home[one]], groups[home[other]]
            if mine is theirs:
                continue
            to_one, to_other = rows[one], rows[other]
            gain = sum(to_one[each] for each in theirs if each != other) + sum(to_other[each] for each in mine if each != one)
            gain -= sum(to_one[each] for each in mine) + sum(to_other[each] for each in theirs)
            if gain > 0:
                mine[mine.index(one)], theirs[theirs.index(other)] = other, one
                home[one], home[other] = home[other], home[one]
    points = [float(worth[np.ix_(group, group)].sum()) / 2 / (size - 1) for group in groups]
    return sum(each for each in points if each > NEVER / 10)


def measure() -> list[Result]:
    """Return all of it."""
    understand("bookkeeping")  # reads the vocabulary
    results = ten_thousand() + exact(100) + exact(1_000)
    results.append(unmatched())
    for number, least in ROUNDS.items():
        done = rounds(number)
        results.append(
            Result(
                name=f"matching: {number} people, rounds before a repeat",
                value=done,
                unit="rounds",
                floor=number - 1,
                ratio=done / (number - 1),
                goal=f"≥ {least}",
                holds=done >= least,
            )
        )
    return results + fours()


if __name__ == "__main__":
    understand("bookkeeping")
    sys.stdout.write(" ".join(map(str, large())) + "\n")
