"""The list as an animator goes through it: days are the community's, one answer reads it once, undo takes back one thing."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from storage.checkin import Reads
from tests.features.attending import LIST, asked_how, escalated, order
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


# ---------------------------------------------------------------- done, and back again


async def test_undo_pressed_twice_takes_back_one_thing(village: Village, zoe: Villager, ada: Villager) -> None:
    await escalated(village, ada, "Somebody for my taxes")
    await zoe.command(LIST)
    await zoe.press("Look at it")
    await zoe.press("In a month")
    village.clock.move(dt.timedelta(hours=1))
    await asked_how(village, ada, Reads.ANIMATORS, [zoe], call=True, scale="5")
    await zoe.command(LIST)
    await zoe.press("Look at it")
    await zoe.press("Done")
    message, undo = zoe.find("Undo")
    assert "Back on the list." in await zoe.press("Undo")
    assert "There is nothing of yours to take back here." in await zoe.press_again(message, undo)
    assert await order(village, zoe) == [("Ada", ["call"])], "her request waits for its month"


async def test_undo_takes_back_what_it_was_shown_for(village: Village, zoe: Villager, ada: Villager) -> None:
    await escalated(village, ada, "Somebody for my taxes")
    await zoe.command(LIST)
    await zoe.press("Look at it")
    await zoe.press("Tomorrow")
    message, undo = zoe.find("Undo")
    village.clock.move(dt.timedelta(hours=1))
    await asked_how(village, ada, Reads.ANIMATORS, [zoe], call=True, scale="5")
    await zoe.command(LIST)
    await zoe.press("Look at it")
    await zoe.press("Done")
    assert "Back on the list." in await zoe.press_again(message, undo)
    assert await order(village, zoe) == [("Ada", ["request"])], "the call is done"


async def test_done_takes_the_reminder_out_of_the_inbox(village: Village, zoe: Villager, ada: Villager) -> None:
    yan = await appointed(village, "Yan")
    answer = await asked_how(village, ada, Reads.ANIMATORS, [zoe, yan], call=True, scale="5")
    for animator in (zoe, yan):
        await animator.command(LIST)
        await animator.press("Look at it")
        await animator.press("Read the answer")
        await animator.press("Remind me on…")
        assert "I remind you on" in await animator.fill(date=dt.date(2026, 11, 26))
    await zoe.command(LIST)
    await zoe.press("Look at it")
    await zoe.press("Done")
    assert "I remind you on" not in await zoe.press_again(zoe.sees()[-1], f"checkin:read:{answer}")
    before = zoe.reads("dm"), yan.reads("dm")
    await village.passes(days=3)
    assert (zoe.reads("dm"), yan.reads("dm")) == before


async def test_what_waits_keeps_its_reminder(village: Village, zoe: Villager, ada: Villager) -> None:
    answer = await asked_how(village, ada, Reads.ANIMATORS, [zoe], call=True, scale="5")
    await zoe.command(LIST)
    message = zoe.sees()[-1]
    await zoe.press_again(message, f"checkin:remind:{answer}")
    await zoe.fill(date=dt.date(2026, 11, 26))
    before = len(zoe.reads("dm"))
    await zoe.press_again(message, f"attention:wait:month:m{ada.member.id}:c")
    await village.passes(days=3)
    assert len(zoe.reads("dm")) == before + 1
