"""The former names of the engine, for callers that still use them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.skills.ranking import Candidate, Match, rank_allies, rank_helpers
from bot.skills.weights import rarity as _rarity
from bot.skills.words import terms, things

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ("Candidate", "Match", "Rarity", "rank_allies", "rank_helpers", "terms", "things")


class Rarity:
    """How much a word says among texts."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._known: dict[str, int] = {}
        self._texts = 0
        for text in texts:
            self._texts += 1
            for term in terms(text):
                self._known[term] = self._known.get(term, 0) + 1

    def __call__(self, term: str) -> float:
        """Return the weight of a word."""
        return _rarity(self._known.get(term, 0), self._texts)

    def shared(self, wanted: frozenset[str], given: frozenset[str]) -> float:
        """Return the weight of what two texts have in common."""
        return sum(self(term) for term in wanted & given)
