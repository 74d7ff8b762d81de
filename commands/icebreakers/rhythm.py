"""On which days and when icebreakers come, in words; the form in which an animator chooses it."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

from bot.i18n import _, plural, time_in_words
from bot.recurrence import Recurrence, Weekly
from bot.text import Listing
from bot.ui import ChannelField, Choice, Form, OneChoice, SeveralChoices
from bot.weekdays import WEEKDAYS
from commands.icebreakers.feature import CHANNEL, THEMES, icebreakers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.text import Text

TIMES: Final = tuple(dt.time(8 + half // 2, 30 * (half % 2)) for half in range(25))
"""What may be chosen: every half hour from 8:00 to 20:00, as many as a list holds."""
WEEKS: Final = {"1": _("Every week"), "2": _("Every 2 weeks"), "3": _("Every 3 weeks"), "4": _("Every 4 weeks")}


def settings_form(rule: Recurrence, *, days: Sequence[int], themes: tuple[str, ...], channel: str, locale: str) -> Form:
    """Return the form of the settings; `channel` is a channel id, `days` are those on which it comes now, if any."""
    weeks = rule.dates.every if isinstance(rule.dates, Weekly) else 1
    return Form(
        icebreakers.id("settings"),
        _("Icebreakers"),
        (
            ChannelField(
                name=CHANNEL,
                label=_("Channel for icebreakers"),
                hint=_("The same prompt appears in each workspace that has one."),
                initial=channel,
                required=False,
            ),
            SeveralChoices(
                name="days",
                label=_("Days"),
                hint=_("None: only when you post one yourself."),
                choices=tuple(Choice(str(number), day) for number, day in enumerate(WEEKDAYS)),
                initial=tuple(map(str, days)),
                required=False,
            ),
            OneChoice(
                name="at",
                label=_("At what time"),
                choices=tuple(Choice(f"{time:%H:%M}", time_in_words(time, locale)) for time in TIMES),
                initial=f"{rule.at:%H:%M}",
            ),
            OneChoice(
                name="weeks",
                label=_("How often"),
                choices=tuple(Choice(number, words) for number, words in WEEKS.items()),
                initial=str(weeks),
            ),
            SeveralChoices(
                name="themes",
                label=_("Themes"),
                choices=tuple(Choice(theme, name) for theme, name in THEMES.items()),
                initial=themes,
            ),
        ),
        _("Save"),
    )


def in_words(rule: Recurrence, locale: str) -> Text:
    """Return when it comes."""
    time = time_in_words(rule.at, locale)
    if not isinstance(rule.dates, Weekly):
        return _("at {time}", time=time)
    days = Listing(tuple(WEEKDAYS[day] for day in sorted(rule.dates.weekdays)))
    if rule.dates.every == 1:
        return _("{days} at {time}", days=days, time=time)
    return plural("{days} at {time}, every week", "{days} at {time}, every {count} weeks", rule.dates.every, days=days, time=time)
