"""The composition root: puts the parts together and keeps them running."""

from __future__ import annotations

import asyncio
import functools
import math
from typing import TYPE_CHECKING, Final

import structlog

from bot.attempt import Timing
from bot.clock import SystemClock
from bot.delivery import Delivery
from bot.feature import Feature, Registry
from bot.reindexing import Reindexing
from bot.retention import Retention
from bot.runner import Runner
from bot.schedule import Scheduler
from bot.skills import overlay
from bot.skills.vocabulary import extend

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.config import Config
    from bot.ports import Adapter, Clock

PATIENCE: Final = 10.0
"""Seconds that stopping takes at most."""
SETTLED: Final = 2.0
"""Seconds after which a start is over, and what can wait is done."""

logger = structlog.get_logger(__name__)


def build_adapters(config: Config, registry: Registry, clock: Clock) -> list[Adapter]:
    """Return the adapters that the configuration asks for; only their SDKs are imported."""
    adapters: list[Adapter] = []
    if config.slack is not None:
        from adapters.slack.client import SlackAdapter  # noqa: PLC0415 - an SDK costs up to 34 MiB: only where it is used

        adapters.append(SlackAdapter(config.slack, registry, clock))
    if config.discord is not None:
        from adapters.discord.client import DiscordAdapter  # noqa: PLC0415

        adapters.append(DiscordAdapter(config.discord, registry, clock))
    if config.sandbox.enabled:
        from adapters.sandbox.client import SandboxAdapter  # noqa: PLC0415

        adapters.append(SandboxAdapter(config.sandbox, registry, clock))
    return adapters


async def _within(seconds: float, what: str, *ending: asyncio.Future[None]) -> None:
    """Wait until tasks have ended, but no longer than this; what failed or hangs is logged and does not hold up the rest."""
    _done, late = await asyncio.wait(ending, timeout=seconds) if ending else (set[object](), set[asyncio.Future[None]]())
    for task in late:
        task.cancel()
        logger.warning("not_stopped_in_time", what=what)
    for result in await asyncio.gather(*ending, return_exceptions=True):
        if isinstance(result, Exception):
            logger.error("stopping_failed", what=what, exc_info=result)


async def _learn_words() -> None:
    """Read the vocabulary once all is up, beside the loop: whoever needs it first would wait a second, within a transaction."""
    await asyncio.sleep(SETTLED)
    from bot.skills.understanding import read  # noqa: PLC0415 - a start need not wait for it

    await asyncio.to_thread(read, "React, comptabilité, reserch")


class Application:
    """A running bot: one store, some adapters, a delivery worker and a scheduler."""

    def __init__(
        self,
        config: Config,
        *,
        features: Sequence[Feature] | None = None,
        clock: Clock | None = None,
        adapters: Sequence[Adapter] | None = None,
        timing: Timing | None = None,
    ) -> None:
        if features is None:
            from commands import FEATURES  # noqa: PLC0415 - tests bring their own

            features = FEATURES
        self.config = config
        self.clock: Clock = clock or SystemClock()
        self._timing = timing or Timing()
        self.retention = Retention(config.retention, self.clock)
        self.reindexing = Reindexing()
        self.registry = Registry([*features, self.retention.feature, self.reindexing.feature])
        self.adapters = build_adapters(config, self.registry, self.clock) if adapters is None else list(adapters)

    async def start(self, *, scheduling: bool = True) -> None:
        """Open the database, bring it up to date, connect, and begin to deliver.

        Without `scheduling`, nothing happens by itself but what `scheduler.tick` is called for.

        Raises:
            ConfigError: something the operator has to mend, naming the key.
        """
        place = overlay.folder(self.config.database.url)
        if overlay.files(place):
            extend(functools.partial(overlay.concepts, place))
        from storage.db import open_store  # noqa: PLC0415 - keeps `confrere --help` quick
        from storage.keyring import Keyring  # noqa: PLC0415
        from storage.strangers import Strangers  # noqa: PLC0415

        platforms = {adapter.name: adapter.platform for adapter in self.adapters}
        limited = frozenset(name for name, platform in platforms.items() if not math.isinf(platform.limits.per_second))
        self.store = await open_store(
            self.config.database.url,
            community=self.config.community,
            clock=self.clock,
            strangers=Strangers(limited, self.config.delivery.cold_per_hour),
            keyring=Keyring.of(self.config.security, self.config.database.url),
        )
        try:
            self.delivery = Delivery(self.store.deliveries, platforms, self.clock, timing=self._timing)
            self.scheduler = Scheduler(self.registry, self.store, self.clock, wake=self.delivery.wake)
            self.runner = Runner(
                self.registry,
                self.store,
                self.clock,
                wake=self.delivery.wake,
                hurry=self.scheduler.wake,
                days=self.config.retention,
            )
            await self._connect()
        except BaseException:
            await self.store.close()
            raise
        try:
            await self.store.connected(platforms.keys(), self.clock.now())
        except BaseException:
            await self._disconnect()
            await self.store.close()
            raise
        self._delivering = asyncio.create_task(self.delivery.run(), name="delivery")
        self._forgetting = asyncio.create_task(self.retention.run(self.store.retention), name="retention")
        self._indexing = asyncio.create_task(self.reindexing.run(self.store.reindexing, self.store.communities), name="reindexing")
        if scheduling:
            self.scheduler.start()
        logger.info("ready", platforms=[adapter.name for adapter in self.adapters])

    async def _connect(self) -> None:
        """Start all adapters at the same time; if one fails, stop them all."""
        results = await asyncio.gather(*(adapter.start(self.runner) for adapter in self.adapters), return_exceptions=True)
        failures = [result for result in results if isinstance(result, BaseException)]
        if failures:
            await self._disconnect()
            raise failures[0]

    async def _disconnect(self) -> None:
        await asyncio.gather(*(adapter.stop() for adapter in self.adapters), return_exceptions=True)

    async def run(self) -> None:
        """Stay up until cancelled. A platform that ends for good is told in the log; the last one ends the bot.

        Raises:
            ConfigError: what the operator has to mend.
        """
        waiting = {asyncio.create_task(adapter.failed()): adapter.name for adapter in self.adapters}
        warming = asyncio.create_task(_learn_words(), name="warming")
        try:
            while True:
                await asyncio.wait([*waiting, self._delivering], return_when=asyncio.FIRST_COMPLETED)
                if self._delivering.done():
                    self._delivering.result()
                for task in [task for task in waiting if task.done()]:
                    name, failure = waiting.pop(task), task.result()
                    logger.error("platform_ended", platform=name, exc_info=failure)
                    if not waiting:
                        raise failure
        finally:
            for task in (*waiting, warming):
                task.cancel()

    async def stop(self) -> None:
        """Begin nothing new, finish what is under way, close; within ten seconds, whatever hangs.

        Messages go first: they need the platforms' connections, over which interactions are answered to the end. What is not
        delivered yet waits in the database, for the next start or for another process.
        """
        self.delivery.stop()
        self.retention.stop()
        self.reindexing.stop()
        await _within(PATIENCE * 0.6, "delivery", self._delivering, asyncio.ensure_future(self.scheduler.stop()))
        await _within(PATIENCE * 0.3, "platforms", *(asyncio.ensure_future(adapter.stop()) for adapter in self.adapters))
        await _within(PATIENCE * 0.05, "interactions", asyncio.ensure_future(self.runner.idle()), self._forgetting, self._indexing)
        await _within(PATIENCE * 0.05, "database", asyncio.ensure_future(self.store.close()))
        logger.info("stopped")

    async def idle(self) -> None:
        """Wait until no interaction is under way and nothing that is due is undelivered."""
        while True:
            await self.runner.idle()
            self.delivery.wake()
            await self.delivery.drained()
            if not self.runner.busy:
                return
