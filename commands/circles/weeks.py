"""A week of a circle goes forward: its members are asked, nudged once, and read each other."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from bot.context import DueContext, StepContext
from bot.effects import Direct, Effects, Outgoing, OwnTime
from bot.hours import WORKDAYS, sending_time
from bot.i18n import _
from bot.notices import Notice
from bot.recurrence import DAY, instant
from commands.circles import merging, proposing, week_cards
from commands.circles.feature import DEADLINE, FORMING, LATE, NUDGE, circles, nudge_name, question_name
from commands.circles.leaving_cards import lone_card
from commands.circles.showing import show
from storage.circle import Part, Stage, State
from storage.circle_merges import CircleMerges
from storage.circle_seeking import CircleProposals, CircleSeekers
from storage.circle_weeks import CircleWeeks
from storage.circles import Circles

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.context import Step
    from storage.circle import Circle, Week


@circles.schedule("begin", family=True, title=_("Circle: {name}", name=""))
async def begin(ctx: DueContext) -> Effects:
    """Ask the members of a circle, in their own hours; answers of the time before that nobody saw are shown first."""
    stored, weeks = ctx.use(Circles), ctx.use(CircleWeeks)
    circle = await stored.locked(int(ctx.key))
    date = ctx.occurrence.date
    if circle is None or circle.state is not State.RUNNING or date is None:
        return None
    outgoing: list[Outgoing] = []
    before = await weeks.latest(circle.id)
    if before is not None and before.stage is Stage.ASKED:
        outgoing += await show(ctx, circle, before)
        circle = await stored.get(circle.id) or circle
    members = [peer for peer in circle.peers if peer.part is Part.IN]
    resting = {peer.member.id for peer in members if peer.snoozed_until is not None and date < peer.snoozed_until}
    if len(members) < 2 or len(resting) == len(members):  # noqa: PLR2004 - nobody to tell it to
        return outgoing
    zone = circle.rule.zone or ctx.community.zone
    nudge_at, deadline = (instant(working_day(date, days), circle.rule.at, zone) for days in (NUDGE, DEADLINE))
    number = await weeks.begin(circle, date, nudge_at, deadline, resting=resting)
    week = None if number is None else await weeks.get(number)
    if week is None:
        return outgoing
    await stored.change(circle.id, weeks=week.number)
    for peer in members:
        if peer.snoozed_until is not None and peer.snoozed_until <= date:
            await stored.peer(circle.id, peer.member.id, snoozed_until=None)
    asked = [each for each in week.answers if each.member.id not in resting]
    outgoing += [
        Direct(
            each.member.id,
            week_cards.question_card(circle, week, each),
            question_name(week.id, each.member.id),
            when=OwnTime(),
            notice=Notice.CIRCLE,
            switch=circles.id("snooze", circle.id),
        )
        for each in asked
    ]
    return outgoing


def working_day(date: dt.date, days: int) -> dt.date:
    """Return the date so many working days after another."""
    while days:
        date += DAY
        days -= date.weekday() in WORKDAYS
    return date


# ---------------------------------------------------------------- what is due


@circles.schedule("advance", every=dt.timedelta(minutes=1), steps=True)
async def advance(ctx: StepContext) -> None:
    """Take every step that is due. A circle that fails holds up no other."""
    async with ctx.step(write=False) as look:
        due = await look.use(CircleWeeks).due(look.now)
        merges = await look.use(CircleMerges).late(look.now)
        forming = await look.use(Circles).lonely(look.now - FORMING)
        wanted = await look.use(CircleProposals).wanted()
    failures: list[Exception] = []

    async def each(work: Callable[[], Awaitable[None]]) -> None:
        try:
            await work()
        except Exception as error:  # noqa: BLE001 - raised below, once the others had their turn
            failures.append(error)

    for number in due:
        await each(lambda number=number: _week(ctx, number))
    for merge in merges:
        await each(lambda merge=merge: _merge_late(ctx, merge.id))
    for number in forming:
        await each(lambda number=number: _lonely(ctx, number))
    for proposal in wanted:
        await each(lambda proposal=proposal: proposing.propose(ctx, proposal.id))
    if failures:
        raise failures[0]


async def _week(ctx: StepContext, number: int) -> None:
    async with ctx.step() as step:
        await step.use(Circles).lock()
        weeks = step.use(CircleWeeks)
        week = await weeks.get(number)
        circle = None if week is None else await step.use(Circles).get(week.circle_id)
        if week is None or circle is None:
            return
        if week.stage is Stage.SHOWN or circle.state is not State.RUNNING:
            await weeks.change(number, next_at=None)
        elif step.now >= week.deadline:
            await _deadline(step, circle, week)
        elif not week.nudged and step.now >= week.nudge_at:
            await weeks.change(number, nudged=True, next_at=week.deadline)
            card = week_cards.nudge_card(circle, week, len(week.given))
            await step.say(
                [Direct(one.id, card, nudge_name(number, one.id), when=OwnTime(), notice=Notice.CIRCLE) for one in week.waiting]
            )
        else:
            await weeks.change(number, next_at=week.deadline if week.nudged else week.nudge_at)


async def _deadline(step: Step, circle: Circle, week: Week) -> None:
    daytime = sending_time(step.now, step.community.zone) if step.now - week.deadline > LATE else step.now
    if daytime > step.now:
        await step.use(CircleWeeks).change(week.id, next_at=daytime)
        return
    await step.say(await show(step, circle, week))


async def _merge_late(ctx: StepContext, number: int) -> None:
    async with ctx.step() as step:
        await step.use(Circles).lock()
        await step.say(await merging.lapse(step, number))


async def _lonely(ctx: StepContext, number: int) -> None:
    """Let a circle that did not find three end; whoever was in it goes on looking for one."""
    async with ctx.step() as step:
        circle = await step.use(Circles).locked(number)
        if circle is None or circle.state is not State.FORMING:
            return
        await step.use(Circles).close(number, step.now)
        for one in circle.members:
            await step.use(CircleSeekers).add(one.id, step.now)
        told = [Direct(one.id, lone_card(circle), when=OwnTime(), notice=Notice.CIRCLE) for one in circle.members]
        await step.say([*merging.unread(circle), *told])
