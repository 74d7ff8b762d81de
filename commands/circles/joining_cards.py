"""What members see when they come to a circle: invitations, wishes to come in, the conversation that opens."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.i18n import _
from bot.text import Listing, Moment, Text
from bot.ui import Button, Card, Fact, Style, Tone, shorten
from commands.circles.feature import CIRCLE, circles
from commands.circles.wording import called, named, names, rhythm
from storage.circle import State

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from bot.model import Member
    from storage.circle import Circle

REASONS: Final = 3


def invitation_card(circle: Circle, by: Member | None) -> Card:
    """Return an invitation; `by` is None where the animators had the idea."""
    title = _("{name} invites you to a circle", name=named(by)) if by is not None else _("A circle for you?")
    return Card(
        title=title,
        body=(
            _("“{name}”, {rhythm}.", name=called(circle), rhythm=rhythm(circle.rule)),
            _(
                "Three to eight peers tell each other, in a few lines, what they did, what comes next and where they need a hand. "
                "Only the circle reads it."
            ),
            _("Why you: {reasons}.", reasons=Listing(circle.reasons[:REASONS])) if circle.reasons else "",
        ),
        facts=(
            *((Fact(_("Members"), Text("{names}", {"names": names(circle.members)})),) if circle.members else ()),
            *((Fact(_("Invited"), Text("{names}", {"names": names(circle.invited)})),) if circle.invited else ()),
        ),
        controls=(
            Button(_("Come in"), circles.id("come", circle.id), Style.PRIMARY),
            Button(_("Rather not"), circles.id("decline", circle.id)),
        ),
        note=_("Saying no is silent. You can leave at any time with one click."),
    )


def in_card(circle: Circle, coming: dt.datetime | None) -> Card:
    """Return the answer to whoever came in."""
    running = circle.state is State.RUNNING
    return Card(
        title=_("You are in “{name}”", name=called(circle)),
        body=(
            _("With you: {names}.", names=names(circle.members)) if running else "",
            _("Your first questions: {date}.", date=Moment(coming)) if running and coming else "",
            _("It begins with three of you. I write to you as soon as you are.") if not running else "",
        ),
        tone=Tone.GOOD,
        controls=(Button(_("My circle"), circles.id("show", circle.id)),),
    )


def declined_card() -> Card:
    """Return the answer to whoever would rather not."""
    return Card(body=_("All right. Nobody is told."), controls=(Button(_("Circles"), CIRCLE),))


def invited_card(member: Member, *, later: bool) -> Card:
    """Return the answer to whoever invited somebody; `later`: they were written to often enough this week."""
    if later:
        return Card(
            body=_("{name} finds your invitation under “circle”: they had enough messages this week.", name=named(member)),
            tone=Tone.GOOD,
        )
    return Card(body=_("{name} is asked, in their own hours.", name=named(member)), tone=Tone.GOOD)


def asking_card(circle: Circle, member: Member, does: str = "") -> Card:
    """Ask the members of a circle whether somebody may come in."""
    return Card(
        title=_("{name} would like to be in your circle", name=named(member)),
        body=(
            shorten(does, 200),
            _("“{name}”: they would read what you write from then on.", name=called(circle)),
        ),
        controls=(
            Button(_("Welcome"), circles.id("welcome", circle.id, member.id), Style.PRIMARY),
            Button(_("Not now"), circles.id("not_now", circle.id, member.id)),
        ),
        note=_("The first answer of one of you counts. “Not now” is told kindly, without a name."),
    )


def asked_card(circle: Circle) -> Card:
    """Return the answer to whoever asked to come in."""
    return Card(body=_("I asked the members of “{name}”. You hear from me.", name=called(circle)), tone=Tone.GOOD)


def settled_card(circle: Circle, member: Member, *, welcome: bool) -> Card:
    """Return what the wish of somebody becomes once it is answered."""
    if welcome:
        return Card(body=_("{name} is in “{circle}”.", name=named(member), circle=called(circle)), tone=Tone.GOOD)
    return Card(body=_("“{name}” stays as it is for now.", name=called(circle)))


def not_now_card(circle: Circle) -> Card:
    """Return what somebody reads whose wish was not met."""
    return Card(
        body=_("“{name}” stays as it is for now. Another circle may be just right.", name=called(circle)),
        controls=(Button(_("Find me a circle"), circles.id("seek"), Style.PRIMARY), Button(_("Circles"), CIRCLE)),
    )


def seeking_card() -> Card:
    """Return the answer to whoever looks for a circle."""
    return Card(
        title=_("I keep an eye out"),
        body=_(
            "You are invited as soon as there is a circle for you: one that has room, an open door and your language, "
            "or one that is put together with other trades and hours like yours."
        ),
        tone=Tone.GOOD,
        controls=(Button(_("No longer look for one"), circles.id("seek_no_more")), Button(_("Circles"), CIRCLE)),
    )


def opening_card(circle: Circle, members: Sequence[Member], coming: dt.datetime | None, gone: Sequence[Member] = ()) -> Card:
    """Return the first message of a circle's conversation."""
    return Card(
        title=called(circle),
        body=(
            _("{names}: this is your circle’s conversation.", names=names(members)),
            _("{names}: no longer in it.", names=names(gone)) if gone else "",
            _(
                "I ask each of you privately, {rhythm}; your answers appear here together: when all are in, or three working days "
                "later. Nobody else reads them.",
                rhythm=rhythm(circle.rule),
            ),
            _("The next questions: {date}.", date=Moment(coming)) if coming else "",
        ),
        controls=(Button(_("My circle"), circles.id("show", circle.id)),),
        note=_("Missing a week is nobody’s fault."),
    )


def joins_card(member: Member) -> Card:
    """Return what the others read in their conversation when somebody comes in."""
    return Card(body=_("{name} is with you from the next questions on.", name=named(member)), tone=Tone.GOOD)


def changed_card(circle: Circle, by: Member) -> Card:
    """Return what the others read in their conversation when the name or the rhythm changed."""
    return Card(
        body=_("{name} changed it: “{circle}”, {rhythm}.", name=named(by), circle=called(circle), rhythm=rhythm(circle.rule))
    )
