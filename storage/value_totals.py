"""What business was worth, over many members and never over few: totals that nobody can take apart.

Months that are over are put together until at least `FEWEST` amounts of `FEWEST` different people lie in them; then their total
is written down and stays as it is. No two totals overlap, so the difference of any two sums of them is again such a total.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from sqlalchemy import func, insert, select

from bot.recurrence import instant
from storage.base import Base, InCommunity, Key, Mapped, Repository
from storage.expectations import FEWEST
from storage.outcomes import BOUNDS, OutcomeRow, Value

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

DECEMBER: Final = 12


class ValueTotalRow(Base):
    """The amounts of some months: how many, of how many people, and between what they lie. Written once, of nobody."""

    __tablename__ = "value_total"

    id: Mapped[Key]
    community_id: Mapped[InCommunity]
    since: Mapped[dt.datetime]
    until: Mapped[dt.datetime]
    outcomes: Mapped[int]
    people: Mapped[int]
    low: Mapped[int]
    high: Mapped[int]
    endless: Mapped[bool]


@dataclass(frozen=True, slots=True)
class Total:
    """What amounts come to together: between `low` and `high`, or more where it is `endless`. `people`: of the fewest months."""

    since: dt.datetime
    until: dt.datetime
    outcomes: int
    people: int
    low: int
    high: int
    endless: bool


@dataclass(frozen=True, slots=True)
class _Amount:
    gainer: int
    band: str
    at: dt.datetime


class ValueTotals(Repository):
    """The totals of a community."""

    async def close(self, now: dt.datetime) -> int:
        """Write down the totals of the months that are over, where enough lies in them; return how many."""
        start = await self._last()
        this_month = _month_of(now, self.community.zone)
        amounts = await self._amounts(start, this_month)
        if not amounts:
            return 0
        since = start or _month_of(amounts[0].at, self.community.zone)
        written = 0
        gathered: list[_Amount] = []
        for month, until in _months(since, this_month, self.community.zone):
            gathered += [one for one in amounts if month <= one.at < until]
            if len(gathered) >= FEWEST and len({one.gainer for one in gathered}) >= FEWEST:
                await self._write(since, until, gathered)
                since, gathered, written = until, [], written + 1
        return written

    async def between(self, since: dt.datetime, until: dt.datetime) -> Total | None:
        """Return what the totals that lie wholly within a time come to; None where there is none."""
        table = ValueTotalRow
        row = (
            await self.connection.execute(
                select(
                    func.min(table.since).label("first"),
                    func.max(table.until).label("last"),
                    func.sum(table.outcomes).label("outcomes"),
                    func.min(table.people).label("people"),
                    func.sum(table.low).label("low"),
                    func.sum(table.high).label("high"),
                    func.count().filter(table.endless).label("endless"),
                ).where(table.community_id == self.community.id, table.since >= since, table.until <= until)
            )
        ).one()
        if row.first is None:
            return None
        return Total(row.first, row.last, row.outcomes, row.people, row.low, row.high, row.endless > 0)

    async def _last(self) -> dt.datetime | None:
        found = await self.connection.execute(
            select(func.max(ValueTotalRow.until)).where(ValueTotalRow.community_id == self.community.id)
        )
        return found.scalar_one()

    async def _amounts(self, since: dt.datetime | None, until: dt.datetime) -> Sequence[_Amount]:
        wanted = select(OutcomeRow.gainer_id, OutcomeRow.amount_band, OutcomeRow.confirmed_at).where(
            OutcomeRow.community_id == self.community.id,
            OutcomeRow.confirmed_at < until,
            OutcomeRow.value == Value.ECONOMIC.value,
            OutcomeRow.amount_band.in_(list(BOUNDS)),
        )
        if since is not None:
            wanted = wanted.where(OutcomeRow.confirmed_at >= since)
        rows = await self.connection.execute(wanted.order_by(OutcomeRow.confirmed_at))
        return [_Amount(gainer, band or "", at) for gainer, band, at in rows if at is not None]

    async def _write(self, since: dt.datetime, until: dt.datetime, amounts: Sequence[_Amount]) -> None:
        bounds = [BOUNDS[one.band] for one in amounts]
        await self.connection.execute(
            insert(ValueTotalRow).values(
                community_id=self.community.id,
                since=since,
                until=until,
                outcomes=len(amounts),
                people=len({one.gainer for one in amounts}),
                low=sum(low for low, _high in bounds),
                high=sum(high or low for low, high in bounds),
                endless=any(high is None for _low, high in bounds),
            )
        )


def _month_of(at: dt.datetime, zone: str) -> dt.datetime:
    """Return the instant at which the month of another began."""
    return instant(at.astimezone(ZoneInfo(zone)).date().replace(day=1), dt.time.min, zone)


def _months(since: dt.datetime, until: dt.datetime, zone: str) -> Iterator[tuple[dt.datetime, dt.datetime]]:
    """Return the beginning and the end of each month between two instants; the first begins at `since` itself."""
    begin = since
    while begin < until:
        date = begin.astimezone(ZoneInfo(zone)).date().replace(day=1)
        following = date.replace(year=date.year + 1, month=1) if date.month == DECEMBER else date.replace(month=date.month + 1)
        end = instant(following, dt.time.min, zone)
        yield begin, end
        begin = end
