"""The list of answered voices, for everyone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.context import Context, mention
from bot.effects import Effects, Reply
from bot.errors import UserError
from bot.i18n import _, plural
from bot.paging import Page, page_of
from bot.private import readable
from bot.text import Day, Text
from bot.ui import Button, Card, Fact, Item
from commands.voice import cards
from commands.voice.feature import KINDS, OUTCOMES, START, voice
from storage.voice import Audience, Shown, Voice
from storage.voices import Voices

if TYPE_CHECKING:
    from collections.abc import Sequence

PAGE: Final = 6


@voice.action("list")
async def show(ctx: Context, key: int) -> Effects:
    """Turn to a page."""
    stored = ctx.use(Voices)
    total = await stored.number_answered()
    page = page_of(total, key, PAGE)
    return Reply(answered(await stored.answered(page.size, page.start), page, total), edit=True)


@voice.action("read")
async def read(ctx: Context, key: int) -> Effects:
    """*Read it*: one of the list."""
    found = await ctx.use(Voices).get(key)
    if found is None or found.shown is not Shown.YES or not found.answered:
        raise UserError(_("This voice is not in the list any more."))
    return Reply(public(found), edit=True)


def answered(found: Sequence[Voice], page: Page, total: int) -> Card:
    """Return a page of the answered voices."""
    return Card(
        title=_("What was answered"),
        body=plural("{count} voice has its answer.", "{count} voices have their answer.", total)
        if total
        else _("None yet. Yours could be the first."),
        items=tuple(Item(_line(one), Button(_("Read it"), voice.id("read", one.id))) for one in found),
        controls=(
            *page.buttons(lambda number: voice.id("list", number)),
            Button(_("Say what you think"), START),
        ),
        note=page.note,
    )


def _line(found: Voice) -> Text:
    said = _("{kind}, {day}: {words}", kind=KINDS[found.kind], day=Day(found.day), words=cards.line(found))
    return said if found.outcome is None else _("{said} → {outcome}", said=said, outcome=OUTCOMES[found.outcome])


def public(found: Voice) -> Card:
    """Return an answered voice as everyone reads it: with a name only where it was signed to everyone."""
    signed = found.raiser is not None and found.audience is Audience.ALL
    return Card(
        title=KINDS[found.kind],
        body=(readable(found.words), *cards.thread(found)),
        facts=(Fact(_("Raised"), Text("{day}", {"day": Day(found.day)})), *cards.result(found)),
        controls=(Button(_("Back to the list"), voice.id("list", 0)), Button(_("Say what you think"), START)),
        note=_("From {name}.", name=mention(found.raiser)) if signed and found.raiser is not None else _("Without a name."),
    )
