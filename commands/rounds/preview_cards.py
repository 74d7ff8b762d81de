"""The preview: meetings that are about to go out, as the animators see and change them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.i18n import _, plural
from bot.paging import page_of
from bot.text import Content, Day, Listing, Moment, Text
from bot.ui import CHOICE, Button, Card, Choice, Form, Item, MemberField, OneChoice, Select, Style, Tone, shorten
from commands.rounds.feature import PROGRAMMES, rounds
from storage.round import Stage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.model import Member
    from storage.meeting import Meeting
    from storage.programmes import Programme
    from storage.round import Round

PAGE: Final = 7
"""Meetings on a page."""
NAME: Final = 25
NAMED: Final = 10
"""Members who are left out, by name; the others are counted."""
SHOWN: Final = 3
"""Rules that gave way, shown by name; the others are counted."""

NOW, HOURS, TOMORROW, LATER = "now", "hours", "tomorrow", "later"
_WHEN: Final = (
    Choice(NOW, _("Now")),
    Choice(HOURS, _("Two hours later")),
    Choice(TOMORROW, _("A day later")),
    Choice(LATER, _("Two days later")),
)


def names(meeting: Meeting) -> Listing:
    """Return who meets."""
    return Listing(tuple(shorten(one.name, NAME) for one in meeting.members))


def relaxed(this: Round) -> tuple[Content, ...]:
    """Return which rules gave way, for the animators."""
    more = len(this.relaxed) - SHOWN
    return (
        *this.relaxed[:SHOWN],
        *((plural("And {count} more like these.", "And {count} more like these.", more),) if more > 0 else ()),
    )


def preview_card(  # noqa: PLR0913 - a round as it is about to go out
    this: Round, programme: Programme, meetings: Sequence[Meeting], left_out: Sequence[Member], page: int = 0, *, more: int = 0
) -> Card:
    """Return a page of the meetings of a round that are not sent yet; pages count from 0. `more` are left out than are named."""
    if this.stage is not Stage.MATCHED:
        return gone_card(this, programme)
    here = page_of(len(meetings), page, PAGE)
    return Card(
        title=_("{name}: the meetings of {day}", name=shorten(programme.name, 60), day=Day(this.date)),
        body=(
            _(
                "They go out by themselves: {time}. Until then you can change them; nobody has seen them.",
                time=Moment(this.send_at),
            ),
            plural("{count} meeting.", "{count} meetings.", len(meetings)),
            _("Left out: {names}.", names=Listing(tuple(shorten(one.name, NAME) for one in left_out[:NAMED]))) if left_out else "",
            plural("And {count} more like these.", "And {count} more like these.", more) if more else "",
            *relaxed(this),
        ),
        items=tuple(
            Item(
                _("{names} (kept as they are)", names=names(meeting))
                if meeting.locked
                else Text("{names}", {"names": names(meeting)}),
                Button(_("Change"), rounds.id("group", meeting.id)),
            )
            for meeting in here.of(meetings)
        ),
        controls=(
            Button(_("Send now"), rounds.id("send_now", this.id), Style.PRIMARY),
            Button(_("Mix again"), rounds.id("mix", this.id)),
            *here.buttons(lambda to: rounds.id("preview", this.id, to)),
            Button(
                _("Cancel this round"),
                rounds.id("cancel_round", this.id),
                Style.DANGER,
                confirm=_("Nobody meets this time. Those who are in are told, and the next round comes as planned."),
            ),
            Select(rounds.id("deadline", this.id), _("Send them…"), _WHEN),
        ),
        note=here.note,
    )


def gone_card(this: Round, programme: Programme) -> Card:
    """Return what a preview becomes once its round went out, or did not."""
    if this.stage is Stage.NOTICED:
        said = _("I am mixing again; the new meetings are here in a moment.")
    elif this.stage is Stage.CANCELLED:
        said = _("This round was cancelled.")
    elif this.stage in (Stage.SENT, Stage.OVER):
        said = _("These meetings went out.")
    else:
        said = _("These meetings are on their way.")
    return Card(
        title=_("{name}: {day}", name=shorten(programme.name, 60), day=Day(this.date)),
        body=said,
        controls=(Button(_("What came of it"), rounds.id("report", this.id)), Button(_("Rounds"), PROGRAMMES)),
    )


def group_card(meeting: Meeting) -> Card:
    """Return one meeting that is about to go out, with what can be changed in it."""
    return Card(
        title=_("A meeting"),
        body=(
            Text("{names}", {"names": names(meeting)}),
            _("Why they: {reasons}.", reasons=Listing(meeting.reasons[:SHOWN])) if meeting.reasons else "",
        ),
        controls=(
            Button(_("Swap somebody"), rounds.id("swap", meeting.id), Style.PRIMARY),
            Button(_("No longer keep"), rounds.id("unlock", meeting.id))
            if meeting.locked
            else Button(_("Keep as they are"), rounds.id("lock", meeting.id)),
            Button(
                _("Cancel this meeting"),
                rounds.id("cancel", meeting.id),
                Style.DANGER,
                confirm=_("They meet nobody this time, are told so, and are first next time."),
            ),
            Button(_("All meetings"), rounds.id("preview", meeting.round_id, 0)),
        ),
        note=_("What is kept stays together when you mix again."),
        tone=Tone.GOOD if meeting.locked else Tone.NEUTRAL,
    )


def swap_form(meeting: Meeting) -> Form:
    """Return the form that exchanges two members of two meetings."""
    return Form(
        rounds.id("swapped", meeting.id),
        _("Swap two members"),
        (
            OneChoice(
                name="who",
                label=_("Who goes to another meeting?"),
                choices=tuple(Choice(str(one.member.id), shorten(one.member.name, CHOICE)) for one in meeting.attendees),
            ),
            MemberField(name="with_whom", label=_("Who comes in their place?")),
        ),
        _("Swap"),
    )
