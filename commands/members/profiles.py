"""Profiles: one's own and those of others, who has time, and finding members."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Annotated, Final

from bot.context import Context, JobContext
from bot.effects import Effects, OpenForm, Outgoing, Reply
from bot.errors import UserError
from bot.i18n import _, fold, today, word
from bot.model import Member
from bot.paging import page_of
from bot.signature import Option
from bot.skills.words import things
from bot.ui import CHOICE, CHOICES, Card, Choice, shorten
from commands.members import cards, forms
from commands.members.feature import profiles
from commands.members.publication import publish
from storage.profiles import Availability, Profile, Profiles

LAST_ZONE: Final = "Etc/GMT+12"
"""Where a day ends last."""


@profiles.command(word("profile"), _("See your profile, or a member’s"), member_menu=_("Profile"), dialog=_("My profile"))
async def profile(
    ctx: Context,
    member: Annotated[Member | None, Option(_("Whose profile? Yours if left empty"), name=word("member"))] = None,
) -> Effects:
    """Show a profile."""
    return Reply(await _shown(ctx, member.id if member is not None else ctx.me.id))


@profiles.action("show")
async def show(ctx: Context, key: int) -> Effects:
    """Show somebody's profile, from a list."""
    return Reply(await _shown(ctx, key))


async def _shown(ctx: Context, member: int) -> Card:
    found = await ctx.use(Profiles).get(member)
    if found is None:
        raise UserError(_("This member is no longer in the community."))
    if found.member.left:
        raise UserError(_("{name} has left the community.", name=found.member.name))
    availability = found.availability.on(today(ctx.now, ctx.zone))
    if found.member.id == ctx.me.id:
        return cards.own_profile(found, availability=availability)
    return cards.profile_of_other(found, availability=availability)


# ---------------------------------------------------------------- available


@profiles.command(
    word("available"),
    _("Say whether you have time, until when and for what"),
    dialog=_("My availability"),
    opens=True,
)
async def available(ctx: Context) -> Effects:
    """Open the availability form."""
    mine = await ctx.use(Profiles).get(ctx.me.id) or Profile(ctx.me)
    return OpenForm(forms.availability_form(mine.availability.on(today(ctx.now, ctx.zone))))


@profiles.submit("availability")
async def make_available(ctx: Context, state: str, until: dt.date | None = None, note: str = "") -> Effects:
    """Keep what was said, and bring the card up to date."""
    said = forms.availability(state, until, note or "", today(ctx.now, ctx.zone))
    repository = ctx.use(Profiles)
    before = await repository.get(ctx.me.id)
    await repository.make_available(ctx.me.id, said)
    mine = await repository.get(ctx.me.id)
    outgoing = await publish(ctx, mine) if mine is not None and before is not None and before.availability != said else ()
    return [Reply(cards.available(said)), *outgoing]


@profiles.schedule("lapse", every=dt.timedelta(hours=1))
async def lapse(ctx: JobContext) -> Effects:
    """Take what no longer holds off the cards, once its last day is over for everybody on earth."""
    repository = ctx.use(Profiles)
    outgoing: list[Outgoing] = []
    for found in await repository.lapsed(today(ctx.now, LAST_ZONE)):
        await repository.make_available(found.member.id, Availability())
        outgoing += await publish(ctx, replace(found, availability=Availability())) if found.published else ()
    return outgoing


# ---------------------------------------------------------------- members


@profiles.command(word("members"), _("Find members by name, trade or skill"), shortcut=_("Find members"))
async def members(
    ctx: Context,
    search: Annotated[
        str,
        Option(_("A name, a trade, a skill"), name=word("search"), max_length=forms.SEARCH, suggest="profile:words"),
    ] = "",
) -> Effects:
    """Show the first page of the members found."""
    return Reply(await _page(ctx, search, 0))


@profiles.action("page")
async def turn(ctx: Context, key: str) -> Effects:
    """Show another page in place of this one; the key is its number and what was searched."""
    number, _colon, search = key.partition(":")
    return Reply(await _page(ctx, search, int(number) if number.isdecimal() else 0), edit=True)


@profiles.action("find", opens=True)
async def find(ctx: Context) -> Effects:
    """Ask what to look for."""
    del ctx
    return OpenForm(forms.search_form())


@profiles.submit("search")
async def search_again(ctx: Context, words: str = "") -> Effects:
    """Show what was looked for."""
    return Reply(await _page(ctx, words or "", 0))


@profiles.suggest("words")
async def suggest_words(ctx: Context, words: str = "") -> list[Choice]:
    """Complete a search with names and with what members offer."""
    found = (await ctx.use(Profiles).search(words or "", limit=CHOICES)).profiles
    wanted = fold((words or "").strip())
    names = [one.member.name for one in found if wanted in fold(one.member.name)]
    offers = [thing for one in found for thing in things(one.introduction.offers) if wanted and wanted in fold(thing)]
    unique = {fold(label): label for label in reversed((*names, *offers)) if label.strip()}
    labels = [label for label in (*names, *offers) if unique.pop(fold(label), None) is not None]
    return [Choice(label[: forms.SEARCH].strip(), shorten(label, CHOICE)) for label in labels[:CHOICES]]


async def _page(ctx: Context, search: str, number: int) -> Card:
    words = " ".join(search.split())[: forms.SEARCH]
    found = await ctx.use(Profiles).search(words, offset=number * cards.PAGE, limit=cards.PAGE)
    if not found.profiles and found.total:
        number = page_of(found.total, number, cards.PAGE).number
        found = await ctx.use(Profiles).search(words, offset=number * cards.PAGE, limit=cards.PAGE)
    return cards.directory(found.profiles, found.total, number, words)
