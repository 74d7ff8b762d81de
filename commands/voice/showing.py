"""What everyone sees of voices: the posts in their channel, changed in place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.effects import Outgoing, Post, Remove, Update
from commands.voice import cards
from commands.voice.feature import CHANNEL, post_name
from storage.communities import Channels
from storage.voice import Audience, Shown, Voice
from storage.voices import Voices

if TYPE_CHECKING:
    from bot.context import JobContext


async def shown_anew(ctx: JobContext, identifier: int) -> list[Outgoing]:
    """Bring the post of a voice up to date, where it has one."""
    found = await ctx.use(Voices).get(identifier)
    if found is None or found.audience is not Audience.ALL or found.shown is not Shown.YES:
        return []
    return [Update(post_name(identifier), cards.posted(found))]


async def post(ctx: JobContext, found: Voice) -> list[Outgoing]:
    """Post a voice to everyone, where there is a channel; where it stands already, nothing happens."""
    if found.audience is not Audience.ALL or not await ctx.use(Channels).channels(CHANNEL):
        return []
    return [Post(CHANNEL, cards.posted(found), remember=post_name(found.id))]


def withdraw(found: Voice) -> list[Outgoing]:
    """Take the post of a voice away."""
    return [Remove(post_name(found.id))]
