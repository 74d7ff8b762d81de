"""`animator attention`: the list, its pages, and one person of it; a button finds them as they stand now."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bot.context import Context
from bot.effects import Effects, Reply
from bot.errors import UserError
from bot.i18n import _, word
from bot.model import Member
from bot.paging import page_of
from commands.attention import cards
from commands.attention.feature import attention
from storage.attention import Attention
from storage.concerns import Concerns, Matter
from storage.profiles import Profile, Profiles

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from bot.text import Content
    from bot.ui import Card


@attention.command(
    word("animator attention"), _("Who needs you today, why, and what you can do"), animator=True, dialog=_("For your attention")
)
async def show(ctx: Context) -> Effects:
    """Show the first page."""
    return Reply(list_page(ctx, await matters(ctx)))


@attention.action("list", animator=True)
async def turn(ctx: Context, key: int) -> Effects:
    """Turn to a page, or go back to it."""
    return Reply(list_page(ctx, await matters(ctx), key), edit=True)


@attention.action("look", animator=True)
async def look(ctx: Context, key: str) -> Effects:
    """*Look at it*: one of the list."""
    which, _colon, page = key.partition(":")
    number = int(page) if page.isdecimal() else 0
    found = await matters(ctx)
    if which.startswith("v"):
        matter = one_of(found, which)
        if matter is None:
            news = cards.settled_news(None, await quicker(ctx, which), mine=False)
            return Reply(list_page(ctx, found, number, news), edit=True)
        return Reply(cards.nameless_card(matter.first, local(ctx), number), edit=True)
    return Reply(await person_page(ctx, found, numbered(which), page=number), edit=True)


@attention.action("person", animator=True)
async def person(ctx: Context, key: int) -> Effects:
    """Show a member with what can be done for them, from another list."""
    return Reply(await person_page(ctx, await matters(ctx), key))


async def matters(ctx: Context) -> Sequence[Matter]:
    """Return the list as it stands: it is read once for each answer, which goes on with what it does not show any more."""
    return await ctx.use(Concerns).matters(ctx.me, ctx.now)


def one_of(found: Sequence[Matter], key: str) -> Matter | None:
    """Return one of the list, None where nothing waits any more."""
    return next((one for one in found if one.key == key), None)


def local(ctx: Context) -> dt.datetime:
    """Return now by the community's clock: *yesterday* is its yesterday."""
    return ctx.now.astimezone(ZoneInfo(ctx.community.zone))


def list_page(ctx: Context, found: Sequence[Matter], number: int = 0, news: Content = "", undo: str = "") -> Card:
    """Return a page of the list."""
    page = page_of(len(found), number, cards.PAGE)
    return cards.list_card(page.of(found), len(found), page.number, local(ctx), news=news, undo=undo)


async def person_page(ctx: Context, found: Sequence[Matter], member: int, news: Content = "", page: int = 0) -> Card:
    """Return the card of a member, whether they are in the list or not.

    Raises:
        UserError: they are gone.
    """
    profile = await here(ctx, member)
    matter = one_of(found, f"m{member}")
    concerns = () if matter is None else matter.concerns
    if matter is None and not news and (by := await quicker(ctx, f"m{member}")) is not None:
        news = cards.settled_news(profile.member, by, mine=False)
    return cards.person_card(profile, concerns, await ctx.use(Attention).deeds(member), local(ctx), page=page, news=news)


async def here(ctx: Context, member: int) -> Profile:
    """Return the profile of somebody who is here.

    Raises:
        UserError: they are gone.
    """
    profile = await ctx.use(Profiles).get(member)
    if profile is None or profile.member.left:
        raise UserError(_("This member is no longer in the community."))
    return profile


async def quicker(ctx: Context, key: str) -> Member | None:
    """Return the other animator who settled something of it last, or None."""
    number = numbered(key)
    last = await ctx.use(Attention).newest(**({"voice": number} if key.startswith("v") else {"member": number}))
    return last.by if last is not None and last.by is not None and last.by.id != ctx.me.id else None


def numbered(key: str) -> int:
    """Return the id in a key.

    Raises:
        UserError: it is none of ours.
    """
    if key[:1] not in ("m", "v") or not key[1:].isdecimal():
        raise UserError(_("This button belongs to something that is no longer here. The menu has what you can do now."))
    return int(key[1:])
