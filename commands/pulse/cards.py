"""What animators see of the pulse: the figures, what they mean, the digest of a week."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.feature import RUN
from bot.i18n import _, plural
from bot.text import Day
from bot.ui import Button, Card, Fact, Style, Tone
from commands.pulse.feature import pulse
from commands.pulse.figures import FIGURES
from commands.pulse.periods import TITLES, Span

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from bot.text import Text
    from commands.pulse.figures import Measure


def period_of(span: Span) -> Text:
    """Return the first and the last day of a stretch, and what it is compared with."""
    return _(
        "{first} to {last}. In brackets: the change since the same number of days before.",
        first=Day(span.first),
        last=Day(span.last),
    )


NOTE: Final = _("Totals only: nobody is named, and I read no messages.")


def pulse_card(  # noqa: PLR0913 - what it says
    title: Text, key: str, first: dt.date, last: dt.date, shown: Sequence[Measure], *, digest: bool
) -> Card:
    """Return the figures of a stretch, `key` in buttons; `digest`: they come every Monday."""
    return Card(
        title=_("Pulse: {period}", period=title),
        body=period_of(Span(first, last)),
        facts=tuple(Fact(each.title, each.value) for each in shown),
        controls=(
            Button(_("What these mean"), pulse.id("meaning", key)),
            *(Button(words, pulse.id("show", name)) for name, words in TITLES.items() if name != key),
            Button(_("No longer every Monday"), pulse.id("digest", "off"), confirm=_STOP)
            if digest
            else Button(_("Send it every Monday"), pulse.id("digest", "on")),
        ),
        note=NOTE,
    )


_STOP: Final = _("None of the animators gets it any more. The pulse stays here whenever you ask.")


def meaning_card(key: str) -> Card:
    """Return what each figure means."""
    return Card(
        title=_("What these figures mean"),
        facts=tuple(Fact(figure.title, figure.meaning) for figure in FIGURES),
        controls=(Button(_("Back"), pulse.id("show", key)),),
        note=_("They are there to ask better questions, not to grade anybody."),
    )


def digest_card(first: dt.date, last: dt.date, shown: Sequence[Measure], waiting: int) -> Card:
    """Return the message of a Monday; `waiting`: how many were on the list of who needs its reader, when it was written.

    Nothing is `shown` of a week in which nothing happened.
    """
    week = (
        _("{first} to {last}. In brackets: the change since the week before.", first=Day(first), last=Day(last))
        if shown
        else _("{first} to {last}: a quiet week, with nothing to count.", first=Day(first), last=Day(last))
    )
    figures = (
        Button(_("With the picture"), pulse.id("show", "week"), Style.SECONDARY if waiting else Style.PRIMARY),
        Button(_("What these mean"), pulse.id("meaning", "week")),
    )
    return Card(
        title=_("The week in your community"),
        body=(
            week,
            plural(
                "{count} person or voice waits for your attention.", "{count} people or voices wait for your attention.", waiting
            )
            if waiting
            else "",
        ),
        facts=tuple(Fact(each.title, each.value) for each in shown),
        controls=(
            *((Button(_("For your attention"), f"{RUN}animator attention", Style.PRIMARY),) if waiting else ()),
            *(figures if shown else ()),
            Button(_("No longer every Monday"), pulse.id("digest", "off"), confirm=_STOP),
        ),
        note=NOTE if shown else "",
    )


def digest_switched_card(*, on: bool) -> Card:
    """Return the answer to whoever switched the digest on or off."""
    return Card(
        body=_("Every Monday morning each animator gets the figures of the week, in their own time.")
        if on
        else _("No more figures on Mondays. The pulse stays here whenever you ask."),
        tone=Tone.GOOD,
        controls=(Button(_("Look at it now"), pulse.id("show", "week")),),
    )
