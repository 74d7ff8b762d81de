"""What is said of a round as a whole: what came of it, that it is out, that there is none after all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.i18n import _, plural
from bot.text import Day, Listing, Text
from bot.ui import Button, Card, Fact, Tone, shorten
from commands.rounds.feature import PROGRAMMES, rounds
from commands.rounds.pairing import PAUSED, SNOOZED, TOO_SOON
from commands.rounds.preview_cards import relaxed
from storage.round import Stage

if TYPE_CHECKING:
    from storage.programmes import Programme
    from storage.round import Figures, Round

_DROPPED: Final = {
    SNOOZED: _("Resting"),
    PAUSED: _("Paused after three silences"),
    TOO_SOON: _("Had a meeting not long ago, as they want it"),
}
NAME: Final = 60


def report_card(this: Round, programme: Programme, figures: Figures) -> Card:
    """Return what came of a round."""
    over = this.stage in (Stage.OVER, Stage.CANCELLED)
    resting = sum(this.dropped.values())
    return Card(
        title=_("{name}: the round of {day}", name=shorten(programme.name, NAME), day=Day(this.date)),
        body=(
            _("This round was cancelled.") if this.stage is Stage.CANCELLED else "" if over else _("It is not over yet."),
            *relaxed(this),
        ),
        facts=(
            Fact(_("Told of it"), _count(figures.eligible)),
            *((Fact(_("Joined once it had begun"), _count(figures.late)),) if figures.late else ()),
            Fact(_("Skipped it"), _count(figures.opted_out)),
            Fact(_("Left in peace"), Text("{all}", {"all": _resting(this)}) if resting else _count(0)),
            Fact(_("Matched"), _count(figures.matched)),
            Fact(_("Left out, first next time"), _count(figures.left_out)),
            *((Fact(_("Waiting for somebody free"), _count(figures.waiting)),) if figures.waiting else ()),
            Fact(_("Meetings"), _count(figures.meetings)),
            Fact(_("Took place, as far as I was told"), _count(figures.met)),
            Fact(_("Members who said a word"), _count(figures.replied)),
        ),
        controls=(Button(_("Programme"), rounds.id("programme", programme.id)), Button(_("Rounds"), PROGRAMMES)),
        note=_("Only totals: who said what stays with them."),
        tone=Tone.NEUTRAL,
    )


def _resting(this: Round) -> Listing:
    found = [(label, this.dropped[key]) for key, label in _DROPPED.items() if this.dropped.get(key)]
    return Listing(tuple(Text("{label}: {count}", {"label": label, "count": count}) for label, count in found))


def _count(count: int) -> Text:
    return Text("{count}", {"count": count})


def sent_card(this: Round, programme: Programme, figures: Figures) -> Card:
    """Return what animators are told of a round that went out without their looking, where rules gave way."""
    return Card(
        title=_("{name}: the meetings of {day} are out", name=shorten(programme.name, NAME), day=Day(this.date)),
        body=(plural("{count} meeting.", "{count} meetings.", figures.meetings), *relaxed(this)),
        controls=(Button(_("What came of it"), rounds.id("report", this.id)),),
    )
