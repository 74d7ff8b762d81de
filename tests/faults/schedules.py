"""Schedulers that are killed at any moment: what came twice, what never came, and how late the rest was.

`storm` is for `make faults`; a test runs a cut of it. Each process runs the real scheduler on one database; it is killed after it
told that it claimed something, which is most often before it committed.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import random
import tempfile
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from sqlalchemy import select, update

from benchmarks.result import Result, at_most
from bot.clock import SystemClock
from bot.effects import Post
from bot.feature import Feature, Registry
from bot.model import AccountRef
from bot.schedule import Scheduler
from bot.ui import Card
from storage.db import open_store
from storage.outbox import OutboxRow
from storage.schedules import OccurrenceRow, ScheduleRow
from tests.databases import COMMUNITY
from tests.faults.processes import Nursery
from tests.storage.community import SLACK, Village

if TYPE_CHECKING:
    from bot.context import DueContext
    from bot.effects import Effects
    from storage.db import Database
    from tests.faults.processes import Say

BEAT: Final = dt.timedelta(seconds=3)
"""Longer than any delay on a busy machine: what is late by a whole beat has one turn for both, as if one was skipped."""


@dataclass(frozen=True, slots=True)
class Storm:
    """What was seen.

    Lateness in seconds, from when an occurrence was due until its handler ran in the transaction that counted; `skipped`: beats
    between the first and the last of a schedule that nobody ran. Both without the first turns, which were made to be late.
    `doubled`: due once, but with more than one message; `unsaid`: with none.
    """

    kills: int
    occurrences: int
    doubled: int
    unsaid: int
    skipped: int
    median: float
    p99: float


async def storm(url: str, *, processes: int = 4, schedules: int = 90, beat: dt.timedelta = BEAT, kills: int = 300) -> Storm:
    """Run that many processes, kill one after the other, each replaced, and count what is in the database."""
    chance = random.Random(7)  # noqa: S311 - not a secret
    store = await open_store(url, community=COMMUNITY)
    village = Village(store)
    await village.choose_channel(await village.meet(AccountRef("U1", "Ada"), SLACK), "help", "C1")
    async with Nursery(__name__) as nursery:
        running = [await nursery.begin(run, url, schedules, beat)]
        await running[0].says("claimed")
        await _spread(store, beat)
        spread = SystemClock().now()
        running += [await nursery.begin(run, url, schedules, beat) for _ in range(processes - 1)]
        for _kill in range(kills):
            victim = running.pop(chance.randrange(len(running)))
            await victim.says("claimed")
            await victim.kill()
            running.append(await nursery.begin(run, url, schedules, beat))
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
    late = sorted((row.taken_at - row.due_at).total_seconds() for row in rows if row.due_at >= spread)
    beats: dict[int, list[dt.datetime]] = {}
    for row in rows:
        if row.due_at >= spread:
            beats.setdefault(row.schedule_id, []).append(row.due_at)
    skipped = sum(max(0, round((after - due) / beat) - 1) for times in beats.values() for due, after in pairwise(times))
    return Storm(
        kills,
        len(rows),
        max(0, messages - len(rows)),
        max(0, len(rows) - messages),
        skipped,
        late[len(late) // 2],
        late[len(late) * 99 // 100],
    )


async def _spread(store: Database, beat: dt.timedelta) -> None:
    """Let the schedules, which began together, be due all through a beat: ninety are thirty a second. The first turn is late."""
    async with store.unit() as unit:
        rows = (await unit.connection.execute(select(ScheduleRow.id, ScheduleRow.next_at))).all()
        for number, row in enumerate(rows):
            earlier = row.next_at - beat * number / len(rows)
            await unit.connection.execute(update(ScheduleRow).where(ScheduleRow.id == row.id).values(next_at=earlier))


def beating(count: int, every: dt.timedelta, say: Say) -> Feature:
    """Return schedules that each come at every beat and post when they were due."""
    feature = Feature("beat")

    async def beat(ctx: DueContext) -> Effects:
        say("claimed")
        return Post("help", Card(body=ctx.occurrence.due.isoformat()))

    for number in range(count):
        feature.schedule(f"beat{number}", every=every)(beat)
    return feature


async def run(say: Say, url: str, count: int, every: dt.timedelta) -> None:
    """Run them until killed."""
    store = await open_store(url, community=COMMUNITY)
    scheduler = Scheduler(Registry([beating(count, every, say)]), store, SystemClock(), wake=lambda: None)
    scheduler.start()
    say("ready")
    await asyncio.Event().wait()


def measure() -> list[Result]:
    """Return what a storm over four processes on SQLite showed."""
    with tempfile.TemporaryDirectory() as folder:
        seen = asyncio.run(storm(f"sqlite:///{folder}/confrere.db"))
    about = f"schedules: {seen.kills} kills, {seen.occurrences:,} occurrences"
    return [
        at_most(f"{about}: doubled", seen.doubled, "", 0),
        at_most(f"{about}: skipped, or without their message", seen.skipped + seen.unsaid, "", 0),
        at_most("schedules: lateness, 99th percentile", seen.p99, "s", 1),
    ]
