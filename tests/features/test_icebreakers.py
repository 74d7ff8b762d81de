"""Icebreakers, as an animator and members live them: asked on its days, answered in the thread, proposed, skipped, retired."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from bot.model import Channel, Invocation, Kind, WorkspaceRef
from bot.text import Text
from commands.icebreakers.feature import CHANNEL, THEMES
from commands.icebreakers.library import library
from storage.communities import Channels
from storage.icebreaker_answers import AnswerRow
from storage.icebreakers import IcebreakerRow, Icebreakers
from storage.outbox import MessageRow, OutboxRow
from storage.people import Members
from storage.schedules import Schedules
from tests.features.village import Village, Villager

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from adapters.sandbox.records import Message

PLACE = f"#{CHANNEL}"
ANSWER = "My neighbour *told* his <@U1> sister.\n\nThat was in 2014."
FRENCH = {prompt.words for prompt in library("fr")}


@pytest.fixture
async def village(tmp_path: Path, database_url: str) -> AsyncIterator[Village]:
    """A Monday, eleven in the morning; a channel for icebreakers, none set up."""
    village = Village(tmp_path, database_url)
    await village.open()
    await village.passes(minutes=0)
    yield village
    await village.close()


@pytest.fixture
async def ada(village: Village) -> Villager:
    return await animator(village, "Ada")


async def animator(village: Village, name: str) -> Villager:
    person = await village.person(name)
    async with village.app.store.unit() as unit:
        await unit.use(Members, await village.community()).appoint(person.member.id, animator=True)
    return person


async def set_up(
    ada: Villager,
    *,
    days: tuple[str, ...] = ("1",),
    themes: tuple[str, ...] = tuple(THEMES),
    at: str = "10:00",
    weeks: str = "1",
) -> str:
    """Choose the channel and the days, in the form."""
    await ada.command("animator icebreakers")
    if ada.form is None:
        await ada.press("Days, themes, channel")
    return await ada.fill(icebreakers=Channel(CHANNEL, CHANNEL), days=days, at=at, weeks=weeks, themes=themes)


def posted(person: Villager) -> list[Message]:
    """The prompts in the channel, oldest first."""
    return [message for message in person.sees(PLACE) if message.card is not None and message.card.title and not message.thread]


def title(message: Message) -> str:
    assert message.card is not None
    assert isinstance(message.card.title, str)
    return message.card.title


def thread(person: Villager, message: Message) -> list[str]:
    """The answers in the thread of a prompt: who, and what."""
    found: list[str] = []
    for answer in person.village.adapter.workspace.thread(message.id, person.id):
        assert answer.card is not None
        assert isinstance(answer.card.title, Text)
        found.append(f"{answer.card.title.params['name'].name}: {answer.card.body}")  # type: ignore[union-attr]
    return found


def coming(told: str) -> tuple[str, str]:
    """The next prompt and the one after it, as the panel shows them, with their dates or without."""
    found = re.search(r"Comes next\n(?:[^\n]*?\d\s[AP]M: )?(.*)\nAfter that\n(?:.*?\d\s[AP]M: )?(.*)\n", told)
    assert found is not None, told
    return found[1], found[2]


class TestAsking:
    async def test_nothing_happens_before_it_is_set_up_then_what_was_shown_is_posted_once_a_date(
        self, village: Village, ada: Villager
    ) -> None:
        await village.passes(days=2)
        assert not posted(ada)
        assert "Icebreaker" not in await ada.command("animator schedule"), "nobody asked for it"

        await ada.command("animator icebreakers")
        assert ada.form is not None
        told = await set_up(ada, days=("1", "3"))
        assert "Tuesday and Thursday at" in told
        assert "Icebreaker\n" in await ada.command("animator schedule")
        await ada.command("animator icebreakers")
        first, second = coming(ada.told)

        await village.passes(days=1)
        assert [title(message) for message in posted(ada)] == [first], "Thursday"
        await village.passes(minutes=5)
        await village.restart()
        await village.passes(minutes=5)
        assert len(posted(ada)) == 1
        assert coming(await ada.command("animator icebreakers"))[0] == second

        async with village.app.store.unit() as unit:
            await unit.use(Schedules, await village.community()).pause_all(village.clock.now())
        await village.passes(days=4, hours=23)
        assert len(posted(ada)) == 1, "everything is paused"

    async def test_away_for_too_long_is_a_date_missed_and_the_prompt_stays_the_next(self, village: Village, ada: Villager) -> None:
        first, second = coming(await set_up(ada))
        village.clock.move(dt.timedelta(days=1, hours=5))
        await village.passes(minutes=0)
        assert not posted(ada)
        assert "was missed" in await ada.command("animator schedule")
        assert coming(await ada.command("animator icebreakers")) == (first, second)
        await village.passes(days=6, hours=19)
        assert [title(message) for message in posted(ada)] == [first]

    async def test_without_a_channel_it_stays_the_next_and_the_animators_hear_it_once(
        self, village: Village, ada: Villager
    ) -> None:
        first, _second = coming(await set_up(ada))
        async with village.app.store.unit() as unit:
            await unit.use(Channels, await village.community()).set_role(1, CHANNEL, "")
        await village.passes(days=1)
        await village.passes(days=7)
        assert sum("was not posted" in words for words in ada.reads("dm")) == 1
        assert "No channel yet in" in await ada.command("animator icebreakers")
        await ada.press("Post now")
        assert ada.told == "No channel has been chosen for this yet."
        await set_up(ada)
        await village.passes(days=7)
        assert [title(message) for message in posted(ada)] == [first]

    async def test_the_animator_skips_posts_now_chooses_retires_and_pauses(self, village: Village, ada: Villager) -> None:
        first, second = coming(await set_up(ada, themes=("life", "wins")))
        await ada.command("animator icebreakers")
        panel, skip = ada.find("Skip it")
        _same, now = ada.find("Post now")
        assert coming(await ada.press_again(panel, skip))[0] == second
        assert "had its turn already" in await ada.press_again(panel, skip)
        assert "had its turn already" in await ada.press_again(panel, now), "what was skipped is not posted by an old button"

        await ada.press("Post now")
        assert [title(message) for message in posted(ada)] == [second]
        third, fourth = coming(await ada.command("animator icebreakers"))
        assert len({first, second, third, fourth}) == 4

        await ada.press("All prompts")
        assert "Wins\n22 prompts" in ada.told
        await ada.press("Next")
        assert "Page 2 of 4" in ada.told
        await ada.press("Look at it")
        chosen = ada.told.split("\n")[0]
        await ada.press("Make it the next")
        assert coming(await ada.command("animator icebreakers"))[0] == chosen
        await ada.press("All prompts")
        await ada.press("Next")
        await ada.press("Look at it")
        await ada.press("Retire")
        assert coming(await ada.command("animator icebreakers"))[0] == third
        await ada.press("All prompts")
        await ada.choose("Retired")
        assert chosen in ada.told
        await ada.press("Look at it")
        await ada.press("Bring it back")

        await ada.command("animator icebreakers")
        assert "Paused" in await ada.press("Pause")
        await village.passes(days=7)
        assert len(posted(ada)) == 1
        await ada.command("animator icebreakers")
        assert "Paused" not in await ada.press("Resume")
        await village.passes(days=1)
        assert [title(message) for message in posted(ada)] == [second, third]
        assert "Only the animators" in await (await village.person("Bo")).command("animator icebreakers")

    async def test_the_language_is_the_communitys_and_own_prompts_are_asked_in_any(self, village: Village, ada: Villager) -> None:
        await ada.command("animator setup")
        await ada.fill(language="fr", zone="Europe/Paris")
        assert set(coming(await set_up(ada))) <= FRENCH
        await ada.press("Add a prompt")
        await ada.fill(words="Who taught you  to say no?", theme="business")
        await ada.press("Make it the next")
        await village.passes(days=1)
        (post,) = posted(ada)
        assert title(post) == "Who taught you to say no?"
        assert post.locale == "fr"
        await ada.press("Add a prompt")
        await ada.fill(words="who taught you to say NO", theme="business")
        assert "like it already" in ada.errors["words"]

    async def test_every_second_week_stays_in_the_same_weeks_when_something_else_is_changed(
        self, village: Village, ada: Villager
    ) -> None:
        await set_up(ada, weeks="2")
        await village.passes(days=1)
        assert len(posted(ada)) == 1
        await village.passes(days=6)
        assert "every 2 weeks" in await set_up(ada, weeks="2", themes=("craft",))
        await village.passes(days=1)
        assert len(posted(ada)) == 1, "the week between"
        await village.passes(days=7)
        assert len(posted(ada)) == 2
        assert "Craft ·" in ada.reads(PLACE)[-1]
        await set_up(ada, days=())
        assert "Paused" in ada.told
        await village.passes(days=14)
        assert len(posted(ada)) == 2


class TestAnswering:
    async def test_an_answer_stands_in_the_thread_is_changed_in_place_and_taken_back(self, village: Village, ada: Villager) -> None:
        bo = await village.person("Bo", locale="fr")
        await set_up(ada)
        await village.passes(days=1)
        (post,) = posted(ada)

        await bo.press("Answer", place=PLACE)
        await bo.fill(words=f"  {ANSWER} ")
        assert "Votre réponse est dans le fil" in bo.told
        assert thread(ada, post) == [f"Bo: {ANSWER}"]

        await bo.press("Answer", place=PLACE)
        assert bo.form is not None
        assert bo.form.form.fields[0].initial == ANSWER  # type: ignore[union-attr]
        await bo.fill(words="Shorter")
        assert thread(ada, post) == ["Bo: Shorter"]

        await bo.press("Answer", place=PLACE)
        await bo.fill(words="")
        assert thread(ada, post) == []
        await ada.press("Answer", place=PLACE)
        await ada.fill(words=" ")
        assert ada.errors, "nothing to say, and nothing said before"
        await ada.press("Answer", place=PLACE)
        await ada.fill(words="Mine")
        message, back = ada.find("Take it back")
        await ada.press_again(message, back)
        assert thread(bo, post) == []
        assert "no answer of yours" in await ada.press_again(message, back)

        await bo.press("Answer", place=PLACE)
        await bo.fill(words="Again")
        await ada.press("Answer", place=PLACE)
        await ada.fill(words="Me too")
        async with village.app.store.unit() as unit:
            key = (await unit.use(Icebreakers, await village.community()).latest(1))[0].prompt
            await unit.use(Icebreakers, await village.community()).retire(key)
        await bo.press("Answer", place=PLACE)
        await bo.fill(words="A year later, of a retired prompt")
        assert thread(ada, post) == ["Bo: A year later, of a retired prompt", "Ada: Me too"]

        await ada.command("animator icebreakers")
        told = await ada.press("Participation")
        assert "Last 4 weeks\n1 prompt, 2 answers, and 2 members took part" in told
        assert f"2 answers: {title(post)}" in told
        assert "Bo" not in told, "never who"

        await bo.leave()
        assert thread(ada, post) == ["Ada: Me too"]
        async with village.app.store.unit(write=False) as unit:
            kept = (await unit.connection.execute(select(AnswerRow.words).order_by(AnswerRow.words))).scalars().all()
        assert list(kept) == ["", "Me too"], "that somebody answered still counts, their words are gone"
        await village.acts.come_back(bo.id)
        await bo.press("Answer", place=PLACE)
        await bo.fill(words="Back")
        assert thread(ada, post) == ["Ada: Me too", "Bo: Back"]

    async def test_two_workspaces_get_the_same_prompt_and_each_others_answers_with_where_they_come_from(
        self, village: Village, ada: Villager
    ) -> None:
        await set_up(ada)
        elsewhere = WorkspaceRef("slack", "T2", "Elsewhere")
        async with village.app.store.unit() as unit:
            there = await unit.people.identify(Invocation(Kind.EVENT, "workspace_ready", "", elsewhere), village.clock.now())
        assert "No channel yet in: Elsewhere" in await ada.command("animator icebreakers")
        async with village.app.store.unit() as unit:
            await unit.use(Channels, there.community).set_role(there.workspace.id, CHANNEL, "C2")
        await village.passes(days=1)
        await ada.press("Answer", place=PLACE)
        await ada.fill(words="From here")
        (post,) = posted(ada)
        assert thread(ada, post) == ["Ada: From here"]

        async with village.app.store.unit(write=False) as unit:
            copies = select(MessageRow.name, MessageRow.workspace_id).order_by(MessageRow.name, MessageRow.workspace_id)
            assert [
                tuple(row) for row in await unit.connection.execute(copies.where(MessageRow.name.startswith("icebreaker:")))
            ] == [
                ("icebreaker:1", 1),
                ("icebreaker:1", there.workspace.id),
                ("icebreaker:1:answer:1", 1),
                ("icebreaker:1:answer:1", there.workspace.id),
            ]
            cards = select(OutboxRow.card).where(OutboxRow.workspace_id == there.workspace.id).order_by(OutboxRow.id)
            prompt, answer = (await unit.connection.execute(cards)).scalars()
        assert title(post) in prompt
        assert '"From here"' in answer
        assert '"workspace":"' in answer.replace(" ", "")
        assert "(Sandbox)" in answer


class TestProposing:
    async def test_proposals_are_bundled_for_the_animators_who_approve_change_or_decline_them_with_a_word(
        self, village: Village, ada: Villager
    ) -> None:
        bo, chloe = await village.person("Bo"), await village.person("Chloé", locale="fr")
        await set_up(ada)
        await village.passes(days=1)
        for words in ("What do you hum while you work?", "Tea or coffee, and in which cup?", "Who waters your plants?"):
            await bo.press("Propose a prompt", place=PLACE)
            assert "Thank you" in await bo.fill(words=words, theme="life")
        assert "Three of yours" in await bo.press("Propose a prompt", place=PLACE)
        await chloe.press("Propose a prompt", place=PLACE)
        await chloe.fill(words="Who waters your plants ?", theme="life")
        assert chloe.errors, "there is one like it"
        await village.passes(hours=1)
        assert [words for words in ada.reads("dm") if "waiting for you" in words] == [
            "3 proposed prompts are waiting for you.\nI say it once for all of them, at most once a day."
        ]

        await ada.press("Look at them", place="dm")
        message, approve = ada.find("Approve")
        await ada.press_again(message, approve)
        assert bo.reads("dm")[-1].startswith("Your prompt is in\nWhat do you hum while you work?")
        assert "That one is answered already." in await ada.press_again(message, approve)
        await ada.press("Change and approve")
        await ada.fill(words="Tea or coffee?")
        assert "Tea or coffee?" in bo.reads("dm")[-1]
        await ada.press("Decline")
        assert "No proposal is waiting." in await ada.fill(reason="We have one about <@pets> already.")
        assert "We have one about <@pets> already." in bo.reads("dm")[-1]
        assert "Another one of yours is welcome." in bo.reads("dm")[-1]
        await chloe.press("Propose a prompt", place=PLACE)
        await chloe.fill(words="Quel bruit fait votre métier ?", theme="craft")
        await village.passes(hours=2)
        assert sum("waiting for you" in words for words in ada.reads("dm")) == 1, "not of each"
        await village.passes(hours=23)
        assert sum("waiting for you" in words for words in ada.reads("dm")) == 2
        await village.passes(hours=5)

        await ada.command("animator icebreakers")
        await ada.press("All prompts")
        await ada.choose("The community’s own")
        assert "2 prompts" in ada.told
        await ada.press("Look at it")
        await ada.press("Make it the next")
        await village.passes(days=5, hours=17)
        assert "Proposed by Bo." in ada.reads(PLACE)[-1]


async def test_none_comes_again_before_all_had_their_turn_whatever_their_number(village: Village, ada: Villager) -> None:
    await set_up(ada, days=("0", "1", "2", "3", "4", "5", "6"), themes=("life",))
    async with village.app.store.unit() as unit:
        own = unit.use(Icebreakers, await village.community())
        for prompt in library("en"):
            if prompt.theme == "life" and prompt.key not in {"en:why", "en:pet", "en:walk"}:
                await own.retire(prompt.key)
    for _day in range(7):
        await village.passes(days=1)
    asked = [title(message) for message in posted(ada)]
    assert len(set(asked[:3])) == 3
    assert asked == (asked[:3] * 3)[:7], "then again, the one asked longest ago first"
    assert "3; all were asked" in await ada.command("animator icebreakers")
    async with village.app.store.unit(write=False) as unit:
        assert (await unit.connection.execute(select(func.count()).select_from(IcebreakerRow))).scalar_one() == 7


async def test_one_click_posts_once_also_where_one_prompt_is_left(village: Village, ada: Villager) -> None:
    await set_up(ada, themes=("life",))
    async with village.app.store.unit() as unit:
        own = unit.use(Icebreakers, await village.community())
        for prompt in library("en"):
            if prompt.theme == "life" and prompt.key != "en:why":
                await own.retire(prompt.key)
    await ada.command("animator icebreakers")
    panel, now = ada.find("Post now")
    _same, skip = ada.find("Skip it")
    assert "Posted." in await ada.press_again(panel, now)
    for again in (now, skip):
        assert "It has had its turn already: nothing happened twice." in await ada.press_again(panel, again)
    assert len(posted(ada)) == 1
    await village.passes(minutes=1)
    assert "Posted." in await ada.press("Post now"), "another click on the panel as it is now is meant"
    assert len(posted(ada)) == 2
