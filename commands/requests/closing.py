"""Closing: is it solved, who helped, a word of thanks; and what happens when whoever asked leaves."""

from __future__ import annotations

from dataclasses import replace

from bot.context import Context
from bot.effects import Direct, Effects, OpenForm, Outgoing, Post, Reply
from bot.errors import Invalid
from bot.i18n import _
from bot.model import Member
from bot.notices import Notice
from commands.requests import closing_cards, helper_cards
from commands.requests.feature import requests
from commands.requests.looking import show
from commands.requests.standing import on_card, own, settle
from storage.asked import Helpers, State
from storage.communities import Channels
from storage.outcomes import Outcomes, Subject, Value
from storage.request_lists import RequestLists
from storage.requests import HelpRequest, Requests, Status
from storage.thanks import AGAIN, Thanks


@requests.action("solved", opens=True)
async def solved(ctx: Context, key: str) -> Effects:
    """*It is solved*: ask who helped."""
    identifier, here = on_card(key)
    request = await own(ctx, identifier)
    if request.status is not Status.OPEN:
        return Reply(await show(ctx, request), edit=here)
    return OpenForm(closing_cards.solved_form(request, await _helpers(ctx, identifier), here=here))


@requests.action("unsolved")
async def unsolved(ctx: Context, key: int) -> Effects:
    """*Not yet*: it stays open, and is not asked again."""
    request = await own(ctx, key)
    card = closing_cards.not_yet(request) if request.status is Status.OPEN else await show(ctx, request)
    return Reply(card, edit=True)


@requests.submit("close")
async def close(  # noqa: PLR0913 - the fields of the form
    ctx: Context,
    key: str,
    helper: str,
    *,
    person: Member | None = None,
    gain: str = "",
    thanks: str = "",
    visibility: str = "private",
) -> Effects:
    """Close the request, keep what it brought, and thank who helped."""
    identifier, here = on_card(key)
    request = await own(ctx, identifier)
    if request.status is not Status.OPEN:
        return Reply(await show(ctx, request), edit=here)
    helped_by = await _who(ctx, identifier, helper, person)
    if thanks and helped_by is None:
        raise Invalid({"helper": _("Choose who your thanks are for.")})
    request = replace(request, status=Status.SOLVED, helper=helped_by)
    await ctx.use(Requests).end(request.id, request.status, ctx.now, helped_by)
    effects = await settle(ctx, request)
    public = False
    if helped_by is not None:
        effects += await _credit(ctx, request, helped_by, gain)
        effects.append(Direct(helped_by.id, helper_cards.helped(request, thanks), keep=True, notice=Notice.PASSED_ON))
        if thanks:
            public = visibility == "public" and bool(await ctx.use(Channels).channels("thanks"))
            again = await ctx.use(Thanks).given(ctx.me, helped_by, thanks, ctx.now - AGAIN)
            given = await ctx.use(Thanks).give(ctx.me, helped_by, thanks, ctx.now, public=public, request=request.id)
            if public and not again:
                effects.append(Post("thanks", helper_cards.public_thanks(request, helped_by, thanks), remember=f"thanks:{given}"))
    kept_private = bool(thanks) and visibility == "public" and not public
    return [*effects, Reply(closing_cards.solved(request, thanked=bool(thanks), kept_private=kept_private), edit=here)]


@requests.event("member_left")
async def left(ctx: Context) -> Effects:
    """Close what a member who left had asked; nobody is kept waiting for them."""
    if not ctx.me.left:
        return None
    effects: list[Outgoing] = []
    for request in await ctx.use(RequestLists).open_of(ctx.me):
        await ctx.use(Requests).end(request.id, Status.CLOSED, ctx.now)
        effects += await settle(ctx, replace(request, status=Status.CLOSED))
    return effects


async def _credit(ctx: Context, request: HelpRequest, helper: Member, gain: str) -> list[Outgoing]:
    """Keep the outcome, which whoever gained it confirms by saying so; tell whoever thought of the helper."""
    asked = await ctx.use(Helpers).asked(request.id)
    recommender = next((one.brought_by(ctx.me) for one in asked if one.helper.id == helper.id), None)
    await ctx.use(Outcomes).record(
        Subject.REQUEST,
        request.id,
        ctx.now,
        gainer=ctx.me,
        giver=helper,
        value=Value(gain) if gain else None,
        recommended_by=recommender,
        confirmed=True,
    )
    if recommender is None:
        return []
    return [Direct(recommender.id, helper_cards.recommended(request, helper), keep=True, notice=Notice.PASSED_ON)]


async def _helpers(ctx: Context, key: int) -> list[Member]:
    return [one.helper for one in await ctx.use(Helpers).asked(key) if one.state is State.ACCEPTED]


async def _who(ctx: Context, key: int, helper: str, person: Member | None) -> Member | None:
    """Return who helped, or None where it was nobody of the community.

    Raises:
        Invalid: another member was meant but not named, or cannot be.
    """
    if helper not in (closing_cards.OTHER, closing_cards.OUTSIDE):
        for known in await _helpers(ctx, key):
            if str(known.id) == helper:
                return known
        raise Invalid({"helper": _("Choose one of the list.")})
    if person is None:
        if helper == closing_cards.OTHER:
            raise Invalid({"person": _("Choose who it was.")})
        return None
    if person.id == ctx.me.id:
        raise Invalid({"person": _("That is yourself. Choose who helped, or that it was nobody here.")})
    if person.left:
        raise Invalid({"person": _("This person is no longer here.")})
    return person
