"""What members answer to a round, early, late or twice: true for them, and for whoever they were to meet."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from bot.i18n import _, plain
from storage.meeting import Progress
from storage.meetings import Meetings
from storage.participation import Participations, State
from storage.programmes import Programmes
from storage.round import Answer, Part, Place, Stage
from storage.rounds import Rounds
from tests.features.test_rounds import animator, goes, joined, newest, said
from tests.features.village import Village, Villager

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence
    from pathlib import Path


@pytest.fixture
async def village(tmp_path: Path, database_url: str) -> AsyncIterator[Village]:
    place = Village(tmp_path, database_url)
    await place.open()
    yield place
    await place.close()


async def newest_round(village: Village, one: Villager, **changes: object) -> tuple[int, Place]:
    """Return the number of the newest round of the first programme, and somebody's place in it; change the round."""
    community = await village.community()
    async with village.app.store.unit() as unit:
        first = (await unit.use(Programmes, community).all())[0]
        rounds = unit.use(Rounds, community)
        this = (await rounds.latest(first.id))[0]
        if changes:
            await rounds.move(this.id, **changes)
        place = await rounds.place(this.id, one.member.id)
        assert place is not None
        return this.id, place


async def proposed_times(village: Village, one: Villager) -> Sequence[dt.datetime]:
    """Return the times of somebody's meeting."""
    async with village.app.store.unit(write=False) as unit:
        return (await unit.use(Meetings, await village.community()).with_member(one.member.id, Progress.SENT))[0].slots


async def test_i_am_in_is_true_before_and_after_the_meetings_are_made(village: Village) -> None:
    zoe = await animator(village)
    await zoe.press("New programme")
    await zoe.fill(name="Monthly fours", size="4", rhythm="ml", day="0", time="9:00")
    ada, bo, cy, dee = await joined(village, "Ada", "Bo", "Cy", "Dee")
    await goes(village, "2026-11-30T08:00")
    await cy.press("Skip this one", place="dm")
    notice, come = ada.find("I’m in", place="dm")
    await ada.command("meet")
    await ada.press("Without me")
    assert "You are in" in await ada.press_again(notice, come)
    late, come_late = bo.find("I’m in", place="dm")
    skip, come_back = cy.find("I’m in after all", place="dm")

    await goes(village, "2026-12-01T08:00")
    assert "Ada" in newest(zoe, "the meetings of Tuesday"), "she is in, as she was told"
    assert "You are in" in await bo.press_again(late, come_late)
    assert (await newest_round(village, bo))[1].heard, "it is a word: silence pauses"
    assert "made already" in await cy.press_again(skip, come_back)
    await goes(village, "2026-12-01T10:00")
    assert "You are in" in await bo.press_again(late, come_late)
    assert cy.reads("group") == []
    assert [len(one.reads("group")) for one in (ada, bo, dee)] == [1, 1, 1]


async def test_a_skip_frees_the_other_while_meetings_go_out_and_being_back_takes_it_back(village: Village) -> None:
    await animator(village)
    ada, bo = await joined(village, "Ada", "Bo")
    await goes(village, "2026-11-30T08:00")
    notice, skip = bo.find("Skip this one", place="dm")
    await bo.command("meet", do="snooze")
    await bo.fill(until=dt.date(2026, 11, 30) + dt.timedelta(days=1))
    rest, back = bo.find("I’m back")
    await bo.press_again(rest, back)
    await goes(village, "2026-12-01T08:00")
    await goes(village, "2026-12-01T10:00")
    assert len(ada.reads("group")) == 1
    await newest_round(village, ada, stage=Stage.SENDING, next_at=village.clock.now() + dt.timedelta(hours=1))
    assert "Not this time" in await bo.press_again(notice, skip)
    assert said(ada, "Your meeting does not work out") == 1
    assert "A round is under way" not in await bo.press_again(rest, back), "they take part already: the skip stays"
    assert (await newest_round(village, bo))[1].part is Part.GONE

    await bo.command("meet", do="leave")
    assert "A round is under way" in await bo.command("meet", do="join")
    assert (await newest_round(village, bo))[1].answer is Answer.IN
    cy, dee = await joined(village, "Cy", "Dee")
    await goes(village, "2026-12-01T11:30")
    assert [len(one.reads("group")) for one in (ada, bo, cy, dee)] == [2, 2, 1, 1]
    assert [said(one, "Your meeting does not work out") for one in (ada, bo, cy, dee)] == [1, 0, 0, 0]


async def test_who_leaves_before_the_meetings_go_out_and_is_back_has_one_meeting(village: Village) -> None:
    await animator(village)
    ada, bo, cy = await joined(village, "Ada", "Bo", "Cy")
    await goes(village, "2026-11-30T08:00")
    await goes(village, "2026-12-01T08:00")
    await ada.command("meet", do="leave")
    await ada.command("meet", do="join")
    assert (await newest_round(village, ada))[1].part is Part.MATCHED
    await goes(village, "2026-12-01T10:00")
    assert [len(one.reads("group")) for one in (ada, bo, cy)] == [1, 1, 1]


async def test_a_time_that_is_past_is_not_agreed_and_a_meeting_that_was_is_not_undone(village: Village) -> None:
    await animator(village)
    ada, bo = await joined(village, "Ada", "Bo")
    await goes(village, "2026-11-30T08:00")
    notice, skip = bo.find("Skip this one", place="dm")
    await goes(village, "2026-12-01T08:00")
    await goes(village, "2026-12-01T10:00")
    first, second, _third = await proposed_times(village, ada)
    message, choose = bo.find("It’s this time", place="group")
    village.clock.set(first)
    assert await bo.press_again(message, choose) == "This time is past."
    assert "Other times" in bo.buttons()
    assert "it is" in await bo.press("It’s this time", place="group", number=1)
    village.clock.set(second)
    assert (await bo.press_again(notice, skip)).startswith("Did you meet?")
    await bo.command("meet", do="snooze")
    await bo.fill(until=second.date() + dt.timedelta(days=40))
    await bo.command("meet", do="leave")
    assert said(ada, "does not work out") == 0, "it took place"
    await ada.command("meet")
    await ada.press("How did it go?")
    assert (await ada.press("We met")).startswith("Good to hear")
    await ada.press("Rather not again")
    assert "Not with Bo" in ada.buttons()


async def test_how_often_somebody_wants_to_meet_holds_over_all_programmes(village: Village) -> None:
    zoe = await animator(village)
    await zoe.press("New programme")
    await zoe.fill(name="Tuesday again", size="2", rhythm="w1", day="1", time="9:00")
    ada, bo, cy, dee = await joined(village, "Ada", "Bo", "Cy", "Dee")
    community = await village.community()
    async with village.app.store.unit() as unit:
        for one in (ada, bo):
            await unit.use(Participations, community).prefer(one.member.id, every=7, languages=())
    await goes(village, "2026-11-30T08:00")
    assert [said(one, "A meeting, Tuesday") for one in (ada, cy)] == [2, 2], "nobody knows yet in which of them they meet"
    await goes(village, "2026-12-01T08:00")
    await goes(village, "2026-12-01T11:00")
    assert [len(one.reads("group")) for one in (ada, bo, cy, dee)] == [1, 1, 2, 2]

    await goes(village, "2026-12-07T11:00")
    await goes(village, "2026-12-08T08:00")
    await goes(village, "2026-12-08T11:00")
    assert [len(one.reads("group")) for one in (ada, bo, cy, dee)] == [2, 2, 4, 4], "a week later"


async def test_who_freed_themselves_in_one_programme_meets_no_second_person_in_another(village: Village) -> None:
    """Two rounds on one day, and a meeting in the one that is sent: whoever waits in the other is not matched besides."""
    zoe = await animator(village)
    await zoe.press("New programme")
    await zoe.fill(name="Tuesday again", size="2", rhythm="w1", day="1", time="9:00")
    ada, bo, cy = await joined(village, "Ada", "Bo", "Cy")
    community = await village.community()
    await goes(village, "2026-11-30T08:00")
    await goes(village, "2026-12-01T08:00")
    async with village.app.store.unit() as unit:
        for one in (ada, bo, cy):  # they chose it since they were matched in both
            await unit.use(Participations, community).prefer(one.member.id, every=28, languages=())
    await goes(village, "2026-12-01T11:00")
    await goes(village, "2026-12-01T12:00")
    assert [len(one.reads("group")) for one in (ada, bo, cy)] == [1, 1, 1]


async def test_a_wish_among_three_takes_nobody_elses_meeting_away(village: Village) -> None:
    zoe = await animator(village)
    ada, bo, cy = await joined(village, "Ada", "Bo", "Cy")
    await goes(village, "2026-11-30T08:00")
    await goes(village, "2026-12-01T08:00")
    assert "1 meeting." in newest(zoe, "the meetings of Tuesday")
    community = await village.community()
    async with village.app.store.unit() as unit:
        await unit.use(Participations, community).exclude(ada.member.id, bo.member.id, village.clock.now())
    await goes(village, "2026-12-01T11:00")
    assert [len(one.reads("group")) for one in (ada, bo, cy)] == [0, 1, 1]
    assert "Ada" not in bo.reads("group")[0]
    assert [said(one, "Your meeting does not work out") for one in (ada, bo, cy)] == [1, 0, 0], (
        "they look for somebody else for her"
    )

    async with village.app.store.unit() as unit:
        await unit.use(Participations, community).exclude(bo.member.id, cy.member.id, village.clock.now())
    await goes(village, "2026-12-02T11:00")
    assert [len(one.reads("group")) for one in (bo, cy)] == [1, 1], "one that is under way goes on"
    assert len(await proposed_times(village, cy)) == 3


async def test_two_who_were_put_together_are_not_the_next_time_though_nobody_said_they_met(village: Village) -> None:
    zoe = await animator(village)
    people = await joined(village, "Ada", "Bo", "Cy", "Dee")
    pairs: list[frozenset[str]] = []
    for monday, tuesday in (("2026-11-30", "2026-12-01"), ("2026-12-07", "2026-12-08"), ("2026-12-14", "2026-12-15")):
        await goes(village, f"{monday}T11:00")
        await goes(village, f"{tuesday}T08:00")
        await goes(village, f"{tuesday}T11:00")
        async with village.app.store.unit() as unit:
            stored = unit.use(Meetings, await village.community())
            for one in people:
                await unit.use(Participations, await village.community()).heard(one.member.id)
            newest_one = [(await stored.with_member(one.member.id, Progress.SENT))[0] for one in people]
        pairs += {frozenset(member.name for member in meeting.members) for meeting in newest_one}
    assert len(set(pairs)) == 6
    assert zoe


async def test_who_is_paused_can_leave_or_rest(village: Village) -> None:
    ada, bo = await joined(village, "Ada", "Bo")
    community = await village.community()
    async with village.app.store.unit() as unit:
        for one in (ada, bo):
            assert await unit.use(Participations, community).leave(one.member.id, State.PAUSED)
    assert "I leave you in peace" in await ada.command("meet")
    await ada.press("Leave the meetings")
    await ada.command("meet")
    assert "Join the meetings" in ada.buttons()
    async with village.app.store.unit() as unit:
        assert not await unit.use(Participations, community).leave(ada.member.id, State.PAUSED), "who left is not paused"
    await bo.command("meet", do="snooze")
    await bo.fill(until=dt.date(2026, 12, 24))
    assert "You rest until Thursday, December 24, 2026" in await bo.command("meet")


def test_french_says_it_as_one_does() -> None:
    said_in_french = [plain(words, "fr") for words in (_("I’m in"), _("Rather not again"), _("All themes"))]
    assert said_in_french == ["Je participe", "Plutôt plus ensemble", "Tous"]
