"""A schedule's occurrence runs once, whoever is awake, and a late one does not run for each time it was missed."""

from __future__ import annotations

import asyncio
import datetime as dt

import pytest
from sqlalchemy import func, select

from bot.context import JobContext
from bot.effects import Effects
from bot.feature import Schedule
from bot.model import Community
from bot.ports import Taking
from bot.recurrence import Occurrence, next_beat
from storage.db import Database, open_store
from storage.schedules import OccurrenceRow, Schedules
from tests.databases import COMMUNITY
from tests.storage.community import NOW

EVERY = dt.timedelta(minutes=15)


async def nothing(ctx: JobContext) -> Effects:
    return None


async def _take(store: Database, now: dt.datetime, name: str = "request:escalate", every: dt.timedelta = EVERY) -> bool:
    (community,) = await store.communities()
    schedule = Schedule(name, every, nothing)
    async with store.unit() as unit:
        occurrences = store.occurrences(unit)
        await occurrences.begin(community, [schedule], now)
        return (await occurrences.take(community, schedule, now)).occurrence is not None


async def test_an_occurrence_is_due_at_each_interval(store: Database) -> None:
    minutes = (0, 14, 15, 16, 29, 30, 30)

    assert [await _take(store, NOW + dt.timedelta(minutes=minute)) for minute in minutes] == [
        False,
        False,
        True,
        False,
        False,
        True,
        False,
    ]


async def test_what_was_never_seen_begins_with_the_others_and_not_again(store: Database) -> None:
    (community,) = await store.communities()
    known, new = (Schedule(name, EVERY, nothing) for name in ("request:escalate", "intro:remind"))
    later = NOW + dt.timedelta(minutes=5)
    async with store.unit() as unit:
        await store.occurrences(unit).begin(community, [known], NOW)
    async with store.unit() as unit:
        await store.occurrences(unit).begin(community, [known, new], later)
    async with store.unit(write=False) as unit:
        agenda = await store.occurrences(unit).look([community], [known, new], later)
        planned = {each.name: each.next.due for each in await unit.use(Schedules, community).planned()}
    assert planned == {"request:escalate": NOW + EVERY, "intro:remind": later + EVERY}
    assert (agenda.new, agenda.nearest) == ([], NOW + EVERY)


async def test_nothing_begins_while_everything_is_paused_but_for_housekeeping(store: Database) -> None:
    (community,) = await store.communities()
    async with store.unit() as unit:
        await unit.use(Schedules, community).pause_all(NOW)
        both = [Schedule("request:escalate", EVERY, nothing), Schedule("forget:old", EVERY, nothing, always=True)]
        await store.occurrences(unit).begin(community, both, NOW)
        assert [each.name for each in await unit.use(Schedules, community).planned()] == ["forget:old"]


async def test_a_late_one_runs_once_and_keeps_its_beat(store: Database) -> None:
    minutes = (0, 15 + 52, 15 + 53, 75, 90)

    assert [await _take(store, NOW + dt.timedelta(minutes=minute)) for minute in minutes] == [False, True, False, True, True]


async def test_schedules_and_communities_do_not_mix(store: Database) -> None:
    (community,) = await store.communities()
    await _take(store, NOW)
    await _take(store, NOW, "intro:remind", dt.timedelta(hours=1))

    assert await _take(store, NOW + EVERY)
    assert not await _take(store, NOW + EVERY, "intro:remind", dt.timedelta(hours=1))
    assert isinstance(community, Community)


async def test_a_shorter_interval_of_a_new_version_counts_at_once(store: Database) -> None:
    await _take(store, NOW, every=dt.timedelta(days=30))
    await _take(store, NOW, every=EVERY)

    assert await _take(store, NOW + EVERY)


async def test_what_is_hurried_in_the_instant_of_its_beat_does_not_wait_for_the_next(store: Database) -> None:
    (community,) = await store.communities()
    await _take(store, NOW)
    assert await _take(store, NOW + EVERY)
    async with store.unit() as unit:
        await unit.hurry(community, "request:escalate", NOW + EVERY)
    soon = NOW + EVERY + dt.timedelta(seconds=1)
    assert [await _take(store, soon) for _look in range(3)] == [False, True, False]


async def test_what_fails_is_still_due(store: Database) -> None:
    (community,) = await store.communities()
    await _take(store, NOW)

    async def fails() -> None:
        async with store.unit() as unit:
            due = await store.occurrences(unit).take(community, Schedule("request:escalate", EVERY, nothing), NOW + EVERY)
            assert due == Taking(Occurrence(NOW + EVERY))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fails()

    assert await _take(store, NOW + EVERY)


async def test_of_many_who_are_awake_one_takes_it(database_url: str) -> None:
    stores = [await open_store(database_url, community=COMMUNITY) for _ in range(3)]
    await asyncio.gather(*(_take(store, NOW) for store in stores))

    taken = [
        sum(await asyncio.gather(*(_take(store, NOW + EVERY * number) for store in stores for _ in range(3))))
        for number in range(1, 6)
    ]

    async with stores[0].unit(write=False) as unit:
        count = (await unit.connection.execute(select(func.count()).select_from(OccurrenceRow))).scalar_one()
    for store in stores:
        await store.close()
    assert (taken, count) == ([1] * 5, 5)


@pytest.mark.parametrize(("late", "expected"), [(0, 15), (14, 15), (15, 30), (16, 30), (3000, 3015)])
def test_the_next_beat(late: int, expected: int) -> None:
    assert next_beat(NOW, EVERY, NOW + dt.timedelta(minutes=late)) == NOW + dt.timedelta(minutes=expected)
