"""How a message of our own is known again when Discord does not know its nonce any more.

Discord is sure to know a nonce for two minutes ("the past few minutes") and is not known to tell it when a message is read back:
https://github.com/Rapptz/discord.py/issues/2451. What it keeps and tells is the `id` that a component was given
(https://docs.discord.com/developers/components/reference#anatomy-of-a-component): the first one carries the outbox key, shortened.
"""

from __future__ import annotations

import datetime as dt
import zlib
from typing import TYPE_CHECKING, Any, Final

import discord.utils

if TYPE_CHECKING:
    from collections.abc import Sequence

    from adapters.discord.wire import Wire

Json = dict[str, Any]

_HIGH: Final = 1 << 30
"""Far above the ids that Discord counts out by itself, and within its 32 bits."""
_PAGE, _PAGES = 100, 5
_SKEW: Final = dt.timedelta(minutes=1)
"""Our clock may be ahead of Discord's."""


def marked(components: Sequence[Json], key: str) -> list[Json]:
    """Return the components with the mark of this key."""
    return [{**component, "id": _mark(key)} if place == 0 else component for place, component in enumerate(components)]


def earliest(since: dt.datetime) -> int:
    """Return the lowest number that Discord can have given to something made since an instant."""
    return discord.utils.time_snowflake(since - _SKEW)


async def earlier(wire: Wire, channel: str, key: str, since: dt.datetime) -> str:
    """Look for the message of an attempt made since an instant; empty where it is not among the next five hundred."""
    after = str(earliest(since))
    for _page in range(_PAGES):
        query = {"after": after, "limit": str(_PAGE)}
        found = await wire.once("GET", "/channels/{channel_id}/messages", query=query, where={"channel_id": channel})
        for message in found:
            if str(message["author"]["id"]) == wire.bot and _carries(message, key):
                return str(message["id"])
        if len(found) < _PAGE:
            break
        after = max((str(message["id"]) for message in found), key=int)
    return ""


def _carries(message: Json, key: str) -> bool:
    first = next(iter(message.get("components") or ()), {})
    return message.get("nonce") == key or first.get("id") == _mark(key)


def _mark(key: str) -> int:
    return _HIGH | zlib.crc32(key.encode()) & (_HIGH - 1)
