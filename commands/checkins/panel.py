"""The animator's panel: every campaign, the inbox, the trends."""

from __future__ import annotations

from bot.context import Context
from bot.effects import Effects, Reply
from bot.i18n import _, word
from commands.checkins import campaign_cards
from commands.checkins.feature import checkins
from storage.checkin_answers import CheckinAnswers
from storage.checkins import Checkins


@checkins.command(
    word("animator checkins"), _("Check-ins: ask how they are, read who wants to be read, see the trends"), animator=True
)
async def show(ctx: Context) -> Effects:
    """Show the panel."""
    waiting, unread = await ctx.use(CheckinAnswers).numbers(ctx.me.id)
    return Reply(campaign_cards.panel(await ctx.use(Checkins).campaigns(), waiting, unread))
