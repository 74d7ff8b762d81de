"""The heaviest matching of pairs, exactly: most people first, then who was left out, then the rules, then the points."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from bot.matching.sparse import Whole
    from bot.matching.world import World

FINE: Final = 1e7
"""Points are compared as whole numbers of so small a part."""
_JITTER: Final = 16
"""So many of these parts decide by chance between equals."""
_LATE: Final = 1000
"""How finely it is told which meeting is the longest ago."""

Mates = list[int]
"""Whom each person is paired with, -1 for nobody."""


@dataclass(frozen=True, slots=True)
class Edges:
    """Pairs that may be chosen, the smaller number first, each once and in order, and what each is worth in points."""

    one: Whole
    other: Whole
    score: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.one)

    def where(self, chosen: NDArray[np.bool_]) -> Edges:
        """Return some of them."""
        return Edges(self.one[chosen], self.other[chosen], self.score[chosen])


def edges_of(matrix: NDArray[np.bool_], score: NDArray[np.float32]) -> Edges:
    """Return the pairs of a symmetric matrix."""
    one, other = np.nonzero(np.triu(matrix, 1))
    return Edges(one, other, score[one, other])


def merged(size: int, *some: Edges) -> Edges:
    """Return the pairs that are in any of several."""
    one = np.concatenate([edges.one for edges in some])
    other = np.concatenate([edges.other for edges in some])
    score = np.concatenate([edges.score for edges in some])
    _keys, first = np.unique(np.minimum(one, other) * size + np.maximum(one, other), return_index=True)
    return Edges(np.minimum(one, other)[first], np.maximum(one, other)[first], score[first])


def heaviest(world: World, edges: Edges, chance: np.random.Generator) -> Mates:
    """Return the matching that pairs most people and is the heaviest of those."""
    return solved(world.size, edges, weights(world, edges, chance))


def weights(world: World, edges: Edges, chance: np.random.Generator) -> list[int]:
    """Return what each pair weighs, so that nothing that comes first can be outweighed by what comes after it.

    First who was left out before, then who was so last; then no repeats; then, of repeats, those longest ago; then enough
    common hours; then points.
    """
    plain = np.rint(edges.score.astype(np.float64) * FINE).astype(np.int64) + chance.integers(0, _JITTER, len(edges))
    found: list[int] = plain.tolist()
    people = world.size + 1
    hours = 2 * people * (1 + int(np.abs(plain).max(initial=0)))
    lately = hours * people
    repeat = lately * people * _LATE
    before = repeat * people
    short, late = world.penalties(edges.one, edges.other)
    for number in np.flatnonzero(short | (late >= 0)).tolist():
        found[number] -= hours * bool(short[number])
        if late[number] >= 0:
            found[number] -= repeat + lately * int(late[number] * (_LATE - 1))
    both = world.waited[edges.one] + world.waited[edges.other]
    for number in np.flatnonzero(both).tolist():
        found[number] += before * int(both[number])
    return found


def solved(size: int, edges: Edges, weight: Sequence[int]) -> Mates:
    """Return the heaviest of the largest matchings."""
    import rustworkx  # noqa: PLC0415 - loaded only by whoever matches, never by a bot that is starting

    graph: rustworkx.PyGraph[int | None, int] = rustworkx.PyGraph(multigraph=False)
    graph.add_nodes_from(range(size))
    graph.extend_from_weighted_edge_list(list(zip(edges.one.tolist(), edges.other.tolist(), weight, strict=True)))
    mates = [-1] * size
    for one, other in rustworkx.max_weight_matching(graph, max_cardinality=True, weight_fn=int):
        mates[one], mates[other] = other, one
    return mates
