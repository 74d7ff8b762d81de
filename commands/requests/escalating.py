"""What happens by itself to a request that nobody answers, one step at a time, each once.

After 24 hours of work the next two are asked, then everyone, then the animators. A private need becomes public only where whoever
asked chose so; else posting it is suggested to them, and takes one click. Of a need that nobody was asked about, nobody hears.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

import structlog

from bot.context import JobContext
from bot.effects import Direct, Effects, Outgoing, OwnTime
from bot.notices import Notice
from commands.requests import news_cards
from commands.requests.feature import requests
from commands.requests.looking import rank
from commands.requests.questions import post_to_everyone, put_question, tell_animators
from commands.requests.standing import further_name, known, suggestion_name
from commands.requests.waiting import wait
from storage.asked import Asked, Helpers
from storage.attempts import Attempts
from storage.communities import Channels
from storage.request_lists import RequestLists
from storage.requests import Further, HelpRequest, Requests, Step

if TYPE_CHECKING:
    from collections.abc import Sequence

logger = structlog.get_logger(__name__)

EVERY: Final = dt.timedelta(minutes=5)
AT_ONCE: Final = 20
"""Requests of one look: finding who else can help takes some 30 ms for each, in one transaction."""

NEXT: Final = 2
"""How many more are asked."""

LOOK_AGAIN: Final = dt.timedelta(days=1)
"""When it is looked again whether there is a channel to suggest, where there is nothing else to do; and at what failed."""


@requests.schedule("escalate", every=EVERY)
async def escalate(ctx: JobContext) -> Effects:
    """Take the next step of requests that waited long enough for an answer. Members are written to in their hours.

    A few at a time, since each takes a while. One that fails is left for later, and holds up no other.
    """
    effects: list[Outgoing] = []
    for request in await ctx.use(RequestLists).due(ctx.now, AT_ONCE):
        try:
            async with ctx.use(Attempts).one():
                effects += await _step(ctx, request)
        except Exception as error:
            logger.exception("request_step_failed", request=request.id, exc_info=error)
            await ctx.use(Requests).next_step(request.id, ctx.now + LOOK_AGAIN)
    return effects


async def _step(ctx: JobContext, request: HelpRequest) -> list[Outgoing]:
    asked = await ctx.use(Helpers).asked(request.id)
    begun = request.posted or any(one.concerned(request.created_at) for one in asked)
    if begun and Step.WIDENED not in request.steps and (effects := await _widen(ctx, request, asked)):
        return effects
    if not request.posted and await ctx.use(Channels).channels("help"):
        if begun and request.further is Further.EVERYONE:
            return await _post(ctx, request)
        if Step.SUGGESTED not in request.steps:
            return await _suggest(ctx, request, asked=begun)
    effects: list[Outgoing] = []
    if begun and Step.ANIMATOR not in request.steps:
        effects, request = await tell_animators(ctx, request, OwnTime())
    somewhere = begun or request.posted or Step.SUGGESTED in request.steps
    await ctx.use(Requests).next_step(request.id, None if somewhere else ctx.now + LOOK_AGAIN)
    return effects


async def _widen(ctx: JobContext, request: HelpRequest, asked: Sequence[Asked]) -> list[Outgoing]:
    """Ask the next two; nothing where there is nobody else."""
    await ctx.use(Requests).happened(request.id, Step.WIDENED, ctx.now)
    taken = known(asked)
    ranked = await rank(ctx, request, asked, locale=request.asker.locale, most=NEXT)
    following = [match for match in ranked if match.member.id not in taken]
    effects, reached = await put_question(ctx, request, following[:NEXT])
    if reached:
        card = news_cards.asked_others(request, reached)
        effects.append(
            Direct(request.asker.id, card, remember=further_name(request), keep=True, when=OwnTime(), notice=Notice.REQUEST)
        )
    return effects


async def _post(ctx: JobContext, request: HelpRequest) -> list[Outgoing]:
    """Post it, as whoever asked chose, and tell them."""
    effects, request = await post_to_everyone(ctx, request)
    card = news_cards.posted_for_you(request)
    return [
        *effects,
        Direct(request.asker.id, card, remember=further_name(request), keep=True, when=OwnTime(), notice=Notice.REQUEST),
    ]


async def _suggest(ctx: JobContext, request: HelpRequest, *, asked: bool) -> list[Outgoing]:
    """Suggest posting it, once."""
    await ctx.use(Requests).happened(request.id, Step.SUGGESTED, ctx.now)
    await wait(ctx, request)
    card = news_cards.suggest_posting(request, asked=asked)
    return [Direct(request.asker.id, card, remember=suggestion_name(request), keep=True, when=OwnTime(), notice=Notice.REQUEST)]
