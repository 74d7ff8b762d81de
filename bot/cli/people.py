"""Lists of people, past meetings and exclusions, as `confrere match` reads them: JSON Lines or CSV, one thing a line."""

from __future__ import annotations

import csv
import datetime as dt  # noqa: TC003 - msgspec resolves these annotations at run time
import io
import re
import sys
import zoneinfo
from typing import TYPE_CHECKING, Any, Final, TypeVar

import msgspec

from bot.errors import ConfigError
from bot.hours import USUAL, WorkingHours, read_hours
from bot.matching.model import Meeting, Person

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

STANDARD_INPUT: Final = "-"
_DELIMITERS: Final = ",;\t"
_BETWEEN: Final = re.compile(r"[;|]|,\s*|\n")
"""What parts several things in one cell of a CSV file."""

Read = TypeVar("Read", bound=msgspec.Struct)


class PersonLine(msgspec.Struct):
    """Somebody, as they are written in a list; everything but `id` is optional."""

    id: str | int
    offers: list[str] = []
    seeks: list[str] = []
    trade: str | None = ""
    languages: list[str] = []
    timezone: str | None = ""
    hours: str | None = ""
    workspace: str | list[str] | None = ""
    since: dt.date | None = None
    name: str | None = ""


class MeetingLine(msgspec.Struct):
    """A meeting that took place."""

    members: list[str | int]
    date: dt.date


class ExclusionLine(msgspec.Struct):
    """Two people who are not to meet."""

    members: list[str | int]


def people(file: Path) -> tuple[list[Person], dict[str, str | int]]:
    """Return the people of a file, and their ids as they were written there: a number stays one.

    Raises:
        ConfigError: the line that is wrong, or that there is none.
    """
    seen: dict[str, int] = {}
    found: list[Person] = []
    written: dict[str, str | int] = {}
    for number, line in _lines(file, PersonLine, ("offers", "seeks", "languages")):
        person = _told(_where(file, number), line)
        if person.id in seen:
            _refuse(_where(file, number), f"'{person.id}' is the id of line {seen[person.id]} too")
        seen[person.id] = number
        written[person.id] = line.id
        found.append(person)
    if not found:
        message = f"{file}: there is nobody in it"
        raise ConfigError(message)
    return found, written


def meetings(file: Path) -> list[Meeting]:
    """Return the past meetings of a file; people who are not in the list do no harm.

    Raises:
        ConfigError: the line that is wrong.
    """
    return [
        Meeting(_members(_where(file, number), line.members), line.date) for number, line in _lines(file, MeetingLine, ("members",))
    ]


def exclusions(file: Path) -> list[frozenset[str]]:
    """Return who is not to meet whom; people who are not in the list do no harm.

    Raises:
        ConfigError: the line that is wrong.
    """
    found: list[frozenset[str]] = []
    for number, line in _lines(file, ExclusionLine, ("members",)):
        pair = _members(_where(file, number), line.members)
        if len(pair) != 2:  # noqa: PLR2004 - an exclusion is between two
            _refuse(_where(file, number), "an exclusion is between two people")
        found.append(pair)
    return found


def _members(where: str, ids: list[str | int]) -> frozenset[str]:
    members = frozenset(str(one).strip() for one in ids) - {""}
    if len(members) < 2 or len(members) < len(ids):  # noqa: PLR2004 - a meeting is of two at least
        _refuse(where, "`members` are two different ids at least")
    return members


def _told(where: str, line: PersonLine) -> Person:
    name = str(line.id).strip()
    if not name:
        _refuse(where, "`id` is empty")
    zone = (line.timezone or "").strip()
    if zone and not _known(zone):
        _refuse(where, f"`timezone`: {zone!r} is no time zone; they are written as Europe/Paris")
    hours = USUAL
    if (line.hours or "").strip():
        span = read_hours(line.hours or "")
        if span is None:
            _refuse(where, f"`hours`: {line.hours!r} are no working hours; they are written as 09:00-18:00")
        else:
            hours = WorkingHours(start=span[0], end=span[1])
    places = [line.workspace] if isinstance(line.workspace, str) else line.workspace or []
    return Person(
        name,
        tuple(filter(None, map(str.strip, line.offers))),
        tuple(filter(None, map(str.strip, line.seeks))),
        (line.trade or "").strip(),
        tuple(filter(None, map(str.strip, line.languages))),
        zone,
        hours,
        frozenset(filter(None, map(str.strip, places))),
        line.since,
        name=(line.name or "").strip(),
    )


def _known(zone: str) -> bool:
    try:
        zoneinfo.ZoneInfo(zone)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def _where(file: Path, number: int) -> str:
    return f"{file}, line {number}"


def _refuse(where: str, reason: str) -> None:
    message = f"{where}: {reason}"
    raise ConfigError(message)


def _lines(file: Path, kind: type[Read], lists: tuple[str, ...]) -> Iterator[tuple[int, Read]]:
    """Yield what is in a file, with the number of the line each begins at.

    Raises:
        ConfigError: naming the line that is wrong.
    """
    text = _text(file)
    begin = text.lstrip()[:1]
    read = _json_lines if not begin or begin in '{["' else _csv_lines
    yield from read(file, text, kind, lists)


def _json_lines(file: Path, text: str, kind: type[Read], _lists: tuple[str, ...]) -> Iterator[tuple[int, Read]]:
    decode: Callable[[str], Read] = msgspec.json.Decoder(kind).decode
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            try:
                yield number, decode(line)
            except msgspec.MsgspecError as error:
                _refuse(_where(file, number), _said(error))


def _said(error: Exception) -> str:
    reason, _at, field = str(error).partition(" - at ")
    return f"{field.replace('$.', '')}: dates are written as 2026-11-23" if "RFC3339" in reason else str(error)


def _csv_lines(file: Path, text: str, kind: type[Read], lists: tuple[str, ...]) -> Iterator[tuple[int, Read]]:
    first = next(line for line in text.splitlines() if line.strip())
    delimiter = max(_DELIMITERS, key=first.count)
    rows = csv.DictReader(io.StringIO(text), delimiter=delimiter, strict=True, restkey="")
    rows.fieldnames = [name.strip().lower() for name in rows.fieldnames or ()]
    known = msgspec.structs.fields(kind)
    required = [field.name for field in known if field.required]
    if missing := [name for name in required if name not in rows.fieldnames]:
        _refuse(_where(file, 1), f"there is no column `{missing[0]}`; a CSV file begins with the names of its columns")
    number = 1
    try:
        for row in rows:
            begins, number = number + 1, rows.line_num
            if "" in row:
                _refuse(_where(file, begins), "there are more cells than columns")
            cells: dict[str, Any] = {name: value for name, value in row.items() if value}
            cells |= {name: [part for part in _BETWEEN.split(cells[name]) if part.strip()] for name in lists if name in cells}
            try:
                yield begins, msgspec.convert(cells, kind)
            except msgspec.ValidationError as error:
                _refuse(_where(file, begins), _said(error))
    except csv.Error as error:
        _refuse(_where(file, rows.line_num), str(error))


def _text(file: Path) -> str:
    try:
        content = sys.stdin.buffer.read() if str(file) == STANDARD_INPUT else file.read_bytes()
        return content.decode("utf-8-sig")
    except OSError as error:
        message = f"{file}: cannot be read: {error.strerror}"
        raise ConfigError(message) from None
    except UnicodeDecodeError as error:
        number = error.object.count(b"\n", 0, error.start) + 1
        message = f"{file}, line {number}: it is not UTF-8"
        raise ConfigError(message) from None
