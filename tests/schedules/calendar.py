"""A community whose schedules are watched: who ran when, on a clock that jumps."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sqlalchemy import select

from bot.clock import MovableClock
from bot.context import DueContext
from bot.feature import Feature, Registry
from bot.i18n import _
from bot.recurrence import Daily, Occurrence, Recurrence
from bot.schedule import Scheduler
from storage.communities import Communities
from storage.schedules import OccurrenceRow, ScheduleRow, Schedules

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.effects import Outgoing
    from bot.model import Community
    from storage.db import Database

PARIS = ZoneInfo("Europe/Paris")
NAME = "prompt:post"
MORNING = Recurrence(Daily(), dt.time(9))


def paris(day: str, hour: int = 0, minute: int = 0) -> dt.datetime:
    """Return a local time in Paris: `paris("2026-11-23", 9)`."""
    return dt.datetime.combine(dt.date.fromisoformat(day), dt.time(hour, minute), PARIS).astimezone(dt.UTC)


def nothing() -> None:
    """Do nothing, as a handler that is not there."""


@dataclass
class Calendar:
    """One schedule in one community, run by as many schedulers as asked for."""

    store: Database
    clock: MovableClock
    rule: Recurrence | dt.timedelta = MORNING
    always: bool = False
    effects: tuple[Outgoing, ...] = ()
    before_run: Callable[[], None] = nothing
    ran: list[Occurrence] = field(default_factory=list[Occurrence])

    def scheduler(self) -> Scheduler:
        """Return a scheduler of its own, as each process has one."""
        feature = Feature("prompt")
        every, rule = (self.rule, None) if isinstance(self.rule, dt.timedelta) else (None, self.rule)

        @feature.schedule("post", every=every, rule=rule, title=_("Prompts"), always=self.always)
        async def post(ctx: DueContext) -> tuple[Outgoing, ...]:
            self.before_run()
            self.ran.append(ctx.occurrence)
            return self.effects

        return Scheduler(Registry([feature]), self.store, self.clock, wake=nothing)

    async def at(self, instant: dt.datetime, *schedulers: Scheduler) -> list[str]:
        """Go to an instant and look; return the local dates that ran."""
        self.clock.set(instant)
        before = len(self.ran)
        for scheduler in schedulers or (self.scheduler(),):
            await scheduler.tick()
        return [str(one.date or one.due) for one in self.ran[before:]]

    async def community(self) -> Community:
        """Return the community."""
        return (await self.store.communities())[0]

    async def missed(self) -> list[str]:
        """Return the local dates that the animator is shown as missed, oldest first."""
        community = await self.community()
        async with self.store.unit(write=False) as unit:
            found = await unit.use(Schedules, community).missed(dt.datetime(2000, 1, 1, tzinfo=dt.UTC), 1000)
        return [str(one.occurrence.date) for one in reversed(found)]

    async def upcoming(self, count: int = 3) -> list[str]:
        """Return the next dates that the animator is shown."""
        community = await self.community()
        async with self.store.unit(write=False) as unit:
            found = await unit.use(Schedules, community).next_dates(NAME, self.clock.now(), count)
        return [str(one.date or one.due) for one in found]

    async def change(self, rule: Recurrence | None) -> None:
        """Give the schedule another rule."""
        community = await self.community()
        async with self.store.unit() as unit:
            await unit.use(Schedules, community).change(NAME, rule, self.clock.now())

    async def pause(self) -> bool:
        """Pause everything."""
        community = await self.community()
        async with self.store.unit() as unit:
            return await unit.use(Schedules, community).pause_all(self.clock.now())

    async def resume(self) -> bool:
        """Go on."""
        community = await self.community()
        async with self.store.unit() as unit:
            return await unit.use(Schedules, community).resume(self.clock.now())

    async def move_to(self, zone: str) -> None:
        """Change the community's time zone."""
        community = await self.community()
        async with self.store.unit() as unit:
            await unit.use(Communities, community).change(zone=zone)

    async def written(self) -> list[object]:
        """Return everything that is written about schedules."""
        async with self.store.unit(write=False) as unit:
            rows = [*(await unit.connection.execute(select(*ScheduleRow.__table__.c))).all()]
            rows += (await unit.connection.execute(select(*OccurrenceRow.__table__.c))).all()
        return [tuple(row) for row in rows]
