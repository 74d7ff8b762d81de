"""Whom somebody would rather not meet again: said after a meeting or instead of one, and taken back; nobody is ever told."""

from __future__ import annotations

from bot.context import Context
from bot.effects import Effects, Reply
from bot.errors import UserError
from bot.i18n import _
from commands.rounds import gain_cards
from commands.rounds.feature import rounds
from storage.meeting import Meeting
from storage.meetings import Meetings
from storage.participation import Participations


async def _once_mine(ctx: Context, key: int) -> Meeting:
    """Return a meeting that whoever acts is in, or was."""
    meeting = await ctx.use(Meetings).get(key)
    if meeting is None:
        raise UserError(_("This meeting is no longer here."))
    if meeting.attendee(ctx.me.id) is None:
        raise UserError(_("This meeting is between others."))
    return meeting


@rounds.action("rather_not")
async def rather_not(ctx: Context, key: int) -> Effects:
    """Ask whom somebody would rather not meet again."""
    meeting = await _once_mine(ctx, key)
    return Reply(gain_cards.rather_not_card(meeting, [one.member for one in meeting.attendees if one.member.id != ctx.me.id]))


@rounds.action("exclude")
async def exclude(ctx: Context, key: str) -> Effects:
    """Never put these two together again; nobody is told."""
    number, _colon, who = key.partition(":")
    if not number.isdecimal() or not who.isdecimal():
        raise UserError(_("This meeting is no longer here."))
    meeting, other = await _once_mine(ctx, int(number)), int(who)
    if other == ctx.me.id or meeting.attendee(other) is None:
        raise UserError(_("This meeting is between others."))
    await ctx.use(Participations).exclude(ctx.me.id, other, ctx.now)
    return Reply(gain_cards.excluded_card(), edit=True)


@rounds.action("wishes")
async def wishes(ctx: Context, page: int = 0) -> Effects:
    """Show somebody their own wishes, a page of them; nobody else sees that list."""
    return Reply(gain_cards.wishes_card(await ctx.use(Participations).excluded_by(ctx.me.id), page))


@rounds.action("include")
async def include(ctx: Context, key: int) -> Effects:
    """Take a wish back: they may be put together again, unless the other wishes it not."""
    await ctx.use(Participations).include(ctx.me.id, key)
    return Reply(gain_cards.wishes_card(await ctx.use(Participations).excluded_by(ctx.me.id), 0), edit=True)
