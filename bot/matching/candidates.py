"""Each person's best partners, so that a large community becomes a sparse graph, and the bound on what any matching can be worth.

Whoever offers what many seek is the best partner of far more people than they can meet. So everybody first gets a price: the
points that a meeting with them costs, such that on the whole each is wanted once. The best partners are those who are worth
the most beyond their price, and the prices are also nearly the solution of the linear programme whose value bounds every matching.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from bot.matching.exact import Edges, merged
from bot.matching.sparse import parts_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from bot.matching.sparse import Real
    from bot.matching.world import World

SAMPLE: Final = 600
"""People among whom the prices are found."""
_SOFT: Final = (0.5, 0.2, 0.1, 0.06)
"""How soft the choice among partners is while the prices settle, in points."""
_TURNS: Final = 12


@dataclass(frozen=True, slots=True)
class Candidates:
    """Pairs worth a look. `price` by person; `least`: what a price has to be for the pairs that were left out not to exceed it."""

    edges: Edges
    price: NDArray[np.float64]
    least: NDArray[np.float64]


def candidates(world: World, best: int, others: int, chance: np.random.Generator, *, strict: bool = True) -> Candidates:
    """Return each person's best partners, so many, and some others by chance, for those whom nobody has among their best."""
    size = world.size
    price = prices(world, chance)
    least = np.zeros(size)
    found: list[Edges] = []
    for some in parts_of(size):
        block = world.block(some)
        allowed = block.strict if strict else block.possible
        worth = np.where(allowed, block.score - price.astype(np.float32), -np.inf)
        kept = min(best, size - 1)
        top = np.argpartition(-worth, kept, axis=1)[:, : kept + 1] if kept < size - 1 else np.tile(np.arange(size), (len(some), 1))
        reach = np.take_along_axis(worth, top, axis=1)
        weakest = reach.min(axis=1)
        least[some] = (np.where(np.isfinite(weakest), weakest, 0) + price[some]) / 2
        least[some[~np.isfinite(weakest)]] = 0.0
        chosen = np.isfinite(reach)
        rows = np.broadcast_to(np.arange(len(some))[:, None], top.shape)[chosen]
        columns = top[chosen]
        found.append(Edges(some[rows], columns, block.score[rows, columns]))
        rows = np.repeat(np.arange(len(some)), others)
        columns = chance.integers(0, size, len(rows))
        fine = allowed[rows, columns]
        found.append(Edges(some[rows[fine]], columns[fine], block.score[rows[fine], columns[fine]]))
    return Candidates(merged(size, *found), price, least)


def prices(world: World, chance: np.random.Generator) -> NDArray[np.float64]:
    """Return what each person is worth to those who would like to meet them, by a sample of the people.

    Sinkhorn's balancing of the sample against itself, softly at first; everybody else is then priced against it.
    """
    size = world.size
    sample = np.sort(chance.permutation(size)[: min(SAMPLE, max(size // 3, 100))])
    block = world.block(sample)
    worth: Real = np.where(block.strict, block.score, np.float32(-np.inf))
    own = worth[:, sample]
    price: Real = np.zeros(len(sample), dtype=np.float32)
    for soft in _SOFT:
        for _turn in range(_TURNS):
            price = ((price + _smooth(own - price[:, None], soft)) / 2).astype(np.float32)
    return np.maximum(_smooth(worth - price[:, None], _SOFT[-1]), 0.0).astype(np.float64)


def _smooth(worth: Real, soft: float) -> Real:
    """Return the best of each column, softly; 0 where there is none."""
    best = worth.max(axis=0)
    best = np.where(np.isfinite(best), best, 0.0)
    total = np.exp((worth - best) / soft).sum(axis=0)
    return np.where(total > 0, best + soft * np.log(np.maximum(total, 1e-30)), 0.0)


def bound(found: Candidates, price: NDArray[np.float64]) -> float:
    """Return more points than any matching of permitted pairs has, from prices near the best ones.

    Prices such that no pair is worth more than both its prices together are an upper bound by their sum: the dual of the linear
    programme. They are raised until that holds, then lowered one by one as far as it goes on to hold.
    """
    one, other, score = found.edges.one, found.edges.other, found.edges.score.astype(np.float64)
    dual = np.maximum(np.maximum(price, found.least), 0.0)
    for _turn in range(3):
        over = np.maximum(score - dual[one] - dual[other], 0.0) / 2
        raised = np.zeros(len(dual))
        np.maximum.at(raised, one, over)
        np.maximum.at(raised, other, over)
        dual += raised
    floor = np.maximum(found.least, 0.0)
    start, partner, worth = _adjacent(len(dual), one, other, score)
    level = dual.tolist()
    for _turn in range(4):
        for person in range(len(level)):
            first, last = start[person], start[person + 1]
            need = max((worth[place] - level[partner[place]] for place in range(first, last)), default=0.0)
            level[person] = max(need, floor[person])
    return float(sum(level))


def _adjacent(
    size: int, one: NDArray[np.int64], other: NDArray[np.int64], score: NDArray[np.float64]
) -> tuple[list[int], list[int], list[float]]:
    """Return the pairs of each person, one person after the other."""
    ends = np.concatenate([one, other])
    order = np.argsort(ends, kind="stable")
    start = np.concatenate([[0], np.cumsum(np.bincount(ends, minlength=size))])
    return start.tolist(), np.concatenate([other, one])[order].tolist(), np.concatenate([score, score])[order].tolist()
