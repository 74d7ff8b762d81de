"""Campaigns go out: at each member's own morning, in steps that are each a transaction, and can be stopped midway."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Final

from bot.context import Context, DueContext, JobContext, StepContext
from bot.effects import Direct, Effects, OwnTime, Remove, Reply
from bot.errors import UserError
from bot.i18n import _, plain, today
from bot.notices import Notice
from bot.recurrence import instant
from commands.checkins import asking, campaign_cards, member_cards
from commands.checkins.building import card, draft, found
from commands.checkins.feature import ADVANCE, CAUGHT_UP, OPEN, TOO_LATE, asked_name, checkins
from commands.checkins.wording import title_of
from storage.checkin import LEAD, Campaign, Rhythm, Sending, Stage, State
from storage.checkin_receipts import Receipts
from storage.checkins import Checkins
from storage.people import Members
from storage.schedules import Schedules
from storage.unsent import Unsent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.context import Step
    from commands.checkins.asking import Listed

SOME: Final = 50
"""Members who are asked, or taken back, in one transaction."""
DAY: Final = dt.timedelta(days=1)


def morning(ctx: JobContext, campaign: Campaign, date: dt.date) -> dt.datetime:
    """Return the morning of a date where the community is: what reaches members around it is counted there."""
    return instant(date, campaign.at, ctx.community.zone)


@checkins.action("start", animator=True)
async def start(ctx: Context, key: int) -> Effects:
    """*Start it*: from then on its words stay as they are."""
    campaign = await draft(ctx, key)
    here = today(ctx.now, ctx.community.zone)
    if not campaign.questions:
        raise UserError(_("It has no question yet. Add one to five."))
    if campaign.date is None or campaign.date < here:
        raise UserError(_("Its date is past. Choose another one under “When”."))
    if campaign.rhythm is Rhythm.ONCE and not await asking.audience(ctx, campaign):
        raise UserError(_("Nobody is in it at the moment. Choose somebody else under “To whom”."))
    stored = ctx.use(Checkins)
    running = replace(campaign, state=State.RUNNING)
    await stored.change(running)
    try:
        await stored.run(running, plain(title_of(running), ctx.community.locale), ctx.now)
    except ValueError as error:
        raise UserError(_("That never happens: choose another day or rhythm.")) from error
    begins = morning(ctx, running, campaign.date - LEAD * DAY)
    if campaign.rhythm is Rhythm.ONCE or begins <= ctx.now:
        await _send(ctx, running, campaign.date, max(begins, ctx.now))
    await ctx.use(Schedules).hurry(ADVANCE, ctx.now)
    return Reply(await card(ctx, key, _("It has begun.")), edit=True)


async def _send(ctx: JobContext, campaign: Campaign, date: dt.date, at: dt.datetime) -> None:
    """Let it go out for a date; newcomers only where one reaches the day."""
    stored = ctx.use(Checkins)
    if campaign.day:
        due = [one.member.id for one in _due(campaign, date, await asking.audience(ctx, campaign))]
        if not set(due) - await ctx.use(Receipts).reached(campaign.id, due):
            return
    await stored.send(campaign.id, date, at)


@checkins.schedule("begin", family=True, title=_("Check-in: {name}", name=""))
async def begin(ctx: DueContext) -> None:
    """Begin what a campaign that repeats sends on a date; its members are asked in the steps that follow."""
    campaign = await ctx.use(Checkins).campaign(int(ctx.key)) if ctx.key.isdecimal() else None
    date = ctx.occurrence.date
    if campaign is None or campaign.state is not State.RUNNING or date is None or (campaign.date and date < campaign.date):
        return
    await _send(ctx, campaign, date, ctx.now)


@checkins.action("halt", animator=True)
async def halt(ctx: Context, key: int) -> Effects:
    """*Stop it*: nothing more goes out, and what still waits for somebody's morning is taken back."""
    stored = ctx.use(Checkins)
    await stored.hold()
    campaign = await found(ctx, key)
    if campaign.state is State.RUNNING:
        await stored.change(replace(campaign, state=State.STOPPED))
        await stored.end(campaign)
        for sending in await stored.under_way(key):
            await stored.move(sending.id, Stage.STOPPING, ctx.now)
        await ctx.use(Schedules).hurry(ADVANCE, ctx.now)
    return Reply(await card(ctx, key, _("Stopped: what was waiting for somebody’s morning does not go out any more.")), edit=True)


# ---------------------------------------------------------------- in steps


@checkins.schedule("advance", every=dt.timedelta(minutes=1), steps=True)
async def advance(ctx: StepContext) -> None:
    """Take every step that is due. A sending that fails holds up no other."""
    async with ctx.step(write=False) as look:
        waiting = await look.use(Checkins).due(look.now)
    failures: list[Exception] = []
    for each in waiting:
        try:
            await _go_on(ctx, each)
        except Exception as error:  # noqa: BLE001 - raised below, once the others had their turn
            failures.append(error)
    if failures:
        raise failures[0]


async def _go_on(ctx: StepContext, sending: Sending) -> None:
    async with ctx.step(write=False) as look:
        campaign = await look.use(Checkins).campaign(sending.campaign)
        late = campaign is not None and look.now > morning(look, campaign, sending.date) + TOO_LATE
        begun = bool(await look.use(Receipts).counts(sending.id))
    if campaign is None:
        return
    if sending.stage is Stage.SENDING and late and not begun:
        await _miss(ctx, sending, campaign)
    elif sending.stage is Stage.SENDING:
        await _ask_all(ctx, sending, campaign)
    elif sending.stage is Stage.STOPPING:
        await _take_back(ctx, sending, campaign)
    else:
        async with ctx.step() as step:
            await step.use(Receipts).close_all(sending.id)
            await step.use(Checkins).move(sending.id, Stage.OVER, None, over_at=step.now)


async def _ask_all(ctx: StepContext, sending: Sending, campaign: Campaign) -> None:
    """Ask everybody of the audience who was not, some at a time; killed in between, it goes on with those who are left."""
    async with ctx.step(write=False) as look:
        listed = await asking.audience(look, campaign)
        animators = await look.use(Members).animators()
    wanted = _due(campaign, sending.date, listed) if campaign.day else listed
    message = member_cards.asked(campaign, animators, str(sending.id), asking.told(campaign))
    for start_at in range(0, len(wanted), SOME):
        async with ctx.step() as step:
            if not await _ask_some(step, sending, campaign, wanted[start_at : start_at + SOME], message):
                return
    async with ctx.step() as step:
        await step.use(Checkins).hold()
        fresh = await step.use(Checkins).sending(sending.id)
        if fresh is not None and fresh.stage is Stage.SENDING:
            await step.use(Checkins).move(sending.id, Stage.SENT, morning(step, campaign, sending.date) + OPEN)


async def _ask_some(step: Step, sending: Sending, campaign: Campaign, some: Sequence[Listed], message: member_cards.Card) -> bool:
    """Ask some, or leave them out; False where it was stopped meanwhile."""
    stored = step.use(Checkins)
    await stored.hold()
    fresh = await stored.sending(sending.id)
    if fresh is None or fresh.stage is not Stage.SENDING:
        return False
    ids = [one.member.id for one in some]
    there = await step.use(Receipts).reached(campaign.id, ids, None if campaign.day else sending.id)
    new = [one for one in some if one.member.id not in there]
    without = await asking.left_out(step, new)
    asked = [one.member.id for one in new if one.member.id not in without]
    await step.use(Receipts).record(sending.id, asked, without)
    when = OwnTime(sending.date, campaign.at)
    name = partial(asked_name, sending.id)
    stop = checkins.id("stop")
    await step.say([Direct(member, message, name(member), when=when, notice=Notice.CHECKIN, switch=stop) for member in asked])
    return True


def _due(campaign: Campaign, date: dt.date, listed: Sequence[Listed]) -> list[Listed]:
    """Return who reaches the day of a campaign on a date, or did in the week before, since it began."""
    first = max(date - dt.timedelta(days=CAUGHT_UP - 1), campaign.date or date)
    return [one for one in listed if one.day is not None and first <= one.day <= date]


async def _take_back(ctx: StepContext, sending: Sending, campaign: Campaign) -> None:
    """Take back what has not reached its member yet: they were not asked, and their week has room for it again."""
    async with ctx.step(write=False) as look:
        asked = await look.use(Receipts).asked(sending.id)
    for start_at in range(0, len(asked), SOME):
        names = {asked_name(sending.id, member): member for member in asked[start_at : start_at + SOME]}
        async with ctx.step() as step:
            await step.use(Checkins).hold()
            unread = await step.use(Unsent).members(list(names))
            await step.use(Receipts).forget(sending.id, unread)
            await step.say([Remove(name, waiting=True) for name, member in names.items() if member in unread])
    async with ctx.step() as step:
        await step.use(Checkins).move(sending.id, Stage.STOPPED, morning(step, campaign, sending.date) + OPEN)


async def _miss(ctx: StepContext, sending: Sending, campaign: Campaign) -> None:
    """Let a sending be that could not begin for days; its author is told."""
    async with ctx.step() as step:
        await step.use(Checkins).move(sending.id, Stage.MISSED, None, over_at=step.now)
        author = await step.use(Members).get(campaign.author) if campaign.author is not None else None
        if author is not None and author.animator:
            await step.say([Direct(author.id, campaign_cards.missed_card(campaign), when=OwnTime(), notice=Notice.CALENDAR)])
