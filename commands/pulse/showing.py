"""`animator pulse`: the figures with their picture, for a stretch; what they mean, one click away."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from bot.context import Context
from bot.effects import Effects, Reply
from bot.errors import UserError
from bot.i18n import _, today, word
from bot.signature import Option
from bot.ui import Choice
from commands.pulse.cards import meaning_card, pulse_card
from commands.pulse.feature import DIGEST, pulse
from commands.pulse.figures import shown
from commands.pulse.looking import look
from commands.pulse.periods import TITLES, USUAL, Span
from commands.pulse.picture import drawing
from storage.schedules import Schedules


@pulse.command(word("animator pulse"), _("How the community is doing, in figures and a picture"), animator=True)
async def show_pulse(
    ctx: Context,
    period: Annotated[
        str,
        Option(
            _("How far back?"),
            name=word("period"),
            choices=tuple(Choice(name, words) for name, words in TITLES.items()),
        ),
    ] = "",
    since: Annotated[dt.date | None, Option(_("From this date on, instead of a period"), name=word("since"))] = None,
    until: Annotated[dt.date | None, Option(_("Until this date; today if you leave it out"), name=word("until"))] = None,
) -> Effects:
    """Show the pulse."""
    now = today(ctx.now, ctx.community.zone)
    if since is None and until is not None:
        raise UserError(_("From which date on? Give both, or a period."))
    span = Span.of(period or USUAL, now) if since is None else Span(since, until or now)
    if not span.sensible:
        raise UserError(_("The first date has to come before the last, at most five years earlier."))
    return await shown_pulse(ctx, span)


@pulse.action("show", animator=True)
async def show(ctx: Context, key: str) -> Effects:
    """Show the pulse of another stretch, in the place of what was there."""
    return await shown_pulse(ctx, Span.of(key, today(ctx.now, ctx.community.zone)), edit=True)


@pulse.action("meaning", animator=True)
async def meaning(ctx: Context, key: str) -> Effects:
    """*What these mean*."""
    return Reply(meaning_card(Span.of(key, today(ctx.now, ctx.community.zone)).key), edit=True)


async def shown_pulse(ctx: Context, span: Span, *, edit: bool = False) -> Reply:
    """Return the pulse of a stretch; its picture is drawn once the figures are read."""
    seen = await look(ctx.use, ctx.community.zone, span, today(ctx.now, ctx.community.zone))
    digest = bool(await ctx.use(Schedules).next_dates(DIGEST, ctx.now, 1))
    card = pulse_card(span.title, span.key, span.first, span.last, shown(seen), digest=digest)
    return Reply(card, edit=edit, drawing=drawing(seen, ctx.community.name, ctx.locale))
