"""Asking: the command, and what whoever asks can do with the answer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated, Final

from bot.context import Context, mention
from bot.effects import Direct, Effects, Outgoing, Post, Remove, Reply
from bot.errors import UserError
from bot.i18n import _, word
from bot.model import Member
from bot.signature import Option
from bot.skills.ranking import Match
from bot.text import Text
from commands.requests import helper_cards
from commands.requests.cards import AT_ONCE, names
from commands.requests.feature import LONGEST, requests
from commands.requests.looking import MONTH, MONTHLY, rank, show
from commands.requests.need import same, tidy
from commands.requests.standing import asked_name, helping, own, parts, post_name, settle, suggestion_name
from storage.communities import Channels
from storage.requests import Asked, HelpRequest, Requests, State, Status

AGAIN: Final = dt.timedelta(minutes=10)
"""The same need twice within this is a second press, not a second need."""

MOST_OPEN: Final = 10
"""Open requests of one member at a time."""

_ENOUGH: Final = _("Three people are thinking about it already. You can also post it to everyone.")


@requests.command(
    word("ask"),
    _("Find who can help you"),
    member_menu=_("Ask for help"),
    message_menu=_("Who can help with this?"),
    shortcut=_("Ask for help"),
    dialog=_("Ask for help"),
)
async def ask(
    ctx: Context,
    need: Annotated[str, Option(_("What do you need?"), name=word("need"), max_length=LONGEST, long=True)],
    member: Annotated[Member | None, Option(_("Someone to ask first"), name=word("member"))] = None,
) -> Effects:
    """Keep the need, and show at once who can help."""
    need = tidy(need)
    repository = ctx.use(Requests)
    before = await repository.open_of(ctx.me)
    request = next((one for one in before if same(one.need, need) and one.created_at >= ctx.now - AGAIN), None)
    news = _("You asked this a moment ago. Here is where it stands.") if request is not None else None
    if request is None:
        if len(before) >= MOST_OPEN:
            raise UserError(
                _(
                    "You have {count} open requests. Close those that are settled first: they are under “{command}”.",
                    count=len(before),
                    command=word("requests"),
                )
            )
        request = await repository.create(ctx.me, need, ctx.now)
    effects: list[Outgoing] = []
    if member is not None:
        effects, news = await _ask_first(ctx, request, member)
    return [*effects, Reply(await show(ctx, request, news=news))]


async def _ask_first(ctx: Context, request: HelpRequest, member: Member) -> tuple[list[Outgoing], Text]:
    """Ask somebody that whoever asks has in mind."""
    if member.id == ctx.me.id:
        return [], _("That is yourself. Here is who else may know.")
    if member.left:
        return [], _("{name} is no longer here. Here is who else may know.", name=mention(member))
    repository = ctx.use(Requests)
    if member.id in await repository.asked_often(ctx.now - MONTH, MONTHLY):
        return [], _(
            "{name} was asked for help several times this month, so I leave them in peace. Here is who else may know.",
            name=mention(member),
        )
    if _free(await repository.asked(request.id)) <= 0:
        return [], _ENOUGH
    return await put_question(ctx, request, [Match(member, 0.0, ())])


async def put_question(ctx: Context, request: HelpRequest, matches: list[Match]) -> tuple[list[Outgoing], Text]:
    """Ask helpers who were not asked before; return their messages and the news for whoever asks."""
    repository = ctx.use(Requests)
    effects: list[Outgoing] = []
    reached: list[Member] = []
    for match in matches:
        if await repository.ask(request.id, match.member, ctx.now):
            card = helper_cards.question(request, match.reasons)
            effects.append(Direct(match.member.id, card, remember=asked_name(request, match.member), keep=True))
            reached.append(match.member)
    if not reached:
        return [], _("They were asked already, or cannot be asked at the moment.")
    return effects, _("I am asking {names}. You hear from me as soon as somebody can help.", names=names(reached))


def _free(asked: Sequence[Asked]) -> int:
    """Return how many more may be asked now."""
    return AT_ONCE - sum(1 for one in asked if one.state is State.ASKED)


@requests.action("choose")
async def choose(ctx: Context, key: str, values: list[str]) -> Effects:
    """Ask the helpers chosen, as far as not too many are waiting for already."""
    identifier, offset = parts(key)
    request = await own(ctx, identifier)
    if request.status is not Status.OPEN:
        return Reply(await show(ctx, request), edit=True)
    asked = await ctx.use(Requests).asked(request.id)
    known = {one.helper.id for one in asked}
    free = _free(asked)
    if free <= 0:
        return Reply(await show(ctx, request, offset=offset, news=_ENOUGH), edit=True)
    chosen = [match for match in await rank(ctx, request, asked) if str(match.member.id) in values and match.member.id not in known]
    effects, news = await put_question(ctx, request, chosen[:free])
    return [*effects, Reply(await show(ctx, request, offset=offset, news=news), edit=True)]


@requests.action("more")
async def more(ctx: Context, key: str) -> Effects:
    """Show the next helpers."""
    identifier, offset = parts(key)
    return Reply(await show(ctx, await own(ctx, identifier), offset=offset), edit=True)


@requests.action("show")
async def reopen(ctx: Context, key: int) -> Effects:
    """Show where a request of one's own stands, in a message of its own."""
    return Reply(await show(ctx, await own(ctx, key)))


@requests.action("post")
async def post(ctx: Context, key: int) -> Effects:
    """Post the request in the help channel of every workspace."""
    request = await own(ctx, key)
    if request.status is not Status.OPEN or request.posted:
        news = _("It is posted already.") if request.status is Status.OPEN else None
        return Reply(await show(ctx, request, news=news), edit=True)
    if not await ctx.use(Channels).channels("help"):
        raise UserError(
            _("There is no help channel here yet. An animator can choose one with “{command}”.", command=word("animator setup"))
        )
    repository = ctx.use(Requests)
    await repository.posted(request.id, ctx.now)
    request = replace(request, posted=True)
    asked = await repository.asked(request.id)
    card = helper_cards.post(request, helping(asked))
    news = _("It is posted. You hear from me as soon as somebody can help.")
    reply = Reply(await show(ctx, request, news=news), edit=True)
    return [Post("help", card, remember=post_name(request)), Remove(suggestion_name(request), waiting=True), reply]


@requests.action("withdraw")
async def withdraw(ctx: Context, key: int) -> Effects:
    """End a request that is no longer needed; those asked see it, nobody has to do anything."""
    request = await own(ctx, key)
    if request.status is not Status.OPEN:
        return Reply(await show(ctx, request), edit=True)
    request = replace(request, status=Status.WITHDRAWN)
    await ctx.use(Requests).end(request.id, request.status, ctx.now)
    return [*await settle(ctx, request), Reply(await show(ctx, request), edit=True)]
