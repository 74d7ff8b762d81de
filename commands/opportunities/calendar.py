"""What happens by itself: one reminder before an opportunity expires, its end, and the weekly digest."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Final

from bot.context import DueContext, JobContext
from bot.effects import Direct, Effects, Outgoing, OwnTime
from bot.i18n import _
from bot.recurrence import Recurrence, Weekly
from commands.opportunities import cards, poster_cards
from commands.opportunities.feature import news_name, opportunities
from commands.opportunities.standing import interested, settle
from storage.opportunities import Opportunities
from storage.opportunity import Status
from storage.opportunity_lists import OpportunityLists
from storage.opportunity_responses import Responses
from storage.outreach import Outreach

TUESDAY: Final = 1
MORNING: Final = dt.time(9)


@opportunities.schedule("expire", every=dt.timedelta(hours=1))
async def expire(ctx: JobContext) -> Effects:
    """End what is over, and remind once of what will be; each is found by where it stands, so twice changes nothing."""
    repository = ctx.use(Opportunities)
    effects: list[Outgoing] = []
    for found in await repository.expired(ctx.now):
        if not await repository.end(found.id, Status.EXPIRED, ctx.now):
            continue
        over = replace(found, status=Status.EXPIRED, proposed=None)
        effects += settle(over)
        if not found.poster.left:
            effects.append(Direct(found.poster.id, poster_cards.expired(over), remember=news_name(over), when=OwnTime()))
    for found in await repository.to_remind(ctx.now):
        await repository.reminded(found.id)
        card = poster_cards.reminder(found, len(await interested(ctx, found.id)))
        effects.append(Direct(found.poster.id, card, remember=news_name(found), keep=True, when=OwnTime()))
    return effects


@opportunities.schedule("digest", rule=Recurrence(Weekly((TUESDAY,)), dt.time(6)), title=_("The week’s opportunities"))
async def digest(ctx: DueContext) -> Effects:
    """Send each member what fits them and did not reach them on its own, in their own morning."""
    responses = ctx.use(Responses)
    waiting = await responses.waiting()
    chosen = await ctx.use(Outreach).chosen(list(waiting))
    live = await ctx.use(OpportunityLists).several({one.opportunity for kept in waiting.values() for one in kept})
    effects: list[Outgoing] = []
    for member, kept in waiting.items():
        await responses.told(member)
        found = [(live[one.opportunity], one) for one in kept if one.opportunity in live]
        if found and chosen[member].opportunities and chosen[member].at_all:
            card = cards.digest(found, max(0, len(found) - cards.TOLD_AT_ONCE))
            effects.append(Direct(member, card, when=OwnTime(ctx.occurrence.date, MORNING)))
    return effects
