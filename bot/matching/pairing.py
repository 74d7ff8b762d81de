"""Everybody in pairs: exactly among some hundred, on a graph of good partners among thousands, by assignment above that.

Nobody stays alone who could be paired, whatever the method: what a sparse graph leaves over is completed on the whole one. Then
the ladder: who is alone by every rule may be paired by stretching one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from bot.matching.candidates import Candidates, bound, candidates, prices
from bot.matching.cardinality import complete
from bot.matching.cover import assigned
from bot.matching.exact import Edges, edges_of, heaviest, merged
from bot.matching.lookahead import FEW, foresighted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from bot.matching.exact import Mates
    from bot.matching.sparse import Whole
    from bot.matching.world import Block, World

FULL: Final = 250
"""People up to whom every pair is looked at."""
SPARSE: Final = 2_000
"""People up to whom the heaviest matching of a sparse graph is found exactly."""
_OTHERS: Final = 4
_BEST: Final = 14
"""Partners of each person, chosen beyond their prices: with 12 already the optimum of the whole graph was among them."""
_NEAR: Final = 24
"""Partners of each of those who are matched again."""


@dataclass(frozen=True, slots=True)
class Pairs:
    """Whom each is paired with, and more points than any permitted matching has."""

    mates: Mates
    bound: float


def pairs(world: World, chance: np.random.Generator) -> Pairs:
    """Return the pairs of a pool."""
    if world.size <= FULL:
        return _small(world, chance)
    found = candidates(world, _BEST, _OTHERS, chance)
    price = found.price
    if world.size <= SPARSE:
        mates = heaviest(world, found.edges, chance)
    else:
        mates, price = _large(world, found, chance)
    top = bound(found, price)
    mates = _completed(world, found.edges, mates, chance)
    return Pairs(_relaxed(world, found.edges, mates, chance), top)


def limit(world: World, chance: np.random.Generator) -> float:
    """Return more points than any permitted groups of a pool have, whatever their size."""
    if world.size <= FULL:
        return _small_limit(world, world.block(np.arange(world.size)), chance)
    found = candidates(world, _BEST, 0, chance, strict=False)
    return bound(found, found.price)


def _small_limit(world: World, block: Block, chance: np.random.Generator) -> float:
    least = np.zeros(world.size)
    return bound(Candidates(edges_of(block.possible, block.score), least, least), prices(world, chance))


def _small(world: World, chance: np.random.Generator) -> Pairs:
    everybody = np.arange(world.size)
    block = world.block(everybody)
    strict = edges_of(block.strict, block.score)
    mates = heaviest(world, strict, chance)
    top = _small_limit(world, block, chance)
    if _alone(mates) > world.size % 2:
        return Pairs(heaviest(world, edges_of(block.possible, block.score), chance), top)
    if world.size <= FEW:
        mates = foresighted(world, strict, mates, chance)
    return Pairs(mates, top)


def _large(world: World, found: Candidates, chance: np.random.Generator) -> tuple[Mates, NDArray[np.float64]]:
    """Return the pairs of very many people: by assignment where scipy is there, else exactly on a sparser graph."""
    try:
        mates, odd, price = assigned(world, found, chance)
    except ImportError:
        return heaviest(world, found.edges, chance), found.price
    over = sorted({*odd, *(person for person, mate in enumerate(mates) if mate < 0)})
    return _again(world, found.edges, mates, over, chance), price


def _again(world: World, edges: Edges, mates: Mates, over: Sequence[int], chance: np.random.Generator) -> Mates:
    """Match those who are left over among themselves, exactly, by their best partners there."""
    if not over:
        return mates
    among = np.array(over)
    place = np.full(world.size, -1)
    place[among] = np.arange(len(among))
    known = edges.where((place[edges.one] >= 0) & (place[edges.other] >= 0))
    some = [known]
    for part in np.array_split(among, max(1, len(among) // 250)):
        block = world.block(part)
        worth = np.where(block.strict, block.score, -np.inf)[:, among]
        kept = min(_NEAR, len(among))
        top = np.argpartition(-worth, kept - 1, axis=1)[:, :kept]
        reach = np.take_along_axis(worth, top, axis=1)
        fine = np.isfinite(reach)
        some.append(Edges(np.repeat(part, fine.sum(axis=1)), among[top[fine]], reach[fine]))
    again = heaviest(world, merged(world.size, *some), chance)
    return [again[person] if place[person] >= 0 else mate for person, mate in enumerate(mates)]


def _completed(world: World, edges: Edges, mates: Mates, chance: np.random.Generator) -> Mates:
    """Pair as many as can be paired by every rule; in a middling community, the heaviest way to do so."""
    if _alone(mates) <= world.size % 2:
        return mates
    most = complete(mates, lambda person: world.permitted(np.array([person]))[1][0])
    if world.size > SPARSE or _alone(most) == _alone(mates):
        return most
    over = np.array([person for person, mate in enumerate(mates) if mate < 0])
    return heaviest(world, merged(world.size, edges, _around(world, over, strict=True), _kept(world, most)), chance)


def _relaxed(world: World, edges: Edges, mates: Mates, chance: np.random.Generator) -> Mates:
    """Take the ladder for those who are alone by every rule: as few rules stretched as it takes."""
    over = [person for person, mate in enumerate(mates) if mate < 0]
    if len(over) <= world.size % 2:
        return mates
    around = _around(world, np.array(over), strict=False)
    if world.size <= SPARSE:
        wider = heaviest(world, merged(world.size, edges, around, _kept(world, mates)), chance)
    else:
        wider = _locally(world, edges, around, mates, chance)
    if _alone(wider) <= world.size % 2:
        return wider
    most = complete(wider, lambda person: world.permitted(np.array([person]))[0][0])
    if _alone(most) == _alone(wider):
        return wider
    return most


def _locally(world: World, edges: Edges, around: Edges, mates: Mates, chance: np.random.Generator) -> Mates:
    """Match those who are alone again with those near them and their partners, exactly, leaving everybody else as they are."""
    over = [person for person, mate in enumerate(mates) if mate < 0]
    inside = np.zeros(world.size, dtype=bool)
    inside[over] = True
    order = np.argsort(-around.score, kind="stable")
    for number in order.tolist():
        if inside.sum() > FULL * 4:
            break
        for person in (int(around.one[number]), int(around.other[number])):
            inside[person] = inside[mates[person]] = True
    inside[over] = True
    some = merged(world.size, edges, around, _kept(world, mates))
    again = heaviest(world, some.where(inside[some.one] & inside[some.other]), chance)
    return [again[person] if inside[person] else mate for person, mate in enumerate(mates)]


def _around(world: World, some: Whole, *, strict: bool) -> Edges:
    """Return every pair that some people may form."""
    found: list[Edges] = []
    for part in np.array_split(some, max(1, len(some) // 250)):
        block = world.block(part)
        rows, columns = np.nonzero(block.strict if strict else block.possible)
        found.append(Edges(part[rows], columns, block.score[rows, columns]))
    return merged(world.size, *found)


def _kept(world: World, mates: Mates) -> Edges:
    """Return the pairs of a matching."""
    one = np.array([person for person, mate in enumerate(mates) if mate > person], dtype=np.int64)
    other = np.array([mate for person, mate in enumerate(mates) if mate > person], dtype=np.int64)
    score = np.concatenate(
        [world.scores(part)[np.arange(len(part)), mate] for part, mate in _parts(one, other)] or [np.zeros(0, np.float32)]
    )
    return Edges(one, other, score)


def _parts(one: Whole, other: Whole) -> Iterator[tuple[Whole, Whole]]:
    for first in range(0, len(one), 250):
        yield one[first : first + 250], other[first : first + 250]


def _alone(mates: Mates) -> int:
    return sum(mate < 0 for mate in mates)
