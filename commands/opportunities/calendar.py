"""What happens by itself: one reminder before an opportunity expires, and its end."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Final

from bot.context import JobContext
from bot.effects import Direct, Effects, Outgoing, OwnTime
from bot.notices import Notice
from commands.opportunities import poster_cards
from commands.opportunities.feature import news_name, opportunities
from commands.opportunities.standing import interested, settle
from storage.opportunities import Opportunities
from storage.opportunity import Status

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
        effects += await settle(ctx, over)
        if not found.poster.left:
            effects.append(
                Direct(found.poster.id, poster_cards.expired(over), remember=news_name(over), when=OwnTime(), notice=Notice.POSTED)
            )
    for found in await repository.to_remind(ctx.now):
        await repository.reminded(found.id)
        card = poster_cards.reminder(found, len(await interested(ctx, found.id)))
        effects.append(Direct(found.poster.id, card, remember=news_name(found), keep=True, when=OwnTime(), notice=Notice.POSTED))
    return effects
