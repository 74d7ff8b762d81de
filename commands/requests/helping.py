"""Helping: what those who are asked answer, and those who read the post."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from bot.context import Context, mention
from bot.effects import Connect, Direct, Effects, OpenForm, Outgoing, OwnTime, Remove, Reply, Update
from bot.errors import Invalid, UserError
from bot.i18n import _, word
from bot.model import Member
from bot.notices import Notice
from bot.ui import Card, Tone, shorten
from commands.requests import cards, helper_cards, news_cards
from commands.requests.feature import requests
from commands.requests.looking import ended, resting
from commands.requests.questions import nothing_left_to_do
from commands.requests.standing import asked_name, closed, connection_name, find, helping, known, news_name, post_name, take_back
from commands.requests.waiting import at_work, wait
from storage.asked import Asked, Helpers, State
from storage.requests import Further, HelpRequest, Step

ENOUGH: Final = 5
"""Helpers of one request: more would be a crowd."""

NAMED: Final = 3
"""People that one member may name for one request."""


@requests.action("accept")
async def accept(ctx: Context, key: int) -> Effects:
    """*I can help*, from the question put to a helper."""
    request, mine = await _question(ctx, key)
    if closed(request):
        return Reply(helper_cards.over(request), edit=True)
    reply = Reply(helper_cards.answered(request, State.ACCEPTED), edit=True)
    return [reply] if mine.accepted(request.created_at) else [*await _accepted(ctx, request, mine), reply]


@requests.action("help")
async def offer(ctx: Context, key: int) -> Effects:
    """*I can help*, from the post for everyone or from the list."""
    request = ended(await _known(ctx, key))
    _not_oneself(ctx, request)
    if closed(request):
        return Reply(helper_cards.over(request))
    asked = await ctx.use(Helpers).asked(request.id)
    mine = next((one for one in asked if one.helper.id == ctx.me.id), None)
    if mine is not None and mine.accepted(request.created_at):
        return Reply(helper_cards.answered(request, State.ACCEPTED))
    if mine is None and helping(request, asked) >= ENOUGH:
        return Reply(
            Card(
                body=(
                    cards.quoted(request.need),
                    _("{name} has enough helpers for now. Thank you for being there.", name=mention(request.asker)),
                )
            )
        )
    answered = helper_cards.answered(request, State.ACCEPTED)
    effects = await _accepted(ctx, request, mine or Asked(ctx.me, State.ASKED))
    if mine is not None:
        name = asked_name(request, ctx.me)
        effects += [Remove(name, waiting=True), Update(name, answered)]
    return [*effects, Reply(answered)]


@requests.action("later")
async def later(ctx: Context, key: int) -> Effects:
    """*Not now*: nobody is told."""
    return await _decline(ctx, key, State.NOT_NOW)


@requests.action("decline")
async def decline(ctx: Context, key: int) -> Effects:
    """*Not me*: nobody is told."""
    return await _decline(ctx, key, State.DECLINED)


@requests.action("elsewhere", opens=True)
async def elsewhere(ctx: Context, key: int) -> Effects:
    """*Someone else knows*: ask who."""
    request = ended(await _known(ctx, key))
    _not_oneself(ctx, request)
    if closed(request):
        return Reply(helper_cards.over(request))
    if request.further is Further.NOBODY:
        return Reply(helper_cards.only_chosen(request))
    return OpenForm(helper_cards.recommend_form(request))


@requests.submit("recommend")
async def recommend(ctx: Context, key: int, person: Member) -> Effects:
    """Ask the person named the same way, and say who thought of them."""
    request = ended(await _known(ctx, key))
    if closed(request):
        return Reply(helper_cards.over(request))
    if request.further is Further.NOBODY:
        return Reply(helper_cards.only_chosen(request))
    repository = ctx.use(Helpers)
    asked = await repository.asked(request.id)
    if person.id != ctx.me.id and person.id in known(asked):
        said = _("Thank you. {name} knows about it already.", name=mention(person))
        return Reply(Card(body=(cards.quoted(request.need), said), tone=Tone.GOOD))
    await _check_person(ctx, request, person, asked)
    await repository.ask(request.id, person, ctx.now, recommended_by=ctx.me)
    await wait(ctx, request)
    question = helper_cards.question(request, (), ctx.me)
    name = asked_name(request, person)
    effects: list[Outgoing] = [Direct(person.id, question, remember=name, keep=True, when=OwnTime(), notice=Notice.HELP)]
    mine = next((one for one in asked if one.helper.id == ctx.me.id), None)
    if mine is not None and mine.state is not State.ACCEPTED:
        await repository.answer(request.id, ctx.me, State.ELSEWHERE, ctx.now)
        effects.append(Update(asked_name(request, ctx.me), helper_cards.answered(request, State.ELSEWHERE)))
    return [*effects, Reply(helper_cards.passed_on(request, person, now=await at_work(ctx, [person])))]


async def _known(ctx: Context, key: int) -> HelpRequest:
    """Return a request that whoever acts may know of.

    Their own, one posted to everyone, one that they were asked about; as an animator, one that animators were told of.

    Raises:
        UserError: it is gone, or none of their business.
    """
    request = await find(ctx, key)
    told = ctx.me.animator and Step.ANIMATOR in request.steps
    open_to_me = request.posted or told or request.asker.id == ctx.me.id
    if not open_to_me and all(one.helper.id != ctx.me.id for one in await ctx.use(Helpers).asked(request.id)):
        raise UserError(_("This request is no longer here."))
    return request


async def _question(ctx: Context, key: int) -> tuple[HelpRequest, Asked]:
    """Return the request and what whoever acts was asked about it."""
    request = ended(await find(ctx, key))
    asked = await ctx.use(Helpers).asked(request.id)
    mine = next((one for one in asked if one.helper.id == ctx.me.id), None)
    if mine is None:
        raise UserError(
            _("This question was for somebody else. What everyone can help with is under “{command}”.", command=word("requests"))
        )
    return request, mine


async def _decline(ctx: Context, key: int, state: State) -> Effects:
    request, mine = await _question(ctx, key)
    if closed(request):
        return Reply(helper_cards.over(request), edit=True)
    if mine.state is State.ACCEPTED:
        raise UserError(
            _("You already said that you can help. If that changed, a word to {name} is best.", name=mention(request.asker))
        )
    await ctx.use(Helpers).answer(request.id, ctx.me, state, ctx.now)
    return Reply(helper_cards.answered(request, state), edit=True)


async def _accepted(ctx: Context, request: HelpRequest, mine: Asked) -> list[Outgoing]:
    """Record that whoever acts can help, and bring the two together."""
    repository = ctx.use(Helpers)
    await repository.answer(request.id, ctx.me, State.ACCEPTED, ctx.now)
    mine = Asked(ctx.me, State.ACCEPTED, mine.recommended_by)
    title = f"{shorten(request.asker.name, 40)} & {shorten(ctx.me.name, 40)}"
    effects: list[Outgoing] = [
        Connect(
            (request.asker.id, ctx.me.id),
            title,
            helper_cards.connection(request, mine),
            remember=connection_name(request, ctx.me),
        ),
        Direct(request.asker.id, news_cards.accepted(request, mine), remember=news_name(request), keep=True, notice=Notice.REQUEST),
        *nothing_left_to_do(request),
    ]
    await wait(ctx, request)
    asked = await repository.asked(request.id)
    widened = [one for one in asked if one.state is State.ASKED and one.at is not None and one.at == request.widened_at]
    effects += await take_back(ctx, request, widened)
    if request.posted:
        count = helping(request, asked)
        effects.append(Update(post_name(request), helper_cards.post(request, count)))
    return effects


async def _check_person(ctx: Context, request: HelpRequest, person: Member, asked: Sequence[Asked]) -> None:
    """Refuse a person who cannot be asked.

    Raises:
        Invalid: at the field, saying why.
    """
    named = sum(1 for one in asked if one.recommended_by is not None and one.recommended_by.id == ctx.me.id)
    if person.id == ctx.me.id:
        reason = _("That is yourself. If you can help after all, press “{button}”.", button=_("I can help"))
    elif person.id == request.asker.id:
        reason = _("{name} is the one who asks. Choose somebody else.", name=mention(person))
    elif person.left:
        reason = _("{name} is no longer here. Choose somebody else.", name=mention(person))
    elif named >= NAMED:
        reason = _("You named {count} people already. Thank you, that is plenty.", count=named)
    elif await resting(ctx, [person.id]):
        reason = _(
            "{name} is not to be asked at the moment, so I leave them in peace. You can tell them yourself.",
            name=mention(person),
        )
    else:
        return
    raise Invalid({"person": reason})


def _not_oneself(ctx: Context, request: HelpRequest) -> None:
    if request.asker.id == ctx.me.id:
        raise UserError(_("This is your own request. You hear from me as soon as somebody can help."))
