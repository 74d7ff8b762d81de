"""The composition root: puts the parts together and keeps them running."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import structlog

from bot.clock import SystemClock
from bot.delivery import Delivery
from bot.feature import Feature, Registry
from bot.retention import Retention
from bot.runner import Runner
from bot.schedule import Scheduler

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.config import Config
    from bot.ports import Adapter, Clock

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


class Application:
    """A running bot: one store, some adapters, a delivery worker and a scheduler."""

    def __init__(
        self,
        config: Config,
        *,
        features: Sequence[Feature] | None = None,
        clock: Clock | None = None,
        adapters: Sequence[Adapter] | None = None,
    ) -> None:
        if features is None:
            from commands import FEATURES  # noqa: PLC0415 - tests bring their own

            features = FEATURES
        self.config = config
        self.clock: Clock = clock or SystemClock()
        self.retention = Retention(config.retention, self.clock)
        self.registry = Registry([*features, self.retention.feature])
        self.adapters = build_adapters(config, self.registry, self.clock) if adapters is None else list(adapters)

    async def start(self, *, scheduling: bool = True) -> None:
        """Open the database, bring it up to date, connect, and begin to deliver.

        Without `scheduling`, nothing happens by itself but what `scheduler.tick` is called for.

        Raises:
            ConfigError: something the operator has to mend, naming the key.
        """
        from storage.db import open_store  # noqa: PLC0415 - keeps `confrere --help` quick

        self.store = await open_store(self.config.database.url, community=self.config.community, clock=self.clock)
        try:
            platforms = {adapter.name: adapter.platform for adapter in self.adapters}
            self.delivery = Delivery(self.store.deliveries, platforms, self.clock)
            self.runner = Runner(self.registry, self.store, self.clock, wake=self.delivery.wake)
            self.scheduler = Scheduler(self.registry, self.store, self.clock, wake=self.delivery.wake)
            await self._connect()
        except BaseException:
            await self.store.close()
            raise
        self._delivering = asyncio.create_task(self.delivery.run(), name="delivery")
        self._forgetting = asyncio.create_task(self.retention.run(self.store.retention), name="retention")
        if scheduling:
            self.scheduler.start()
        logger.info("ready", platforms=[adapter.name for adapter in self.adapters])

    async def _connect(self) -> None:
        """Start all adapters at the same time; if one fails, stop them all."""
        results = await asyncio.gather(*(adapter.start(self.runner) for adapter in self.adapters), return_exceptions=True)
        failures = [result for result in results if isinstance(result, BaseException)]
        if failures:
            await asyncio.gather(*(adapter.stop() for adapter in self.adapters), return_exceptions=True)
            raise failures[0]

    async def run(self) -> None:
        """Stay up until cancelled. A platform that ends for good is told in the log; the last one ends the bot.

        Raises:
            ConfigError: what the operator has to mend.
        """
        waiting = {asyncio.create_task(adapter.failed()): adapter.name for adapter in self.adapters}
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
            for task in waiting:
                task.cancel()

    async def stop(self) -> None:
        """Take nothing new, finish what is under way, close. What is not delivered yet waits in the database."""
        await self.scheduler.stop()
        for adapter in self.adapters:
            await adapter.stop()
        await self.runner.idle()
        self.delivery.stop()
        self.retention.stop()
        await asyncio.gather(self._delivering, self._forgetting)
        await self.store.close()
        logger.info("stopped")

    async def idle(self) -> None:
        """Wait until no interaction is under way and nothing that is due is undelivered."""
        while True:
            await self.runner.idle()
            self.delivery.wake()
            await self.delivery.drained()
            if not self.runner.busy:
                return
