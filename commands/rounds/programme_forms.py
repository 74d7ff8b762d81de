"""The forms of a programme: when and how many, who with whom, how the meetings go out."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import msgspec

from bot.errors import Invalid
from bot.hours import read_hours
from bot.i18n import _, plural
from bot.matching.model import LARGEST, SMALLEST, Odd, Trade
from bot.recurrence import LAST, Monthly, Recurrence, Weekly
from bot.ui import Choice, Form, OneChoice, ShortText, is_web_address
from bot.weekdays import WEEKDAYS
from commands.rounds.feature import rounds
from storage.programmes import USUAL, Pool, Programme, Rules, told_before

if TYPE_CHECKING:
    from bot.recurrence import Dates

NAME: Final = 60
RHYTHMS: Final = {
    "w1": _("Every week"),
    "w2": _("Every two weeks"),
    "w3": _("Every three weeks"),
    "w4": _("Every four weeks"),
    "m1": _("First of that day in the month"),
    "m2": _("Second of that day in the month"),
    "m3": _("Third of that day in the month"),
    "m4": _("Fourth of that day in the month"),
    "ml": _("Last of that day in the month"),
}
POOLS: Final = {
    Pool.EVERYONE: _("Everyone who joined the meetings"),
    Pool.NEWCOMERS: _("Newcomers (days below; 90 if empty)"),
    Pool.WORD: _("Whose profile has a word (below)"),
    Pool.CHANNEL: _("Who joins by a button in a channel"),
}
TRADES: Final = {
    Trade.ANY: _("Any trade"),
    Trade.DIFFERENT: _("Different trades only"),
    Trade.SAME: _("The same trade only"),
}
ODDS: Final = {Odd.TRIO: _("Somebody joins a group"), Odd.ROTATE: _("Somebody is left out, in turn")}
PREVIEWS: Final = {
    0: _("At once, without a preview"),
    2: _("After two hours"),
    4: _("After four hours"),
    24: _("After a day"),
}
HOURS: Final = {0: _("Does not matter"), 1: _("One hour"), 2: _("Two hours"), 4: _("Four hours")}


def when_form(programme: Programme | None = None) -> Form:
    """Return the form of a programme's name, size and rhythm; None: a new one."""
    rule = programme.rule if programme is not None else USUAL
    rhythm, day = _rhythm(rule.dates)
    return Form(
        rounds.id("when", programme.id if programme is not None else 0),
        _("When and how many"),
        (
            ShortText(name="name", label=_("Name"), initial=programme.name if programme is not None else "", maximum=NAME),
            OneChoice(
                name="size",
                label=_("How many meet?"),
                choices=tuple(
                    Choice(str(size), _("Two, as a pair") if size == SMALLEST else plural("{count} people", "{count} people", size))
                    for size in range(SMALLEST, LARGEST + 1)
                ),
                initial=str(programme.rules.size if programme is not None else SMALLEST),
            ),
            OneChoice(
                name="rhythm",
                label=_("How often?"),
                choices=tuple(Choice(key, label) for key, label in RHYTHMS.items()),
                initial=rhythm,
            ),
            OneChoice(
                name="day",
                label=_("On which day?"),
                choices=tuple(Choice(str(number), label) for number, label in enumerate(WEEKDAYS)),
                initial=str(day),
            ),
            ShortText(
                name="time",
                label=_("At what time?"),
                hint=_("By the community’s clock, for example 9:00. Members are told the working day before."),
                initial=f"{rule.at:%H:%M}",
                maximum=20,
            ),
        ),
        _("Save"),
    )


def _rhythm(dates: Dates) -> tuple[str, int]:
    if isinstance(dates, Weekly):
        return f"w{dates.every}", dates.weekdays[0]
    if isinstance(dates, Monthly):
        return ("ml" if dates.nth == LAST else f"m{min(dates.nth, 4)}"), dates.weekday
    return "w1", 1


def read_rule(before: Recurrence, rhythm: str, day: str, time: str) -> Recurrence:
    """Return the rule that was chosen, with the holidays there were.

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
    weekday, number = int(day), rhythm[1:]
    dates = Weekly((weekday,), int(number)) if rhythm[0] == "w" else Monthly(LAST if number == "l" else int(number), weekday)
    if isinstance(dates, Weekly) and isinstance(before.dates, Weekly):
        dates = msgspec.structs.replace(dates, since=before.dates.since)
    return told_before(msgspec.structs.replace(before, dates=dates, at=found[0]))


def rules_form(programme: Programme) -> Form:
    """Return the form of who is in a programme and who may meet whom."""
    rules = programme.rules
    return Form(
        rounds.id("who", programme.id),
        _("Who with whom"),
        (
            OneChoice(
                name="pool",
                label=_("Who is in it?"),
                choices=tuple(Choice(pool.value, label) for pool, label in POOLS.items()),
                initial=rules.pool.value,
            ),
            ShortText(
                name="value",
                label=_("Days, or the word"),
                hint=_("90 for newcomers; a word for profiles, such as: design. Else leave it empty."),
                initial=rules.pool_value if rules.pool in (Pool.NEWCOMERS, Pool.WORD) else "",
                maximum=40,
                required=False,
            ),
            OneChoice(
                name="trade",
                label=_("Trades"),
                choices=tuple(Choice(trade.value, label) for trade, label in TRADES.items()),
                initial=rules.trade.value,
            ),
            OneChoice(
                name="odd",
                label=_("When somebody would remain alone"),
                choices=tuple(Choice(odd.value, label) for odd, label in ODDS.items()),
                initial=rules.odd.value,
            ),
            OneChoice(
                name="hours",
                label=_("Working hours in common, at least"),
                choices=tuple(Choice(str(hours), label) for hours, label in HOURS.items()),
                initial=str(rules.common_hours if rules.common_hours in HOURS else 1),
            ),
        ),
        _("Save"),
    )


def read_rules(before: Rules, pool: str, value: str, trade: str, odd: str, hours: str) -> Rules:  # noqa: PLR0913, PLR0917 - the fields of the form
    """Return the rules that were chosen.

    Raises:
        Invalid: at the field, saying why.
    """
    wrong = {
        name: _("Choose one of the list.")
        for name, given, known in (
            ("pool", pool, {each.value for each in Pool}),
            ("trade", trade, {each.value for each in Trade}),
            ("odd", odd, {each.value for each in Odd}),
            ("hours", hours, set(map(str, HOURS))),
        )
        if given not in known
    }
    words = " ".join(value.split())
    if pool == Pool.NEWCOMERS and words and not (words.isdecimal() and 1 <= int(words) <= 3650):  # noqa: PLR2004 - ten years
        wrong["value"] = _("A number of days, for example 90.")
    if pool == Pool.WORD and not words:
        wrong["value"] = _("A word that profiles have, for example: design.")
    if wrong:
        raise Invalid(dict(wrong))
    kept = before.pool_value if pool == Pool.CHANNEL and before.pool is Pool.CHANNEL else ""
    own = words if pool in (Pool.NEWCOMERS, Pool.WORD) else kept
    return replace(before, pool=Pool(pool), pool_value=own, trade=Trade(trade), odd=Odd(odd), common_hours=int(hours))


def sending_form(programme: Programme) -> Form:
    """Return the form of how the meetings of a programme go out."""
    return Form(
        rounds.id("sent", programme.id),
        _("How they go out"),
        (
            OneChoice(
                name="preview",
                label=_("When do the meetings go out?"),
                hint=_("Until then you can look at them and change them."),
                choices=tuple(Choice(str(hours), label) for hours, label in PREVIEWS.items()),
                initial=str(programme.rules.preview_hours if programme.rules.preview_hours in PREVIEWS else 2),
            ),
            ShortText(
                name="video",
                label=_("Address for video calls"),
                hint=_("For example https://meet.jit.si/{meeting}: each meeting gets its own.", meeting="{meeting}"),
                initial=programme.rules.video,
                maximum=150,
                required=False,
            ),
            ShortText(
                name="holidays",
                label=_("Skip the public holidays of"),
                hint=_("A country, or a part of it: FR, BE, CH-GE. Empty: none."),
                initial=programme.rule.holidays,
                maximum=6,
                required=False,
            ),
        ),
        _("Save"),
    )


def read_sending(programme: Programme, preview: str, video: str, holidays: str) -> Programme:
    """Return the programme with what was chosen.

    Raises:
        Invalid: at the field, saying why.
    """
    if preview not in set(map(str, PREVIEWS)):
        raise Invalid({"preview": _("Choose one of the list.")})
    address = video.strip()
    if address and not is_web_address(address.replace("{meeting}", "x" * 32)):
        raise Invalid({"video": _("A web address, for example https://example.org")})
    rule = msgspec.structs.replace(programme.rule, holidays=holidays.strip().upper())
    try:
        rule.checked()
    except ValueError:
        raise Invalid({"holidays": _("I know no public holidays of that. Two letters of a country, for example FR.")}) from None
    return replace(programme, rule=rule, rules=replace(programme.rules, preview_hours=int(preview), video=address))
