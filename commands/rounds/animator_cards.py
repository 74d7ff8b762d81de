"""What animators see of programmes: all of them, one, and its invitation."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bot.i18n import _, plural
from bot.recurrence import LAST, Monthly, Weekly
from bot.text import ChannelMention, Content, Day, Listing, Moment, Text
from bot.ui import Button, Card, Fact, Item, Style, shorten
from bot.weekdays import WEEKDAYS
from commands.rounds.feature import PROGRAMMES, rounds
from storage.programmes import Pool, Programme
from storage.round import Round, Stage

if TYPE_CHECKING:
    from collections.abc import Sequence

WEEKS: Final = {
    1: _("every week on {day}", day=""),
    2: _("every two weeks on {day}", day=""),
    3: _("every three weeks on {day}", day=""),
    4: _("every four weeks on {day}", day=""),
}
NTH: Final = {
    1: _("the first {day} of the month", day=""),
    2: _("the second {day} of the month", day=""),
    3: _("the third {day} of the month", day=""),
    4: _("the fourth {day} of the month", day=""),
    LAST: _("the last {day} of the month", day=""),
}
SHOWN: Final = 6
NAME: Final = 60


@dataclass(frozen=True, slots=True)
class Invited:
    """Where an invitation to a programme is: the workspace's name, and the channel where it is the reader's own workspace."""

    workspace: str
    channel: str = ""


@dataclass(frozen=True, slots=True)
class Overview:
    """A programme as an animator sees it: how many are in it, when it comes, how far its present round is, who is invited."""

    programme: Programme
    members: int = 0
    coming: Sequence[dt.datetime] = ()
    current: Round | None = None
    latest: Round | None = None
    invited: Sequence[Invited] = ()


def rhythm(programme: Programme) -> Text:
    """Return when a programme comes, in words."""
    dates = programme.rule.dates
    if isinstance(dates, Weekly):
        text, day = WEEKS[dates.every], WEEKDAYS[dates.weekdays[0]]
    elif isinstance(dates, Monthly):
        text, day = NTH.get(dates.nth, NTH[LAST]), WEEKDAYS[dates.weekday]
    else:
        return _("every day")
    return Text(text.template, {"day": day})


def pool(programme: Programme, invited: Sequence[Invited] = ()) -> Content:
    """Return who is in a programme, in words."""
    value = programme.rules.pool_value
    match programme.rules.pool:
        case Pool.NEWCOMERS:
            days = int(value) if value.isdecimal() else 90
            return plural("newcomers, for {count} day", "newcomers, for {count} days", days)
        case Pool.WORD:
            return _("those whose profile says “{word}”", word=shorten(value, 40))
        case Pool.CHANNEL:
            if not invited:
                return _("those who join by a button in a channel; it is not posted yet")
            return _("those who join by the button in {channel}", channel=Listing(tuple(map(_where, invited))))
        case _:
            return _("everyone who joined the meetings")


def _where(invited: Invited) -> Text:
    """Return a channel as its own workspace shows it; elsewhere nobody could read its id."""
    if invited.channel:
        return Text("{channel}", {"channel": ChannelMention(invited.channel)})
    return _("a channel of {workspace}", workspace=shorten(invited.workspace, NAME))


def size(programme: Programme) -> Text:
    """Return how many meet, in words."""
    if programme.rules.size == 2:  # noqa: PLR2004 - two are a pair
        return _("pairs")
    return plural("groups of {count}", "groups of {count}", programme.rules.size)


def rounds_card(overviews: Sequence[Overview]) -> Card:
    """Return all programmes."""
    return Card(
        title=_("Rounds"),
        body=(
            _("Who meets whom, in what size and how often. I write only to those who joined with “meet”."),
            "" if overviews else _("There is no programme yet."),
        ),
        items=tuple(
            Item(_line(each), Button(_("Look at it"), rounds.id("programme", each.programme.id))) for each in overviews[:SHOWN]
        ),
        controls=(Button(_("New programme"), rounds.id("new"), Style.PRIMARY),),
        note=_("All next dates, and a switch that pauses everything: “animator schedule”."),
    )


def _line(each: Overview) -> Text:
    programme = each.programme
    name = shorten(programme.name, NAME)
    if not programme.running:
        return _("**{name}**: stopped", name=name)
    if not each.coming:
        return _("**{name}**: {size}, {rhythm}", name=name, size=size(programme), rhythm=rhythm(programme))
    return _(
        "**{name}**: {size}, {rhythm}; next {date}",
        name=name,
        size=size(programme),
        rhythm=rhythm(programme),
        date=Moment(each.coming[0]),
    )


def programme_card(overview: Overview, *, news: Content = "") -> Card:
    """Return one programme, with what can be done about it."""
    programme, current, latest = overview.programme, overview.current, overview.latest
    rules = programme.rules
    return Card(
        title=shorten(programme.name, NAME),
        body=(
            news,
            "" if programme.running else _("It is stopped: nothing happens until you start it again."),
            _current(current),
        ),
        facts=(
            Fact(_("Who"), pool(programme, overview.invited)),
            Fact(_("Ready for the next round"), plural("{count} member", "{count} members", overview.members)),
            Fact(_("How many meet"), size(programme)),
            Fact(_("How often"), rhythm(programme)),
            Fact(_("Next rounds"), _dates(overview.coming)),
            Fact(
                _("Before they go out"),
                plural("you see them for {count} hour", "you see them for {count} hours", rules.preview_hours)
                if rules.preview_hours
                else _("nobody looks at them first"),
            ),
            *((Fact(_("Video call"), shorten(rules.video, 200)),) if rules.video else ()),
            *((Fact(_("Public holidays skipped"), programme.rule.holidays),) if programme.rule.holidays else ()),
        ),
        controls=(
            *(
                (Button(_("Look at the meetings"), rounds.id("preview", current.id, 0), Style.PRIMARY),)
                if current is not None and current.stage is Stage.MATCHED
                else ()
            ),
            *(
                (
                    Button(
                        _("Cancel this round"),
                        rounds.id("cancel_round", current.id),
                        Style.DANGER,
                        confirm=_("Nobody meets this time. Those who are in are told, and the next round comes as planned."),
                    ),
                )
                if current is not None and current.stage is Stage.NOTICED
                else ()
            ),
            Button(_("When and how many"), rounds.id("edit", programme.id)),
            Button(_("Who with whom"), rounds.id("rules", programme.id)),
            Button(_("How they go out"), rounds.id("sending", programme.id)),
            *((Button(_("What came of it"), rounds.id("report", latest.id)),) if latest is not None else ()),
            *((Button(_("Invite in the channel"), rounds.id("invite", programme.id)),) if rules.pool is Pool.CHANNEL else ()),
            Button(
                _("Stop"),
                rounds.id("stop", programme.id),
                confirm=_("No round begins any more. One that is under way goes on; what was is kept."),
            )
            if programme.running
            else Button(_("Start again"), rounds.id("start", programme.id), Style.PRIMARY),
            Button(_("All programmes"), PROGRAMMES),
        ),
    )


def _current(this: Round | None) -> Content:
    if this is None:
        return ""
    match this.stage:
        case Stage.NOTICED:
            return _(
                "The round of {day}: members are told; I look for who meets whom {time}.",
                day=Day(this.date),
                time=Moment(this.match_at),
            )
        case Stage.MATCHED:
            return _(
                "The round of {day}: its meetings go out {time}, unless you change them.",
                day=Day(this.date),
                time=Moment(this.send_at),
            )
        case Stage.SENDING:
            return _("The round of {day}: its meetings are on their way.", day=Day(this.date))
        case _:
            return _("The round of {day} is under way.", day=Day(this.date))


def _dates(coming: Sequence[dt.datetime]) -> Text:
    if not coming:
        return _("no date is near")
    return Text("{dates}", {"dates": Listing(tuple(Text("{date}", {"date": Moment(each)}) for each in coming[:3]))})


def invitation_card(programme: Programme) -> Card:
    """Return what is posted in a channel whose members a programme is for."""
    return Card(
        title=shorten(programme.name, NAME),
        body=_(
            "Whoever wants is put in touch with others from here, {rhythm}. You can skip, rest or leave at any time.",
            rhythm=rhythm(programme),
        ),
        controls=(Button(_("Join"), rounds.id("into", programme.id), Style.PRIMARY),),
    )
