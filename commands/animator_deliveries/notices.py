"""What animators are told by themselves: what is stopped, once; what was given up, once a day at most."""

from __future__ import annotations

import datetime as dt
from typing import Final

from bot.context import Context, DueContext
from bot.effects import Direct, Effects, Outgoing, Remove, Update
from bot.i18n import _
from bot.notices import Notice
from bot.recurrence import Daily, Recurrence
from commands.animator_deliveries import cards
from commands.animator_deliveries.feature import deliveries, notice_name
from storage.letters import DIGEST, Letters
from storage.people import Members
from storage.schedules import Schedules
from storage.stopped import Stopped

EVERY: Final = dt.timedelta(minutes=5)
AT: Final = dt.time(9)
SETTLED: Final = dt.timedelta(minutes=10)
"""What was given up later than this before the notice is for the next one: it may not be written down everywhere yet."""
QUIET: Final = frozenset({"dm_closed"})
"""No reason to write to anybody: closing one's DMs is everyone's right. The list has them."""
BEGINNING: Final = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)


@deliveries.schedule("stopped", every=EVERY, always=True)
async def tell_stopped(ctx: DueContext) -> Effects:
    """Tell the animators of what was stopped, each time once.

    They are written to where the bot can reach them; whoever has an account only where it cannot finds the notice, by then about
    how it ended, once it can.
    """
    stopped = ctx.use(Stopped)
    untold = await stopped.untold()
    if not untold:
        return None
    animators = await ctx.use(Members).animators()
    if not animators:
        return None
    await stopped.told([one.id for one in untold], ctx.now)
    return [
        Direct(animator.id, cards.stopped_notice(one), remember=notice_name(one.id), keep=True, notice=Notice.RUNNING)
        for one in untold
        for animator in animators
    ]


@deliveries.schedule("letters", rule=Recurrence(Daily(), AT), title=_("Messages that did not arrive"))
async def tell_letters(ctx: DueContext) -> Effects:
    """Tell the animators what was given up since they were last told; nothing where nothing was. It replaces the last one."""
    last = await ctx.use(Schedules).ran_before(f"{deliveries.name}:letters", ctx.occurrence)
    letters = ctx.use(Letters)
    found = await letters.reasons(last - SETTLED if last is not None else BEGINNING, ctx.now - SETTLED)
    reasons = {reason: count for reason, count in found.items() if reason not in QUIET}
    if not reasons:
        return None
    card = cards.letters_notice(reasons, await letters.count())
    outgoing: list[Outgoing] = [Remove(DIGEST)]
    outgoing += [
        Direct(animator.id, card, remember=DIGEST, keep=True, notice=Notice.RUNNING)
        for animator in await ctx.use(Members).animators()
    ]
    return outgoing


@deliveries.event("workspace_ready")
async def let_in_again(ctx: Context) -> Effects:
    """A workspace that had refused the bot lets it in: what waited there goes out."""
    ended = await ctx.use(Stopped).back(ctx.workspace.id, ctx.now)
    return None if ended is None else Update(notice_name(ended), cards.over_notice())
