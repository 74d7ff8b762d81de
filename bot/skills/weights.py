"""How much a term counts: BM25 in two parts, so that one is kept with the document and the other is known when asking.

Kept with the document, when it is indexed: `impact`, how much it says the term for its length.
Known when asking: `rarity`, how few documents have the term. The score is the sum, over the terms of a question, of
its weight times the rarity times the impact.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from bot.skills.understanding import Term

SATURATION: Final = 1.2
"""BM25's *k1*: how soon saying the same again stops to count."""
LENGTH: Final = 0.7
"""BM25's *b*: how much a long text is held against it."""
USUAL_LENGTH: Final = 9.0
"""The length of a usual profile. A constant, so that an edited profile changes its own rows and nobody else's."""


def impact(weight: float, length: float, usual: float = USUAL_LENGTH) -> float:
    """Return what a document's term counts, from 0 up to `SATURATION` + 1. `weight` is how much it is said."""
    return weight * (SATURATION + 1) / (weight + SATURATION * (1 - LENGTH + LENGTH * length / usual))


def length(terms: Iterable[Term]) -> float:
    """Return how long a document is: its words, not what follows from them."""
    return sum(term.weight for term in terms if term.key.startswith("w/"))


def impacts(terms: Iterable[Term], usual: float = USUAL_LENGTH) -> dict[str, float]:
    """Return what to keep for a document: the impact of each of its terms by key. A key that stands several times is added up."""
    weights: dict[str, float] = {}
    terms = tuple(terms)
    for term in terms:
        weights[term.key] = weights.get(term.key, 0.0) + term.weight
    long = length(terms)
    return {key: impact(weight, long, usual) for key, weight in weights.items()}


def rarity(containing: int, documents: int) -> float:
    """Return what having a term says: more the fewer of the documents have it, never 0."""
    containing = min(containing, documents)
    return math.log(1 + (documents - containing + 0.5) / (containing + 0.5))


class Rarity:
    """The rarity of terms among documents, from how many documents have each (`counts`, by key) of how many there are."""

    def __init__(self, counts: Mapping[str, int], documents: int) -> None:
        self._counts = counts
        self._documents = documents

    def __call__(self, key: str) -> float:
        """Return the rarity of a term."""
        return rarity(self._counts.get(key, 0), self._documents)
