"""What happens by itself: *Is it solved?* once, and once the suggestion to post what nobody answered."""

from __future__ import annotations

import datetime as dt
from typing import Final
from zoneinfo import ZoneInfo

from bot.context import JobContext
from bot.effects import Direct, Effects, Outgoing
from commands.requests import cards
from commands.requests.feature import requests
from commands.requests.standing import news_name
from storage.communities import Channels
from storage.people import Members
from storage.requests import HelpRequest, Requests, State

AFTER: Final = dt.timedelta(days=3)
MORNING, EVENING = 9, 18
"""Hours of the member's day between which they are written to."""


@requests.schedule("follow_up", every=dt.timedelta(hours=1))
async def follow_up(ctx: JobContext) -> Effects:
    """Ask whether requests accepted some days ago are solved, and suggest posting those that nobody accepted.

    Where there is no channel to post them in, that waits for one.
    """
    repository = ctx.use(Requests)
    effects: list[Outgoing] = []
    for request in await repository.accepted_before(ctx.now - AFTER):
        if not await _awake(ctx, request):
            continue
        await repository.solved_asked(request.id, ctx.now)
        helpers = [one.helper for one in await repository.asked(request.id) if one.state is State.ACCEPTED]
        effects.append(_to_asker(request, cards.ask_solved(request, helpers)))
    if not await ctx.use(Channels).channels("help"):
        return effects
    for request in await repository.unanswered_since(ctx.now - AFTER):
        if not await _awake(ctx, request):
            continue
        await repository.suggested(request.id, ctx.now)
        effects.append(_to_asker(request, cards.suggest_posting(request)))
    return effects


def _to_asker(request: HelpRequest, card: cards.Card) -> Direct:
    return Direct(request.asker.id, card, remember=news_name(request), keep=True)


async def _awake(ctx: JobContext, request: HelpRequest) -> bool:
    """Tell whether it is daytime where whoever asked is."""
    reader = await ctx.use(Members).reader(request.asker.id)
    return MORNING <= ctx.now.astimezone(ZoneInfo(reader.zone)).hour < EVENING
