"""Files reach a direct message, a group and a channel on every platform: whole, once, after a retry, a repeat and an edit too."""

from __future__ import annotations

import datetime as dt
import importlib
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Annotated, Any

import pytest

from bot.context import Context
from bot.effects import Connect, Direct, Effects, Post, Reply, Update
from bot.feature import Feature
from bot.files import File
from bot.i18n import _, word
from bot.invitations import Invitation, calendar
from bot.model import Member
from bot.notices import Notice
from bot.signature import Option
from bot.text import Moment
from bot.ui import Button, Card
from commands import FEATURES
from tests.contract.conftest import PLATFORMS
from tests.contract.driver import Person
from tests.contract.village import Village, having, only

STARTS = dt.datetime(2026, 11, 26, 14, 30, tzinfo=dt.UTC)
NOW = dt.datetime(2026, 11, 23, 9, tzinfo=dt.UTC)
FIRST = File("meeting.ics", calendar(Invitation("m1", STARTS, "Zoé & Tom"), NOW, "fr"), "text/calendar; charset=utf-8", "Thursday")
SECOND = File("later.ics", calendar(Invitation("m2", STARTS, "Zoé & Tom"), NOW, "en"), "text/calendar; charset=utf-8")
MINE = File("my-data.json", b'{"name": "Zo\xc3\xa9"}', "application/json")
PLACES = ("#help", "dm", "group")

handouts = Feature("handouts")


@handouts.command(word("handout"), _("Hand out files"))
async def handout(ctx: Context, member: Annotated[Member, Option(_("To whom?"))]) -> Effects:
    card = meeting(FIRST)
    return [
        Reply(Card(body=_("Yours"), files=(MINE,))),
        Post("help", card, "handout:post"),
        Direct(member.id, card, "handout:direct", notice=Notice.REQUEST),
        Connect((ctx.me.id, member.id), "Meeting", card, "handout:group"),
    ]


@handouts.action("move")
async def move(ctx: Context) -> Effects:
    return [Update(f"handout:{place}", meeting(FIRST, SECOND)) for place in ("post", "direct", "group")]


def meeting(*files: File) -> Card:
    words = _("At {moment}, or so.", moment=Moment(STARTS))
    return Card(body=words, files=files, controls=(Button(_("Move"), handouts.id("move")),))


@pytest.fixture(params=["sandbox", "slack-http", "discord"])
async def village(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Village]:
    module, name, settings = PLATFORMS[str(request.param)]
    driver = getattr(importlib.import_module(module), name)(tmp_path, features=[*FEATURES, handouts], **settings)
    await driver.start()
    try:
        story = Village(driver)
        await story.set_up()
        yield story
    finally:
        await driver.stop()


def lose(driver: Any) -> None:  # noqa: ANN401 - one of three
    """Let the next answers to what carries files get lost, after the platform has done what it was asked."""
    if driver.platform == "slack":
        driver.slack.api.fail("chat.postMessage", lose=True)
        driver.slack.api.fail("files.completeUploadExternal", lose=True)
    elif driver.platform == "discord":
        driver.discord.fail("POST", r"/channels/\d+/messages", times=2, lose="after")


def held(person: Person, place: str = "") -> Counter[tuple[str, bytes]]:
    """Return what somebody can download in a place, and how often it is there."""
    return Counter(file for seen in person.sees(place) for file in seen.files)


async def test_files_reach_everyone_once_and_whole(village: Village) -> None:
    driver: Any = village.driver
    tom, grace = await village.member("Tom"), await village.member("Grace")
    lose(driver)
    await tom.command("handout", member=grace)
    for _minute in range(3):
        driver.clock.move(dt.timedelta(minutes=1))
        await driver.settle()
    once = Counter([(FIRST.name, FIRST.content)])
    assert {place: held(grace, place) for place in PLACES} == dict.fromkeys(PLACES, once)
    assert held(tom)[MINE.name, MINE.content] == 1
    assert (MINE.name, MINE.content) not in held(grace)

    await driver.repeat()
    await driver.restart()
    assert {place: held(grace, place) for place in PLACES} == dict.fromkeys(PLACES, once)

    await grace.press("Move", on=having(grace, "Move", "group").id)
    both = Counter([(FIRST.name, FIRST.content), (SECOND.name, SECOND.content)])
    assert {place: held(grace, place) for place in PLACES} == dict.fromkeys(PLACES, both)
    await grace.press("Move", on=having(grace, "Move", "dm").id)
    assert {place: held(grace, place) for place in PLACES} == dict.fromkeys(PLACES, both)


async def test_a_time_in_a_group_is_left_to_each_readers_own_clock(village: Village) -> None:
    """Written as an instant, which the client of each reader shows in their own zone."""
    tom, grace = await village.member("Tom"), await village.member("Grace")
    await tom.command("handout", member=grace)
    notation = {"discord": f"<t:{int(STARTS.timestamp())}:F>", "slack": f"<!date^{int(STARTS.timestamp())}^"}
    for person in (tom, grace):
        shown = only(person.sees("group"), lambda seen: "or so" in seen.text)
        assert notation.get(village.platform, f'datetime=\\"{STARTS.isoformat()}\\"') in shown.raw
