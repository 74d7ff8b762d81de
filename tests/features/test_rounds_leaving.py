"""Who leaves a round, rests, or wants somebody else: what becomes of them and of whoever was to meet them."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bot.text import Mention, Text
from commands.rounds.relaxing import within
from storage.participation import Participations
from storage.people import Members
from storage.programmes import Programmes
from storage.round import Stage
from storage.rounds import Rounds
from tests.features.test_rounds import animator, goes, joined, newest, said
from tests.features.village import Village, Villager

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

NOTICE, MATCH, SENT = "2026-11-30T08:00", "2026-12-01T08:00", "2026-12-01T10:05"


@pytest.fixture
async def village(tmp_path: Path, database_url: str) -> AsyncIterator[Village]:
    place = Village(tmp_path, database_url)
    await place.open()
    yield place
    await place.close()


async def lived(village: Village) -> None:
    """Let the first round be told, matched and sent."""
    for at in (NOTICE, MATCH, SENT):
        await goes(village, at)


async def test_every_act_waits_for_the_lock_before_it_changes_a_part(village: Village, monkeypatch: pytest.MonkeyPatch) -> None:
    await animator(village)
    (ada,) = await joined(village, "Ada")
    done: list[str] = []

    def noted(kind: type[Rounds | Participations], name: str) -> None:
        before = getattr(kind, name)

        async def after(*given: object, **named: object) -> object:
            done.append(name)
            return await before(*given, **named)

        monkeypatch.setattr(kind, name, after)

    noted(Rounds, "lock")
    for name in ("join", "leave", "snooze"):
        noted(Participations, name)

    async def first() -> str:
        found, done[:] = done[:], []
        assert len(found) > 1
        return found[0]

    await ada.command("meet", do="snooze")
    await ada.fill(until="2026-12-24")
    assert await first() == "lock"
    await ada.press("I’m back")
    assert await first() == "lock"
    await ada.command("meet", do="leave")
    assert await first() == "lock"
    await ada.press("Join the meetings")
    assert await first() == "lock"
    await ada.leave()
    assert await first() == "lock"


async def test_who_rests_leaves_or_goes_without_gets_the_file_that_clears_their_calendar(village: Village) -> None:
    await animator(village)
    people = await joined(village, "Ada", "Bo", "Cy", "Dee")
    ada = people[0]
    await lived(village)
    await ada.command("meet", do="snooze")
    await ada.fill(until="2026-12-24")
    assert called_off(ada) == 1
    other = next(one for one in people if one is not ada and not said(one, "Your meeting does not work out"))
    await other.command("meet", do="leave")
    assert called_off(other) == 1
    await other.command("meet", do="join")
    await other.command("meet", do="leave")
    assert called_off(other) == 1, "there is no meeting any more"


def called_off(one: Villager) -> int:
    """Count the calendar files that take a meeting out of somebody's calendar, among all they see."""
    files = [file for message in one.sees() if message.card is not None for file in message.card.files]
    return sum(b"METHOD:CANCEL" in file.content for file in files)


async def test_who_goes_without_a_programme_gets_the_file_too(village: Village) -> None:
    zoe = await animator(village)
    await zoe.press("All programmes")
    await zoe.press("New programme")
    await zoe.fill(name="Fridays", size="2", rhythm="w1", day="4", time="9:00")
    ada, _bo = await joined(village, "Ada", "Bo")
    await lived(village)
    await ada.command("meet")
    found: list[int] = []
    for _programme in range(2):
        await ada.press("Without me")
        found.append(called_off(ada))
    assert sum(found) == 1, "for the programme with a meeting"


async def test_who_was_left_out_left_and_is_back_hears_the_end_of_it(village: Village) -> None:
    zoe = await animator(village)
    await zoe.press("Who with whom")
    await zoe.fill(pool="everyone", value="", trade="any", odd="rotate", hours="1")
    people = await joined(village, "Ada", "Bo", "Cy")
    await lived(village)
    (alone,) = [one for one in people if not one.reads("group")]
    assert said(alone, "Nobody for you this time") == 1
    await alone.command("meet", do="leave")
    await alone.command("meet", do="join")
    assert "A round is under way" in alone.told
    await goes(village, "2026-12-07T10:30")
    await goes(village, "2026-12-08T10:30")
    assert said(alone, "Nobody for you this time") == 2


async def test_who_wants_somebody_else_while_meetings_still_go_out_waits_like_their_partner(village: Village) -> None:
    await animator(village)
    ada, bo = await joined(village, "Ada", "Bo")
    await lived(village)
    await staged(village, Stage.SENDING)
    await ada.press("I can’t make it", place="group")
    assert "I look for somebody who is free" in await ada.press("Somebody else")
    await staged(village, Stage.SENT)
    cy, dee = await joined(village, "Cy", "Dee")
    await goes(village, "2026-12-01T10:30")
    assert [said(one, "You are meeting", "group") for one in (ada, bo, cy, dee)] == [2, 2, 1, 1]


async def staged(village: Village, stage: Stage) -> None:
    """Put the newest round at a stage."""
    community = await village.community()
    async with village.app.store.unit() as unit:
        (programme,) = await unit.use(Programmes, community).all()
        this = (await unit.use(Rounds, community).latest(programme.id))[0]
        await unit.use(Rounds, community).move(this.id, stage=stage)


async def test_whose_partner_left_is_first_in_the_next_round_however_seldom_they_want_to_meet(village: Village) -> None:
    await animator(village)
    ada, bo = await joined(village, "Ada", "Bo")
    await bo.command("meet", do="often")
    await bo.fill(every="14", languages=())
    await lived(village)
    assert "Next round\nTuesday, December 15" in await bo.command("meet"), "the first that they can be in"
    await ada.command("meet", do="leave")
    assert "Next round\nTuesday, December 8" in await bo.command("meet")
    await goes(village, "2026-12-06T12:00")
    (cy,) = await joined(village, "Cy")  # too late for the round under way
    for at in ("2026-12-07T08:00", "2026-12-07T10:30", "2026-12-08T08:00", "2026-12-08T10:30"):
        await goes(village, at)
    assert "You are first in the next round" in newest(bo, "Nobody for you this time")
    assert said(bo, "You are meeting", "group") == 2
    assert said(cy, "You are meeting", "group") == 1


def test_rules_that_gave_way_are_told_only_of_those_who_meet() -> None:
    again = Text("{name} and {other} meet again", {"name": Mention("Ada", 1), "other": Mention("Bo", 2)})
    assert within([again], [(1, 2, 3)]) == [again]
    assert within([again], [(1, 3), (2, 4)]) == []


async def test_the_rounds_know_quiet_hours(village: Village) -> None:
    (ada,) = await joined(village, "Ada")
    quiet = (dt.time(20), dt.time(8))
    community = await village.community()
    async with village.app.store.unit() as unit:
        hours = replace(await unit.use(Members, community).hours(ada.member.id), quiet=quiet)
        await unit.use(Members, community).prefer(ada.member.id, village.clock.now(), hours=hours)
        around = await unit.use(Participations, community).around([ada.member.id])
    assert around[ada.member.id].hours.quiet == quiet


async def test_who_is_swapped_out_reads_why(village: Village) -> None:
    zoe = await animator(village)
    await zoe.press("Who with whom")
    await zoe.fill(pool="everyone", value="", trade="any", odd="rotate", hours="1")
    people = await joined(village, "Ada", "Bo", "Cy")
    await goes(village, NOTICE)
    await goes(village, MATCH)
    preview = newest(zoe, "the meetings of Tuesday")
    alone = next(one for one in people if f"Left out: {one.name}" in preview)
    leaving = next(one for one in people if one is not alone)
    await zoe.press("Change", place="dm")
    await zoe.press("Swap somebody")
    await zoe.fill(who=str(leaving.member.id), with_whom=alone)
    await goes(village, SENT)
    told = newest(leaving, "Nobody for you this time")
    assert "changed who meets whom" in told
    assert "Nobody else was free" not in told


async def test_less_of_this_on_a_notice_leads_to_what_pauses_or_ends_it(village: Village) -> None:
    await animator(village)
    ada, _bo = await joined(village, "Ada", "Bo")
    await goes(village, NOTICE)
    await ada.press("Less of this", place="dm")
    assert "Tuesday pairs" in await ada.press("Pause the meetings, or leave them")
    assert {"Snooze until…", "Without me", "Leave the meetings"} <= set(ada.buttons())
    await ada.press("Without me")
    await goes(village, MATCH)
    await goes(village, SENT)
    assert ada.reads("group") == []
