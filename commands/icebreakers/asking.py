"""Asking by itself, on the days that the animator chose: the prompt that was chosen ahead, in every workspace."""

from __future__ import annotations

import datetime as dt
from typing import Final

from bot.context import JobContext
from bot.effects import Direct, Effects, Outgoing, OwnTime, Remove
from bot.i18n import _
from bot.notices import Notice
from bot.recurrence import Recurrence, Weekly
from commands.icebreakers import panel_cards
from commands.icebreakers.feature import NOWHERE, icebreakers
from commands.icebreakers.planning import post, prepare
from storage.icebreakers import Icebreakers
from storage.people import Members

USUAL: Final = Recurrence(Weekly((1,)), dt.time(10))
"""What the form proposes: Tuesday at ten, once the week has begun."""


@icebreakers.schedule("ask", rule=USUAL, title=_("Icebreaker"), off=True)
async def ask(ctx: JobContext) -> Effects:
    """Post the next prompt. Where it cannot be posted it stays the next one, and the animators are told once."""
    plan = await prepare(ctx)
    if plan is None:
        return None
    posted = await post(ctx, plan, plan.ahead[0]) if plan.ahead else None
    stored = ctx.use(Icebreakers)
    if posted is not None:
        await stored.nowhere(None)
        return [posted, Remove(NOWHERE, waiting=True)]
    if plan.settings.nowhere_at is not None:
        return None
    await stored.nowhere(ctx.now)
    card = panel_cards.nowhere(any_prompt=bool(plan.ahead))
    told: list[Outgoing] = [
        Direct(animator.id, card, remember=NOWHERE, when=OwnTime(), notice=Notice.CALENDAR)
        for animator in await ctx.use(Members).animators()
    ]
    return told
