"""Very many people: an assignment on the bipartite double cover, whose circles are split into pairs, and its prices.

Everybody stands on both sides; the cheapest assignment of the left to the right consists of circles. One of two people is a pair,
one of an even number is cut into every other pair, one of an odd number leaves somebody over, who is matched again exactly.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any, Final, cast

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from bot.matching.candidates import Candidates
    from bot.matching.exact import Edges, Mates
    from bot.matching.sparse import Whole
    from bot.matching.world import World

_ALONE: Final = 50.0
"""Points that it costs to pair nobody with somebody: more than any detour."""
_WAITED: Final = 5.0
"""Points for each round that somebody was left out."""
_FINE: Final = 1e4
"""Points are counted in whole numbers of so small a part: with fractions the assignment turns in circles by their last digits."""
_JITTER: Final = 3
"""So many of these parts decide by chance between equals."""
_SWEEPS: Final = 1000


def assigned(world: World, found: Candidates, chance: np.random.Generator) -> tuple[Mates, list[int], NDArray[np.float64]]:
    """Return pairs, those who stood in odd circles, and each person's price.

    Raises:
        ImportError: scipy is not installed.
    """
    edges = found.edges
    waited = np.array([person.left_out for person in world.people])
    worth = edges.score.astype(np.float64) + _WAITED * np.minimum(waited[edges.one] + waited[edges.other], 4)
    return circles(world.size, edges, worth, found.price, chance)


def circles(
    size: int, edges: Edges, worth: NDArray[np.float64], guess: NDArray[np.float64], chance: np.random.Generator
) -> tuple[Mates, list[int], NDArray[np.float64]]:
    """Return the same of any edges and what they are worth; `guess`: prices that may be near the right ones.

    Raises:
        ImportError: scipy is not installed.
    """
    matrices, graphs = (cast("Any", importlib.import_module(name)) for name in ("scipy.sparse", "scipy.sparse.csgraph"))
    whole = np.rint(worth * _FINE) + chance.integers(0, _JITTER, len(edges))
    top = float(whole.max(initial=0.0)) + _FINE
    rows = np.concatenate([edges.one, edges.other, np.arange(size)])
    columns = np.concatenate([edges.other, edges.one, np.arange(size)])
    costs = np.concatenate([top - whole, top - whole, np.full(size, top + _ALONE * _FINE)])
    matrix = matrices.csr_array((costs, (rows, columns)), shape=(size, size))
    left, right = cast("tuple[Whole, Whole]", graphs.min_weight_full_bipartite_matching(matrix))
    follower = np.empty(size, dtype=np.int64)
    follower[left] = right
    price = _prices(rows, columns, costs, follower, np.rint(guess * _FINE), top) / _FINE
    mates, odd = _split(follower.tolist(), edges)
    return mates, odd, price


def _prices(  # noqa: PLR0913, PLR0917 - the assignment and its costs
    rows: NDArray[np.int64],
    columns: NDArray[np.int64],
    costs: NDArray[np.float64],
    follower: NDArray[np.int64],
    guess: NDArray[np.float64],
    top: float,
) -> NDArray[np.float64]:
    """Return each person's price in the assignment: shortest paths among those who would rather follow somebody else."""
    order = np.argsort(columns, kind="stable")
    rows, columns, costs = rows[order], columns[order], costs[order]
    chosen = np.empty(len(follower))
    same = follower[rows] == columns
    chosen[rows[same]] = costs[same]
    starts = np.searchsorted(columns, np.arange(len(follower)))
    through, more = follower[rows], costs - chosen[rows]
    value = -guess
    for _sweep in range(_SWEEPS):
        nearer = np.minimum(value, np.minimum.reduceat(value[through] + more, starts))
        if np.array_equal(nearer, value):
            break
        value = nearer
    taken = chosen - value[follower]
    return (top - taken - value) / 2


def _split(follower: list[int], edges: Edges) -> tuple[Mates, list[int]]:
    """Cut circles into pairs, the better way round. Whoever follows themselves stays alone."""
    worth = dict(zip(zip(edges.one.tolist(), edges.other.tolist(), strict=True), edges.score.tolist(), strict=True))
    mates = [-1] * len(follower)
    odd: list[int] = []
    seen = [False] * len(follower)
    for first in range(len(follower)):
        if seen[first]:
            continue
        circle: list[int] = []
        person = first
        while not seen[person]:
            seen[person] = True
            circle.append(person)
            person = follower[person]
        if len(circle) % 2:
            odd += circle
            continue
        ways = [
            [(circle[place - 1 + way], circle[place + way - len(circle)]) for place in range(1, len(circle), 2)] for way in (0, 1)
        ]
        best = max(ways, key=lambda pairs: sum(worth[min(pair), max(pair)] for pair in pairs))
        for one, other in best:
            mates[one], mates[other] = other, one
    return mates, odd
