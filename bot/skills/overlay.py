"""Concepts that an installation imported, kept as files beside its database: the one module of the engine that writes files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Final

from bot.skills.imports import ATTRIBUTIONS
from bot.skills.vocabulary import LANGUAGES, read

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bot.skills.vocabulary import Concept

FOLDER: Final = "skills"
ELSEWHERE: Final = Path("var")
"""Where they are kept beside a database that is no file."""


def folder(database: str) -> Path:
    """Return where the imported files of the installation with this database are."""
    path = database.removeprefix("sqlite:///")
    return (Path(path).parent if path != database else ELSEWHERE) / FOLDER


def files(place: Path) -> list[tuple[str, Path]]:
    """Return the sources that were imported with their files."""
    return [(source, place / f"{source}.toml") for source in ATTRIBUTIONS if (place / f"{source}.toml").is_file()]


def concepts(place: Path) -> Iterator[Concept]:
    """Yield the imported concepts."""
    for _source, file in files(place):
        yield from read(file.read_text(encoding="utf-8"))


def write(place: Path, source: str, found: Iterable[Concept]) -> Path:
    """Keep the concepts of a source in place of those before; a reader meanwhile finds the old or the new ones, whole."""
    place.mkdir(parents=True, exist_ok=True)
    lines = [f"# {ATTRIBUTIONS[source]}", *map(_line, found)]
    file = place / f"{source}.toml"
    draft = file.with_suffix(".draft")
    draft.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return draft.replace(file)


def _line(one: Concept) -> str:
    fields = [f"{language} = {_listed(one.names[language])}" for language in LANGUAGES if one.names.get(language)]
    return f"{one.id} = {{ {', '.join(fields)} }}"


def _listed(names: Iterable[str]) -> str:
    return "[" + ", ".join(json.dumps(name, ensure_ascii=False).replace("\x7f", "") for name in names) + "]"
