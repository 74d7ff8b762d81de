"""Trends: what at least five people answered, in steps too coarse to tell one of them from the others."""

from __future__ import annotations

from statistics import fmean, median
from typing import TYPE_CHECKING, Final

from bot.i18n import _, plural
from bot.text import Day, Listing, Text
from bot.ui import LABEL, Button, Card, Fact, Item, shorten
from commands.checkins.feature import PANEL, checkins
from commands.checkins.wording import option_in_words, options_of, title_of, words_of
from storage.checkin import SCALE, Campaign, Kind, Question
from storage.checkin_totals import BATCH, Point

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.paging import Page

FEW: Final = 3
"""An option that fewer chose is not told apart from one that nobody chose."""
BARS: Final = "▁▂▃▄▅▆▇█"
PAGE: Final = 8


def trends(campaigns: Sequence[Campaign], page: Page) -> Card:
    """Return a page of the campaigns that may have trends."""
    return Card(
        title=_("Trends"),
        body=_("How answers go over time, over five people or more; nothing is shown below."),
        items=tuple(
            Item(Text("**{title}**", {"title": title_of(one)}), Button(_("Look at it"), checkins.id("trend", one.id, 1)))
            for one in campaigns
        ),
        controls=(*page.buttons(lambda number: checkins.id("trends", number)), Button(_("Check-ins"), PANEL)),
        note=page.note,
    )


def trend(campaign: Campaign, number: int, question: Question, points: Sequence[Point]) -> Card:
    """Return the trend of one question, counted from 1."""
    scale = question.kind is Kind.SCALE
    return Card(
        title=words_of(question),
        body=(
            _legend(question) if scale and points else "",
            ""
            if points
            else plural(
                "Fewer than {count} answers so far: nothing is shown.",
                "Fewer than {count} answers so far: nothing is shown.",
                BATCH,
            ),
        ),
        facts=tuple(_on_a_scale(point, _period(campaign, point)) for point in points) if scale else _options(question, points),
        controls=(
            *(
                Button(_("Question {number}", number=other), checkins.id("trend", campaign.id, other))
                for other, one in enumerate(campaign.questions, 1)
                if other != number and one.kind is not Kind.TEXT
            ),
            Button(_("To the check-in"), checkins.id("campaign", campaign.id)),
            Button(_("All trends"), checkins.id("trends", 0)),
            Button(_("Check-ins"), PANEL),
        ),
        note=_("Rounded, so that no look at it tells one person’s answer. Answers that nobody reads are added five at a time."),
    )


def nothing(campaign: Campaign) -> Card:
    """Return the answer where a campaign asks for words only."""
    return Card(
        title=title_of(campaign),
        body=_("It asks for words only: those are read by whom their members chose, and counted nowhere."),
        controls=(Button(_("All trends"), checkins.id("trends", 0)),),
    )


def _legend(question: Question) -> Text:
    options = options_of(question)
    if len(options) > 1:
        return _("From 1 (“{worst}”) to 5 (“{best}”), left to right.", worst=options[0], best=options[-1])
    return _("From 1 to 5, left to right.")


def _period(campaign: Campaign, point: Point) -> Text:
    """Return what a point is called: a sending's date, or the quarter where newcomers answer day by day."""
    return _("Quarter from {date}", date=Day(point.period)) if campaign.day else Text("{date}", {"date": Day(point.period)})


def _on_a_scale(point: Point, period: Text) -> Fact:
    values = [int(value) for value in SCALE for _one in range(point.options.get(value, 0))]
    return Fact(
        period,
        _(
            "{bars}  median {median}, mean about {mean}, {people}",
            bars="".join(_bar(point.options.get(value, 0), max(point.options.values(), default=0)) for value in SCALE),
            median=_half(median(values)) if values else 0,
            mean=_half(fmean(values)) if values else 0,
            people=_people(point),
        ),
    )


def _bar(members: int, most: int) -> str:
    """Return the height of a bar, beside the highest: a few look like none."""
    return BARS[0] if members < FEW else BARS[max(1, round(members / max(most, 1) * (len(BARS) - 1)))]


def _half(value: float) -> float | int:
    rounded = round(value * 2) / 2
    return int(rounded) if rounded == int(rounded) else rounded


def _people(point: Point) -> Text:
    return plural("{count} person or more", "{count} people or more", point.answers - point.answers % BATCH)


def _options(question: Question, points: Sequence[Point]) -> tuple[Fact, ...]:
    if not points:
        return ()
    values = [str(number) for number in range(len(options_of(question)))]
    return tuple(
        Fact(
            _short(question, value),
            Text("{shares}", {"shares": Listing(tuple(_share(point, value) for point in points))})
            if len(points) == 1
            else _("{shares}, the latest last", shares=Listing(tuple(_share(point, value) for point in points))),
        )
        for value in values
    )


def _short(question: Question, value: str) -> str | Text:
    words = option_in_words(question, value)
    return shorten(words, LABEL) if isinstance(words, str) else words


def _share(point: Point, value: str) -> Text:
    members = point.options.get(value, 0)
    if members < FEW:
        return _("few or none")
    return _("about {share}%", share=round(members / max(point.answers, 1) * 10) * 10)
