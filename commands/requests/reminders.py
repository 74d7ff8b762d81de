"""What happens by itself: *Is it solved?* once, and once the suggestion to post what nobody answered."""

from __future__ import annotations

import datetime as dt
from typing import Final

from bot.context import JobContext
from bot.effects import Direct, Effects, Outgoing, OwnTime
from commands.requests import cards
from commands.requests.feature import requests
from commands.requests.standing import solved_name, suggestion_name
from storage.communities import Channels
from storage.requests import Requests, State

AFTER: Final = dt.timedelta(days=3)


@requests.schedule("follow_up", every=dt.timedelta(hours=1))
async def follow_up(ctx: JobContext) -> Effects:
    """Ask whether requests accepted some days ago are solved, and suggest posting those that nobody accepted, in working hours.

    Where there is no channel to post them in, that waits for one.
    """
    repository = ctx.use(Requests)
    effects: list[Outgoing] = []
    for request in await repository.accepted_before(ctx.now - AFTER):
        await repository.solved_asked(request.id, ctx.now)
        helpers = [one.helper for one in await repository.asked(request.id) if one.state is State.ACCEPTED]
        card = cards.ask_solved(request, helpers)
        effects.append(Direct(request.asker.id, card, remember=solved_name(request), keep=True, when=OwnTime()))
    if not await ctx.use(Channels).channels("help"):
        return effects
    for request in await repository.unanswered_since(ctx.now - AFTER):
        await repository.suggested(request.id, ctx.now)
        card = cards.suggest_posting(request)
        effects.append(Direct(request.asker.id, card, remember=suggestion_name(request), keep=True, when=OwnTime()))
    return effects
