"""What happens by itself: scheduled handlers, each due occurrence claimed and run in one transaction.

The tables are the truth; APScheduler only ticks. This is its only importer.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final, Protocol, cast

import structlog

from bot.context import JobContext

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from bot.effects import Outgoing
    from bot.feature import Registry, Schedule
    from bot.model import Community
    from bot.ports import Clock, Store

TICK: Final = 20
"""Seconds between two looks at what is due."""

logger = structlog.get_logger(__name__)


class _Ticker(Protocol):
    """What we use of APScheduler, which has no types of its own."""

    def add_job(self, func: Callable[[], Awaitable[None]], trigger: str, *, seconds: int) -> object: ...

    def start(self) -> None: ...

    def shutdown(self, *, wait: bool) -> None: ...


def _ticker() -> _Ticker:
    from apscheduler.jobstores.memory import MemoryJobStore  # noqa: PLC0415  # pyright: ignore[reportMissingTypeStubs] - has none
    from apscheduler.schedulers.asyncio import AsyncIOScheduler  # noqa: PLC0415  # pyright: ignore[reportMissingTypeStubs]

    settings = {"coalesce": True, "misfire_grace_time": None, "max_instances": 1}
    return cast("_Ticker", AsyncIOScheduler(timezone="UTC", jobstores={"default": MemoryJobStore()}, job_defaults=settings))


class Scheduler:
    """Runs the features' schedules for every community. Several processes may tick: an occurrence is claimed once."""

    def __init__(self, registry: Registry, store: Store, clock: Clock, *, wake: Callable[[], None]) -> None:
        self._registry = registry
        self._store = store
        self._clock = clock
        self._wake = wake
        self._ticker: _Ticker | None = None
        self._ticking = asyncio.Lock()

    def start(self) -> None:
        """Begin to tick."""
        self._ticker = _ticker()
        self._ticker.add_job(self.tick, "interval", seconds=TICK)
        self._ticker.start()

    async def stop(self) -> None:
        """Stop ticking; a tick under way is finished first."""
        if self._ticker is not None:
            self._ticker.shutdown(wait=False)
            self._ticker = None
        async with self._ticking:
            pass

    async def tick(self) -> None:
        """Run everything that is due now."""
        async with self._ticking:
            for community in await self._store.communities():
                for schedule in self._registry.schedules.values():
                    try:
                        await self._run(community, schedule)
                    except Exception as error:
                        logger.exception("schedule_failed", schedule=schedule.name, community=community.id, exc_info=error)

    async def _run(self, community: Community, schedule: Schedule) -> None:
        now = self._clock.now()
        outgoing: Sequence[Outgoing] = ()
        async with self._store.unit() as unit:
            if not await self._store.occurrences(unit).take(community, schedule.name, schedule.every, now):
                return
            effects: object = await schedule.handler(JobContext(community, now, unit))
            if isinstance(effects, list | tuple):
                outgoing = cast("Sequence[Outgoing]", effects)
            elif effects is not None:
                outgoing = (cast("Outgoing", effects),)
            await unit.outbox.stage(community, outgoing, now)
        if outgoing:
            self._wake()
