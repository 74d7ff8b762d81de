"""Being asked for help, naming somebody who knows, and answering the post for everyone."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.i18n import plain
from bot.ui import Button, Control, Select
from tests.features.need import DAY, NEED, accepted, action_of
from tests.features.village import Village, Villager, controls_of


class TestBeingAsked:
    async def test_the_question_says_what_who_and_why(self, ada: Villager, basile: Villager) -> None:
        await ada.command("ask", need=NEED)
        told = await ada.choose("Basile")
        assert "I am asking Basile" in told
        question = basile.reads("dm")[-1]
        assert "Ada could use your help" in question
        assert f"“{NEED}”" in question
        assert "you offer “Bookkeeping”" in question
        assert basile.buttons("dm") == ["I can help", "Not now", "Not me", "Someone else knows"]

    async def test_accepting_brings_the_two_together(self, ada: Villager, basile: Villager, chloe: Villager) -> None:
        await accepted(ada, basile)
        assert "You can help Ada" in basile.told
        assert "Basile can help you" in ada.reads("dm")[-1]
        assert ada.reads("group") == basile.reads("group")
        assert f"“{NEED}”" in ada.reads("group")[0]
        assert chloe.reads("group") == []

    async def test_accepting_twice_changes_nothing(self, village: Village, ada: Villager, basile: Villager) -> None:
        await ada.command("ask", need=NEED)
        await ada.choose("Basile")
        message, action = basile.find("I can help")
        await basile.press_again(message, action)
        told = await basile.press_again(message, action)
        await village.acts.repeat()
        await village.app.idle()
        assert "You can help Ada" in told
        assert len(ada.sees("group")) == 1
        assert sum("Basile can help you" in words for words in ada.reads("dm")) == 1

    @pytest.mark.parametrize("action", ["help", "elsewhere"])
    async def test_what_was_asked_of_somebody_else_stays_theirs(
        self, village: Village, ada: Villager, basile: Villager, chloe: Villager, action: str
    ) -> None:
        await ada.command("ask", need=NEED)
        await ada.choose("Basile")
        told = await chloe.press_again(chloe.sees("dm")[0], f"request:{action}:1")
        assert told == "This request is no longer here."
        assert chloe.form is None
        assert ada.sees("group") == []

    @pytest.mark.parametrize("label", ["Not now", "Not me"])
    async def test_declining_is_silent_also_by_what_whoever_asks_may_do(
        self, village: Village, ada: Villager, basile: Villager, label: str
    ) -> None:
        people = [await village.person(name, "Bookkeeping") for name in ("One", "Two", "Three")]
        await ada.command("ask", need=NEED)
        await ada.choose("Basile", "One")

        async def looks() -> tuple[str, list[Control]]:
            await ada.command("requests", which="mine")
            told = await ada.press("Look at it")
            return told, controls_of(ada.sees("dm")[-1])

        before = ada.reads(), await looks()
        told = await basile.press(label)
        assert "Ada is not told" in told
        await people[0].press(label)
        after = ada.reads()[: len(before[0])], await looks()
        assert before == after
        assert "Asked: One and Basile." in after[1][0]
        assert next(control.maximum for control in after[1][1] if isinstance(control, Select)) == 1
        village.clock.move(8 * DAY)
        _told, controls = await looks()
        assert next(control.maximum for control in controls if isinstance(control, Select)) == 2, (
            "time makes room, whatever they said"
        )

    async def test_one_may_think_again(self, ada: Villager, basile: Villager) -> None:
        await ada.command("ask", need=NEED)
        await ada.choose("Basile")
        await basile.press("Not now")
        await basile.press("I can help after all")
        assert len(ada.sees("group")) == 1

    async def test_declining_after_accepting_points_to_the_conversation(self, ada: Villager, basile: Villager) -> None:
        await ada.command("ask", need=NEED)
        await ada.choose("Basile")
        message, _accept = basile.find("I can help")
        decline = action_of(message, "Not me")
        await basile.press("I can help")
        assert "a word to Ada is best" in await basile.press_again(message, decline)

    async def test_a_question_for_somebody_else_is_refused(self, ada: Villager, basile: Villager, chloe: Villager) -> None:
        await ada.command("ask", need=NEED)
        await ada.choose("Basile")
        _message, action = basile.find("I can help")
        await chloe.command("requests")
        assert "This question was for somebody else" in await chloe.press_again(chloe.sees("dm")[-1], action)

    async def test_three_at_a_time(self, village: Village, ada: Villager) -> None:
        for name in ("One", "Two", "Three", "Four"):
            await village.person(name, "Bookkeeping")
        await ada.command("ask", need=NEED)
        message = ada.sees("dm")[-1]
        select = next(control for control in controls_of(message) if isinstance(control, Select))
        await ada.choose("One", "Two", "Three")
        assert "Four" not in ada.options()
        outcome = await village.acts.press(ada.id, message.id, select.action, [select.choices[3].value])
        assert "Three people were asked this week already" in str(outcome.messages[-1].card)

    async def test_helpers_are_left_in_peace_after_three_times_a_week_and_four_a_month(
        self, village: Village, ada: Villager, basile: Villager, chloe: Villager
    ) -> None:
        for number in ("one", "two", "three"):
            await ada.command("ask", need=f"bookkeeping, question {number}")
            await ada.choose("Basile")
        assert "Basile" not in await ada.command("ask", need="bookkeeping, question four")
        await ada.press("Post to everyone")
        await chloe.press("Someone else knows", place="#help")
        await chloe.fill(person=basile)
        assert "I leave them in peace" in chloe.errors["person"]
        told = await ada.command("ask", need="bookkeeping, question five", member=basile)
        assert "I am asking Basile. You hear" in told, "whoever is named is asked, and it counts"
        village.clock.move(8 * DAY)
        assert "Basile" not in await ada.command("ask", need="bookkeeping, question six")
        assert "I leave them in peace" in await ada.command("ask", need="bookkeeping, question seven", member=basile)
        village.clock.move(31 * DAY)
        assert "Basile: offers" in await ada.command("ask", need="bookkeeping, question eight")

    async def test_a_question_comes_in_the_hours_of_whoever_is_asked_and_it_is_said(
        self, village: Village, ada: Villager, basile: Villager
    ) -> None:
        kei, yui = [await village.person(name, "Bookkeeping", zone="Asia/Tokyo") for name in ("Kei", "Yui")]
        await ada.command("ask", need=NEED)  # seven in the evening in Tokyo
        assert "I am asking Basile and Kei, in their working hours." in await ada.choose("Kei", "Basile")
        assert "could use your help" in basile.reads("dm")[-1]
        await basile.press("Someone else knows")
        assert "I am asking Yui, in their working hours, and saying" in await basile.fill(person=yui)
        assert not [words for one in (kei, yui) for words in one.reads("dm") if NEED in words]
        await village.passes(hours=15)
        assert all("could use your help" in one.reads("dm")[-1] for one in (kei, yui))

    async def test_a_question_that_could_not_be_delivered_is_shown_later(self, village: Village, ada: Villager) -> None:
        basile = await village.person("Basile", "Bookkeeping", dm_closed=True)
        await ada.command("ask", need=NEED)
        await ada.choose("Basile")
        assert not [words for words in basile.reads() if NEED in words]
        await basile.command("members")
        await basile.press("I can help")
        assert len(ada.sees("group")) == 1

    async def test_answering_from_the_list_answers_the_question_too(self, ada: Villager, basile: Villager) -> None:
        await ada.command("ask", need=NEED)
        await ada.choose("Basile")
        question, _accept = basile.find("I can help")
        await basile.command("requests")
        await basile.press("I can help")
        (changed,) = [message for message in basile.sees("dm") if message.id == question.id]
        assert [plain(control.label, "en") for control in controls_of(changed) if isinstance(control, Button)] == ["Less of this"]
        assert len(ada.sees("group")) == 1

    async def test_buttons_work_after_a_restart(self, village: Village, ada: Villager, basile: Villager) -> None:
        await ada.command("ask", need=NEED)
        await ada.choose("Basile")
        await village.restart()
        await basile.press("I can help")
        assert len(ada.sees("group")) == 1


class TestSomeoneElseKnows:
    async def test_that_person_is_asked_the_same_way_and_the_recommender_credited(
        self, ada: Villager, basile: Villager, chloe: Villager
    ) -> None:
        await ada.command("ask", need=NEED)
        await ada.choose("Basile")
        await basile.press("Someone else knows")
        told = await basile.fill(person=chloe)
        assert "I am asking Chloé" in told
        assert "Basile thought of you" in chloe.reads("dm")[-1]
        assert chloe.buttons("dm") == ["I can help", "Not now", "Not me", "Someone else knows"]
        assert "Thank you for passing it on" in basile.reads("dm")[-2]
        await chloe.press("I can help")
        assert "Basile thought of them" in ada.reads("dm")[-1]
        assert "Recommended by\nBasile" in ada.reads("group")[0]

    async def test_neither_oneself_nor_whoever_asks(self, ada: Villager, basile: Villager) -> None:
        await ada.command("ask", need=NEED)
        await ada.choose("Basile")
        await basile.press("Someone else knows")
        await basile.fill(person=basile)
        assert "That is yourself" in basile.errors["person"]
        await basile.press("Someone else knows", place="dm")
        await basile.fill(person=ada)
        assert "Ada is the one who asks" in basile.errors["person"]

    async def test_somebody_asked_already_is_not_asked_twice(self, village: Village, ada: Villager, basile: Villager) -> None:
        xavier = await village.person("Xavier", "Bookkeeping")
        await ada.command("ask", need=NEED)
        await ada.choose("Basile", "Xavier")
        await xavier.press("Not me")
        before = len(xavier.sees("dm"))
        await basile.press("Someone else knows")
        assert "Xavier knows about it already" in await basile.fill(person=xavier)
        assert len(xavier.sees("dm")) == before


class TestEveryone:
    async def test_the_post_gathers_helpers_and_counts_them(self, ada: Villager, basile: Villager, chloe: Villager) -> None:
        await ada.command("ask", need=NEED)
        assert "It is posted" in await ada.press("Post to everyone")
        assert "Nobody yet: perhaps you?" in chloe.reads("#help")[-1]
        told = await chloe.press("I can help", place="#help")
        assert "You can help Ada" in told
        assert "1 person can help." in basile.reads("#help")[0]
        await basile.press("I can help", place="#help")
        assert "2 people can help." in ada.reads("#help")[0]
        assert len(ada.sees("group")) == 2

    async def test_twice_by_the_same_person_counts_once(self, ada: Villager, chloe: Villager) -> None:
        await ada.command("ask", need=NEED)
        await ada.press("Post to everyone")
        await chloe.press("I can help", place="#help")
        await chloe.press("I can help", place="#help")
        assert len(ada.sees("group")) == 1
        assert "1 person can help." in ada.reads("#help")[0]

    async def test_ones_own_post_answers_kindly(self, ada: Villager) -> None:
        await ada.command("ask", need=NEED)
        await ada.press("Post to everyone")
        assert "This is your own request" in await ada.press("I can help", place="#help")

    async def test_posting_twice_posts_once(self, ada: Villager) -> None:
        await ada.command("ask", need=NEED)
        message, action = ada.find("Post to everyone")
        await ada.press_again(message, action)
        assert "posted already" in await ada.press_again(message, action)
        assert len(ada.sees("#help")) == 1

    async def test_without_a_help_channel_it_says_so(self, tmp_path: Path) -> None:
        village = Village(tmp_path)
        await village.open()
        ada = await village.person("Ada", "Translation")
        await ada.command("ask", need=NEED)
        assert "There is no help channel here yet" in await ada.press("Post to everyone")
        await village.close()

    async def test_five_helpers_are_enough(self, village: Village, ada: Villager) -> None:
        await ada.command("ask", need=NEED)
        await ada.press("Post to everyone")
        for name in ("One", "Two", "Three", "Four", "Five"):
            person = await village.person(name)
            await person.press("I can help", place="#help")
        six = await village.person("Six")
        assert "enough helpers for now" in await six.press("I can help", place="#help")
        assert "5 people can help." in six.reads("#help")[0]
