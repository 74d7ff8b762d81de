"""Putting the question to helpers, posting it for everyone, telling the animators: whoever decides so."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.effects import Direct, OwnTime, Post, Remove, Update
from bot.notices import Notice
from commands.requests import animator_cards, helper_cards
from commands.requests.standing import (
    animator_name,
    asked_name,
    further_name,
    helping,
    post_name,
    suggestion_name,
)
from commands.requests.waiting import wait
from storage.asked import Helpers
from storage.people import Members
from storage.requests import Requests, Step

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.context import JobContext
    from bot.effects import Outgoing
    from bot.model import Member
    from bot.skills.ranking import Match
    from storage.requests import HelpRequest


async def put_question(
    ctx: JobContext, request: HelpRequest, matches: Sequence[Match], *, named: bool = False
) -> tuple[list[Outgoing], list[Member]]:
    """Ask helpers who were not asked about it yet, each in their own time; return their messages and who is asked.

    `named`: by whoever asks, who thought of them.
    """
    helpers = ctx.use(Helpers)
    effects: list[Outgoing] = []
    reached: list[Member] = []
    for match in matches:
        thought_of = request.asker if named else None
        if await helpers.ask(request.id, match.member, ctx.now, thought_of):
            card = helper_cards.question(request, match.mine, thought_of)
            kind = Notice.NAMED if named else Notice.HELP
            name = asked_name(request, match.member)
            effects.append(Direct(match.member.id, card, remember=name, keep=True, when=OwnTime(), notice=kind))
            reached.append(match.member)
    if reached:
        await wait(ctx, request)
    return effects, reached


async def post_to_everyone(ctx: JobContext, request: HelpRequest) -> tuple[list[Outgoing], HelpRequest]:
    """Post the request in the help channel of every workspace; an earlier post of it goes away."""
    await ctx.use(Requests).posted(request.id, ctx.now)
    request = replace(request, posted=True)
    await wait(ctx, request)
    card = helper_cards.post(request, helping(request, await ctx.use(Helpers).asked(request.id)))
    name = post_name(request)
    return [Remove(name), Post("help", card, remember=name), Remove(suggestion_name(request), waiting=True)], request


async def tell_animators(ctx: JobContext, request: HelpRequest, when: OwnTime | None = None) -> tuple[list[Outgoing], HelpRequest]:
    """Tell the animators, but for whoever asked, of a request that nobody answered; no messages where there is nobody to tell."""
    animators = [one for one in await ctx.use(Members).animators() if one.id != request.asker.id]
    if not animators:
        return [], request
    await ctx.use(Requests).happened(request.id, Step.ANIMATOR, ctx.now)
    request = replace(request, steps=(*request.steps, Step.ANIMATOR))
    asked = await ctx.use(Helpers).asked(request.id)
    card = animator_cards.unanswered(request, sum(1 for one in asked if one.concerned(request.created_at)))
    name = animator_name(request)
    return [Direct(one.id, card, remember=name, keep=True, when=when, notice=Notice.UNANSWERED) for one in animators], request


def nothing_left_to_do(request: HelpRequest) -> list[Outgoing]:
    """Return what is taken back, or changes, once somebody can help: suggestions and notices that have not been seen yet."""
    updates: list[Outgoing] = [Remove(name(request), waiting=True) for name in (suggestion_name, further_name, animator_name)]
    if Step.ANIMATOR in request.steps:
        updates.append(Update(animator_name(request), animator_cards.helped(request)))
    return updates
