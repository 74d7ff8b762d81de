"""A check-in of many that is interrupted anywhere goes on: everybody is asked once, and counted once."""

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
from bot.effects import Direct
from commands.checkins.library import TEMPLATES
from storage.checkin import Receipt, Stage, State
from storage.checkins import Checkins, ReceiptRow
from storage.communities import Communities
from storage.outbox import OutboxRow
from storage.outreach import OutreachRow
from tests.features.village import Village

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence
    from pathlib import Path

    from sqlalchemy import Executable

    from bot.effects import Outgoing

MEMBERS = 1000


class Cut(Exception):
    """What stands for the end of a process."""


@pytest.fixture
async def village(tmp_path: Path, database_url: str) -> AsyncIterator[Village]:
    place = Village(tmp_path, database_url)
    await place.open()
    yield place
    await place.close()


async def test_a_check_in_of_a_thousand_that_is_interrupted_anywhere_goes_on(
    village: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every third transaction fails before its commit or after it; another process works at the same time."""
    await village.acts.join("First")
    await village.app.idle()
    community = await village.community()
    async with village.app.store.unit() as unit:
        workspace = (await unit.use(Communities, community).workspaces())[0]
        people = [village.adapter.workspace.add_person(f"P{number}") for number in range(MEMBERS - 1)]
        await unit.people.resolve(workspace, [account(person) for person in people], village.clock.now())
        stored = unit.use(Checkins, community)
        number = await stored.draft(1, "pulse", TEMPLATES["pulse"].questions, 0, village.clock.now())
        draft = await stored.campaign(number)
        assert draft is not None
        await stored.change(
            type(draft)(number, "pulse", questions=draft.questions, date=dt.date(2026, 11, 24), state=State.RUNNING)
        )
        sending = await stored.send(number, dt.date(2026, 11, 24), village.clock.now())
        assert sending is not None

    chance = random.Random(7)  # noqa: S311 - not a secret
    say = Step.say

    async def interrupted(step: Step, effects: Sequence[Outgoing]) -> None:
        await say(step, effects)
        if any(isinstance(effect, Direct) for effect in effects) and chance.random() < 0.3:
            raise Cut

    monkeypatch.setattr(Step, "say", interrupted)
    for _minute in range(30):
        village.clock.move(dt.timedelta(minutes=1))
        await asyncio.gather(village.app.scheduler.tick(), village.app.scheduler.tick())

    async with village.app.store.unit(write=False) as unit:
        this = await unit.use(Checkins, community).sending(sending)
        assert this is not None
        assert this.stage is Stage.SENT
        connection = unit.connection  # pyright: ignore[reportAttributeAccessIssue]

        async def each(statement: Executable) -> Counter[int]:
            return Counter(count for _member, count in (await connection.execute(statement)).all())

        mine = OutboxRow.own_time != ""
        assert await each(select(OutboxRow.member_id, func.count()).where(mine).group_by(OutboxRow.member_id)) == {1: MEMBERS}
        asked = ReceiptRow.state == Receipt.ASKED.value
        assert await each(select(ReceiptRow.member_id, func.count()).where(asked).group_by(ReceiptRow.member_id)) == {1: MEMBERS}
        assert await each(select(OutreachRow.member_id, func.count()).group_by(OutreachRow.member_id)) == {1: MEMBERS}
