"""A schedule comes once for each local date: whoever is awake, whatever the clock does, and however often the rule changes."""

from __future__ import annotations

import asyncio
import datetime as dt
import itertools

import pytest
from sqlalchemy import select

from bot.effects import Post
from bot.errors import RegistrationError
from bot.feature import Feature
from bot.model import AccountRef
from bot.recurrence import Daily, Monthly, Occurrence, Recurrence, Weekly
from bot.ui import Card
from storage.communities import Channels
from storage.db import Database, open_store
from storage.outbox import OutboxRow
from tests.databases import COMMUNITY
from tests.schedules.calendar import MORNING, NAME, Calendar, paris
from tests.storage.community import SLACK, Village

HOUR = dt.timedelta(hours=1)
MONDAY = "2026-11-23"
TUESDAY = "2026-11-24"
WEDNESDAY = "2026-11-25"


async def test_it_comes_each_morning_and_once(calendar: Calendar) -> None:
    assert await calendar.at(paris(MONDAY, 20)) == []
    assert await calendar.at(paris(TUESDAY, 8, 59)) == []
    assert await calendar.at(paris(TUESDAY, 9)) == [TUESDAY]
    assert await calendar.at(paris(TUESDAY, 9, 1)) == []
    assert await calendar.at(paris(WEDNESDAY, 9, 30)) == [WEDNESDAY]
    assert calendar.ran == [Occurrence(paris(day, 9), dt.date.fromisoformat(day)) for day in (TUESDAY, WEDNESDAY)]


async def test_looking_with_nothing_due_writes_nothing(calendar: Calendar) -> None:
    scheduler = calendar.scheduler()
    await calendar.at(paris(MONDAY, 20), scheduler)
    written = await calendar.written()
    units: list[bool] = []
    opened = calendar.store.unit

    def watched(*, write: bool = True) -> object:
        units.append(write)
        return opened(write=write)

    calendar.store.unit = watched  # pyright: ignore[reportAttributeAccessIssue] - listens, and passes on
    for hour in range(21, 24):
        await calendar.at(paris(MONDAY, hour), scheduler)
    del calendar.store.unit

    assert (units, await calendar.written()) == ([False] * 3, written)


async def test_a_year(calendar: Calendar) -> None:
    """Every two weeks for a year, through both changes of the clocks: nine in the morning each time, two weeks apart."""
    calendar.rule = Recurrence(Weekly((1,), 2, since=dt.date(2026, 11, 24)), dt.time(9))
    scheduler = calendar.scheduler()
    for days in range(366):
        await calendar.at(paris(MONDAY, 11) + 24 * HOUR * days, scheduler)
    dates = [dt.date(2026, 11, 24) + dt.timedelta(14) * number for number in range(len(calendar.ran))]
    assert (len(dates), calendar.ran) == (27, [Occurrence(paris(str(date), 9), date) for date in dates])


async def test_late_within_its_grace_it_runs_beyond_it_is_missed(calendar: Calendar) -> None:
    calendar.clock.set(paris(MONDAY, 8))
    await calendar.at(paris(MONDAY, 8))
    assert await calendar.at(paris(MONDAY, 12)) == [MONDAY]
    assert await calendar.at(paris(TUESDAY, 12, 1)) == []
    assert (await calendar.missed(), await calendar.upcoming(1)) == ([TUESDAY], [WEDNESDAY])
    assert await calendar.at(paris(WEDNESDAY, 9)) == [WEDNESDAY]


async def test_after_days_off_each_date_is_missed_and_today_runs(calendar: Calendar) -> None:
    await calendar.at(paris(MONDAY, 20))
    assert await calendar.at(paris("2026-11-27", 10)) == ["2026-11-27"]
    assert await calendar.missed() == [TUESDAY, WEDNESDAY, "2026-11-26"]


async def test_after_a_year_off_what_is_old_is_not_listed(calendar: Calendar) -> None:
    await calendar.at(paris(MONDAY, 20))
    assert await calendar.at(paris("2027-11-24", 10)) == ["2027-11-24"]
    missed = await calendar.missed()
    assert (missed[-1], len(missed)) == ("2027-11-23", 89)


@pytest.mark.parametrize("jump", [HOUR, 24 * HOUR, -HOUR, -24 * HOUR], ids=["hour on", "day on", "hour back", "day back"])
async def test_the_clock_jumps(calendar: Calendar, jump: dt.timedelta) -> None:
    """At each of many moments the clock jumps and goes on from there; the next day it is put right. Nothing comes twice."""
    calendar.rule = Recurrence(Daily(), dt.time(9), grace=HOUR)
    await calendar.at(paris("2026-01-01", 0))
    for number, minutes in enumerate(range(0, 24 * 60, 90)):
        day = paris("2026-01-02") + dt.timedelta(4) * number
        moment = day + dt.timedelta(minutes=minutes)
        for step in (day, moment, moment + jump, moment + jump + HOUR, day + 25 * HOUR, day + 48 * HOUR, day + 72 * HOUR):
            await calendar.at(step)
    dates = [one.date for one in calendar.ran]
    due = {dt.date(2026, 1, 1) + dt.timedelta(number) for number in range(4 * 16)}
    assert len(set(dates)) == len(dates)
    assert {str(date) for date in due} <= {str(date) for date in dates} | set(await calendar.missed())
    assert not {str(date) for date in dates} & set(await calendar.missed())


async def test_an_interval_goes_on_when_the_clock_was_put_back(calendar: Calendar) -> None:
    calendar.rule = dt.timedelta(minutes=15)
    await calendar.at(paris(TUESDAY, 9))
    assert len(await calendar.at(paris(TUESDAY, 9, 15))) == 1
    assert await calendar.at(paris(MONDAY, 9, 5)) == []
    assert len(await calendar.at(paris(MONDAY, 9, 20))) == 1


async def test_of_several_schedulers_one_runs_it(database_url: str, calendar: Calendar) -> None:
    stores = [await open_store(database_url, community=COMMUNITY) for _ in range(4)]
    calendars = [Calendar(store, calendar.clock, ran=calendar.ran) for store in stores]
    schedulers = [each.scheduler() for each in calendars]
    calendar.clock.set(paris(MONDAY, 20))
    await asyncio.gather(*(scheduler.tick() for scheduler in schedulers))
    for number in range(10):
        calendar.clock.set(paris(TUESDAY, 9) + 24 * HOUR * number)
        await asyncio.gather(*(scheduler.tick() for scheduler in schedulers))
    for store in stores:
        await store.close()
    assert calendar.ran == [
        Occurrence(paris(TUESDAY, 9) + 24 * HOUR * number, dt.date(2026, 11, 24) + dt.timedelta(number)) for number in range(10)
    ]


async def test_what_ends_between_the_claim_and_the_commit_is_still_due(calendar: Calendar) -> None:
    """Its messages are not sent either; at the next look both come."""
    village = Village(calendar.store, calendar.clock.now())
    boss = await village.meet(AccountRef("U1", "Ada"), SLACK)
    await village.choose_channel(boss, "help", "C1")
    calendar.effects = (Post("help", Card(body="Good morning")),)
    await calendar.at(paris(MONDAY, 20))
    deaths = itertools.count()

    def dies() -> None:
        if next(deaths) == 0:
            raise ZeroDivisionError

    calendar.before_run = dies
    scheduler = calendar.scheduler()
    assert await calendar.at(paris(TUESDAY, 9), scheduler) == []
    assert await calendar.at(paris(TUESDAY, 9) + dt.timedelta(seconds=1), scheduler) == []  # it rests a moment
    assert await calendar.at(paris(TUESDAY, 9) + dt.timedelta(seconds=3), scheduler) == [TUESDAY]
    async with calendar.store.unit(write=False) as unit:
        assert len((await unit.connection.execute(select(OutboxRow.id))).all()) == 1


async def test_what_fails_until_its_grace_is_over_is_missed(calendar: Calendar) -> None:
    await calendar.at(paris(MONDAY, 20))
    attempts: list[dt.datetime] = []

    def fails() -> None:
        attempts.append(calendar.clock.now())
        raise ZeroDivisionError

    calendar.before_run = fails
    scheduler = calendar.scheduler()
    for seconds in (*range(0, 120, 2), *range(120, 4 * 3600, 60)):
        await calendar.at(paris(TUESDAY, 9) + dt.timedelta(seconds=seconds), scheduler)
    early = sum(at <= paris(TUESDAY, 9, 1) for at in attempts)
    assert (await calendar.missed(), early > 8, len(attempts) < 80) == ([TUESDAY], True, True)


# ---------------------------------------------------------------- what the animator changes


async def test_another_rule_and_back(calendar: Calendar) -> None:
    await calendar.at(paris(MONDAY, 20))
    await calendar.change(Recurrence(Monthly(2, 3), dt.time(14), holidays="FR"))
    assert await calendar.upcoming() == ["2026-12-10", "2027-01-14", "2027-02-11"]
    assert await calendar.at(paris(TUESDAY, 9)) == []
    assert await calendar.at(paris("2026-12-10", 14)) == ["2026-12-10"]
    await calendar.change(None)
    assert await calendar.at(paris("2026-12-10", 15)) == []
    assert await calendar.upcoming() == ["2026-12-11", "2026-12-12", "2026-12-13"]


async def test_another_time_on_a_date_that_had_its_turn_does_not_bring_it_twice(calendar: Calendar) -> None:
    await calendar.at(paris(MONDAY, 20))
    assert await calendar.at(paris(TUESDAY, 9)) == [TUESDAY]
    await calendar.change(Recurrence(Daily(), dt.time(17)))
    assert await calendar.at(paris(TUESDAY, 17)) == []
    assert await calendar.at(paris(WEDNESDAY, 17)) == [WEDNESDAY]


async def test_a_date_that_was_missed_may_come_at_another_time(calendar: Calendar) -> None:
    await calendar.at(paris(MONDAY, 20))
    assert await calendar.at(paris(TUESDAY, 13)) == []
    await calendar.change(Recurrence(Daily(), dt.time(17)))
    assert await calendar.missed() == [TUESDAY]
    assert await calendar.at(paris(TUESDAY, 17)) == [TUESDAY]
    assert await calendar.missed() == []


async def test_a_rule_of_a_new_version_counts_where_the_animator_chose_none(calendar: Calendar) -> None:
    await calendar.at(paris(MONDAY, 20))
    calendar.rule = Recurrence(Daily(), dt.time(10))
    assert await calendar.at(paris(TUESDAY, 9)) == [TUESDAY]  # was due before the new version looked
    assert await calendar.at(paris(TUESDAY, 10)) == []
    await calendar.change(Recurrence(Daily(), dt.time(11)))
    calendar.rule = MORNING
    assert await calendar.at(paris(WEDNESDAY, 9)) == []
    assert await calendar.at(paris(WEDNESDAY, 11)) == [WEDNESDAY]


async def test_the_community_moves_to_another_zone(calendar: Calendar) -> None:
    await calendar.at(paris(MONDAY, 20))
    await calendar.move_to("America/Montreal")
    assert await calendar.at(paris(MONDAY, 20)) == []
    assert await calendar.at(paris(TUESDAY, 9)) == []
    assert await calendar.at(paris(TUESDAY, 15)) == [TUESDAY]


async def test_a_rule_with_its_own_zone_does_not_move(calendar: Calendar) -> None:
    calendar.rule = Recurrence(Daily(), dt.time(9), "Europe/Paris")
    await calendar.at(paris(MONDAY, 20))
    await calendar.move_to("America/Montreal")
    assert await calendar.at(paris(TUESDAY, 9)) == [TUESDAY]


async def test_a_rule_before_the_first_look_is_kept(calendar: Calendar) -> None:
    await calendar.change(Recurrence(Weekly((4,)), dt.time(9)))
    await calendar.at(paris(MONDAY, 20))
    assert await calendar.upcoming(2) == ["2026-11-27", "2026-12-04"]


async def test_a_rule_that_means_nothing_changes_nothing(calendar: Calendar) -> None:
    await calendar.at(paris(MONDAY, 20))
    with pytest.raises(ValueError, match="Atlantis"):
        await calendar.change(Recurrence(Daily(), dt.time(9), "Europe/Atlantis"))
    assert await calendar.at(paris(TUESDAY, 9)) == [TUESDAY]


# ---------------------------------------------------------------- pausing everything


async def test_paused_nothing_comes_and_nothing_is_made_up_for(calendar: Calendar) -> None:
    await calendar.at(paris(MONDAY, 20))
    assert await calendar.pause()
    assert not await calendar.pause()
    for day in (TUESDAY, WEDNESDAY, "2026-11-26"):
        assert await calendar.at(paris(day, 9)) == []
    calendar.clock.set(paris("2026-11-26", 9, 30))
    assert await calendar.resume()
    assert not await calendar.resume()
    assert await calendar.at(paris("2026-11-26", 9, 31)) == []
    assert await calendar.at(paris("2026-11-27", 9)) == ["2026-11-27"]
    assert await calendar.missed() == []


async def test_an_interval_resumes_on_its_beat(calendar: Calendar) -> None:
    calendar.rule = HOUR
    await calendar.at(paris(TUESDAY, 9))
    await calendar.pause()
    assert await calendar.at(paris(TUESDAY, 20, 30)) == []
    await calendar.resume()
    assert await calendar.at(paris(TUESDAY, 20, 31)) == []
    assert len(await calendar.at(paris(TUESDAY, 21))) == 1


async def test_housekeeping_goes_on(calendar: Calendar) -> None:
    calendar.rule, calendar.always = HOUR, True
    await calendar.at(paris(TUESDAY, 9))
    await calendar.pause()
    assert len(await calendar.at(paris(TUESDAY, 10))) == 1


async def test_it_begins_in_one_community_as_in_another(store: Database, calendar: Calendar) -> None:
    await calendar.at(paris(MONDAY, 20))
    async with store.unit(write=False) as unit:
        channels = await unit.use(Channels, await calendar.community()).channels("help")
    assert (channels, await calendar.upcoming(1)) == ({}, [TUESDAY])


# ---------------------------------------------------------------- by itself


async def test_it_wakes_when_something_is_due_not_at_the_next_tick(calendar: Calendar) -> None:
    came = asyncio.Event()
    calendar.before_run = came.set
    calendar.clock.set(paris(TUESDAY, 9) - dt.timedelta(milliseconds=300), running=True)
    scheduler = calendar.scheduler()
    scheduler.start()
    await asyncio.wait_for(came.wait(), 10)
    await scheduler.stop()
    assert calendar.ran == [Occurrence(paris(TUESDAY, 9), dt.date(2026, 11, 24))]
    assert calendar.clock.now() - paris(TUESDAY, 9) < dt.timedelta(seconds=5)


def test_a_schedule_has_an_interval_or_a_rule_with_a_title() -> None:
    feature = Feature("prompt")
    with pytest.raises(RegistrationError, match="either"):
        feature.schedule("post")
    with pytest.raises(RegistrationError, match="either"):
        feature.schedule("post", every=HOUR, rule=MORNING)
    with pytest.raises(RegistrationError, match="title"):
        feature.schedule("post", rule=MORNING)
    assert NAME.startswith(feature.name)
