"""Circles of peers, lived through by their members: formed, asked, read together, carried over."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from adapters.sandbox.acts import words_of
from bot.retention import Retention
from storage.circle import State
from storage.circles import Circles
from storage.outcomes import Outcomes, Subject
from storage.people import Members
from tests.features.village import Village, Villager

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path


@pytest.fixture
async def village(tmp_path: Path, database_url: str) -> AsyncIterator[Village]:
    place = Village(tmp_path, database_url)
    await place.open()
    yield place
    await place.close()


async def goes(village: Village, to: str) -> None:
    """Go to an instant of UTC, and let the bot look at what is due, twice: what waits for the next minute too."""
    village.clock.set(dt.datetime.fromisoformat(f"{to}:00+00:00"))
    for _minute in range(2):
        await village.passes(minutes=1)


async def circle(village: Village, *names: str, name: str = "Makers", time: str = "9:00", day: str = "0") -> list[Villager]:
    """Let people be there who are in a circle that has begun, or begins with the third of them."""
    first, *others = [await village.person(one, f"{one}’s craft") for one in names]
    await first.command("circle", do="start")
    await first.fill(name=name, rhythm="1", day=day, time=time, door="open")
    assert first.told.startswith(f"{name}\nIt is there. Invite somebody")
    for other in others:
        await other.command("circle", do="find")
        assert (await other.press("Come in")).startswith(f"You are in “{name}”")
    return [first, *others]


async def answers(one: Villager, happened: str, ahead: str = "", hand: str = "") -> str:
    """Answer the newest questions."""
    await one.press("Answer", place="dm")
    return await one.fill(happened=happened, ahead=ahead, hand=hand)


def said(one: Villager, words: str, place: str = "dm") -> int:
    """Count the messages that hold these words."""
    return sum(words in message for message in (talk(one) if place == "group" else one.reads(place)))


def talk(one: Villager) -> list[str]:
    """Return what somebody reads in conversations of several, threads included, oldest first."""
    workspace = one.village.adapter.workspace
    found = [message for root in one.sees("group") for message in (root, *workspace.thread(root.id, one.id))]
    return [words_of(message) for message in sorted(found, key=lambda message: message.number)]


async def test_a_circle_from_its_first_member_to_its_second_week(village: Village) -> None:
    ada, bo, cy = await circle(village, "Ada", "Bo", "Cy")
    dan = await village.person("Dan", "walls")
    (opening,) = talk(ada)
    assert talk(cy) == [opening]
    assert "Ada, Bo, and Cy: this is your circle’s conversation." in opening
    assert "every week on Monday" in opening

    await goes(village, "2026-11-30T08:00")  # Monday at nine in Paris
    for one in (ada, bo, cy):
        assert said(one, "How is it going?") == 1
    assert said(dan, "How is it going?") == 0
    assert "Three questions wait for you" in await ada.command("circle")

    told = await answers(ada, "Wrote to three clients.", "Call the fourth on *Tuesday*", "A second look at my quote")
    assert "Your circle reads it when all are in" in told
    assert "Ada answered" not in "".join(bo.reads())
    await answers(bo, "Slept well at last.")
    assert len(talk(ada)) == 1, "not before all are in"
    await cy.press("Answer", place="dm")
    told = await cy.fill(happened="Sold a print.", ahead="Frame the next", hand="")
    assert "All answers are in" in told

    (_opening, together) = talk(ada)
    assert talk(bo)[-1] == together
    assert "Makers: Monday, November 30, 2026" in together
    assert "Ada Wrote to three clients.\nNext: Call the fourth on *Tuesday*\nA hand needed: A second look at my quote" in together
    assert "Bo Slept well at last." in together
    assert said(dan, "Slept well", "group") == 0

    await goes(village, "2026-12-07T08:00")
    question = [words for words in ada.reads("dm") if words.startswith("How is it going?")][-1]
    assert "Call the fourth on *Tuesday*" in question
    await ada.press("Answer", place="dm")
    assert ada.form is not None
    assert "Call the fourth on *Tuesday*" in str(ada.form.form.fields[0].hint)
    told = await ada.fill(happened="No answer yet.", ahead="", hand="")
    assert "Call the fourth on *Tuesday*" in told, "carried over word for word"
    await cy.press("Answer", place="dm")
    await cy.fill(happened="Framed.", ahead="Hang it", hand="")
    kept = await cy.press("I kept my commitment")
    assert "Kept, for you alone: “Frame the next”" in kept
    await cy.command("circle")
    assert "“Frame the next” Kept." in await cy.press("My commitments")
    assert "Kept" not in "".join(ada.reads())


async def test_a_need_becomes_a_request_with_its_words(village: Village) -> None:
    ada, bo, _cy = await circle(village, "Ada", "Bo", "Cy")
    await village.person("Eve", "bookkeeping")
    await goes(village, "2026-11-30T08:00")
    await answers(ada, "Fine.", hand="somebody for bookkeeping")
    await ada.press("Make it a request")
    assert ada.form is not None
    (need,) = ada.form.form.fields
    assert getattr(need, "initial", "") == "somebody for bookkeeping"
    told = await ada.fill(need="somebody for bookkeeping, in French")
    assert "Eve" in told
    message, action = ada.find("Make it a request")
    await ada.command("circle")
    await ada.press("Close the circle")
    await ada.press_again(message, action)
    assert ada.form is not None, "they still need it when the circle is no more"
    assert "You named no hand you need." in await bo.press_again(bo.sees()[-1], action)


async def test_one_nudge_and_the_answers_there_are_at_the_deadline(village: Village) -> None:
    ada, bo, cy = await circle(village, "Ada", "Bo", "Cy")
    await goes(village, "2026-11-30T08:00")
    await answers(ada, "Wrote.")
    await goes(village, "2026-12-02T08:00")
    assert said(bo, "I do not ask again.") == 1
    assert said(cy, "I do not ask again.") == 1
    assert said(ada, "I do not ask again.") == 0
    await goes(village, "2026-12-02T12:00")
    assert said(bo, "I do not ask again.") == 1
    assert "Not this time" not in bo.told
    assert "not this time" in await bo.press("Skip this one", place="dm")
    assert len(talk(ada)) == 1
    await goes(village, "2026-12-03T08:00")
    assert "Ada Wrote." in talk(ada)[-1]
    assert "Bo" not in talk(ada)[-1].replace("Ada Wrote.", ""), "nobody who missed it is named"
    assert said(cy, "I do not ask again.") == 1

    await cy.press("Answer", place="dm")  # a little later: their circle reads it all the same
    await cy.fill(happened="Late but well.", ahead="", hand="")
    assert "your circle reads it now" in cy.told
    assert "a little later" in talk(ada)[-1]
    await goes(village, "2026-12-07T08:00")
    old, action = ada.find("Change my answer", "dm")
    assert "these questions are over" in await ada.press_again(old, action)


async def test_a_week_in_which_nobody_answers_is_followed_by_silence(village: Village) -> None:
    ada, bo, cy = await circle(village, "Ada", "Bo", "Cy")
    await goes(village, "2026-11-30T08:00")
    await goes(village, "2026-12-02T08:00")
    await goes(village, "2026-12-03T08:00")
    await goes(village, "2026-12-04T08:00")
    for one in (ada, bo, cy):
        assert len(talk(one)) == 1
        assert said(one, "I do not ask again.") == 1
    await goes(village, "2026-12-07T08:00")
    assert said(ada, "How is it going?") == 2


async def test_the_week_is_shown_once_when_two_answer_and_press_twice(village: Village) -> None:
    ada, bo, cy = await circle(village, "Ada", "Bo", "Cy")
    await goes(village, "2026-11-30T08:00")
    await answers(ada, "One.")
    await ada.press("Change my answer")
    await ada.fill(happened="One, better said.", ahead="", hand="")
    message, skip = cy.find("Skip this one", "dm")
    await answers(bo, "Two.")
    await cy.press_again(message, skip)
    await cy.press_again(message, skip)
    await village.restart()
    await goes(village, "2026-12-03T08:00")
    assert said(ada, "One, better said.", "group") == 1
    await ada.press("Change my answer")
    await ada.fill(happened="One, at last.", ahead="", hand="")
    assert said(bo, "One, at last.", "group") == 1
    assert said(bo, "One, better said.", "group") == 0


async def test_whoever_rests_is_not_waited_for_and_reads_the_others(village: Village) -> None:
    ada, bo, cy = await circle(village, "Ada", "Bo", "Cy")
    await goes(village, "2026-11-30T08:00")
    await cy.press("Rest until…", place="dm")
    await cy.fill(until=dt.date(2026, 11, 30))
    assert cy.errors
    await cy.press("Rest until…", place="dm")
    await cy.fill(until=dt.date(2026, 12, 14))
    assert "asks you nothing before" in cy.told
    await answers(ada, "One.")
    await answers(bo, "Two.")
    assert said(cy, "Two.", "group") == 1
    await goes(village, "2026-12-07T08:00")
    assert said(cy, "How is it going?") == 1
    assert "You rest until" in await cy.command("circle")
    village.clock.set(dt.datetime(2026, 12, 14, 6, tzinfo=dt.UTC))
    assert "You rest until" not in await cy.command("circle"), "the day has come"
    await goes(village, "2026-12-14T08:00")
    assert said(cy, "How is it going?") == 2


async def test_whoever_leaves_mid_week_takes_what_was_not_shown_and_reads_no_more(village: Village) -> None:
    ada, bo, cy, dan = await circle(village, "Ada", "Bo", "Cy", "Dan")
    everybody = (ada, bo, cy, dan)
    await goes(village, "2026-11-30T08:00")
    for one in everybody:
        await answers(one, f"{one.name} was here.")
    assert said(dan, "Ada was here.", "group") == 1, "in a conversation with all four"
    await goes(village, "2026-12-07T08:00")
    await answers(dan, "A secret of mine.")
    await dan.command("circle")
    assert (await dan.press("Leave the circle")).startswith("You are no longer in “Makers”.")
    assert "You are not in this circle." in await dan.press("Change my answer")
    await answers(ada, "One.")
    await answers(bo, "Two.")
    await answers(cy, "Three.")
    assert said(ada, "secret", "group") == 0
    assert said(ada, "Dan: no longer in it.", "group") == 1
    assert said(ada, "Three.", "group") == 1
    assert said(dan, "Three.", "group") == 0, "in a new conversation, without whoever left"
    await goes(village, "2026-12-14T08:00")
    assert said(dan, "How is it going?") == 0, "the earlier ones say that they are answered"


async def test_whoever_leaves_the_community_is_not_waited_for(village: Village) -> None:
    ada, bo, cy, dan = await circle(village, "Ada", "Bo", "Cy", "Dan")
    await goes(village, "2026-11-30T08:00")
    await answers(ada, "One.")
    await answers(bo, "Two.")
    await answers(cy, "Three.")
    await dan.leave()
    assert said(ada, "Three.", "group") == 1


async def test_whoever_comes_in_mid_week_is_asked_the_next_time_and_reads_from_then_on(village: Village) -> None:
    ada, bo, cy = await circle(village, "Ada", "Bo", "Cy")
    await goes(village, "2026-11-30T08:00")
    message, action = ada.find("Answer", "dm")
    eve = await village.person("Eve", "music")
    await eve.command("circle", do="find")
    assert "Your first questions" in await eve.press("Come in")
    assert said(ada, "Eve is with you from the next questions on.", "group") == 1
    del message
    outcome = await village.acts.press(eve.id, eve.sees()[-1].id, action)
    assert "asked before you came in" in str(outcome.messages[-1].card)
    for one, words in ((ada, "One."), (bo, "Two."), (cy, "Three.")):
        await answers(one, words)
    assert said(ada, "Three.", "group") == 1
    assert said(eve, "Three.", "group") == 0
    await goes(village, "2026-12-07T08:00")
    assert said(eve, "How is it going?") == 1
    for one, words in ((ada, "Four."), (bo, "Five."), (cy, "Six."), (eve, "Seven.")):
        await answers(one, words)
    assert said(eve, "Four.", "group") == 1
    assert said(ada, "Seven.", "group") == 1


async def test_words_are_taken_back(village: Village) -> None:
    ada, bo, cy, dan = await circle(village, "Ada", "Bo", "Cy", "Dan")
    await goes(village, "2026-11-30T08:00")
    for one, words in ((ada, "One."), (bo, "Two."), (cy, "Three."), (dan, "Something I regret.")):
        await answers(one, words)
    assert said(ada, "Something I regret.", "group") == 1
    await dan.command("circle")
    await dan.press("Leave the circle")
    assert "Your words are taken back." in await dan.press("Take my words back")
    assert said(ada, "Something I regret.", "group") == 0
    assert said(ada, "Three.", "group") == 1


async def test_what_the_circle_gave_is_asked_every_eighth_week(village: Village) -> None:
    ada, bo, cy = await circle(village, "Ada", "Bo", "Cy")
    monday = dt.date(2026, 11, 30)
    for week in range(8):
        await goes(village, f"{monday + dt.timedelta(days=7 * week)}T08:00")
        for one in (ada, bo, cy):
            await answers(one, f"Week {week}.")
        assert said(ada, "What did your circle give you?") == (week == 7)
    await ada.press("Say what it brought", place="dm")
    await ada.fill(giver=str(bo.member.id), gain="support")
    assert "to the credit of Bo" in ada.told
    community = await village.community()
    async with village.app.store.unit(write=False) as unit:
        (gained,) = await unit.use(Outcomes, community).gained(ada.member)
    assert (gained.subject, gained.giver and gained.giver.id) == (Subject.CIRCLE, bo.member.id)


async def test_old_questions_say_that_they_are_over_once_the_answers_are_forgotten(village: Village) -> None:
    ada, bo, cy = await circle(village, "Ada", "Bo", "Cy")
    await goes(village, "2026-11-30T08:00")
    for one in (ada, bo, cy):
        await answers(one, "Fine.")
    message, action = ada.find("Change my answer")
    village.clock.move(dt.timedelta(days=400))
    await Retention(village.config.retention, village.clock).sweep(village.app.store.retention)
    told = await ada.press_again(message, action)
    assert "These questions are over, and what was answered is kept no longer." in told


async def test_commitments_end_with_their_circle(village: Village) -> None:
    ada, bo, cy = await circle(village, "Ada", "Bo", "Cy")
    await goes(village, "2026-11-30T08:00")
    for one in (ada, bo, cy):
        await answers(one, "Fine.", f"{one.name}’s commitment")
    await ada.command("circle")
    await ada.press("Close the circle")
    async with village.app.store.unit(write=False) as unit:
        (closed,) = await unit.use(Circles, await village.community()).all(State.CLOSED)
    assert [peer.commitment for peer in closed.peers] == ["", "", ""]


async def appoint(village: Village, one: Villager) -> None:
    async with village.app.store.unit() as unit:
        await unit.use(Members, await village.community()).appoint(one.member.id, animator=True)
