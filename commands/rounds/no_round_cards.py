"""What is told of a round that does not take place, and of one in which nobody meets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.i18n import _, plural
from bot.text import Day, Moment
from bot.ui import Button, Card, Tone, shorten
from commands.rounds.animator_cards import NAME
from commands.rounds.feature import rounds

if TYPE_CHECKING:
    import datetime as dt

    from storage.programmes import Programme
    from storage.round import Figures, Round


def cancelled_card(this: Round, coming: dt.datetime | None) -> Card:
    """Return what members read whose round was cancelled."""
    return Card(
        body=(
            _("There is no round on {day} after all.", day=Day(this.date)),
            _("The next one: {date}.", date=Moment(coming)) if coming else "",
        )
    )


def too_late_card(this: Round, programme: Programme) -> Card:
    """Return what animators read of a round that came too late to take place."""
    return Card(
        title=_("No round on {day}", day=Day(this.date)),
        body=_(
            "{name} could not begin in time: I was away, or everything was paused. Nobody is put together so late; "
            "those who knew of it are told, and the next one comes as planned.",
            name=programme.name,
        ),
        tone=Tone.ATTENTION,
    )


def nobody_card(this: Round, programme: Programme, coming: dt.datetime | None) -> Card:
    """Return what animators read of a round that nobody is in when it is to be matched."""
    return Card(
        title=_("No round on {day}", day=Day(this.date)),
        body=(
            _(
                "Nobody was there for {name} this time, so it does not take place; that happens.",
                name=shorten(programme.name, NAME),
            ),
            _("The next one: {date}.", date=Moment(coming)) if coming else "",
            _("A word in a channel helps: whoever types “meet” can join."),
        ),
        controls=(Button(_("Programme"), rounds.id("programme", programme.id)),),
    )


def no_meeting_card(this: Round, programme: Programme, figures: Figures, coming: dt.datetime | None) -> Card:
    """Return what animators read of a round that somebody was in and from which no meeting went out."""
    alone, name = figures.left_out + figures.waiting, shorten(programme.name, NAME)
    return Card(
        title=_("No meeting on {day}", day=Day(this.date)),
        body=(
            plural(
                "{name}: {count} member was there, and meets nobody for now. They are told why, and are first next time.",
                "{name}: {count} members were there, and meet nobody for now. They are told why, and are first next time.",
                alone,
                name=name,
            )
            if alone
            else _("{name}: whoever was told of it skipped it, left it, or has a meeting elsewhere; that happens.", name=name),
            _("If somebody else joins meanwhile, I put them in touch.") if alone else "",
            _("The next one: {date}.", date=Moment(coming)) if coming else "",
        ),
        controls=(
            Button(_("What came of it"), rounds.id("report", this.id)),
            Button(_("Programme"), rounds.id("programme", programme.id)),
        ),
    )
