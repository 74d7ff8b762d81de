"""What whoever asked sees at the end: whether it is solved, who helped, what it brought."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.context import mention
from bot.gains import GAINS, choices
from bot.i18n import _
from bot.ui import CHOICE, Button, Card, Choice, Form, LongText, MemberField, OneChoice, Style, Tone, shorten
from commands.requests.cards import HERE, names, quoted
from commands.requests.feature import requests

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.model import Member
    from bot.text import Content
    from storage.requests import HelpRequest

OUTSIDE: Final = "outside"
OTHER: Final = "other"


def ask_solved(request: HelpRequest, helpers: Sequence[Member]) -> Card:
    """Return the question that is asked once, some days after somebody accepted."""
    return Card(
        title=_("Is it solved?"),
        body=(
            quoted(request.need),
            _("{names} offered to help a few days ago.", names=names(helpers)) if helpers else "",
        ),
        controls=(
            Button(_("Solved"), requests.id("solved", request.id), Style.PRIMARY),
            Button(_("Not yet"), requests.id("unsolved", request.id)),
            Button(_("I no longer need it"), requests.id("withdraw", request.id)),
        ),
        note=_("I ask this once."),
    )


def not_yet(request: HelpRequest) -> Card:
    """Return the answer to *Not yet*."""
    return Card(
        body=(
            quoted(request.need),
            _("All right, it stays open. You can keep looking, or tell me later that it is solved."),
        ),
        controls=(
            Button(_("Keep looking"), requests.id("show", request.id)),
            Button(_("It is solved"), requests.id("solved", request.id)),
        ),
    )


def solved_form(request: HelpRequest, helpers: Sequence[Member], *, here: bool = False) -> Form:
    """Return the form that closes a request: who helped, and a thank-you; `here`: the answer takes the place of its card."""
    known = tuple(Choice(str(helper.id), shorten(helper.name, CHOICE)) for helper in helpers[:20])
    return Form(
        requests.id("close", request.id, HERE) if here else requests.id("close", request.id),
        _("It is solved"),
        (
            OneChoice(
                name="helper",
                label=_("Who helped you?"),
                choices=(
                    *known,
                    Choice(OTHER, _("Another member, named below")),
                    Choice(OUTSIDE, _("Nobody here: I found it elsewhere")),
                ),
                initial=known[0].value if len(known) == 1 else "",
            ),
            MemberField(name="person", label=_("Another member"), required=False),
            LongText(name="thanks", label=_("A word of thanks to them"), required=False, maximum=500),
            OneChoice(
                name="gain",
                label=_("What did it bring you most?"),
                hint=_("It counts for whoever helped. Only you two see it; others see totals."),
                required=False,
                choices=choices(GAINS),
            ),
            OneChoice(
                name="visibility",
                label=_("Who sees your thanks?"),
                required=False,
                choices=(Choice("private", _("Only the two of you")), Choice("public", _("Everyone, in the thanks channel"))),
                initial="private",
            ),
        ),
        _("Close it"),
    )


def solved(request: HelpRequest, *, thanked: bool, kept_private: bool) -> Card:
    """Return what whoever asked sees once their request is closed."""
    body: list[Content] = [quoted(request.need)]
    if request.helper is None:
        body.append(_("Good to know. The request is closed."))
    elif thanked:
        body.append(_("The request is closed, and {helper} has your thanks.", helper=mention(request.helper)))
    else:
        body.append(_("The request is closed, and {helper} knows that it helped.", helper=mention(request.helper)))
    if kept_private:
        body.append(_("There is no thanks channel here yet, so your thanks went to them alone."))
    return Card(title=_("Solved"), body=tuple(body), tone=Tone.GOOD)
