"""What a text is about: concepts of the vocabulary and words, as a document says them and as a question asks for them."""

from __future__ import annotations

import functools
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from bot.skills.negation import denied
from bot.skills.typos import Corrector
from bot.skills.vocabulary import vocabulary
from bot.skills.words import STOP_WORDS, split, stem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.skills.vocabulary import Vocabulary
    from bot.skills.words import Word

LONGEST: Final = 4000
"""Characters of a text that are looked at."""
_CONCEPT: Final = 1.1
"""What a question's concept counts against a word of it."""
_LONGER: Final = 0.8
_BY_STEM: Final = 0.5
"""A name that only agrees in its stems."""
_CORRECTED: Final = 0.7
_WORD: Final = 1.0
_WORD_WITHIN: Final = 1.0
"""A word inside a concept that was recognised, in a document and in a question."""
_ASKED_WITHIN: Final = 0.5
_OTHER_STEM: Final = 0.8
_ABOVE: Final = {1: 0.4, 2: 0.2, 3: 0.1}
"""What a document that says *React* counts for concepts so many steps broader."""
_ASKED_ABOVE: Final = {1: 0.5, 2: 0.25}
_RELATED: Final = 0.3
_HINTED: Final = 0.6
_ASKED_HINTED: Final = 0.4
"""What a word outside every concept counts, in a document and in a question, for a concept that has it in its names: *payslip*
for payroll. It is what finds people across languages where a name is not in the vocabulary as it was written."""


@dataclass(frozen=True, slots=True)
class Term:
    """One thing that a text is about.

    `key` is `c/<concept>` for a concept of the vocabulary and `w/<stem>` for a word; `weight` how much it counts; `said`
    the words of the text it came from, as they were typed.
    """

    key: str
    weight: float
    said: str


@dataclass(frozen=True, slots=True)
class Named:
    """A concept that a text names: its id, how surely from 0 to 1, and the words that name it."""

    concept: str
    sureness: float
    said: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What was understood of a text: its language, the concepts it names, its telling words, and the corrections, by word.

    Words within a concept are in `within`, the others in `words`. What a text says it is not about is in neither.
    """

    language: str
    concepts: tuple[Named, ...] = ()
    words: tuple[Word, ...] = ()
    within: tuple[Word, ...] = ()
    corrections: dict[str, str] = field(default_factory=dict[str, str])


@functools.cache
def _corrector(known: Vocabulary) -> Corrector:
    return Corrector(known.words, known.slips)


@functools.lru_cache(maxsize=512)
def read(text: str, locale: str = "") -> Reading:
    """Return what is understood of a text. `locale` is the writer's language, for texts too short to tell."""
    text = text[:LONGEST]
    words, language = split(text, locale)
    if not words:
        return Reading(locale or "en")
    known = vocabulary()
    corrections = _corrections(text, words, _corrector(known))
    silent = {word for word, meant in corrections.items() if meant in STOP_WORDS}
    if silent:
        words = [word._replace(telling=False) if word.folded in silent else word for word in words]
        corrections = {word: meant for word, meant in corrections.items() if word not in silent}
    mended = [word._replace(folded=corrections.get(word.folded, word.folded)) for word in words]
    named: list[Named] = []
    covered: set[int] = set()
    mentions = known.find(text, mended, language)
    inside = {number for mention in mentions for number in range(mention.first, mention.last)}
    left_out = denied(text, words, inside)
    for mention in mentions:
        numbers = range(mention.first, mention.last)
        if not left_out.isdisjoint(numbers):
            continue
        sureness = 1.0 if mention.exact else _BY_STEM
        if any(words[number].folded in corrections for number in numbers):
            sureness = min(sureness, _CORRECTED)
        said = text[words[mention.first].start : words[mention.last - 1].end]
        named.append(Named(mention.concept, sureness, said))
        covered.update(numbers)
    telling = [(number, word) for number, word in enumerate(words) if word.telling and number not in left_out]
    return Reading(
        language,
        tuple(named),
        tuple(word for number, word in telling if number not in covered and len(word.folded) > 1),
        tuple(word for number, word in telling if number in covered),
        corrections,
    )


def _corrections(text: str, words: Sequence[Word], corrector: Corrector) -> dict[str, str]:
    """Return what mistyped words were meant to be. One with a capital inside a sentence is a name, and left alone."""
    titled = sum(word.said[:1].isupper() for word in words) * 2 > len(words)
    corrections: dict[str, str] = {}
    for number, word in enumerate(words):
        begins = number == 0 or any(mark in text[words[number - 1].end : word.start] for mark in ".!?\n,;:•-")
        if not word.telling or (word.said[:1].isupper() and not begins and not titled):
            continue
        meant = corrector.correct(word.folded)
        if meant is not None:
            corrections[word.folded] = meant
    return corrections


@functools.lru_cache(maxsize=512)
def understand(text: str, locale: str = "") -> tuple[Term, ...]:
    """Return the terms of a document, each key once: what to index. `weight` is how much it is said, 1 for once.

    The broader concepts of those said are among them at lower weights, so that a question for *web development* finds
    who wrote *React*. `locale` is the writer's language, for texts too short to tell.
    """
    reading = read(text, locale)
    known = vocabulary()
    found = _Terms()
    for named in reading.concepts:
        found.add(f"c/{named.concept}", named.sureness, named.said)
        for concept, steps in known.broader(named.concept):
            found.raise_to(f"c/{concept}", named.sureness * _ABOVE[steps], named.said)
    for words, weight in ((reading.words, _WORD), (reading.within, _WORD_WITHIN)):
        for word in words:
            found.add(f"w/{stem(word.folded, reading.language)}", weight, word.said)
            if word.folded in reading.corrections:
                found.add(f"w/{stem(reading.corrections[word.folded], reading.language)}", weight * _CORRECTED, word.said)
    for word in reading.words:
        for concept, share in known.hints(stem(word.folded, reading.language), reading.language):
            found.raise_to(f"c/{concept}", _HINTED * share, word.said)
    return found.all()


@functools.lru_cache(maxsize=1024)
def widen(text: str, locale: str = "") -> tuple[Term, ...]:
    """Return the terms of a question, each key once: what is asked for, and at lower weights what is close to it.

    Close are broader and related concepts, what a mistyped word was probably meant to be, and a word's stem in the other
    language.
    """
    reading = read(text, locale)
    known = vocabulary()
    found = _Terms()
    for named in reading.concepts:
        found.raise_to(f"c/{named.concept}", _CONCEPT * named.sureness * _span(named.said), named.said)
    for named in reading.concepts:
        weight = _CONCEPT * named.sureness * _span(named.said)
        for concept, steps in known.broader(named.concept):
            found.raise_to(f"c/{concept}", weight * _ASKED_ABOVE.get(steps, 0.0), named.said)
        for concept in known.related(named.concept):
            found.raise_to(f"c/{concept}", weight * _RELATED, named.said)
    other = "en" if reading.language == "fr" else "fr"
    for words, weight in ((reading.words, _WORD), (reading.within, _ASKED_WITHIN)):
        for word in words:
            key = f"w/{stem(word.folded, reading.language)}"
            found.raise_to(key, weight, word.said)
            found.raise_to(f"w/{stem(word.folded, other)}", weight * _OTHER_STEM, word.said)
            if word.folded in reading.corrections:
                found.raise_to(f"w/{stem(reading.corrections[word.folded], reading.language)}", weight * _CORRECTED, word.said)
    for word in reading.words:
        for concept, share in known.hints(stem(word.folded, reading.language), reading.language):
            found.raise_to(f"c/{concept}", _ASKED_HINTED * share, word.said)
    return found.all()


def only_meanings(reading: Reading) -> frozenset[str]:
    """Return the keys of the concepts that a word outside every concept can only mean, as no other has it in its names."""
    hints = (hint for word in reading.words for hint in vocabulary().hints(stem(word.folded, reading.language), reading.language))
    return frozenset(f"c/{concept}" for concept, share in hints if share >= 1)


def _span(said: str) -> float:
    """Return how much more a name of several words says than one of a single word, which may have been meant otherwise."""
    return len(said.split()) ** _LONGER


class _Terms:
    """Terms by key."""

    def __init__(self) -> None:
        self._weights: dict[str, float] = {}
        self._said: dict[str, str] = {}

    def add(self, key: str, weight: float, said: str) -> None:
        """Count a term once more."""
        self._weights[key] = self._weights.get(key, 0.0) + weight
        self._said.setdefault(key, said)

    def raise_to(self, key: str, weight: float, said: str) -> None:
        """Count a term at least so much."""
        if weight > self._weights.get(key, 0.0):
            self._weights[key] = weight
            self._said[key] = said

    def all(self) -> tuple[Term, ...]:
        """Return them."""
        return tuple(Term(key, weight, self._said[key]) for key, weight in self._weights.items())
