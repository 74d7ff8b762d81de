"""Voices: raised, signed or not; answered, decided, shown to everyone or kept back; found again a year later."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import String, cast, delete, select, text

from bot.model import Channel
from storage.models import metadata
from storage.people import MemberRow, Members
from tests.features.village import Village, Villager

WORDS = "The quarterly dinner is too dear for those who begin 🧮"
ANSWER = "You are right. From January it is in the canteen, for eight euros."
REASON = "It costs us nothing, and more of you come."


@pytest.fixture
async def village(tmp_path: Path, database_url: str) -> AsyncIterator[Village]:
    village = Village(tmp_path, database_url)
    await village.open()
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
async def ada(village: Village, grace: Villager) -> Villager:
    del grace
    return await village.person("Ada", "Translation")


@pytest.fixture
async def basile(village: Village) -> Villager:
    return await village.person("Basile", "Bookkeeping")


async def sign(who: Villager, words: str = WORDS, kind: str = "concern", audience: str = "animators") -> str:
    await who.command("voice")
    await who.press("With my name")
    return await who.fill(kind=kind, words=words, audience=audience)


async def hide(who: Villager, words: str = WORDS, kind: str = "concern", audience: str = "animators") -> str:
    """Raise one anonymously; return the code."""
    await who.command("voice")
    await who.press("Anonymously")
    told = await who.fill(kind=kind, words=words, audience=audience)
    found = re.search(r"[2-9A-Z]{5}(?:-[2-9A-Z]{5}){2}", told)
    assert found, told
    return found[0]


async def open_newest(grace: Villager) -> str:
    await grace.command("animator voice")
    return await grace.press("Read it")


async def everything(village: Village) -> str:
    """Return all that the database holds, as text."""
    async with village.app.store.unit(write=False) as unit:
        lines = [
            f"{table.name} {tuple(row)}"
            for table in metadata.sorted_tables
            for row in (await unit.connection.execute(select(*(cast(column, String) for column in table.c)))).all()
        ]
    return "\n".join(lines)


def heard(who: Villager, about: str = "waiting to be read") -> list[str]:
    """Return what reached somebody, of what has these words in it."""
    return [words for words in who.reads("dm") if about in words]


async def press_elsewhere(who: Villager, action: str) -> str:
    """Press a button of somebody else's, as a forged request would."""
    await who.command("voice")
    return await who.press_again(who.find("I have a code")[0], action)


async def look_up(who: Villager, code: str) -> str:
    await who.command("voice")
    await who.press("I have a code")
    return await who.fill(code=code)


# ---------------------------------------------------------------- signed


async def test_a_signed_voice_gets_an_answer_and_an_outcome_with_its_reason(
    village: Village, grace: Villager, ada: Villager
) -> None:
    told = await sign(ada)
    assert told.startswith("The animators have it")

    await village.passes(hours=1)
    assert heard(grace)[-1] == "1 voice is waiting to be read."
    told = await grace.press("Look at them", place="dm")
    assert "unread · A concern · Ada" in told
    told = await grace.press("Read it")
    assert WORDS in told
    await grace.press("Answer")
    told = await grace.fill(words=ANSWER)
    assert "Answered." in told
    await grace.press("What becomes of it")
    await grace.fill(outcome="will", reason=REASON)

    assert heard(ada, "your voice of") == [
        "The animators answered your voice of Monday, November 23, 2026.",
        "The animators say what becomes of your voice of Monday, November 23, 2026.",
    ]
    told = await ada.press("Read it", place="dm")
    assert [part in told for part in (WORDS, ANSWER, "Will be done", REASON)] == [True] * 4


async def test_an_outcome_is_not_taken_without_its_reason(grace: Villager, ada: Villager) -> None:
    await sign(ada)
    await open_newest(grace)
    await grace.press("What becomes of it")
    await grace.fill(outcome="wont", reason="  ")
    assert "reason" in grace.errors
    assert heard(ada, "say what becomes") == []


async def test_whoever_raised_it_adds_to_it_and_it_waits_again(village: Village, grace: Villager, ada: Villager) -> None:
    await sign(ada)
    await open_newest(grace)
    await grace.press("Answer")
    await grace.fill(words=ANSWER)
    await village.passes(days=1)
    await ada.press("Add something", place="dm")
    told = await ada.fill(words="And the drinks?")
    assert "You, Tuesday, November 24, 2026: And the drinks?" in told

    await village.passes(hours=1)
    assert heard(grace)[-1] == "1 voice is waiting to be read."
    assert "unread" in await grace.command("animator voice")
    assert "Whoever raised it, Tuesday, November 24, 2026: And the drinks?" in await grace.press("Read it")


async def test_what_is_typed_and_refused_is_kept_under_seal(village: Village, ada: Villager) -> None:
    await ada.command("voice")
    await ada.press("With my name")
    await ada.fill(kind="", words=WORDS, audience="animators")
    assert ada.errors == {"kind": "Please fill this in."}
    assert "dinner" not in await everything(village)

    await ada.press("With my name")
    assert ada.form is not None
    assert {field.name: getattr(field, "initial", "") for field in ada.form.form.fields}["words"] == WORDS


async def test_nobody_else_reads_a_signed_voice(ada: Villager, basile: Villager, grace: Villager) -> None:
    await sign(ada)
    for action in ("voice:mine:1", "voice:more:1", "voice:back:1"):
        assert await press_elsewhere(basile, action) == "Only whoever raised it can see this."
        assert await press_elsewhere(grace, action) == "Only whoever raised it can see this."
    for action in ("voice:open:1", "voice:answer:1", "voice:show:1", "voice:inbox:0"):
        assert await press_elsewhere(basile, action) == "Only the animators of the community can do this."


async def test_the_same_form_sent_twice_is_one_voice(ada: Villager, grace: Villager) -> None:
    await sign(ada)
    await sign(ada, f" {WORDS} ")
    assert (await grace.command("animator voice")).count("A concern") == 1

    await grace.press("Read it")
    for _time in range(2):
        await grace.press("Answer")
        assert (await grace.fill(words=ANSWER)).count(ANSWER) == 1
    assert sum("answered your voice" in words for words in ada.reads("dm")) == 1


async def test_five_a_day(ada: Villager) -> None:
    for number in range(5):
        await sign(ada, f"{WORDS} {number}")
    await ada.command("voice")
    assert "5 voices a day" in await ada.press("With my name")


async def test_taking_it_back_deletes_it_wherever_it_stands(village: Village, grace: Villager, ada: Villager) -> None:
    await village.channel("voice")
    await sign(ada, audience="all")
    await open_newest(grace)
    await grace.press("Answer")
    await grace.fill(words=ANSWER)
    await ada.press("Read it", place="dm")
    assert await ada.press("Take it back") == "It is gone, with the answers to it."
    assert ada.reads("#voice") == []
    assert heard(ada, "answered your voice") == []
    assert "was taken back" in await press_elsewhere(ada, "voice:more:1")
    assert "Nobody has raised anything yet" in await grace.command("animator voice")


# ---------------------------------------------------------------- to everyone


async def test_a_signed_one_to_everyone_is_posted_at_once_and_follows_its_answer(
    village: Village, grace: Villager, ada: Villager, basile: Villager
) -> None:
    await village.channel("voice")
    assert "Everyone can read it within a minute." in await sign(ada, audience="all", kind="objection")
    assert basile.reads("#voice") == [f"An objection\n{WORDS}\nFrom Ada."]

    await open_newest(grace)
    await grace.press("What becomes of it")
    await grace.fill(outcome="wont", reason=REASON)
    (post,) = basile.reads("#voice")
    assert f"Will not be done\nWhy\n{REASON}" in post or REASON in post
    await basile.command("voice")
    told = await basile.press("What was answered")
    assert "1 voice has its answer." in told
    assert "From Ada." in await basile.press("Read it")


async def test_keeping_one_back_needs_a_reason_that_whoever_raised_it_reads(
    village: Village, grace: Villager, ada: Villager
) -> None:
    await village.channel("voice")
    await sign(ada, audience="all")
    await open_newest(grace)
    await grace.press("Keep it back")
    await grace.fill(reason=" ")
    assert "reason" in grace.errors
    await grace.press("Keep it back")
    await grace.fill(reason="It names a client.")
    assert ada.reads("#voice") == []
    assert len(heard(ada, "keep your voice of Monday, November 23, 2026 from everyone")) == 1
    assert "It names a client." in await ada.press("Read it", place="dm")

    await open_newest(grace)
    await grace.press("Let everyone see it")
    assert len(ada.reads("#voice")) == 1


async def test_without_a_channel_it_is_said_and_one_is_chosen(village: Village, grace: Villager, ada: Villager) -> None:
    assert "There is no channel for voices yet" in await sign(ada, audience="all")
    await grace.command("animator voice")
    await grace.press("Choose the channel")
    village.adapter.workspace.add_channel("voices")
    told = await grace.fill(where=Channel("voices", "voices"))
    assert "Those to everyone appear in" in told
    await grace.press("Read it")
    await grace.press("Keep it back")
    await grace.fill(reason="A trial.")
    await grace.press("Let everyone see it")
    assert len(ada.reads("#voices")) == 1


async def test_one_to_the_animators_alone_is_never_shown(grace: Villager, ada: Villager, basile: Villager) -> None:
    await sign(ada)
    await open_newest(grace)
    await grace.press("Answer")
    await grace.fill(words=ANSWER)
    assert "addressed it to the animators only" in await press_elsewhere(grace, "voice:show:1")
    await basile.command("voice")
    assert "What was answered" not in basile.buttons("dm")
    assert "not in the list" in await press_elsewhere(basile, "voice:read:1")


async def test_one_that_may_be_shown_later_is_listed_without_a_name_once_it_is_answered(
    grace: Villager, ada: Villager, basile: Villager
) -> None:
    await sign(ada, audience="later")
    assert "Once you have answered, everyone reads it in the list" in await open_newest(grace)
    assert "Let everyone see it" not in grace.buttons()
    await basile.command("voice")
    assert "What was answered" not in basile.buttons("dm")
    await grace.press("Answer")
    told = await grace.fill(words=ANSWER)
    assert "Answered. Everyone finds it in the list of answered voices." in told
    await basile.command("voice")
    await basile.press("What was answered")
    told = await basile.press("Read it")
    assert ANSWER in told
    assert "Ada" not in told
    assert "Without a name." in told


@pytest.mark.parametrize("before", [True, False], ids=["before it is answered", "after"])
async def test_one_that_may_be_shown_later_can_be_kept_back(
    grace: Villager, ada: Villager, basile: Villager, *, before: bool
) -> None:
    code = await hide(ada, audience="later")
    await open_newest(grace)
    for act in ("keep", "decide") if before else ("decide", "keep"):
        if act == "keep":
            await grace.press("Keep it back")
            await grace.fill(reason="It names somebody.")
        else:
            await grace.press("What becomes of it")
            await grace.fill(outcome="wont", reason=REASON)
    await basile.command("voice")
    assert "What was answered" not in basile.buttons("dm")
    assert "It names somebody." in await look_up(ada, code)
    await open_newest(grace)
    await grace.press("Let everyone see it")
    await basile.command("voice")
    assert "What was answered" in basile.buttons("dm")


# ---------------------------------------------------------------- anonymous


async def test_an_anonymous_voice_is_answered_to_whoever_has_its_code(grace: Villager, ada: Villager, basile: Villager) -> None:
    code = await hide(ada)
    told = await open_newest(grace)
    assert WORDS in told
    assert "From\nanonymous" in told or "anonymous" in told
    assert "Ada" not in told
    await grace.press("Answer")
    await grace.fill(words=ANSWER)
    await grace.press("What becomes of it")
    await grace.fill(outcome="partly", reason=REASON)

    assert not [words for words in ada.reads("dm") if "your voice" in words], "nobody knows whom to write to"
    told = await look_up(ada, code.lower().replace("-", " "))
    assert [part in told for part in (WORDS, ANSWER, "Will be done in part", REASON)] == [True] * 4
    await ada.press("Add something")
    assert "You, Monday, November 23, 2026: And the drinks?" in await ada.fill(words="And the drinks?")
    assert "And the drinks?" in await open_newest(grace)

    await look_up(basile, "AAAAA-BBBBB-CCCCC")
    assert "I know no voice with this code" in basile.errors["code"]


async def test_nothing_of_whoever_raised_it_is_in_the_database(village: Village, ada: Villager, basile: Villager) -> None:
    await basile.command("voice")
    before = await everything(village)
    code = await hide(ada)
    await look_up(ada, code)
    await ada.press("Add something")
    await ada.fill(words="And the drinks? 🧮")
    after = await everything(village)

    new = set(after.splitlines()) - set(before.splitlines())
    kinds = {line.split()[0] for line in new}
    assert kinds <= {"delivery", "voice", "voice_word", "voice_salt", "voice_allowance", "account"}
    assert not [line for line in new if line.startswith("account") and "last_seen" in line]
    assert "🧮" not in after
    assert "dinner" not in after
    assert code not in after
    assert code.replace("-", "") not in after
    (voice,) = [line for line in after.splitlines() if line.startswith("voice (")]
    assert ada.name not in voice
    assert not re.search(r"\d\d:\d\d|datetime\.datetime\([^)]*, (?!0, 0)\d+, \d+", voice), "a date and no hour"
    assert not [line for line in after.splitlines() if line.startswith("form ")], "not even that a form was opened"


@pytest.mark.parametrize("database_kind", ["postgresql"])
async def test_no_transaction_ties_an_anonymous_voice_to_an_interaction_any_more(village: Village, ada: Villager) -> None:
    """PostgreSQL marks each row with the transaction that wrote it."""

    async def tied() -> set[str]:
        async with village.app.store.unit(write=False) as unit:
            marked = {
                table: set((await unit.connection.execute(text(f"SELECT CAST(xmin AS text) FROM {table}"))).scalars())  # noqa: S608
                for table in ("voice", "voice_word", "delivery", "account")
            }
        return (marked["voice"] | marked["voice_word"]) & (marked["delivery"] | marked["account"])

    code = await hide(ada)
    await look_up(ada, code)
    await ada.press("Add something")
    await ada.fill(words="And the drinks?")
    assert await tied() != set()
    await village.passes(days=1)
    assert await tied() == set()


async def test_what_is_refused_is_given_back_and_kept_nowhere(village: Village, ada: Villager) -> None:
    await ada.command("voice")
    await ada.press("Anonymously")
    await ada.fill(kind="", words=WORDS, audience="animators")
    assert ada.errors == {"kind": "Please fill this in."}
    assert not [line for line in (await everything(village)).splitlines() if line.startswith("form ")]


async def test_two_a_day_and_tomorrow_nobody_can_tell_whose(village: Village, ada: Villager, basile: Villager) -> None:
    await hide(ada, f"{WORDS} 1")
    await hide(ada, f"{WORDS} 2")
    await ada.command("voice")
    assert "2 anonymous voices a day" in await ada.press("Anonymously")
    await hide(basile, f"{WORDS} 3")
    today = [line for line in (await everything(village)).splitlines() if line.startswith(("voice_salt", "voice_allowance"))]
    assert len(today) == 3

    await village.passes(days=1)

    assert not [line for line in (await everything(village)).splitlines() if line.startswith(("voice_salt", "voice_allowance"))]
    await hide(ada, f"{WORDS} 4")


async def test_a_form_that_was_open_when_the_last_one_went_gives_the_words_back(village: Village, ada: Villager) -> None:
    await ada.command("voice")
    await ada.press("Anonymously")
    form = ada.form
    await hide(ada, f"{WORDS} 1")
    await hide(ada, f"{WORDS} 2")
    ada.form = form
    told = await ada.fill(kind="idea", words="A third one, rather long", audience="animators")
    assert told.startswith("Not sent\n2 anonymous voices a day")
    assert "A third one, rather long" in told
    assert not [line for line in (await everything(village)).splitlines() if line.startswith("form ")]


async def test_the_same_words_twice_are_one_anonymous_voice(ada: Villager, grace: Villager) -> None:
    await hide(ada)
    await ada.command("voice")
    await ada.press("Anonymously")
    assert "once is enough" in await ada.fill(kind="concern", words=WORDS, audience="animators")
    assert (await grace.command("animator voice")).count("A concern") == 1


async def test_the_same_words_of_somebody_else_are_another_anonymous_voice(
    ada: Villager, basile: Villager, grace: Villager
) -> None:
    assert await hide(ada) != await hide(basile)
    assert (await grace.command("animator voice")).count("A concern") == 2


async def test_animators_are_told_of_an_anonymous_one_the_day_after(village: Village, grace: Villager, ada: Villager) -> None:
    await hide(ada)
    for _hour in range(12):
        await village.passes(hours=1)
    assert heard(grace) == []
    await village.passes(hours=12)
    assert heard(grace)[-1] == "1 voice is waiting to be read."


async def test_an_anonymous_one_to_everyone_is_posted_unless_it_is_kept_back(
    village: Village, grace: Villager, ada: Villager, basile: Villager
) -> None:
    await village.channel("voice")
    await hide(ada, audience="all")
    code = await hide(basile, "Somebody here is an idiot, and says so", audience="all")
    await grace.command("animator voice")
    assert "I post it on Thursday, November 26, 2026 unless" in await grace.press("Read it")
    await grace.press("Keep it back")
    await grace.fill(reason="It insults a member; say it otherwise and it goes out.")
    await village.passes(days=2)
    assert basile.reads("#voice") == []

    await village.passes(days=1)

    assert basile.reads("#voice") == [f"A concern\n{WORDS}\nAnonymous: nobody knows from whom, nor do I."]
    assert "It insults a member" in await look_up(basile, code)


async def test_without_a_channel_an_anonymous_one_to_everyone_is_in_the_list_once_answered(
    grace: Villager, ada: Villager, basile: Villager
) -> None:
    await ada.command("voice")
    await ada.press("Anonymously")
    told = await ada.fill(kind="concern", words=WORDS, audience="all")
    assert "There is no channel for voices yet: everyone will see it in the list once it is answered" in told
    assert "within three days" not in told
    told = await open_newest(grace)
    assert "once you have answered, everyone reads it in the list" in told
    assert "I post it on" not in told
    await grace.press("Answer")
    await grace.fill(words=ANSWER)
    await basile.command("voice")
    await basile.press("What was answered")
    assert WORDS in await basile.press("Read it")


async def test_nothing_of_a_voice_is_in_the_log(
    village: Village, ada: Villager, grace: Villager, capfd: pytest.CaptureFixture[str]
) -> None:
    code = await hide(ada)
    await look_up(ada, code)
    await sign(ada)
    await open_newest(grace)
    await village.passes(days=1)
    logged = capfd.readouterr()
    for secret in ("dinner", "🧮", code, code.replace("-", "")):
        assert secret not in logged.out + logged.err


# ---------------------------------------------------------------- later


async def test_a_year_later_the_code_still_opens_it(village: Village, grace: Villager, ada: Villager) -> None:
    code = await hide(ada)
    await open_newest(grace)
    await grace.press("Answer")
    await grace.fill(words=ANSWER)
    await village.passes(days=365)
    assert ANSWER in await look_up(ada, code)


async def test_whoever_leaves_hears_no_more_and_their_name_stands(village: Village, grace: Villager, ada: Villager) -> None:
    await sign(ada)
    await ada.leave()
    assert "Ada" in await open_newest(grace)
    await grace.press("Answer")
    assert "Answered." in await grace.fill(words=ANSWER)
    await village.passes(hours=1)


async def test_erasing_somebody_takes_their_signed_voices_and_leaves_the_others(
    village: Village, grace: Villager, ada: Villager
) -> None:
    await sign(ada)
    code = await hide(ada, f"{WORDS} anonymous")
    await open_newest(grace)
    async with village.app.store.unit() as unit:
        await unit.connection.execute(delete(MemberRow).where(MemberRow.id == ada.member.id))
    told = await grace.command("animator voice")
    assert "Ada" not in told
    assert told.count("A concern") == 1
    assert "anonymous" in await look_up(grace, code)


async def test_in_french(village: Village) -> None:
    await village.close()
    await village.open()
    lea = await village.person("Léa", "Conseil", locale="fr")
    told = await lea.command("voice")
    assert told.startswith("Dire ce que je pense")
    await lea.press("Anonymement")
    told = await lea.fill(kind="idea", words="Et si on se voyait le midi ?", audience="all")
    assert "Envoyée, sans trace de vous" in told
    async with village.app.store.unit() as unit:
        await unit.use(Members, await village.community()).appoint(lea.member.id, animator=True)
    await lea.command("animator voice")
    assert "Et si on se voyait le midi ?" in await lea.press("La lire")
