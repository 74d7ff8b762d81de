"""Joining and leaving: one welcome, at most two reminders, cards that go with whoever leaves and return with them."""

from __future__ import annotations

import datetime as dt
from typing import Final

from bot.context import Context, JobContext
from bot.effects import Direct, Effects, Outgoing, OwnTime, Remove, Reply
from bot.notices import Notice
from commands.members import cards
from commands.members.feature import introductions, reminder_name
from commands.members.publication import publish, withdraw
from storage.profiles import REMINDERS, Profiles

ALL_REMINDERS: Final = len(REMINDERS)


@introductions.event("member_joined")
async def joined(ctx: Context) -> Effects:
    """Welcome a newcomer once, whatever the number of times the platform tells; give a returning member their card back."""
    if not ctx.me.id:
        return None
    profiles = ctx.use(Profiles)
    profile = await profiles.get(ctx.me.id)
    if profile is None:
        return None
    if profile.introduced_at is not None:
        if profile.published:
            return None
        outgoing = await publish(ctx, profile)
        return [*outgoing, Direct(ctx.me.id, cards.welcome_back(ctx.me), notice=Notice.WELCOME)] if outgoing else None
    if not await profiles.welcome(ctx.me.id, ctx.now):
        return None
    return Direct(ctx.me.id, cards.welcome(ctx.me, ctx.community.name), keep=True, notice=Notice.WELCOME)


@introductions.event("member_left")
async def left(ctx: Context) -> Effects:
    """Take away the card of whoever left the last of our workspaces they were in."""
    if not ctx.me.id:
        return None
    profile = await ctx.use(Profiles).get(ctx.me.id)
    return await withdraw(ctx, profile) if profile is not None and profile.member.left else None


@introductions.action("no_thanks")
async def no_thanks(ctx: Context) -> Effects:
    """Never remind this member again."""
    await ctx.use(Profiles).reminded(ctx.me.id, ALL_REMINDERS)
    return [Remove(reminder_name(ctx.me), waiting=True), Reply(cards.no_thanks(), edit=True)]


@introductions.schedule("remind", every=dt.timedelta(hours=1))
async def remind(ctx: JobContext) -> Effects:
    """Remind newcomers in their working hours, from the second and the seventh day after the welcome on, and never again.

    One who works on Tuesdays only gets one of them: the second takes the place of a first that still waits.
    """
    profiles = ctx.use(Profiles)
    outgoing: list[Outgoing] = []
    for profile in await profiles.to_remind(ctx.now):
        overdue = await profiles.welcomed_before(profile.member.id, ctx.now - REMINDERS[-1])
        number = ALL_REMINDERS if overdue else profile.reminders + 1
        await profiles.reminded(profile.member.id, number)
        card, name = cards.reminder(profile.member, last=number == ALL_REMINDERS), reminder_name(profile.member)
        outgoing += [
            Remove(name, waiting=True),
            Direct(profile.member.id, card, remember=name, when=OwnTime(), notice=Notice.INTRODUCTION),
        ]
    return outgoing
