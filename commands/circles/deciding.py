"""What members of a small circle, and of the one it could join, choose."""

from __future__ import annotations

from bot.context import Context
from bot.effects import Effects, Reply
from bot.errors import UserError
from bot.i18n import _
from commands.circles import decision_cards, merging
from commands.circles.feature import circles
from commands.circles.looking import gone
from storage.circle import Circle, Merge, Step
from storage.circle_merges import CircleMerges
from storage.circles import Circles


async def _merge(ctx: Context, key: int) -> tuple[Merge, Circle, Circle]:
    """Return a merge and its circles, the small one first.

    Raises:
        UserError: it is gone, or whoever acts is in neither.
    """
    stored = ctx.use(Circles)
    await stored.lock()
    merge = await ctx.use(CircleMerges).get(key)
    small = None if merge is None else await stored.get(merge.small)
    large = None if merge is None else await stored.get(merge.large)
    if merge is None or small is None or large is None:
        raise gone()
    if not (small.has(ctx.me.id) or large.has(ctx.me.id)):
        raise UserError(_("You are not in this circle."))
    return merge, small, large


@circles.action("yes")
async def yes(ctx: Context, key: int) -> Effects:
    """*Yes, with them*."""
    merge, small, large = await _merge(ctx, key)
    if merge.step not in (Step.OFFERED, Step.ASKED) or not (small.alive and large.alive):
        return Reply(decision_cards.decided_card(), edit=True)
    await ctx.use(CircleMerges).vote(key, ctx.me.id)
    fresh = await ctx.use(CircleMerges).get(key) or merge
    return [Reply(decision_cards.noted_card(waiting=True), edit=True), *await merging.want(ctx, fresh, small, large)]


@circles.action("rather_not")
async def rather_not(ctx: Context, key: int) -> Effects:
    """*Rather not*: one is enough, and nobody is told who."""
    return await _no(ctx, key)


@circles.action("go_on")
async def go_on(ctx: Context, key: int) -> Effects:
    """*Go on as we are*."""
    if not key:
        return Reply(decision_cards.noted_card(waiting=False), edit=True)
    return await _no(ctx, key)


async def _no(ctx: Context, key: int) -> Effects:
    merge, small, large = await _merge(ctx, key)
    if merge.step not in (Step.OFFERED, Step.ASKED):
        return Reply(decision_cards.decided_card(), edit=True)
    told = await merging.refuse(ctx, merge, small, large)
    return [Reply(decision_cards.noted_card(waiting=False), edit=True), *told]
