"""Schedulers that are killed at any moment: what came twice, what never came, and how late the rest was.

`storm` is for `make faults`; a test runs a cut of it. Each process runs the real scheduler on one database; it is killed after it
told that it claimed something, which is most often before it committed.

`python -m tests.faults.schedules DATABASE_URL SCHEDULES`: one such process, with that many schedules, each of one second.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import random
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from bot.clock import SystemClock
from bot.effects import Post
from bot.feature import Feature, Registry
from bot.model import AccountRef
from bot.schedule import Scheduler
from bot.ui import Card
from storage.db import open_store
from storage.outbox import OutboxRow
from storage.schedules import OccurrenceRow
from tests.databases import COMMUNITY
from tests.storage.community import SLACK, Village

if TYPE_CHECKING:
    from asyncio.subprocess import Process

    from bot.context import DueContext
    from bot.effects import Effects

ROOT: Final = Path(__file__).parents[2]
BEAT: Final = dt.timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Storm:
    """What was seen. Lateness in seconds, from when an occurrence was due until its handler ran in the transaction that counted.

    `doubled`: due once, but with more than one message; `unsaid`: with none. `skipped`: beats between the first and the last of a
    schedule that nobody ran.
    """

    kills: int
    occurrences: int
    doubled: int
    unsaid: int
    skipped: int
    median: float
    p99: float


async def storm(url: str, *, processes: int = 4, schedules: int = 30, kills: int = 300) -> Storm:
    """Run that many processes, kill one after the other, each replaced, and count what is in the database."""
    chance = random.Random(7)  # noqa: S311 - not a secret
    store = await open_store(url, community=COMMUNITY)
    village = Village(store)
    await village.choose_channel(await village.meet(AccountRef("U1", "Ada"), SLACK), "help", "C1")
    running = [await _begin(url, schedules) for _ in range(processes)]
    try:
        for _kill in range(kills):
            victim = running.pop(chance.randrange(len(running)))
            await _claims(victim)
            victim.kill()
            await victim.communicate()
            running.append(await _begin(url, schedules))
    finally:
        for process in running:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.communicate()
    async with store.unit(write=False) as unit:
        rows = (
            await unit.connection.execute(
                select(OccurrenceRow.schedule_id, OccurrenceRow.due_at, OccurrenceRow.taken_at).order_by(
                    OccurrenceRow.schedule_id, OccurrenceRow.due_at
                )
            )
        ).all()
        messages = len((await unit.connection.execute(select(OutboxRow.id))).all())
    await store.close()
    late = sorted((row.taken_at - row.due_at).total_seconds() for row in rows)
    beats: dict[int, list[dt.datetime]] = {}
    for row in rows:
        beats.setdefault(row.schedule_id, []).append(row.due_at)
    skipped = sum(round((due[-1] - due[0]) / BEAT) + 1 - len(due) for due in beats.values())
    return Storm(
        kills,
        len(rows),
        max(0, messages - len(rows)),
        max(0, len(rows) - messages),
        skipped,
        late[len(late) // 2],
        late[len(late) * 99 // 100],
    )


async def _begin(url: str, schedules: int) -> Process:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.faults.schedules", url, str(schedules), stdout=asyncio.subprocess.PIPE, cwd=ROOT
    )
    assert process.stdout is not None
    assert await asyncio.wait_for(process.stdout.readline(), 60) == b"ready\n"
    return process


async def _claims(process: Process) -> None:
    """Wait until a process claims something from now on: what it told before is read away."""
    assert process.stdout is not None
    while len(await asyncio.wait_for(process.stdout.read(1 << 16), 60)) > len("claimed\n"):
        pass


def beating(count: int) -> Feature:
    """Return schedules that each come every second and post when they were due."""
    feature = Feature("beat")

    async def beat(ctx: DueContext) -> Effects:
        print("claimed", flush=True)  # noqa: T201 - told to whoever kills
        return Post("help", Card(body=ctx.occurrence.due.isoformat()))

    for number in range(count):
        feature.schedule(f"beat{number}", every=BEAT)(beat)
    return feature


async def main(url: str, count: int) -> None:
    """Run them until killed."""
    store = await open_store(url, community=COMMUNITY)
    scheduler = Scheduler(Registry([beating(count)]), store, SystemClock(), wake=lambda: None)
    scheduler.start()
    print("ready", flush=True)  # noqa: T201 - told to whoever started it
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2])))
