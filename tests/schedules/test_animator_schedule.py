"""An animator sees what comes by itself, in their own time, what was missed, and pauses everything."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from adapters.sandbox.records import slug
from bot.context import DueContext
from bot.effects import Effects, Post
from bot.feature import Feature
from bot.i18n import _
from bot.model import Member
from bot.recurrence import Recurrence, Weekly
from bot.ui import Card
from commands.animator_schedule import schedules
from commands.preferences import preferences
from tests.features.village import Village, Villager

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

DAY = dt.timedelta(days=1)


@pytest.fixture
async def village(tmp_path: Path, database_url: str) -> AsyncIterator[Village]:
    """A community with a prompt each Tuesday at nine, and one feature that runs every hour. It is Monday, eleven o'clock."""
    prompts = Feature("prompt")

    @prompts.schedule("post", rule=Recurrence(Weekly((1,)), dt.time(9)), title=_("Thank"))
    async def post(ctx: DueContext) -> Effects:
        return Post("help", Card(body=f"The prompt of {ctx.occurrence.date}"))

    @prompts.schedule("look", every=dt.timedelta(hours=1))
    async def look(ctx: DueContext) -> Effects:
        return Post("help", Card(body="An hour has passed"))

    village = Village(tmp_path, database_url, [prompts, schedules([prompts]), preferences])
    await village.open()
    await village.channel("help")
    await village.passes(hours=0)
    yield village
    await village.close()


@pytest.fixture
async def anna(village: Village) -> Villager:
    """She runs the community."""
    await village.acts.join("Anna", administrator=True)
    await village.app.idle()
    return Villager(village, slug("Anna"), "Anna", Member(0, "Anna"))


async def test_the_next_dates_are_listed(anna: Villager) -> None:
    told = await anna.command("animator schedule")
    assert "Tuesday, November 24, 2026, 9:00" in told.replace("\u202f", " ")
    assert "Tuesday, December 1, 2026" in told
    assert "Tuesday, December 8, 2026" in told
    assert "missed" not in told


async def test_in_french(village: Village) -> None:
    await village.acts.join("Zoé", administrator=True, locale="fr")
    await village.app.idle()
    zoe = Villager(village, slug("Zoé"), "Zoé", Member(0, "Zoé"))
    told = await zoe.command("animator schedule")
    assert "mardi 24 novembre 2026" in told
    assert "Ce que je fais de moi-même" in told


async def test_what_was_missed_is_shown_and_not_sent(village: Village, anna: Villager) -> None:
    await village.passes(days=1, hours=6)
    assert not any("The prompt" in words for words in anna.reads("#help"))
    told = await anna.command("animator schedule")
    assert "Thank: Tuesday, November 24, 2026" in told
    assert "was missed" in told


async def test_the_animators_are_told_once_of_what_was_missed(village: Village, anna: Villager) -> None:
    """The bot is away from Monday noon until Saturday morning; Anna hears of it on Monday, at nine, and only then."""
    ada = await village.person("Ada")
    await village.passes(days=5)
    assert anna.reads("dm") == []
    for _hour in range(72):
        await village.passes(hours=1)
        if village.clock.now() < dt.datetime(2026, 11, 30, 8, tzinfo=dt.UTC):
            assert anna.reads("dm") == []
    (told,) = anna.reads("dm")
    assert "Thank: Tuesday, November 24, 2026" in told
    assert "Tuesday, December 8, 2026" in await anna.press("See the next dates", place="dm")
    assert ada.reads("dm") == []


def notices(person: Villager) -> list[str]:
    return [words for words in person.reads("dm") if "I was not running in time" in words]


async def test_more_that_is_missed_before_they_are_told_comes_in_the_same_notice(village: Village, anna: Villager) -> None:
    await anna.command("preferences")
    await anna.fill(language="platform", days=("2",))
    await village.passes(days=3)  # Thursday, 26 November: Tuesday was missed, her Wednesday is over
    await village.passes(days=5, hours=2)  # Tuesday, 1 December, too late for that one too
    assert notices(anna) == []
    await village.passes(hours=21)
    (told,) = notices(anna)
    assert "November 24" in told
    assert "December 1" in told


async def test_paused_nothing_comes_and_resumed_the_next_one_does(village: Village, anna: Villager) -> None:
    await anna.command("animator schedule")
    assert "Everything is paused" in await anna.press("Pause everything")
    for _day in range(8):
        await village.passes(days=1)
    assert anna.reads("#help") == []
    assert "was missed" not in await anna.command("animator schedule")
    assert "Everything is paused" not in await anna.press("Resume")
    await village.passes(minutes=5)
    assert anna.reads("#help") == []
    while village.clock.now() < dt.datetime(2026, 12, 8, 8, 30, tzinfo=dt.UTC):
        await village.passes(hours=2)
    assert [words for words in anna.reads("#help") if "prompt" in words] == ["The prompt of 2026-12-08"]


async def test_it_is_for_animators(village: Village) -> None:
    ada = await village.person("Ada")
    assert await ada.command("animator schedule") == "Only the animators of the community can do this."


async def test_where_nothing_has_a_date(tmp_path: Path, database_url: str) -> None:
    village = Village(tmp_path / "other", database_url, [schedules([])])
    (tmp_path / "other").mkdir()
    await village.open()
    await village.acts.join("Anna", administrator=True)
    await village.app.idle()
    anna = Villager(village, slug("Anna"), "Anna", Member(0, "Anna"))
    told = await anna.command("animator schedule")
    await village.close()
    assert "Nothing has a date yet" in told
