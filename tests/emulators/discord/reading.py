"""What a person reads in a Discord message: its markdown applied, as Discord's own clients do it. Independent of the adapter's writing."""

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
    | (?P<url>https?://[^\s<]+)
    | <@!?(?P<user>\d+)> | <\#(?P<channel>\d+)> | <@&(?P<role>\d+)>
    | <t:(?P<time>-?\d+)(?::[tTdDfFR])?>
    | <a?:(?P<emoji>\w+):\d+>
    | (?P<everyone>@everyone|@here)
    | \[(?P<masked>[^\]\n]*)\]\([^)\s]+\)
    | (?P<mark>\*\*\*|\*\*|\*|__|_|~~|\|\||```|``|`)
    | (?P<other>.)""",
    re.VERBOSE | re.DOTALL,
)


def displayed(markdown: str, names: Mapping[str, str] | None = None) -> str:
    """Return the words shown, markup taken away."""
    names = names or {}
    lines: list[str] = []
    for line in markdown.split("\n"):
        head = _LINE.match(line)
        rest = line[head.end() :] if head else line
        bullet = "• " if head and head[3] else ""
        lines.append(bullet + "".join(_shown(found, names) for found in _TOKEN.finditer(rest)))
    return "\n".join(lines)


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
