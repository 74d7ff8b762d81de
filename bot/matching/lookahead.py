"""Small pools: pairs chosen such that no round is wasted, so that nobody has to meet somebody again before they met everybody.

A round that takes the best pairs of today may leave a rest in which nobody can be paired anew, long before all have met: among
six, two rounds can already do it. So a round is chosen such that the pairs that are left can be dealt into as many as possible.
Where one of an odd number is left out in turns, being left out is meeting somebody who is not there, once before all had it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from bot.matching.exact import Edges, solved
from bot.matching.model import Odd
from bot.matching.world import TURNS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from bot.matching.exact import Mates
    from bot.matching.sparse import Whole
    from bot.matching.world import World

SMALL: Final = 12
"""People up to whom every round looks ahead."""
FEW: Final = 64
"""People up to whom the last rounds do."""
LAST: Final = 8
"""New people left for somebody, from which a round is one of the last."""
_TRIES: Final = 60
_OTHERS: Final = 4


def foresighted(world: World, edges: Edges, mates: Mates, chance: np.random.Generator) -> Mates:
    """Return the heaviest matching found that leaves as many rounds without a repeat as there can be."""
    if world.size % 2 == 0:
        return _ahead(world.size, edges, mates, chance)
    if world.rules.odd is not Odd.ROTATE:
        return mates
    free, turns = _turns(world, edges), world.size
    edges = Edges(
        np.concatenate([edges.one, free]),
        np.concatenate([edges.other, np.full(len(free), turns)]),
        np.concatenate([edges.score, np.zeros(len(free), dtype=np.float32)]),
    )
    over = mates.index(-1)
    found = _ahead(turns + 1, edges, [*(turns if mate < 0 else mate for mate in mates), over], chance)
    return [-1 if mate == turns else mate for mate in found[:-1]]


def _turns(world: World, edges: Edges) -> Whole:
    """Return whose turn it may be to be left out: as many as there are rounds left, who never were or the longest ago first."""
    fresh = np.bincount(np.concatenate([edges.one, edges.other]), minlength=world.size)
    once = any(person.last_out is not None for person in world.people)
    left = min(int(fresh.max(initial=0)) + (not once), world.size)
    order = np.argsort(world.waited, kind="stable")
    among = order[: max(left, 1)]
    return np.sort(among[world.waited[among] < world.waited[order[0]] + TURNS])


def _ahead(size: int, edges: Edges, mates: Mates, chance: np.random.Generator) -> Mates:
    """Return the heaviest matching found after which the pairs that are left can be dealt into as many rounds as possible."""
    fresh = np.zeros((size, size), dtype=bool)
    fresh[edges.one, edges.other] = fresh[edges.other, edges.one] = True
    left = int(fresh.sum(axis=1).min(initial=size))
    if left <= 1 or (size > SMALL and left > LAST):
        return mates
    meant = all(fresh[person, mate] for person, mate in enumerate(mates))
    if meant and len(dealt(_without(fresh, mates), left - 1, chance)) >= left - 1:
        return mates
    for _turn in range(_OTHERS):
        other = _shaken(edges, size, chance)
        if -1 not in other and len(dealt(_without(fresh, other), left - 1, chance)) >= left - 1:
            return other
    rounds = dealt(fresh, left, chance)
    if not rounds:
        return mates
    worth = np.zeros((size, size), dtype=np.float64)
    worth[edges.one, edges.other] = edges.score
    return max(rounds, key=lambda found: sum(worth[person, mate] for person, mate in enumerate(found) if mate > person))


def _shaken(edges: Edges, size: int, chance: np.random.Generator) -> Mates:
    """Return a heavy matching, though not quite the heaviest."""
    spread = max(float(edges.score.std()), 0.01)
    weight = np.rint((edges.score + spread * chance.random(len(edges))) * 1e6).astype(np.int64)
    return solved(size, edges, weight.tolist())


def dealt(fresh: NDArray[np.bool_], wanted: int, chance: np.random.Generator) -> list[Mates]:
    """Deal pairs into rounds in which everybody meets somebody: up to as many as wanted, or the most that were found.

    Rounds are taken at random until no more is possible; then some are thrown together again with what is left and taken anew.
    """
    rounds: list[Mates] = []
    best: list[Mates] = []
    rest = fresh.copy()
    back = 1
    for _turn in range(_TRIES):
        while len(rounds) < wanted:
            found = _any(rest, chance)
            if -1 in found:
                break
            rounds.append(found)
            rest = _without(rest, found)
        if len(rounds) > len(best):
            best, back = list(rounds), 1
        if len(rounds) >= wanted or not rounds:
            break
        back = min(back + 1, len(rounds), 5)
        for _number in range(back):
            again = rounds.pop(int(chance.integers(len(rounds))))
            for person, mate in enumerate(again):
                rest[person, mate] = True
    return best


def _any(rest: NDArray[np.bool_], chance: np.random.Generator) -> Mates:
    one, other = np.nonzero(np.triu(rest, 1))
    edges = Edges(one, other, np.zeros(len(one), dtype=np.float32))
    return solved(len(rest), edges, chance.integers(1, 1000, len(one)).tolist())


def _without(fresh: NDArray[np.bool_], mates: Mates) -> NDArray[np.bool_]:
    rest = fresh.copy()
    for person, mate in enumerate(mates):
        if mate >= 0:
            rest[person, mate] = False
    return rest
