"""The forms of circles: a circle itself, whom to invite, the three questions, until when to rest."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

import msgspec

from bot.errors import Invalid
from bot.hours import read_hours
from bot.i18n import _
from bot.recurrence import Recurrence, Weekly
from bot.text import Text
from bot.ui import HINT, Choice, DateField, Form, LongText, MemberField, OneChoice, ShortText, shorten
from bot.weekdays import WEEKDAYS
from commands.circles.feature import COMMITMENT, HAND, HAPPENED, NAME, circles
from storage.circle import USUAL

if TYPE_CHECKING:
    from storage.circle import Circle, Told, Week

RHYTHMS: Final = {
    "1": _("Every week"),
    "2": _("Every two weeks"),
    "3": _("Every three weeks"),
    "4": _("Every four weeks"),
}
OPEN, ASKED = "open", "asked"
DOORS: Final = {
    ASKED: _("Whoever its members welcome"),
    OPEN: _("Whoever would like to, as long as there is room"),
}


def circle_form(circle: Circle | None = None) -> Form:
    """Return the form of a circle; None: a new one."""
    rule = circle.rule if circle is not None else USUAL
    dates = rule.dates if isinstance(rule.dates, Weekly) else Weekly((0,))
    return Form(
        circles.id("kept", circle.id if circle is not None else 0),
        _("A circle"),
        (
            ShortText(
                name="name",
                label=_("What is it called?"),
                hint=_("For example: Monday makers"),
                initial=circle.name if circle is not None else "",
                maximum=NAME,
            ),
            OneChoice(
                name="rhythm",
                label=_("How often?"),
                choices=tuple(Choice(key, label) for key, label in RHYTHMS.items()),
                initial=str(dates.every),
            ),
            OneChoice(
                name="day",
                label=_("On which day?"),
                choices=tuple(Choice(str(number), label) for number, label in enumerate(WEEKDAYS)),
                initial=str(dates.weekdays[0]),
            ),
            ShortText(
                name="time",
                label=_("From what time on?"),
                hint=_("By the community’s clock, for example 9:00; nobody is asked outside their own hours."),
                initial=f"{rule.at:%H:%M}",
                maximum=20,
            ),
            OneChoice(
                name="door",
                label=_("Who may come in?"),
                choices=tuple(Choice(key, label) for key, label in DOORS.items()),
                initial=OPEN if circle is not None and circle.open else ASKED,
            ),
        ),
        _("Save"),
    )


def read_rule(before: Recurrence, rhythm: str, day: str, time: str, today: dt.date) -> Recurrence:
    """Return the rule that was chosen; where weeks are skipped, they are counted from the next one on.

    Raises:
        Invalid: at the field, saying why.
    """
    if rhythm not in RHYTHMS:
        raise Invalid({"rhythm": _("Choose one of the list.")})
    if day not in {str(number) for number in range(7)}:
        raise Invalid({"day": _("Choose one of the list.")})
    found = read_hours(f"{time.strip()} - 23:59")
    if found is None:
        raise Invalid({"time": _("A time of the day, for example 9:00.")})
    dates = Weekly((int(day),), int(rhythm))
    if dates.every > 1:
        same = isinstance(before.dates, Weekly) and before.dates.every == dates.every
        since = before.dates.since if same and isinstance(before.dates, Weekly) else today + dt.timedelta(days=7)
        dates = msgspec.structs.replace(dates, since=since)
    return msgspec.structs.replace(before, dates=dates, at=found[0])


def invite_form(circle: Circle) -> Form:
    """Return the form that asks whom to invite."""
    return Form(
        circles.id("invited", circle.id),
        _("Invite somebody"),
        (MemberField(name="member", label=_("Whom?"), hint=_("They are asked, and may say no without a word.")),),
        _("Invite"),
    )


def snooze_form(circle: Circle, until: dt.date | None = None) -> Form:
    """Return the form that asks until when somebody rests."""
    return Form(
        circles.id("snoozed", circle.id),
        _("Rest for a while"),
        (DateField(name="until", label=_("Back on"), hint=_("You are back by yourself on that day."), initial=until),),
        _("Save"),
    )


def answer_form(week: Week, answer: Told) -> Form:
    """Return the three questions. What somebody committed themselves to is shown word for word."""
    before = shorten(answer.before, HINT - 6)
    return Form(
        circles.id("told", week.id),
        _("Your circle"),
        (
            LongText(
                name="happened",
                label=_("What happened with your commitment?") if answer.before else _("What happened since last time?"),
                hint=Text("“{words}”", {"words": before}) if answer.before else "",
                initial=answer.happened,
                maximum=HAPPENED,
            ),
            LongText(
                name="ahead",
                label=_("What is the next one?"),
                hint=_("Empty: the same again, word for word.") if answer.before else _("Something you would do anyway counts."),
                initial=answer.ahead if answer.ahead != answer.before else "",
                required=False,
                maximum=COMMITMENT,
            ),
            LongText(
                name="hand",
                label=_("Where do you need a hand?"),
                hint=_("If anywhere. You can make it a request afterwards, in one click."),
                initial=answer.hand,
                required=False,
                maximum=HAND,
            ),
        ),
        _("Send"),
        private=True,
    )
