"""What every part needs of a request: whose it is, where its messages are, what changes in them when it ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.context import mention
from bot.effects import Remove, Update
from bot.errors import UserError
from bot.i18n import _
from commands.requests import animator_cards, helper_cards
from commands.requests.cards import HERE, Overview, overview
from storage.asked import Helpers, State
from storage.requests import Requests, Status, Step
from storage.unsent import Unsent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.context import Context
    from bot.effects import Outgoing
    from bot.model import Member
    from storage.asked import Asked
    from storage.requests import HelpRequest


def post_name(request: HelpRequest) -> str:
    """Return what the post for everyone is remembered as."""
    return f"request:{request.id}"


def asked_name(request: HelpRequest, helper: Member) -> str:
    """Return what the question to a helper is remembered as."""
    return f"request:{request.id}:asked:{helper.id}"


def connection_name(request: HelpRequest, helper: Member) -> str:
    """Return what the first message of the conversation of two is remembered as."""
    return f"request:{request.id}:with:{helper.id}"


def news_name(request: HelpRequest) -> str:
    """Return what the messages to whoever asked are remembered as."""
    return f"request:{request.id}:news"


def solved_name(request: HelpRequest) -> str:
    """Return what the question whether it is solved is remembered as."""
    return f"request:{request.id}:solved"


def suggestion_name(request: HelpRequest) -> str:
    """Return what the suggestion to post it is remembered as."""
    return f"request:{request.id}:suggestion"


def further_name(request: HelpRequest) -> str:
    """Return what the news of whom else was asked is remembered as."""
    return f"request:{request.id}:further"


def animator_name(request: HelpRequest) -> str:
    """Return what the notices to the animators are remembered as."""
    return f"request:{request.id}:animator"


def helping(request: HelpRequest, asked: Sequence[Asked]) -> int:
    """Return how many said that they can help, since it was asked, or last asked again."""
    return sum(1 for one in asked if one.accepted(request.created_at))


def known(asked: Sequence[Asked]) -> set[int]:
    """Return who is never asked about it again, whatever they said: who is offered once more must not tell who declined."""
    return {one.helper.id for one in asked}


async def find(ctx: Context, identifier: int) -> HelpRequest:
    """Return a request of this community.

    Raises:
        UserError: it is gone.
    """
    request = await ctx.use(Requests).get(identifier)
    if request is None:
        raise UserError(_("This request is no longer here."))
    return request


async def own(ctx: Context, identifier: int) -> HelpRequest:
    """Return a request that belongs to whoever acts.

    Raises:
        UserError: it is gone, or it is somebody else's.
    """
    request = await find(ctx, identifier)
    if request.asker.id != ctx.me.id:
        raise UserError(_("Only {name}, who asked, can do this.", name=mention(request.asker)))
    return request


def parts(key: str) -> tuple[int, int]:
    """Return the request and the offset of a button's key.

    Raises:
        UserError: the key says neither.
    """
    identifier, _colon, offset = key.partition(":")
    if not identifier.isdecimal() or not (offset or "0").isdecimal():
        raise UserError(_("This request is no longer here."))
    return int(identifier), int(offset or 0)


def on_card(key: str) -> tuple[int, bool]:
    """Return the request of a button's key, and whether it is on the private card of that request, which the answer replaces.

    Raises:
        UserError: the key says no request.
    """
    identifier, _colon, place = key.partition(":")
    if not identifier.isdecimal():
        raise UserError(_("This request is no longer here."))
    return int(identifier), place == HERE


async def take_back(ctx: Context, request: HelpRequest, questions: Sequence[Asked]) -> list[Outgoing]:
    """Take back questions that have not reached anybody yet. Whom they were for was not asked, and it counts for nothing."""
    waiting = {one.helper.id: one for one in questions if one.state is State.ASKED and one.at is not None}
    unsent = await ctx.use(Unsent).members([asked_name(request, one.helper) for one in waiting.values()])
    for member in unsent:
        await ctx.use(Helpers).take_back(request.id, waiting[member].helper)
    return [Remove(asked_name(request, one.helper), waiting=True) for one in questions]


async def settle(ctx: Context, request: HelpRequest) -> list[Outgoing]:
    """Return what changes on the platforms when a request has ended: the post, the questions, the conversations.

    Whoever asked sees it too, unless it ended because they left. What was yet to be sent about it is not sent.
    """
    reminders = (solved_name(request), suggestion_name(request), further_name(request))
    updates: list[Outgoing] = [Remove(name, waiting=True) for name in (*reminders, animator_name(request))]
    if request.status is not Status.CLOSED:
        updates += [Update(name, overview(Overview(request))) for name in (news_name(request), *reminders)]
    if Step.ANIMATOR in request.steps:
        updates.append(Update(animator_name(request), animator_cards.settled(request)))
    if request.posted:
        updates.append(Update(post_name(request), helper_cards.post(request, 0)))
    asked = await ctx.use(Helpers).asked(request.id)
    updates += await take_back(ctx, request, [one for one in asked if one.state is not State.ACCEPTED])
    for one in asked:
        if one.state is State.ACCEPTED:
            updates.append(Update(connection_name(request, one.helper), helper_cards.connection(request, one)))
        else:
            updates.append(Update(asked_name(request, one.helper), helper_cards.over(request)))
    return updates


def closed(request: HelpRequest) -> bool:
    """Tell whether nobody is needed any more."""
    return request.status is not Status.OPEN
