"""What goes wrong with a message, said in the core's words.

Codes: https://docs.discord.com/developers/topics/opcodes-and-status-codes#json.
"""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Final

import aiohttp
import discord

from bot.errors import DeliveryError, Refused, Unavailable, Undeliverable, Unknown

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

UNKNOWN_CHANNEL, UNKNOWN_SERVER, UNKNOWN_MESSAGE, UNKNOWN_INTERACTION = 10003, 10004, 10008, 10062
ALREADY_ACKNOWLEDGED, THREAD_EXISTS, THREAD_ARCHIVED = 40060, 160004, 50083

MISSING_ACCESS: Final = "missing_access"
REMOVED: Final = "removed_from_server"

_REASONS: Final = {
    50007: "dm_closed",
    50278: "dm_closed",
    50001: MISSING_ACCESS,
    50013: "missing_permission",
    50033: "unknown_account",
    50083: "thread_archived",
    160005: "thread_locked",
    10003: "unknown_channel",
    10007: "unknown_account",
    10008: "unknown_message",
    10013: "unknown_account",
    20026: "quarantined",
}
"""`quarantined` stops a message, not the server: such a bot may still write in channels and to whom it wrote before."""

_LATER: Final = {40003: ("too_fast", 60.0), 30046: ("too_many_edits", 600.0)}
"""Refusals for now that come without a status 429: opening direct messages too fast, changing old messages too often."""

CHANNEL_GONE: Final = frozenset({UNKNOWN_CHANNEL, THREAD_ARCHIVED, 160005})
ACCOUNT_GONE: Final = frozenset({10007, 10013, 50033})

FAILURES: Final = (discord.DiscordException, aiohttp.ClientError, OSError, RuntimeError, LookupError, TypeError, ValueError)


@asynccontextmanager
async def delivering(gone: frozenset[int] = frozenset()) -> AsyncIterator[None]:
    """Turn whatever goes wrong inside into a `DeliveryError`.

    `gone` are the codes that say that the channel or the account itself is no more, and not only something in it.
    """
    try:
        yield
    except DeliveryError:
        raise
    except FAILURES as error:
        raise failure(error, gone) from error


def failure(error: Exception, gone: frozenset[int] = frozenset()) -> DeliveryError:  # noqa: PLR0911 - one for each thing that goes wrong
    """Say what an exception means for a message."""
    match error:
        case discord.DiscordServerError():
            return Unknown("server_error")
        case discord.HTTPException():
            return _refusal(error, gone)
        case aiohttp.ClientConnectorError() | aiohttp.ConnectionTimeoutError():
            return Unavailable("unreachable", 5.0)
        case TimeoutError():
            return Unknown("timeout")
        case RuntimeError() if "closed" not in str(error).lower():
            return Unknown("library_error")
        case RuntimeError():
            return Unavailable("not_connected", 5.0)
        case aiohttp.ClientError() | OSError():
            return Unknown("connection_lost")
        case _:
            return Unknown("unreadable_answer")


def code_of(error: BaseException | None) -> int:
    """Return Discord's own error code, 0 where there is none."""
    return error.code if isinstance(error, discord.HTTPException) else 0


def _refusal(error: discord.HTTPException, gone: frozenset[int]) -> DeliveryError:
    code = error.code
    if error.status == 401:  # noqa: PLR2004 - the gateway says the same in words for the operator
        return Refused("token_revoked")
    if code == UNKNOWN_SERVER:
        return Refused(REMOVED)
    if code in _LATER:
        return Unavailable(*_LATER[code])
    if error.status == 408:  # noqa: PLR2004 - the request did not arrive in time
        return Unavailable("too_slow", 5.0)
    return Undeliverable(_REASONS.get(code) or f"discord_{code or error.status}", gone=code in gone)
