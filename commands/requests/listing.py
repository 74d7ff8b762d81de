"""Lists: open requests, those one could answer first, and one's own."""

from __future__ import annotations

from typing import Annotated, Final

from bot.context import Context
from bot.effects import Effects, Reply
from bot.i18n import _, word
from bot.paging import page_of
from bot.signature import Option
from bot.ui import Card, Choice
from commands.requests.feature import requests
from commands.requests.list_cards import LONGEST, mine_card, open_card
from commands.requests.looking import fitting
from commands.requests.standing import helping, parts
from storage.asked import Helpers
from storage.request_lists import RequestLists

PAGE: Final = 5


@requests.command(word("requests"), _("See who needs a hand, and your own requests"), dialog=_("Open requests"))
async def listing(
    ctx: Context,
    which: Annotated[
        str,
        Option(
            _("Which ones?"),
            name=word("which"),
            choices=(Choice("open", _("Open")), Choice("mine", _("Mine"))),
        ),
    ] = "open",
    search: Annotated[str, Option(_("Only those with these words"), name=word("search"), max_length=LONGEST)] = "",
) -> Effects:
    """Show open requests, or one's own."""
    return Reply(await (_mine(ctx, 0) if which == "mine" else _open(ctx, 0, search)))


@requests.action("open")
async def open_page(ctx: Context, key: str) -> Effects:
    """Turn a page of the open requests."""
    page, _colon, words = key.partition(":")
    return Reply(await _open(ctx, parts(page)[0], words), edit=True)


@requests.action("mine")
async def own_page(ctx: Context, key: str) -> Effects:
    """Turn a page of one's own requests."""
    return Reply(await _mine(ctx, parts(key)[0]), edit=True)


async def _open(ctx: Context, page: int, words: str = "") -> Card:
    words = " ".join(words.split())[:LONGEST]
    found = await ctx.use(RequestLists).open_to(ctx.me, words)
    fit = await fitting(ctx, found)
    here = page_of(len(fit), page, PAGE)
    return open_card(here.of(fit), here, words)


async def _mine(ctx: Context, page: int) -> Card:
    helpers = ctx.use(Helpers)
    found = await ctx.use(RequestLists).mine(ctx.me)
    here = page_of(len(found), page, PAGE)
    return mine_card([(request, helping(request, await helpers.asked(request.id))) for request in here.of(found)], here)
