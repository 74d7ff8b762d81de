"""Answering an opportunity: *I'm interested*, *Recommend someone*, *Report*."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from bot.context import Context, mention
from bot.effects import Connect, Direct, Effect, Effects, OpenForm, Outgoing, Remove, Reply, Update
from bot.errors import Invalid, UserError
from bot.i18n import _, word
from bot.model import Member
from bot.notices import Notice
from bot.ui import shorten
from commands.opportunities import cards, review_cards
from commands.opportunities.feature import opportunities, post_name, reports_name
from commands.opportunities.publishing import told, ways
from commands.opportunities.standing import known, posted, view
from storage.opportunity import Opportunity
from storage.opportunity_responses import Response, Responses, State
from storage.people import Members
from storage.profiles import Profiles

NAMED: Final = 3
"""People that one member may recommend for one opportunity."""


@opportunities.action("show")
async def show(ctx: Context, key: int) -> Effects:
    """Show an opportunity: how it stands, and what can be done with it."""
    return Reply(await view(ctx, await known(ctx, key)))


@opportunities.action("interested", opens=True)
async def interested(ctx: Context, key: int) -> Effects:
    """*I'm interested*: ask for a pitch."""
    found = await known(ctx, key)
    _not_oneself(ctx, found)
    if not found.live:
        return Reply(cards.ended(found))
    mine = await _mine(ctx, found)
    return Reply(cards.sent(found, again=True)) if mine and mine.state is State.INTERESTED else OpenForm(cards.pitch_form(found))


@opportunities.submit("pitch")
async def pitch(ctx: Context, key: int, pitch: str) -> Effects:
    """Bring the two together: the pitch and the profile to whoever posted it, and a conversation to both."""
    found = await known(ctx, key)
    _not_oneself(ctx, found)
    if not found.live:
        return Reply(cards.ended(found))
    mine = await _mine(ctx, found)
    if not await ctx.use(Responses).respond(found.id, ctx.me, pitch, ctx.now):
        return Reply(cards.sent(found, again=True))
    profile = await ctx.use(Profiles).get(ctx.me.id)
    recommender = mine.recommended_by if mine is not None else None
    title = f"{shorten(found.poster.name, 40)} & {shorten(ctx.me.name, 40)}"
    name = f"opportunity:{found.id}:with:{ctx.me.id}"
    return [
        Direct(found.poster.id, cards.pitched(found, ctx.me, profile, pitch, recommender), keep=True, notice=Notice.POSTED),
        Connect((found.poster.id, ctx.me.id), title, cards.connection(found, ctx.me, pitch), remember=name),
        Update(post_name(found), await posted(ctx, found)),
        Reply(cards.sent(found)),
    ]


@opportunities.action("recommend", opens=True)
async def recommend(ctx: Context, key: int) -> Effects:
    """*Recommend someone*: ask whom."""
    found = await known(ctx, key)
    return OpenForm(cards.recommend_form(found)) if found.live else Reply(cards.ended(found))


@opportunities.submit("recommended")
async def recommended(ctx: Context, key: int, person: Member, words: str = "") -> Effects:
    """Tell the person who thought of them and why, within what they want to hear; credit whoever did."""
    found = await known(ctx, key)
    if not found.live:
        return Reply(cards.ended(found))
    repository = ctx.use(Responses)
    reached = await repository.to(found.id)
    _check(ctx, found, person, reached)
    before = next((one for one in reached if one.member.id == person.id), None)
    if before is not None:
        return await _once_more(ctx, found, before, words or "")
    way = (await ways(ctx, [person.id])).get(person.id, State.UNTOLD)
    await repository.reach(found.id, {person.id: way}, ctx.now, ctx.me, words or "")
    message = told(found, person.id, cards.told(found, (), ctx.me, words or ""))
    # What they prefer to hear is nobody else's business: the answer is the same whether, when and how they hear of it.
    return [*((message,) if way is not State.UNTOLD else ()), Reply(cards.recommended(person))]


async def _once_more(ctx: Context, found: Opportunity, before: Response, words: str) -> list[Effect]:
    """Return the answer about somebody whom it reached before; whoever is the first to think of them is credited.

    Where it waits for their digest, the digest says who thought of them.
    """
    if before.recommended_by is not None and before.recommended_by.id == ctx.me.id:
        return [Reply(cards.recommended(before.member))]
    if before.state is State.INTERESTED:
        return [Reply(cards.known_already(before.member))]
    if not await ctx.use(Responses).credit(found.id, before.member, ctx.me, words):
        return [Reply(cards.thought_of(before.member))]
    if before.state is State.TOLD:
        return [Reply(cards.known_already(before.member, credited=True))]
    effects: list[Effect] = [Reply(cards.recommended(before.member))]
    if before.state is State.WAITING:
        effects.append(told(found, before.member.id, cards.told(found, (), ctx.me, words)))
    return effects


def _check(ctx: Context, found: Opportunity, person: Member, reached: Sequence[Response]) -> None:
    """Refuse a person who cannot be recommended.

    Raises:
        Invalid: at the field, saying why.
    """
    named = sum(1 for one in reached if one.recommended_by is not None and one.recommended_by.id == ctx.me.id)
    if person.id == ctx.me.id:
        reason = _("That is yourself. Press “{button}” instead.", button=_("I’m interested"))
    elif person.id == found.poster.id:
        reason = _("{name} is who posted it. Choose somebody else.", name=mention(person))
    elif person.left:
        reason = _("{name} is no longer here. Choose somebody else.", name=mention(person))
    elif named >= NAMED:
        reason = _("You recommended {count} people already. Thank you, that is plenty.", count=named)
    else:
        return
    raise Invalid({"person": reason})


@opportunities.action("report", opens=True)
async def report(ctx: Context, key: int) -> Effects:
    """*Report*: ask what is wrong."""
    found = await known(ctx, key)
    _not_oneself(ctx, found)
    if not found.live:
        return Reply(cards.ended(found))
    await _judges(ctx, found)
    return OpenForm(cards.report_form(found))


@opportunities.submit("reported")
async def reported(ctx: Context, key: int, reason: str) -> Effects:
    """Show it to the animators, without saying who found it."""
    found = await known(ctx, key)
    _not_oneself(ctx, found)
    if not found.live:
        return Reply(cards.ended(found))
    animators, repository = await _judges(ctx, found), ctx.use(Responses)
    if await repository.report(found.id, ctx.me, reason, ctx.now) is None:
        return Reply(cards.reported())
    card, name = review_cards.reported(found, await repository.unsettled(found.id)), reports_name(found)
    effects: list[Outgoing] = [
        Remove(name),
        *(Direct(one.id, card, remember=name, keep=True, notice=Notice.REVIEW) for one in animators),
    ]
    return [*effects, Reply(cards.reported())]


async def _judges(ctx: Context, found: Opportunity) -> Sequence[Member]:
    """Return the animators who may judge an opportunity: all but whoever posted it.

    Raises:
        UserError: there is none.
    """
    animators = [one for one in await ctx.use(Members).animators() if one.id != found.poster.id]
    if not animators:
        raise UserError(
            _("Nobody but {name} runs this community, so a report would reach nobody else.", name=mention(found.poster))
        )
    return animators


async def _mine(ctx: Context, found: Opportunity) -> Response | None:
    return next((one for one in await ctx.use(Responses).to(found.id) if one.member.id == ctx.me.id), None)


def _not_oneself(ctx: Context, found: Opportunity) -> None:
    if found.poster.id == ctx.me.id:
        raise UserError(
            _("This is your own opportunity. What you can do with it is under “{command}”.", command=word("opportunity mine"))
        )
