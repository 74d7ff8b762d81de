"""Private threads for people who are put in touch. They have no nonce: one that an earlier attempt may have left is looked for."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any, Final

import discord

from adapters.discord.marks import earliest
from adapters.discord.rooms import room_for
from bot.errors import Undeliverable

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from adapters.discord.wire import Wire

Json = dict[str, Any]

NAME: Final = 100
ARCHIVE_MINUTES: Final = 10080
_PRIVATE: Final = 12


async def open_private(wire: Wire, guild: discord.Guild, name: str) -> str:
    """Open a thread for nobody yet.

    Raises:
        Undeliverable: the bot may do so in no channel.
    """
    room = room_for(guild)
    if room is None:
        reason = "missing_permission"
        raise Undeliverable(reason)
    body = {"name": name, "type": _PRIVATE, "invitable": False, "auto_archive_duration": ARCHIVE_MINUTES}
    opened = await wire.once("POST", "/channels/{channel_id}/threads", json=body, where={"channel_id": str(room.id)})
    return str(opened["id"])


async def opened_earlier(wire: Wire, guild: discord.Guild, accounts: Sequence[str], name: str, since: dt.datetime) -> str:
    """Find the thread of an attempt made since an instant whose answer was lost: ours, of this name, with nobody else in it."""
    found = await wire.once("GET", "/guilds/{guild_id}/threads/active", where={"guild_id": str(guild.id)})
    for thread in found.get("threads", []):
        number = str(thread["id"])
        mine = str(thread.get("owner_id")) == wire.bot and thread.get("type") == _PRIVATE
        if mine and thread.get("name") == name and int(number) >= earliest(since):
            members = await wire.once("GET", "/channels/{channel_id}/thread-members", where={"channel_id": number})
            if {str(member["user_id"]) for member in members} - {wire.bot} <= set(accounts):
                return number
    return ""


async def add(wire: Wire, thread: str, accounts: Sequence[str]) -> None:
    """Add everybody, or nobody: half a conversation helps no one."""
    path = "/channels/{channel_id}/thread-members/{user_id}"
    for account in accounts:
        try:
            await wire.once("PUT", path, where={"channel_id": thread, "user_id": account})
        except (discord.Forbidden, discord.NotFound):
            # Taking it away needs a right that the bot may not have.
            with contextlib.suppress(discord.Forbidden, discord.NotFound):
                await wire.once("DELETE", "/channels/{channel_id}", where={"channel_id": thread})
            raise
