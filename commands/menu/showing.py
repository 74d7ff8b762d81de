"""Showing the menu: on command, page by page, and whenever somebody writes to the bot."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from bot.context import Context
from bot.effects import Effects, Reply
from bot.i18n import _, word
from bot.signature import Option
from commands.menu.cards import animator_card, closest, menu_card
from commands.menu.home import nothing_set_up
from storage.profiles import Profiles

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.feature import Command, Feature
    from bot.ui import Card


def add_menu(feature: Feature, everybody: Sequence[Command], animators: Sequence[Command]) -> None:
    """Give a feature the menu over commands, those of animators apart."""

    async def shown(ctx: Context, page: int = 0, words: str = "") -> Card:
        return menu_card(
            everybody,
            page,
            animators=animators if ctx.me.animator else (),
            not_understood=words,
            meant=closest(words, everybody),
            unset=ctx.me.animator and await nothing_set_up(ctx),
            told=await _introduced(ctx),
        )

    @feature.command(word("confrere"), _("Everything you can do here"), shortcut=_("Open the menu"))
    async def confrere(
        ctx: Context,
        words: Annotated[str, Option(_("What are you looking for?"), name=word("words"), max_length=150)] = "",
    ) -> Effects:
        return Reply(await shown(ctx, words=words))

    @feature.action("page")
    async def turn(ctx: Context, key: int) -> Effects:
        return Reply(await shown(ctx, key), edit=True)

    @feature.action("animator", animator=True)
    async def for_animators(ctx: Context, key: str = "") -> Effects:
        page = int(key) if key.isdecimal() else 0
        return Reply(animator_card(animators, page, unset=await nothing_set_up(ctx)), edit=bool(key))

    @feature.event("direct_message")
    async def written_to(ctx: Context) -> Effects:
        return Reply(await shown(ctx)) if ctx.me.id else None


async def _introduced(ctx: Context) -> bool:
    profile = await ctx.use(Profiles).get(ctx.me.id)
    return profile is not None and profile.introduced_at is not None
