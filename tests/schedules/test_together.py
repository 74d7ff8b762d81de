"""Several processes on the same schedules: who finds that another was quicker looks again, and waits for no lock in vain."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from bot.clock import MovableClock
from bot.context import DueContext
from bot.effects import Effects
from bot.feature import Feature, Registry, Schedule
from bot.model import Community
from bot.recurrence import Occurrence
from bot.schedule import Scheduler
from tests.core.fakes import MemoryStore

NAMES = ("one", "two", "three", "four")


@dataclass
class Overtaken(MemoryStore):
    """Another process takes everything that is due just before the first is taken here."""

    tried: int = 0

    async def take(self, community: Community, schedule: Schedule, now: dt.datetime) -> Occurrence | None:
        """Find it taken."""
        self.tried += 1
        self.due.clear()
        return await super().take(community, schedule, now)


async def test_what_another_process_took_is_not_waited_for_one_by_one() -> None:
    ran: list[str] = []
    feature = Feature("beat")

    async def beat(ctx: DueContext) -> Effects:
        ran.append("beat")

    for name in NAMES:
        feature.schedule(name, every=dt.timedelta(minutes=1))(beat)
    registry = Registry([feature])
    store = Overtaken(due={schedule.name for schedule in registry.schedules.values()})
    scheduler = Scheduler(registry, store, MovableClock(dt.datetime(2026, 11, 23, tzinfo=dt.UTC)), wake=lambda: None)
    assert len(store.due) == len(NAMES)
    await scheduler.tick()
    assert (ran, store.tried) == ([], 1)
