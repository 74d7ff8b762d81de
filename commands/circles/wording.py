"""How circles, their rhythm and their members are said."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.i18n import _, plural
from bot.recurrence import Weekly
from bot.text import Listing, Mention, Text
from bot.ui import shorten
from bot.weekdays import WEEKDAYS
from commands.circles.feature import NAME

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.model import Member
    from bot.recurrence import Recurrence
    from storage.circle import Circle

WEEKS: Final = {
    1: _("every week on {day}", day=""),
    2: _("every two weeks on {day}", day=""),
    3: _("every three weeks on {day}", day=""),
    4: _("every four weeks on {day}", day=""),
}
PERSON: Final = 30


def rhythm(rule: Recurrence) -> Text:
    """Return how often a circle meets, in words."""
    if not isinstance(rule.dates, Weekly):
        return _("every day")
    return Text(WEEKS[rule.dates.every].template, {"day": WEEKDAYS[rule.dates.weekdays[0]]})


def called(circle: Circle) -> str:
    """Return what a circle is called."""
    return shorten(circle.name, NAME)


def named(member: Member) -> Mention:
    """Return a member as a parameter of a text."""
    return Mention(shorten(member.name, PERSON), member.id)


def names(members: Sequence[Member]) -> Listing:
    """Return members as a parameter of a text; there are at most as many as a circle holds."""
    return Listing(tuple(map(named, members[:8])))


def head_count(members: Sequence[Member]) -> Text:
    """Return how many are in a circle."""
    return plural("{count} member", "{count} members", len(members))
