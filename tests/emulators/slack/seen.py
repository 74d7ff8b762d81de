"""What a Slack client shows of blocks: markup applied, entities and mentions resolved; and whom it would notify."""

from __future__ import annotations

import re
from collections.abc import Callable

from tests.emulators.slack.workspace import Json

JOINER = "\u2060"
# A marker formats where it stands at a word's edge; the joiner is part of no word and no edge.
_FORMATS = [
    re.compile(rf"(?<![\w{JOINER}]){mark}(?![\s{JOINER}])([^\n{mark}]+?)(?<![\s{JOINER}]){mark}(?![\w{JOINER}])")
    for mark in (r"\*", "_", "~", "`")
]
_QUOTE = re.compile(r"^(?:&gt;|>) ?", re.MULTILINE)
_BRACKET = re.compile(r"<([^<>]*)>")
_PING = re.compile(r"<(@U\w+|!here|!channel|!everyone|!subteam\^\w+)[^<>]*>")


def shown(blocks: list[Json], name: Callable[[str], str]) -> str:
    """Return everything written in blocks, in order, controls aside."""
    parts: list[str] = []
    for block in blocks:
        texts = [block.get("text"), *block.get("fields", ())]
        if block["type"] == "context":
            texts += block["elements"]
        parts.extend(text_shown(text, name) for text in texts if text)
        if block["type"] == "image":
            parts.append(block["alt_text"])
    return "\n".join(parts)


def text_shown(text: Json, name: Callable[[str], str]) -> str:
    """Return a text object as it is read."""
    return text["text"] if text["type"] == "plain_text" else mrkdwn_shown(text["text"], name)


def mrkdwn_shown(words: str, name: Callable[[str], str]) -> str:
    """Return mrkdwn as it is read."""
    words = _QUOTE.sub("", words)
    for pattern in _FORMATS:
        words = pattern.sub(r"\1", words)

    def bracket(found: re.Match[str]) -> str:
        target, _bar, label = found[1].partition("|")
        return f"@{name(target[1:])}" if target.startswith("@") else (label or target)

    words = _BRACKET.sub(bracket, words)
    return words.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&").replace(JOINER, "")


def pings(text: str, blocks: list[Json]) -> tuple[str, ...]:
    """Return who would be notified by name, from the blocks and from the text that stands for them."""
    written = [text]
    for block in blocks:
        texts = [block.get("text"), *block.get("fields", ()), *(block["elements"] if block["type"] == "context" else ())]
        written += [part["text"] for part in texts if part and part["type"] == "mrkdwn"]
    return tuple(dict.fromkeys(found.lstrip("@") for words in written for found in _PING.findall(words)))
