"""`conversations.history` and `conversations.replies`: what was written lately shows late, in pages, as on Slack.

https://docs.slack.dev/reference/methods/conversations.history. With `oldest` alone the pages go forward from there, with
`latest` or nothing backward from the end; a page lists its newest message first. `replies` go forward, parent first.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable
from typing import Any

from tests.emulators.slack.messages import Messages, Posted

Json = dict[str, Any]

LARGEST_PAGE = 999


class InvalidArguments(Exception):
    """An argument that Slack refuses; the message is its word for it."""


class History:
    """What can be read back. A message shows `lag` seconds after it was stored."""

    def __init__(self, messages: Messages, bot_user: str, bot_id: str) -> None:
        self.lag = 0.0
        self.largest = LARGEST_PAGE
        """Messages in a page at most; 15 for apps sold outside Slack's marketplace."""
        self.forward = True
        """Whether pages go forward from `oldest`; nobody should count on it."""
        self._messages = messages
        self._bot_user = bot_user
        self._bot_id = bot_id

    def page(self, channel: str, arguments: Json, now: float) -> Json:
        """Return a page of a conversation, replies in threads aside."""
        oldest, latest = _instant(arguments, "oldest"), _instant(arguments, "latest")
        shown: list[Posted] = []
        for message in self._messages.newest_first(channel):
            if oldest and message.ts < oldest:
                break
            if message.thread in ("", message.ts) and self._shows(message, oldest, latest, arguments, now):
                shown.append(message)
        forward = self.forward and bool(oldest) and not latest
        found, more = self._cut(shown[::-1] if forward else shown, arguments, forward=forward)
        return self._answer(found[::-1] if forward else found, more, arguments)

    def thread(self, channel: str, parent: Posted, arguments: Json, now: float) -> Json:
        """Return a page of a thread, the message it hangs from first on every page."""
        oldest, latest = _instant(arguments, "oldest"), _instant(arguments, "latest")
        shown: list[Posted] = []
        for message in self._messages.newest_first(channel):
            if message.ts <= parent.ts or (oldest and message.ts < oldest):
                break
            if message.thread == parent.ts and self._shows(message, oldest, latest, arguments, now):
                shown.append(message)
        found, more = self._cut(shown[::-1], arguments, forward=True)
        return self._answer([parent, *found], more, arguments)

    def _shows(self, message: Posted, oldest: str, latest: str, arguments: Json, now: float) -> bool:
        if message.only or now < message.stored + self.lag:
            return False
        if arguments.get("inclusive") in (True, "1", "true"):
            return oldest <= message.ts and (not latest or message.ts <= latest)
        return oldest < message.ts and (not latest or message.ts < latest)

    def _cut(self, messages: list[Posted], arguments: Json, *, forward: bool) -> tuple[list[Posted], str]:
        limit = str(arguments.get("limit", 100))
        if not limit.isdigit() or not 1 <= int(limit) <= LARGEST_PAGE:
            raise InvalidArguments("invalid_limit")
        if arguments.get("cursor"):
            begin = _begin(str(arguments["cursor"]))
            messages = [message for message in messages if (message.ts >= begin if forward else message.ts <= begin)]
        size = min(int(limit), self.largest)
        return messages[:size], messages[size].ts if len(messages) > size else ""

    def _answer(self, messages: Iterable[Posted], more: str, arguments: Json) -> Json:
        metadata = arguments.get("include_all_metadata") in (True, "1", "true")
        answer: Json = {"messages": [self._told(message, metadata=metadata) for message in messages], "has_more": bool(more)}
        if more:
            answer["response_metadata"] = {"next_cursor": base64.b64encode(f"next_ts:{more.replace('.', '')}".encode()).decode()}
        return answer

    def _told(self, message: Posted, *, metadata: bool) -> Json:
        told: Json = {"type": "message", "user": message.author, "text": message.text, "ts": message.ts, "blocks": message.blocks}
        if message.author == self._bot_user:
            told["bot_id"] = self._bot_id
        if message.thread or self._messages.answered(message):
            told["thread_ts"] = message.thread or message.ts
        if message.files:
            told |= {"files": message.files, "upload": True}
        if metadata and message.metadata is not None:
            told["metadata"] = message.metadata
        return told


def _instant(arguments: Json, name: str) -> str:
    """Return a timestamp with six decimals, so that it compares as text; empty where there is none."""
    given = str(arguments.get(name, "") or "")
    if not given or given == "0":
        return ""
    try:
        seconds, _dot, part = given.partition(".")
        return f"{int(seconds):010d}.{int(part.ljust(6, '0')[:6] or 0):06d}"
    except ValueError:
        word = f"invalid_ts_{name}"
        raise InvalidArguments(word) from None


def _begin(cursor: str) -> str:
    try:
        digits = base64.b64decode(cursor, validate=True).decode().removeprefix("next_ts:")
        return f"{digits[:-6]}.{digits[-6:]}"
    except ValueError:
        raise InvalidArguments("invalid_cursor") from None
