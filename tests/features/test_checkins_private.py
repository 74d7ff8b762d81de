"""Who can read what somebody answered: those they chose, and nobody else; and what the inbox does with it."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, text

from bot.config import RetentionConfig
from bot.i18n import plain
from bot.ui import OneChoice
from storage.checkin_answers import AnswerRow
from storage.checkin_totals import TallyRow
from storage.checkins import ReceiptRow
from storage.models import metadata
from tests.features.checkins import PANEL, appointed, goes, joined, newest, said, started
from tests.features.village import Village

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from sqlalchemy import Executable

    from tests.features.village import Villager

SECRET = "xylophone 4711"
NO = "There is no answer for you here: it was taken back, or somebody else reads it."


@pytest.fixture
async def village(tmp_path: Path, database_url: str) -> AsyncIterator[Village]:
    place = Village(tmp_path, database_url)
    await place.open()
    yield place
    await place.close()


async def rows(village: Village, statement: Executable) -> list[tuple[object, ...]]:
    async with village.app.store.unit(write=False) as unit:
        found = await unit.connection.execute(statement)  # pyright: ignore[reportAttributeAccessIssue]
        return [tuple(row) for row in found]


async def tries(one: Villager, action: str) -> str:
    """Press a button that was never shown to this person, on a message of their own."""
    return await one.press_again(one.sees("dm")[-1], action)


async def everything(village: Village) -> str:
    """Return all that the database holds, as text."""
    parts = [repr(await rows(village, text(f'SELECT * FROM "{table}"'))) for table in metadata.tables]  # noqa: S608 - our own names
    return "\n".join(parts)


async def asked(village: Village, *names: str) -> tuple[Villager, list[Villager]]:
    """Return an animator, and members who have been asked on day 30."""
    zoe = await appointed(village)
    people = await joined(village, *names)
    await started(zoe, "A month here", rhythm="once")
    await goes(village, "2026-11-24T08:00")
    return zoe, people


async def answered(one: Villager, mood: str = "4", **reads: object) -> str:
    """Answer day 30."""
    await one.press("Answer", place="dm")
    return await one.fill(q1=mood, q2=("0",), q3=SECRET, **(reads or {"reads": "animators"}))  # pyright: ignore[reportArgumentType]


async def test_nothing_that_was_said_is_readable_in_the_database(village: Village) -> None:
    zoe, (ada, bo) = await asked(village, "Ada", "Bo")
    await ada.press("Answer", place="dm")
    await ada.fill(reads="peer", q1="4", q3=SECRET)
    assert ada.errors["peer"] == "Pick the member who reads it."
    assert "xylophone" not in await everything(village), "not while it is typed either"
    await answered(ada, reads="peer", peer=bo)
    await answered(bo, "1", reads="call")
    assert "xylophone" not in await everything(village)
    assert SECRET in await zoe.press("Read the answer", place="dm")
    assert SECRET in await bo.press("Read the answer", place="dm")


async def test_with_totals_only_nothing_tells_who_answered_what(village: Village) -> None:
    zoe, (ada, bo) = await asked(village, "Ada", "Bo")
    before = await everything(village)
    told = await answered(ada, "1", reads="totals")
    assert "Counted in totals." in told
    await bo.press("Not this time", place="dm")
    assert await rows(village, select(AnswerRow.id)) == []
    states = await rows(village, select(ReceiptRow.member_id, ReceiptRow.state, ReceiptRow.reason))
    assert sorted(states) == [(ada.member.id, "closed", ""), (bo.member.id, "closed", "")], "whoever declined looks the same"
    sums = await rows(village, select(TallyRow.question, TallyRow.option, TallyRow.named, TallyRow.shown, TallyRow.waiting))
    assert sorted(sums) == [(0, "", 0, 0, 1), (0, "1", 0, 0, 1), (1, "", 0, 0, 1), (1, "0", 0, 0, 1)]
    assert "xylophone" not in await everything(village)
    assert len(before) > 0
    assert "needs you" not in "".join(zoe.reads("dm")), "nobody is told of a low answer that nobody reads"
    assert said(zoe, "may need you") == 0
    assert (await zoe.command(PANEL)).count("answer") == 0
    assert "What I said" not in ada.buttons()
    with pytest.raises(AssertionError):
        await ada.press("Answer", place="dm")


async def test_an_answer_is_for_those_who_were_named_and_for_nobody_else(village: Village) -> None:
    zoe, (ada, bo, cy) = await asked(village, "Ada", "Bo", "Cy")
    await answered(ada, "2", reads="animators")
    yves = await appointed(village, "Yves")
    for other in (bo, cy):
        assert "Only the animators" in await tries(other, "checkin:inbox:new:0")
    for other in (bo, cy, yves, ada):
        assert NO in await tries(other, "checkin:read:1"), "a member, a peer, an animator appointed since, whoever wrote it"
    await yves.command(PANEL)
    assert "answer waits" not in yves.told
    for action in ("remind", "connect", "care"):
        assert NO in await tries(yves, f"checkin:{action}:1")
    await tries(yves, f"checkin:write:1:{ada.member.id}")
    assert "no longer here" in yves.told
    await tries(bo, f"checkin:write:1:{ada.member.id}")
    assert "no longer here" in bo.told
    assert SECRET in await zoe.press("Read the answer", place="dm")
    assert SECRET in await ada.press("What I said")
    assert "There is no answer of yours here" in await tries(bo, "checkin:said:1")


async def test_a_peer_reads_what_animators_do_not(village: Village) -> None:
    zoe, (ada, bo, cy) = await asked(village, "Ada", "Bo", "Cy")
    await answered(ada, "1", reads="peer", peer=bo)
    assert said(zoe, "Ada") == 0, "however low it is"
    told = newest(bo, "Ada picked you")
    assert SECRET not in told
    shown = await bo.press("Read the answer", place="dm")
    assert SECRET in shown
    assert "Only you can read it." in shown
    assert "Remind me on…" not in bo.buttons()
    for other in (zoe, cy):
        assert NO in await tries(other, "checkin:read:1")
    await bo.press("Reply")
    await bo.fill(words="Coffee tomorrow?")
    assert "Coffee tomorrow?" in newest(ada, "Bo writes to you")
    await ada.press("Answer", place="dm")
    await ada.fill(words="With pleasure.")
    assert "With pleasure." in newest(bo, "Ada writes to you")


async def test_a_low_mood_and_a_wish_for_a_call_are_shown_at_once(village: Village) -> None:
    zoe, (ada, bo, cy) = await asked(village, "Ada", "Bo", "Cy")
    await answered(ada, "2", reads="animators")
    assert "Ada may need you today" in newest(zoe, "Ada")
    await answered(bo, "5", reads="call")
    assert "Bo would like a call" in newest(zoe, "Bo")
    await answered(cy, "3", reads="animators")
    assert said(zoe, "Cy") == 0
    await zoe.command(PANEL)
    told = await zoe.press("Inbox")
    assert "3 answers to care for, 3 not read." in told
    assert "Bo · A month here" in told
    assert "not read and would like a call" in told
    assert "not read and low" in told


async def test_a_reply_goes_and_comes_back_through_the_bot(village: Village) -> None:
    zoe, (ada,) = await asked(village, "Ada")
    await answered(ada)
    await zoe.command(PANEL)
    await zoe.press("Inbox")
    await zoe.press("Read")
    await zoe.press("Reply")
    assert "On its way to Ada" in await zoe.fill(words="I know somebody for that.")
    assert "I know somebody for that." in newest(ada, "Zoé writes to you")
    await ada.press("Answer", place="dm")
    await ada.fill(words="Tell me more.")
    assert "Tell me more." in newest(zoe, "Ada writes to you")
    await zoe.press("Answer", place="dm")
    await zoe.fill(words="Tomorrow at ten?")
    assert "Tomorrow at ten?" in newest(ada, "Zoé writes to you")
    assert "Tomorrow at ten?" not in await everything(village), "what is passed on is not kept"


async def test_an_animator_is_reminded_in_the_morning_unless_it_is_cared_for(village: Village) -> None:
    zoe, (ada, bo) = await asked(village, "Ada", "Bo")
    for one in (ada, bo):
        await answered(one)
        await zoe.command(PANEL)
        await zoe.press("Inbox")
        await zoe.press("Read")
        await zoe.press("Remind me on…")
        told = await zoe.fill(date=dt.date(2026, 12, 3))
        assert "I remind you on Thursday, December 3, 2026." in told
    await zoe.press("Cared for")  # Bo's
    await goes(village, "2026-12-02T12:00")
    assert said(zoe, "You wanted to think") == 0
    await goes(village, "2026-12-03T08:00")
    assert said(zoe, "You wanted to think of Ada today") == 1
    assert said(zoe, "You wanted to think of Bo today") == 0
    await zoe.press("Cared for", place="dm")
    await zoe.command(PANEL)
    told = await zoe.press("Inbox")
    assert "everybody who wanted you to read has been cared for" in told
    await zoe.press("Cared for")
    assert "Bo · A month here" in zoe.told


async def test_connect_with_asks_one_then_the_other(village: Village) -> None:
    zoe, (ada, bo) = await asked(village, "Ada", "Bo")
    await answered(ada)
    await zoe.command(PANEL)
    await zoe.press("Inbox")
    await zoe.press("Read")
    await zoe.press("Connect with…")
    told = await zoe.fill(ally=bo, why="Bo has been there.")
    assert "Ada is asked whether they would like to meet Bo" in told
    assert said(bo, "Ada") == 0
    assert "Bo has been there." in newest(ada, "Zoé thinks of somebody for you")
    await ada.press("Yes, ask them", place="dm")
    assert "check-in" not in newest(bo, "Ada would like to meet you")
    await bo.press("Accept", place="dm")
    assert said(ada, "You wanted to meet", "group") == 1


async def test_an_answer_is_taken_back_everywhere(village: Village) -> None:
    zoe, (ada, bo) = await asked(village, "Ada", "Bo")
    await answered(ada, "1", reads="animators")
    await answered(bo, "4", reads="animators")
    await ada.command("checkin")
    await ada.press("What I said")
    assert "Taken back" in await ada.press("Take it back")
    assert said(zoe, "Ada may need you") == 0, "the message that led to it is gone"
    assert NO in await tries(zoe, "checkin:read:1")
    named = await rows(village, select(TallyRow.option, TallyRow.named).where(TallyRow.question == 0))
    assert sorted(named) == [("", 1), ("1", 0), ("4", 1)]
    await bo.leave()
    assert await rows(village, select(AnswerRow.id)) == [], "whoever leaves leaves nothing behind"


async def trend(zoe: Villager) -> str:
    await zoe.command(PANEL)
    await zoe.press("Trends")
    return await zoe.press("Look at it")


async def test_trends_begin_with_five_and_those_nobody_reads_come_by_fives(village: Village) -> None:
    names = [f"P{number}" for number in range(11)]
    zoe, people = await asked(village, *names)
    for one in people[:4]:
        await answered(one, "5", reads="animators")
    assert "Fewer than 5 answers so far: nothing is shown." in await trend(zoe)
    for one in people[4:8]:
        await answered(one, "1", reads="totals")
    assert "Fewer than 5 answers" in await trend(zoe), "four by name and four without: neither group is five"
    await answered(people[8], "1", reads="peer", peer=people[0])
    shown = await trend(zoe)
    assert "median 1, mean about 3, 5 people or more" in shown
    await answered(people[9], "3", reads="totals")
    assert await trend(zoe) == shown, "one more changes nothing that can be seen"
    await answered(people[10], "5", reads="animators")
    assert "10 people or more" in await trend(zoe)
    told = await zoe.press("Question 2")
    assert "Business, or a way to it\nabout 100%" in told
    assert "Nothing yet\nfew or none" in told


async def test_who_answered_looks_like_who_did_not_once_it_is_over(village: Village) -> None:
    _zoe, people = await asked(village, "Ada", "Bo")
    ada, bo = people
    notice, answer = bo.find("Answer", "dm")
    await answered(ada, reads="totals")
    await goes(village, "2026-12-25T09:00")
    states = await rows(village, select(ReceiptRow.state))
    assert states == [("closed",), ("closed",)]
    await bo.press_again(notice, answer)
    assert "You are done with this one." in bo.told


async def test_answers_and_receipts_are_forgotten_after_a_year(village: Village) -> None:
    _zoe, (ada, bo) = await asked(village, "Ada", "Bo")
    await answered(ada)
    await answered(bo, reads="totals")
    await goes(village, "2026-12-26T09:00")  # it is over
    village.clock.move(dt.timedelta(days=364))
    retention = village.app.store.retention
    assert "checkins" in await retention.step(RetentionConfig(), village.clock.now())
    village.clock.move(dt.timedelta(days=2))
    assert "receipts" in await retention.step(RetentionConfig(), village.clock.now())
    assert await rows(village, select(AnswerRow.id)) == []
    assert await rows(village, select(ReceiptRow.member_id)) == []
    assert len(await rows(village, select(TallyRow.option))) > 0, "sums hold nobody, and stay"


async def test_however_many_animators_read_an_answer_none_is_left_unsaid(village: Village) -> None:
    for name in ("Xu", "Yves", "Bea"):
        await appointed(village, name)
    zoe, (ada,) = await asked(village, "Ada")
    assert "Xu, Yves, Bea, or Zoé; one member you pick" in newest(ada, "You choose who reads")
    await appointed(village, "Max")
    told = await ada.press("Answer", place="dm")
    assert ada.form is not None
    who = ada.form.form.fields[0]
    assert isinstance(who, OneChoice)
    labels = [plain(choice.label, "en") for choice in who.choices]
    assert labels[:2] == ["The 5 animators", "The 5 animators, and I would like a call"]
    told = await ada.fill(q1="2", q2=("0",), q3=SECRET, reads="animators")
    assert "can be read by the 5 animators, and nobody else." in told
    assert "Read by the 5 animators." in await ada.press("What I said")
    assert "Read by the 5 animators." in await zoe.press("Read the answer", place="dm")
