"""*Less of this*: one click for less of a kind, which says what changed and offers the way back."""

from __future__ import annotations

from dataclasses import replace

from bot.context import Context
from bot.effects import Effects, Reply
from bot.errors import UserError
from bot.i18n import _
from bot.notices import LESS, Notice, Way, may_stop, may_wait
from commands.notices import cards
from commands.notices.feature import notices
from storage.asked import UNLIMITED, USUAL_ASKS, Helpers
from storage.budget import Budget

MOST = 20
"""Messages a week that a button can go back to."""


@notices.action(LESS)
async def less(ctx: Context, key: str) -> Effects:
    """Show how there can be less of a kind."""
    value, _colon, switch = key.partition(":")
    chosen = (await ctx.use(Budget).chosen([ctx.me.id]))[ctx.me.id]
    return Reply(cards.less_card(_notice(value), chosen, switch, await _asks(ctx)))


@notices.action("way")
async def way(ctx: Context, key: str) -> Effects:
    """Have a kind never, in the digest, or one at a time."""
    value, _colon, wish = key.partition(":")
    notice = _notice(value)
    if wish not in {each.value for each in Way}:
        raise UserError(_GONE)
    wanted = Way(wish)
    if (wanted is Way.NEVER and not may_stop(notice)) or (wanted is Way.DIGEST and not may_wait(notice)):
        raise UserError(_GONE)
    budget = ctx.use(Budget)
    chosen = (await budget.chosen([ctx.me.id]))[ctx.me.id]
    before = cards.way_of(notice, chosen)
    muted, gathered = chosen.muted - {notice}, chosen.gathered - {notice}
    if wanted is Way.NEVER:
        muted |= {notice}
    elif wanted is Way.DIGEST:
        gathered |= {notice}
    await budget.choose(ctx.me.id, replace(chosen, muted=muted, gathered=gathered))
    return Reply(cards.changed_card(notice, wanted, before), edit=True)


@notices.action("weekly")
async def weekly(ctx: Context, key: int) -> Effects:
    """Have so many messages a week at most."""
    budget = ctx.use(Budget)
    chosen = (await budget.chosen([ctx.me.id]))[ctx.me.id]
    wanted = min(key, MOST)
    await budget.choose(ctx.me.id, replace(chosen, weekly=wanted))
    return Reply(cards.weekly_card(wanted, chosen.weekly), edit=True)


@notices.action("asks")
async def asks(ctx: Context, key: int) -> Effects:
    """Be asked for help so many times a month at most."""
    before, wanted = await _asks(ctx), min(key, UNLIMITED)
    await ctx.use(Helpers).let_ask(ctx.me, wanted)
    return Reply(cards.asks_card(wanted, before), edit=True)


@notices.action("keep")
async def keep(ctx: Context) -> Effects:
    """Leave everything as it is."""
    del ctx
    return Reply(cards.kept_card(), edit=True)


_GONE = _("There is no such choice any more. “What reaches you” in your preferences has those that there are.")


def _notice(value: str) -> Notice:
    """Return the kind of a button's key.

    Raises:
        UserError: there is none, or no more.
    """
    try:
        return Notice(value)
    except ValueError:
        raise UserError(_GONE) from None


async def _asks(ctx: Context) -> int:
    chosen = await ctx.use(Helpers).at_most(ctx.me)
    return USUAL_ASKS if chosen is None else chosen
