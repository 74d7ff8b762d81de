"""How good a ranking is, against what a person judged."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence


def _discounted(grades: Iterable[int]) -> float:
    """Return the gain of grades in this order: 2^grade - 1 each, divided by log2 of the rank plus one."""
    return sum((2**grade - 1) / math.log2(rank + 1) for rank, grade in enumerate(grades, start=1))


def ndcg(ranking: Sequence[str], relevant: Mapping[str, int], top: int = 5) -> float:
    """Return the normalised discounted cumulative gain of a ranking's first `top` ids, between 0 and 1.

    The gain of a grade is 2^grade - 1, its discount log2(rank + 1), as in Burges et al. 2005. The ideal is the best order of all
    that was judged, found or not: a ranking that is too short loses what it leaves out. An id that was not judged has grade 0, and
    so has one that comes a second time.

    Args:
        ranking: ids, best first; it may be shorter than `top`, or empty.
        relevant: id to grade, 0 or more.
        top: how many of the ranking count.

    Raises:
        ValueError: nothing relevant was judged, so that no order is better than another.
    """
    ideal = _discounted(sorted(relevant.values(), reverse=True)[:top])
    if not ideal:
        message = "a question needs somebody who is relevant"
        raise ValueError(message)
    first = {name: rank for rank, name in reversed(list(enumerate(ranking)))}
    found = (relevant.get(name, 0) if first[name] == rank else 0 for rank, name in enumerate(ranking[:top]))
    return _discounted(found) / ideal
