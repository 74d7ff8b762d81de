"""The members of a circle read each other: all answers of a week together, when they are in or time is up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.effects import Outgoing, Remove
from commands.circles import gaining, week_cards
from commands.circles.feature import nudge_name, page_name, question_name
from commands.circles.looking import current, speak
from storage.circle import Stage
from storage.circle_weeks import CircleWeeks
from storage.circles import Circles

if TYPE_CHECKING:
    from bot.context import JobContext
    from storage.circle import Circle, Week


async def show_if_complete(ctx: JobContext, number: int) -> list[Outgoing]:
    """Show the answers of a week if nobody is waited for any more."""
    week = await ctx.use(CircleWeeks).get(number)
    circle = None if week is None else await ctx.use(Circles).get(week.circle_id)
    if week is None or circle is None or week.stage is not Stage.ASKED or week.waiting:
        return []
    return await show(ctx, circle, week)


async def show(ctx: JobContext, circle: Circle, week: Week) -> list[Outgoing]:
    """Show the answers of a week to those who were asked and are still in the circle. None at all: nothing is said."""
    weeks = ctx.use(CircleWeeks)
    given = [each for each in week.given if circle.has(each.member.id)]
    readers = [one for one in week.readers if circle.has(one.id)]
    outgoing: list[Outgoing] = []
    for one in week.waiting:
        outgoing += [Remove(question_name(week.id, one.id), waiting=True), Remove(nudge_name(week.id, one.id), waiting=True)]
    dealt = week_cards.pages(given)
    said = [(week_cards.page_card(circle, week, some), page_name(week.id, page)) for page, some in enumerate(dealt, 1)]
    outgoing += await speak(ctx, circle, readers, said) if said else []
    for page, some in enumerate(dealt, 1):
        for each in some:
            await weeks.say(week.id, each.member.id, page=page)
    await weeks.change(week.id, stage=Stage.SHOWN, shown_at=ctx.now, next_at=None, answered=len(given))
    return [*outgoing, *gaining.ask(circle, week, readers if given else ())]


async def show_what_there_is(ctx: JobContext, circle: Circle) -> list[Outgoing]:
    """Show what was answered in the week under way, if there is one: the circle ends, or becomes another."""
    week = await current(ctx, circle)
    return [] if week is None else await show(ctx, circle, week)
