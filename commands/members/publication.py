"""Where a member's card stands: posted once in every workspace, changed in place, taken away when they leave."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.effects import Outgoing, Post, Remove, Update
from bot.i18n import today
from bot.skills.ranking import Candidate, Match, rank_allies
from commands.members import cards
from commands.members.feature import CHANNEL, remembered
from storage.communities import Channels
from storage.finding import Finding
from storage.profiles import Profile, Profiles

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.context import Context, JobContext

ALLIES = 3
"""Members suggested at once."""


async def publish(ctx: JobContext, profile: Profile) -> Sequence[Outgoing]:
    """Return what brings a member's card up to date: a change where it stands, a post where there is a channel and no card."""
    if profile.introduced_at is None or profile.member.left:
        return ()
    card = cards.introduction(profile, availability=profile.availability.on(today(ctx.now, ctx.community.zone)))
    if not profile.published:
        if not await ctx.use(Channels).channels(CHANNEL):
            return ()
        await ctx.use(Profiles).published(profile.member.id, ctx.now)
    name = remembered(profile.member.id)
    return (Update(name, card), Post(CHANNEL, card, remember=name))


async def withdraw(ctx: JobContext, profile: Profile) -> Sequence[Outgoing]:
    """Return what takes a member's card away."""
    if not profile.published:
        return ()
    await ctx.use(Profiles).published(profile.member.id, None)
    return (Remove(remembered(profile.member.id)),)


async def find_allies(ctx: Context) -> Sequence[Match]:
    """Return possible allies of whoever acts."""
    near = await ctx.use(Finding).allies(ctx.me.id, ctx.now, locale=ctx.locale)
    return () if near is None else rank_allies(near.me, near.found.candidates, ALLIES, rarity=near.found.rarity)


def candidate(profile: Profile, locale: str) -> Candidate:
    """Return what the ranking knows of a member."""
    told = profile.introduction
    return Candidate(profile.member, told.does, told.offers, told.seeks, locale)
