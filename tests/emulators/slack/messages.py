"""Every message of a workspace, found at once by channel and timestamp; and a ledger of what was ever accepted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]


@dataclass
class Posted:
    """A message. `only` is the one person an ephemeral message is for; `stored` and `at` are when it arrived.

    `stored` is on the monotonic clock, `at` in seconds since 1970. `first` is the outbox key it came with: a change brings its own.
    """

    channel: str
    ts: str
    author: str
    text: str
    blocks: list[Json]
    thread: str = ""
    only: str = ""
    metadata: Json | None = None
    edited: bool = False
    stored: float = 0.0
    at: float = 0.0
    first: str = ""
    files: list[Json] = field(default_factory=list[Json])

    @property
    def key(self) -> str:
        """The outbox key it carries, empty where it carries none."""
        return key_of(self.metadata)


def key_of(metadata: Json | None) -> str:
    """Return the outbox key in the metadata of a message, empty where there is none."""
    payload = metadata.get("event_payload") if isinstance(metadata, dict) else None
    return str(payload.get("key", "")) if isinstance(payload, dict) else ""


class Messages:
    """The messages that stand, in the order of their arrival. `accepted` keeps those of the bot that were ever taken."""

    def __init__(self) -> None:
        self.accepted: list[Posted] = []
        self._channels: dict[str, dict[str, Posted]] = {}
        self._all: dict[tuple[str, str], Posted] = {}
        self._threads: set[tuple[str, str]] = set()

    def append(self, message: Posted) -> None:
        self._all[message.channel, message.ts] = message
        self._channels.setdefault(message.channel, {})[message.ts] = message
        if message.thread:
            self._threads.add((message.channel, message.thread))
        message.first = message.key
        if message.first:
            self.accepted.append(message)

    def remove(self, message: Posted) -> None:
        del self._all[message.channel, message.ts]
        del self._channels[message.channel][message.ts]

    def find(self, channel: str, ts: str) -> Posted | None:
        return self._all.get((channel, ts))

    def answered(self, message: Posted) -> bool:
        """Tell whether a thread hangs from a message."""
        return (message.channel, message.ts) in self._threads

    def newest_first(self, channel: str) -> Iterator[Posted]:
        return reversed(self._channels.get(channel, {}).values())

    def doubled(self) -> dict[str, int]:
        """Return the keys that were accepted more than once, and how often."""
        return {key: times for key, times in Counter(message.first for message in self.accepted).items() if times > 1}

    def __iter__(self) -> Iterator[Posted]:
        return iter(self._all.values())

    def __len__(self) -> int:
        return len(self._all)
