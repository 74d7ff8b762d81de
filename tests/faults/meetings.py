"""Rounds of meetings in which the bot is killed all the time: who was told, who meets whom, what came twice or never.

`rampage` is for `make faults`; a test runs a cut of it. Each process runs the real scheduler with the real feature; it is killed at
any moment of its work, and another goes on a minute later by the clock.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import random
import tempfile
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import func, select, update

from benchmarks.result import Result, at_most
from bot import log
from bot.clock import MovableClock
from bot.feature import Registry
from bot.model import AccountRef
from bot.recurrence import Recurrence, Weekly
from bot.schedule import Scheduler
from commands.rounds import rounds
from storage.communities import Communities
from storage.db import open_store
from storage.meetings import MeetingMemberRow, MeetingRow
from storage.outbox import MessageRow, OutboxRow
from storage.participation import ParticipationRow, Participations
from storage.programmes import Programmes, Rules, told_before
from storage.round import Part, Stage
from storage.rounds import RoundMemberRow, RoundRow, Rounds
from tests.databases import COMMUNITY
from tests.faults.processes import Nursery
from tests.storage.community import SLACK, Village

if TYPE_CHECKING:
    from storage.db import Database
    from tests.faults.processes import Say

START: Final = dt.datetime(2026, 11, 23, 9, tzinfo=dt.UTC)
RULE: Final = told_before(Recurrence(Weekly((1,)), dt.time(9)))
LONGEST: Final = 60
"""Processes that a phase of a round may need at most."""
PATIENCE: Final = 1.5
"""How much longer each process lives than the one before, once enough of them were killed: some day a phase ends on any machine."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What was seen, over all rounds. `doubled`: a notice, a conversation or a meeting too many; `missing`: one too few."""

    kills: int
    rounds: int
    meetings: int
    doubled: int
    missing: int


async def rampage(url: str, *, members: int = 1000, weeks: int = 4, longest: float = 0.5, kills_each: int = 30) -> Seen:
    """Live through some rounds; in each of their phases so many processes have up to `longest` seconds to live, later ones more."""
    store = await open_store(url, community=COMMUNITY)
    await _people(store, members)
    chance = random.Random(7)  # noqa: S311 - not a secret
    kills = 0
    async with Nursery(__name__) as nursery:
        for week in range(weeks):
            due = dt.datetime.combine(START.date(), dt.time(8), dt.UTC) + dt.timedelta(days=7 * (week + 1))
            for at, stage in ((due, Stage.NOTICED), (due + dt.timedelta(days=1), Stage.SENT)):
                for turn in range(LONGEST):
                    victim = await nursery.begin(run, url, at + dt.timedelta(minutes=turn + 1))
                    await asyncio.sleep(chance.uniform(0.02, longest) * PATIENCE ** max(0, turn - kills_each))
                    await victim.kill()
                    kills += 1
                    if await _reached(store, week + 1, stage, at):
                        break
            await _say_a_word(store)
    doubled, missing, meetings = await _counted(store, members, weeks)
    await store.close()
    return Seen(kills, weeks, meetings, doubled, missing)


async def _people(store: Database, members: int) -> None:
    village = Village(store, START)
    await village.meet(AccountRef("U0", "Zoé"), SLACK)
    (community,) = await store.communities()
    async with store.unit() as unit:
        workspace = (await unit.use(Communities, community).workspaces())[0]
        accounts = [AccountRef(f"M{number}", f"M{number}") for number in range(members)]
        for member in await unit.people.resolve(workspace, accounts, START):
            await unit.use(Participations, community).join(member.id, START)
        await unit.use(Programmes, community).create("Pairs", RULE, Rules(preview_hours=0), START)


async def _reached(store: Database, count: int, stage: Stage, at: dt.datetime) -> bool:
    """Tell whether the newest round is that far; all are told once the next step is for the matching."""
    (community,) = await store.communities()
    async with store.unit(write=False) as unit:
        found = await unit.use(Rounds, community).latest(1, 99)
    if len(found) < count or found[0].stage is not stage:
        return False
    return stage is Stage.SENT or (found[0].next_at is not None and found[0].next_at > at + dt.timedelta(hours=12))


async def _say_a_word(store: Database) -> None:
    """Let nobody be paused for silence."""
    async with store.unit() as unit:
        await unit.connection.execute(update(RoundMemberRow).values(heard=True))
        await unit.connection.execute(update(ParticipationRow).values(silences=0))


async def _counted(store: Database, members: int, weeks: int) -> tuple[int, int, int]:
    """Return what is there too often, what is missing, and how many meetings went out."""
    async with store.unit(write=False) as unit:
        connection = unit.connection
        begun = (await connection.execute(select(func.count(RoundRow.id)))).scalar_one()
        told = Counter(
            (await connection.execute(select(MessageRow.name).where(MessageRow.name.like("round:%:notice:%")))).scalars()
        )
        sent = (await connection.execute(select(func.count(MeetingRow.sent_at)))).scalar_one()
        talks = (await connection.execute(select(func.count()).where(OutboxRow.action == "connect"))).scalar_one()
        matched = (
            await connection.execute(
                select(RoundMemberRow.round_id, RoundMemberRow.member_id).where(RoundMemberRow.part == Part.MATCHED.value)
            )
        ).all()
        met = Counter(
            (row.round_id, row.member_id)
            for row in await connection.execute(
                select(MeetingRow.round_id, MeetingMemberRow.member_id)
                .join(MeetingMemberRow, MeetingMemberRow.meeting_id == MeetingRow.id)
                .where(MeetingRow.sent_at.is_not(None))
            )
        )
    doubled = max(0, begun - weeks) + sum(count - 1 for count in (told + met).values() if count > 1) + max(0, talks - sent)
    missing = max(0, weeks - begun) + max(0, members * weeks - len(told)) + max(0, sent - talks)
    return doubled, missing + sum((row.round_id, row.member_id) not in met for row in matched), sent


async def run(say: Say, url: str, at: dt.datetime) -> None:
    """Take the steps that are due at an instant, until killed."""
    log.configure("error", "json")
    clock = MovableClock(at, running=True)
    store = await open_store(url, community=COMMUNITY, clock=clock)
    say("ready")
    await Scheduler(Registry([rounds]), store, clock, wake=lambda: None).tick()
    await asyncio.Event().wait()


def measure() -> list[Result]:
    """Return what came of some rounds on SQLite."""
    with tempfile.TemporaryDirectory() as folder:
        seen = asyncio.run(rampage(f"sqlite:///{folder}/confrere.db"))
    about = f"meetings: {seen.kills} kills, {seen.rounds} rounds of 1,000, {seen.meetings:,} meetings"
    return [at_most(f"{about}: doubled", seen.doubled, "", 0), at_most(f"{about}: missing", seen.missing, "", 0)]
