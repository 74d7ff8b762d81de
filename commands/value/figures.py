"""What somebody received and gave in a time, counted. Pure."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from bot.i18n import today
from bot.recurrence import instant
from storage.outcomes import Value

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.model import Member
    from storage.outcomes import Outcome

MONTHS = 3
"""In a quarter."""


class Period(StrEnum):
    """A time that is looked at; each ends now."""

    ALL = "all"
    YEAR = "year"
    QUARTER = "quarter"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Count:
    """How many were received and given of a kind; `kind` is None where nobody said which."""

    kind: Value | None
    received: int
    given: int


@dataclass(frozen=True, slots=True)
class Figures:
    """What somebody received and gave. `givers` and `gainers`: from whom and to whom, those who did so most often first."""

    counts: tuple[Count, ...]
    givers: tuple[Member, ...]
    gainers: tuple[Member, ...]


def begin(period: Period, now: dt.datetime, zone: str) -> dt.datetime | None:
    """Return when a period began where somebody is; None where it has no beginning."""
    date = today(now, zone).replace(day=1)
    if period is Period.ALL:
        return None
    if period is Period.YEAR:
        date = date.replace(month=1)
    elif period is Period.QUARTER:
        date = date.replace(month=(date.month - 1) // MONTHS * MONTHS + 1)
    return instant(date, dt.time.min, zone)


def figures(received: Sequence[Outcome], given: Sequence[Outcome], since: dt.datetime | None = None) -> Figures:
    """Count what was confirmed since an instant, in the order of the kinds."""
    ours, theirs = _since(received, since), _since(given, since)
    came = Counter(one.value for one in ours)
    went = Counter(one.value for one in theirs)
    kinds: list[Value | None] = [kind for kind in Value if came[kind] or went[kind]]
    if came[None] or went[None]:
        kinds.append(None)
    return Figures(
        tuple(Count(kind, came[kind], went[kind]) for kind in kinds),
        _members([one.giver for one in ours if one.giver is not None]),
        _members([one.gainer for one in theirs]),
    )


def _since(outcomes: Sequence[Outcome], since: dt.datetime | None) -> list[Outcome]:
    return [one for one in outcomes if one.confirmed_at is not None and (since is None or one.confirmed_at >= since)]


def _members(members: Sequence[Member]) -> tuple[Member, ...]:
    known = {member.id: member for member in members}
    often = Counter(member.id for member in members)
    return tuple(known[number] for number, _count in often.most_common())
