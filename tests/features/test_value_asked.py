"""Three months: was it what I expected? Two months without anything: what is missing, and what the animators see of it."""

from __future__ import annotations

import datetime as dt

import pytest

from bot.model import Member
from bot.notices import MessagePreference
from commands.value import missing
from storage.budget import Budget
from storage.expectations import Came, Expectations
from storage.gaps import Gap, Gaps, State
from storage.outcomes import Value
from storage.people import Members
from storage.profiles import Introduction, Profiles
from tests.features.village import Village, Villager

MONTHS = "Three months here"
NOTHING = "What is missing?"


async def _expects(village: Village, somebody: Villager, *kinds: str) -> None:
    """Let somebody have introduced themselves today, expecting these."""
    async with village.app.store.unit() as unit:
        profiles = unit.use(Profiles, await village.community())
        await profiles.introduce(somebody.member.id, Introduction("independent", "Translation", expects=kinds), village.clock.now())


async def _lives(village: Village, days: int) -> None:
    """Let days pass, and what waits for a morning go out."""
    await village.passes(days=days)
    await village.passes(hours=7)
    await village.passes(hours=16)


async def _gaps(village: Village) -> list[Gap]:
    async with village.app.store.unit(write=False) as unit:
        return list(await unit.use(Gaps, await village.community()).for_animators(village.clock.now()))


async def _prefers(village: Village, member: Member, chosen: MessagePreference) -> None:
    async with village.app.store.unit() as unit:
        await unit.use(Budget, await village.community()).choose(member.id, chosen)


async def _notes(somebody: Villager) -> None:
    await somebody.command("value")
    await somebody.press("Say what I gained")
    await somebody.fill(gain="skill", what="a better quote", band="")


def _times(somebody: Villager, words: str) -> int:
    return sum(words in read for read in somebody.reads("dm"))


# ---------------------------------------------------------------- three months


async def test_after_three_months_somebody_is_asked_once(village: Village, ada: Villager) -> None:
    await _expects(village, ada, "economic", "support")
    await _notes(ada)  # else they are asked what is missing first
    await village.passes(days=45)
    await _notes(ada)
    await _lives(village, 44)
    assert _times(ada, MONTHS) == 0
    await _lives(village, 1)
    assert _times(ada, MONTHS) == 1
    assert "you expected first: Finding business and Having support." in ada.reads("dm")[-1]

    await ada.press("Answer")
    assert ada.form is not None
    assert [field.name for field in ada.form.form.fields] == ["economic", "support", "skill", "reputation"]
    assert "Noted, thank you." in await ada.fill(economic="met", support="partly", skill="", reputation="none")
    told = await ada.command("value")
    assert "I expected: Finding business (nothing noted yet). Did it come true? Yes." in told
    assert "I expected: Having support (nothing noted yet). Did it come true? Partly." in told

    await _lives(village, 25)
    assert _times(ada, MONTHS) == 1


async def test_what_was_expected_is_beside_what_came(village: Village, ada: Villager) -> None:
    await _expects(village, ada, "skill", "economic")
    await _notes(ada)
    told = await ada.command("value")
    assert "I expected first: Getting better at my work (met, 1 time)." in told
    assert "I expected first: Finding business (nothing noted yet)." in told


async def test_it_can_be_said_at_any_time_and_changed(village: Village, ada: Villager) -> None:
    await _expects(village, ada, "economic")
    await ada.command("value")
    await ada.press("Was it what I expected?")
    await ada.fill(economic="not", support="met", skill="", reputation="")
    await ada.command("value")
    await ada.press("Was it what I expected?")
    await ada.fill(economic="met", support="none", skill="", reputation="")
    told = await ada.command("value")
    assert "Did it come true? Yes." in told
    assert "Having support" not in told


async def test_whoever_has_had_enough_messages_that_week_is_asked_later(village: Village, ada: Villager) -> None:
    await _expects(village, ada, "economic")
    await village.passes(days=31)
    await _notes(ada)
    await _prefers(village, ada.member, MessagePreference(weekly=0))
    await _lives(village, 60)
    assert _times(ada, MONTHS) == 0
    await _prefers(village, ada.member, MessagePreference())
    await _lives(village, 1)
    assert _times(ada, MONTHS) == 1


async def test_how_often_expectations_come_true_is_told_of_five_at_least(village: Village) -> None:
    community, people = await village.community(), [(await village.person(f"Dana{number}")).member for number in range(5)]
    async with village.app.store.unit() as unit:
        expectations = unit.use(Expectations, community)
        for number, person in enumerate(people):
            assert await expectations.by_kind() == {}
            await expectations.say(person.id, {Value.SKILL: Came.MET if number else Came.NOT}, village.clock.now())
        assert await expectations.by_kind() == {Value.SKILL: {Came.MET: 4, Came.NOT: 1}}


# ---------------------------------------------------------------- nothing came


async def test_nobody_is_asked_before_two_months_or_where_something_came(village: Village, ada: Villager, basile: Villager) -> None:
    await _lives(village, 30)
    await _notes(ada)
    await _lives(village, 27)
    assert _times(basile, NOTHING) == 0
    await _lives(village, 5)
    assert _times(basile, NOTHING) == 1
    assert _times(ada, NOTHING) == 0


async def test_animators_see_a_silence_only_a_week_after_the_question(village: Village, ada: Villager) -> None:
    await _lives(village, 63)
    assert _times(ada, NOTHING) == 1
    assert await _gaps(village) == []
    await village.passes(days=7)
    (gap,) = await _gaps(village)
    assert (gap.member.id, gap.state, gap.kind, gap.told) == (ada.member.id, State.ASKED, None, False)
    await _notes(ada)
    assert await _gaps(village) == []


async def test_an_answer_is_the_members_until_they_let_the_animators_know(village: Village, ada: Villager) -> None:
    await _lives(village, 63)
    told = await ada.press("Becoming known")
    assert "May the animators know that it is you?" in told
    assert await _gaps(village) == []
    message, yes = ada.find("Yes, they may know")
    assert "in totals only" in await ada.press("No, in totals only")
    await village.passes(days=10)
    assert await _gaps(village) == []
    await ada.press_again(message, yes)
    (gap,) = await _gaps(village)
    assert (gap.state, gap.kind, gap.told) == (State.MISSING, Value.REPUTATION, True)


async def test_what_is_missing_is_told_of_five_at_least(village: Village) -> None:
    community, now = await village.community(), village.clock.now()
    people = [(await village.person(f"Dana{number}")).member for number in range(5)]
    async with village.app.store.unit() as unit:
        gaps = unit.use(Gaps, community)
        for person in people:
            assert await gaps.missing(now - dt.timedelta(days=1)) == {}
            gap = await gaps.ask(person.id, now)
            await gaps.answer(gap, State.MISSING, now, kind=Value.ECONOMIC)
        assert await gaps.missing(now - dt.timedelta(days=1)) == {Value.ECONOMIC: 5}


@pytest.mark.parametrize("label", ["I have what I need", "Not interested"])
async def test_whoever_needs_nothing_is_shown_to_nobody(village: Village, ada: Villager, label: str) -> None:
    await _lives(village, 63)
    assert "obody is told" in await ada.press(label)
    await village.passes(days=30)
    assert await _gaps(village) == []
    await _lives(village, 160)
    assert _times(ada, NOTHING) == (1 if label == "I have what I need" else 0)


async def test_a_word_with_an_animator(village: Village, ada: Villager) -> None:
    alex = await village.person("Alex")
    eve = await village.person("Eve")
    async with village.app.store.unit() as unit:
        for somebody in (alex, eve):
            await unit.use(Members, await village.community()).appoint(somebody.member.id, animator=True)
    await _lives(village, 63)
    assert "I have told the animators" in await ada.press("Talk to the animator")
    await village.passes(hours=23)
    assert "Ada would like a word with you" in alex.reads("dm")[-1]
    message, again = eve.find("Open a conversation")
    assert (await _gaps(village))[0].state is State.TALK

    await alex.press("Open a conversation")
    assert "Alex is listening" in ada.reads("group")[-1]
    assert "Alex has opened a conversation" in eve.reads("dm")[-1]
    assert "Somebody has opened it already" in await eve.press_again(message, again)
    assert await _gaps(village) == []


async def test_only_so_many_are_asked_in_a_day(village: Village, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(missing, "DAILY", 2)
    people = [await village.person(f"Dana{number}", "Drawing") for number in range(3)]
    await village.passes(hours=1)
    await village.passes(days=60)
    async with village.app.store.unit(write=False) as unit:
        assert await unit.use(Gaps, await village.community()).asked_since(village.clock.now() - dt.timedelta(hours=1)) == 2
    await _lives(village, 2)
    assert [_times(person, NOTHING) for person in people] == [1, 1, 1]


async def test_a_question_answered_by_somebody_else_changes_nothing(village: Village, ada: Villager, basile: Villager) -> None:
    await _lives(village, 63)
    _message, action = ada.find("Becoming known")
    assert "no longer open" in await basile.press_again(basile.sees()[-1], action)
    await village.passes(days=7)
    assert {gap.state for gap in await _gaps(village)} == {State.ASKED}
