"""The forms of a campaign: its words, a question, to whom, when; and what they are read as."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING, Final
from zoneinfo import available_timezones

from bot.errors import Invalid
from bot.i18n import _, fold, plural, time_in_words
from bot.model import Workspace
from bot.recurrence import LAST, Monthly, Recurrence, Weekly
from bot.ui import CHOICES, Choice, DateField, Form, LongText, NumberField, OneChoice, ShortText, shorten
from commands.checkins.feature import OPENING, OPTION, OPTIONS, QUESTION, TITLE, checkins
from commands.checkins.wording import GROUPS, KINDS
from storage.checkin import Audience, Campaign, Group, Kind, Question, Rhythm

if TYPE_CHECKING:
    from collections.abc import Sequence


TIMES: Final = tuple(dt.time(7 + half // 2, 30 * (half % 2)) for half in range(12))
"""A morning, every half hour."""
RHYTHMS: Final = {
    "once": _("Once, on the date below"),
    "w1": _("Every week from that date on"),
    "w2": _("Every two weeks"),
    "w4": _("Every four weeks"),
    "m1": _("Every month, on that weekday"),
    "m3": _("Every quarter, on that weekday"),
    "day": _("So many days after they joined (below)"),
}
LOW: Final = {0: _("At no answer"), 1: _("At 1"), 2: _("At 1 or 2")}
YEARS: Final = 3650
FURTHEST: Final = dt.timedelta(days=366)
PLACE: Final = "place"
"""How the choices of workspaces begin."""


def words_form(campaign: Campaign, spoken: tuple[str, str]) -> Form:
    """Return the form of a campaign's words; `spoken` is its title and its opening in the animator's language."""
    return Form(
        checkins.id("worded", campaign.id),
        _("Words"),
        (
            ShortText(name="title", label=_("Title"), initial=spoken[0], minimum=1, maximum=TITLE),
            LongText(
                name="opening",
                label=_("How it begins"),
                hint=_("After the line that says who reads. As it is, each member has it in their language."),
                initial=spoken[1],
                maximum=OPENING,
            ),
        ),
        _("Save"),
    )


def read_words(campaign: Campaign, title: str, opening: str, spoken: Sequence[str]) -> Campaign:
    """Return the campaign with its words; those that are still the template's stay in each reader's language."""
    said, begun = " ".join(title.split()), opening.strip()
    return replace(
        campaign,
        title=campaign.title if said == spoken[0] else said,
        opening=campaign.opening if begun == spoken[1] else begun,
    )


def question_form(campaign: int, number: int, question: Question, words: str, options: Sequence[str]) -> Form:
    """Return the form of a question; `number` 0: a new one; the words and the options as the animator reads them."""
    return Form(
        checkins.id("asked", campaign, number),
        _("A question"),
        (
            ShortText(
                name="words",
                label=_("Your question; empty to remove it") if number else _("Your question"),
                initial=words,
                maximum=QUESTION,
                required=not number,
            ),
            OneChoice(
                name="kind",
                label=_("How is it answered?"),
                choices=tuple(Choice(kind.value, label) for kind, label in KINDS.items()),
                initial=question.kind.value,
            ),
            LongText(
                name="options",
                label=_("Choices, one a line; a scale’s two ends"),
                hint=_("For words, leave it empty. For a scale: what 1 means, then what 5 means."),
                initial="\n".join(options),
                maximum=OPTIONS * (OPTION + 1),
                required=False,
            ),
            OneChoice(
                name="low",
                label=_("Of a scale, tell me at once"),
                hint=_("Members read this before they answer."),
                choices=tuple(Choice(str(low), label) for low, label in LOW.items()),
                initial=str(question.low),
            ),
        ),
        _("Save"),
    )


def read_question(  # noqa: PLR0913, PLR0917 - the fields of the form
    before: Question | None, words: str, kind: str, options: str, low: str, spoken: tuple[str, Sequence[str]]
) -> Question:
    """Return a question; one of a template whose words and choices were left as they are stays in each reader's language.

    Raises:
        Invalid: at the field that has to change.
    """
    if kind not in {one.value for one in Kind}:
        raise Invalid({"kind": _("Choose one of the list.")})
    if low not in set(map(str, LOW)):
        raise Invalid({"low": _("Choose one of the list.")})
    said, lines = " ".join(words.split()), tuple(line.strip() for line in options.splitlines() if line.strip())
    asked = Kind(kind)
    level = int(low) if asked is Kind.SCALE else 0
    if before is not None and before.key and (said, lines, asked) == (spoken[0], tuple(spoken[1]), before.kind):
        return Question(asked, low=level, key=before.key)
    if asked is Kind.TEXT:
        return Question(asked, said)
    if asked is Kind.SCALE and len(lines) not in (0, 2):
        raise Invalid({"options": _("Two lines: what 1 means, then what 5 means.")})
    if asked is not Kind.SCALE and not 2 <= len(lines) <= OPTIONS:  # noqa: PLR2004 - one is no choice
        raise Invalid({"options": _("From two to {most} choices, one a line.", most=OPTIONS)})
    if any(len(line) > OPTION for line in lines):
        raise Invalid({"options": plural("At most {count} character a line.", "At most {count} characters a line.", OPTION)})
    if len(set(map(fold, lines))) < len(lines):
        raise Invalid({"options": _("Two of these are the same.")})
    return Question(asked, said, lines, level)


def audience_form(campaign: Campaign, workspaces: Sequence[Workspace]) -> Form:
    """Return the form of to whom."""
    wanted = campaign.audience
    places = list({one.id: one for one in workspaces}.values())[: CHOICES - len(GROUPS)] if len(workspaces) > 1 else ()
    initial = f"{PLACE}{wanted.value}" if wanted.group is Group.WORKSPACE else wanted.group.value
    return Form(
        checkins.id("chosen_audience", campaign.id),
        _("To whom"),
        (
            OneChoice(
                name="group",
                label=_("Who is asked?"),
                choices=(
                    *(Choice(group.value, label) for group, label in GROUPS.items()),
                    *(
                        Choice(f"{PLACE}{one.id}", _("Who is in {workspace}", workspace=shorten(one.name or one.platform, 40)))
                        for one in places
                    ),
                ),
                initial=initial,
            ),
            NumberField(
                name="days",
                label=_("Days, where it depends on days"),
                initial=max(1, wanted.days),
                minimum=1,
                maximum=YEARS,
                required=False,
            ),
            ShortText(
                name="value",
                label=_("The offer, or the time zone"),
                hint=_("For example: design; or Europe/Paris, or only Europe."),
                initial="" if wanted.group is Group.WORKSPACE else wanted.value,
                maximum=OPTION,
                required=False,
            ),
        ),
        _("Save"),
    )


def read_audience(group: str, days: int | None, value: str) -> Audience:
    """Return to whom.

    Raises:
        Invalid: at the field that has to change.
    """
    if group.startswith(PLACE) and group.removeprefix(PLACE).isdecimal():
        return Audience(Group.WORKSPACE, days or 30, group.removeprefix(PLACE))
    if group not in {one.value for one in GROUPS}:
        raise Invalid({"group": _("Choose one of the list.")})
    wanted, words = Group(group), " ".join(value.split())
    if wanted in (Group.NEWCOMERS, Group.SILENT, Group.NOTHING) and (days is None or not 1 <= days <= YEARS):
        raise Invalid({"days": _("A number of days, for example 30.")})
    if wanted is Group.OFFER and not words:
        raise Invalid({"value": _("A word that offers have, for example: design.")})
    if wanted is Group.ZONE and not any(all(word in fold(zone) for word in fold(words).split()) for zone in available_timezones()):
        raise Invalid({"value": _("I know no such time zone. For example Europe/Paris, or only Europe.")})
    return Audience(wanted, days or 30, words if wanted in (Group.OFFER, Group.ZONE) else "")


def when_form(campaign: Campaign, tomorrow: dt.date, locale: str) -> Form:
    """Return the form of when."""
    return Form(
        checkins.id("timed", campaign.id),
        _("When"),
        (
            OneChoice(
                name="rhythm",
                label=_("How often?"),
                choices=tuple(Choice(key, label) for key, label in RHYTHMS.items()),
                initial=rhythm_key(campaign),
            ),
            DateField(name="date", label=_("On, or from"), initial=max(campaign.date or tomorrow, tomorrow)),
            OneChoice(
                name="at",
                label=_("In the morning, where they are, at"),
                choices=tuple(Choice(f"{time:%H:%M}", time_in_words(time, locale)) for time in TIMES),
                initial=f"{campaign.at:%H:%M}" if campaign.at in TIMES else "09:00",
            ),
            NumberField(
                name="day",
                label=_("Days after they joined, if so"),
                initial=campaign.day or None,
                minimum=1,
                maximum=YEARS,
                required=False,
            ),
        ),
        _("Save"),
    )


def rhythm_key(campaign: Campaign) -> str:
    """Return which rhythm of the form a campaign has."""
    if campaign.rhythm is Rhythm.DAY:
        return "day"
    dates = campaign.rule.dates if campaign.rule is not None else None
    if isinstance(dates, Weekly):
        return f"w{dates.every}"
    return f"m{dates.every}" if isinstance(dates, Monthly) else "once"


def read_when(campaign: Campaign, rhythm: str, date: dt.date, at: str, day: int | None, today: dt.date) -> Campaign:  # noqa: PLR0913, PLR0917 - the fields of the form
    """Return the campaign with when it goes out.

    Raises:
        Invalid: at the field that has to change.
    """
    if rhythm not in RHYTHMS:
        raise Invalid({"rhythm": _("Choose one of the list.")})
    if at not in {f"{time:%H:%M}" for time in TIMES}:
        raise Invalid({"at": _("Choose one of the list.")})
    if not today <= date <= today + FURTHEST:
        raise Invalid({"date": _("A day from today on, within a year.")})
    if rhythm == "day" and (day is None or not 1 <= day <= YEARS):
        raise Invalid({"day": _("A number of days, for example 30.")})
    rule = repeating(rhythm, date)
    return replace(campaign, date=date, at=dt.time.fromisoformat(at), rule=rule, day=day or 0 if rhythm == "day" else 0)


def repeating(rhythm: str, date: dt.date) -> Recurrence | None:
    """Return the rule of what comes again from a date on, on its weekday; None where it does not."""
    if rhythm in ("once", "day"):
        return None
    every = int(rhythm[1:])
    if rhythm.startswith("w"):
        return Recurrence(Weekly((date.weekday(),), every, date), dt.time(9))
    nth = (date.day - 1) // 7 + 1
    return Recurrence(Monthly(nth if nth < 5 else LAST, date.weekday(), every, date), dt.time(9))  # noqa: PLR2004 - few months have a fifth


EMPTY: Final = Question(Kind.SCALE)
"""What a new question begins as."""
