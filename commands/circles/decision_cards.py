"""What members see when their circle falls under three: another circle to go to, going on as they are, or an end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.i18n import _, plural
from bot.text import Moment
from bot.ui import Button, Card, Style, Tone
from commands.circles.feature import circles
from commands.circles.wording import called, names, rhythm
from storage.circle import SMALLEST

if TYPE_CHECKING:
    import datetime as dt

    from storage.circle import Circle, Merge


def small_card(circle: Circle, other: Circle | None = None, merge: Merge | None = None) -> Card:
    """Return what those read who remain, or whom animators thought of; `other` is a circle that they could join, by `merge`."""
    offered = other is not None and merge is not None
    return Card(
        title=plural("“{name}”: you are {count} now", "“{name}”: you are {count} now", len(circle.members), name=called(circle))
        if len(circle.members) < SMALLEST
        else _("“{name}”: one circle with another?", name=called(circle)),
        body=(
            _(
                "Would you like to be one circle with “{other}” ({names}; {rhythm})? "
                "I ask them too, and it happens only if both sides want it.",
                other=called(other),
                names=names(other.members),
                rhythm=rhythm(other.rule),
            )
            if offered and other is not None
            else _("You can go on as you are, invite somebody, or end it here."),
        ),
        controls=(
            *(
                (Button(_("Yes, with them"), circles.id("yes", merge.id), Style.PRIMARY),)
                if offered and merge is not None
                else (Button(_("Invite somebody"), circles.id("invite", circle.id), Style.PRIMARY),)
            ),
            Button(_("Go on as we are"), circles.id("go_on", merge.id if offered and merge is not None else 0)),
            Button(
                _("Close the circle"),
                circles.id("close", circle.id),
                confirm=_("It ends for all of you. What was said stays in your conversation."),
            ),
        ),
        note=_("What each of you chooses stays between you and me."),
    )


def merge_card(circle: Circle, other: Circle, merge: Merge) -> Card:
    """Ask the members of the larger circle."""
    return Card(
        title=_("“{name}” would like to join you", name=called(other)),
        body=(
            plural(
                "They are {count}: {names}. You would be one circle, “{circle}”, with your rhythm.",
                "They are {count}: {names}. You would be one circle, “{circle}”, with your rhythm.",
                len(other.members),
                names=names(other.members),
                circle=called(circle),
            ),
            _("It happens if most of you would like it, and nobody rather not, until {date}.", date=Moment(merge.ends_at)),
        ),
        controls=(
            Button(_("Yes, with them"), circles.id("yes", merge.id), Style.PRIMARY),
            Button(_("Rather not"), circles.id("rather_not", merge.id)),
        ),
        note=_("What each of you chooses stays between you and me."),
    )


def noted_card(*, waiting: bool) -> Card:
    """Return the answer to whoever said what they would like."""
    return Card(body=_("Noted. I tell you what comes of it.") if waiting else _("Noted: it stays as it is."), tone=Tone.GOOD)


def merged_card(circle: Circle, coming: dt.datetime | None) -> Card:
    """Return what everybody reads when two circles became one."""
    return Card(
        title=_("You are one circle now: “{name}”", name=called(circle)),
        body=(
            _("{names}.", names=names(circle.members)),
            _("Commitments come along, word for word."),
            _("The next questions: {date}.", date=Moment(coming)) if coming else "",
        ),
        tone=Tone.GOOD,
        controls=(Button(_("My circle"), circles.id("show", circle.id)),),
    )


def not_merged_card(circle: Circle) -> Card:
    """Return what the members of the small circle read when it does not come to be."""
    return Card(
        title=called(circle),
        body=_("It does not work out with the other circle. You can go on as you are, invite somebody, or end it here."),
        controls=(
            Button(_("Invite somebody"), circles.id("invite", circle.id), Style.PRIMARY),
            Button(_("Go on as we are"), circles.id("go_on", 0)),
            Button(
                _("Close the circle"),
                circles.id("close", circle.id),
                confirm=_("It ends for all of you. What was said stays in your conversation."),
            ),
        ),
    )


def decided_card() -> Card:
    """Return the answer to whoever decides on what is decided."""
    return Card(body=_("This is decided already."))
