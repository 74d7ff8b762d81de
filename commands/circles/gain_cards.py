"""What members see when they are asked, rarely, what their circle gave them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.gains import GAINS, choices
from bot.i18n import _
from bot.ui import CHOICE, Button, Card, Choice, Form, OneChoice, Style, Tone, shorten
from commands.circles.feature import circles
from commands.circles.wording import called, named

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.model import Member
    from storage.circle import Circle, Week


def gain_card(circle: Circle, week: Week) -> Card:
    """Ask what the circle gave."""
    return Card(
        title=_("What did your circle give you?"),
        body=_(
            "“{name}” has been going for a while. If somebody in it brought you something, say so: they have the credit.",
            name=called(circle),
        ),
        controls=(Button(_("Say what it brought"), circles.id("gain", week.id), Style.PRIMARY),),
        note=_("I ask this once in two months. No answer is fine."),
    )


def gain_form(week: Week, others: Sequence[Member]) -> Form:
    """Return the form that asks what it brought, and thanks to whom."""
    return Form(
        circles.id("gained", week.id),
        _("What it brought"),
        (
            OneChoice(
                name="giver",
                label=_("Thanks to whom?"),
                choices=tuple(Choice(str(one.id), shorten(one.name, CHOICE)) for one in others),
                initial=str(others[0].id) if others else "",
            ),
            OneChoice(
                name="gain",
                label=_("What did it bring you most?"),
                hint=_("Only the two of you see it; others see totals."),
                choices=choices(GAINS),
            ),
        ),
        _("Save"),
    )


def gained_card(giver: Member) -> Card:
    """Return the answer to what it brought."""
    return Card(body=_("Noted, to the credit of {name}.", name=named(giver)), tone=Tone.GOOD)


def alone_card() -> Card:
    """Return the answer where nobody is left to thank."""
    return Card(body=_("Nobody else of that week is here any more."))
