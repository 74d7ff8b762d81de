"""Indexing everything again after a change of how words are understood: at every start, in steps so small that nobody waits."""

from __future__ import annotations

import asyncio
import datetime as dt
from typing import TYPE_CHECKING, Final, Protocol

import structlog

from bot.context import JobContext  # noqa: TC001 - a handler's annotations are read at run time
from bot.feature import Feature

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from bot.model import Community

PAUSE: Final = 0.02
"""Seconds left to others between two steps."""

logger = structlog.get_logger(__name__)


class Indexing(Protocol):
    """What the database does for it."""

    async def step(self, community: Community) -> bool:
        """Index a few subjects of a community anew; return whether there are more. Costs one look where all are."""
        ...


class Reindexing:
    """Looks at the start and every hour, for what another version of the bot left and for what failed."""

    def __init__(self) -> None:
        self._due = asyncio.Event()
        self._stopping = asyncio.Event()
        self.feature: Final = Feature("reindexing")
        self.feature.schedule("look", every=dt.timedelta(hours=1), always=True)(self._asked)

    async def _asked(self, ctx: JobContext) -> None:
        """Look again; the steps have transactions of their own, after the one that claimed this."""
        del ctx
        self._due.set()

    def stop(self) -> None:
        """End `run` after the step under way; the next start goes on from there."""
        self._stopping.set()
        self._due.set()

    async def run(self, indexing: Indexing, communities: Callable[[], Awaitable[Sequence[Community]]]) -> None:
        """Index what has to be, then wait until asked, until stopped. A community that fails is left alone until then."""
        self._due.set()
        while not self._stopping.is_set():
            await self._due.wait()
            self._due.clear()
            try:
                waiting = await communities()
            except Exception as error:
                logger.exception("reindexing_failed", exc_info=error)
                continue
            for community in waiting:
                try:
                    await self.index(indexing, community)
                except Exception as error:
                    logger.exception("reindexing_failed", community=community.id, exc_info=error)

    async def index(self, indexing: Indexing, community: Community) -> None:
        """Index all of a community."""
        steps = 0
        while not self._stopping.is_set() and await indexing.step(community):
            steps += 1
            try:
                async with asyncio.timeout(PAUSE):
                    await self._stopping.wait()
            except TimeoutError:
                continue
        if steps and not self._stopping.is_set():
            logger.debug("indexed_again", community=community.id, steps=steps)
