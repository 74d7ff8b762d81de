"""Changing one's mind: say it otherwise, let it go further or not, withdraw it, ask again."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.context import Context
from bot.effects import Effects, OpenForm, Outgoing, Remove, Reply, Update
from bot.i18n import _
from bot.text import Content
from commands.requests import animator_cards, helper_cards, news_cards, remark_cards, remarks
from commands.requests.asking import check_open
from commands.requests.feature import requests
from commands.requests.looking import rank, show
from commands.requests.need import tidy
from commands.requests.standing import (
    animator_name,
    asked_name,
    connection_name,
    further_name,
    helping,
    on_card,
    own,
    post_name,
    settle,
    suggestion_name,
)
from commands.requests.waiting import wait
from storage.asked import Helpers, State
from storage.request_lists import RequestLists
from storage.requests import Further, Requests, Status, Step

if TYPE_CHECKING:
    from storage.requests import HelpRequest


@requests.action("edit", opens=True)
async def edit(ctx: Context, key: int) -> Effects:
    """Open the form with what is asked now."""
    request = await own(ctx, key)
    if request.status is not Status.OPEN:
        return Reply(await show(ctx, request), edit=True)
    return OpenForm(remark_cards.edit_form(request))


@requests.submit("edited")
async def edited(ctx: Context, key: int, need: str) -> Effects:
    """Say it otherwise, wherever it stands: in the channel, in the questions, in the conversations. Nobody is asked twice."""
    need = tidy(need)
    if remarks.is_insult(need):
        return Reply(remark_cards.calm())
    request = await own(ctx, key)
    if request.status is not Status.OPEN or need == request.need:
        return Reply(await show(ctx, request), edit=True)
    await ctx.use(Requests).edit(request.id, need)
    request = replace(request, need=need)
    return [*await _everywhere(ctx, request), Reply(await show(ctx, request, news=_("Changed, wherever it was shown.")), edit=True)]


async def _everywhere(ctx: Context, request: HelpRequest) -> list[Outgoing]:
    """Return the new words for every message that says what is needed."""
    asked = await ctx.use(Helpers).asked(request.id)
    reasons = {match.member.id: match.mine for match in await rank(ctx, request, asked, locale=ctx.locale)}
    now = [one for one in asked if one.concerned(request.created_at)]
    updates: list[Outgoing] = []
    if request.posted:
        updates.append(Update(post_name(request), helper_cards.post(request, helping(request, asked))))
    if Step.ANIMATOR in request.steps:
        card = animator_cards.helped(request) if helping(request, asked) else animator_cards.unanswered(request, len(now))
        updates.append(Update(animator_name(request), card))
    if Step.SUGGESTED in request.steps:
        updates.append(Update(suggestion_name(request), news_cards.suggest_posting(request, asked=bool(now))))
    for one in now:  # the questions from before it was asked again went away when it ended, those conversations are settled
        if one.state is State.ACCEPTED:
            updates.append(Update(connection_name(request, one.helper), helper_cards.connection(request, one)))
            card = helper_cards.answered(request, one.state)
        elif one.state is not State.ASKED:
            card = helper_cards.answered(request, one.state)
        else:
            card = helper_cards.question(request, reasons.get(one.helper.id, ()), one.recommended_by)
        updates.append(Update(asked_name(request, one.helper), card))
    return updates


@requests.action("further")
async def go_further(ctx: Context, key: int, values: list[str]) -> Effects:
    """Choose how far it may go by itself where nobody answers."""
    request = await own(ctx, key)
    chosen = next((further for further in Further if [further.value] == values), None)
    if request.status is not Status.OPEN or chosen is None:
        return Reply(await show(ctx, request), edit=True)
    await ctx.use(Requests).allow(request.id, chosen)
    request = replace(request, further=chosen)
    effects: list[Outgoing] = []
    if chosen is Further.NOBODY:
        effects = [Remove(name(request), waiting=True) for name in (suggestion_name, further_name, animator_name)]
    await wait(ctx, request)
    return [*effects, Reply(await show(ctx, request, news=_("Noted.")), edit=True)]


@requests.action("withdraw")
async def withdraw(ctx: Context, key: int) -> Effects:
    """End a request that is no longer needed; those asked see it, nobody has to do anything."""
    request = await own(ctx, key)
    if request.status is not Status.OPEN:
        return Reply(await show(ctx, request), edit=True)
    request = replace(request, status=Status.WITHDRAWN)
    await ctx.use(Requests).end(request.id, request.status, ctx.now)
    return [*await settle(ctx, request), Reply(await show(ctx, request), edit=True)]


@requests.action("again")
async def again(ctx: Context, key: str) -> Effects:
    """Ask again what was withdrawn or closed: privately first, and nobody a second time."""
    identifier, here = on_card(key)
    request = await own(ctx, identifier)
    news: Content = ""
    if request.status in {Status.WITHDRAWN, Status.CLOSED}:
        check_open(len(await ctx.use(RequestLists).open_of(ctx.me)))
        repository = ctx.use(Requests)
        await repository.reopen(request.id, ctx.now)
        request = await repository.get(request.id) or request
        await wait(ctx, request)
        news = _("It is open again. Whoever was asked before is not asked a second time.")
    return Reply(await show(ctx, request, news=news), edit=here)
