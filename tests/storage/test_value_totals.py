"""What business was worth is told over many amounts of many people, and nothing can be found out by taking totals apart."""

from __future__ import annotations

import datetime as dt
from itertools import combinations, permutations

import pytest
from sqlalchemy import delete, insert, select, update

from bot.gains import BANDS, GAINS
from bot.model import AccountRef, Community
from storage.db import Database
from storage.outcomes import BOUNDS, OutcomeRow, Subject, Value
from storage.value_totals import ValueTotalRow, ValueTotals
from tests.storage.community import NOW, Village

BEGIN = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
LATER = NOW + dt.timedelta(days=400)


@pytest.fixture
async def community(store: Database) -> Community:
    """A community of nine, on the calendar of Paris."""
    village = Village(store)
    found = [await village.meet(AccountRef(f"U{number}", f"M{number}")) for number in range(9)]
    return found[0].community


async def _gain(store: Database, community: Community, at: dt.datetime, *gainers: int, band: str = "500") -> None:
    """Let members have gained an amount at an instant."""
    async with store.unit() as unit:
        for gainer in gainers:
            await unit.connection.execute(
                insert(OutcomeRow).values(
                    community_id=community.id,
                    subject_kind=Subject.BY_HAND.value,
                    subject_id=int(at.timestamp()) + gainer,
                    gainer_id=gainer,
                    value="economic",
                    amount_band=band,
                    recorded_at=at,
                    confirmed_at=at,
                )
            )


async def _close(store: Database, community: Community, now: dt.datetime) -> int:
    async with store.unit() as unit:
        return await unit.use(ValueTotals, community).close(now)


def _month(month: int, day: int = 15) -> dt.datetime:
    return dt.datetime(2026, month, day, 12, tzinfo=dt.UTC)


async def test_a_month_with_enough_has_a_total_once_it_is_over(store: Database, community: Community) -> None:
    await _gain(store, community, _month(3), 1, 2, 3, 4, band="2000")
    await _gain(store, community, _month(3, 20), 5, band="more")
    assert await _close(store, community, _month(3, 31)) == 0
    assert await _close(store, community, _month(4, 1)) == 1
    assert await _close(store, community, _month(4, 2)) == 0
    async with store.unit(write=False) as unit:
        total = await unit.use(ValueTotals, community).between(BEGIN, LATER)
    assert total is not None
    assert (total.outcomes, total.people, total.low, total.high, total.endless) == (5, 5, 22_000, 28_000, True)


async def test_four_people_have_none_however_many_amounts_there_are(store: Database, community: Community) -> None:
    for day in range(1, 9):
        await _gain(store, community, _month(3, day), 1, 2, 3, 4)
    assert await _close(store, community, _month(9)) == 0
    await _gain(store, community, _month(10), 5)
    assert await _close(store, community, _month(11)) == 1
    async with store.unit(write=False) as unit:
        total = await unit.use(ValueTotals, community).between(BEGIN, LATER)
    assert total is not None
    assert (total.outcomes, total.people) == (33, 5)


async def test_a_total_once_told_stays_as_it_is(store: Database, community: Community) -> None:
    await _gain(store, community, _month(3), 1, 2, 3, 4, 5)
    await _close(store, community, _month(4))
    async with store.unit() as unit:
        before = await unit.use(ValueTotals, community).between(BEGIN, LATER)
        await unit.connection.execute(delete(OutcomeRow).where(OutcomeRow.gainer_id == 1))
    await _close(store, community, _month(5))
    async with store.unit(write=False) as unit:
        assert await unit.use(ValueTotals, community).between(BEGIN, LATER) == before


async def test_no_difference_of_two_totals_tells_of_fewer_than_five(store: Database, community: Community) -> None:
    """Whatever two times somebody asks for, what lies between their answers is of five people again."""
    who = {1: (1, 2, 3), 2: (4, 5, 6, 7), 3: (1,), 4: (1, 2, 3, 4, 5, 6), 5: (2,), 6: (3, 4), 7: (5, 6, 7), 8: (8,)}
    for month, gainers in who.items():
        await _gain(store, community, _month(month), *gainers)
        await _close(store, community, _month(month + 1))
    async with store.unit(write=False) as unit:
        totals = unit.use(ValueTotals, community)
        edges = [_month(month, 1) - dt.timedelta(days=2) for month in range(1, 10)] + [_month(month, 1) for month in range(1, 10)]
        told = {total for one, other in combinations(sorted(edges), 2) if (total := await totals.between(one, other)) is not None}
        cells = (await unit.connection.execute(select(ValueTotalRow.outcomes, ValueTotalRow.people))).all()
    assert len(cells) > 1
    assert all(cell.people >= 5 and cell.outcomes >= 5 for cell in cells)
    for one, other in permutations(told, 2):
        if one.since <= other.since and other.until <= one.until:
            assert one == other or one.outcomes - other.outcomes >= 5


async def test_what_is_not_confirmed_or_has_no_amount_counts_for_nothing(store: Database, community: Community) -> None:
    await _gain(store, community, _month(3), 1, 2, 3, 4, band="unknown")
    await _gain(store, community, _month(3), 5)
    async with store.unit() as unit:
        await unit.connection.execute(update(OutcomeRow).values(confirmed_at=None).where(OutcomeRow.gainer_id == 5))
    assert await _close(store, community, _month(5)) == 0


def test_every_band_that_can_be_chosen_has_bounds() -> None:
    assert list(BOUNDS) == list(BANDS)


def test_every_kind_of_value_can_be_chosen() -> None:
    assert list(GAINS) == list(Value)
