"""The list as an animator goes through it: days are the community's, one answer reads it once, undo takes back one thing."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from tests.features.attending import LIST, escalated
from tests.features.checkins import appointed
from tests.storage.hearing import Ear

if TYPE_CHECKING:
    from tests.features.village import Village, Villager


@pytest.fixture
async def zoe(village: Village) -> Villager:
    """Somebody who runs the community."""
    return await appointed(village)


async def test_yesterday_is_the_communitys(village: Village, zoe: Villager, ada: Villager) -> None:
    village.clock.set(dt.datetime(2026, 11, 24, 22, 30, tzinfo=dt.UTC))  # half past eleven in Paris
    await escalated(village, ada, "Somebody for my taxes")
    assert "asked for help today" in await zoe.command(LIST)
    village.clock.set(dt.datetime(2026, 11, 24, 23, 30, tzinfo=dt.UTC))  # after midnight there
    assert "asked for help yesterday" in await zoe.command(LIST)


async def test_one_answer_reads_the_list_once(village: Village, zoe: Villager, ada: Villager) -> None:
    await escalated(village, ada, "Somebody for my taxes")
    await zoe.command(LIST)
    message = zoe.sees()[-1]
    which = f"m{ada.member.id}"
    for action in (f"look:{which}:0", "look:v99:0", "list:0", f"person:{ada.member.id}", f"wait:day:{which}:r", f"done:{which}:r"):
        ear = Ear()
        with ear.on(village.app.store):
            await zoe.press_again(message, f"attention:{action}")
        read = [one.statement for one in ear.heard if "FROM request" in one.statement and "attention" in one.statement]
        assert len(read) == 1, action
        village.clock.move(dt.timedelta(days=1))
    await zoe.press_again(message, f"attention:write:{ada.member.id}")
    ear = Ear()
    with ear.on(village.app.store):
        await zoe.fill(words="I know somebody")
    assert sum("FROM request" in one.statement and "attention" in one.statement for one in ear.heard) == 1
