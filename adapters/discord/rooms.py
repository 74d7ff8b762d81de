"""Where on a server a private thread is opened."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.i18n import fold

if TYPE_CHECKING:
    import discord

_PREFERRED: Final = ("confrere", "introduction", "presentation", "help", "entraide", "general")


def room_for(guild: discord.Guild) -> discord.TextChannel | None:
    """Return the channel to open private threads in, None where the bot may do so in none.

    One that everybody sees comes first, then one of a fitting name, then the first of the list.
    """
    allowed: list[tuple[bool, int, int, discord.TextChannel]] = []
    for channel in guild.text_channels:
        mine = channel.permissions_for(guild.me)
        if not (mine.view_channel and mine.create_private_threads and mine.send_messages_in_threads):
            continue
        hidden = not channel.permissions_for(guild.default_role).view_channel
        name = fold(channel.name)
        rank = next((number for number, word in enumerate(_PREFERRED) if word in name), len(_PREFERRED))
        allowed.append((hidden, rank, channel.position, channel))
    return min(allowed, key=lambda entry: entry[:3])[3] if allowed else None
