"""Official lists of skills and jobs read as concepts: ESCO of the European Commission, ROME of France Travail.

Recognised by what their first line says, whatever the file is called:

- ESCO `skills_<language>.csv`, `occupations_<language>.csv`: `conceptUri`, `preferredLabel`, `altLabels` (one a line);
- ESCO as one table for both languages, tabs between, no header: id, code or label …;
- ROME `unix_referentiel_appellation_….csv`: `code_ogr`, `libelle_appellation_long`, `libelle_appellation_court`.
"""

from __future__ import annotations

import csv
import itertools
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bot.skills.vocabulary import LANGUAGES, Concept

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

ESCO: Final = "esco"
ROME: Final = "rome"
ATTRIBUTIONS: Final = {
    ESCO: "This service uses the ESCO classification of the European Commission.",
    ROME: "Source : France Travail, Répertoire opérationnel des métiers et des emplois (ROME), Licence Ouverte 2.0.",
}
"""What their licences ask to be shown."""

_UUID: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_TAIL: Final = re.compile(rf"({_UUID.pattern})$")
_CODE: Final = re.compile(r"[0-9]{4}(?:\.[0-9.]+)?")
_FILE_LANGUAGE: Final = re.compile(r"_(en|fr)(?=[._])")
_OCCUPATION: Final = 6
_SKILL: Final = 7
_LONGEST: Final = 80
"""Characters of a name that somebody would type."""
_PAIR: Final = re.compile(r"(\S[^/]*?) ?/ ?(\S[^/]*)")


class UnreadableError(ValueError):
    """A file that is none of those known, or is broken; the message is one sentence."""


@dataclass(frozen=True, slots=True)
class Imported:
    """Concepts of one official list, `esco` or `rome`."""

    source: str
    concepts: tuple[Concept, ...]


def read_file(name: str, lines: Iterable[str]) -> Imported:
    """Read a file; `name` tells the language of an ESCO file in one language.

    Raises:
        UnreadableError: it is none of the known, or a line of it is broken.
    """
    iterator = iter(lines)
    first = next(iterator, "").removeprefix("\ufeff")
    if "conceptUri" in first and "preferredLabel" in first:
        found, source = _esco(name, first, iterator), ESCO
    elif "code_ogr" in first and "libelle_appellation" in first:
        found, source = _rome(name, first, iterator), ROME
    elif _UUID.match(first) and "\t" in first:
        found, source = _table(name, first, iterator), ESCO
    else:
        message = (
            f"{name}: is neither an ESCO file (conceptUri, preferredLabel) nor a ROME file (code_ogr, libelle_appellation_long)"
        )
        raise UnreadableError(message)
    try:
        concepts = tuple(found)
    except csv.Error as error:
        message = f"{name}: is no CSV file: {error}"
        raise UnreadableError(message) from None
    if not concepts:
        message = f"{name}: has no line with a name in it"
        raise UnreadableError(message)
    return Imported(source, concepts)


def merged(concepts: Iterable[Concept]) -> list[Concept]:
    """Return concepts with those of one id joined: the names of each language come from the last that has any."""
    known: dict[str, Concept] = {}
    for one in concepts:
        before = known.get(one.id)
        known[one.id] = (
            one if before is None else Concept(one.id, {**before.names, **one.names}, broader=one.broader or before.broader)
        )
    return list(known.values())


def _esco(name: str, first: str, lines: Iterator[str]) -> Iterator[Concept]:
    language = _FILE_LANGUAGE.search(name)
    if language is None:
        message = f"{name}: does not say its language; call it as ESCO does, for example skills_fr.csv"
        raise UnreadableError(message)
    for number, row in _rows(name, first, lines, ("conceptUri", "preferredLabel")):
        uri = _TAIL.search(row["conceptUri"])
        if uri is None:
            message = f"{name}, line {number}: {row['conceptUri'][:60]!r} does not end in an id of ESCO"
            raise UnreadableError(message)
        names = _names([row["preferredLabel"], *row.get("altLabels", "").splitlines()])
        if names:
            yield Concept(f"{ESCO}-{uri[1]}", {language[1]: names})


def _rome(name: str, first: str, lines: Iterator[str]) -> Iterator[Concept]:
    for number, row in _rows(name, first, lines, ("code_ogr", "libelle_appellation_long")):
        if not row["code_ogr"].isdecimal():
            message = f"{name}, line {number}: {row['code_ogr'][:60]!r} is no code of ROME"
            raise UnreadableError(message)
        names = _names([row["libelle_appellation_long"]])
        if names:
            yield Concept(f"{ROME}-{row['code_ogr']}", {"fr": names})


def _rows(name: str, first: str, lines: Iterator[str], needed: Sequence[str]) -> Iterator[tuple[int, Mapping[str, str]]]:
    """Yield the rows of a file with a header, with the number of the line each ends on."""
    separator = max(",;\t", key=first.count)
    header = next(csv.reader([first], delimiter=separator))
    missing = [column for column in needed if column not in header]
    if missing:
        message = f"{name}: has no column {missing[0]}"
        raise UnreadableError(message)
    reader = csv.reader(lines, delimiter=separator, strict=True)
    for row in reader:
        if row and len(row) != len(header):
            message = f"{name}, line {reader.line_num + 1}: has {len(row)} columns and the first line {len(header)}"
            raise UnreadableError(message)
        if row:
            yield reader.line_num + 1, dict(zip(header, row, strict=True))


def _table(name: str, first: str, lines: Iterator[str]) -> Iterator[Concept]:
    for number, line in enumerate(itertools.chain((first,), lines), 1):
        row = line.rstrip("\r\n").split("\t")
        if not _UUID.fullmatch(row[0]) or len(row) < _OCCUPATION:
            message = f"{name}, line {number}: has no id of ESCO with its names in both languages"
            raise UnreadableError(message)
        if len(row) >= _SKILL or not _CODE.fullmatch(row[1]):
            said = {"en": [row[1]], "fr": [row[4]]}
        else:
            said = {"en": [row[2], *row[3].split("|")], "fr": [row[4], *row[5].split("|")]}
        names = {language: kept for language in LANGUAGES if (kept := _names(said[language]))}
        if names:
            yield Concept(f"{ESCO}-{row[0]}", names)


def _names(said: Iterable[str]) -> tuple[str, ...]:
    """Return names without those too long to be typed; one of both genders is two: *vendeur / vendeuse de fleurs*."""
    found: list[str] = []
    for name in said:
        pair = _PAIR.fullmatch(name.strip())
        found += _genders(pair[1], pair[2]) if pair else [name.strip()]
    return tuple(dict.fromkeys(name for name in found if 0 < len(name) <= _LONGEST))


def _genders(one: str, other: str) -> list[str]:
    """Return both names of *vendeur / vendeuse de fleurs*: what follows the second belongs to the first too where it lacks it."""
    words, others = one.split(), other.split()
    return [" ".join([*words, *others[len(words) :]]), other]
