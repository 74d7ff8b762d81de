"""*Is it solved?*, asked by itself, once."""

from __future__ import annotations

import datetime as dt
from typing import Final

from bot.context import JobContext
from bot.effects import Direct, Effects, Outgoing, OwnTime
from bot.notices import Notice
from commands.requests import closing_cards
from commands.requests.feature import requests
from commands.requests.standing import solved_name
from storage.asked import Helpers
from storage.request_lists import RequestLists
from storage.requests import Requests, Step

AFTER: Final = dt.timedelta(days=3)


@requests.schedule("follow_up", every=dt.timedelta(hours=1))
async def follow_up(ctx: JobContext) -> Effects:
    """Ask whether requests accepted some days ago are solved, in working hours."""
    effects: list[Outgoing] = []
    for request in await ctx.use(RequestLists).accepted_before(ctx.now - AFTER):
        await ctx.use(Requests).happened(request.id, Step.SOLVED_ASKED, ctx.now)
        helpers = [one.helper for one in await ctx.use(Helpers).asked(request.id) if one.accepted(request.created_at)]
        card = closing_cards.ask_solved(request, helpers)
        effects.append(
            Direct(request.asker.id, card, remember=solved_name(request), keep=True, when=OwnTime(), notice=Notice.REQUEST)
        )
    return effects
