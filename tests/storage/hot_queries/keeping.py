"""The calendar, the pulse, what is forgotten and what is erased."""

from __future__ import annotations

import datetime as dt

from bot.config import RetentionConfig
from bot.context import DueContext, JobContext
from bot.feature import Schedule
from bot.recurrence import Daily, Recurrence
from commands.pulse.looking import look
from commands.pulse.periods import Span
from storage.departures import Leavers, Missing
from storage.erasing import Erasing
from storage.own_data import OwnData
from storage.schedules import Schedules
from tests.storage.community import NOW, Village
from tests.storage.hot_queries.crowd import ADA, DAY


async def _nothing(ctx: DueContext) -> None:
    """Do nothing."""


async def ticks(village: Village) -> None:
    (community, *_others) = await village.store.communities()
    daily = Schedule("prompt:post", Recurrence(Daily(), dt.time(9)), _nothing)
    beat = Schedule("s1", dt.timedelta(minutes=1), _nothing)
    async with village.store.unit(write=False) as unit:
        agenda = await village.store.occurrences(unit).look([community], [daily, beat], NOW)
    assert len(agenda.due) + len(agenda.new) == 2
    async with village.store.unit() as unit:
        occurrences = village.store.occurrences(unit)
        await occurrences.begin(community, [daily], NOW)
        assert not (await occurrences.take(community, daily, NOW)).moved
        assert (await occurrences.take(community, daily, NOW + dt.timedelta(days=3, hours=1))).occurrence is not None
        assert (await occurrences.take(community, beat, NOW)).occurrence is not None


async def animates(village: Village) -> None:
    ada = await village.meet(ADA)
    async with village.store.unit() as unit:
        schedules = unit.use(Schedules, ada.community)
        assert await schedules.planned()
        assert await schedules.rule("prompt:post")
        assert await schedules.change("prompt:post", Recurrence(Daily(), dt.time(10)), NOW)
        assert await schedules.missed(NOW)
        assert await schedules.tell_missed()
        assert await schedules.paused() is None
        assert await schedules.pause_all(NOW)
        assert await schedules.resume(NOW + dt.timedelta(days=9))


async def forgets(village: Village) -> None:
    await village.store.retention.step(RetentionConfig(), NOW)


async def takes_the_pulse(village: Village) -> None:
    ada = await village.meet(ADA)
    async with village.store.unit(write=False) as unit:
        await look(JobContext(ada.community, NOW, unit).use, "Europe/Paris", Span.named("year", DAY), DAY)


async def erases(village: Village) -> None:
    ada = await village.meet(ADA)
    assert ada.member is not None
    async with village.store.unit() as unit:
        own, erasing = unit.use(OwnData, ada.community), unit.use(Erasing, ada.community)
        await own.counts(ada.member.id)
        await own.export(ada.member.id, NOW)
        await unit.use(Leavers, ada.community).count(DAY, Missing.SKILL, expected=True)
        await erasing.finish(await erasing.depart(ada.member.id, NOW), NOW, stays=True)
