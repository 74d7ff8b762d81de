"""Asking: the command, and what whoever asks can do with the answer."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Final

from bot.context import Context, mention
from bot.effects import Effects, OpenForm, Outgoing, Reply
from bot.errors import UserError
from bot.i18n import _, word
from bot.model import Member
from bot.signature import Option
from bot.skills.ranking import Match
from bot.text import Content, Text
from commands.requests import remark_cards, remarks
from commands.requests.cards import free, names
from commands.requests.feature import LONGEST, requests
from commands.requests.looking import pages, rank, resting, show
from commands.requests.need import same, tidy
from commands.requests.questions import post_to_everyone, put_question, tell_animators
from commands.requests.standing import known, own, parts
from commands.requests.waiting import at_work, wait
from storage.asked import Helpers
from storage.communities import Channels
from storage.people import Members
from storage.request_lists import RequestLists
from storage.requests import Further, HelpRequest, Requests, Status, Step

if TYPE_CHECKING:
    from collections.abc import Sequence

AGAIN: Final = dt.timedelta(minutes=10)
"""The same need twice within this is a second press, not a second need."""

MOST_OPEN: Final = 10
"""Open requests of one member at a time."""

_ENOUGH: Final = _("Three people were asked this week already. You can also post it to everyone.")
_NOBODY_REACHED: Final = _("They were asked already, or cannot be asked at the moment.")


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
    """Keep the need, and show at once who can help. What is no need is answered without keeping it."""
    need = tidy(need)
    if remarks.is_insult(need):
        return Reply(remark_cards.calm())
    ranked: Sequence[Match] | None = None
    if member is None and remarks.may_be_name(need):
        ranked = await rank(ctx, HelpRequest(0, ctx.me, need, Status.OPEN, ctx.now), (), locale=ctx.locale, most=pages(0))
        if not ranked and (called := await _called(ctx, need)):
            return Reply(remark_cards.called(called, ctx.me))
    lists = ctx.use(RequestLists)
    before = await lists.open_of(ctx.me)
    request = next((one for one in before if same(one.need, need) and one.created_at >= ctx.now - AGAIN), None)
    news: Content = ""
    if request is not None:
        news, ranked = _("You asked this a moment ago. Here is where it stands."), None
    else:
        check_open(len(before))
        request = await ctx.use(Requests).create(ctx.me, need, ctx.now)
        await wait(ctx, request)
        if remarks.in_another_language(need):
            news = remarks.understood()
    effects: list[Outgoing] = []
    if member is not None:
        effects, news, request = await _ask_first(ctx, request, member)
    return [*effects, Reply(await show(ctx, request, news=news, ranked=ranked))]


def check_open(count: int) -> None:
    """Refuse one more open request where there are enough.

    Raises:
        UserError: saying where they are.
    """
    if count >= MOST_OPEN:
        raise UserError(
            _(
                "You have {count} open requests. Close those that are settled first: they are under “{command}”.",
                count=count,
                command=word("requests"),
            )
        )


async def _called(ctx: Context, need: str) -> list[Member]:
    """Return the members whose name was written instead of a need."""
    page = await ctx.use(Members).search(remarks.bare_name(need))
    return [one for one in page.members if remarks.is_name(need, one.name)][: remark_cards.CALLED]


@requests.action("whom", opens=True)
async def whom(ctx: Context, key: int) -> Effects:
    """*Ask them*, where a name was written: ask what for."""
    member = await ctx.use(Members).get(key)
    if member is None or member.left:
        raise UserError(_("This person is no longer here."))
    return OpenForm(remark_cards.whom_form(member))


@requests.submit("them")
async def them(ctx: Context, key: int, need: str) -> Effects:
    """Ask the one whose name was written."""
    return await ask(ctx, need, await ctx.use(Members).get(key))


async def _ask_first(ctx: Context, request: HelpRequest, member: Member) -> tuple[list[Outgoing], Text, HelpRequest]:
    """Ask somebody that whoever asks has in mind, and from there on nobody else unless they say so."""
    if member.id == ctx.me.id:
        return [], _("That is yourself. Here is who else may know."), request
    name = mention(member)
    if member.left:
        return [], _("{name} is no longer here. Here is who else may know.", name=name), request
    if await resting(ctx, [member.id], named=True):
        said = _("{name} is not to be asked at the moment, so I leave them in peace. Here is who else may know.", name=name)
        return [], said, request
    if free(request, await ctx.use(Helpers).asked(request.id), ctx.now) <= 0:
        return [], _ENOUGH, request
    if request.further is Further.NEXT:
        await ctx.use(Requests).allow(request.id, Further.NOBODY)
        request = replace(request, further=Further.NOBODY)
    effects, reached = await put_question(ctx, request, [Match(member, 0.0, ())], named=True)
    return effects, await _asking(ctx, reached), request


async def _asking(ctx: Context, reached: list[Member]) -> Text:
    if not reached:
        return _NOBODY_REACHED
    if not await at_work(ctx, reached):
        return _(
            "I am asking {names}, in their working hours. You hear from me as soon as somebody can help.", names=names(reached)
        )
    return _("I am asking {names}. You hear from me as soon as somebody can help.", names=names(reached))


@requests.submit("words")
async def in_words(ctx: Context, key: str, need: str) -> Effects:
    """Ask what was said elsewhere, such as in a circle; `key` only keeps apart what was typed and not accepted."""
    del key
    return await ask(ctx, need)


@requests.action("choose")
async def choose(ctx: Context, key: str, values: list[str]) -> Effects:
    """Ask the helpers chosen, as far as not too many are waiting for already."""
    identifier, offset = parts(key)
    request = await own(ctx, identifier)
    if request.status is not Status.OPEN:
        return Reply(await show(ctx, request), edit=True)
    asked = await ctx.use(Helpers).asked(request.id)
    taken = known(asked)
    most = free(request, asked, ctx.now)
    if most <= 0:
        return Reply(await show(ctx, request, offset=offset, news=_ENOUGH), edit=True)
    ranked = await rank(ctx, request, asked, locale=ctx.locale, most=pages(offset))
    chosen = [match for match in ranked if str(match.member.id) in values and match.member.id not in taken]
    effects, reached = await put_question(ctx, request, chosen[:most])
    return [*effects, Reply(await show(ctx, request, offset=offset, news=await _asking(ctx, reached)), edit=True)]


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
        news: Content = _("It is posted already.") if request.status is Status.OPEN else ""
        return Reply(await show(ctx, request, news=news), edit=True)
    if not await ctx.use(Channels).channels("help"):
        raise UserError(
            _("There is no help channel here yet. An animator can choose one with “{command}”.", command=word("animator setup"))
        )
    effects, request = await post_to_everyone(ctx, request)
    news = _("It is posted. You hear from me as soon as somebody can help.")
    return [*effects, Reply(await show(ctx, request, news=news), edit=True)]


@requests.action("animator")
async def ask_animator(ctx: Context, key: int) -> Effects:
    """Tell the animators, who know many people."""
    request = await own(ctx, key)
    if request.status is not Status.OPEN:
        return Reply(await show(ctx, request), edit=True)
    news: Content = _("The animators know of it already.")
    effects: list[Outgoing] = []
    if Step.ANIMATOR not in request.steps:
        effects, request = await tell_animators(ctx, request)
        if not effects:
            raise UserError(_("There is no other animator here whom I could ask."))
        news = _("I told the animators. They know many people, and write to you if they think of somebody.")
    return [*effects, Reply(await show(ctx, request, news=news), edit=True)]
