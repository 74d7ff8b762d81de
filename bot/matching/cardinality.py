"""The most people that can be paired at all: Edmonds' search for augmenting paths, on a graph that is asked for row by row.

A sparse graph of good pairs may leave people over who could be paired through pairs outside of it. This search looks at all that is
permitted, without ever holding it.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from bot.matching.exact import Mates

    Row = Callable[[int], NDArray[np.bool_]]


def complete(mates: Mates, row: Row) -> Mates:
    """Return a matching of the most people that there is, changed from one as little as that takes. `row`: whom one may meet."""
    search = _Search(mates, row)
    for root, mate in enumerate(mates):
        if mate < 0 and search.mate[root] < 0:
            search.grow(root)
    return search.mate.tolist()


class _Search:
    """One alternating tree after the other. One that found nothing will never be part of a path, and is left out from then on."""

    def __init__(self, mates: Mates, row: Row) -> None:
        self.mate = np.array(mates, dtype=np.int64)
        self._row = row
        self._size = len(mates)
        self._gone = np.zeros(self._size, dtype=bool)

    def grow(self, root: int) -> None:
        """Pair somebody who is alone, if that is possible."""
        size = self._size
        self._from = np.full(size, -1, dtype=np.int64)
        self._base = np.arange(size)
        self._even = np.zeros(size, dtype=bool)
        self._even[root] = True
        self._root = root
        self._queue = deque([root])
        while self._queue:
            end = self._visit(self._queue.popleft())
            if end >= 0:
                self._exchange(end)
                return
        self._gone |= self._even | (self._from >= 0)

    def _visit(self, person: int) -> int:
        """Look at everybody whom one may meet; return who ends an augmenting path, -1 for nobody."""
        row = self._row(person) & ~self._gone
        alone = np.flatnonzero(row & (self.mate < 0) & ~self._even)
        if len(alone):
            self._from[alone[0]] = person
            return int(alone[0])
        for other in np.flatnonzero(row & np.where(self._even, self._base != self._base[person], self._from < 0)).tolist():
            if self._even[other]:
                if self._base[other] != self._base[person]:
                    self._contract(person, other)
            elif self._from[other] < 0:
                self._from[other] = person
                mate = int(self.mate[other])
                self._even[mate] = True
                self._queue.append(mate)
        return -1

    def _contract(self, one: int, other: int) -> None:
        """Take an odd circle for one vertex: each of it can be reached both ways."""
        base = self._common(one, other)
        inside = np.zeros(self._size, dtype=bool)
        self._mark(one, base, other, inside)
        self._mark(other, base, one, inside)
        within = inside[self._base]
        self._base[within] = base
        fresh = np.flatnonzero(within & ~self._even)
        self._even[fresh] = True
        self._queue.extend(fresh.tolist())

    def _common(self, one: int, other: int) -> int:
        seen: set[int] = set()
        while True:
            one = int(self._base[one])
            seen.add(one)
            if self.mate[one] < 0:
                break
            one = int(self._from[self.mate[one]])
        while True:
            other = int(self._base[other])
            if other in seen:
                return other
            other = int(self._from[self.mate[other]])

    def _mark(self, person: int, base: int, child: int, inside: NDArray[np.bool_]) -> None:
        while self._base[person] != base:
            mate = int(self.mate[person])
            inside[self._base[person]] = inside[self._base[mate]] = True
            self._from[person] = child
            child = mate
            person = int(self._from[mate])

    def _exchange(self, end: int) -> None:
        """Pair along the path from its end to the root."""
        while end >= 0:
            before = int(self._from[end])
            following = int(self.mate[before])
            self.mate[end], self.mate[before] = before, end
            end = following
