"""Seeing, taking along, erasing what is kept, and leaving: as members do it, with everything that was under way."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import re
import secrets
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import update

from adapters.sandbox import parse
from adapters.sandbox.acts import words_of
from adapters.sandbox.records import direct_id
from bot.config import RetentionConfig
from bot.i18n import plain
from bot.model import Kind, Member, Place, Where
from bot.ui import Button
from commands.my_data import cards
from storage.attention import Act, Attention
from storage.backup import back_up
from storage.holding import Area
from storage.participation import Participations
from storage.people import Members
from storage.profiles import ProfileRow
from storage.pulse import Pulse, Window
from tests.features import checkins
from tests.features import test_circles as circles
from tests.features import test_rounds as rounds
from tests.features.test_opportunities import publish
from tests.features.test_voice import everything, hide, sign
from tests.features.village import Village, Villager, controls_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping, Sequence

    from adapters.sandbox.records import Message
    from bot.ports import Reader
    from bot.text import Content
    from bot.ui import Card, Choice, Form

CHANNELS = ("introductions", "help", "thanks", "voice", "opportunities")
SECRET = re.compile(r"murmuration", re.IGNORECASE)
"""A word in everything that Ada writes, and nobody else."""


@pytest.fixture
async def village(tmp_path: Path, database_url: str) -> AsyncIterator[Village]:
    village = Village(tmp_path, database_url)
    await village.open()
    for role in CHANNELS:
        await village.channel(role)
    await village.passes(minutes=0)  # schedules begin
    yield village
    await village.close()


@pytest.fixture
async def grace(village: Village) -> Villager:
    """The animator."""
    grace = await village.person("Grace", "Law")
    async with village.app.store.unit() as unit:
        await unit.use(Members, await village.community()).appoint(grace.member.id, animator=True)
    return grace


@pytest.fixture
async def basile(village: Village, grace: Villager) -> Villager:
    del grace
    return await village.person("Basile", "Bookkeeping, tax advice", available="yes")


@pytest.fixture
async def ada(village: Village, basile: Villager) -> Villager:
    """Ada has done a little of everything, always with the same word."""
    ada = await village.person("Ada")
    await ada.command("intro")
    await ada.fill(does="Translator of murmurations", offers="Translation, murmurations", seeks="Bookkeeping", expects=("skill",))
    await ada.command("ask", need="Bookkeeping for my murmuration")
    await ada.press("Post to everyone")
    await basile.press("I can help", place="#help")
    await ada.command("thanks", member=basile, what="a murmuration of good advice", seen_by="public")
    await basile.command("thanks", member=ada, what="an evening of maps and stars")
    await sign(ada, "There is a murmuration missing here", audience="all")
    await publish(ada, "Shop for a murmuration")
    await ada.command("ask")  # a dialog that is left open
    await ada.command("value", do="note")
    return ada


def file_of(message: Message) -> dict[str, Any]:
    assert message.card is not None
    (file,) = message.card.files
    assert file.name.startswith("my-data-20")
    assert file.name.endswith(".json")
    return json.loads(file.content)


async def exported(who: Villager) -> dict[str, Any]:
    await who.command("my-data")
    told = await who.press("Export")
    assert told.startswith("Your data")
    return file_of(who.sees("dm")[-1])


async def leaves(who: Villager, *missing: str) -> str:
    await who.command("my-data")
    await who.press("Leave…")
    if missing:
        await who.choose(*missing)
    await who.press("Get my data and go on")
    return await who.press("Leave and erase")


class LostAnswers:
    """The way back on a platform that just went away."""

    async def defer(self) -> None:
        raise ConnectionError

    async def reply(self, card: Card, reader: Reader, *, private: bool = True, edit: bool = False) -> None:
        raise ConnectionError

    async def form(self, form: Form, reader: Reader) -> None:
        raise ConnectionError

    async def invalid(self, form: Form, errors: Mapping[str, Content], correct: Card, reader: Reader) -> None:
        raise ConnectionError

    async def suggest(self, choices: Sequence[Choice], reader: Reader) -> None:
        raise ConnectionError


async def presses_and_hears_nothing(who: Villager, action: str) -> None:
    """Press a button whose answer gets lost."""
    person = who.village.adapter.workspace.people[who.id]
    place = Place(Where.DIRECT, direct_id(who.id))
    await who.village.app.runner(parse.invocation(Kind.ACTION, action, person, place), LostAnswers())
    await who.village.app.idle()


def public(who: Villager) -> str:
    return "\n".join(words for channel in CHANNELS for words in who.reads(f"#{channel}"))


# ---------------------------------------------------------------- seeing


async def test_what_is_kept_is_said_in_plain_words(ada: Villager) -> None:
    told = await ada.command("my-data")
    assert told.startswith("What I keep about you\nWho sees it.")
    assert "check-in answers, words in circles and unconfirmed gains go after 365 days" in told
    for line in ("Accounts and introduction\n2", "Requests and answers to them\n1", "Gains and thanks\n2", "icebreakers\n1"):
        assert line in told
    assert "Anonymous voices are not here" in told
    assert ada.buttons("dm") == ["Export", "Correct", "Erase…", "Leave…"]


def test_everything_there_can_be_fits_on_the_card() -> None:
    card = cards.overview(Member(1, "Ada"), dict.fromkeys(Area, 1), RetentionConfig())
    assert sum(int(plain(fact.value, "en")) for fact in card.facts) == len(Area) - 1, "all but what animators do"


async def test_the_export_has_everything_and_of_others_what_they_were_shown(ada: Villager, basile: Villager) -> None:
    data = await exported(ada)
    assert data["member"]["name"] == "Ada"
    assert data["profile"][0]["does"] == "Translator of murmurations"
    assert [one["need"] for one in data["requests"]] == ["Bookkeeping for my murmuration"]
    assert {one.get("to", one.get("from")): one["words"] for one in data["thanks"]} == {
        "Basile": "an evening of maps and stars"
    } | {"Basile": data["thanks"][1]["words"]}
    assert data["voices"][0]["words"] == "There is a murmuration missing here", "sealed in the database, open here"
    assert data["opportunities"][0]["contents"]["title"] == "Shop for a murmuration"
    assert data["accounts"][0]["platform"] == "sandbox"
    assert "Bookkeeping, tax advice" not in json.dumps(data), "somebody else’s profile"
    his = await exported(basile)
    assert not [one for one in his["opportunities"] if one.get("pitch")]
    assert "There is a murmuration" not in json.dumps(his)


async def test_who_would_rather_not_meet_somebody_is_in_their_own_export_alone(
    village: Village, ada: Villager, basile: Villager
) -> None:
    async with village.app.store.unit() as unit:
        await unit.use(Participations, await village.community()).exclude(basile.member.id, ada.member.id, village.clock.now())
    assert [one["rather_not_again"] for one in (await exported(basile))["meetings"] if "rather_not_again" in one] == ["Ada"]
    assert "rather_not_again" not in json.dumps(await exported(ada))


async def test_a_meeting_that_the_animators_still_look_at_is_in_nobody_s_export(village: Village) -> None:
    await rounds.animator(village)
    ada, bo = await rounds.joined(village, "Ada", "Bo")
    for at in ("2026-11-30T08:00", "2026-12-01T08:00"):
        await rounds.goes(village, at)
    meetings = (await exported(ada))["meetings"]
    assert "Bo" not in json.dumps(meetings)
    (place,) = [one for one in meetings if "round" in one]
    assert place == {"round": "2026-12-01", "answer": "", "part": None}, "the round is known, not what comes of it"
    assert "was_to_write_first" not in json.dumps(meetings + (await exported(bo))["meetings"])
    await ada.command("my-data")
    assert "Meetings and rounds\n1" in ada.told
    await rounds.goes(village, "2026-12-01T10:05")
    meetings = (await exported(ada))["meetings"]
    assert [one["with"] for one in meetings if "meeting" in one] == [["Bo"]]
    assert [one["part"] for one in meetings if "round" in one] == ["matched"]


async def test_a_circle_that_the_animators_still_look_at_is_in_nobody_s_export(village: Village) -> None:
    zoe = await checkins.appointed(village)
    people = [await village.person(name, f"{name}’s craft", does=f"{name}’s trade") for name in ("Ada", "Bo", "Cy")]
    for one in people:
        await one.command("circle")
        await one.press("Find me a circle")
    await zoe.command("animator circles")
    await zoe.press("Propose circles")
    await zoe.fill(whom="seekers", size="3")
    for _minute in range(2):
        await village.passes(minutes=1)
    assert (await exported(people[0]))["circles"] == []
    await zoe.press("Invite them all", place="dm")
    assert [one["part"] for one in (await exported(people[0]))["circles"]] == ["invited"]


async def test_whom_somebody_was_to_meet_is_not_told_before_they_agree(
    village: Village, grace: Villager, ada: Villager, basile: Villager
) -> None:
    async with village.app.store.unit() as unit:
        acts = unit.use(Attention, await village.community())
        await acts.did(Act.INTRODUCED, ada.member.id, grace.member.id, village.clock.now(), basile.member.id)
    assert [one.get("with") for one in (await exported(ada))["attention"]] == ["Basile"], "who is asked first"
    assert (await exported(basile))["attention"] == []


async def test_what_was_said_of_a_signed_voice_since_is_in_the_export(ada: Villager, grace: Villager) -> None:
    await grace.command("animator voice")
    await grace.press("Open")
    await grace.press("Answer")
    await grace.fill(words="Shall we look for one together?")
    await ada.press("Add something", place="dm")
    await ada.fill(words="Yes, on a murmuration’s evening")
    (voice,) = (await exported(ada))["voices"]
    assert [(one["by"], one["words"]) for one in voice["said_since"]] == [
        ("animators", "Shall we look for one together?"),
        ("you", "Yes, on a murmuration’s evening"),
    ]
    assert {one["day"] for one in voice["said_since"]} == {"2026-11-23"}


async def test_a_button_of_somebody_else_s_shows_and_erases_nothing(ada: Villager, basile: Villager) -> None:
    await ada.command("my-data")
    await ada.press("Erase…")
    _message, action = ada.find("Erase everything")
    await basile.command("my-data")
    message, _export = basile.find("Export")
    assert "This is about somebody else" in await basile.press_again(message, action)
    assert "This is about somebody else" in await basile.press_again(message, f"my_data:export:{ada.member.id}")
    assert (await exported(basile))["profile"]


async def test_what_is_kept_can_be_corrected_from_there(ada: Villager) -> None:
    await ada.command("my-data")
    await ada.press("Correct")
    await ada.press("My introduction")
    assert ada.form is not None


# ---------------------------------------------------------------- erasing, leaving


async def test_whoever_leaves_takes_a_file_along_and_nothing_stays(
    village: Village, grace: Villager, ada: Villager, basile: Villager
) -> None:
    assert SECRET.search(public(grace))
    told = await leaves(ada)
    assert told.startswith("You have left Les Indés")
    before, farewell = ada.sees("dm")[-2:]
    assert file_of(before)["profile"][0]["does"] == "Translator of murmurations"
    assert farewell.card is not None
    assert farewell.card.files == (), "what is handed out once all is erased could get lost with it"
    assert not SECRET.search(public(grace))
    kept = await everything(village)
    found = [line for line in kept.splitlines() if SECRET.search(line) and not line.startswith("thanks ")]
    assert found == []
    assert "Ada" not in kept
    assert "Former member" in kept, "what others gained and were thanked for is still theirs"
    assert "a murmuration of good advice" in json.dumps(await exported(basile))


async def test_erasing_does_the_same_and_they_stay_as_on_the_first_day(village: Village, grace: Villager, ada: Villager) -> None:
    await ada.command("preferences", about="messages")
    await ada.fill(weekly=0, digest="no", kinds=(), asks="0", quiet="20:00-8:00")
    await ada.command("my-data")
    await ada.press("Erase…")
    told = await ada.press("Erase everything")
    assert told.startswith("Erased\n")
    assert not SECRET.search(public(grace))
    assert not [line for line in (await everything(village)).splitlines() if SECRET.search(line) and not line.startswith("thanks ")]
    data = await exported(ada)
    assert data["member"]["name"] == "Ada"
    assert data["requests"] == data["thanks"] == data["voices"] == []
    assert data["preferences"][0]["weekly"] == 0, "what they said no to"
    assert data["member"]["quiet"] == "20:00-08:00"
    before = len(ada.reads("dm"))
    for _week in range(3):
        await village.passes(days=7)
    assert len(ada.reads("dm")) == before, "nothing comes unasked"


async def test_nothing_is_erased_before_the_data_are_handed_out(village: Village, ada: Villager) -> None:
    await ada.command("my-data")
    await ada.press("Leave…")
    first = ada.find("Get my data and go on")
    await presses_and_hears_nothing(ada, first[1])
    assert (await exported(ada))["profile"], "the file got lost, and nothing else"
    told = await ada.press_again(*first)
    assert "Go on only once you have it" in told
    assert file_of(ada.sees("dm")[-1])["profile"]
    assert (await exported(ada))["profile"], "having the file is not leaving"
    await presses_and_hears_nothing(ada, ada.find("Leave and erase")[1])
    assert "Ada" not in await everything(village)
    assert [one for one in ada.sees("dm") if one.card and one.card.files], "the farewell got lost, the file is there"


async def test_who_has_too_much_for_a_message_can_leave_all_the_same(village: Village, ada: Villager) -> None:
    async with village.app.store.unit() as unit:
        much = secrets.token_urlsafe(5 << 20)
        await unit.connection.execute(update(ProfileRow).where(ProfileRow.member_id == ada.member.id).values(link=much))
    await ada.command("my-data")
    assert "confrere people export" in await ada.press("Export")
    await ada.command("my-data")
    await ada.press("Leave…")
    told = await ada.press("Get my data and go on")
    assert "confrere people export" in told
    assert "You can leave without it" in told
    assert (await ada.press("Leave and erase")).startswith("You have left")
    assert "Ada" not in await everything(village)


async def test_who_erased_everything_is_no_newcomer_and_is_asked_nothing(village: Village, grace: Villager, ada: Villager) -> None:
    bo = await village.person("Bo")
    await checkins.drafted(grace, "A first week here")
    await grace.press("Start it")
    await ada.command("my-data")
    assert "no check-ins either" in await ada.press("Erase…")
    await ada.press("Erase everything")
    assert (await exported(ada))["preferences"] == [{"no_checkins": True, "checkins_read_by": "animators"}]
    await village.passes(days=4)
    told = await grace.command("animator attention")
    assert "Bo" in told
    assert "Ada" not in told
    for instant in ("2026-11-29T12:00", "2026-11-30T06:00", "2026-11-30T09:00"):
        await checkins.goes(village, instant)
    assert checkins.said(bo, "You joined a week ago") == 1
    assert checkins.said(ada, "You joined a week ago") == 0
    async with village.app.store.unit(write=False) as unit:
        pulse = unit.use(Pulse, await village.community())
        now = village.clock.now()
        window = Window(now - dt.timedelta(days=60), now + dt.timedelta(days=1))
        counted = await pulse.newcomers(Window(now - dt.timedelta(days=120), window.start), window, 7, 30)
    assert sum(one.reached for one in counted) == len((bo, grace, "Basile")), counted


async def test_who_has_been_here_for_long_keeps_the_date(village: Village, ada: Villager) -> None:
    since = (await exported(ada))["member"]["joined_at"]
    await village.passes(days=200)
    await ada.command("my-data")
    await ada.press("Erase…")
    await ada.press("Erase everything")
    assert (await exported(ada))["member"]["joined_at"] == since


async def test_every_button_works_again_after_it_is_done(village: Village, ada: Villager, basile: Villager) -> None:
    await ada.command("my-data")
    await ada.press("Leave…")
    await ada.press("Get my data and go on")
    message, action = ada.find("Leave and erase")
    export = ada.find("Export")
    await ada.press_again(message, action)
    left = await everything(village)
    assert "That is done" in await ada.press_again(message, action)
    assert "That is done" in await ada.press_again(*export)
    assert await everything(village) == left, "a refusal makes nobody a member again"
    await basile.press("I can help", place="dm") if "I can help" in basile.buttons("dm") else None


async def test_who_left_hears_nothing_and_is_welcome_as_somebody_new(village: Village, ada: Villager, basile: Villager) -> None:
    await leaves(ada)
    before = len(ada.reads("dm"))
    await village.acts.repeat()
    for _week in range(3):
        await village.passes(days=7)
    await basile.command("thanks", member=ada, what="for everything you did here")
    assert len(ada.reads("dm")) == before
    assert "Ada" not in await everything(village), "what others do makes nobody a member again"
    assert "no longer here" in basile.told + str(basile.errors)
    told = await ada.command("my-data")
    assert "Accounts and introduction\n1" in told
    assert "Requests" not in told


async def test_looking_at_the_home_or_joining_again_undoes_nothing(village: Village, ada: Villager) -> None:
    shown = (await village.acts.home(ada.id)).messages[0]
    assert words_of(shown).startswith("Hello Ada")
    await leaves(ada)
    before = len(ada.reads("dm"))
    (shown,) = (await village.acts.home(ada.id)).messages
    assert words_of(shown).startswith("You have left Les Indés")
    (again,) = controls_of(shown)
    assert isinstance(again, Button)
    await ada.leave()
    await village.acts.come_back(ada.id)
    await village.passes(days=3)
    assert len(ada.reads("dm")) == before, "no second welcome, no reminder"
    assert "Ada" not in await everything(village)
    assert (await ada.press_again(shown, again.action)).startswith("What can I do for you?")
    assert (await exported(ada))["member"]["name"] == "Ada"


async def test_what_waits_to_be_sent_to_them_or_about_them_is_not(village: Village, ada: Villager, basile: Villager) -> None:
    await basile.command("preferences", about="messages")
    await basile.fill(weekly=3, digest="no", kinds=(), asks="4", quiet="9:00-18:00")
    await ada.command("thanks", member=basile, what="a second murmuration of advice")
    await leaves(ada)
    await village.passes(days=8)
    assert not [words for words in basile.reads("dm") if "second murmuration" in words and "Ada" in words]
    kept = await everything(village)
    assert not [line for line in kept.splitlines() if line.startswith("outbox") and SECRET.search(line)]


async def test_a_partner_is_freed_and_a_past_meeting_counts_on(village: Village) -> None:
    zoe = await rounds.animator(village)
    del zoe
    ada, bo = await rounds.joined(village, "Ada", "Bo")
    for at in ("2026-11-30T08:00", "2026-12-01T08:00", "2026-12-01T10:05"):
        await rounds.goes(village, at)
    assert "Ada’s craft" in bo.reads("group")[-1]
    old = [one.action for one in controls_of(bo.sees("group")[-1]) if isinstance(one, Button)]
    assert old
    await leaves(ada)
    await bo.command("my-data")
    carrier = bo.find("Export")[0]
    for action in [*old, "round:how:1", "round:met:1", "round:gain:1"]:
        assert "went wrong" not in await bo.press_again(carrier, action)
    assert rounds.said(bo, "Your meeting does not work out") == 1
    assert not [words for words in bo.reads("group") if "Ada" in words], "the card with both profiles is gone"
    kept = await everything(village)
    assert not [line for line in kept.splitlines() if "Ada" in line and not line.startswith("outbox")]


async def test_words_in_a_circle_are_taken_out_and_the_others_go_on(village: Village) -> None:
    people = await circles.circle(village, "Ada", "Bo", "Cy")
    ada, bo, cy = people
    await circles.goes(village, "2026-11-30T08:00")
    for one in people:
        await circles.answers(one, f"the murmuration of {one.name}" if one is ada else "my own things", "more of it")
    assert circles.said(bo, "the murmuration of Ada", "group")
    await leaves(ada)
    assert not circles.said(bo, "the murmuration of Ada", "group")
    assert circles.said(cy, "my own things", "group")
    assert not SECRET.search(await everything(village))


async def test_a_request_that_they_helped_with_stays_its_asker_s(village: Village, ada: Villager, basile: Villager) -> None:
    await basile.command("ask", need="A translation into Italian")
    await basile.choose("Ada")
    await ada.press("I can help", place="dm")
    await leaves(ada)
    assert "Ada" not in await everything(village)
    assert [one["need"] for one in (await exported(basile))["requests"] if "need" in one] == ["A translation into Italian"]


async def test_old_buttons_of_what_is_erased_answer_politely(
    village: Village, ada: Villager, basile: Villager, grace: Villager
) -> None:
    old = [
        (basile, basile.find("I can help", "#help")[1]),
        (grace, grace.find("I’m interested", "#opportunities")[1]),
        (grace, f"proposal:meet:{ada.member.id}"),
    ]
    await leaves(ada)
    for who, action in old:
        await who.command("my-data")
        told = await who.press_again(who.find("Export")[0], action)
        assert told
        assert "went wrong" not in told
        assert "Ada" not in told
    for command in ("value", "checkin", "meet", "confrere", "my-data"):
        assert "went wrong" not in await basile.command(command)
    assert "went wrong" not in await basile.command("opportunity list")
    assert not [one for one in (await exported(basile))["opportunities"] if (one.get("reached_by") or {}).get("title")]


async def test_anonymous_voices_stay_and_their_code_still_finds_them(village: Village, ada: Villager) -> None:
    code = await hide(ada, "Somebody should open a window", audience="animators")
    await leaves(ada)
    await ada.command("voice")
    await ada.press("I have a code")
    assert "open a window" in await ada.fill(code=code)


@pytest.mark.parametrize("database_kind", ["sqlite"])
async def test_the_next_backup_holds_nothing_of_it(village: Village, ada: Villager, tmp_path: Path) -> None:
    url = village.config.database.url
    before, after = tmp_path / "before.db", tmp_path / "after.db"
    await asyncio.to_thread(back_up, url, before)
    await leaves(ada)
    await village.passes(minutes=1)
    await asyncio.to_thread(back_up, url, after)
    assert before.read_bytes().count(b"Translator of murmuration")
    assert not re.search(rb"Translator of murmuration|my murmuration|Shop for a murmuration|Ada", after.read_bytes())
    await village.close()
    file = await asyncio.to_thread(Path(url.removeprefix("sqlite:///")).read_bytes)
    assert not re.search(rb"Translator of murmuration|my murmuration|Shop for a murmuration", file), "nor the file itself"
    await village.open()


# ---------------------------------------------------------------- what the animators see


async def test_departures_are_told_in_fives_by_what_was_missing_once_the_month_is_over(village: Village, grace: Villager) -> None:
    people = [await village.person(f"Person {number}") for number in range(10)]
    for one in people:
        await one.command("intro")
        await one.fill(does="a craft", offers="a craft", expects=("economic",))
    for one in people[:4]:
        await leaves(one, "Business")
    await leaves(people[4], "Being known")
    await village.passes(days=10)
    assert "Departures" not in await grace.command("animator pulse")
    for one in people[5:7]:
        await leaves(one, "Business")
    assert "Departures" not in await grace.command("animator pulse"), "the month is not over"
    await village.passes(days=30)
    told = await grace.command("animator pulse")
    assert "Departures by what was missing\nbusiness: 5 or more (5 had expected it)" in told
    assert "reputation:" not in told
    await grace.press("What these mean")
    assert "in the last twelve whole months" in grace.told
    assert not [line for line in (await everything(village)).splitlines() if "Person 0" in line]


async def test_the_reason_is_optional_and_nothing_is_kept_before_they_leave(village: Village, ada: Villager) -> None:
    await ada.command("my-data")
    await ada.press("Leave…")
    told = await ada.choose("Business")
    assert "Missing: Business" in told
    assert "departure (" not in await everything(village)
    await ada.press("Stay")
    assert (await exported(ada))["profile"]


async def test_the_only_animator_is_told_that_nobody_else_runs_the_community(
    village: Village, grace: Villager, basile: Villager
) -> None:
    words = "You are the only animator"
    await basile.command("my-data")
    assert words not in await basile.press("Leave…"), "of whom does not run it, nothing is asked"
    await grace.command("my-data")
    told = await grace.press("Leave…")
    assert words in told
    assert "For 365 days I keep a hash of your accounts" in told
    assert words in await grace.choose("Business")
    async with village.app.store.unit() as unit:
        await unit.use(Members, await village.community()).appoint(basile.member.id, animator=True)
    await grace.command("my-data")
    assert words not in await grace.press("Leave…")
    assert (await leaves(grace)).startswith("You have left")


@pytest.mark.parametrize("locale", ["fr"])
async def test_it_is_said_in_french(village: Village, locale: str) -> None:
    zoe = await village.person("Zoé", locale=locale)
    told = await zoe.command("my-data")
    assert told.startswith("Ce que je garde sur vous")
    await zoe.press("Partir…")
    await zoe.press("Recevoir mes données et continuer")
    assert (await zoe.press("Partir et tout effacer")).startswith("Vous avez quitté Les Indés")
