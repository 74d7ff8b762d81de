"""Check-ins, lived through by those who are asked and by those who ask."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from bot.effects import Direct
from bot.notices import MessagePreference, Notice
from bot.ui import Card
from storage.budget import Budget, standings
from storage.checkin import Reads
from storage.checkins import Checkins
from storage.gaps import Gaps
from storage.gaps import State as Gap
from storage.outcomes import Value
from tests.features.checkins import PANEL, appointed, drafted, goes, joined, newest, said, started
from tests.features.village import Village

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path


@pytest.fixture
async def village(tmp_path: Path, database_url: str) -> AsyncIterator[Village]:
    place = Village(tmp_path, database_url)
    await place.open()
    yield place
    await place.close()


async def test_a_pulse_from_the_template_to_the_inbox(village: Village) -> None:
    zoe = await appointed(village)
    ada, bo = await joined(village, "Ada", "Bo")
    told = await drafted(zoe, "The pulse of the quarter", rhythm="once", date=dt.date(2026, 11, 24), at="09:00")
    assert "How are you these days?" in told
    assert "2 members" in told
    assert "Once: Tuesday, November 24, 2026" in told
    await zoe.press("Start it")
    assert "It has begun." in zoe.told
    await village.passes(minutes=1)
    assert said(ada, "Once a quarter") == 0, "not before the morning"

    await goes(village, "2026-11-24T08:00")
    asked = newest(ada, "Once a quarter")
    assert asked.splitlines()[1].startswith("You choose who reads your answer: Zoé; one member you pick; or nobody")
    assert "1. How are you these days?" in asked
    assert "Everyone here is asked." in asked
    assert "a 1 or a 2 to question 1 is shown to them at once" in asked
    assert said(zoe, "You choose who reads") == 0, "the animator does not write to herself"

    await ada.press("Answer")
    told = await ada.fill(reads="animators", q1="4", q2="3", q3=("0", "3"))
    assert "can be read by Zoé, and nobody else." in told
    assert "Done, thank you." in newest(ada, "The pulse")
    assert said(zoe, "Ada") == 0, "nothing urgent: it waits in the inbox"

    told = await zoe.command(PANEL)
    assert "1 answer waits for your care, 1 not read." in told
    told = await zoe.press("Inbox")
    assert "Ada" in told
    assert "not read" in told
    told = await zoe.press("Read")
    assert "4 of 5" in told
    assert "– Business, or a way to it\n– Company, and a bit of courage" in told
    await zoe.press("Cared for")
    told = await zoe.command(PANEL)
    assert "waits" not in told
    await bo.press("Not this time")
    assert bo.told == "Fine. Nobody is told, and nothing follows."
    await zoe.command(PANEL)
    told = await zoe.press("Look at it")
    assert "2 asked, 0 left out, 1 for you to read" in told


async def test_day_thirty_comes_on_the_thirtieth_morning_where_they_are_once(village: Village) -> None:
    zoe = await appointed(village)
    (early,) = await joined(village, "Early")
    await goes(village, "2026-12-01T10:00")
    (ada,) = await joined(village, "Ada", zone="Pacific/Auckland")
    told = await drafted(zoe, "A month here")
    assert "30 days after they joined, at 9:00" in told
    assert "2 members reach day 30 within 30 days" in told
    await zoe.press("Start it")
    await goes(village, "2026-12-22T08:00")
    await goes(village, "2026-12-23T09:30")
    assert said(early, "for a month") == 1, "thirty days after 23 November"
    for day in range(24, 31):
        await goes(village, f"2026-12-{day}T08:00")
    assert said(ada, "for a month") == 0
    await goes(village, "2026-12-30T20:00")  # nine on the 31st in Auckland, where they joined on 1 December at 23:00
    assert said(ada, "for a month") == 1
    assert "You joined 30 days ago." in newest(ada, "for a month")
    for day in ("2026-12-31T10:00", "2027-01-02T10:00", "2027-01-05T10:00"):
        await goes(village, day)
    assert (said(early, "for a month"), said(ada, "for a month")) == (1, 1)


async def test_those_left_out_are_listed_with_the_reason(village: Village) -> None:
    zoe = await appointed(village)
    ada, bo, cy, di, eve = await joined(village, "Ada", "Bo", "Cy", "Di", "Eve")
    await ada.command("checkin")
    await ada.press("No more check-ins")
    assert "You are not asked at the moment" in await ada.command("checkin")
    community = await village.community()
    async with village.app.store.unit() as unit:
        budget = unit.use(Budget, community)
        await budget.choose(bo.member.id, MessagePreference(digest=True))
        await budget.choose(cy.member.id, MessagePreference(weekly=0))
        told = [Direct(di.member.id, Card(body=f"Fits {number}"), notice=Notice.OPPORTUNITY) for number in range(3)]
        await unit.outbox.stage(community, told, village.clock.now())
    told = await drafted(zoe, "The pulse of the quarter", rhythm="once", date=dt.date(2026, 11, 24), at="09:00")
    assert "5 members, of whom 4 would be left out" in told
    told = await zoe.press("Who is in it")
    assert "Di is here; left out: had their unasked messages of this week" in told
    assert "Eve is here" in told
    await zoe.press("To the check-in")
    await zoe.press("Start it")
    await goes(village, "2026-11-24T08:00")
    assert [said(one, "Once a quarter") for one in (ada, bo, cy, di, eve)] == [0, 0, 0, 0, 1]
    await zoe.command(PANEL)
    assert "1 asked, 4 left out" in await zoe.press("Look at it")
    told = await zoe.press("Left out, and why")
    for words in ("Ada wants no check-ins", "Bo gets a digest", "Cy wants no unasked", "Di had their unasked messages"):
        assert words in told


async def test_stopped_midway_what_waits_for_a_morning_is_taken_back(village: Village) -> None:
    zoe = await appointed(village)
    (ada,) = await joined(village, "Ada")
    (bo,) = await joined(village, "Bo", zone="America/Los_Angeles")
    await started(zoe)
    await goes(village, "2026-11-24T08:00")
    assert (said(ada, "Once a quarter"), said(bo, "Once a quarter")) == (1, 0)
    await zoe.command(PANEL)
    await zoe.press("Look at it")
    told = await zoe.press("Stop it")
    assert told.startswith("The pulse of the quarter\nStopped:")
    await village.passes(minutes=2)
    await goes(village, "2026-11-24T18:00")
    assert said(bo, "Once a quarter") == 0
    await zoe.command(PANEL)
    assert "1 asked, 0 left out" in await zoe.press("Look at it")
    async with village.app.store.unit(write=False) as unit:
        known = await standings(unit.connection, [ada.member.id, bo.member.id], village.clock.now())
    sent = {member: standing.sent for member, standing in known.items()}
    assert sent == {ada.member.id: 1, bo.member.id: 0}, "whoever was not written to has room for something else"
    await ada.press("Answer")
    assert "can be read by Zoé" in await ada.fill(reads="animators", q1="5", q2="5"), "what was received may be answered"


async def test_it_comes_again_by_itself_each_week_from_its_date_on(village: Village) -> None:
    zoe = await appointed(village)
    (ada,) = await joined(village, "Ada")
    async with village.app.store.unit() as unit:
        await unit.use(Budget, await village.community()).choose(ada.member.id, MessagePreference(weekly=20))
    await drafted(zoe, "The pulse of the quarter", rhythm="w1", date=dt.date(2026, 12, 8), at="08:30")
    told = await zoe.press("Start it")
    assert "Every week on Tuesday, at 8:30" in told
    assert "Next\nTuesday, December 8, 2026 and Tuesday, December 15, 2026" in told
    seen: list[int] = []
    for day, before in (("2026-12-01", "2026-11-30"), ("2026-12-08", "2026-12-07"), ("2026-12-15", "2026-12-14")):
        await goes(village, f"{before}T07:30")
        await goes(village, f"{day}T07:30")
        await goes(village, f"{day}T08:05")  # their working day begins at nine
        seen.append(said(ada, "Once a quarter") + said(ada, "Done, thank you."))
    assert seen == [0, 1, 2]
    told = await ada.command("checkin")
    assert told.count("waits for an answer") == 2


async def test_own_questions_are_written_changed_tested_and_answered_in_two_steps(village: Village) -> None:
    zoe = await appointed(village)
    (ada,) = await joined(village, "Ada")
    await drafted(zoe, "My own questions")
    assert "It has no question yet." in zoe.told
    await zoe.press("Add a question")
    await zoe.fill(words="Your energy?", kind="scale", options="empty", low="1")
    assert zoe.errors["options"] == "Two lines: what 1 means, then what 5 means."
    await zoe.press("Add a question")
    await zoe.fill(words="Your energy?", kind="scale", options="empty\nfull", low="1")
    for number in range(2, 6):
        await zoe.press("Add a question")
        kind = {2: "one", 3: "several", 4: "text", 5: "text"}[number]
        await zoe.fill(words=f"Question n° {number}?", kind=kind, options="yes, of course\nno" if number < 4 else "", low="0")
    assert "5. Question n° 5?" in zoe.told
    assert "Add a question" not in zoe.buttons()
    await zoe.press("Change", number=4)
    assert "Question n° 5?" not in await zoe.fill(words="", kind="text", options="", low="0")
    await zoe.press("Words")
    told = await zoe.fill(title="Energy", opening="How full is your battery?")
    assert told.startswith("Energy\nNoted.\nHow full is your battery?")
    await zoe.press("Test to myself")
    assert "This is a test" in newest(zoe, "How full")
    await zoe.press("Answer", place="dm")
    assert (
        await zoe.fill(q1="1", q4="x")
        == "That is what they see\nThe form works. It was a test, so nothing of it is kept or counted."
    )
    await zoe.command(PANEL)
    await zoe.press("Look at it")
    await zoe.press("When")
    await zoe.fill(rhythm="once", date=dt.date(2026, 11, 24), at="09:00")
    await zoe.press("Start it")
    await goes(village, "2026-11-24T08:00")
    await ada.press("Answer")
    told = await ada.fill(reads="animators")
    assert told == "Who reads it: Zoé\n4 questions, and you are done."
    await ada.press("To the questions")
    assert "can be read by Zoé" in await ada.fill(q1="2", q2="0", q4="A <@1> **word**")
    await zoe.command(PANEL)
    await zoe.press("Inbox")
    told = await zoe.press("Read")
    assert "Your energy?\n2 of 5" in told
    assert "Question n° 2?\nyes, of course" in told
    assert "Question n° 3?\nno answer" in told
    assert "A <@1> **word**" in told
    with_copy = await zoe.command(PANEL)
    assert "sent once" in with_copy
    await zoe.press("Look at it")
    assert "A draft with the same words." in await zoe.press("Use it again")
    assert "Discarded." in await zoe.press("Discard")


async def test_audiences_are_counted_with_the_reason_each_is_in(village: Village) -> None:
    zoe = await appointed(village)
    await joined(village, "Ada")
    await goes(village, "2027-01-15T10:00")
    (bo,) = await joined(village, "Bo", zone="Asia/Tokyo")
    await bo.command("checkin")
    await drafted(zoe, "My own questions")
    for group, value, words in (
        ("newcomers", "", "Bo joined on Friday, January 15, 2027"),
        ("silent", "", "Ada last seen on Monday, November 23, 2026"),
        ("offer", "BO’S craft", "Bo offers Bo’s craft"),
        ("zone", "tokyo", "Bo lives by Asia/Tokyo"),
    ):
        await zoe.press("To whom")
        told = await zoe.fill(group=group, days=20, value=value)
        assert "Now\n1 member" in told, (group, told)
        told = await zoe.press("Who is in it")
        assert words in told
        await zoe.press("To the check-in")
    await zoe.press("To whom")
    await zoe.fill(group="zone", days=20, value="Atlantis")
    assert zoe.errors["value"] == "I know no such time zone. For example Europe/Paris, or only Europe."


async def test_whoever_received_nothing_is_named_only_once_they_were_asked_and_let_it_be_seen(village: Village) -> None:
    zoe = await appointed(village)
    ada, bo, cy, di = await joined(village, "Ada", "Bo", "Cy", "Di")
    await goes(village, "2027-01-14T10:00")
    async with village.app.store.unit() as unit:
        gaps, now = unit.use(Gaps, await village.community()), village.clock.now()
        await gaps.answer(await gaps.ask(ada.member.id, now), Gap.MISSING, now, kind=Value.SKILL, told=True)
        await gaps.answer(await gaps.ask(bo.member.id, now), Gap.FINE, now)
        await gaps.answer(await gaps.ask(cy.member.id, now), Gap.STOP, now)
        for one in (ada, bo):
            await unit.use(Checkins, await village.community()).prefer(one.member.id, stopped=True, reads=Reads.ANIMATORS)
    await drafted(zoe, "The pulse of the quarter", rhythm="once", date=dt.date(2027, 1, 15), at="09:00")
    await zoe.press("To whom")
    told = await zoe.fill(group="nothing", days=20)
    assert "3 members, of whom 2 would be left out" in told, "Cy would rather never be asked"
    told = await zoe.press("Who is in it")
    assert "Ada received nothing yet; here since Monday, November 23, 2026; left out: wants no check-ins" in told
    assert "3 members\n2 of them are not named" in told
    assert not [name for name in ("Bo", "Cy", "Di") if f"{name} " in told]
    await zoe.press("To the check-in")
    await zoe.press("Start it")
    await goes(village, "2027-01-15T09:00")
    assert said(di, "I know of nothing that being here has brought you lately.") == 1
    await zoe.command(PANEL)
    await zoe.press("Look at it")
    told = await zoe.press("Left out, and why")
    assert "2 members\n1 of them is not named" in told
    assert "Ada wants no check-ins" in told
    assert "Bo" not in told


async def test_a_member_who_reads_french_is_asked_in_french(village: Village) -> None:
    zoe = await appointed(village)
    (lea,) = await joined(village, "Léa", locale="fr")
    await started(zoe)
    await goes(village, "2026-11-24T08:00")
    asked = newest(lea, "Zoé")
    assert "Comment allez-vous" in asked
    for english in ("You choose", "How are", "Everyone", "Not this time"):
        assert english not in asked
