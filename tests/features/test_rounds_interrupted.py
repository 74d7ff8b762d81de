"""A round of many that is interrupted anywhere goes on: everybody told once, one conversation for each meeting."""

from __future__ import annotations

import asyncio
import datetime as dt
import random
from collections import Counter
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from adapters.sandbox.parse import account
from bot.context import Step
from bot.recurrence import Recurrence, Weekly
from storage.communities import Communities
from storage.meeting import Progress
from storage.meetings import MeetingMemberRow, MeetingRow
from storage.outbox import OutboxRow
from storage.participation import Participations
from storage.programmes import Programmes, Rules, told_before
from storage.round import Stage
from storage.rounds import Rounds
from tests.features.village import Village

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence
    from pathlib import Path

    from bot.effects import Outgoing

MEMBERS = 121


class Cut(Exception):
    """What stands for the end of a process."""


@pytest.fixture
async def village(tmp_path: Path, database_url: str) -> AsyncIterator[Village]:
    place = Village(tmp_path, database_url)
    await place.open()
    yield place
    await place.close()


async def test_a_round_that_is_interrupted_anywhere_goes_on(village: Village, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every third transaction fails before or after its commit; another process works at the same time."""
    await village.acts.join("Zoé")
    community = await village.community()
    async with village.app.store.unit() as unit:
        workspace = (await unit.use(Communities, community).workspaces())[0]
        people = [village.adapter.workspace.add_person(f"P{number}") for number in range(MEMBERS)]
        members = await unit.people.resolve(workspace, [account(person) for person in people], village.clock.now())
        for member in members:
            await unit.use(Participations, community).join(member.id, village.clock.now())
        rule = told_before(Recurrence(Weekly((1,)), dt.time(9)))
        await unit.use(Programmes, community).create("Pairs", rule, Rules(preview_hours=0), village.clock.now())

    chance = random.Random(7)  # noqa: S311 - not a secret
    say = Step.say

    async def interrupted(step: Step, effects: Sequence[Outgoing]) -> None:
        if chance.random() < 0.2:
            raise Cut
        await say(step, effects)
        if chance.random() < 0.2:
            raise Cut

    monkeypatch.setattr(Step, "say", interrupted)
    for instant in ("2026-11-30T08:00", "2026-12-01T08:00"):
        village.clock.set(dt.datetime.fromisoformat(f"{instant}:00+00:00"))
        for _minute in range(60):
            village.clock.move(dt.timedelta(minutes=1))
            await asyncio.gather(village.app.scheduler.tick(), village.app.scheduler.tick())
    await village.app.idle()

    async with village.app.store.unit(write=False) as unit:
        (this,) = [
            one for each in await unit.use(Programmes, community).all() for one in await unit.use(Rounds, community).latest(each.id)
        ]
        assert this.stage is Stage.SENT
        connection = unit.connection  # pyright: ignore[reportAttributeAccessIssue]
        told = (
            await connection.execute(
                select(OutboxRow.member_id, func.count())
                .where(OutboxRow.title == "", OutboxRow.action == "direct")
                .group_by(OutboxRow.member_id)
            )
        ).all()
        here = {member.id for member in members}
        assert Counter(count for member, count in told if member in here) == {1: MEMBERS}
        talks = (await connection.execute(select(func.count()).where(OutboxRow.action == "connect"))).scalar_one()
        sent = (await connection.execute(select(func.count()).where(MeetingRow.state == Progress.SENT.value))).scalar_one()
        assert (talks, sent) == (MEMBERS // 2, MEMBERS // 2)
        met = select(MeetingMemberRow.member_id, func.count()).join(MeetingRow).where(MeetingRow.sent_at.is_not(None))
        counts = (await connection.execute(met.group_by(MeetingMemberRow.member_id))).all()
        assert Counter(count for _member, count in counts) == {1: MEMBERS}
