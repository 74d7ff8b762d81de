"""What whoever asked reads unasked: somebody can help, others were asked, it was posted as they chose, or could be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.context import mention
from bot.i18n import _
from bot.text import Content
from bot.ui import Button, Card, Style, Tone
from commands.requests.cards import names, quoted
from commands.requests.feature import requests

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.model import Member
    from storage.asked import Asked
    from storage.requests import HelpRequest


def accepted(request: HelpRequest, asked: Asked) -> Card:
    """Return the news that somebody can help, for whoever asked."""
    body: list[Content] = [
        quoted(request.need),
        _("I am opening a conversation between you two. A hello and your first question is all it takes."),
    ]
    recommender = asked.brought_by(request.asker)
    if recommender is not None:
        body.append(_("{recommender} thought of them.", recommender=mention(recommender)))
    return Card(
        title=_("{helper} can help you", helper=mention(asked.helper)),
        body=tuple(body),
        tone=Tone.GOOD,
        controls=(Button(_("It is solved"), requests.id("solved", request.id)),),
    )


def asked_others(request: HelpRequest, helpers: Sequence[Member]) -> Card:
    """Return the news that others were asked, since nobody answered."""
    return Card(
        title=_("No answer yet"),
        body=(quoted(request.need), _("I asked {names} too. You hear from me as soon as somebody can help.", names=names(helpers))),
        controls=_from_here(request),
    )


def posted_for_you(request: HelpRequest) -> Card:
    """Return the news that it was posted, as whoever asked chose."""
    return Card(
        title=_("No answer yet"),
        body=(quoted(request.need), _("As you chose, I posted it to everyone in the help channel.")),
        controls=_from_here(request),
    )


def _from_here(request: HelpRequest) -> tuple[Button, ...]:
    return (
        Button(_("Look at it"), requests.id("show", request.id)),
        Button(_("It is solved"), requests.id("solved", request.id)),
        Button(_("Withdraw"), requests.id("withdraw", request.id), Style.DANGER, _("Withdraw this request?")),
    )


def suggest_posting(request: HelpRequest, *, asked: bool) -> Card:
    """Return the one suggestion to whoever got no answer for some days, or asked nobody yet."""
    said = (
        _("Nobody could take this on so far; it happens. Posted to everyone, it reaches people I did not think of.")
        if asked
        else _("You have asked nobody so far. Posted to everyone, it reaches people I did not think of.")
    )
    return Card(
        title=_("No answer yet") if asked else _("Do you still need this?"),
        body=(quoted(request.need), said),
        note=_("It is posted only if you say so."),
        controls=(
            Button(_("Post to everyone"), requests.id("post", request.id), Style.PRIMARY),
            Button(_("Keep looking"), requests.id("show", request.id)),
            Button(_("It is solved"), requests.id("solved", request.id)),
            Button(_("Withdraw"), requests.id("withdraw", request.id), Style.DANGER, _("Withdraw this request?")),
        ),
    )
