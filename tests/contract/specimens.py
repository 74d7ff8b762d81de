"""Specimens of everything that cards are built from, at the lengths that features let through, full of markup."""

# ruff: noqa: ANN401 - annotations and what they stand for may be anything

from __future__ import annotations

import ast
import datetime as dt
import enum
import functools
import importlib
import inspect
import pkgutil
import types
import typing
from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING, fields, is_dataclass
from typing import Any

from hypothesis import strategies as st

import bot
import commands
import storage
from bot.config import RetentionConfig
from bot.feature import Command, Registry
from bot.files import File
from bot.i18n import _
from bot.model import Member
from bot.notices import Notice, Reason
from bot.recurrence import Daily, Monthly, Recurrence, Weekly
from bot.text import Text
from bot.ui import Button, Card, Form, Item
from commands.checkins.library import TEMPLATES
from storage.checkin import Kind, Question, Said
from storage.programmes import USUAL

NASTY = "**b** <@1> @everyone [x](y) `c` <b> & {name}\n# h 🧵 "

FILES = tuple(File(f"meeting-{number}-{'x' * 40}.ics", b"BEGIN:VCALENDAR", "text/calendar", "L" * 75) for number in range(5))

LONGEST = {
    "need": 300,
    "does": 200,
    "offers": 600,
    "seeks": 600,
    "note": 120,
    "name": 100,
    "thanks": 500,
    "words": 500,
    "search": 50,
    "community": 100,
    "workspace": 100,
    "not_understood": 400,
    "message": 300,
    "half_written": 100,
    "pitch": 600,
    "refused": 500,
    "sought": 24,
    "starter": 200,
    "video": 150,
    "Contents.title": 100,
    "Contents.what": 1500,
    "Contents.skills": 200,
    "Contents.budget": 100,
    "Contents.share": 40,
    "Prompt.key": 40,
    "Prompt.words": 150,
    "ProposedPrompt.words": 150,
    "Icebreaker.words": 150,
    "Voice.words": 1000,
    "Voice.reason": 400,
    "Voice.back": 400,
    "Word.words": 1000,
    "code": 15,
    "kindly": 300,
    "Campaign.title": 60,
    "Campaign.opening": 400,
    "Audience.value": 50,
    "why": 150,
    "Outcome.note": 300,
    "said": 1000,
}
"""Characters that features let through, by the name of the parameter or attribute, or of the attribute of a class."""

QUESTIONS = (
    *(question for template in TEMPLATES.values() for question in template.questions),
    Question(Kind.SCALE, NASTY[:100], (NASTY[:50], "W" * 50), 1),
    Question(Kind.SCALE, "W" * 100),
    Question(Kind.ONE, "W" * 100, tuple(f"{number}{'W' * 49}" for number in range(8))),
    Question(Kind.SEVERAL, NASTY[:100], tuple(f"{number}{NASTY[:49]}" for number in range(8))),
    Question(Kind.TEXT, "W" * 100),
)
ANSWERED = (("1",), ("5",), ("0", "1", "2", "3", "4", "5", "6", "7"), ("W" * 500,), (), ((NASTY * 10)[:500],))

KNOWN: dict[str, st.SearchStrategy[Any]] = {
    "switch": st.sampled_from(("", "command:run:meet", "circle:" + "x" * 41)),
    "link": st.sampled_from(("", "https://example.org/" + "x" * 150)),
    "url": st.just("https://example.org"),
    "zones": st.sampled_from(("Europe/Paris", "America/Argentina/ComodRivadavia")),
    "zone": st.sampled_from(("Europe/Paris", "America/Argentina/ComodRivadavia")),
    "locale": st.sampled_from(("en", "fr")),
    "written": st.sampled_from(("en", "fr")),
    "state": st.sampled_from(("", "yes", "no")),
    "role": st.sampled_from(("introductions", "help", "thanks")),
    "expects": st.sampled_from(((), ("economic",), ("skill", "support"))),
    "page": st.integers(0, 12),
    "size": st.integers(2, 8),
    "total": st.integers(0, 100),
    "files": st.sampled_from(((), FILES)),
    "id": st.integers(1, 10**12),
    "most_open": st.integers(1, 50),
    "most_weekly": st.integers(1, 50),
    "stays": st.integers(1, 365),
    "theme": st.sampled_from(("business", "craft", "tools", "money", "wins", "life")),
    "themes": st.sampled_from(((), ("life",), ("business", "craft", "tools", "money", "wins", "life"))),
    "template": st.sampled_from((*TEMPLATES, "gone")),
    "key": st.just("123456789012:animators:123456789012"),
    "shelf": st.sampled_from(("business", "own", "retired")),
}


def words(name: str) -> st.SearchStrategy[str]:
    """Return words of any length that this parameter may have, the longest among them."""
    most = LONGEST.get(name, 60)
    longest = (NASTY * (most // len(NASTY) + 1))[:most]
    return st.one_of(st.just(longest.strip()), st.just("W" * most), st.text(min_size=1, max_size=min(most, 40)))


def namespace() -> dict[str, Any]:
    """Return every name that annotations of these packages use; some are only imported for type checkers."""
    found: dict[str, Any] = {"dt": dt, "Sequence": Sequence, "Mapping": Mapping, "Callable": Callable}
    for module in modules(bot, storage, commands):
        found |= {
            name: value for name, value in vars(module).items() if inspect.isclass(value) or isinstance(value, types.UnionType)
        }
    return found | {"Text": Text, "Member": Member}


def modules(*packages: types.ModuleType) -> list[types.ModuleType]:
    """Return the modules of packages, the migrations aside."""
    found: list[types.ModuleType] = []
    for package in packages:
        within = pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
        wanted = (one.name for one in within if ".migrations" not in one.name and not one.name.endswith("__main__"))
        found.extend(map(importlib.import_module, wanted))
    return found


def builders() -> dict[str, Callable[..., Card | Form]]:
    """Return every function of the features, and of the core, that builds a card or a form from values."""
    found: dict[str, Callable[..., Card | Form]] = {}
    for module in modules(commands, bot):
        for name, function in vars(module).items():
            if inspect.isfunction(function) and function.__module__ == module.__name__ and not name.startswith("_"):
                returned = str(function.__annotations__.get("return", ""))
                first = next(iter(inspect.signature(function).parameters), "")
                if returned in ("Card", "Form") and first not in ("ctx", "self", "form", "command"):
                    found[f"{module.__name__}.{name}"] = function
    return found


@functools.cache
def imported(module: str) -> dict[str, Any]:
    """Return what a module imports by name, also for its annotations alone: some classes of different modules have one name."""
    tree = ast.parse(inspect.getsource(importlib.import_module(module)))
    found = [(node.module, alias) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for alias in node.names]
    return {
        alias.asname or alias.name: getattr(importlib.import_module(source), alias.name, None)
        for source, alias in found
        if source is not None and source.partition(".")[0] in {"bot", "commands", "storage"}
    }


class Specimens:
    """Makes arguments for builders, by their annotations."""

    def __init__(self, registry: Registry) -> None:
        self._names = namespace()
        self._commands = list(registry.commands.values())

    def built(self, builder: Callable[..., Card | Form]) -> st.SearchStrategy[Card | Form]:
        """Return whatever a builder builds."""
        hints = typing.get_type_hints(builder, localns=self._names | imported(builder.__module__) | builder.__globals__)
        given = {name: self.of(hints[name], name) for name in inspect.signature(builder).parameters}
        return st.builds(builder, **given)

    def of(self, kind: Any, name: str) -> st.SearchStrategy[Any]:  # noqa: C901, PLR0911, PLR0912 - one for each kind of annotation
        """Return specimens of an annotation; `name` tells what the value is for."""
        origin, arguments = typing.get_origin(kind), typing.get_args(kind)
        if name in KNOWN and (kind in (str, int) or origin is tuple):
            return KNOWN[name]
        if kind is Text:
            return st.just(_("offers **{terms}**, which you seek", terms=NASTY))
        if kind is Question:
            return st.sampled_from(QUESTIONS)
        if kind is Said:
            return st.builds(Said, st.lists(st.sampled_from(ANSWERED), max_size=5).map(tuple), st.booleans())
        if kind is Command:
            return st.sampled_from(self._commands)
        if kind is Card:
            return words("need").map(lambda said: Card(title="A card", body=said))
        if kind is Item:
            return words("need").map(lambda said: Item(said, Button("Look at it", "menu:page:0")))
        if kind is File:
            return st.just(FILES[0])
        if kind is RetentionConfig:
            return st.just(RetentionConfig())
        if kind is Reason:
            return st.builds(Reason, st.sampled_from(list(Notice)), words("note"), KNOWN["switch"])
        if kind is str:
            return words(name)
        if kind is bool:
            return st.booleans()
        if kind is int:
            return st.integers(0, 5)
        if kind is float:
            return st.just(1.0)
        if kind is Recurrence:
            return st.sampled_from(
                (
                    USUAL,
                    Recurrence(Weekly((0, 1, 2, 3, 4, 5, 6), 4), dt.time(10)),
                    Recurrence(Daily(), dt.time(8, 30)),
                    Recurrence(Monthly(-1, 4), dt.time(17), holidays="FR"),
                )
            )
        if kind is dt.datetime:
            return st.just(dt.datetime(2026, 11, 23, 9, tzinfo=dt.UTC))
        if kind is dt.time:
            return st.just(dt.time(9, 30))
        if kind is dt.date:
            return st.just(dt.date(2026, 11, 23))
        if kind is type(None):
            return st.none()
        if origin in (typing.Union, types.UnionType):
            return st.one_of(*(self.of(argument, name) for argument in arguments))
        if origin is tuple and arguments[-1] is not Ellipsis:
            return st.tuples(*(self.of(argument, name) for argument in arguments))
        if origin in (Sequence, list, tuple):
            return self._several(arguments[0], name, tuple if origin is tuple else list)
        if origin is frozenset:
            return st.frozensets(self.of(arguments[0], name), max_size=5)
        if origin is Mapping:
            return st.dictionaries(self.of(arguments[0], "role"), self.of(arguments[1], name), max_size=3)
        if isinstance(kind, type) and issubclass(kind, enum.Enum):
            return st.sampled_from(list(kind))
        if is_dataclass(kind):
            return self._record(kind)
        message = f"no specimens of {kind!r} ({name})"
        raise AssertionError(message)

    def _several(self, kind: Any, name: str, build: Callable[[list[Any]], Any]) -> st.SearchStrategy[Any]:
        if kind is Command:
            return st.just(build(self._commands))
        most = 3 if name in ("solved", "allies", "reasons", "stopped") else 8 if name == "found" else 5
        fewest = 1 if name in ("attendees", "others", "questions", "concerns") else 0
        return st.lists(self.of(kind, name), min_size=fewest, max_size=most).map(_numbered).map(build)

    def _record(self, kind: Any) -> st.SearchStrategy[Any]:
        module = importlib.import_module(kind.__module__)
        hints = typing.get_type_hints(kind, localns=self._names | imported(kind.__module__) | vars(module))
        given = {
            field.name: self.of(hints[field.name], _qualified(kind.__name__, field.name))
            for field in fields(kind)
            if field.default is MISSING or kind is not Member
        }
        return st.builds(kind, **given)


def _qualified(record: str, field: str) -> str:
    return f"{record}.{field}" if f"{record}.{field}" in LONGEST else field


def _numbered(found: list[Any]) -> list[Any]:
    """Give members of one list different ids, as a database does."""
    numbered: list[Any] = []
    for number, one in enumerate(found):
        if is_dataclass(one) and not isinstance(one, type) and any(field.name == "member" for field in fields(one)):
            member = getattr(one, "member")  # noqa: B009 - any record that has one
            if member is not None:
                one = _replaced(one, member=_replaced(member, id=number + 1))  # noqa: PLW2901
        elif isinstance(one, Member):
            one = _replaced(one, id=number + 1)  # noqa: PLW2901
        numbered.append(one)
    return numbered


def _replaced(record: Any, **changes: Any) -> Any:
    return type(record)(**{field.name: getattr(record, field.name) for field in fields(record)} | changes)
