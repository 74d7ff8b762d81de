"""How circles come to an end for one or for all: leaving, taking one's words back, closing."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.context import Context
from bot.effects import Direct, Effects, Outgoing, OwnTime, Remove, Reply
from bot.errors import UserError
from bot.i18n import _
from bot.notices import Notice
from commands.circles import leaving_cards, merging
from commands.circles.answering import rewritten
from commands.circles.feature import asking_name, circles, invitation_name, nudge_name, question_name
from commands.circles.looking import current, gone, mine
from commands.circles.showing import show_if_complete
from storage.circle import SMALLEST, Part, Said, State
from storage.circle_seeking import CircleSeekers
from storage.circle_weeks import CircleWeeks
from storage.circles import Circles

if TYPE_CHECKING:
    from bot.context import JobContext
    from bot.model import Member
    from storage.circle import Circle


@circles.action("leave")
async def leave(ctx: Context, key: int) -> Effects:
    """Leave a circle. Nobody is told why; what was not shown yet is not."""
    stored = ctx.use(Circles)
    circle = await stored.locked(key)
    if circle is None:
        raise gone()
    outgoing = await go(ctx, circle, ctx.me) if circle.alive and circle.has(ctx.me.id) else []
    words = any(week.shown_at for week in await ctx.use(CircleWeeks).with_words(key, ctx.me.id))
    return [Reply(leaving_cards.left_card(circle, words=words)), *outgoing]


@circles.event("member_left")
async def departed(ctx: Context) -> Effects:
    """Let whoever left the community be in no circle any more."""
    if not ctx.me.id or not ctx.me.left:
        return None
    stored = ctx.use(Circles)
    await stored.lock()
    await ctx.use(CircleSeekers).remove(ctx.me.id)
    outgoing: list[Outgoing] = []
    for circle in await stored.of(ctx.me.id, Part.IN, Part.INVITED, Part.ASKING):
        outgoing += await go(ctx, circle, ctx.me)
    return outgoing


async def go(ctx: JobContext, circle: Circle, member: Member) -> list[Outgoing]:
    """Let somebody be in a circle no longer: nobody waits for them, and those who remain decide if they are too few."""
    stored = ctx.use(Circles)
    was_in = circle.has(member.id)
    await stored.put(circle.id, member.id, Part.GONE, ctx.now)
    outgoing: list[Outgoing] = [Remove(name(circle.id, member.id), waiting=True) for name in (invitation_name, asking_name)]
    if not was_in:
        return outgoing
    week = await current(ctx, circle)
    answer = None if week is None else week.answer(member.id)
    if week is not None and answer is not None:
        await ctx.use(CircleWeeks).say(week.id, member.id, said=Said.GONE, happened="", ahead="", hand="")
        outgoing += [Remove(name(week.id, member.id), waiting=True) for name in (question_name, nudge_name)]
        outgoing += await show_if_complete(ctx, week.id)
    fresh = await stored.get(circle.id)
    if fresh is None:
        return outgoing
    if not fresh.members and (fresh.state is State.RUNNING or not fresh.invited):
        await stored.close(circle.id, ctx.now)
        outgoing += await merging.stop(ctx, fresh)
    elif fresh.state is State.RUNNING:
        outgoing += await merging.fewer(ctx, fresh)
    return outgoing


@circles.action("forget")
async def forget(ctx: Context, key: int) -> Effects:
    """Take one's words back, from the conversation and from what is kept."""
    circle = await ctx.use(Circles).locked(key)
    if circle is None or circle.peer(ctx.me.id) is None:
        raise gone()
    return [Reply(leaving_cards.forgotten_card(), edit=True), *await _take_back(ctx, circle, ctx.me)]


async def _take_back(ctx: JobContext, circle: Circle, member: Member) -> list[Outgoing]:
    """Forget the words of somebody in a circle; return the cards that showed them, without."""
    weeks = ctx.use(CircleWeeks)
    before = await weeks.with_words(circle.id, member.id)
    await weeks.forget(circle.id, member.id)
    outgoing: list[Outgoing] = []
    for week in before:
        answer = week.answer(member.id)
        if answer is not None and answer.page:
            others = tuple(each for each in week.answers if each is not answer)
            outgoing.append(rewritten(circle, replace(week, answers=others), answer.page))
    return outgoing


@circles.event("member_erased")
async def erased(ctx: Context) -> Effects:
    """Take the words of whoever is being erased out of the conversations of all circles that they were ever in."""
    outgoing: list[Outgoing] = []
    for number in await ctx.use(CircleWeeks).circles_with_words(ctx.me.id):
        circle = await ctx.use(Circles).locked(number)
        if circle is not None:
            outgoing += await _take_back(ctx, circle, ctx.me)
    return outgoing


@circles.action("close")
async def close(ctx: Context, key: int) -> Effects:
    """Close a circle: by whoever made it, or by anyone once there are fewer than three; the others are told."""
    circle = await mine(ctx, key)
    if circle.first != ctx.me.id and len(circle.members) >= SMALLEST:
        raise UserError(_("Whoever started the circle can close it. You can leave it, with one click."))
    return [Reply(leaving_cards.closed_card(circle), edit=True), *await end(ctx, circle, but=ctx.me)]


async def end(ctx: JobContext, circle: Circle, but: Member | None = None) -> list[Outgoing]:
    """Let a circle be no more, and tell its members; `but` knows."""
    outgoing = await merging.settle(ctx, circle)
    outgoing += await merging.stop(ctx, circle)
    await ctx.use(Circles).close(circle.id, ctx.now)
    told = [one for one in circle.members if but is None or one.id != but.id]
    card = leaving_cards.closed_card(circle)
    return [*outgoing, *(Direct(one.id, card, keep=True, when=OwnTime(), notice=Notice.CIRCLE) for one in told)]
