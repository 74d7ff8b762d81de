"""Several processes on the same schedules: who finds that another was quicker looks again, and waits for no lock in vain."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from structlog.testing import capture_logs

from bot.clock import MovableClock
from bot.context import DueContext
from bot.effects import Effects
from bot.feature import Feature, Registry, Schedule
from bot.model import Community
from bot.ports import Agenda, Taking
from bot.schedule import Scheduler
from tests.core.fakes import MemoryStore

NAMES = ("one", "two", "three", "four")


@dataclass
class Overtaken(MemoryStore):
    """Another process takes everything that is due just before the first is taken here."""

    tried: int = 0

    async def take(self, community: Community, schedule: Schedule, now: dt.datetime) -> Taking:
        """Find it taken."""
        self.tried += 1
        self.due.clear()
        return await super().take(community, schedule, now)


@dataclass
class Late(MemoryStore):
    """All dates of the first schedule are late beyond their grace."""

    async def take(self, community: Community, schedule: Schedule, now: dt.datetime) -> Taking:
        """Find them missed."""
        taking = await super().take(community, schedule, now)
        return Taking(missed=True) if taking.moved and schedule.name == "beat:one" else taking


@dataclass
class Strange(MemoryStore):
    """Every schedule is new, and the second cannot begin."""

    begun: list[str] = field(default_factory=list[str])

    async def look(self, communities: Sequence[Community], schedules: Collection[Schedule], now: dt.datetime) -> Agenda:
        """Find what has not begun."""
        found = [(community, schedule) for community in communities for schedule in schedules if schedule.name not in self.begun]
        return Agenda([], new=found)

    async def begin(self, community: Community, schedules: Sequence[Schedule], now: dt.datetime) -> None:
        """Begin all or none."""
        if any(schedule.name == "beat:two" for schedule in schedules):
            message = "no zone of this name"
            raise ValueError(message)
        self.begun += [schedule.name for schedule in schedules]


def beats(ran: list[str]) -> Registry:
    """Return schedules that write down that they ran."""
    feature = Feature("beat")

    def beat(name: str) -> None:
        @feature.schedule(name, every=dt.timedelta(minutes=1))
        async def run(ctx: DueContext) -> Effects:
            ran.append(name)

    for name in NAMES:
        beat(name)
    return Registry([feature])


async def tick(store: MemoryStore, registry: Registry) -> None:
    await Scheduler(registry, store, MovableClock(dt.datetime(2026, 11, 23, tzinfo=dt.UTC)), wake=lambda: None).tick()


async def test_what_another_process_took_is_not_waited_for_one_by_one() -> None:
    ran: list[str] = []
    registry = beats(ran)
    store = Overtaken(due=set(registry.schedules))
    await tick(store, registry)
    assert (ran, store.tried) == ([], 1)


async def test_a_process_that_met_no_other_keeps_the_order_though_dates_were_missed() -> None:
    ran: list[str] = []
    registry = beats(ran)
    await tick(Late(due=set(registry.schedules)), registry)
    assert ran == list(NAMES[1:])


async def test_what_cannot_begin_keeps_no_other_from_it_and_is_left_alone_for_a_while() -> None:
    store = Strange()
    with capture_logs() as logs:
        await tick(store, beats([]))
    assert store.begun == ["beat:one", "beat:three", "beat:four"]
    assert [(log["event"], log.get("schedule")) for log in logs] == [
        ("schedules_not_begun", None),
        ("schedule_failed", "beat:two"),
    ]
