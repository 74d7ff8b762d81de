"""All prompts of a community, theme by theme: look at one, make it the next, retire it or bring it back, add one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.context import Context
from bot.effects import Effects, OpenForm, Reply
from bot.errors import UserError
from bot.i18n import _
from bot.paging import page_of
from commands.icebreakers import cards, list_cards
from commands.icebreakers.choosing import AHEAD
from commands.icebreakers.feature import THEMES, icebreakers
from commands.icebreakers.planning import Plan, checked, prepared
from storage.icebreakers import OWN, Icebreakers, Prompt

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.text import Text
    from bot.ui import Card


@icebreakers.action("list", animator=True)
async def listed(ctx: Context, key: str) -> Effects:
    """*All prompts*, and turning pages."""
    shelf, _colon, page = key.partition(":")
    return Reply(_page(await prepared(ctx), shelf, int(page) if page.isdecimal() else 0), edit=True)


@icebreakers.action("shelf", animator=True)
async def chosen(ctx: Context, values: list[str]) -> Effects:
    """Choose which prompts to see."""
    return Reply(_page(await prepared(ctx), values[0] if values else "", 0), edit=True)


def _page(plan: Plan, shelf: str, page: int) -> Card:
    shelf = shelf if shelf in list_cards.SHELVES else next(iter(THEMES))
    found = _of(plan, shelf)
    here = page_of(len(found), page, list_cards.PAGE)
    return list_cards.listing(shelf, here.of(found), here, len(found))


def _of(plan: Plan, shelf: str) -> Sequence[Prompt]:
    if shelf == list_cards.RETIRED:
        return [prompt for prompt in plan.prompts if prompt.key in plan.retired]
    if shelf == list_cards.MINE:
        return [prompt for prompt in plan.prompts if prompt.key.startswith(OWN)]
    return [prompt for prompt in plan.prompts if prompt.theme == shelf and prompt.key not in plan.retired]


@icebreakers.action("show", animator=True)
async def show(ctx: Context, key: str) -> Effects:
    """*Look at it*."""
    return Reply(_one(await prepared(ctx), key), edit=True)


def _one(plan: Plan, key: str, news: Text | None = None) -> Card:
    prompt = plan.get(key)
    standing = list_cards.Standing(
        prompt,
        plan.last.get(key),
        retired=key in plan.retired,
        coming=any(one.key == key for one in plan.ahead[:1]),
        chosen=prompt.theme in plan.settings.themes,
    )
    return list_cards.one(standing, news)


@icebreakers.action("first", animator=True)
async def first(ctx: Context, key: str) -> Effects:
    """*Make it the next*: before those chosen ahead."""
    plan = await prepared(ctx)
    prompt = plan.get(key)
    if all(one.key != key for one in plan.available):
        raise UserError(_("It is retired, or its theme is not among those chosen."))
    ahead = [key, *(one.key for one in plan.ahead if one.key != prompt.key)]
    await ctx.use(Icebreakers).plan(ahead[:AHEAD])
    return Reply(_one(await prepared(ctx), key, _("It is the next one.")), edit=True)


@icebreakers.action("retire", animator=True)
async def retire(ctx: Context, key: str) -> Effects:
    """*Retire*: it is asked no more; where it was asked, answers go on."""
    return await _retire(ctx, key, back=False)


@icebreakers.action("revive", animator=True)
async def revive(ctx: Context, key: str) -> Effects:
    """*Bring it back*."""
    return await _retire(ctx, key, back=True)


async def _retire(ctx: Context, key: str, *, back: bool) -> Effects:
    (await prepared(ctx)).get(key)
    await ctx.use(Icebreakers).retire(key, back=back)
    news = _("It may be asked again.") if back else _("Retired: it is not asked any more.")
    return Reply(_one(await prepared(ctx), key, news), edit=True)


@icebreakers.action("add", animator=True, opens=True)
async def add(ctx: Context) -> Effects:
    """*Add a prompt*: the form."""
    del ctx
    return OpenForm(cards.prompt_form(mine=True))


@icebreakers.submit("added", animator=True)
async def added(ctx: Context, words: str, theme: str) -> Effects:
    """Keep it among the prompts at once."""
    said = await checked(ctx, words, theme)
    number = await ctx.use(Icebreakers).add(theme, said, ctx.now)
    return Reply(_one(await prepared(ctx), f"{OWN}{number}", _("It is among the prompts now.")))
