"""Nobody who calls for help is overlooked, however many others spoke since, and whatever an animator was done with before."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import msgspec
import pytest
from sqlalchemy import insert

from storage.base import Repository
from storage.checkin import Kind, Question, Reads, Said
from storage.checkin_answers import AnswerRow, ReaderRow
from storage.checkins import Checkins, SendingRow
from storage.concerns_told import BATCH, MOST
from storage.gaps import GapRow
from storage.gaps import State as Gap
from storage.voice import Audience
from storage.voice import Kind as VoiceKind
from storage.voices import Voices
from tests.features.attending import DAY, LIST, asked_how, gap, order, voiced
from tests.features.checkins import appointed

if TYPE_CHECKING:
    from tests.features.village import Village, Villager


@pytest.fixture
async def zoe(village: Village) -> Villager:
    """Somebody who runs the community."""
    return await appointed(village)


async def answered_well(village: Village, somebody: Villager, reader: Villager, times: int) -> None:
    """Let somebody answer many check-ins, each a minute after the other, that all is well."""
    community, now = await village.community(), village.clock.now()
    async with village.app.store.unit() as unit:
        number = await unit.use(Checkins, community).draft(
            somebody.member.id, "own", [Question(Kind.SCALE, "How are you?", low=2)], 0, now
        )
        well = unit.use(Repository, community).sealed(msgspec.json.encode(Said((("5",),))).decode())
        sendings = [
            {"community_id": community.id, "campaign_id": number, "local_date": now.date() + n * DAY, "state": "sent"}
            for n in range(times)
        ]
        made = await unit.connection.execute(insert(SendingRow).returning(SendingRow.id), sendings)
        answers = [
            {
                "community_id": community.id,
                "sending_id": sending,
                "member_id": somebody.member.id,
                "reads": Reads.ANIMATORS.value,
                "said": well,
                "given_at": now + dt.timedelta(minutes=n),
            }
            for n, sending in enumerate(made.scalars())
        ]
        given = await unit.connection.execute(insert(AnswerRow).returning(AnswerRow.id), answers)
        readers = [{"answer_id": answer, "member_id": reader.member.id} for answer in given.scalars()]
        await unit.connection.execute(insert(ReaderRow), readers)


async def test_a_call_for_help_is_there_however_many_answered_since(
    village: Village, zoe: Villager, ada: Villager, basile: Villager, chloe: Villager
) -> None:
    await asked_how(village, ada, Reads.ANIMATORS, [zoe], call=True, scale="5")
    village.clock.move(DAY)
    await answered_well(village, basile, zoe, BATCH)
    village.clock.move(DAY)
    await asked_how(village, chloe, Reads.ANIMATORS, [zoe], call=False, scale="1")
    assert await order(village, zoe) == [("Ada", ["call"]), ("Chloé", ["low"])]


async def test_calls_of_one_instant_are_all_there(village: Village, zoe: Villager, ada: Villager, basile: Villager) -> None:
    await answered_well(village, basile, zoe, BATCH - 1)
    village.clock.move((BATCH - 2) * dt.timedelta(minutes=1))  # the last of a page, and the first of the next one
    await asked_how(village, ada, Reads.ANIMATORS, [zoe], call=True, scale="5")
    await asked_how(village, basile, Reads.ANIMATORS, [zoe], call=True, scale="5")
    assert await order(village, zoe) == [("Ada", ["call"]), ("Basile", ["call"])]


async def test_whoever_would_like_a_word_is_there_however_many_left_the_question_unanswered(
    village: Village, zoe: Villager, ada: Villager, basile: Villager
) -> None:
    community, now = await village.community(), village.clock.now()
    silent = {"community_id": community.id, "member_id": basile.member.id, "state": Gap.ASKED.value, "asked_at": now}
    async with village.app.store.unit() as unit:
        await unit.connection.execute(insert(GapRow), [silent] * MOST)
    village.clock.move(DAY)
    await gap(village, ada, Gap.TALK, told=True)
    village.clock.move(8 * DAY)
    assert [name for name, reasons in await order(village, zoe) if reasons == ["talk"]] == ["Ada"]


# ---------------------------------------------------------------- voices


async def added(village: Village, words: str) -> None:
    """Let whoever raised the newest voice add words to it."""
    async with village.app.store.unit() as unit:
        voices = unit.use(Voices, await village.community())
        (newest,) = await voices.inbox(1)
        await voices.add(newest, words, village.clock.now().date())


async def done(zoe: Villager) -> str:
    """Let an animator be done with the first of the list."""
    await zoe.command(LIST)
    await zoe.press("Look at it")
    return await zoe.press("Done")


@pytest.mark.parametrize("signed", [True, False])
async def test_words_after_done_come_back_the_day_after(village: Village, zoe: Villager, ada: Villager, *, signed: bool) -> None:
    name = "Ada" if signed else ""
    await voiced(village, ada if signed else None, "Too many dinners")
    village.clock.move(DAY)
    await done(zoe)
    village.clock.move(dt.timedelta(hours=1))
    await added(village, "And too late")
    assert await order(village, zoe) == [], "the hour is nobody’s to know"
    village.clock.move(DAY)
    assert await order(village, zoe) == [(name, ["voice"])]
    await done(zoe)
    assert await order(village, zoe) == []
    village.clock.move(DAY)
    assert await order(village, zoe) == [], "it was these words that are done"


async def test_words_of_the_same_morning_come_back_too(village: Village, zoe: Villager) -> None:
    await voiced(village, None, "Too many dinners")
    village.clock.move(DAY)
    await added(village, "And too late")
    await done(zoe)
    village.clock.move(DAY)
    assert await order(village, zoe) == [("", ["voice"])], "nobody was shown them on the list"


async def test_what_was_answered_waits_for_the_day_after_its_new_words(village: Village, zoe: Villager) -> None:
    await voiced(village, None, "Too many dinners")
    async with village.app.store.unit() as unit:
        voices = unit.use(Voices, await village.community())
        (one,) = await voices.inbox(1)
        await voices.answer(one.id, zoe.member, "Fewer from March on", village.clock.now().date())
    village.clock.move(3 * DAY)
    await added(village, "March is far")
    assert await order(village, zoe) == []
    village.clock.move(DAY)
    assert await order(village, zoe) == [("", ["voice"])]
    assert "raised a concern that waits for an answer, yesterday" in await zoe.command(LIST)


async def test_a_voice_waits_however_many_others_are_done_with(village: Village, zoe: Villager, ada: Villager) -> None:
    today = village.clock.now().date()
    async with village.app.store.unit() as unit:
        voices = unit.use(Voices, await village.community())
        for number in range(MOST):
            await voices.raise_signed(ada.member, VoiceKind.IDEA, Audience.ALL, f"Idea {number}", today)
    await voiced(village, None, "Too many dinners")
    village.clock.move(DAY)
    assert await order(village, zoe) == [("Ada", ["voice"] * MOST)]
    await done(zoe)
    assert await order(village, zoe) == [("", ["voice"])]
