"""Animators answer proposals one after the other: approve, approve with other words, decline with a kind one."""

from __future__ import annotations

from bot.context import Context
from bot.effects import Direct, Effects, OpenForm, Outgoing, Remove, Reply
from bot.i18n import _
from bot.notices import Notice
from bot.text import Text
from bot.ui import Card
from commands.icebreakers import review_cards
from commands.icebreakers.feature import NOTICE, icebreakers
from commands.icebreakers.planning import checked
from storage.icebreakers import Icebreakers, ProposedPrompt, State


@icebreakers.action("review", animator=True)
async def review(ctx: Context) -> Effects:
    """*Look at them*: the oldest that waits."""
    return Reply(await _next(ctx))


@icebreakers.action("approve", animator=True)
async def approve(ctx: Context, key: int) -> Effects:
    """*Approve*: it is among the prompts from now on."""
    return await _decide(ctx, key, State.APPROVED, edit=True)


@icebreakers.action("change", animator=True, opens=True)
async def change(ctx: Context, key: int) -> Effects:
    """*Change and approve*: the form with its words."""
    found = await _waiting(ctx, key)
    return OpenForm(review_cards.change_form(found)) if found else await _again(ctx)


@icebreakers.submit("changed", animator=True)
async def changed(ctx: Context, key: int, words: str) -> Effects:
    """Approve it in other words."""
    return await _decide(ctx, key, State.APPROVED, words=await checked(ctx, words, but=key))


@icebreakers.action("decline", animator=True, opens=True)
async def decline(ctx: Context, key: int) -> Effects:
    """*Decline*: the form for a kind word."""
    found = await _waiting(ctx, key)
    return OpenForm(review_cards.decline_form(found)) if found else await _again(ctx)


@icebreakers.submit("declined", animator=True)
async def declined(ctx: Context, key: int, reason: str = "") -> Effects:
    """Tell whoever proposed it, kindly."""
    return await _decide(ctx, key, State.DECLINED, reason=reason.strip())


async def _decide(  # noqa: PLR0913 - what an answer is made of
    ctx: Context, key: int, state: State, *, words: str = "", reason: str = "", edit: bool = False
) -> Effects:
    stored = ctx.use(Icebreakers)
    if not await stored.decide(key, state, words):
        return await _again(ctx)
    found = await stored.proposal(key)
    effects: list[Outgoing] = []
    if found is not None and found.proposer is not None and found.proposer.id != ctx.me.id:
        card = review_cards.accepted(found) if state is State.APPROVED else review_cards.refused(found, reason)
        effects.append(Direct(found.proposer.id, card, keep=True, notice=Notice.PROMPT))
    if not await stored.waiting():
        effects.append(Remove(NOTICE, waiting=True))
    news = _("It is among the prompts now.") if state is State.APPROVED else _("Declined.")
    return [*effects, Reply(await _next(ctx, news), edit=edit)]


async def _waiting(ctx: Context, key: int) -> ProposedPrompt | None:
    found = await ctx.use(Icebreakers).proposal(key)
    return found if found is not None and found.state is State.PROPOSED else None


async def _again(ctx: Context) -> Effects:
    return Reply(await _next(ctx, _("That one is answered already.")))


async def _next(ctx: Context, news: Text | None = None) -> Card:
    waiting = await ctx.use(Icebreakers).waiting()
    return review_cards.review(waiting[0], len(waiting), news) if waiting else review_cards.nothing(news)
