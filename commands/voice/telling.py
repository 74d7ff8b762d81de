"""What happens by itself: animators hear of what is new, anonymous voices to everyone are posted, a day's hashes go."""

from __future__ import annotations

import datetime as dt
from typing import Final
from zoneinfo import ZoneInfo

from bot.context import JobContext
from bot.effects import Direct, Effects, Outgoing, OwnTime, Remove
from bot.notices import Notice
from commands.voice import panel_cards
from commands.voice.feature import NOTICE, voice
from commands.voice.raising import date
from commands.voice.showing import post
from storage.people import Members
from storage.voice import Shown
from storage.voice_allowance import Allowance
from storage.voices import Voices

HOURS: Final = range(9, 18)
"""When an anonymous voice is posted by itself, by the community's clock: not at the minute at which three days are over."""


@voice.schedule("tell", every=dt.timedelta(hours=1))
async def tell(ctx: JobContext) -> Effects:
    """Tell the animators, in their own hours, how many voices they have not read; once for all of them."""
    stored = ctx.use(Voices)
    effects: list[Outgoing] = []
    if await stored.tell(date(ctx)):
        _total, unread, _waiting = await stored.numbers()
        card = panel_cards.notice(unread)
        effects.append(Remove(NOTICE, waiting=True))
        effects += [
            Direct(one.id, card, remember=NOTICE, when=OwnTime(), notice=Notice.REVIEW)
            for one in await ctx.use(Members).animators()
        ]
    if ctx.now.astimezone(ZoneInfo(ctx.community.zone)).hour in HOURS:
        for found in await stored.to_show(date(ctx)):
            await stored.show(found.id, Shown.YES)
            effects += await post(ctx, found)
    return effects


@voice.schedule("forget", every=dt.timedelta(hours=1), always=True)
async def forget(ctx: JobContext) -> Effects:
    """Throw away what told, yesterday, who had raised how many anonymous voices."""
    await ctx.use(Allowance).forget(date(ctx))
