"""Forgetting what is no longer needed: every night, in steps so small that nobody waits for them."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections import Counter
from typing import TYPE_CHECKING, Final, Protocol
from zoneinfo import ZoneInfo

import structlog

from bot.context import JobContext  # noqa: TC001 - a handler's annotations are read at run time
from bot.feature import Feature

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.config import RetentionConfig
    from bot.ports import Clock

HOUR: Final = 3
"""The local hour at which a community sleeps."""
PAUSE: Final = 0.05
"""Seconds left to others between two steps."""

logger = structlog.get_logger(__name__)


class Forgetting(Protocol):
    """What the database does for it."""

    async def step(self, days: RetentionConfig, now: dt.datetime) -> Mapping[str, int]:
        """Forget a few rows of each kind; return how many of each. Empty when nothing is left."""
        ...


class Retention:
    """Sweeps when its schedule says so. The schedule is claimed like any other: of several processes, one sweeps."""

    def __init__(self, days: RetentionConfig, clock: Clock) -> None:
        self._days = days
        self._clock = clock
        self._due = asyncio.Event()
        self._stopping = asyncio.Event()
        self.feature: Final = Feature("retention")
        self.feature.schedule("sweep", every=dt.timedelta(hours=1), always=True)(self._asked)

    async def _asked(self, ctx: JobContext) -> None:
        """Begin at night; the steps have transactions of their own, after the one that claimed this."""
        if ctx.now.astimezone(ZoneInfo(ctx.community.zone)).hour == HOUR:
            self._due.set()

    def stop(self) -> None:
        """End `run` after the step under way; the rest is for the next night."""
        self._stopping.set()
        self._due.set()

    async def run(self, forgetting: Forgetting) -> None:
        """Wait for the night and sweep, until stopped. A database that fails is left alone until the next one."""
        while not self._stopping.is_set():
            await self._due.wait()
            self._due.clear()
            try:
                await self.sweep(forgetting)
            except Exception as error:
                logger.exception("retention_failed", exc_info=error)

    async def sweep(self, forgetting: Forgetting) -> Mapping[str, int]:
        """Forget everything that is old enough; return how many of each kind."""
        forgotten = Counter[str]()
        while not self._stopping.is_set() and (step := await forgetting.step(self._days, self._clock.now())):
            forgotten.update(step)
            try:
                async with asyncio.timeout(PAUSE):
                    await self._stopping.wait()
            except TimeoutError:
                continue
        if forgotten.total():
            logger.info("forgotten", **forgotten)
        return forgotten
