"""Rounds of meetings, lived through by those who take part and by an animator."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from adapters.sandbox.acts import words_of
from adapters.sandbox.records import home_id
from bot.errors import LimitError
from bot.model import Channel
from commands.rounds.looking import shown
from storage.people import Members
from tests.features.village import Village, Villager

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from bot.context import JobContext
    from bot.ui import Card
    from storage.meeting import Meeting
    from storage.programmes import Programme


@pytest.fixture
async def village(tmp_path: Path, database_url: str) -> AsyncIterator[Village]:
    place = Village(tmp_path, database_url)
    await place.open()
    yield place
    await place.close()


async def goes(village: Village, to: str) -> None:
    """Go to an instant of UTC, and let the bot look at what is due, twice: what waits for the next minute too."""
    village.clock.set(dt.datetime.fromisoformat(f"{to}:00+00:00"))
    for _minute in range(3):
        await village.passes(minutes=1)


async def animator(village: Village) -> Villager:
    """Zoé runs the community; her programme is every Tuesday at nine, in pairs."""
    zoe = await village.person("Zoé")
    async with village.app.store.unit() as unit:
        await unit.use(Members, await village.community()).appoint(zoe.member.id, animator=True)
    await zoe.command("animator rounds")
    assert "There is no programme yet." in zoe.told
    await zoe.press("New programme")
    await zoe.fill(name="Tuesday pairs", size="2", rhythm="w1", day="1", time="9:00")
    assert "every week on Tuesday" in zoe.told
    return zoe


async def test_a_round_from_joining_to_what_it_brought(village: Village) -> None:
    zoe = await animator(village)
    ada = await village.person("Ada", "translation", does="translator")
    bo = await village.person("Bo", "logos", does="designer")
    cy = await village.person("Cy", "printing")
    for one in (ada, bo):
        told = await one.command("meet")
        assert "Join the meetings" in one.buttons()
        told = await one.press("Join the meetings")
        assert told.startswith("You take part\nYour first round: Tuesday, December 1, 2026")
    assert "Next round" in await ada.command("meet")

    await goes(village, "2026-11-30T08:00")  # Monday at nine in Paris
    (notice,) = [words for words in ada.reads("dm") if words.startswith("A meeting, Tuesday")]
    assert "without a word from you, you are in" in notice
    assert "You are in" in await ada.press("I’m in")
    assert not [words for words in cy.reads("dm") if "meeting, Tuesday" in words], "only those who joined"

    await goes(village, "2026-12-01T08:00")
    (preview,) = [words for words in zoe.reads("dm") if "the meetings of Tuesday" in words]
    assert "Ada and Bo" in preview
    assert ada.reads("group") == []

    await goes(village, "2026-12-01T10:00")  # nobody acted: it goes out by itself
    (opening,) = ada.reads("group")
    assert bo.reads("group") == [opening]
    assert "Ada, Bo: this is your conversation." in opening.replace(" and ", ", ")
    assert "translator. Offers: translation" in opening
    assert "you write first this time" in opening
    assert ada.buttons("group").count("It’s this time") == 3
    await goes(village, "2026-12-01T10:30")
    assert len(ada.reads("group")) == 1

    told = await bo.press("It’s this time", place="group")
    assert "it is" in told
    assert "Your time:" in ada.reads("group")[-1]
    assert "no time chosen" not in await ada.command("meet")
    await village.acts.home(ada.id)
    home = village.adapter.workspace.messages(home_id(ada.id), ada.id)[-1]
    assert "You are meeting Bo." in words_of(home)

    await goes(village, "2026-12-10T09:00")
    asked = [words for words in ada.reads("dm") if words.startswith("Did you meet?")]
    assert len(asked) == 1
    assert (await ada.press("We met", place="dm")).startswith("Good to hear")
    await ada.press("What was useful", place="dm")
    await ada.fill(gain="skill", thanks="Your eye for type.")
    assert ada.told.startswith("Noted, and Bo has your thanks.")
    for words in ("Your eye for type.", "Your eye for type, and your patience."):  # saved again, it is the same thank-you
        await ada.press("What was useful", place="dm")
        await ada.fill(gain="skill", thanks=words)
        assert ada.told.startswith("Noted, and Bo has your thanks.")
        assert said(bo, words) == said(bo, "Your eye for type") == 1
    await zoe.command("animator rounds")
    await zoe.press("Look at it")
    report = await zoe.press("What came of it")
    assert "Told of it\n2" in report.replace(": ", "\n")
    assert "Took place, as far as I was told\n1" in report.replace(": ", "\n")


async def joined(village: Village, *names: str, locale: str = "en") -> list[Villager]:
    """Let people be there who take part."""
    people = [await village.person(name, f"{name}’s craft", locale=locale) for name in names]
    for one in people:
        await one.command("meet", do="join")
    return people


def newest(one: Villager, words: str) -> str:
    """Return the newest private message that holds these words."""
    return [message for message in one.reads("dm") if words in message][-1]


def said(one: Villager, words: str, place: str = "dm") -> int:
    """Count the messages that hold these words."""
    return sum(words in message for message in one.reads(place))


async def test_whoever_leaves_frees_the_other_who_meets_somebody_who_joined_late(village: Village) -> None:
    await animator(village)
    ada, bo = await joined(village, "Ada", "Bo")
    await goes(village, "2026-11-30T08:00")
    assert "Not this time" in await bo.press("Skip this one")
    assert "You are in" in await bo.press("I’m in after all")
    await goes(village, "2026-12-01T08:00")
    await goes(village, "2026-12-01T10:05")
    assert len(ada.reads("group")) == len(bo.reads("group")) == 1

    await bo.command("meet", do="leave")
    assert said(ada, "Your meeting does not work out") == 1
    assert not [words for words in ada.reads("dm") if "Bo" in words and "left" in words], "not why"
    assert "no longer in this meeting" in await bo.press("It’s this time", place="group")

    (cy,) = await joined(village, "Cy")
    assert "A round is under way" in cy.told
    await goes(village, "2026-12-01T10:20")
    assert "Ada, Cy" in cy.reads("group")[-1].replace(" and ", ", ")
    assert len(ada.reads("group")) == 2

    await cy.press("I can’t make it", place="group")
    await cy.press("Other times")
    assert said(ada, "would prefer another time") == 1
    assert (await cy.press("I can’t make it", place="group")).startswith("It happens")
    await cy.press("Somebody else")
    assert said(ada, "Your meeting does not work out") == 2
    await goes(village, "2026-12-01T11:00")
    assert len(ada.reads("group")) == 2, "the same two are not put together again"
    (dee,) = await joined(village, "Dee")
    await goes(village, "2026-12-01T11:20")
    assert len(dee.reads("group")) == 1

    await dee.leave()
    await goes(village, "2026-12-01T11:40")
    await goes(village, "2026-12-08T11:00")
    alone = [one for one in (ada, cy) if said(one, "Nobody for you this time")]
    assert alone, "whoever found nobody is told"
    assert said(alone[0], "first in the next round") >= 1


async def test_silence_pauses_and_one_click_brings_back(village: Village) -> None:
    zoe = await animator(village)
    await zoe.press("How they go out")
    await zoe.fill(preview="0", video="https://meet.jit.si/{meeting}", holidays="FR")
    ada, bo, cy = await joined(village, "Ada", "Bo", "Cy")
    await cy.command("meet", do="snooze")
    await cy.fill(until=dt.date(2027, 2, 1))
    assert "No meeting before Monday, February 1, 2027" in cy.told

    for week in range(3):
        monday = dt.date(2026, 11, 30) + week * dt.timedelta(days=7)
        tuesday = monday + dt.timedelta(days=1)
        await goes(village, f"{monday}T08:00")
        await goes(village, f"{tuesday}T08:00")
        await goes(village, f"{tuesday + dt.timedelta(days=2)}T09:00")
        await goes(village, f"{tuesday + dt.timedelta(days=5)}T09:00")
        await goes(village, f"{tuesday + dt.timedelta(days=6)}T09:00")
    assert said(cy, "A meeting,") == 0, "who rests is left in peace"
    assert said(bo, "I leave you in peace") == 1
    assert "I leave you in peace" in await bo.command("meet")
    assert "You take part" in await bo.press("I’m back", place="dm")
    assert said(ada, "Did you meet?") == 3, "once a round: nobody said not yet"
    assert "https://meet.jit.si/confrere-" in str(ada.sees("group")[0].card)


async def test_the_animator_changes_the_meetings_before_anybody_sees_them(village: Village) -> None:
    zoe = await animator(village)
    people = await joined(village, "Ada", "Bo", "Cy", "Dee")
    await goes(village, "2026-11-30T08:00")
    await goes(village, "2026-12-01T08:00")
    assert "2 meetings." in newest(zoe, "the meetings of Tuesday")

    await zoe.press("Change", place="dm")
    assert (await zoe.press("Keep as they are")).startswith("A meeting")
    (kept,) = [line for line in newest(zoe, "the meetings of Tuesday").splitlines() if "(kept as they are)" in line]
    await zoe.press("Mix again", place="dm")
    await goes(village, "2026-12-01T08:05")
    assert kept in newest(zoe, "the meetings of Tuesday")
    assert sum("the meetings of Tuesday" in words for words in zoe.reads("dm")) == 1, "changed in place"

    await zoe.press("Change", place="dm")
    await zoe.press("Swap somebody")
    pair = kept.partition(" (")[0].split(" and ")
    mine = next(one for one in people if one.name == pair[0])
    other = next(one for one in people if one.name not in pair)
    await zoe.fill(who=str(mine.member.id), with_whom=other)
    assert f"{other.name} and {pair[1]}" in zoe.told or f"{pair[1]} and {other.name}" in zoe.told
    await zoe.choose("A day later")
    await goes(village, "2026-12-01T12:00")
    assert all(one.reads("group") == [] for one in people)
    await zoe.press("Change", place="dm")
    await zoe.press("Cancel this meeting")
    await zoe.press("Send now", place="dm")
    await goes(village, "2026-12-01T12:10")
    met = [one for one in people if one.reads("group")]
    told = [one for one in people if said(one, "took your meeting out of this round")]
    assert (len(met), len(told)) == (2, 2)

    await goes(village, "2026-12-07T08:30")
    await goes(village, "2026-12-08T08:00")
    assert "Nobody is told" in await people[0].press("Skip this one", place="dm")
    await zoe.press("Cancel this round", place="dm")
    await goes(village, "2026-12-08T12:00")
    assert [said(one, "There is no round on Tuesday, December 8, 2026 after all") for one in people] == [0, 1, 1, 1], (
        "who skipped knows already"
    )
    assert sum(len(one.reads("group")) for one in people) == 2


async def test_a_wish_not_to_meet_again_is_kept_and_told_to_nobody(village: Village) -> None:
    zoe = await animator(village)
    ada, bo = await joined(village, "Ada", "Bo")
    await goes(village, "2026-11-30T08:00")
    await goes(village, "2026-12-01T08:00")
    await goes(village, "2026-12-01T10:00")
    await goes(village, "2026-12-03T11:00")
    await ada.press("We met", place="dm")
    await goes(village, "2026-12-07T11:00")
    await goes(village, "2026-12-08T08:00")
    assert "1 meeting" in newest(zoe, "the meetings of Tuesday"), "there is nobody else"
    await ada.press("Rather not again")
    before = bo.reads()
    assert await ada.press("Not with Bo") == "Noted, between you and me."
    assert bo.reads() == before
    await goes(village, "2026-12-08T10:05")
    await goes(village, "2026-12-08T10:30")
    assert len(ada.reads("group")) == 1, "the preview stood, the meeting did not go out"
    assert said(ada, "Your meeting does not work out") == said(bo, "Your meeting does not work out") == 1
    await goes(village, "2026-12-14T11:00")
    told = said(bo, "Nobody for you this time")
    await goes(village, "2026-12-15T08:00")
    await goes(village, "2026-12-15T10:05")
    assert len(ada.reads("group")) == 1
    assert said(bo, "Nobody for you this time") == told + 1
    assert not any("Ada" in words for words in zoe.reads("dm")[-1:] if "wish" in words)


async def test_a_refused_swap_tells_nothing_of_a_wish_and_a_card_too_long_stops_no_other(
    village: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    zoe = await animator(village)
    people = await joined(village, "Ada", "Bo", "Cy", "Dee")
    for at in ("2026-11-30T08:00", "2026-12-01T08:00", "2026-12-01T10:00", "2026-12-03T11:00"):
        await goes(village, at)
    for one in people:
        await one.press("We met", place="dm")
    for at in ("2026-12-07T11:00", "2026-12-08T08:00"):
        await goes(village, at)
    ada = people[0]
    await ada.press("Rather not again")
    (partner,) = [one for one in people if f"Not with {one.name}" in ada.buttons()]

    async def swap() -> str:
        """Let Ada come to whom she met, where neither may be told from those who only met."""
        told = await zoe.press("Change", place="dm")
        here = [one for one in people if one.name in told]
        stays = next(one for one in here if one in (ada, partner))
        await zoe.press("Swap somebody")
        leaving = next(one for one in here if one is not stays)
        await zoe.fill(who=str(leaving.member.id), with_whom=partner if stays is ada else ada)
        return zoe.errors["with_whom"]

    before = await swap()
    await ada.press(f"Not with {partner.name}")
    assert await swap() == before
    assert "in a meeting together before" in before

    async def too_long(ctx: JobContext, meeting: Meeting, programme: Programme) -> Card:
        if meeting.attendee(ada.member.id) is not None:
            message = "card: too long"
            raise LimitError(message)
        return await shown(ctx, meeting, programme)

    monkeypatch.setattr("commands.rounds.sending.shown", too_long)
    await goes(village, "2026-12-08T10:05")
    assert sorted(len(one.reads("group")) for one in people) == [1, 1, 2, 2]
    assert [said(one, "Your meeting does not work out") for one in people] == [2 - len(one.reads("group")) for one in people]
    assert said(ada, "Your meeting does not work out") == 1
    await zoe.command("animator rounds")
    await zoe.press("Look at it")
    report = await zoe.press("What came of it")
    assert "\nMeetings\n1\n" in report.replace(": ", "\n"), "what nobody was told of did not go out"


async def test_the_home_says_how_it_stands_with_the_meetings_with_one_click_for_it(village: Village) -> None:
    await animator(village)
    ada = await village.person("Ada", "maps")

    async def at_home(words: str, action: str) -> str:
        await village.acts.home(ada.id)
        page = village.adapter.workspace.messages(home_id(ada.id), ada.id)[-1]
        assert words in words_of(page)
        return await ada.press_again(page, action)

    await at_home("one member whom it is worth knowing", "round:join")
    await at_home("You take part in the meetings.", "round:snooze")
    await ada.fill(until=dt.date(2026, 12, 31))
    await at_home("You are resting from the meetings.", "round:back")
    await goes(village, "2026-11-30T08:00")
    await at_home("The next round of meetings is on Tuesday, December 1, 2026.", "round:snooze")


async def test_rounds_are_in_the_calendar_missed_ones_too_and_pause_with_everything(village: Village) -> None:
    zoe = await animator(village)
    ada, _bo = await joined(village, "Ada", "Bo")
    assert "Round: Tuesday pairs" in await zoe.command("animator schedule")
    assert "Tuesday, December 1, 2026" in zoe.told
    await goes(village, "2026-12-01T07:00")  # half a day too late to opt out
    assert said(ada, "A meeting,") == 0
    assert "was missed" in await zoe.command("animator schedule")
    await zoe.press("Pause everything")
    await goes(village, "2026-12-07T08:00")
    assert said(ada, "A meeting,") == 0
    await zoe.command("animator schedule")
    await zoe.press("Resume")
    await goes(village, "2026-12-07T09:00")
    assert said(ada, "A meeting,") == 0, "what was due meanwhile is left out"
    await goes(village, "2026-12-14T08:00")
    assert said(ada, "A meeting, Tuesday, December 15") == 1


async def test_programmes_have_their_own_people_and_rhythm(village: Village) -> None:
    zoe = await animator(village)
    await village.channel("coffee")
    ada, bo = await joined(village, "Ada", "Bo")
    cy = await village.person("Cy", "printing")
    await zoe.command("animator rounds")
    await zoe.press("New programme")
    await zoe.fill(name="Monthly fours", size="4", rhythm="ml", day="0", time="half past")
    assert set(zoe.errors) == {"time"}
    await zoe.command("animator rounds")
    await zoe.press("Look at it")
    assert zoe.told.startswith("Tuesday pairs")
    await zoe.press("Who with whom")
    await zoe.fill(pool="word", value="", trade="any", odd="trio", hours="1")
    assert set(zoe.errors) == {"value"}
    await zoe.press("Who with whom")
    await zoe.fill(pool="word", value="ada", trade="any", odd="trio", hours="1")
    assert "1 member" in zoe.told
    await zoe.press("Stop")
    assert "It is stopped" in zoe.reads()[-1]
    assert "no date yet" in await ada.command("meet")
    await zoe.press("Start again")
    await zoe.press("Who with whom")
    await zoe.fill(pool="channel", value="", trade="any", odd="trio", hours="1")
    await zoe.press("Invite in the channel")
    await zoe.fill(channel=Channel("coffee", "coffee"))
    assert "Whoever wants is put in touch" in cy.reads("#coffee")[-1]
    assert (await cy.press("Join", place="#coffee")).startswith("You take part")
    await goes(village, "2026-11-30T08:00")
    assert said(cy, "A meeting,") == 1
    assert said(ada, "A meeting,") == said(bo, "A meeting,") == 0


async def test_a_round_that_comes_late_is_seen_before_it_goes_out_and_much_too_late_it_does_not(village: Village) -> None:
    zoe = await animator(village)
    ada, bo = await village.person("Ada", "x"), await village.person("Bo", "y")
    for one in (ada, bo):
        await one.command("meet")
        await one.press("Join the meetings")
    await goes(village, "2026-11-30T08:00")
    assert ada.reads("dm")[-1].startswith("A meeting, Tuesday, December")

    # The bot is away over the time of the match, and back in the middle of the night.
    village.clock.set(dt.datetime.fromisoformat("2026-12-02T02:00:00+00:00"))
    await village.passes(minutes=1)
    assert "Send now" in zoe.buttons("dm")
    await goes(village, "2026-12-02T07:30")
    assert ada.reads("group") == []
    await goes(village, "2026-12-02T08:10")
    assert len(ada.reads("group")) == 1
    assert any("These meetings went out." in told for told in zoe.reads("dm"))
    with pytest.raises(AssertionError):
        zoe.find("Send now", "dm")

    # A week later everything stands still for days.
    await goes(village, "2026-12-07T08:00")
    assert ada.reads("dm")[-1].startswith("A meeting, Tuesday, December")
    village.clock.set(dt.datetime.fromisoformat("2026-12-10T10:00:00+00:00"))
    for _minute in range(3):
        await village.passes(minutes=1)
    assert "There is no round on Tuesday, December 8, 2026 after all." in ada.reads("dm")[-1]
    assert any(told.startswith("No round on Tuesday, December 8, 2026") for told in zoe.reads("dm"))
    assert len(ada.reads("group")) == 1
