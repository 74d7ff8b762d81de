"""What a member sees of meetings as such: whether they take part, when, how often; the notice; being left out, and paused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.feature import RUN
from bot.i18n import LANGUAGE_NAMES, LOCALES, _
from bot.text import Day, Listing, Moment, Text
from bot.ui import Button, Card, Choice, DateField, Fact, Form, Item, OneChoice, SeveralChoices, Style, Tone, shorten
from commands.rounds.feature import MEET, rounds
from storage.participation import State

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from bot.model import Member
    from storage.meeting import Meeting
    from storage.participation import Participant
    from storage.programmes import Programme
    from storage.round import Round

EVERY: Final = {
    0: _("Every round"),
    7: _("Once a week at most"),
    14: _("Every two weeks at most"),
    28: _("Once a month at most"),
    84: _("Every three months at most"),
}
"""How often somebody wants to meet, in days between two rounds."""
SHOWN: Final = 3
NAME: Final = 60


def programme_name(programme: Programme) -> str:
    """Return what a programme is called."""
    return shorten(programme.name, NAME)


def meet_card(  # noqa: PLR0913 - what there is to say of it
    me: Participant | None,
    coming: dt.datetime | None,
    meetings: Sequence[Meeting] = (),
    programmes: Sequence[tuple[Programme, bool]] = (),
    *,
    introduced: bool = True,
    wishes: bool = False,
) -> Card:
    """Return where somebody stands: whether they take part, when their next round is, whom they are meeting.

    `wishes`: there is somebody whom they would rather not meet.
    """
    if me is None or me.state is State.LEFT:
        return _invitation(coming, introduced=introduced)
    if me.state is State.PAUSED:
        return paused_card()
    return Card(
        title=_("Meetings"),
        body=(
            _("You rest until {day}; then you are back by yourself.", day=Day(me.snoozed_until)) if me.snoozed_until else "",
            _("You take part. I tell you the day before each round, and you can skip it then.") if not me.snoozed_until else "",
        ),
        facts=(
            Fact(_("Next round"), Text("{date}", {"date": Moment(coming)}) if coming else _("no date yet")),
            Fact(_("How often"), EVERY.get(me.every, EVERY[0])),
            *((Fact(_("Languages"), _languages(me.languages)),) if me.languages else ()),
        ),
        items=(
            *(_with(meeting, me.member) for meeting in meetings[:SHOWN]),
            *(
                Item(
                    Text("{name}", {"name": programme_name(programme)}),
                    Button(_("Without me"), rounds.id("without", programme.id))
                    if inside
                    else Button(_("Join"), rounds.id("into", programme.id)),
                )
                for programme, inside in programmes[:SHOWN]
                if len(programmes) > 1 or not inside
            ),
        ),
        controls=(
            *((Button(_("I’m back"), rounds.id("back"), Style.PRIMARY),) if me.snoozed_until else ()),
            Button(_("Snooze until…"), rounds.id("snooze")),
            Button(_("How often, which languages"), rounds.id("preferences")),
            *((Button(_("Rather not with…"), rounds.id("wishes", 0)),) if wishes else ()),
            Button(_("Leave the meetings"), rounds.id("leave")),
            *((Button(_("Introduce myself"), f"{RUN}intro"),) if not introduced else ()),
        ),
    )


def _invitation(coming: dt.datetime | None, *, introduced: bool) -> Card:
    return Card(
        title=_("Meetings"),
        body=(
            _(
                "Each round I put you in touch with another member: why you two, three times that suit you both, "
                "and something to begin with. Half an hour is enough."
            ),
            _("You can skip a round, rest for a while or leave with one click, and nobody is told why."),
        ),
        facts=(Fact(_("Next round"), Text("{date}", {"date": Moment(coming)})),) if coming else (),
        controls=(
            Button(_("Join the meetings"), rounds.id("join"), Style.PRIMARY),
            *((Button(_("Introduce myself"), f"{RUN}intro"),) if not introduced else ()),
        ),
    )


def _with(meeting: Meeting, me: Member) -> Item:
    others = Listing(tuple(shorten(one.name, 30) for one in meeting.others(me.id)))
    said = (
        _("With {names}, {time}", names=others, time=Moment(meeting.chosen))
        if meeting.chosen
        else _("With {names}; no time chosen yet", names=others)
    )
    return Item(said, Button(_("How did it go?"), rounds.id("how", meeting.id)))


def _languages(languages: Sequence[str]) -> Text:
    return Text("{all}", {"all": Listing(tuple(LANGUAGE_NAMES.get(each, each) for each in languages))})


def joined_card(coming: dt.datetime | None, *, now: bool = False, introduced: bool = True) -> Card:
    """Return the answer to whoever joined; `now`: a round is under way in which somebody may be free."""
    return Card(
        title=_("You take part"),
        body=(
            _("Your first round: {date}. I tell you the day before.", date=Moment(coming))
            if coming
            else _("I tell you the day before each round."),
            _("A round is under way: if somebody is free, I put you in touch at once.") if now else "",
            _("Introduce yourself, and I can say why you should meet.") if not introduced else "",
        ),
        tone=Tone.GOOD,
        controls=(
            *((Button(_("Introduce myself"), f"{RUN}intro", Style.PRIMARY),) if not introduced else ()),
            Button(_("How often, which languages"), rounds.id("preferences")),
            Button(_("Meetings"), MEET),
        ),
    )


def left_card() -> Card:
    """Return the answer to whoever left the meetings."""
    return Card(
        body=_("You no longer take part in the meetings. What was is kept; the button brings you back."),
        controls=(Button(_("Join the meetings"), rounds.id("join")),),
    )


def pause_card(programme: Programme | None) -> Card:
    """Return the ways to have fewer meetings: rest, go without one programme, or leave them all."""
    return Card(
        title=_("Meetings"),
        body=_("Rest for a while, or stop: one click brings you back."),
        controls=(
            Button(_("Snooze until…"), rounds.id("snooze"), Style.PRIMARY),
            *((Button(_("Without me"), rounds.id("without", programme.id)),) if programme is not None else ()),
            Button(_("How often, which languages"), rounds.id("preferences")),
            Button(_("Leave the meetings"), rounds.id("leave")),
        ),
        note=programme_name(programme) if programme is not None else "",
    )


def snooze_form(until: dt.date | None = None) -> Form:
    """Return the form that asks until when somebody rests."""
    return Form(
        rounds.id("snoozed"),
        _("Snooze the meetings"),
        (DateField(name="until", label=_("Back on"), hint=_("You are back by yourself on that day."), initial=until),),
        _("Save"),
    )


def snoozed_card(until: dt.date) -> Card:
    """Return the answer to whoever rests."""
    return Card(
        body=_("No meeting before {day}. You are back by yourself then.", day=Day(until)),
        tone=Tone.GOOD,
        controls=(Button(_("I’m back"), rounds.id("back")), Button(_("Meetings"), MEET)),
    )


def preferences_form(every: int, languages: Sequence[str]) -> Form:
    """Return the form of how often and in which languages somebody meets."""
    return Form(
        rounds.id("preferred"),
        _("My meetings"),
        (
            OneChoice(
                name="every",
                label=_("How often?"),
                choices=tuple(Choice(str(days), label) for days, label in EVERY.items()),
                initial=str(every if every in EVERY else 0),
            ),
            SeveralChoices(
                name="languages",
                label=_("Languages you can meet in"),
                hint=_("Besides the one I write to you in."),
                choices=tuple(Choice(locale, LANGUAGE_NAMES[locale]) for locale in LOCALES),
                initial=tuple(each for each in languages if each in LOCALES),
                required=False,
            ),
        ),
        _("Save"),
    )


# ---------------------------------------------------------------- the notice


def notice_card(this: Round, programme: Programme) -> Card:
    """Return the notice of a round, a day before."""
    return Card(
        title=_("A meeting, {day}", day=Day(this.date)),
        body=_(
            "“{name}”: without a word from you, you are in. I choose who meets whom on {time}.",
            name=programme_name(programme),
            time=Moment(this.match_at),
        ),
        controls=(
            Button(_("I’m in"), rounds.id("in", this.id), Style.PRIMARY),
            Button(_("Skip this one"), rounds.id("skip", this.id)),
            Button(_("Snooze until…"), rounds.id("snooze")),
        ),
        note=_("Skipping is silent, as often as you like."),
    )


def in_card(this: Round) -> Card:
    """Return what the notice becomes for whoever is in."""
    return Card(
        body=_("You are in, {day}.", day=Day(this.date)),
        tone=Tone.GOOD,
        controls=(Button(_("Skip this one"), rounds.id("skip", this.id)),),
    )


def skipped_card(this: Round, coming: dt.datetime | None, *, back: bool) -> Card:
    """Return what the notice becomes for whoever skips; `back`: they can still change their mind."""
    return Card(
        body=(
            _("Not this time, {day}. Nobody is told.", day=Day(this.date)),
            _("The one after: {date}.", date=Moment(coming)) if coming else "",
        ),
        controls=(Button(_("I’m in after all"), rounds.id("in", this.id)),) if back else (Button(_("Meetings"), MEET),),
    )


def too_late_card(coming: dt.datetime | None, *, over: bool = True) -> Card:
    """Return the answer to a notice whose round is over, or matched without whoever answers."""
    return Card(
        body=(
            _("This round is over.") if over else _("The meetings of this round are made already."),
            _("The next one: {date}.", date=Moment(coming)) if coming else "",
        ),
        controls=(Button(_("Meetings"), MEET),),
    )


def past_card(meeting: Meeting) -> Card:
    """Return the answer to whoever chooses a time that is past."""
    return Card(
        body=_("This time is past."),
        controls=(Button(_("Other times"), rounds.id("times", meeting.id, meeting.version), Style.PRIMARY),),
    )


# ---------------------------------------------------------------- left out, paused


def left_out_card(why: Text | None, coming: dt.datetime | None, *, looking: bool = False) -> Card:
    """Return what somebody reads who was left out: why, and when next; `looking`: somebody may still become free for them."""
    return Card(
        title=_("Nobody for you this time"),
        body=(
            why or _("Nobody else was free."),
            _("You are first in the next round, {date}.", date=Moment(coming)) if coming else _("You are first in the next round."),
            _("If somebody becomes free before then, I put you in touch.") if looking else "",
        ),
        controls=(
            *((Button(_("Leave it this time"), rounds.id("no_more")),) if looking else ()),
            Button(_("Meetings"), MEET),
        ),
    )


def without_card(programme: Programme, why: Text, coming: dt.datetime | None) -> Card:
    """Return what somebody reads who was told of a round that leaves them in peace, or is no longer for them."""
    return Card(
        title=_("“{name}”: not this time", name=programme_name(programme)),
        body=(why, _("The next one: {date}.", date=Moment(coming)) if coming else ""),
        controls=(Button(_("Meetings"), MEET),),
    )


def paused_card() -> Card:
    """Return what somebody reads who was silent three times: they are left in peace, and one click brings them back."""
    return Card(
        title=_("I leave you in peace"),
        body=_("Three rounds went by without a word from you, so I put you together with nobody for now. It is no reproach."),
        controls=(
            Button(_("I’m back"), rounds.id("back"), Style.PRIMARY),
            Button(_("Leave the meetings"), rounds.id("leave")),
        ),
    )
