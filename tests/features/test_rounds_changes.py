"""What changes around a round: its rules, who joins or leaves it, an animator who cancels it, an invitation, a wish taken back."""

from __future__ import annotations

import asyncio
import datetime as dt
from typing import TYPE_CHECKING

import pytest

from bot.i18n import plain
from bot.model import Channel
from commands.rounds.animator_cards import Invited, pool
from commands.rounds.pairing import in_pool
from storage.participation import Participations
from storage.programmes import Pool, Programme, Programmes, Rules
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


async def report(zoe: Villager) -> str:
    """Return the report of the newest round, as an animator asks for it."""
    await zoe.command("animator rounds")
    await zoe.press("Look at it")
    return (await zoe.press("What came of it")).replace(": ", "\n")


async def test_rules_that_change_after_the_notice_count_from_the_next_round_on(village: Village) -> None:
    zoe = await animator(village)
    await joined(village, "Ada", "Bo", "Cy", "Dee")
    await goes(village, NOTICE)
    await zoe.press("When and how many")
    await zoe.fill(name="Tuesday pairs", size="4", rhythm="w1", day="1", time="9:00")
    assert "from the next round on" in zoe.told
    await zoe.press("Who with whom")
    await zoe.fill(pool="word", value="craft", trade="any", odd="trio", hours="1")
    await zoe.press("How they go out")
    await zoe.fill(preview="4", video="", holidays="")
    await goes(village, MATCH)
    assert "2 meetings." in newest(zoe, "the meetings of Tuesday, December 1")
    await zoe.press("Mix again", place="dm")
    await goes(village, "2026-12-01T08:05")
    assert "2 meetings." in newest(zoe, "the meetings of Tuesday, December 1")
    await goes(village, SENT)
    assert sum("These meetings went out." in words for words in zoe.reads("dm")) == 1, "after two hours, as it was told"
    await goes(village, "2026-12-07T08:00")
    await goes(village, "2026-12-08T08:00")
    assert "1 meeting." in newest(zoe, "the meetings of Tuesday, December 8")


async def test_a_round_that_nobody_is_in_is_cancelled_and_the_animator_told_once(village: Village) -> None:
    zoe = await animator(village)
    await goes(village, NOTICE)
    await goes(village, MATCH)
    await goes(village, SENT)
    assert said(zoe, "No round on Tuesday, December 1, 2026") == 1
    assert "The next one: Tuesday, December 8" in newest(zoe, "No round on Tuesday")
    assert said(zoe, "the meetings of Tuesday") == 0
    assert "This round was cancelled." in await report(zoe)


async def test_an_invitation_joins_one_programme_and_is_posted_anew(village: Village) -> None:
    zoe = await animator(village)
    for name in ("coffee", "tea"):
        await village.channel(name)
    await zoe.press("New programme")
    await zoe.fill(name="Coffee", size="2", rhythm="w1", day="1", time="9:00")
    await zoe.press("Who with whom")
    await zoe.fill(pool="channel", value="", trade="any", odd="trio", hours="1")
    assert "it is not posted yet" in zoe.told
    await zoe.press("Invite in the channel")
    told = await zoe.fill(channel=Channel("coffee", "coffee"))
    assert "in the channel within a minute" in told
    assert "coffee" in told
    (first,) = zoe.sees("#coffee")
    await zoe.press("Invite in the channel")
    assert "posted anew" in await zoe.fill(channel=Channel("coffee", "coffee"))
    (second,) = zoe.sees("#coffee")
    assert second.id != first.id
    await zoe.press("When and how many")
    await zoe.fill(name="Coffee", size="2", rhythm="w2", day="1", time="9:00")
    assert "every two weeks" in zoe.reads("#coffee")[-1]
    await zoe.press("Invite in the channel")
    await zoe.fill(channel=Channel("tea", "tea"))
    assert [len(zoe.sees(f"#{name}")) for name in ("coffee", "tea")] == [0, 1]

    ada = await village.person("Ada", "translation")
    assert (await ada.press("Join", place="#tea")).startswith("You take part")
    assert await programmes_of(village, ada) == {"Coffee": True, "Tuesday pairs": False}
    await ada.command("meet", do="leave")
    await ada.press("Join", place="#tea")
    assert await programmes_of(village, ada) == {"Coffee": True, "Tuesday pairs": False}
    assert (await ada.command("meet", do="join")).startswith("You take part")
    assert await programmes_of(village, ada) == {"Coffee": True, "Tuesday pairs": True}
    await ada.press("Join", place="#tea")
    assert await programmes_of(village, ada) == {"Coffee": True, "Tuesday pairs": True}, "an invitation takes nothing away"


async def programmes_of(village: Village, one: Villager) -> dict[str, bool]:
    """Return which programmes somebody would be in, by their names."""
    async with village.app.store.unit(write=False) as unit:
        community = await village.community()
        choices = await unit.use(Programmes, community).choices_of(one.member.id)
        me = await unit.use(Participations, community).get(one.member.id)
        assert me is not None
        programmes = await unit.use(Programmes, community).all()
    today = village.clock.now().date()
    mine = {each.id: {one.member.id: choices[each.id]} if each.id in choices else {} for each in programmes}
    return {each.name: in_pool(each, me, mine[each.id], None, today) for each in sorted(programmes, key=lambda each: each.name)}


def test_a_channel_is_named_where_it_can_be_read() -> None:
    programme = Programme(1, "Coffee", rules=Rules(pool=Pool.CHANNEL))
    invited = [Invited("Les Indés", "C1"), Invited("Discord des Indés")]
    assert plain(pool(programme, invited), "fr") == (
        "celles et ceux qui s’inscrivent par le bouton dans #C1 et un canal de Discord des Indés"
    )


async def test_who_joins_before_the_match_gets_the_notice_and_can_skip(village: Village) -> None:
    zoe = await animator(village)
    ada, bo = await joined(village, "Ada", "Bo")
    await goes(village, NOTICE)
    (cy,) = await joined(village, "Cy")
    (notice,) = [words for words in cy.reads("dm") if words.startswith("A meeting, Tuesday")]
    assert notice == ada.reads("dm")[-1]
    await cy.command("meet", do="leave")
    await cy.command("meet", do="join")
    assert said(cy, "A meeting, Tuesday") == 1, "it stands there already"
    assert "Not this time" in await cy.press("Skip this one", place="dm")
    await goes(village, MATCH)
    await goes(village, SENT)
    assert [len(one.reads("group")) for one in (ada, bo, cy)] == [1, 1, 0]
    (dee,) = await joined(village, "Dee")
    assert "A round is under way" in dee.told
    told = await report(zoe)
    assert "Told of it\n3" in told
    assert "Joined once it had begun\n1" in told


async def test_who_was_left_out_meets_somebody_who_becomes_free_unless_they_let_it_be(village: Village) -> None:
    zoe = await animator(village)
    await zoe.press("Who with whom")
    await zoe.fill(pool="everyone", value="", trade="any", odd="rotate", hours="1")
    people = await joined(village, "Ada", "Bo", "Cy")
    await goes(village, NOTICE)
    await goes(village, MATCH)
    await goes(village, SENT)
    (alone,) = [one for one in people if not one.reads("group")]
    assert "If somebody becomes free before then, I put you in touch." in newest(alone, "Nobody for you this time")
    (dee,) = await joined(village, "Dee")
    assert "A round is under way" in dee.told
    await goes(village, "2026-12-01T10:30")
    assert dee.reads("group") == alone.reads("group")
    assert len(alone.reads("group")) == 1
    assert "Matched\n4" in await report(zoe)

    await goes(village, "2026-12-07T08:00")
    await dee.press("Skip this one", place="dm")
    await goes(village, "2026-12-08T08:00")
    await goes(village, "2026-12-08T10:05")
    (alone,) = [one for one in people if said(one, "Nobody for you this time") and len(one.reads("group")) == 1]
    await alone.press("Leave it this time", place="dm")
    before = len(alone.reads("group"))
    (eve,) = await joined(village, "Eve")
    await goes(village, "2026-12-08T10:30")
    assert (len(alone.reads("group")), eve.reads("group")) == (before, [])


async def test_a_wish_is_said_instead_of_a_meeting_and_taken_back(village: Village) -> None:
    await animator(village)
    ada, bo = await joined(village, "Ada", "Bo")
    for at in (NOTICE, MATCH, SENT):
        await goes(village, at)
    assert "Rather not with…" not in await _own_buttons(ada)
    await ada.press("I can’t make it", place="group")
    assert "Rather not again" in ada.buttons()
    message, rather_not = ada.find("Rather not again")
    await ada.press("Leave it this time")
    before = bo.reads()
    await ada.press_again(message, rather_not)
    assert await ada.press("Not with Bo") == "Noted, between you and me."
    assert bo.reads() == before
    assert "Rather not with…" in await _own_buttons(ada)
    assert "Rather not with…" not in await _own_buttons(bo), "nobody is told"
    assert "Bo" in await ada.press("Rather not with…")
    assert "nobody on this list" in await ada.press("Take off the list")
    async with village.app.store.unit(write=False) as unit:
        assert await unit.use(Participations, await village.community()).exclusions() == []


async def _own_buttons(one: Villager) -> list[str]:
    await one.command("meet")
    return one.buttons()


async def test_not_yet_offers_the_wish_too(village: Village) -> None:
    await animator(village)
    (ada, _bo) = await joined(village, "Ada", "Bo")
    for at in (NOTICE, MATCH, SENT, "2026-12-03T11:00"):
        await goes(village, at)
    await ada.press("Not yet", place="dm")
    assert "Rather not again" in ada.buttons()


async def test_an_announced_round_is_cancelled_and_who_was_told_and_did_not_skip_gets_one_line(village: Village) -> None:
    zoe = await animator(village)
    ada, bo = await joined(village, "Ada", "Bo")
    night = await village.person("Nia", "letters", zone="America/Los_Angeles")
    await night.command("meet", do="join")
    await goes(village, NOTICE)
    await bo.press("Skip this one", place="dm")
    await zoe.command("animator rounds")
    await zoe.press("Look at it")
    assert "This round was cancelled." in await zoe.press("Cancel this round")
    await goes(village, "2026-11-30T08:10")
    await goes(village, MATCH)
    await goes(village, SENT)
    line = "There is no round on Tuesday, December 1, 2026 after all"
    assert [said(one, line) for one in (ada, bo)] == [1, 0]
    assert said(night, line) == said(night, "A meeting, Tuesday, December 1"), "who was not told of it hears of nothing"
    assert [one.reads("group") for one in (ada, bo, night)] == [[], [], []]
    assert "This round is over." in await ada.press("I’m in", place="dm")
    await goes(village, "2026-12-07T08:00")
    assert said(ada, "A meeting, Tuesday, December 8") == 1
    await zoe.command("animator rounds")
    await zoe.press("Look at it")
    message, cancel = zoe.find("Cancel this round")
    for at in ("2026-12-08T08:00", "2026-12-08T10:05"):
        await goes(village, at)
    assert "can no longer be cancelled" in await zoe.press_again(message, cancel)
    assert len(ada.reads("group")) == 1


async def test_who_left_after_their_meeting_is_not_asked_whether_they_met(village: Village) -> None:
    await animator(village)
    ada, bo = await joined(village, "Ada", "Bo")
    for at in (NOTICE, MATCH, SENT):
        await goes(village, at)
    await bo.press("It’s this time", place="group")
    await goes(village, "2026-12-09T03:00")  # past, and at night: the question waits for the morning
    assert said(bo, "Did you meet?") == 0
    await bo.leave()
    await goes(village, "2026-12-09T09:00")
    assert said(ada, "Did you meet?") == 1
    await village.acts.come_back(bo.id)
    await goes(village, "2026-12-09T12:00")
    assert said(bo, "Did you meet?") == 0


async def test_what_an_answer_makes_due_happens_at_once(village: Village) -> None:
    zoe = await animator(village)
    ada, _bo = await joined(village, "Ada", "Bo")
    await goes(village, NOTICE)
    await goes(village, MATCH)
    village.app.scheduler.start()
    await asyncio.sleep(0)
    await village.app.scheduler.tick()  # after the first look of its own
    village.clock.move(dt.timedelta(seconds=5))
    await zoe.press("Send now", place="dm")
    async with asyncio.timeout(10):  # its next look by itself is after twenty seconds
        while not ada.reads("group"):  # noqa: ASYNC110 - the scheduler works by itself
            await asyncio.sleep(0.05)


async def test_the_terms_of_a_round_are_kept_with_it(village: Village) -> None:
    await animator(village)
    await goes(village, NOTICE)
    community = await village.community()
    async with village.app.store.unit() as unit:
        (programme,) = await unit.use(Programmes, community).all()
        (this,) = await unit.use(Rounds, community).latest(programme.id)
        assert (this.stage, this.terms) == (Stage.NOTICED, programme.terms)
        assert programme.on(None) == programme
        await unit.use(Rounds, community).move(this.id, match_at=this.match_at + dt.timedelta(days=1), terms="")
        older = await unit.use(Rounds, community).get(this.id)
        assert older is not None
        assert older.terms is None
