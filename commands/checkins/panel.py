"""The animator's panel: every campaign, the inbox, the trends."""

from __future__ import annotations

from bot.context import Context
from bot.effects import Effects, Reply
from bot.i18n import _, today, word
from bot.paging import page_of
from bot.ui import Card
from commands.checkins import campaign_cards
from commands.checkins.feature import checkins
from storage.checkin_answers import CheckinAnswers
from storage.checkins import Checkins


@checkins.command(
    word("animator checkins"), _("Check-ins: ask how they are, read who wants to be read, see the trends"), animator=True
)
async def show(ctx: Context) -> Effects:
    """Show the panel."""
    return Reply(await _panel(ctx, 0))


@checkins.action("panel", animator=True)
async def turn(ctx: Context, key: int) -> Effects:
    """Turn to a page of the campaigns."""
    return Reply(await _panel(ctx, key), edit=True)


async def _panel(ctx: Context, wanted: int) -> Card:
    stored = ctx.use(Checkins)
    waiting, unread = await ctx.use(CheckinAnswers).numbers(ctx.me.id)
    page = page_of(await stored.number(), wanted, campaign_cards.PAGE)
    campaigns = await stored.campaigns(today(ctx.now, ctx.community.zone), page.size, page.start)
    return campaign_cards.panel(campaigns, page, waiting, unread)
