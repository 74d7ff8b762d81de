"""Lists: open requests, those one could answer first, and one's own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Final, TypeVar

from bot.context import Context
from bot.effects import Effects, Reply
from bot.i18n import _, word
from bot.signature import Option
from bot.skills.overlap import Rarity, terms
from bot.ui import Card, Choice
from commands.requests.feature import requests
from commands.requests.list_cards import mine_card, open_card
from commands.requests.standing import helping, parts
from storage.profiles import Profiles
from storage.requests import Requests

PAGE: Final = 5

T = TypeVar("T")


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
) -> Effects:
    """Show open requests, or one's own."""
    return Reply(await (_mine(ctx, 0) if which == "mine" else _open(ctx, 0)))


@requests.action("open")
async def open_page(ctx: Context, key: str) -> Effects:
    """Turn a page of the open requests."""
    return Reply(await _open(ctx, parts(key)[0]), edit=True)


@requests.action("mine")
async def own_page(ctx: Context, key: str) -> Effects:
    """Turn a page of one's own requests."""
    return Reply(await _mine(ctx, parts(key)[0]), edit=True)


async def _open(ctx: Context, page: int) -> Card:
    found = await ctx.use(Requests).open_to(ctx.me)
    profile = await ctx.use(Profiles).get(ctx.me.id)
    mine = terms(f"{profile.introduction.does} {profile.introduction.offers}") if profile is not None else frozenset[str]()
    rarity = Rarity(request.need for request in found)
    scored = [(rarity.shared(terms(request.need), mine), request) for request in found]
    scored.sort(key=lambda pair: -pair[0])
    shown, page, pages = _cut(scored, page)
    return open_card([(request, score > 0) for score, request in shown], page, pages)


async def _mine(ctx: Context, page: int) -> Card:
    repository = ctx.use(Requests)
    shown, page, pages = _cut(await repository.mine(ctx.me), page)
    return mine_card([(request, helping(await repository.asked(request.id))) for request in shown], page, pages)


def _cut(found: Sequence[T], page: int) -> tuple[Sequence[T], int, int]:
    """Return one page, its number, and how many there are; a page beyond the end is the last one."""
    pages = max(1, -(-len(found) // PAGE))
    page = min(page, pages - 1)
    return found[page * PAGE : (page + 1) * PAGE], page, pages
