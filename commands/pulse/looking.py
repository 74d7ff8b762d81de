"""Reading the figures of a stretch, of the one before, and what the picture shows."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Protocol, TypeVar

from storage.checkin_moods import CheckinMoods
from storage.concentration import Concentrations
from storage.departures import Departures, Leavers, Missing
from storage.pulse import Pulse

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from commands.pulse.periods import Span
    from storage.concentration import Concentration
    from storage.outcomes import Value
    from storage.pulse import Amount, Answering, Counts, Newcomers, Window

T = TypeVar("T")

EARLY, LATE = 7, 30
"""Days of a membership on which a first gain is looked for."""


class Use(Protocol):
    """How a repository is got: `JobContext.use`."""

    def __call__(self, repository: type[T], /) -> T:
        """Return it, in this transaction."""
        ...


@dataclass(frozen=True, slots=True)
class Figures:
    """What was counted in one stretch. `expectations`: of each kind of value, how many expect it and how many gained it.

    `checkins` is the mean of what members answered of how they are, from 1 to 5; None where too few answered.
    """

    counts: Counts
    answering: Answering
    amount: Amount | None
    help: Concentration
    business: Concentration
    early: Newcomers
    late: Newcomers
    checkins: float | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """The figures of a stretch and of the one before; the counts of those that the picture shows, oldest first.

    `departures` are those of the last twelve whole months, whatever the stretch.
    """

    span: Span
    now: Figures
    before: Figures
    history: Sequence[Counts]
    expectations: Mapping[Value, tuple[int, int]]
    departures: Mapping[Missing, Departures] = field(default_factory=dict[Missing, Departures])


async def look(use: Use, zone: str, span: Span, today: dt.date) -> Seen:
    """Read everything; `zone` is the community's, and `today` the date there."""
    pulse = use(Pulse)
    before, now = span.before().window(zone), span.window(zone)
    further = [await pulse.counts(each.window(zone)) for each in span.history()[:-2]]
    newcomers = await pulse.newcomers(before, now, EARLY, LATE)
    amounts = bool(span.name) or span.whole_months  # not for dates that could be chosen so that one amount is told apart
    moods, past = use(CheckinMoods), span.before()
    earlier = replace(
        await _figures(use, before, newcomers[0], newcomers[2], amounts=amounts), checkins=await moods.mean(past.first, past.last)
    )
    newest = replace(
        await _figures(use, now, newcomers[1], newcomers[3], amounts=amounts), checkins=await moods.mean(span.first, span.last)
    )
    departures = await use(Leavers).recent(today)
    return Seen(span, newest, earlier, [*further, earlier.counts, newest.counts], await pulse.expectations(now), departures)


async def _figures(use: Use, window: Window, early: Newcomers, late: Newcomers, *, amounts: bool) -> Figures:
    pulse, spread = use(Pulse), use(Concentrations)
    return Figures(
        await pulse.counts(window),
        await pulse.answering(window),
        await pulse.amount(window) if amounts else None,
        await spread.help(window),
        await spread.business(window),
        early,
        late,
    )
