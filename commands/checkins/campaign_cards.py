"""What animators see of campaigns: the panel, the templates, one campaign, who is in it, who was left out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bot.i18n import _, plural
from bot.text import Content, Day, Listing, Text
from bot.ui import Button, Card, Choice, Fact, Item, Select, Style, Tone, shorten
from commands.checkins.feature import MOST, PANEL, checkins
from commands.checkins.library import TEMPLATES
from commands.checkins.wording import (
    KINDS,
    audience_in_words,
    opening_of,
    options_of,
    rhythm_in_words,
    title_of,
    words_of,
)
from storage.checkin import Campaign, Counts, Kind, Question, Rhythm, Sending, Stage, State

if TYPE_CHECKING:
    from bot.paging import Page
    from bot.ui import Control

PAGE: Final = 6
NAMED: Final = 40


@dataclass(frozen=True, slots=True)
class Overview:
    """A campaign as it stands: how many are in its audience, how many of them would be left out, its sendings, its next dates.

    `soon`: how many reach its day within thirty days; `workspace` is the name of the one it is for, if any.
    """

    campaign: Campaign
    members: int = 0
    without: int = 0
    soon: int = 0
    sendings: Sequence[tuple[Sending, Counts]] = ()
    dates: Sequence[dt.date] = ()
    workspace: str = ""


def panel(campaigns: Sequence[Campaign], page: Page, waiting: int, unread: int) -> Card:
    """Return the panel of check-ins: a page of the campaigns, and what waits to be read."""
    return Card(
        title=_("Check-ins"),
        body=(
            plural(
                "{count} answer waits for your care, {unread} not read.",
                "{count} answers wait for your care, {unread} not read.",
                waiting,
                unread=unread,
            )
            if waiting
            else "",
            ""
            if campaigns
            else _("Ask how they are: choose a template or write your own questions. Nothing goes out before you say so."),
        ),
        items=tuple(
            Item(
                Text("**{title}** · {state}", {"title": title_of(one), "state": _state(one)}),
                Button(_("Look at it"), checkins.id("campaign", one.id)),
            )
            for one in campaigns
        ),
        controls=(
            Button(_("New check-in"), checkins.id("new"), Style.SECONDARY if unread else Style.PRIMARY),
            Button(_("Inbox"), checkins.id("inbox", "new", 0), Style.PRIMARY if unread else Style.SECONDARY),
            Button(_("Trends"), checkins.id("trends", 0)),
            *page.buttons(lambda number: checkins.id("panel", number)),
        ),
        note=_("Members say each time who reads: you, one peer or nobody. You see what they chose to show you."),
    )


def _state(campaign: Campaign) -> Text:
    if campaign.state is State.DRAFT:
        return _("draft")
    if campaign.state is State.STOPPED:
        return _("stopped")
    return {Rhythm.ONCE: _("sent once"), Rhythm.REPEAT: _("comes again by itself"), Rhythm.DAY: _("for each newcomer")}[
        campaign.rhythm
    ]


def templates() -> Card:
    """Return the choice of a template."""
    return Card(
        title=_("New check-in"),
        body=_("Choose what to begin with. You can change every word, and nothing goes out before you say so."),
        controls=(
            Select(
                checkins.id("begin"),
                _("Choose a template"),
                tuple(Choice(key, one.title, one.hint) for key, one in TEMPLATES.items()),
            ),
            Button(_("Check-ins"), PANEL),
        ),
    )


def campaign_card(over: Overview, locale: str, news: Content = "") -> Card:
    """Return one campaign."""
    this = over.campaign
    draft = this.state is State.DRAFT
    return Card(
        title=title_of(this),
        body=(
            news,
            opening_of(this),
            "" if this.questions else _("It has no question yet. Add one to five."),
        ),
        facts=(
            Fact(_("To whom"), audience_in_words(this.audience, over.workspace)),
            Fact(_("When"), rhythm_in_words(this, locale)),
            *((Fact(_("Now"), _now(over)),) if draft or this.rhythm is not Rhythm.ONCE else ()),
            *((Fact(_("Next"), _dates(over.dates)),) if over.dates and this.state is State.RUNNING else ()),
            *((Fact(_("Tells you at once"), _told(this.questions)),) if draft else ()),
        ),
        items=_questions(this) if draft else _sendings(over),
        tone=Tone.NEUTRAL if not draft or this.questions else Tone.ATTENTION,
        controls=_draft_controls(over, locale) if draft else _controls(over),
        note=_("A draft: it stays as it is until you start or discard it.") if draft else "",
    )


def _now(over: Overview) -> Text:
    if over.campaign.day:
        return plural(
            "{count} member reaches day {day} within 30 days",
            "{count} members reach day {day} within 30 days",
            over.soon,
            day=over.campaign.day,
        )
    said = plural("{count} member", "{count} members", over.members)
    if not over.without:
        return said
    return plural(
        "{members}, of whom {count} would be left out", "{members}, of whom {count} would be left out", over.without, members=said
    )


def _dates(dates: Sequence[dt.date]) -> Text:
    return Text("{dates}", {"dates": Listing(tuple(Text("{date}", {"date": Day(date)}) for date in dates))})


def _told(questions: Sequence[Question]) -> Text:
    told = tuple(
        _("question {number} at {low} or less", number=number, low=question.low)
        for number, question in enumerate(questions, 1)
        if question.low
    )
    return Text("{told}", {"told": Listing((*told, _("“I would like a call”")))})


def _questions(campaign: Campaign) -> tuple[Item, ...]:
    return tuple(
        Item(
            Text(
                "**{number}.** {words}\n{kind}",
                {"number": number, "words": words_of(question), "kind": _kind(question)},
            ),
            Button(_("Change"), checkins.id("question", campaign.id, number)),
        )
        for number, question in enumerate(campaign.questions, 1)
    )


def _kind(question: Question) -> Text:
    options = options_of(question)
    if not options:
        return KINDS[question.kind]
    if question.kind is Kind.SCALE:
        return _("{kind}: 1 is “{worst}”, 5 is “{best}”", kind=KINDS[question.kind], worst=options[0], best=options[-1])
    return _("{kind}: {options}", kind=KINDS[question.kind], options=_several(options))


def _several(options: Sequence[Content]) -> Text:
    """Return choices beside each other: some hold a comma."""
    return Text(" · ".join(f"{{o{number}}}" for number in range(len(options))), {f"o{n}": one for n, one in enumerate(options)})


def _draft_controls(over: Overview, locale: str) -> tuple[Control, ...]:
    this = over.campaign
    ready = bool(this.questions)
    who = plural("{count} member", "{count} members", over.members - over.without)
    return (
        *(
            (
                Button(
                    _("Start it"),
                    checkins.id("start", this.id),
                    Style.PRIMARY,
                    confirm=_(
                        "{when}. For each member who reaches that day from then on. Start it?", when=rhythm_in_words(this, locale)
                    )
                    if this.day
                    else _("{when}. To {who} as of now. Start it?", when=rhythm_in_words(this, locale), who=who),
                ),
                Button(_("Test to myself"), checkins.id("test", this.id)),
            )
            if ready
            else ()
        ),
        *((Button(_("Add a question"), checkins.id("question", this.id, 0)),) if len(this.questions) < MOST else ()),
        Button(_("Words"), checkins.id("words", this.id)),
        Button(_("To whom"), checkins.id("whom", this.id)),
        Button(_("When"), checkins.id("when", this.id)),
        Button(_("Who is in it"), checkins.id("members", this.id, 0)),
        Button(_("Discard"), checkins.id("discard", this.id), Style.DANGER, confirm=_("Discard this draft?")),
        Button(_("Check-ins"), PANEL),
    )


def _controls(over: Overview) -> tuple[Control, ...]:
    this = over.campaign
    going = this.state is State.RUNNING
    some = next((sending for sending, counts in over.sendings if counts.left_out), None)
    latest = some or next((sending for sending, _counts in over.sendings), None)
    return (
        *(
            (
                Button(
                    _("Stop it"),
                    checkins.id("halt", this.id),
                    Style.DANGER,
                    confirm=_("Nothing more goes out. What has been received can still be answered. Stop it?"),
                ),
            )
            if going
            else ()
        ),
        Button(_("Trends"), checkins.id("trend", this.id, 1)),
        *((Button(_("Left out, and why"), checkins.id("without", latest.id, 0)),) if latest is not None else ()),
        Button(_("Use it again"), checkins.id("copy", this.id)),
        Button(_("Check-ins"), PANEL),
    )


def _sendings(over: Overview) -> tuple[Item, ...]:
    stages = {
        Stage.SENDING: _("going out"),
        Stage.SENT: _("under way"),
        Stage.STOPPING: _("stopped"),
        Stage.STOPPED: _("stopped"),
        Stage.MISSED: _("not sent: its morning was long past"),
        Stage.OVER: _("over"),
    }
    return tuple(
        Item(
            Text(
                "**{date}** · {stage}\n{counts}",
                {
                    "date": Day(sending.date),
                    "stage": stages[sending.stage],
                    "counts": _(
                        "{asked} asked, {left} left out, {answered} for you to read",
                        asked=counts.asked,
                        left=counts.left_out,
                        answered=counts.answered,
                    ),
                },
            )
        )
        for sending, counts in over.sendings
    )


def missed_card(campaign: Campaign) -> Card:
    """Return the notice of a sending that came much too late to go out."""
    return Card(
        title=_("“{title}” did not go out", title=title_of(campaign)),
        body=_(
            "I was away, or everything was paused, on its morning and for days after. Nobody is asked out of the blue: "
            "use it again when it suits."
        ),
        tone=Tone.ATTENTION,
        controls=(Button(_("Look at it"), checkins.id("campaign", campaign.id)),),
    )


def discarded() -> Card:
    """Return what replaces a draft that was discarded."""
    return Card(body=_("Discarded."), controls=(Button(_("Check-ins"), PANEL),))


def test_sent(name: str) -> Text:
    """Return the news that a test is on its way."""
    return _("The test is in your messages, {name}.", name=shorten(name, NAMED))
