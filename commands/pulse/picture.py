"""The picture of a pulse: four figures over time, as bars, with what they show in words. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.drawing import Chart, Drawing, Panel
from bot.i18n import _, plain
from bot.text import Listing, Text
from bot.ui import shorten
from commands.pulse.figures import change_of

if TYPE_CHECKING:
    import datetime as dt

    from bot.drawing import Kind
    from commands.pulse.looking import Seen
    from commands.pulse.periods import Span

FILE: Final = "pulse.png"
BARS: Final = (
    (_("Introductions"), "introductions"),
    (_("Meetings"), "meetings"),
    (_("Requests solved"), "solved"),
    (_("Opportunities filled"), "filled"),
)


def chart(seen: Seen, community: str, locale: str, kind: Kind = "png") -> Chart:
    """Return the picture, in a language."""
    labels = tuple(_short(span.first, locale) for span in seen.span.history())
    panels = tuple(
        Panel(
            plain(title, locale),
            plain(change_of(getattr(seen.now.counts, name), getattr(seen.before.counts, name)), locale),
            tuple(float(getattr(counts, name)) for counts in seen.history),
            labels,
        )
        for title, name in BARS
    )
    return Chart(f"{shorten(community, 30)}\n{_title(seen.span, locale)}", panels, kind)


def drawing(seen: Seen, community: str, locale: str) -> Drawing:
    """Return what a card shows once it is drawn."""
    words = in_words(seen)
    return Drawing(FILE, chart(seen, community, locale), words, _("The picture could not be drawn. {words}", words=words))


def in_words(seen: Seen) -> Text:
    """Return what the picture shows."""
    lines = tuple(
        _("{title}: {numbers}", title=title, numbers=", ".join(str(getattr(counts, name)) for counts in seen.history))
        for title, name in BARS
    )
    return _("Bars, one for each {days} days, oldest first. {lines}.", days=seen.span.days, lines=Listing(lines))


def _title(span: Span, locale: str) -> str:
    """Return what a stretch is called, in one line of the picture."""
    from babel import dates  # noqa: PLC0415 - locale data is loaded once something is formatted

    if span.name:
        return plain(span.title, locale)
    first, last = (dates.format_date(date, "medium", locale=locale) for date in (span.first, span.last))
    return plain(_("{first} to {last}", first=first, last=last), locale)


def _short(date: dt.date, locale: str) -> str:
    """Return a date in as few letters as say it."""
    from babel import dates  # noqa: PLC0415 - locale data is loaded once something is formatted

    return dates.format_skeleton("MMMd", date, locale=locale)
