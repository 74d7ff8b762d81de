"""Lists: what is open, by words, kind and place, newest or best match first; and one's own."""

from __future__ import annotations

from typing import Annotated, Final

from bot.context import Context
from bot.effects import Effects, OpenForm, Reply
from bot.i18n import _, word
from bot.paging import page_of
from bot.signature import Option
from bot.ui import Card, Choice
from commands.opportunities import matching
from commands.opportunities.feature import opportunities
from commands.opportunities.list_cards import BEST, NEWEST, WORDS, Search, filter_form, mine_card, open_card, parse
from commands.opportunities.wording import KINDS, PLACES
from storage.opportunities import Opportunities
from storage.opportunity import Kind, Place
from storage.opportunity_lists import OpportunityLists, Sought
from storage.opportunity_responses import Responses

PAGE: Final = 5


@opportunities.command(word("opportunity list"), _("See the business that peers share"), dialog=_("Open opportunities"))
async def listing(
    ctx: Context,
    words: Annotated[str, Option(_("Words to look for"), name=word("words"), max_length=WORDS)] = "",
    kind: Annotated[
        str, Option(_("Which kind?"), name=word("kind"), choices=tuple(Choice(one.value, text) for one, text in KINDS.items()))
    ] = "",
    place: Annotated[
        str, Option(_("Where?"), name=word("place"), choices=tuple(Choice(one.value, text) for one, text in PLACES.items()))
    ] = "",
    order: Annotated[
        str,
        Option(
            _("What comes first?"),
            name=word("order"),
            choices=(Choice(NEWEST, _("Newest first")), Choice(BEST, _("Best for me first"))),
        ),
    ] = NEWEST,
) -> Effects:
    """Show what is open."""
    return Reply(await _open(ctx, _search(words, kind, place, order), 0))


@opportunities.action("page")
async def page(ctx: Context, key: str) -> Effects:
    """Turn a page, or change the order."""
    search, wanted = parse(key)
    return Reply(await _open(ctx, search, wanted), edit=True)


@opportunities.action("filter", opens=True)
async def filter_by(ctx: Context, key: str) -> Effects:
    """Ask what to look for."""
    del ctx
    return OpenForm(filter_form(parse(key)[0]))


@opportunities.submit("filtered")
async def filtered(ctx: Context, words: str = "", kind: str = "", place: str = "", order: str = NEWEST) -> Effects:
    """Show what fits."""
    return Reply(await _open(ctx, _search(words, kind, place, order), 0))


@opportunities.command(
    word("opportunity mine"),
    _("Your drafts and what you have posted"),
    dialog=_("My own opportunities"),
    also=("opportunité miennes",),
)
async def mine(ctx: Context) -> Effects:
    """Show one's own."""
    return Reply(await _mine(ctx, 0))


@opportunities.action("mine")
async def mine_page(ctx: Context, key: int) -> Effects:
    """Turn a page of one's own."""
    return Reply(await _mine(ctx, key), edit=True)


def _search(words: str, kind: str, place: str, order: str) -> Search:
    return Search(
        " ".join((words or "").split()),
        Kind(kind) if kind in set(Kind) else None,
        Place(place) if place in set(Place) else None,
        order == BEST,
    )


async def _open(ctx: Context, search: Search, wanted: int) -> Card:
    lists, sought = ctx.use(OpportunityLists), Sought(search.sought, search.kind, search.place)
    total = await lists.number(sought)
    page = page_of(total, wanted, PAGE)
    first = await matching.best_for(ctx, sought) if search.best else ()
    fitting = await lists.several(page.of(first))
    shown = [fitting[one] for one in page.of(first) if one in fitting]
    shown += await lists.page(sought, PAGE - len(shown), max(0, page.start - len(first)), first)
    return open_card(shown, search, page, total)


async def _mine(ctx: Context, wanted: int) -> Card:
    found = await ctx.use(Opportunities).mine(ctx.me)
    page = page_of(len(found), wanted, PAGE)
    shown = page.of(found)
    begun = await ctx.unit.forms.load(ctx.me.id, opportunities.id("form"))
    typed = begun is not None and any(str(value or "").strip() for value in begun.values.values())
    half_written = str(begun.values.get("title") or "") if begun is not None and typed else None
    return mine_card(shown, await ctx.use(Responses).interested([one.id for one in shown]), page, half_written)
