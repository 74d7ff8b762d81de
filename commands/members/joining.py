"""Joining and leaving: one welcome, at most two reminders, cards that go with whoever leaves and return with them."""

from __future__ import annotations

import datetime as dt
from typing import Final
from zoneinfo import ZoneInfo

from bot.context import Context, JobContext
from bot.effects import Direct, Effects, Outgoing, Reply
from commands.members import cards
from commands.members.feature import introductions
from commands.members.publication import publish, withdraw
from storage.people import Members
from storage.profiles import REMINDERS, Profiles

MORNING, EVENING = 9, 18
"""Local hours between which a reminder may reach somebody."""
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
        return [*outgoing, Direct(ctx.me.id, cards.welcome_back(ctx.me))] if outgoing else None
    if not await profiles.welcome(ctx.me.id, ctx.now):
        return None
    return Direct(ctx.me.id, cards.welcome(ctx.me, ctx.community.name), keep=True)


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
    return Reply(cards.no_thanks(), edit=True)


@introductions.schedule("remind", every=dt.timedelta(hours=1))
async def remind(ctx: JobContext) -> Effects:
    """Remind newcomers, by day, on the second and on the seventh day after the welcome, and never again."""
    profiles, members = ctx.use(Profiles), ctx.use(Members)
    outgoing: list[Outgoing] = []
    for profile in await profiles.to_remind(ctx.now):
        reader = await members.reader(profile.member.id)
        if not MORNING <= ctx.now.astimezone(ZoneInfo(reader.zone)).hour < EVENING:
            continue
        overdue = await profiles.welcomed_before(profile.member.id, ctx.now - REMINDERS[-1])
        number = ALL_REMINDERS if overdue else profile.reminders + 1
        await profiles.reminded(profile.member.id, number)
        outgoing.append(Direct(profile.member.id, cards.reminder(profile.member, last=number == ALL_REMINDERS)))
    return outgoing
