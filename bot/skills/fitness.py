"""How well what somebody said fits what is wanted, and which of their own words do: the common part of all rankings."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bot.skills.understanding import only_meanings, read, understand, widen
from bot.skills.vocabulary import ROLES, vocabulary
from bot.skills.weights import Rarity, impacts
from bot.skills.words import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from bot.skills.understanding import Term

FLOOR: Final = 0.1
"""The part of what is wanted, by weight, from which something fits: below, a word or two agree by chance."""
CLOSE: Final = 0.15
"""The same where nothing agrees but what a word hints at."""
_CORE: Final = 3
"""The heaviest terms that what is wanted comes down to: a long story is not held against whoever does what it is about."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for: its terms, and what it weighs.

    `said` are the keys of those that were said; `sure` those that were, or are close to a concept that was; the others are only
    hinted at by a word. `plain` are the sure ones with what a word can only mean, but without words for roles.
    """

    terms: tuple[Term, ...]
    said: frozenset[str]
    sure: frozenset[str]
    plain: frozenset[str]
    weight: float


@dataclass(frozen=True, slots=True)
class Fitting:
    """The thing, in their own words, that fits best: how well, what of the wish it fits, and whether it is only close to that."""

    score: float
    thing: str
    wanted: str
    close: bool


def wanted(text: str, locale: str) -> Wanted:
    """Return what a text looks for."""
    terms = widen(text, locale)
    reading = read(text, locale)
    named = {f"c/{concept.concept}" for concept in reading.concepts}
    said = frozenset(term.key for term in terms if term.key in named or term.key.startswith("w/"))
    spoken = {concept.said for concept in reading.concepts}
    sure = frozenset(term.key for term in terms if term.key in said or term.said in spoken)
    weights = sorted((term.weight for term in terms if term.key in said), reverse=True)
    roles = {term.key for term in terms if term.key.startswith("w/") and fold(term.said) in ROLES}
    return Wanted(terms, said, sure, ((sure - roles) or sure) | only_meanings(reading), sum(weights[:_CORE]))


def fit(wish: Wanted, texts: Sequence[tuple[str, float]], locale: str, rarity: Rarity) -> float:
    """Return how well a member's texts, each with how much it counts, fit a wish: 0 where they do not."""
    return fit_known(wish, _impacts(tuple(texts), locale), rarity)


def fit_known(wish: Wanted, kept: Mapping[str, float], rarity: Rarity) -> float:
    """Return the same from the impacts of such texts.

    Whether they fit is told without the rarity: where everybody keeps books, everybody fits a need for it.
    """
    shared = [(term.weight * kept[term.key], term.key) for term in wish.terms if term.key in kept]
    floor = FLOOR if any(key in wish.sure for _weight, key in shared) else CLOSE
    if sum(weight for weight, _key in shared) < floor * wish.weight:
        return 0.0
    return sum(weight * rarity(key) for weight, key in shared)


def impacts_of(texts: Iterable[tuple[str, float]], locale: str) -> Mapping[str, float]:
    """Return what to keep for texts, each with how much it counts: the impact of each of their terms, by key."""
    weights = ((term, counts) for text, counts in texts if text for term in understand(text, locale))
    return impacts(term if counts == 1 else _times(term, counts) for term, counts in weights)


@functools.lru_cache(maxsize=1024)
def _impacts(texts: tuple[tuple[str, float], ...], locale: str) -> Mapping[str, float]:
    return impacts_of(texts, locale)


def _times(term: Term, counts: float) -> Term:
    return type(term)(term.key, term.weight * counts, term.said)


def best_thing(wish: Wanted, said: Iterable[str], locale: str, rarity: Rarity) -> Fitting | None:
    """Return which of several things fits a wish best; None where none has more in common with it than a word of many meanings."""
    best: Fitting | None = None
    for thing in said:
        kept = _impacts(((thing, 1.0),), locale)
        firm, hinted = firmly(thing, locale)
        shared = [(term.weight * rarity(term.key) * kept[term.key], term) for term in wish.terms if term.key in kept]
        if not any(term.key in wish.plain and (term.key in firm or term.key in hinted) for _weight, term in shared):
            continue
        score = sum(weight for weight, _term in shared)
        if best is None or score > best.score:
            close = not any(term.key in wish.said and term.key in firm for _weight, term in shared)
            _most, heaviest = max(shared, key=lambda pair: pair[0])
            best = Fitting(score, thing, heaviest.said, close)
    return best


@functools.lru_cache(maxsize=1024)
def firmly(thing: str, locale: str) -> tuple[frozenset[str], frozenset[str]]:
    """Return the keys that a thing is certainly about, as it says them or a part of them; and what a word of it can only mean."""
    reading = read(thing, locale)
    known = vocabulary()
    firm = {f"c/{named.concept}" for named in reading.concepts}
    firm |= {f"c/{concept}" for named in reading.concepts for concept, _steps in known.broader(named.concept)}
    firm |= {term.key for term in understand(thing, locale) if term.key.startswith("w/")}
    return frozenset(firm), only_meanings(reading)


def alike(wish: Wanted, text: str, locale: str = "") -> float:
    """Return the part of what is wanted, as it was said, that a text is about too: 0 for nothing, about 1 for all that matters."""
    kept = _impacts(((text, 1.0),), locale)
    shared = sum(term.weight for term in wish.terms if term.key in wish.said and term.key in kept)
    return shared / wish.weight if wish.weight else 0.0


def rarity_of(documents: Iterable[tuple[str, str]]) -> Rarity:
    """Return the rarity of terms among texts, each with its locale."""
    counts: dict[str, int] = {}
    number = 0
    for text, locale in documents:
        number += 1
        for term in understand(text, locale):
            counts[term.key] = counts.get(term.key, 0) + 1
    return Rarity(counts, number)
