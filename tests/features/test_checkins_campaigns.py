"""Many campaigns over the years: each can be reached, the ones that go on first; stopping one takes back all that waits."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from bot.hours import WorkingHours
from commands.checkins.library import TEMPLATES
from storage.checkin import Said, State
from storage.checkin_moods import CheckinMoods
from storage.checkin_totals import CheckinTotals
from storage.checkins import Checkins
from storage.people import Members
from tests.features.checkins import PANEL, appointed, goes, joined, said, started
from tests.features.village import Village

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from tests.features.village import Villager


@pytest.fixture
async def village(tmp_path: Path, database_url: str) -> AsyncIterator[Village]:
    place = Village(tmp_path, database_url)
    await place.open()
    yield place
    await place.close()


async def _past(village: Village, author: Villager, many: int) -> list[int]:
    """Let so many campaigns have gone out once, long ago."""
    async with village.app.store.unit() as unit:
        stored, now = unit.use(Checkins, await village.community()), village.clock.now()
        made = [await stored.draft(author.member.id, "own", TEMPLATES["pulse"].questions, 0, now) for _each in range(many)]
        for at, campaign in enumerate(await stored.several(made)):
            gone = type(campaign)(
                campaign.id, "own", f"Past {at}", questions=campaign.questions, date=dt.date(2025, 1, 1), state=State.RUNNING
            )
            await stored.change(gone)
        return made


async def test_what_goes_on_comes_first_and_every_campaign_can_be_reached(village: Village) -> None:
    zoe = await appointed(village)
    await joined(village, "Ada")
    await started(zoe, "A month here", rhythm="day", day=30)
    await _past(village, zoe, 60)
    told = await zoe.command(PANEL)
    assert told.startswith("Check-ins\nA month here · for each newcomer\nPast ")
    seen = [told, *[await zoe.press("Next") for _page in range(10)]]
    assert sum(page.count("Past ") for page in seen) == 60
    assert "Next" not in zoe.buttons()
    assert (await zoe.press("Previous")).count("Past ") == 6
    told = await zoe.press("Trends")
    assert told.count("Past ") == 7
    assert "Page 1 of 8" in told
    for _page in range(7):
        told = await zoe.press("Next")
    assert told.count("Past ") == 5
    assert "Fewer than 5 answers" in await zoe.press("Look at it")


async def test_how_members_are_doing_counts_the_oldest_campaign_too(village: Village) -> None:
    zoe = await appointed(village)
    (oldest, *_others) = await _past(village, zoe, 60)
    today = village.clock.now().date()
    async with village.app.store.unit() as unit:
        community = await village.community()
        campaign = await unit.use(Checkins, community).campaign(oldest)
        assert campaign is not None
        for _person in range(5):
            await unit.use(CheckinTotals, community).add(campaign, today, Said((("2",), ("5",))), named=True)
        assert await unit.use(CheckinMoods, community).mean(today, today) == 2


async def test_stopping_takes_back_what_waits_for_somebody_s_working_day_however_long(village: Village) -> None:
    zoe = await appointed(village)
    ada, bo = await joined(village, "Ada", "Bo")
    async with village.app.store.unit() as unit:
        members = unit.use(Members, await village.community())
        await members.prefer(bo.member.id, village.clock.now(), hours=WorkingHours((0,)))
    await started(zoe)
    await goes(village, "2026-11-24T08:00")
    await goes(village, "2026-11-28T08:00")
    assert (said(ada, "Once a quarter"), said(bo, "Once a quarter")) == (1, 0)
    await zoe.command(PANEL)
    await zoe.press("Look at it")
    await zoe.press("Stop it")
    await village.passes(minutes=2)
    await goes(village, "2026-11-30T12:00")
    assert said(bo, "Once a quarter") == 0
    await zoe.command(PANEL)
    assert "1 asked, 0 left out" in await zoe.press("Look at it")
