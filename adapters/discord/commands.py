"""The application commands that Discord is told about, built from the registry, and their comparison with what it knows. Pure.

Limits: https://docs.discord.com/developers/interactions/application-commands (names 32, descriptions 100, 25 options and choices,
100 commands, 5 entries in each context menu).
"""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Any, Final

from bot.errors import RegistrationError
from bot.i18n import LOCALES, _, translated
from bot.model import Channel, Member
from bot.ui import shorten

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from bot.feature import Command, Registry
    from bot.signature import Parameter
    from bot.text import Content, Text

Json = dict[str, Any]

CHAT, USER, MESSAGE = 1, 2, 3
NAME, DESCRIPTION, CHOICES, OPTIONS = 32, 100, 25, 25
MANAGE_GUILD: Final = 1 << 5
_NAME: Final = re.compile(r"[-_'\w]{1,32}")
_OPTION_TYPES: Final[dict[type, int]] = {str: 3, int: 4, bool: 5, Member: 6, Channel: 7, dt.date: 3}
_TEXT_LENGTH: Final = 6000


class Directory:
    """What the names that Discord sends stand for."""

    def __init__(self, registry: Registry) -> None:
        self.commands: Mapping[str, Command] = registry.commands
        self.menus: dict[tuple[int, str], Command] = {}
        for command in registry.commands.values():
            for kind, menu in ((USER, command.member_menu), (MESSAGE, command.message_menu)):
                if menu is not None:
                    self.menus[kind, translated(menu, "en")] = command

    def suggestion(self, command: str, option: str) -> str:
        """Return the id of the suggestions for an option, empty where it has none."""
        known = self.commands.get(command)
        for parameter in known.signature.parameters if known else ():
            if parameter.name == option:
                return parameter.described.suggest
        return ""


def application_commands(registry: Registry) -> list[Json]:
    """Return every slash command and context menu, as Discord takes them.

    Raises:
        RegistrationError: a name that Discord cannot show.
    """
    single: list[Json] = []
    groups: dict[str, list[Command]] = {}
    for command in registry.commands.values():
        group, _space, rest = command.name.partition(" ")
        if " " in rest:
            message = f"{command.name}: a command has one or two words"
            raise RegistrationError(message)
        if rest:
            groups.setdefault(group, []).append(command)
        else:
            single.append(_slash(command))
    taken = {command["name"] for command in single}
    for name, members in groups.items():
        if name in taken:
            message = f"{name}: a command and a group of commands"
            raise RegistrationError(message)
        single.append(_group(name, members))
    return [*single, *_menus(registry.commands.values())]


def same(wanted: Sequence[Json], known: Sequence[Json]) -> bool:
    """Tell whether Discord already knows exactly these commands."""
    return _comparable(wanted) == _comparable(known)


def _comparable(commands: Sequence[Json]) -> list[tuple[int, str, Json]]:
    described = [_essential(command) for command in commands]
    return sorted(
        ((int(command.get("type", CHAT)), str(command["name"]), command) for command in described), key=lambda entry: entry[:2]
    )


_KEPT: Final = frozenset(
    {
        "type", "name", "name_localizations", "description", "description_localizations", "options", "choices", "required", "value",
        "min_value", "max_value", "min_length", "max_length", "autocomplete", "channel_types", "default_member_permissions",
        "contexts", "integration_types",
    }
)  # fmt: skip


def _essential(value: Any) -> Any:  # noqa: ANN401 - a piece of JSON
    """Leave out what Discord adds, and what is the same present or absent."""
    if isinstance(value, dict):
        kept = {key: _essential(inner) for key, inner in value.items() if key in _KEPT or key in LOCALES}
        for unordered in ("contexts", "integration_types", "channel_types"):
            if isinstance(kept.get(unordered), list):
                kept[unordered] = sorted(kept[unordered])
        return {
            key: inner for key, inner in kept.items() if key in {"value", "min_value"} or inner not in (None, "", [], {}, False)
        }
    if isinstance(value, list):
        return [_essential(inner) for inner in value]
    return value


def _slash(command: Command) -> Json:
    return {
        "type": CHAT,
        "name": _valid(translated(command.localized, "en")),
        "name_localizations": {locale: _valid(name) for locale, name in _others(command.localized).items()},
        **_described(command.description),
        "options": _options(command),
        **_reach(animator=command.animator),
    }


def _group(name: str, members: Sequence[Command]) -> Json:
    options: list[Json] = []
    localized: dict[str, str] = {}
    for command in members:
        english = translated(command.localized, "en").partition(" ")[2]
        names: dict[str, str] = {}
        for locale, words in _others(command.localized).items():
            first, _space, rest = words.partition(" ")
            localized.setdefault(locale, _valid(first))
            names[locale] = _valid(rest)
        options.append(
            {
                "type": 1,
                "name": _valid(english),
                "name_localizations": names,
                **_described(command.description),
                "options": _options(command),
            }
        )
    return {
        "type": CHAT,
        "name": _valid(name),
        "name_localizations": localized,
        **_described(
            _("For those who run the community") if all(command.animator for command in members) else _("Several commands")
        ),
        "options": options,
        **_reach(animator=all(command.animator for command in members)),
    }


def _menus(commands: Iterable[Command]) -> list[Json]:
    found: list[Json] = []
    for command in commands:
        for kind, menu in ((USER, command.member_menu), (MESSAGE, command.message_menu)):
            if menu is None:
                continue
            names = {locale: translated(menu, locale) for locale in LOCALES}
            for name in names.values():
                if not 1 <= len(name) <= NAME:
                    message = f"{name!r}: the name of a context menu has at most {NAME} characters"
                    raise RegistrationError(message)
            english = names.pop("en")
            found.append({"type": kind, "name": english, "name_localizations": names, **_reach(animator=command.animator)})
    return found


def _reach(*, animator: bool) -> Json:
    """Where a command is offered, and to whom at first; the servers' own settings may widen it, and rights are checked again."""
    return {
        "contexts": [0, 1],
        "integration_types": [0],
        "default_member_permissions": str(MANAGE_GUILD) if animator else None,
    }


def _options(command: Command) -> list[Json]:
    parameters = sorted(command.signature.parameters, key=lambda parameter: not parameter.required)
    return [_option(parameter) for parameter in parameters[:OPTIONS]]


def _option(parameter: Parameter) -> Json:
    described = parameter.described
    option: Json = {
        "type": _OPTION_TYPES[parameter.type],
        "name": _valid(parameter.name),
        "name_localizations": {}
        if described.name is None
        else {key: _valid(name) for key, name in _others(described.name).items()},
        **_described(described.description),
        "required": parameter.required,
    }
    if described.choices:
        option["choices"] = [
            {"name": _words(choice.label, "en"), "name_localizations": {"fr": _words(choice.label, "fr")}, "value": choice.value}
            for choice in described.choices[:CHOICES]
        ]
    elif parameter.type is str:
        option["max_length"] = min(described.max_length, _TEXT_LENGTH)
        if described.suggest:
            option["autocomplete"] = True
    elif parameter.type is dt.date:
        option |= {"min_length": 8, "max_length": 20}
    elif parameter.type is Channel:
        option["channel_types"] = [0, 5]
    return option


def _described(description: Text) -> Json:
    return {
        "description": shorten(translated(description, "en"), DESCRIPTION),
        "description_localizations": {locale: shorten(words, DESCRIPTION) for locale, words in _others(description).items()},
    }


def _others(text: Text) -> dict[str, str]:
    return {locale: translated(text, locale) for locale in LOCALES if locale != "en"}


def _words(content: Content, locale: str) -> str:
    return content if isinstance(content, str) else translated(content, locale)


def _valid(name: str) -> str:
    if not _NAME.fullmatch(name) or name != name.lower():
        message = f"{name!r}: Discord's names are lower case, one word, at most {NAME} characters"
        raise RegistrationError(message)
    return name
