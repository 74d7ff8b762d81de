"""Members propose prompts; the animators are told once of all that wait, not of each."""

from __future__ import annotations

import datetime as dt
from typing import Final

from bot.context import Context, JobContext
from bot.effects import Direct, Effects, OpenForm, OwnTime, Remove, Reply
from bot.errors import UserError
from bot.i18n import _
from bot.notices import Notice
from commands.icebreakers import cards, review_cards
from commands.icebreakers.feature import NOTICE, icebreakers
from commands.icebreakers.planning import checked
from storage.icebreakers import Icebreakers
from storage.people import Members

MOST: Final = 3
"""Proposals of one member that wait at a time."""
PEACE: Final = dt.timedelta(days=1)
"""How long the animators hear nothing of further proposals once they were told."""


@icebreakers.action("propose", opens=True)
async def propose(ctx: Context) -> Effects:
    """*Propose a prompt*: the form."""
    await _check_room(ctx)
    return OpenForm(cards.prompt_form(mine=False))


@icebreakers.submit("proposed")
async def proposed(ctx: Context, words: str, theme: str) -> Effects:
    """Keep the proposal until an animator answers it."""
    await _check_room(ctx)
    said = await checked(ctx, words, theme)
    await ctx.use(Icebreakers).add(theme, said, ctx.now, proposer=ctx.me)
    return Reply(cards.proposed())


async def _check_room(ctx: Context) -> None:
    """Refuse a proposal where several of the same member wait."""
    waiting = await ctx.use(Icebreakers).waiting()
    if sum(1 for one in waiting if one.proposer is not None and one.proposer.id == ctx.me.id) >= MOST:
        raise UserError(_("Three of yours are waiting for an animator already. Thank you; come back once they are answered."))


@icebreakers.schedule("tell", every=dt.timedelta(hours=1))
async def tell(ctx: JobContext) -> Effects:
    """Tell the animators, in their own hours, how many proposals wait."""
    stored = ctx.use(Icebreakers)
    animators = await ctx.use(Members).animators()
    if not animators or not await stored.tell(ctx.now, ctx.now - PEACE):
        return None
    card = review_cards.notice(len(await stored.waiting()))
    return [
        Remove(NOTICE, waiting=True),
        *(Direct(one.id, card, remember=NOTICE, when=OwnTime(), notice=Notice.REVIEW) for one in animators),
    ]
