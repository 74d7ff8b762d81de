"""Who offers what whom seeks: every wish against everything offered, by the skills engine, each different one understood once."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from bot.i18n import fold, match_locale
from bot.matching.sparse import Entries, dense, from_rows, joined, parts_of
from bot.skills.fitness import firmly, wanted
from bot.skills.understanding import read, understand
from bot.skills.words import things

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from bot.matching.model import Person
    from bot.matching.sparse import Real, Sparse, Whole

    Thing = tuple[str, str]
    Understood = tuple[tuple[tuple[str, float], ...], tuple[str, ...], frozenset[str]]

_ENOUGH: Final = 0.3
"""The part of a wish that has to be met to count: below, a word or two agree."""
_REMEMBERED: Final = 32_768
"""Things whose meaning is remembered from one round to the next, as many as ten thousand people say: two kilobytes each at most."""
_TRADE: Final = 0.7
"""What a trade counts that fits a wish, against something offered."""


@dataclass(frozen=True, slots=True)
class Met:
    """A wish and the thing that meets it, in their own words; how much of it; `close` where only something near it is said."""

    wish: str
    thing: str
    fit: float
    close: bool
    trade: bool


class Complement:
    """How well people's offers and trades meet each other's wishes."""

    def __init__(self, people: Sequence[Person]) -> None:
        locales = [locale_of(person) for person in people]
        wishes = [_things(person.seeks, locale) for person, locale in zip(people, locales, strict=True)]
        offers = [_things(person.offers, locale) for person, locale in zip(people, locales, strict=True)]
        trades = [_things((person.trade,), locale) for person, locale in zip(people, locales, strict=True)]
        asked = _numbered(thing for some in wishes for thing in some)
        given = _numbered(thing for each in (offers, trades) for some in each for thing in some)
        self._wishes = from_rows([[(asked[thing], 1.0) for thing in some] for some in wishes], len(asked))
        had: Iterable[Iterable[tuple[int, float]]] = [
            {**{given[thing]: _TRADE for thing in trade}, **{given[thing]: 1.0 for thing in offer}}.items()
            for offer, trade in zip(offers, trades, strict=True)
        ]
        self._wishers = self._wishes.transposed()
        self._asked: list[Thing] = list(asked)
        self._given: list[Thing] = list(given)
        _understood(asked, given, {thing for some in trades for thing in some})
        self._had = from_rows(list(had), len(given))
        self._fits = _fits(self._asked, self._given)
        self._meets = _best(self._fits, self._had.transposed())
        self._met = self._meets.transposed()

    def rows(self, people: Whole) -> tuple[Real, Real]:
        """Return, for some people and each other, how well the one's wishes are met by the other, and the other's by the one.

        1 is a wish that is met fully, 2 are two.
        """
        return dense(self._wishes, people, self._meets), dense(self._met, people, self._wishers)

    def met(self, one: int, other: int) -> tuple[float, float]:
        """Return for two people what `rows` does."""
        return self._met_by(one, other), self._met_by(other, one)

    def _met_by(self, seeker: int, giver: int) -> float:
        total = 0.0
        for wish in self._wishes.row(seeker)[0].tolist():
            people, fits = self._meets.row(wish)
            place = int(people.searchsorted(giver))
            total += float(fits[place]) if place < len(people) and people[place] == giver else 0.0
        return total

    def best(self, seeker: int, giver: int) -> Met | None:
        """Return the wish of somebody that another meets best, and by what: an offer, or else their trade."""
        found: list[tuple[bool, bool, float, int, Met]] = []
        for wish in map(int, self._wishes.row(seeker)[0]):
            things, fits = self._fits.row(wish)
            had, counts = self._had.row(giver)
            for thing, count in zip(map(int, had), map(float, counts), strict=True):
                place = int(things.searchsorted(thing))
                if place < len(things) and things[place] == thing:
                    asked, given = self._asked[wish], self._given[thing]
                    close = _sought(*asked)[2].isdisjoint(_offered(*given)[2])
                    trade, fit = count < 1, float(fits[place])
                    found.append((trade, close, -fit, len(found), Met(asked[0], given[0], fit, close=close, trade=trade)))
        return min(found)[-1] if found else None


def locale_of(person: Person) -> str:
    """Return the language of ours that somebody writes in, empty where they speak none of them."""
    return next((locale for language in person.languages if (locale := match_locale(language))), "")


def _things(said: Iterable[str], locale: str) -> list[Thing]:
    return list(dict.fromkeys((thing, locale) for words in said for thing in things(words)))


def _numbered(some: Iterable[Thing]) -> dict[Thing, int]:
    return {thing: number for number, thing in enumerate(dict.fromkeys(some))}


def _understood(asked: Collection[Thing], given: Collection[Thing], trades: Collection[Thing]) -> None:
    """Understand everything that was said, thing by thing: what is said as more than one of these is read once."""
    for thing in dict.fromkeys((*given, *asked)):
        if thing in given:
            _offered(*thing)
        if thing in asked:
            _sought(*thing)
        if thing in trades:
            trade_keys(*thing)


@functools.lru_cache(maxsize=_REMEMBERED)
def trade_keys(trade: str, locale: str) -> frozenset[str]:
    """Return what a trade has in common with others that are the same: the concepts it names, or how it is written."""
    if not trade:
        return frozenset()
    return frozenset({f"w/{' '.join(fold(trade).split())}", *(f"c/{named.concept}" for named in read(trade, locale).concepts)})


@functools.lru_cache(maxsize=_REMEMBERED)
def _offered(thing: str, locale: str) -> Understood:
    """Return the terms of something offered with their weights, what it can be named for, and what it is certainly about."""
    firm, hinted = firmly(thing, locale)
    return tuple((term.key, term.weight) for term in understand(thing, locale)), tuple(sorted(firm | hinted)), firm


@functools.lru_cache(maxsize=_REMEMBERED)
def _sought(thing: str, locale: str) -> Understood:
    """Return the terms of a wish with the part of it that each is, what it has to be met by, and what of that was said."""
    wish = wanted(thing, locale)
    terms = wish.terms if wish.weight else ()
    return tuple((term.key, term.weight / wish.weight) for term in terms), tuple(sorted(wish.plain)), wish.said


def _best(fits: Sparse, owners: Sparse) -> Sparse:
    """Return how well each person meets each wish by the best of what they have."""
    found = Entries()
    for some in parts_of(fits.height):
        of, columns, values = joined(fits, some, owners)
        best = np.zeros(len(some) * owners.width, dtype=np.float32)
        np.maximum.at(best, of * owners.width + columns, values)
        places = np.flatnonzero(best)
        found.add(some[places // owners.width], places % owners.width, best[places])
    return found.together((fits.height, owners.width))


def _fits(asked: Sequence[Thing], given: Sequence[Thing]) -> Sparse:
    """Return how well things offered fit wishes: the part of each wish, by weight, that they are about; nothing below `_ENOUGH`.

    They fit where they also could be named as the reason, as `best_thing` of the skills engine does it. All terms are as rare as
    each other: a wish is met as well by what many offer.
    """
    keys: dict[str, int] = {}
    told: list[list[tuple[int, float]]] = []
    named: list[list[tuple[int, float]]] = []
    for thing in given:
        terms, names, _firm = _offered(*thing)
        told.append([(keys.setdefault(key, len(keys)), weight) for key, weight in terms])
        named.append([(keys.setdefault(key, len(keys)), 1.0) for key in names])
    sought: list[list[tuple[int, float]]] = []
    plain: list[list[tuple[int, float]]] = []
    for thing in asked:
        terms, names, _said = _sought(*thing)
        sought.append([(keys[key], weight) for key, weight in terms if key in keys])
        plain.append([(keys[key], 1.0) for key in names if key in keys])
    width = len(keys)
    wish_terms, wish_plain = from_rows(sought, width), from_rows(plain, width)
    by_term, by_name = from_rows(told, width).transposed(), from_rows(named, width).transposed()
    found = Entries()
    for some in parts_of(len(asked)):
        of, columns, parts = joined(wish_terms, some, by_term)
        fit = np.bincount(of * len(given) + columns, weights=parts, minlength=len(some) * len(given))
        nameable = np.zeros(len(fit), dtype=bool)
        of, columns, _ones = joined(wish_plain, some, by_name)
        nameable[of * len(given) + columns] = True
        places = np.flatnonzero(nameable & (fit >= _ENOUGH))
        found.add(some[places // len(given)], places % len(given), np.minimum(fit[places], 1.0))
    return found.together((len(asked), len(given)))
