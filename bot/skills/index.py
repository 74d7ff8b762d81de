"""An inverted index in memory: for the command line, the benchmarks and the tests. That of a running bot is in the database."""

from __future__ import annotations

import heapq
from typing import TYPE_CHECKING

from bot.skills.weights import Rarity, impacts, length

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from bot.skills.understanding import Term


class Index:
    """Documents by their terms. Made once from all of them, so that their usual length is known."""

    def __init__(self, documents: Iterable[tuple[str, Iterable[Term]]]) -> None:
        kept = [(name, tuple(terms)) for name, terms in documents]
        self._names = [name for name, _terms in kept]
        usual = sum(length(terms) for _name, terms in kept) / len(kept) if kept else 1.0
        self._postings: dict[str, list[tuple[int, float]]] = {}
        for number, (_name, terms) in enumerate(kept):
            for key, impact in impacts(terms, usual or 1.0).items():
                self._postings.setdefault(key, []).append((number, impact))
        self.rarity = Rarity({key: len(postings) for key, postings in self._postings.items()}, len(kept))

    def nearest(self, terms: Iterable[Term], limit: int) -> list[tuple[str, float]]:
        """Return the documents closest to a question's terms with their scores, best first; of equals, the earlier one."""
        scores: dict[int, float] = {}
        for term in terms:
            weight = term.weight * self.rarity(term.key)
            for number, impact in self._postings.get(term.key, ()):
                scores[number] = scores.get(number, 0.0) + weight * impact
        best = heapq.nsmallest(limit, scores.items(), key=lambda item: (-item[1], item[0]))
        return [(self._names[number], score) for number, score in best]


def matched(terms: Iterable[Term], impact: Mapping[str, float], rarity: Rarity) -> float:
    """Return the score of one document, given its impacts, for a question's terms."""
    return sum(term.weight * rarity(term.key) * impact[term.key] for term in terms if term.key in impact)
