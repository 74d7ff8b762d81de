"""What members see when they rest, leave, or their circle ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.i18n import _
from bot.text import Day
from bot.ui import Button, Card, Style, Tone
from commands.circles.feature import CIRCLE, circles
from commands.circles.wording import called

if TYPE_CHECKING:
    import datetime as dt

    from storage.circle import Circle


def left_card(circle: Circle, *, words: bool) -> Card:
    """Return the answer to whoever left a circle; `words`: some of theirs are in its conversation."""
    return Card(
        body=(
            _("You are no longer in “{name}”.", name=called(circle)),
            _("What you wrote stays where it is, unless you take it back.") if words else "",
        ),
        controls=(
            *(
                (
                    Button(
                        _("Take my words back"),
                        circles.id("forget", circle.id),
                        confirm=_("What you answered disappears from the conversation and from what I keep."),
                    ),
                )
                if words
                else ()
            ),
            Button(_("Circles"), CIRCLE),
        ),
    )


def forgotten_card() -> Card:
    """Return the answer to whoever took their words back."""
    return Card(body=_("Your words are taken back."), tone=Tone.GOOD, controls=(Button(_("Circles"), CIRCLE),))


def snoozed_card(circle: Circle, until: dt.date) -> Card:
    """Return the answer to whoever rests."""
    return Card(
        body=_("“{name}” asks you nothing before {day}. You still read the others.", name=called(circle), day=Day(until)),
        tone=Tone.GOOD,
        controls=(Button(_("I’m back"), circles.id("back", circle.id)),),
    )


def closed_card(circle: Circle) -> Card:
    """Return what its members read when a circle ends."""
    return Card(
        title=_("“{name}” has ended", name=called(circle)),
        body=_("Your conversation stays yours. Another circle is one click away."),
        controls=(Button(_("Find me a circle"), circles.id("seek"), Style.PRIMARY), Button(_("Circles"), CIRCLE)),
    )


def lone_card(circle: Circle) -> Card:
    """Return what those read whose circle did not find three in time."""
    return Card(
        title=_("“{name}” did not find three", name=called(circle)),
        body=_("I keep an eye out: as soon as there is a circle for you, you are invited."),
        controls=(Button(_("No longer look for one"), circles.id("seek_no_more")), Button(_("Circles"), CIRCLE)),
    )
