"""Discord's interactions as the core understands them. Pure: raw JSON in, values out.

Payloads: https://docs.discord.com/developers/interactions/receiving-and-responding#interaction-object.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from adapters.discord import identifiers
from adapters.discord.commands import CHAT
from adapters.discord.identifiers import SEVERAL, Source
from bot.model import AccountRef, Channel, Invocation, Kind, Member, Place, Where, WorkspaceRef

if TYPE_CHECKING:
    from collections.abc import Mapping

    from adapters.discord.commands import Directory
    from bot.feature import Command
    from bot.model import Value

Json = dict[str, Any]

PLATFORM: Final = "discord"
COMMAND, COMPONENT, AUTOCOMPLETE, MODAL = 2, 3, 4, 5
_ADMINISTRATOR, _MANAGE_GUILD = 1 << 3, 1 << 5
_DIRECT, _GROUP = 1, 3
_THREADS: Final = frozenset({10, 11, 12})
_MEMBERS, _CHANNELS = 5, 8
_EPHEMERAL: Final = 1 << 6


@dataclass(frozen=True, slots=True)
class Confirm:
    """A button was pressed that asks before it counts. `locale` is the language of its message."""

    custom_id: str
    action: str
    label: str
    locale: str
    source: Source


@dataclass(frozen=True, slots=True)
class Dismiss:
    """*No* was answered to a question."""


Understood = Invocation | Confirm | Dismiss


def interaction(data: Json, directory: Directory) -> Understood | None:
    """Understand an interaction; None for a kind that Confrère does not use."""
    match data["type"]:
        case 2:
            return _command(data, directory)
        case 3:
            return _component(data)
        case 4:
            return _suggest(data, directory)
        case 5:
            return _modal(data)
        case _:
            return None


def is_direct(data: Json) -> bool:
    """Tell whether an interaction happened in a direct message."""
    return "guild_id" not in data or data["guild_id"] is None


def question(data: Json) -> Source | None:
    """Return what the pressed message asked about, where it is a question of ours."""
    for component in _flat(data.get("message", {}).get("components", [])):
        source = identifiers.read_refusal(component.get("custom_id", ""))
        if source is not None:
            return source
    return None


def account(user: Json, member: Json | None = None, *, locale: str = "") -> AccountRef:
    """Return a person. A member's name on the server comes before their own; only interactions there tell their rights."""
    member = member or {}
    permissions = member.get("permissions")
    return AccountRef(
        str(user["id"]),
        member.get("nick") or user.get("global_name") or user.get("username") or "",
        locale,
        administrator=None if permissions is None else bool(int(permissions) & (_ADMINISTRATOR | _MANAGE_GUILD)),
        bot=bool(user.get("bot")),
    )


def _command(data: Json, directory: Directory) -> Invocation:
    inner: Json = data["data"]
    kind = inner.get("type", CHAT)
    if kind != CHAT:
        command = directory.menus.get((kind, inner["name"]))
        values = {} if command is None else _pointed(command, inner)
        return _invocation(data, Kind.COMMAND, inner["name"] if command is None else command.name, values)
    name, options = _path(inner)
    resolved: Json = inner.get("resolved") or {}
    return _invocation(data, Kind.COMMAND, name, {option["name"]: _option(option, resolved) for option in options})


def _pointed(command: Command, inner: Json) -> dict[str, Value]:
    """Return the values of a context menu: the member, or the words of the message, for the first option that takes one."""
    resolved: Json = inner.get("resolved") or {}
    target = str(inner["target_id"])
    if target in resolved.get("users", {}):
        found: Value = _member(target, resolved)
        wanted: type = Member
    else:
        found = str(resolved.get("messages", {}).get(target, {}).get("content") or "")
        wanted = str
    for parameter in command.signature.parameters:
        if parameter.type is wanted:
            return {parameter.name: found[: parameter.described.max_length] if isinstance(found, str) else found}
    return {}


def _suggest(data: Json, directory: Directory) -> Invocation | None:
    name, options = _path(data["data"])
    for option in options:
        if option.get("focused"):
            suggestion = directory.suggestion(name, option["name"])
            return _invocation(data, Kind.SUGGEST, suggestion, {"words": str(option.get("value", ""))}) if suggestion else None
    return None


def _component(data: Json) -> Understood:
    inner: Json = data["data"]
    written = str(inner["custom_id"])
    if identifiers.read_refusal(written) is not None:
        return Dismiss()
    found = identifiers.read(written, direct=is_direct(data))
    message: Json = data.get("message") or {}
    if found.confirm:
        source = Source(
            str(message.get("channel_id") or data.get("channel_id") or ""),
            str(message.get("id", "")),
            bool(int(message.get("flags") or 0) & _EPHEMERAL),
        )
        asked = identifiers.compose(found.action, scope=found.guild if is_direct(data) else None)
        return Confirm(asked, found.action, _label_of(message, written), found.confirm, source)
    values: dict[str, Value] = {}
    if "values" in inner:
        values["values"] = tuple(str(value) for value in inner["values"])
    return _invocation(data, Kind.ACTION, found.action, values, guild=found.guild)


def _modal(data: Json) -> Invocation:
    inner: Json = data["data"]
    found = identifiers.read(str(inner["custom_id"]), direct=is_direct(data))
    resolved: Json = inner.get("resolved") or {}
    values = {
        str(component["custom_id"]).removesuffix(SEVERAL): _field(component, resolved)
        for component in _flat(inner.get("components", []))
        if "custom_id" in component
    }
    return _invocation(data, Kind.SUBMIT, found.action, values, guild=found.guild)


def _field(component: Json, resolved: Json) -> Value:
    chosen: list[str] | None = component.get("values")
    if chosen is None:
        return str(component.get("value") or "")
    match component.get("type"):
        case 5:
            return _member(chosen[0], resolved) if chosen else None
        case 8:
            return _channel(chosen[0], resolved) if chosen else None
        case _ if str(component["custom_id"]).endswith(SEVERAL):
            return tuple(str(value) for value in chosen)
        case _:
            return str(chosen[0]) if chosen else ""


def _path(inner: Json) -> tuple[str, list[Json]]:
    """Return the whole name of a command and the options given to it."""
    options: list[Json] = inner.get("options") or []
    if options and options[0].get("type") == 1:
        return f"{inner['name']} {options[0]['name']}", options[0].get("options") or []
    return inner["name"], options


def _option(option: Json, resolved: Json) -> Value:
    value: Any = option.get("value")
    match option.get("type"):
        case 6:
            return _member(str(value), resolved)
        case 7:
            return _channel(str(value), resolved)
        case 4:
            return int(value)
        case 5:
            return bool(value)
        case _:
            return str(value)


def _member(user: str, resolved: Json) -> AccountRef:
    known: Json = resolved.get("users", {}).get(user) or {"id": user}
    return account(known, resolved.get("members", {}).get(user))


def _channel(channel: str, resolved: Json) -> Channel:
    known: Mapping[str, Any] = resolved.get("channels", {}).get(channel) or {}
    return Channel(channel, str(known.get("name") or ""))


def _invocation(data: Json, kind: Kind, name: str, values: Mapping[str, Value], *, guild: str = "") -> Invocation:
    member: Json | None = data.get("member")
    user: Json = member["user"] if member is not None else data["user"]
    workspace = WorkspaceRef(PLATFORM, guild if is_direct(data) else str(data["guild_id"]))
    who = account(user, member, locale=str(data.get("locale") or ""))
    return Invocation(kind, name, f"{PLATFORM}:{data['id']}", workspace, who, place(data), values)


def place(data: Json) -> Place:
    """Return where an interaction happened."""
    channel: Json = data.get("channel") or {}
    number = str(data.get("channel_id") or channel.get("id") or "")
    kind = channel.get("type")
    if is_direct(data) or kind in (_DIRECT, _GROUP):
        return Place(Where.DIRECT, number)
    if kind in _THREADS:
        return Place(Where.THREAD, str(channel.get("parent_id") or ""), number)
    return Place(Where.CHANNEL, number) if number else Place()


def _label_of(message: Json, custom_id: str) -> str:
    for component in _flat(message.get("components", [])):
        if component.get("custom_id") == custom_id:
            return str(component.get("label") or "")
    return ""


def _flat(components: list[Json]) -> list[Json]:
    """Return every component of a message or a modal, whatever stands around it."""
    found: list[Json] = []
    for component in components:
        found.append(component)
        found.extend(_flat(component.get("components") or []))
        found.extend(_flat([component[key] for key in ("component", "accessory") if isinstance(component.get(key), dict)]))
    return found
