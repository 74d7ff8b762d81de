"""What animators see of a request that nobody answered: the need, how many were asked, and what they can do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.context import mention
from bot.i18n import _, plural
from bot.ui import Button, Card, Fact, Style, Tone
from commands.requests.cards import quoted
from commands.requests.feature import requests
from storage.requests import Status

if TYPE_CHECKING:
    from bot.text import Content
    from storage.requests import HelpRequest


def unanswered(request: HelpRequest, asked: int) -> Card:
    """Return the notice to the animators. How many were asked, never who: to decline is nobody's business."""
    name = mention(request.asker)
    return Card(
        title=_("{name} is waiting for help", name=name),
        body=(quoted(request.need), _("Nobody could help so far. Perhaps you know who could, or a word from you is enough.")),
        facts=(
            Fact(_("So far"), plural("{count} person was asked", "{count} people were asked", asked)),
            Fact(_("Help channel"), _("posted there") if request.posted else _("not posted: it stays between those asked")),
        ),
        controls=(
            Button(_("Suggest somebody"), requests.id("elsewhere", request.id), Style.PRIMARY),
            Button(_("I can help"), requests.id("help", request.id)),
        ),
        note=_("{name} knows that animators are told when nobody answers. I tell you once.", name=name),
    )


def helped(request: HelpRequest) -> Card:
    """Return what replaces the notice once somebody can help."""
    said = _("Somebody can help {name} now. There is nothing left to do.", name=mention(request.asker))
    return Card(body=(quoted(request.need), said), tone=Tone.GOOD)


def settled(request: HelpRequest) -> Card:
    """Return what replaces the notice once the request has ended."""
    name = mention(request.asker)
    match request.status:
        case Status.SOLVED:
            said: Content = _("{name} found what they needed.", name=name)
        case Status.WITHDRAWN:
            said = _("{name} no longer needs it.", name=name)
        case _:
            said = _("This request is closed.")
    return Card(body=(quoted(request.need), said), tone=Tone.GOOD if request.status is Status.SOLVED else Tone.NEUTRAL)
