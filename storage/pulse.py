"""The pulse of a community: what happened in a stretch of time, counted. Nobody is named, and nothing private is read.

Every query goes along an index by time, so that it costs what happened in the stretch, not what there is.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import BigInteger, Integer, and_, bindparam, case, cast, func, select, text

from storage.base import Instant, Repository
from storage.meetings import MeetingRow
from storage.opportunities import OpportunityRow
from storage.opportunity import Status as Standing
from storage.outcomes import OutcomeRow, Value
from storage.people import MemberRow
from storage.profiles import ProfileRow
from storage.requests import RequestRow, Status
from storage.statements import Seconds

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import ColumnElement

FEWEST: Final = 5
"""Members behind a total of amounts; fewer, and it would tell of somebody."""
LIMITS: Final[Mapping[str, tuple[int, int | None]]] = {
    "500": (0, 500),
    "2000": (500, 2_000),
    "5000": (2_000, 5_000),
    "20000": (5_000, 20_000),
    "more": (20_000, None),
}
"""What the bands of amounts hold, from and to."""
DAY: Final = 86_400.0


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of time: from its start, until just before its end."""

    start: dt.datetime
    end: dt.datetime


@dataclass(frozen=True, slots=True)
class Counts:
    """How often things happened: newcomers introduced themselves, members met, requests were solved, opportunities filled."""

    introductions: int = 0
    meetings: int = 0
    solved: int = 0
    filled: int = 0


@dataclass(frozen=True, slots=True)
class Answering:
    """Requests asked in the stretch, how many were answered, and the seconds to the first answer of the one in the middle."""

    asked: int = 0
    answered: int = 0
    median: float | None = None


@dataclass(frozen=True, slots=True)
class Amount:
    """What opportunities brought together, from and to, in round numbers; `most` is None where there is no telling."""

    least: int
    most: int | None


@dataclass(frozen=True, slots=True)
class Newcomers:
    """Who reached a day of their membership in the stretch, and how many of them had gained nothing until then."""

    reached: int = 0
    without: int = 0


_COMMUNITY: Final = bindparam("community", type_=BigInteger())
_START, _END = bindparam("start", type_=Instant()), bindparam("end", type_=Instant())


def _within(column: Any) -> ColumnElement[bool]:  # noqa: ANN401 - a column of instants
    return and_(column >= _START, column < _END)


def _counted(table: Any, when: Any, *conditions: ColumnElement[bool]) -> Any:  # noqa: ANN401 - a table and a column of instants
    return select(func.count()).where(table.community_id == _COMMUNITY, _within(when), *conditions).scalar_subquery()


_COUNTS: Final = select(
    _counted(ProfileRow, ProfileRow.introduced_at),
    _counted(MeetingRow, MeetingRow.met_at),
    _counted(RequestRow, RequestRow.ended_at, RequestRow.status == Status.SOLVED.value),
    _counted(OpportunityRow, OpportunityRow.ended_at, OpportunityRow.status == Standing.FILLED.value),
)
_taken: Final = (
    select(RequestRow.answered_after.label("taken"))
    .where(RequestRow.community_id == _COMMUNITY, _within(RequestRow.created_at), RequestRow.answered_after.is_not(None))
    .subquery()
)
_sorted: Final = select(_taken.c.taken).order_by(_taken.c.taken).limit(bindparam("middle")).offset(bindparam("shorter")).subquery()
_MEDIAN: Final = select(func.avg(_sorted.c.taken))
_ASKED: Final = select(func.count(), func.count(RequestRow.answered_after)).where(
    RequestRow.community_id == _COMMUNITY, _within(RequestRow.created_at)
)
_AMOUNTS: Final = (
    select(OutcomeRow.amount_band, func.count())
    .where(OutcomeRow.community_id == _COMMUNITY, _within(OutcomeRow.confirmed_at))
    .where(OutcomeRow.amount_band.is_not(None))
    .group_by(OutcomeRow.amount_band)
)
_few: Final = (
    select(OutcomeRow.gainer_id)
    .where(OutcomeRow.community_id == _COMMUNITY, _within(OutcomeRow.confirmed_at), OutcomeRow.amount_band.is_not(None))
    .distinct()
    .limit(FEWEST)
    .subquery()
)
_GAINERS: Final = select(func.count()).select_from(_few)
_first_gain: Final = (
    select(func.min(OutcomeRow.confirmed_at))
    .where(OutcomeRow.gainer_id == MemberRow.id, OutcomeRow.confirmed_at.is_not(None))
    .scalar_subquery()
)
_passed: Final = ("early_start", "early_middle", "early_end", "late_start", "late_middle", "late_end")
_slot: Final = [MemberRow.joined_at >= bindparam(name, type_=Instant()) for name in _passed]
_waited: Final = cast(Seconds(_first_gain, MemberRow.joined_at) / DAY, Integer)
# Looked for once for each member, and grouped: a column of a subquery would be looked for wherever it is named.
_NEWCOMERS: Final = (
    select(*(case((passed, 1), else_=0).label(name) for name, passed in zip(_passed, _slot, strict=True)), _waited, func.count())
    .where(MemberRow.community_id == _COMMUNITY, _within(MemberRow.joined_at))
    .where(MemberRow.left_at.is_(None), MemberRow.bot.is_(False))
    .group_by(*(text(str(place + 1)) for place in range(len(_passed) + 1)))
)
_gained: Final = (
    select(OutcomeRow.gainer_id, OutcomeRow.value)
    .where(OutcomeRow.community_id == _COMMUNITY, _within(OutcomeRow.confirmed_at), OutcomeRow.value != "")
    .group_by(OutcomeRow.gainer_id, OutcomeRow.value)
    .subquery()
)
_gone: Final = select(MemberRow.id).where(MemberRow.community_id == _COMMUNITY, MemberRow.left_at.is_not(None))
_here: Final = (
    ProfileRow.community_id == _COMMUNITY,
    ProfileRow.introduced_at < _END,
    ProfileRow.expects != "",
    ProfileRow.member_id.not_in(_gone),
)
_EXPECTING: Final = select(ProfileRow.expects, func.count()).where(*_here).group_by(ProfileRow.expects)
_MET: Final = (
    select(ProfileRow.expects, _gained.c.value, func.count())
    .select_from(_gained)
    .join(ProfileRow, ProfileRow.member_id == _gained.c.gainer_id)
    .where(*_here)
    .group_by(ProfileRow.expects, _gained.c.value)
)


class Pulse(Repository):
    """What happened in a community, counted."""

    async def counts(self, window: Window) -> Counts:
        """Return how often things happened."""
        return Counts(*(await self._row(_COUNTS, window)))

    async def answering(self, window: Window) -> Answering:
        """Return how long the requests of a stretch waited for the first helper who said yes, or who named somebody."""
        asked, answered = await self._row(_ASKED, window)
        if not answered:
            return Answering(asked)
        (median,) = await self._row(_MEDIAN, window, shorter=(answered - 1) // 2, middle=2 - answered % 2)
        return Answering(asked, answered, float(median))

    async def amount(self, window: Window) -> Amount | None:
        """Return what was gained in the bands that members gave; None where too few of them did to say so."""
        (gainers,) = await self._row(_GAINERS, window)
        if gainers < FEWEST:
            return None
        rows = await self._rows(_AMOUNTS, window)
        known = [(*LIMITS[band], number) for band, number in rows if band in LIMITS]
        least = sum(least * number for least, _most, number in known)
        ends = [None if end is None else end * number for _least, end, number in known]
        most = None if None in ends else sum(end for end in ends if end is not None)
        return Amount(_rounded(least), None if most is None else _rounded(most, up=True))

    async def newcomers(self, before: Window, now: Window, early: int, late: int) -> Sequence[Newcomers]:
        """Return who reached two days of their membership, in a stretch and in the one that follows it.

        In this order: the earlier day before and now, the later day before and now. Those who are here and are no bots.
        """
        days = {"early": early, "late": late}
        edges = {"start": before.start, "middle": now.start, "end": now.end}
        bounds = {
            f"{which}_{edge}": instant - dt.timedelta(days=number)
            for which, number in days.items()
            for edge, instant in edges.items()
        }
        joined = Window(min(bounds.values()), max(bounds.values()))
        rows = await self._rows(_NEWCOMERS, joined, **bounds)
        found: list[Newcomers] = []
        for number, (start, middle, end) in ((early, (0, 1, 2)), (late, (3, 4, 5))):
            for first, last in ((start, middle), (middle, end)):
                there = [(row[-2], row[-1]) for row in rows if row[first] and not row[last]]
                without = sum(count for waited, count in there if waited is None or waited >= number)
                found.append(Newcomers(sum(count for _waited, count in there), without))
        return found

    async def expectations(self, window: Window) -> Mapping[Value, tuple[int, int]]:
        """Return, for each kind of value, how many expect it, and how many of these gained some in the stretch."""
        expecting: Counter[str] = Counter()
        for kinds, number in await self._rows(_EXPECTING, window):
            expecting.update(dict.fromkeys(kinds.split(","), number))
        met: Counter[str] = Counter()
        for kinds, kind, number in await self._rows(_MET, window):
            met[kind] += number if kind in kinds.split(",") else 0
        return {kind: (expecting[kind.value], met[kind.value]) for kind in Value}

    async def _row(self, statement: Any, window: Window, **values: object) -> Sequence[Any]:  # noqa: ANN401 - a statement
        return (await self._rows(statement, window, **values))[0]

    async def _rows(self, statement: Any, window: Window, **values: object) -> Sequence[Sequence[Any]]:  # noqa: ANN401 - a statement
        given = {"community": self.community.id, "start": window.start, "end": window.end, **values}
        return (await self.connection.execute(statement, given)).all()


def _rounded(amount: int, *, up: bool = False) -> int:
    """Return an amount with one digit that counts: what one of many adds to it is not seen."""
    step = 10 ** max(len(str(amount)) - 1, 0)
    return -(-amount // step) * step if up else amount // step * step
