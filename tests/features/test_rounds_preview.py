"""What happens to a round between its match and the sending: it is mixed again, changed, skipped, joined; nobody is forgotten."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from commands.rounds.pairing import Question
from storage.participation import Participations
from storage.profiles import Introduction, Profiles
from storage.round import Answer, Part
from storage.rounds import Rounds
from tests.features.test_rounds import animator, goes, joined, newest, said
from tests.features.test_rounds_answers import newest_round
from tests.features.village import Village, Villager

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
    from pathlib import Path

    from bot.matching.model import Matching

NOTICE, MATCH, SENT = "2026-11-30T08:00", "2026-12-01T08:00", "2026-12-01T10:05"
PREVIEW = "the meetings of Tuesday"
NO_ROUND = "There is no round on Tuesday, December 1, 2026 after all"


@pytest.fixture
async def village(tmp_path: Path, database_url: str) -> AsyncIterator[Village]:
    place = Village(tmp_path, database_url)
    await place.open()
    yield place
    await place.close()


async def matched(village: Village) -> None:
    """Go to the match of the first round."""
    await goes(village, NOTICE)
    await goes(village, MATCH)


async def groups_of_two(zoe: Villager) -> None:
    """Let whoever is over be left out in turn, rather than be the third."""
    await zoe.press("Who with whom")
    await zoe.fill(pool="everyone", value="", trade="any", odd="rotate", hours="1")


def met(*people: Villager) -> list[int]:
    """Return how many conversations each of them is in."""
    return [len(one.reads("group")) for one in people]


async def first_meeting(zoe: Villager, people: Sequence[Villager]) -> tuple[list[Villager], list[Villager]]:
    """Let the animator look at the first meeting of the preview; return who is in it, and who is not."""
    told = await zoe.press("Change", place="dm")
    return [one for one in people if one.name in told], [one for one in people if one.name not in told]


def while_thinking(monkeypatch: pytest.MonkeyPatch, act: Callable[[], Awaitable[object]]) -> None:
    """Let something happen once while the engine thinks, which it does in a thread."""
    loop, answer, done = asyncio.get_running_loop(), Question.answer, list[bool]()

    async def acted() -> None:
        await act()

    def thinking(question: Question) -> Matching:
        found = answer(question)
        if not done:
            done.append(True)
            asyncio.run_coroutine_threadsafe(acted(), loop).result(60)
        return found

    monkeypatch.setattr(Question, "answer", thinking)


# ---------------------------------------------------------------- mixed again


async def test_mixing_again_a_day_later_calls_nothing_off(village: Village) -> None:
    zoe = await animator(village)
    people = await joined(village, "Ada", "Bo", "Cy", "Dee")
    await matched(village)
    await zoe.choose("A day later")
    await goes(village, "2026-12-02T09:15")
    await zoe.press("Mix again", place="dm")
    await goes(village, "2026-12-02T09:20")
    assert "2 meetings." in newest(zoe, PREVIEW)
    await goes(village, "2026-12-02T10:05")
    assert met(*people) == [1, 1, 1, 1]
    assert [said(one, NO_ROUND) for one in people] == [0, 0, 0, 0]


async def test_a_round_that_stood_still_for_days_since_it_was_mixed_does_not_take_place(village: Village) -> None:
    zoe = await animator(village)
    ada, bo = await joined(village, "Ada", "Bo")
    await matched(village)
    await zoe.press("Mix again", place="dm")
    await goes(village, "2026-12-03T09:00")
    assert [said(one, NO_ROUND) for one in (ada, bo)] == [1, 1]
    assert met(ada, bo) == [0, 0]


async def test_a_meeting_that_is_kept_with_a_wish_in_it_stays_the_only_one_and_shows_nothing(village: Village) -> None:
    zoe = await animator(village)
    people = await joined(village, "Ada", "Bo", "Cy", "Dee")
    await matched(village)
    two, others = await first_meeting(zoe, people)
    await zoe.press("Keep as they are")
    async with village.app.store.unit() as unit:
        wishes = unit.use(Participations, await village.community())
        await wishes.exclude(two[0].member.id, two[1].member.id, village.clock.now())
    (kept,) = [line for line in newest(zoe, PREVIEW).splitlines() if "(kept as they are)" in line]
    await zoe.press("Mix again", place="dm")
    await goes(village, "2026-12-01T08:05")
    preview = newest(zoe, PREVIEW)
    assert kept in preview, "a meeting that vanished would tell of the wish"
    assert "2 meetings." in preview
    await goes(village, "2026-12-01T10:05")
    assert met(*two, *others) == [0, 0, 1, 1]
    assert [said(one, "Your meeting does not work out") for one in (*two, *others)] == [1, 1, 0, 0]


async def test_a_meeting_that_is_kept_stays_where_nobody_else_is_left_to_mix(village: Village) -> None:
    zoe = await animator(village)
    ada, bo = await joined(village, "Ada", "Bo")
    await matched(village)
    await zoe.press("Change", place="dm")
    await zoe.press("Keep as they are")
    await zoe.press("Mix again", place="dm")
    await goes(village, "2026-12-01T08:05")
    assert "1 meeting." in newest(zoe, PREVIEW)
    await goes(village, SENT)
    assert met(ada, bo) == [1, 1]
    assert "Matched\n2" in await report(zoe)


async def report(zoe: Villager) -> str:
    """Return the report of the newest round, as an animator asks for it."""
    await zoe.command("animator rounds")
    await zoe.press("Look at it")
    return (await zoe.press("What came of it")).replace(": ", "\n")


async def test_a_meeting_that_is_cancelled_stays_so_when_the_others_are_mixed_again(village: Village) -> None:
    zoe = await animator(village)
    people = await joined(village, "Ada", "Bo", "Cy", "Dee")
    await matched(village)
    out, others = await first_meeting(zoe, people)
    await zoe.press("Cancel this meeting")
    await zoe.press("Mix again", place="dm")
    await goes(village, "2026-12-01T08:05")
    assert "1 meeting." in newest(zoe, PREVIEW)
    await goes(village, SENT)
    assert met(*out, *others) == [0, 0, 1, 1]
    assert [said(one, "took your meeting out of this round") for one in (*out, *others)] == [1, 1, 0, 0]


# ---------------------------------------------------------------- who is out is not written to


async def test_who_skipped_or_left_is_not_told_of_a_meeting_that_is_cancelled(village: Village) -> None:
    zoe = await animator(village)
    people = await joined(village, "Ada", "Bo", "Cy", "Dee")
    await matched(village)
    two, _others = await first_meeting(zoe, people)
    assert "Not this time" in await two[0].press("Skip this one", place="dm")
    await zoe.press("Cancel this meeting")
    await zoe.press("Change", place="dm")
    third, fourth = [one for one in people if one not in two]
    await third.command("meet", do="leave")
    await zoe.press("Cancel this meeting")
    await zoe.press("Send now", place="dm")
    await goes(village, "2026-12-01T08:30")
    assert [said(one, "Nobody for you this time") for one in (two[0], two[1], third, fourth)] == [0, 1, 0, 1]


async def test_who_skipped_is_swapped_out_in_silence(village: Village) -> None:
    zoe = await animator(village)
    await groups_of_two(zoe)
    people = await joined(village, "Ada", "Bo", "Cy")
    await matched(village)
    (skips, _stays), (alone,) = await first_meeting(zoe, people)
    assert "Not this time" in await skips.press("Skip this one", place="dm")
    await zoe.press("Swap somebody")
    await zoe.fill(who=str(skips.member.id), with_whom=alone)
    assert alone.name in zoe.told
    await zoe.press("Send now", place="dm")
    await goes(village, "2026-12-01T08:30")
    assert said(skips, "Nobody for you this time") == 0
    assert (await newest_round(village, skips))[1].part is Part.GONE
    assert met(skips, alone) == [0, 1]


async def test_who_skips_and_is_left_out_is_not_told(village: Village) -> None:
    zoe = await animator(village)
    await groups_of_two(zoe)
    people = await joined(village, "Ada", "Bo", "Cy")
    await matched(village)
    _two, (alone,) = await first_meeting(zoe, people)
    number, _place = await newest_round(village, alone)
    async with village.app.store.unit() as unit:
        await unit.use(Rounds, await village.community()).answer(number, alone.member.id, Answer.SKIP)
    await goes(village, SENT)
    assert said(alone, "Nobody for you this time") == 0


# ---------------------------------------------------------------- who was told that they are in


async def test_who_joins_while_the_engine_thinks_meets_somebody_too(village: Village, monkeypatch: pytest.MonkeyPatch) -> None:
    zoe = await animator(village)
    await groups_of_two(zoe)
    people = await joined(village, "Ada", "Bo", "Cy")
    await goes(village, NOTICE)
    new = list[Villager]()

    async def joins() -> None:
        new.extend(await joined(village, "Dee"))

    while_thinking(monkeypatch, joins)
    await goes(village, MATCH)
    (dee,) = new
    assert said(dee, "A meeting, Tuesday") == 1
    assert "1 meeting." in newest(zoe, PREVIEW)
    assert (await newest_round(village, dee))[1].part is Part.WAITING
    await goes(village, SENT)
    assert met(*people, dee) == [1, 1, 1, 1]


BUSY = "You have a meeting in “Tuesday pairs” around Tuesday, December 1, 2026, and that is as often as you want it."


async def test_who_has_a_meeting_in_another_round_already_is_told(village: Village) -> None:
    zoe = await animator(village)
    await zoe.press("New programme")
    await zoe.fill(name="Tuesday again", size="2", rhythm="w1", day="1", time="9:00")
    ada, bo, cy, dee = await joined(village, "Ada", "Bo", "Cy", "Dee")
    async with village.app.store.unit() as unit:
        for one in (ada, bo):
            await unit.use(Participations, await village.community()).prefer(one.member.id, every=7, languages=())
    await matched(village)
    assert said(ada, BUSY) == 0, "another round may still be mixed again"
    await goes(village, "2026-12-01T11:00")
    assert met(ada, bo, cy, dee) == [1, 1, 2, 2]
    assert [said(one, BUSY) for one in (ada, bo, cy, dee)] == [1, 1, 0, 0]
    assert "Tuesday, December 8" in newest(ada, BUSY)
    assert [said(one, "Nobody for you this time") for one in (ada, bo)] == [0, 0]


async def test_who_is_in_another_round_already_is_told_where_this_one_is_cancelled(village: Village) -> None:
    zoe = await animator(village)
    await zoe.press("New programme")
    await zoe.fill(name="Tuesday again", size="2", rhythm="w1", day="1", time="9:00")
    ada, bo, cy, dee, _eve = await joined(village, "Ada", "Bo", "Cy", "Dee", "Eve")
    async with village.app.store.unit() as unit:
        for one in (ada, bo):
            await unit.use(Participations, await village.community()).prefer(one.member.id, every=7, languages=())
    await goes(village, NOTICE)
    await dee.press("Skip this one", place="dm")
    await goes(village, MATCH)
    assert "Tuesday again" in newest(zoe, PREVIEW)
    await zoe.press("Cancel this round", place="dm")
    await goes(village, SENT)
    assert [said(one, NO_ROUND) for one in (ada, bo, cy, dee)] == [1, 1, 1, 0]
    assert [said(one, BUSY) for one in (ada, bo)] == [0, 0]


async def test_who_was_in_another_round_is_thought_of_again_when_this_one_is_mixed(village: Village) -> None:
    zoe = await animator(village)
    await zoe.press("New programme")
    await zoe.fill(name="Tuesday again", size="2", rhythm="w1", day="1", time="9:00")
    people = await joined(village, "Ada", "Bo", "Cy", "Dee")
    for often in (7, 0):
        async with village.app.store.unit() as unit:
            for one in people[:2]:
                await unit.use(Participations, await village.community()).prefer(one.member.id, every=often, languages=())
        if often:
            await matched(village)
            assert "1 meeting." in newest(zoe, PREVIEW)
    await zoe.press("Mix again", place="dm")
    await goes(village, "2026-12-01T08:05")
    assert "2 meetings." in newest(zoe, PREVIEW)
    await goes(village, SENT)
    assert [said(one, BUSY) for one in people] == [0, 0, 0, 0]


async def test_who_wants_fewer_meetings_since_they_were_matched_in_two_is_told(village: Village) -> None:
    zoe = await animator(village)
    await zoe.press("New programme")
    await zoe.fill(name="Tuesday again", size="2", rhythm="w1", day="1", time="9:00")
    people = await joined(village, "Ada", "Bo")
    await matched(village)
    async with village.app.store.unit() as unit:
        for one in people:
            await unit.use(Participations, await village.community()).prefer(one.member.id, every=28, languages=())
    await goes(village, "2026-12-01T11:00")
    assert met(*people) == [1, 1]
    assert [said(one, BUSY) for one in people] == [1, 1]


async def test_who_is_no_longer_whom_a_programme_is_for_is_told(village: Village) -> None:
    zoe = await animator(village)
    await zoe.press("Who with whom")
    await zoe.fill(pool="word", value="craft", trade="any", odd="trio", hours="1")
    ada, bo, cy = await joined(village, "Ada", "Bo", "Cy")
    await goes(village, NOTICE)
    async with village.app.store.unit() as unit:
        changed = Introduction("independent", "letters", locale="en")
        await unit.use(Profiles, await village.community()).introduce(cy.member.id, changed, village.clock.now())
    await goes(village, MATCH)
    await goes(village, SENT)
    line = "“Tuesday pairs” is for some members only, and by your profile of now you are not among them."
    assert [said(one, line) for one in (ada, bo, cy)] == [0, 0, 1]
    assert met(ada, bo, cy) == [1, 1, 0]


async def test_a_skip_while_the_engine_thinks_is_a_skip(village: Village, monkeypatch: pytest.MonkeyPatch) -> None:
    zoe = await animator(village)
    await groups_of_two(zoe)
    people = await joined(village, "Ada", "Bo", "Cy", "Dee")
    ada = people[0]
    await goes(village, NOTICE)
    while_thinking(monkeypatch, lambda: ada.press("Skip this one", place="dm"))
    await goes(village, MATCH)
    assert "Not this time" in ada.reads("dm")[-1]
    preview = newest(zoe, PREVIEW)
    assert "Ada" not in preview
    assert "1 meeting." in preview
    await goes(village, SENT)
    assert sorted(met(*people)) == [0, 0, 1, 1]
    assert [said(one, "Your meeting does not work out") for one in people] == [0, 0, 0, 0]


async def test_in_after_all_is_true_where_a_meeting_is_made(village: Village) -> None:
    await animator(village)
    ada, bo = await joined(village, "Ada", "Bo")
    await goes(village, NOTICE)
    late, come = ada.find("I’m in", place="dm")
    await goes(village, MATCH)
    number, place = await newest_round(village, ada)
    assert place.part is Part.MATCHED
    async with village.app.store.unit() as unit:
        await unit.use(Rounds, await village.community()).answer(number, ada.member.id, Answer.SKIP)
    assert "You are in" in await ada.press_again(late, come)
    await goes(village, SENT)
    assert met(ada, bo) == [1, 1]


# ---------------------------------------------------------------- nobody met


async def test_animators_are_told_of_a_round_in_which_nobody_meets(village: Village) -> None:
    zoe = await animator(village)
    (ada,) = await joined(village, "Ada")
    await matched(village)
    await goes(village, SENT)
    assert said(ada, "Nobody for you this time") == 1
    assert said(zoe, "No meeting on Tuesday, December 1, 2026") == 1
    told = newest(zoe, "No meeting on Tuesday")
    assert "1 member" in told
    assert "Tuesday, December 8" in told


async def test_animators_are_told_where_everybody_skipped_since_they_were_matched(village: Village) -> None:
    zoe = await animator(village)
    people = await joined(village, "Ada", "Bo")
    await matched(village)
    for one in people:
        await one.press("Skip this one", place="dm")
    await goes(village, SENT)
    assert said(zoe, "No meeting on Tuesday, December 1, 2026") == 1
    assert "skipped it, left it, or has a meeting elsewhere" in newest(zoe, "No meeting on Tuesday")
    assert said(zoe, PREVIEW) == said(zoe, "These meetings went out.") == 0
