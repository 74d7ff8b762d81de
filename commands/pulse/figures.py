"""The figures of a pulse in words: what each is called, what it means, what it is now and how it changed. Pure.

A figure is one entry of `FIGURES`: what another feature brings to the pulse is added there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bot.i18n import _, plural
from bot.text import Listing, Text
from storage.departures import Missing
from storage.outcomes import Value

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from commands.pulse.looking import Figures, Seen
    from storage.concentration import Concentration
    from storage.departures import Departures
    from storage.pulse import Newcomers

MINUTE, HOUR, DAY = 60, 3_600, 86_400
FEWEST: Final = 5
"""Members who expect a kind of value, before anything is said of them."""
KINDS: Final[Mapping[Value, Text]] = {
    Value.ECONOMIC: _("business"),
    Value.SKILL: _("skills"),
    Value.REPUTATION: _("reputation"),
    Value.SUPPORT: _("support"),
}


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure: its name, what it means, and what is said of it; None: it is not shown."""

    title: Text
    meaning: Text
    said: Callable[[Seen], Text | None]


@dataclass(frozen=True, slots=True)
class Measure:
    """A figure as it is shown."""

    title: Text
    value: Text


def shown(seen: Seen) -> list[Measure]:
    """Return the figures that there are."""
    found = ((figure.title, figure.said(seen)) for figure in FIGURES)
    return [Measure(title, value) for title, value in found if value is not None]


def _with(value: Text, change: Text | None) -> Text:
    return value if change is None else _("{value} ({change})", value=value, change=change)


def _change(now: float, before: float) -> Text:
    if now == before:
        return _("as before")
    apart = round(abs(now - before), 1)
    return _("+{number}", number=apart) if now > before else _("−{number}", number=apart)


def change_of(now: int, before: int) -> Text:
    """Return a number, and how it changed since the stretch before."""
    return _with(Text("{number}", {"number": now}), _change(now, before))


def _count(which: Callable[[Figures], int]) -> Callable[[Seen], Text]:
    return lambda seen: change_of(which(seen.now), which(seen.before))


def duration(seconds: float) -> Text:
    """Return a length of time in one unit."""
    if seconds < HOUR:
        return plural("{count} minute", "{count} minutes", max(round(seconds / MINUTE), 1))
    if seconds < 2 * DAY:
        return plural("{count} hour", "{count} hours", round(seconds / HOUR))
    return plural("{count} day", "{count} days", round(seconds / DAY))


def _first_answer(seen: Seen) -> Text:
    now, before = seen.now.answering, seen.before.answering
    if now.median is None:
        return _("nobody has answered yet") if now.asked else _("nothing was asked")
    value = _("{time}, for {answered} of {asked}", time=duration(now.median), answered=now.answered, asked=now.asked)
    return _with(value, _("before: {time}", time=duration(before.median)) if before.median is not None else None)


def _filled(seen: Seen) -> Text:
    number = change_of(seen.now.counts.filled, seen.before.counts.filled)
    amount = seen.now.amount
    if amount is None:
        return number
    if amount.most is None:
        return _("{number}; more than {least} in all", number=number, least=amount.least)
    return _("{number}; {least} to {most} in all", number=number, least=amount.least, most=amount.most)


def _checkins(seen: Seen) -> Text:
    now, before = seen.now.checkins, seen.before.checkins
    if now is None:
        return _("not enough answers")
    value = _("{mean} of 5", mean=round(now, 1))
    return _with(value, None if before is None else _change(round(now, 1), round(before, 1)))


def _concentration(seen: Seen) -> Text:
    parts = [
        Text(words.template, {"share": _spread_of(now.share, before.share)})
        for words, now, before in _sides(seen)
        if now.share is not None
    ]
    return Text("{parts}", {"parts": Listing(tuple(parts))}) if parts else _("too few members to say")


def _sides(seen: Seen) -> tuple[tuple[Text, Concentration, Concentration], ...]:
    return (
        (_("help {share}"), seen.now.help, seen.before.help),
        (_("business {share}"), seen.now.business, seen.before.business),
    )


def percent(share: float) -> Text:
    """Return a share of everything."""
    return _("{percent}%", percent=round(share * 100))


def _spread_of(now: float | None, before: float | None) -> Text:
    value = percent(now or 0)
    return _with(value, None if before is None else _change(round((now or 0) * 100), round(before * 100)))


def _newcomers(seen: Seen) -> Text:
    return _(
        "day 7: {early}; day 30: {late}",
        early=_without(seen.now.early, seen.before.early),
        late=_without(seen.now.late, seen.before.late),
    )


def _without(now: Newcomers, before: Newcomers) -> Text:
    if not now.reached:
        return _("nobody was there yet")
    value = _("{without} of {reached}", without=now.without, reached=now.reached)
    return _with(value, _change(now.without, before.without) if before.reached else None)


def _expectations(seen: Seen) -> Text | None:
    parts = tuple(
        _("{kind} {met} of {expecting}", kind=KINDS[kind], met=met, expecting=expecting)
        for kind, (expecting, met) in seen.expectations.items()
        if expecting >= FEWEST
    )
    return Text("{parts}", {"parts": Listing(parts)}) if parts else None


def _departures(seen: Seen) -> Text | None:
    parts = tuple(_missing(kind, found) for kind, found in seen.departures.items())
    return Text("{parts}", {"parts": Listing(parts)}) if parts else None


def _missing(kind: Missing, found: Departures) -> Text:
    name = _("something else") if kind is Missing.OTHER else KINDS[Value(kind)]
    if found.expected:
        return _("{kind}: {number} or more ({expected} had expected it)", kind=name, number=found.number, expected=found.expected)
    return _("{kind}: {number} or more", kind=name, number=found.number)


FIGURES: Final = (
    Figure(
        _("Introductions"),
        _("Members who introduced themselves."),
        _count(lambda figures: figures.counts.introductions),
    ),
    Figure(
        _("Meetings that took place"),
        _("Meetings of rounds of which somebody in them said that they met."),
        _count(lambda figures: figures.counts.meetings),
    ),
    Figure(
        _("Time to first answer"),
        _("From a request to the first helper who says yes, or names somebody. Half of those that were answered waited less."),
        _first_answer,
    ),
    Figure(
        _("Requests solved"),
        _("Requests that whoever asked called solved, whenever they had asked."),
        _count(lambda figures: figures.counts.solved),
    ),
    Figure(
        _("Opportunities filled"),
        _("Those that went to a member. Their worth is a rough total of ranges, from five members on; not for any odd dates."),
        _filled,
    ),
    Figure(
        _("How members are doing"),
        _("The mean of what members answered in check-ins, from 1 to 5, once at least five did."),
        _checkins,
    ),
    Figure(
        _("Held by the most active tenth"),
        _("Of confirmed help, the share that the most active tenth of helpers gave; of business, got. Spread evenly: 10%."),
        _concentration,
    ),
    Figure(
        _("Newcomers without a first gain"),
        _("Of those who reached their 7th or 30th day here: how many had confirmed nothing gained. They may like an introduction."),
        _newcomers,
    ),
    Figure(
        _("Expectations met"),
        _("Of those who expect a kind of value, how many gained some; kinds that at least five expect."),
        _expectations,
    ),
    Figure(
        _("Departures by what was missing"),
        _("What those missed who left with “my-data”, in the last twelve whole months; counted in fives, without names."),
        _departures,
    ),
)
"""In the order in which they are shown."""
