"""Caring for an answer: read it, be reminded of it, connect its member with somebody, mark it as cared for."""

from __future__ import annotations

import datetime as dt
from typing import Final

from bot.context import Context
from bot.effects import Direct, Effects, OpenForm, Outgoing, OwnTime, Remove, Reply
from bot.errors import Invalid, UserError
from bot.i18n import _, today
from bot.model import Member
from bot.notices import Notice
from commands.checkins import caring_cards
from commands.checkins.feature import checkins, reminder_name
from storage.checkin import Campaign, Reads
from storage.checkin_answers import Answer, CheckinAnswers
from storage.checkins import Checkins
from storage.profiles import Profiles

FURTHEST: Final = dt.timedelta(days=366)
WEEK: Final = 7
NINE: Final = dt.time(9)


async def readable(ctx: Context, key: int) -> tuple[Answer, Campaign]:
    """Return an answer that whoever acts may read: somebody named before it was given, and still who they were then.

    Raises:
        UserError: they may not, or it is gone; which of the two is not told.
    """
    answer = await ctx.use(CheckinAnswers).for_reader(key, ctx.me.id)
    campaign = await ctx.use(Checkins).campaign(answer.campaign) if answer is not None else None
    if answer is None or campaign is None or (answer.reads is Reads.ANIMATORS and not ctx.me.animator):
        raise UserError(_("There is no answer for you here: it was taken back, or somebody else reads it."))
    return answer, campaign


async def _for_animators(ctx: Context, key: int) -> tuple[Answer, Campaign]:
    answer, campaign = await readable(ctx, key)
    if answer.reads is not Reads.ANIMATORS:
        raise UserError(_("There is no answer for you here: it was taken back, or somebody else reads it."))
    return answer, campaign


@checkins.action("read")
async def read(ctx: Context, key: int) -> Effects:
    """*Read*."""
    answer, campaign = await readable(ctx, key)
    await ctx.use(CheckinAnswers).read(key, ctx.me.id, ctx.now)
    return Reply(caring_cards.shown(answer, campaign))


@checkins.action("remind", animator=True, opens=True)
async def remind(ctx: Context, key: int) -> Effects:
    """*Remind me on…*: the form."""
    answer, _campaign = await _for_animators(ctx, key)
    in_a_week = today(ctx.now, ctx.zone) + dt.timedelta(days=WEEK)
    return OpenForm(caring_cards.remind_form(key, answer.remind_on or in_a_week, answer.member.name))


@checkins.submit("reminded", animator=True)
async def reminded(ctx: Context, key: int, date: dt.date) -> Effects:
    """Write to the animator on the morning of that day; an earlier wish gives way to it."""
    answer, campaign = await _for_animators(ctx, key)
    day = today(ctx.now, ctx.zone)
    if not day < date <= day + FURTHEST:
        raise Invalid({"date": _("A day from tomorrow on, within a year.")})
    await ctx.use(CheckinAnswers).remind(key, ctx.me.id, date)
    name = reminder_name(key, ctx.me.id)
    fresh, _same = await readable(ctx, key)
    return [
        Remove(name),
        Direct(ctx.me.id, caring_cards.reminder(answer.member, key), name, when=OwnTime(date, NINE), notice=Notice.CARE),
        Reply(caring_cards.shown(fresh, campaign)),
    ]


@checkins.action("connect", animator=True, opens=True)
async def connect(ctx: Context, key: int) -> Effects:
    """*Connect with…*: the form."""
    answer, _campaign = await _for_animators(ctx, key)
    return OpenForm(caring_cards.connect_form(key, answer.member.name))


@checkins.submit("connected", animator=True)
async def connected(ctx: Context, key: int, ally: Member, why: str = "") -> Effects:
    """Ask whoever answered; their yes asks the other one, as any proposal to meet does."""
    answer, _campaign = await _for_animators(ctx, key)
    if ally.id == answer.member.id:
        raise Invalid({"ally": _("That is the same person.")})
    if ally.left or answer.member.left:
        raise Invalid({"ally": _("One of them is no longer here.")})
    profile = await ctx.use(Profiles).get(ally.id)
    card = caring_cards.suggested(ctx.me, ally, why.strip(), profile.introduction.does if profile is not None else "")
    return [Direct(answer.member.id, card, keep=True, notice=Notice.ANSWER), Reply(caring_cards.connected(answer.member, ally))]


@checkins.action("care", animator=True)
async def care(ctx: Context, key: int) -> Effects:
    """*Cared for*: it leaves the inbox, and nobody is reminded of it any more."""
    answer, _campaign = await _for_animators(ctx, key)
    await ctx.use(CheckinAnswers).care(key, ctx.me.id, ctx.now)
    for one in answer.readers:
        await ctx.use(CheckinAnswers).remind(key, one.id, None)
    fresh, campaign = await readable(ctx, key)
    gone: list[Outgoing] = [Remove(reminder_name(key, one.id), waiting=True) for one in answer.readers]
    return [*gone, Reply(caring_cards.shown(fresh, campaign), edit=True)]


@checkins.action("uncare", animator=True)
async def uncare(ctx: Context, key: int) -> Effects:
    """*Not cared for yet*: it is back in the inbox."""
    await _for_animators(ctx, key)
    await ctx.use(CheckinAnswers).care(key, ctx.me.id, None)
    answer, campaign = await readable(ctx, key)
    return Reply(caring_cards.shown(answer, campaign), edit=True)
