"""What a person reads in a Discord message: its markdown applied as Discord's clients do it, knowing nothing of the adapter."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

Json = dict[str, Any]

_LINE = re.compile(r"[ \t]*(?:(#{1,3}|-#)[ \t]+|(>>>|>) |([-*+]|\d+\.)[ \t]+)")
_TOKEN = re.compile(
    r"""\\(?P<escaped>[^0-9A-Za-z\s])
    | (?P<url>(?<!\w)https?://[^\s<]+[^\s<.,:;"'\]])
    | <@!?(?P<user>\d+)> | <\#(?P<channel>\d+)> | <@&(?P<role>\d+)>
    | <t:(?P<time>-?\d+)(?::[tTdDfFR])?>
    | <a?:(?P<emoji>\w+):\d+>
    | (?P<everyone>@everyone|@here)
    | \[(?P<masked>[^\]\n]*)\]\([^)\s]+\)
    | \*\*(?P<strong>(?:\\.|[^\\])+?)\*\*(?!\*)
    | (?P<mark>\*\*\*|\*\*|\*|__|_|~~|\|\||```|``|`)
    | (?P<other>.)""",
    re.VERBOSE | re.DOTALL,
)


def displayed(markdown: str, names: Mapping[str, str] | None = None) -> str:
    """Return the words shown, markup taken away."""
    return _read(markdown, names or {}, starts_line=True)


def _read(markdown: str, names: Mapping[str, str], *, starts_line: bool) -> str:
    shown: list[str] = []
    position = 0
    while position < len(markdown):
        head = _LINE.match(markdown, position) if starts_line else None
        if head is not None:
            shown.append("• " if head[3] else "")
            position, starts_line = head.end(), False
            continue
        found = _TOKEN.match(markdown, position)
        assert found is not None, "every character is a token"
        shown.append(_shown(found, names))
        starts_line = found.group() == "\n"
        position = found.end()
    return "".join(shown)


def mentions(markdown: str) -> list[str]:
    """Return the ids that the text would notify if it were allowed to."""
    return [
        found["user"] or found["role"] or found["everyone"]
        for found in _TOKEN.finditer(markdown)
        if found["user"] or found["role"] or found["everyone"]
    ]


def _shown(found: re.Match[str], names: Mapping[str, str]) -> str:
    match found.lastgroup:
        case "user" | "channel" | "role":
            number = found["user"] or found["channel"] or found["role"]
            return ("#" if found["channel"] else "@") + names.get(number, number)
        case "time":
            return dt.datetime.fromtimestamp(int(found["time"]), dt.UTC).strftime("%Y-%m-%d %H:%M")
        case "emoji":
            return f":{found['emoji']}:"
        case "strong":
            return _read(found["strong"], names, starts_line=False)
        case "mark":
            return ""
        case group:
            return found[group or "other"]


def texts(components: list[Json]) -> list[str]:
    """Return every text and label of a message, in order."""
    found: list[str] = []
    for component in components:
        if component["type"] == 10:
            found.append(component["content"])
        found.extend(texts(component.get("components", [])))
        found.extend(item["description"] for item in component.get("items", []) if "description" in item)
    return found


def controls(components: list[Json]) -> list[Json]:
    """Return the buttons and selects of a message, in order."""
    found: list[Json] = []
    for component in components:
        if component["type"] in (2, 3):
            found.append(component)
        found.extend(controls(component.get("components", [])))
        found.extend(controls([component["accessory"]] if "accessory" in component else []))
    return found


def attached(components: list[Json]) -> list[str]:
    """Return the names of the attachments that can be saved: those that a component shows."""
    found: list[str] = []
    for component in components:
        if component["type"] == 13:
            found.append(component["file"]["url"].removeprefix("attachment://"))
        found.extend(attached(component.get("components", [])))
    return found
