"""What lists of requests look like: those one could help with, and one's own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.context import mention
from bot.feature import RUN
from bot.i18n import _, plural
from bot.ui import Button, Card, Item, Style
from commands.requests.feature import requests
from storage.requests import Status

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.paging import Page
    from bot.text import Text
    from storage.requests import HelpRequest

ASK: Final = f"{RUN}ask"

LONGEST: Final = 40
"""Characters of the words looked for: the buttons that turn pages carry them."""


def open_card(shown: Sequence[tuple[HelpRequest, bool]], page: Page, words: str = "") -> Card:
    """Return a page of the open requests, each with whether it is close to what the reader does; `words` were looked for."""
    mine = Button(_("My own requests"), requests.id("mine", 0))
    if not shown and words:
        return Card(
            title=_("Open requests"),
            body=_("No open request mentions “{words}”.", words=words),
            controls=(Button(_("All open requests"), requests.id("open", 0)), mine),
        )
    if not shown:
        return Card(
            title=_("Open requests"),
            body=_("Nobody is waiting for a hand right now. If you need one yourself, just ask."),
            controls=(Button(_("Ask for help"), ASK, Style.PRIMARY), mine),
        )
    return Card(
        title=_("Open requests"),
        body=(
            _("Those that mention “{words}”.", words=words) if words else "",
            _("Those closest to what you do come first.") if shown[0][1] else _("The newest come first."),
        ),
        items=tuple(
            Item(_open_line(request, close=close), Button(_("I can help"), requests.id("help", request.id)))
            for request, close in shown
        ),
        controls=(*page.buttons(lambda to: requests.id("open", to, *((words[:LONGEST],) if words else ()))), mine),
        note=page.note,
    )


def mine_card(shown: Sequence[tuple[HelpRequest, int]], page: Page) -> Card:
    """Return a page of one's own requests, each with how many can help."""
    others = Button(_("Requests of others"), requests.id("open", 0))
    ask = Button(_("Ask for help"), ASK, Style.PRIMARY)
    if not shown:
        return Card(title=_("My own requests"), body=_("You have asked for nothing yet."), controls=(ask, others))
    return Card(
        title=_("My own requests"),
        items=tuple(
            Item(
                _("“{need}”: {state}", need=request.need, state=_state(request, count)),
                _open(request),
            )
            for request, count in shown
        ),
        controls=(*page.buttons(lambda to: requests.id("mine", to)), ask, others),
        note=page.note,
    )


def _open(request: HelpRequest) -> Button:
    if request.status in {Status.WITHDRAWN, Status.CLOSED}:
        return Button(_("Ask again"), requests.id("again", request.id))
    return Button(_("Look at it"), requests.id("show", request.id))


def _open_line(request: HelpRequest, *, close: bool) -> Text:
    name = mention(request.asker)
    if close:
        return _("{name}: “{need}” (close to what you do)", name=name, need=request.need)
    return _("{name}: “{need}”", name=name, need=request.need)


def _state(request: HelpRequest, count: int) -> Text:
    if request.status is not Status.OPEN:
        return _ended(request)
    if count:
        return plural("open, {count} person can help", "open, {count} people can help", count)
    return _("open, posted to everyone") if request.posted else _("open")


def _ended(request: HelpRequest) -> Text:
    if request.status is Status.SOLVED:
        return _("solved with {helper}", helper=mention(request.helper)) if request.helper is not None else _("solved")
    return _("withdrawn") if request.status is Status.WITHDRAWN else _("closed")
