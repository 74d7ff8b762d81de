"""The vocabulary: concepts that independents offer or seek, with their names in French and English, and finding them in a text.

It is read when first used, from `bot/skills/vocabulary/*.toml`; an installation may add concepts of its own (`confrere skills
import`), which never take a name from ours.
"""

from __future__ import annotations

import functools
import itertools
import json
import re
from dataclasses import dataclass
from importlib import resources
from typing import TYPE_CHECKING, Any, Final, NamedTuple, cast

from bot.skills.negation import BREAK
from bot.skills.words import STOP_WORDS, Word, singular, split, stem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

LANGUAGES: Final = ("en", "fr")
_GLUE: Final = frozenset(
    """
    a an and at by for in my of on our s the to with your
    au aux d de des du en et l la le les ma mes mon nos notre par pour sa ses son sur un une vos votre
    """.split()  # noqa: SIM905 - as words.STOP_WORDS
)
"""Words between those of a name that make no difference: *cours de guitare*, *cours guitare*."""
ROLES: Final = frozenset(
    """
    advisor adviser agency consultancy consultant consulting engineer expert firm freelance freelancer job officer profession
    professional sector specialist technician trade worker
    agence cabinet conseiller conseillere consultante experte independant independante ingenieur ingenieure metier metiers
    professionnel professionnelle responsable secteur specialiste technicien technicienne
    """.split()  # noqa: SIM905 - as words.STOP_WORDS
)
"""What many do whatever they do: in the names of a few concepts only, and no hint at them."""
_STEM: Final = 5
_ENDING: Final = {"en": 3, "fr": 2}
"""Letters that a stem has at least, and that it may lack of its word."""
_HINTED: Final = 8
"""Concepts that a word may be in the names of to hint at them."""
_SHARED: Final = 0.75
"""How much less a word hints at each of several concepts: between not at all, 0, and each having its part of it, 1."""
_JOINT: Final = re.compile(r"[^\W_][-.][^\W_]")
_FIELD: Final = re.compile(r"(?<=[{\]] )(\w+) = (?=\[)|(?<=\], )(\w+) = (?=\[)")


@dataclass(frozen=True, slots=True)
class Concept:
    """Something independents offer or seek.

    `names` by language, the label first; `slips` its names as they are often mistyped; `broader` and `related` are ids.
    """

    id: str
    names: Mapping[str, tuple[str, ...]]
    slips: tuple[str, ...] = ()
    broader: tuple[str, ...] = ()
    related: tuple[str, ...] = ()

    def label(self, locale: str) -> str:
        """Return its name in a language, in the other one where it has none."""
        return next((names[0] for names in (self.names.get(locale, ()), *self.names.values()) if names), self.id)


class Mention(NamedTuple):
    """A concept found in a text: the words from `first` up to and without `last`; `exact` unless only the stems agree."""

    concept: str
    first: int
    last: int
    exact: bool


def claimed(name: str, language: str) -> list[str]:
    """Return the words, folded, that a name in a language is known by: without the small ones between them."""
    words, _language = split(name, language)
    return [word.folded for word in words if word.folded not in _GLUE or word.telling] or [word.folded for word in words]


def claim(name: str, language: str) -> str:
    """Return a name as two concepts may not both have it in one language: those words in the singular."""
    return " ".join(map(singular, claimed(name, language)))


class Vocabulary:
    """Concepts, found by their names. Of two that want the same name the first one has it.

    Those `added` from long official lists are found by their names to the letter only, which keeps them small.
    """

    def __init__(self, concepts: Iterable[Concept], added: Iterable[Concept] = ()) -> None:
        self.concepts: dict[str, Concept] = {}
        for concept in concepts:
            self.concepts.setdefault(concept.id, concept)
        self._exact: dict[str, dict[str, str]] = {language: {} for language in LANGUAGES}
        self._stemmed: dict[str, dict[str, str]] = {language: {} for language in LANGUAGES}
        self._longest: dict[str, int] = {}
        self.words: dict[str, int] = {}
        self.slips: set[str] = set()
        self._hints: dict[str, dict[str, dict[str, None]]] = {language: {} for language in LANGUAGES}
        self._learn()
        for concept in added:
            if self.concepts.setdefault(concept.id, concept) is concept:
                self._add(concept)
        self._related = self._mutual()

    def __contains__(self, concept: object) -> bool:
        return concept in self.concepts

    def related(self, concept: str) -> tuple[str, ...]:
        """Return the concepts related to one, either of them having said so."""
        return self._related.get(concept, ())

    def broader(self, concept: str) -> Iterator[tuple[str, int]]:
        """Yield the concepts broader than one, nearest first, with how many steps away they are, up to three."""
        seen = {concept}
        level: Sequence[str] = (concept,)
        for step in (1, 2, 3):
            above = (broader for narrow in level for broader in self.concepts[narrow].broader)
            level = [one for one in dict.fromkeys(above) if one not in seen and one in self.concepts]
            seen.update(level)
            for one in level:
                yield one, step

    def hints(self, word: str, language: str) -> list[tuple[str, float]]:
        """Return the concepts that a stem hints at, being in their names only or with few others, each with its share."""
        concepts = self._hints[language].get(word, {})
        return [(concept, len(concepts) ** -_SHARED) for concept in concepts] if len(concepts) <= _HINTED else []

    def find(self, text: str, words: Sequence[Word], language: str) -> list[Mention]:
        """Return the concepts that a text in a language names, longest names first, each word in one of them at most.

        Names in the other language count too: *copywriting* and *front-end* are said in both.
        """
        telling = [number for number, word in enumerate(words) if word.folded not in _GLUE or word.telling]
        singulars = [singular(words[number].folded) for number in telling]
        other = "fr" if language == "en" else "en"
        stems = [stem(words[number].folded, language) for number in telling]
        apart = _apart(text, [words[number] for number in telling])
        tries = (
            (self._exact[language], singulars, True),
            (self._exact[other], singulars, True),
            (self._stemmed[language], stems, False),
        )
        found: list[Mention] = []
        place = 0
        while place < len(telling):
            longest = max(self._longest.get(form[place], 0) for form in (singulars, stems))
            taken = 1
            for size in range(min(longest, len(telling) - place, _run(apart, place)), 0, -1):
                concept = _first(tries, place, size)
                if concept is None or (size == 1 and not _names(words[telling[place]])):
                    continue
                found.append(Mention(concept[0], telling[place], telling[place + size - 1] + 1, concept[1]))
                taken = size
                break
            place += taken
        return found

    def _learn(self) -> None:
        for concept in self.concepts.values():
            for language in LANGUAGES:
                for name in concept.names.get(language, ()):
                    self._name(name, language, concept.id)
        for concept in self.concepts.values():
            for slip in concept.slips:
                for language in LANGUAGES:
                    self._name(slip, language, concept.id, slip=True)

    def _add(self, concept: Concept) -> None:
        for language, names in concept.names.items():
            for name in names:
                self._name(name, language, concept.id, plainly=True)

    def _name(self, name: str, language: str, concept: str, *, slip: bool = False, plainly: bool = False) -> None:
        folded = claimed(name, language)
        if not folded:
            return
        singulars = [singular(word) for word in folded]
        self._claim(self._exact[language], singulars, concept)
        if slip and len(folded) == 1:
            self.slips.add(folded[0])
        if slip or plainly:
            return
        self._claim(self._stemmed[language], _stems(folded, language), concept)
        if len(folded) > 1 and _JOINT.search(name):
            self._claim(self._exact[language], [singular("".join(folded))], concept)
        for word in folded:
            if word not in STOP_WORDS:
                if word not in ROLES:
                    self._hints[language].setdefault(stem(word, language), {})[concept] = None
                self.words[word] = self.words.get(word, 0) + 1

    def _claim(self, names: dict[str, str], words: Sequence[str], concept: str) -> None:
        names.setdefault(" ".join(words), concept)
        if self._longest.get(words[0], 0) < len(words):
            self._longest[words[0]] = len(words)

    def _mutual(self) -> dict[str, tuple[str, ...]]:
        related: dict[str, dict[str, None]] = {}
        for concept in self.concepts.values():
            for other in concept.related:
                if other in self.concepts:
                    related.setdefault(concept.id, {})[other] = None
                    related.setdefault(other, {})[concept.id] = None
        return {concept: tuple(others) for concept, others in related.items()}


def _stems(words: Sequence[str], language: str) -> list[str]:
    """Return the stems of a name's words; a word alone has to keep most of itself: *public* is not *publicité*."""
    found = [stem(word, language) for word in words]
    if len(words) == 1 and not (len(found[0]) >= _STEM and len(words[0]) - len(found[0]) <= _ENDING[language]):
        return [singular(words[0])]
    return found


def _names(word: Word) -> bool:
    """Tell whether a word alone may name something: form *2035* does."""
    return word.telling or word.folded.isdigit()


def _first(tries: Iterable[tuple[Mapping[str, str], Sequence[str], bool]], place: int, size: int) -> tuple[str, bool] | None:
    """Return the concept that the words at a place name, and whether they do so to the letter."""
    for names, forms, exact in tries:
        concept = names.get(forms[place] if size == 1 else " ".join(forms[place : place + size]))
        if concept is not None:
            return concept, exact
    return None


def _apart(text: str, words: Sequence[Word]) -> list[bool]:
    """Return, for each word, whether something parts it from the one after it."""
    return [BREAK.search(text, one.end, after.start) is not None for one, after in itertools.pairwise(words)]


def _run(apart: Sequence[bool], place: int) -> int:
    """Return how many words from a place on stand together."""
    size = 1
    while place + size - 1 < len(apart) and not apart[place + size - 1]:
        size += 1
    return size


def concept(number: str, fields: Mapping[str, Any]) -> Concept:
    """Return a concept from its line.

    Raises:
        ValueError: it has a field that no concept has, or one of another kind than a list of words.
    """
    unknown = fields.keys() - {*LANGUAGES, "slips", "broader", "related"}
    if unknown:
        message = f"{number}: {', '.join(sorted(unknown))}: a concept has en, fr, slips, broader and related"
        raise ValueError(message)
    for field, values in fields.items():
        if not isinstance(values, list) or not all(isinstance(value, str) for value in cast("list[object]", values)):
            message = f"{number}: {field}: is a list of words"
            raise ValueError(message)
    return Concept(
        number,
        {language: tuple(fields[language]) for language in LANGUAGES if fields.get(language)},
        tuple(fields.get("slips", ())),
        tuple(fields.get("broader", ())),
        tuple(fields.get("related", ())),
    )


def read(content: str) -> Iterator[Concept]:
    """Yield the concepts of a file.

    A line in the usual form is also JSON but for its equals signs, which is read ten times as fast as TOML: the first
    question after a start is answered while a member waits. A file with anything else is read as TOML.
    """
    lines = [line for line in content.splitlines() if line and not line.startswith("#")]
    try:
        tables = dict(map(_line, lines))
    except ValueError:
        import tomllib  # noqa: PLC0415 - rarely needed

        tables = tomllib.loads(content)
    for number, fields in tables.items():
        yield concept(number, fields)


def _line(line: str) -> tuple[str, Any]:
    number, _equals, table = line.partition(" = ")
    return number, json.loads(_FIELD.sub(lambda found: f'"{found[1] or found[2]}": ', table))


def shipped() -> Iterator[Concept]:
    """Yield the concepts of our own vocabulary."""
    folder = resources.files("bot.skills").joinpath("vocabulary")
    for file in sorted(folder.iterdir(), key=lambda file: file.name):
        if file.name.endswith(".toml"):
            yield from read(file.read_text(encoding="utf-8"))


_added: list[Callable[[], Iterable[Concept]]] = []


def extend(source: Callable[[], Iterable[Concept]] | None) -> None:
    """Add concepts of an installation to ours, read when the vocabulary is next used, in place of those added before."""
    _added[:] = [source] if source is not None else []
    vocabulary.cache_clear()


@functools.cache
def vocabulary() -> Vocabulary:
    """Return the vocabulary in use."""
    return Vocabulary(shipped(), (concept for source in _added for concept in source()))
