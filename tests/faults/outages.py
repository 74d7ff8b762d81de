"""Databases that go away under load: what was acknowledged is still there afterwards, and work resumes by itself, soon."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sqlalchemy import text

from benchmarks.result import Result, at_most
from tests.storage.clusters import Cluster
from tests.storage.disks import fill, mounted
from tests.storage.ledger import Bot

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

MEMBERS: Final = 8
"""Who write at the same time."""
BETWEEN: Final = 0.1
"""Seconds between two notes of a member."""
NOTED: Final = "Noted"
SOON: Final = 30.0
"""Seconds after which work that has not resumed is given up."""


@dataclass(frozen=True, slots=True)
class Outages:
    """What was seen. Seconds in `resumed`, of the slowest time: until a note was acknowledged again, and one delivered."""

    outages: int
    acknowledged: int
    refused: int
    lost: int
    doubled: int
    resumed: float


@dataclass
class Load:
    """Members who write notes, whatever becomes of them."""

    bot: Bot
    acknowledged: list[str] = field(default_factory=list)
    refused: int = 0

    def __post_init__(self) -> None:
        self._numbers = itertools.count(1)

    async def write(self) -> None:
        """Write one note after the other until cancelled."""
        while True:
            words = f"note {next(self._numbers)}"
            if await self.bot.note(words, words) == NOTED:
                self.acknowledged.append(words)
            else:
                self.refused += 1
            await asyncio.sleep(BETWEEN)

    async def resumed(self) -> float:
        """Wait until a note is acknowledged and one is delivered, each later than now; return how many seconds that took."""
        began, notes, taken = time.monotonic(), len(self.acknowledged), len(self.bot.box.taken)
        async with asyncio.timeout(SOON):
            while len(self.acknowledged) == notes:  # noqa: ASYNC110 - the members write on
                await asyncio.sleep(0.01)
            await self.bot.box.has(taken + 1)
        return time.monotonic() - began


async def outages(url: str, happen: Callable[[Load], Awaitable[None]], times: int, between: float) -> Outages:
    """Let something happen to the database of a bot under load, so many times; count what came of the notes."""
    async with Bot(url) as bot:
        load = Load(bot)
        writing = [asyncio.create_task(load.write()) for _ in range(MEMBERS)]
        slowest = 0.0
        for _ in range(times):
            await asyncio.sleep(between)
            await happen(load)
            slowest = max(slowest, await load.resumed())
        for task in writing:
            task.cancel()
        async with asyncio.timeout(SOON):
            await asyncio.gather(*writing, return_exceptions=True)
            await bot.app.idle()
        taken = Counter(bot.box.taken)
        kept = (await bot.kept())["messages"]
    lost = sum(1 for words in load.acknowledged if not taken[words])
    doubled = sum(count - 1 for count in taken.values())
    return Outages(times, len(load.acknowledged), load.refused, max(lost, len(load.acknowledged) - kept), doubled, slowest)


async def restarted(times: int = 3, between: float = 17.0) -> Outages:
    """Stop a PostgreSQL server under load as a power cut would, and start it again."""
    cluster = await asyncio.to_thread(Cluster)

    async def restart(_load: Load) -> None:
        await asyncio.to_thread(cluster.stop)
        await asyncio.sleep(1)
        await asyncio.to_thread(cluster.start)

    try:
        return await outages(cluster.url, restart, times, between)
    finally:
        await asyncio.to_thread(cluster.remove)


async def filled(seconds: float = 60.0) -> Outages:
    """Let the disk of a SQLite database be full for a time, and until a note was refused: its log may have had room left.

    Where no disk can be mounted, the file may not grow for as long.
    """

    async def full(load: Load) -> None:
        assert disk is not None
        filler = fill(disk)
        async for _moment in _while_full(load, seconds):
            fill(disk)
        filler.unlink()

    async def bounded(load: Load) -> None:
        await _grow_to(load.bot, 1)  # it is never less than there are
        async for _moment in _while_full(load, seconds):
            pass
        await _grow_to(load.bot, 1_000_000)

    with mounted("64m") as disk:
        if disk is not None:
            return await outages(f"sqlite:///{disk}/confrere.db", full, 1, 2)
    with tempfile.TemporaryDirectory() as folder:
        return await outages(f"sqlite:///{Path(folder)}/confrere.db", bounded, 1, 2)


async def _while_full(load: Load, seconds: float) -> AsyncIterator[None]:
    """Come back now and then for so long, and on until something was refused."""
    ends = time.monotonic() + seconds
    async with asyncio.timeout(seconds + SOON):
        while time.monotonic() < ends or not load.refused:
            await asyncio.sleep(0.2)
            yield


async def _grow_to(bot: Bot, pages: int) -> None:
    with contextlib.suppress(Exception):
        async with bot.app.store.unit() as unit:
            await unit.connection.execute(text(f"PRAGMA max_page_count = {pages}"))


def measure() -> list[Result]:
    """Return what both outages showed; they are waited for at the same time."""

    async def both() -> tuple[Outages, Outages]:
        return await asyncio.gather(restarted(), filled())

    servers, disks = asyncio.run(both())
    return [*_results("PostgreSQL restarted", servers), *_results("SQLite's disk full", disks)]


def _results(what: str, seen: Outages) -> list[Result]:
    about = f"{what} × {seen.outages}, {seen.acknowledged:,} writes acknowledged"
    return [
        at_most(f"{about}: lost", seen.lost, "", 0),
        at_most(f"{what}: resumes after", seen.resumed, "s", 10),
    ]
