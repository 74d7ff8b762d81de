"""`animator members`: everybody, to search and to narrow, with the same that can be done for each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from bot.context import Context
from bot.effects import Effects, OpenForm, Reply
from bot.i18n import _, word
from bot.paging import page_of
from bot.signature import Option
from commands.attention import roll_cards
from commands.attention.feature import SEARCH, attention
from commands.attention.listing import local
from storage.roll import Roll, Which

if TYPE_CHECKING:
    from bot.ui import Card


@attention.command(word("animator members"), _("Look up members: who is new, who received nothing, who left"), animator=True)
async def show(
    ctx: Context,
    search: Annotated[str, Option(_("A part of a name"), name=word("search"), max_length=SEARCH)] = "",
) -> Effects:
    """Show the first page."""
    return Reply(await _page(ctx, Which.ALL, search))


@attention.action("members", animator=True)
async def turn(ctx: Context, key: str) -> Effects:
    """Show others, or another page; the key is which, the page and what was searched."""
    which, _colon, rest = key.partition(":")
    number, _colon, search = rest.partition(":")
    chosen = Which(which) if which in set(Which) else Which.ALL
    return Reply(await _page(ctx, chosen, search, int(number) if number.isdecimal() else 0), edit=True)


@attention.action("find", animator=True, opens=True)
async def find(ctx: Context, key: str) -> Effects:
    """*Search*: ask for a part of a name."""
    del ctx
    return OpenForm(roll_cards.search_form(Which(key) if key in set(Which) else Which.ALL))


@attention.submit("found", animator=True)
async def found(ctx: Context, key: str, words: str = "") -> Effects:
    """Show who was searched."""
    return Reply(await _page(ctx, Which(key) if key in set(Which) else Which.ALL, words or ""), edit=True)


async def _page(ctx: Context, which: Which, search: str, number: int = 0) -> Card:
    words = " ".join(search.split())[:SEARCH]
    roll = ctx.use(Roll)
    total = await roll.number(which, words, ctx.now)
    page = page_of(total, number, roll_cards.PAGE)
    entries = await roll.page(which, words, ctx.now, offset=page.start, limit=roll_cards.PAGE)
    return roll_cards.roll_card(entries, which, words, total, page.number, now=local(ctx))
