"""Trends, for animators: one campaign and one question at a time, so that no two audiences can be told apart."""

from __future__ import annotations

from bot.context import Context
from bot.effects import Effects, Reply
from bot.i18n import today
from bot.paging import page_of
from commands.checkins import trend_cards
from commands.checkins.building import found
from commands.checkins.feature import checkins
from storage.checkin import Kind
from storage.checkin_totals import CheckinTotals
from storage.checkins import Checkins


@checkins.action("trends", animator=True)
async def trends(ctx: Context, key: int) -> Effects:
    """*Trends*, and turning its pages."""
    stored = ctx.use(Checkins)
    page = page_of(await stored.number(begun=True), key, trend_cards.PAGE)
    campaigns = await stored.campaigns(today(ctx.now, ctx.community.zone), page.size, page.start, begun=True)
    return Reply(trend_cards.trends(campaigns, page), edit=True)


@checkins.action("trend", animator=True)
async def trend(ctx: Context, key: str) -> Effects:
    """Show the trend of a question; of the first that is counted where this one is not."""
    number, _colon, place = key.partition(":")
    campaign = await found(ctx, int(number) if number.isdecimal() else 0)
    counted = [at for at, question in enumerate(campaign.questions, 1) if question.kind is not Kind.TEXT]
    if not counted:
        return Reply(trend_cards.nothing(campaign), edit=True)
    wanted = int(place) if place.isdecimal() and int(place) in counted else counted[0]
    points = await ctx.use(CheckinTotals).points(campaign, wanted - 1)
    return Reply(trend_cards.trend(campaign, wanted, campaign.questions[wanted - 1], points), edit=True)
