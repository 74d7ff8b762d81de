"""Questions, answers, audiences and rhythms in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.i18n import _, plural, time_in_words
from bot.recurrence import LAST, Monthly, Weekly
from bot.text import Content, Day, Listing, Mention, Param, Text
from bot.ui import Choice, shorten
from bot.weekdays import WEEKDAYS
from commands.checkins.feature import OPTION
from commands.checkins.library import OWN, QUESTIONS, TEMPLATES
from storage.checkin import SCALE, Audience, Campaign, Group, Kind, LeftOut, Question, Reads, Rhythm, Said

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from bot.model import Member

KINDS: Final = {
    Kind.SCALE: _("A scale from 1 to 5"),
    Kind.ONE: _("One of several choices"),
    Kind.SEVERAL: _("Several choices"),
    Kind.TEXT: _("Words"),
}
GROUPS: Final = {
    Group.EVERYONE: _("Everyone"),
    Group.NEWCOMERS: _("Newcomers (days below)"),
    Group.SILENT: _("Silent for some days (below)"),
    Group.NOTHING: _("Nothing received for some days (below)"),
    Group.OFFER: _("Who offers something (below)"),
    Group.ZONE: _("Who lives somewhere: a time zone (below)"),
}
"""Whom a campaign may be for; each workspace of the community is one more."""
LEFT_OUT: Final = {
    LeftOut.STOPPED: _("wants no check-ins"),
    LeftOut.NONE: _("wants no unasked messages"),
    LeftOut.DIGEST: _("gets a digest instead of messages"),
    LeftOut.CAP: _("had their unasked messages of this week"),
    LeftOut.DOORS: _("has their private messages closed"),
}
NAMED: Final = 40
NTH: Final = {1: _("first"), 2: _("second"), 3: _("third"), 4: _("fourth"), LAST: _("last")}


def title_of(campaign: Campaign) -> Content:
    """Return what a campaign is called."""
    return campaign.title or TEMPLATES.get(campaign.template, TEMPLATES[OWN]).title


def opening_of(campaign: Campaign) -> Content:
    """Return how its message begins, after the line that says who reads."""
    return campaign.opening or TEMPLATES.get(campaign.template, TEMPLATES[OWN]).opening


def words_of(question: Question) -> Content:
    """Return a question."""
    asked = QUESTIONS.get(question.key)
    return question.words if asked is None else asked.words


def options_of(question: Question) -> tuple[Content, ...]:
    """Return what may be chosen, a scale's two ends."""
    asked = QUESTIONS.get(question.key)
    return question.options if asked is None else asked.options


def choices_of(question: Question) -> tuple[Choice, ...]:
    """Return what a form offers, by the values that answers and totals keep."""
    options = options_of(question)
    if question.kind is not Kind.SCALE:
        return tuple(Choice(str(number), option) for number, option in enumerate(options))
    ends = {SCALE[0]: options[0], SCALE[-1]: options[-1]} if len(options) > 1 else {}
    # The best comes first, as one reads it: nobody is led to the worst.
    return tuple(
        Choice(value, Text("{value} – {end}", {"value": value, "end": ends[value]}) if value in ends else value)
        for value in reversed(SCALE)
    )


def option_in_words(question: Question, value: str) -> Content:
    """Return what somebody chose."""
    if question.kind is Kind.SCALE:
        return _("{value} of 5", value=value)
    options = options_of(question)
    return options[int(value)] if value.isdecimal() and int(value) < len(options) else value


def answer_in_words(question: Question, chosen: Sequence[str]) -> Content:
    """Return what somebody answered to a question."""
    if not chosen:
        return _("no answer")
    if question.kind is Kind.TEXT:
        return chosen[0]
    if question.kind is Kind.SCALE:
        options = options_of(question)
        ends = {SCALE[0]: options[0], SCALE[-1]: options[-1]} if len(options) > 1 else {}
        if chosen[0] in ends:
            return _("{value} of 5 ({end})", value=chosen[0], end=ends[chosen[0]])
        return _("{value} of 5", value=chosen[0])
    named: dict[str, Param] = {f"o{number}": option_in_words(question, value) for number, value in enumerate(chosen)}
    return Text("\n".join(f"– {{{name}}}" for name in named) if len(named) > 1 else "{o0}", named)


def exchange(questions: Sequence[Question], said: Said) -> tuple[Content, ...]:
    """Return every question with its answer."""
    return tuple(
        Text(
            "**{question}**\n{answer}",
            {"question": words_of(question), "answer": answer_in_words(question, chosen)},
        )
        for question, chosen in zip(questions, said.answers, strict=False)
    )


def names(members: Sequence[Member], style: str = "standard") -> Listing:
    """Return some people, by name."""
    shown = tuple(Mention(shorten(one.name, NAMED), one.id) for one in members[:4]) or (_("those who run the community"),)
    return Listing(shown, "or" if style == "or" else "standard")


def reads_in_words(reads: Reads, readers: Sequence[Member]) -> Text:
    """Return who reads an answer."""
    if reads is Reads.TOTALS or not readers:
        return _("nobody: it only counts in totals")
    return Text("{names}", {"names": names(readers)})


def audience_in_words(audience: Audience, workspace: str = "") -> Content:  # noqa: PLR0911 - one for each group
    """Return whom a campaign is for; `workspace` is the name of the one it is for, if any."""
    match audience.group:
        case Group.NEWCOMERS:
            return plural("Who joined {count} day ago or less", "Who joined {count} days ago or less", audience.days)
        case Group.SILENT:
            return plural("Who was not seen for {count} day", "Who was not seen for {count} days", audience.days)
        case Group.NOTHING:
            return plural("Who received nothing for {count} day", "Who received nothing for {count} days", audience.days)
        case Group.OFFER:
            return _("Who offers “{words}”", words=shorten(audience.value, OPTION))
        case Group.WORKSPACE:
            return _("Who is in {workspace}", workspace=shorten(workspace, OPTION))
        case Group.ZONE:
            return _("Who lives by {zone}", zone=shorten(audience.value, OPTION))
        case Group.EVERYONE:
            return GROUPS[Group.EVERYONE]


def rhythm_in_words(campaign: Campaign, locale: str) -> Text:
    """Return when a campaign goes out."""
    at = time_in_words(campaign.at, locale)
    date = campaign.date
    match campaign.rhythm:
        case Rhythm.DAY:
            return plural(
                "{count} day after they joined, at {time} where they are",
                "{count} days after they joined, at {time} where they are",
                campaign.day,
                time=at,
            )
        case Rhythm.REPEAT:
            return _("{when}, at {time} where they are", when=_repeat(campaign), time=at)
        case Rhythm.ONCE:
            when = Day(date) if date is not None else _("no date yet")
            return _("Once: {date}, at {time} where they are", date=when, time=at)


def _repeat(campaign: Campaign) -> Text:
    dates = campaign.rule.dates if campaign.rule is not None else None
    if isinstance(dates, Weekly):
        day = WEEKDAYS[dates.weekdays[0]]
        return plural("Every week on {day}", "Every {count} weeks on {day}", dates.every, day=day)
    if isinstance(dates, Monthly):
        day, nth = WEEKDAYS[dates.weekday], NTH.get(dates.nth, NTH[LAST])
        return plural("Every month, on the {nth} {day}", "Every {count} months, on the {nth} {day}", dates.every, day=day, nth=nth)
    return _("Every day")


def threshold(questions: Sequence[Question]) -> Text | None:
    """Return what is shown to the animators at once, said to whoever is asked; None where nothing is but the wish for a call."""
    told = [(number, question.low) for number, question in enumerate(questions, 1) if question.low]
    if not told:
        return None
    number, low = told[0]
    if len(told) > 1 or low == 1:
        return _("Where they read it, a low answer is shown to them at once, and so is “I would like a call”.")
    return _(
        "Where they read it, a 1 or a {low} to question {number} is shown to them at once, and so is “I would like a call”.",
        low=low,
        number=number,
    )


def date_of(date: dt.date) -> Text:
    """Return a date as a text of its own."""
    return Text("{date}", {"date": Day(date)})
