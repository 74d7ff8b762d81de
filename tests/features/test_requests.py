"""Requests, as members live them: asking, being asked, meeting, and saying that it is solved."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from adapters.sandbox.records import Message
from bot.i18n import plain
from bot.ui import Button, Select
from tests.features.village import Village, Villager, controls_of

NEED = "bookkeeping for a small online shop"


@pytest.fixture
async def village(tmp_path: Path, database_url: str) -> AsyncIterator[Village]:
    village = Village(tmp_path, database_url)
    await village.open()
    await village.channel("help")
    yield village
    await village.close()


@pytest.fixture
async def ada(village: Village) -> Villager:
    return await village.person("Ada", "Translation")


@pytest.fixture
async def basile(village: Village) -> Villager:
    return await village.person("Basile", "Bookkeeping, tax advice", available="yes")


@pytest.fixture
async def chloe(village: Village) -> Villager:
    return await village.person("Chloé", "Photography")


async def accepted(ada: Villager, basile: Villager) -> None:
    """Let Ada ask Basile, who can help."""
    await ada.command("ask", need=NEED)
    await ada.choose("Basile")
    await basile.press("I can help")


class TestAsking:
    @pytest.mark.usefixtures("basile", "chloe")
    async def test_the_helpers_come_at_once_each_with_a_reason(self, ada: Villager) -> None:
        told = await ada.command("ask", need=NEED)
        assert "Basile: offers “Bookkeeping” and is available at the moment" in told
        assert "Chloé" not in told
        assert "Only you see this" in told

    async def test_nobody_else_sees_anything_before_the_asker_says_so(
        self, ada: Villager, basile: Villager, chloe: Villager
    ) -> None:
        await ada.command("ask", need=NEED)
        assert not [words for person in (basile, chloe) for words in person.reads() if NEED in words]

    @pytest.mark.usefixtures("basile")
    async def test_where_nobody_is_found_the_answer_says_what_can_be_done(self, ada: Villager) -> None:
        told = await ada.command("ask", need="a violin maker near Nantes")
        assert "Nobody’s profile mentions it yet" in told
        assert "Post to everyone" in ada.buttons("dm")
        assert ada.options() == []

    async def test_whoever_asks_and_whoever_is_away_are_not_suggested(self, village: Village, ada: Villager) -> None:
        await village.person("Diane", "Translation", available="no")
        await village.person("Eve", "Translation from Italian")
        await ada.command("ask", need="a translation")
        assert ada.options() == ["Eve"]

    async def test_keep_looking_shows_the_next_helpers(self, village: Village, ada: Villager) -> None:
        for name in ("One", "Two", "Three", "Four", "Five", "Six", "Seven"):
            await village.person(name, "Bookkeeping")
        await ada.command("ask", need=NEED)
        assert ada.options() == ["One", "Two", "Three", "Four", "Five"]
        told = await ada.press("Keep looking")
        assert ada.options() == ["Six", "Seven"]
        assert "These 2 people too" in told
        assert "Keep looking" not in ada.buttons("dm")

    async def test_the_menu_of_a_message_makes_its_words_the_need(self, village: Village, ada: Villager, basile: Villager) -> None:
        await village.acts.write(basile.id, "general", "Who knows bookkeeping software?")
        told = await ada.choose_on(basile.sees("#general")[-1], "ask")
        assert "“Who knows bookkeeping software?”" in told

    async def test_the_menu_of_a_member_asks_them_first(self, ada: Villager, chloe: Villager) -> None:
        told = await ada.command("ask", need=NEED, member=chloe)
        assert "I am asking Chloé" in told
        assert "Ada thought of you" in chloe.reads("dm")[-1]

    async def test_a_member_without_words_gets_a_form_that_keeps_the_person(self, ada: Villager, chloe: Villager) -> None:
        await ada.command("ask", member=chloe)
        assert ada.form is not None
        await ada.fill(need=NEED, member=chloe)
        assert "I am asking Chloé" in ada.told

    async def test_somebody_elses_markup_stays_words(self, ada: Villager, basile: Villager) -> None:
        need = "bookkeeping <@U1> **now** @everyone & {name} 👩‍💻"
        await ada.command("ask", need=need)
        await ada.choose("Basile")
        assert f"“{need}”" in basile.reads("dm")[-1]

    @pytest.mark.usefixtures("basile")
    async def test_in_french(self, village: Village) -> None:
        denise = await village.person("Denise", "Conseil", locale="fr")
        told = await denise.command("ask", need="Bookkeeping pour ma boutique")
        assert "«\xa0Bookkeeping pour ma boutique\xa0»" in told
        assert "Basile\xa0: propose «\xa0Bookkeeping\xa0»" in told
        assert "Proposer à tout le monde" in denise.buttons("dm")


class TestNeedsThatSayTooLittle:
    @pytest.mark.parametrize("need", ["?", "x", "🙏🙏🙏", "12345", "  ...  "])
    async def test_few_letters(self, ada: Villager, need: str) -> None:
        assert "Say in a few words what you need" in await ada.command("ask", need=need)

    async def test_a_link_alone(self, ada: Villager) -> None:
        assert "A link alone does not say" in await ada.command("ask", need="https://example.org/x?y=1")

    async def test_too_long_is_kept_for_correction(self, ada: Villager) -> None:
        assert "At most 300 characters" in await ada.command("ask", need="bookkeeping " * 40)
        await ada.press("Correct")
        assert ada.form is not None
        await ada.fill(need=NEED)
        assert f"“{NEED}”" in ada.told

    async def test_nothing_at_all_opens_a_form(self, ada: Villager) -> None:
        await ada.command("ask")
        await ada.fill(need="x")
        assert "Say in a few words" in ada.errors["need"]
        await ada.fill(need=NEED)
        assert f"“{NEED}”" in ada.told

    async def test_the_same_need_twice_is_one_request(self, ada: Villager) -> None:
        await ada.command("ask", need=NEED)
        told = await ada.command("ask", need=f"  {NEED.upper()}! ")
        assert "You asked this a moment ago" in told
        await ada.command("requests", which="mine")
        assert ada.told.count(NEED) == 1

    async def test_too_many_open_requests(self, ada: Villager) -> None:
        for number in ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"):
            await ada.command("ask", need=f"a plumber, number {number}")
        assert "You have 10 open requests" in await ada.command("ask", need="a plumber, number eleven")


class TestBeingAsked:
    async def test_the_question_says_what_who_and_why(self, ada: Villager, basile: Villager) -> None:
        await ada.command("ask", need=NEED)
        told = await ada.choose("Basile")
        assert "I am asking Basile" in told
        question = basile.reads("dm")[-1]
        assert "Ada could use your help" in question
        assert f"“{NEED}”" in question
        assert "offers “Bookkeeping”" in question
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

    @pytest.mark.parametrize("label", ["Not now", "Not me"])
    async def test_declining_is_silent(self, ada: Villager, basile: Villager, label: str) -> None:
        await ada.command("ask", need=NEED)
        await ada.choose("Basile")
        before = ada.reads()
        told = await basile.press(label)
        assert "Ada is not told" in told
        assert ada.reads() == before
        await ada.command("requests", which="mine")
        assert "Asked: Basile." in await ada.press("Look at it")

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
        decline = _action(message, "Not me")
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
        assert ada.options() == []
        outcome = await village.acts.press(ada.id, message.id, select.action, [select.choices[3].value])
        assert "Three people are thinking about it already" in str(outcome.messages[-1].card)

    async def test_helpers_are_left_in_peace_after_four_times_a_month(
        self, village: Village, ada: Villager, basile: Villager
    ) -> None:
        for number in ("one", "two", "three", "four"):
            await ada.command("ask", need=f"bookkeeping, question {number}")
            await ada.choose("Basile")
        assert "Basile" not in await ada.command("ask", need="bookkeeping, question five")
        assert "I leave them in peace" in await ada.command("ask", need="bookkeeping, question six", member=basile)
        village.clock.move(_days(31))
        assert "Basile: offers" in await ada.command("ask", need="bookkeeping, question seven")

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
        assert controls_of(changed) == []
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


class TestSolved:
    async def test_closing_thanks_the_helper_and_tells_those_who_were_asked(
        self, village: Village, ada: Villager, basile: Villager, chloe: Villager
    ) -> None:
        xavier = await village.person("Xavier", "Bookkeeping")
        await ada.command("ask", need=NEED)
        await ada.choose("Basile", "Xavier")
        await ada.command("requests", which="mine")
        await ada.press("Look at it")
        await ada.press("Post to everyone")
        await basile.press("I can help", place="dm")
        await ada.press("It is solved", place="group")
        told = await ada.fill(helper=str(basile.member.id), thanks="Your template saved my week.", visibility="private")
        assert "Basile has your thanks" in told
        assert "Your template saved my week." in basile.reads("dm")[-1]
        assert "Ada found what they needed" in chloe.reads("#help")[-1]
        assert "It is already solved" in xavier.reads("dm")[-1]
        assert "This request is settled" in basile.reads("group")[0]
        assert not [words for words in chloe.reads() if "template" in words]

    async def test_a_helper_who_comes_late_is_told_politely(self, village: Village, ada: Villager, basile: Villager) -> None:
        xavier = await village.person("Xavier", "Bookkeeping")
        await ada.command("ask", need=NEED)
        await ada.choose("Basile", "Xavier")
        message, action = xavier.find("I can help")
        await basile.press("I can help")
        await ada.press("It is solved", place="dm")
        await ada.fill(helper=str(basile.member.id))
        assert "It is already solved. Thank you" in await xavier.press_again(message, action)
        assert len(ada.sees("group")) == 1

    async def test_only_whoever_asked_can_say_so(self, ada: Villager, basile: Villager) -> None:
        await accepted(ada, basile)
        assert "Only Ada, who asked" in await basile.press("It is solved", place="group")

    async def test_saying_it_twice_shows_where_it_stands(self, ada: Villager, basile: Villager) -> None:
        await accepted(ada, basile)
        message, action = ada.find("It is solved", "group")
        await ada.press_again(message, action)
        await ada.fill(helper=str(basile.member.id))
        assert "Solved, with Basile" in await ada.press_again(message, action)
        assert sum("it is solved, with your help" in words for words in basile.reads("dm")) == 1

    async def test_public_thanks_go_to_the_thanks_channel(self, village: Village, ada: Villager, basile: Villager) -> None:
        await village.channel("thanks")
        await accepted(ada, basile)
        await ada.press("It is solved", place="dm")
        await ada.fill(helper=str(basile.member.id), thanks="Clear and quick.", visibility="public")
        assert "Thank you, Basile\nClear and quick.\nFrom Ada." in basile.reads("#thanks")

    async def test_without_a_thanks_channel_they_stay_private_and_it_is_said(self, ada: Villager, basile: Villager) -> None:
        await accepted(ada, basile)
        await ada.press("It is solved", place="dm")
        told = await ada.fill(helper=str(basile.member.id), thanks="Clear and quick.", visibility="public")
        assert "There is no thanks channel here yet" in told
        assert "Clear and quick." in basile.reads("dm")[-1]

    async def test_somebody_else_helped(self, ada: Villager, basile: Villager, chloe: Villager) -> None:
        await accepted(ada, basile)
        await ada.press("It is solved", place="dm")
        await ada.fill(helper="other")
        assert "Choose who it was." in ada.errors["person"]
        await ada.fill(helper="other", person=chloe)
        assert "Your help counted" in chloe.reads("dm")[-1]

    async def test_nobody_here_helped(self, ada: Villager, basile: Villager) -> None:
        await accepted(ada, basile)
        await ada.press("It is solved", place="dm")
        await ada.fill(helper="outside", thanks="Thanks!")
        assert "Choose who your thanks are for." in ada.errors["helper"]
        assert "Good to know" in await ada.fill(helper="outside")

    async def test_it_is_asked_once_three_days_after_somebody_accepted(
        self, village: Village, ada: Villager, basile: Villager
    ) -> None:
        await accepted(ada, basile)
        await village.passes(days=2)
        assert "Is it solved?" not in ada.reads("dm")[-1]
        await village.passes(days=1)
        assert "Is it solved?" in ada.reads("dm")[-1]
        assert "it stays open" in await ada.press("Not yet")
        await village.passes(days=4)
        assert sum("Is it solved?" in words for words in ada.reads("dm")) == 0
        await ada.press("It is solved", place="dm")
        assert ada.form is not None


class TestByItself:
    async def test_posting_is_suggested_once_after_three_days_without_an_answer(
        self, village: Village, ada: Villager, basile: Villager
    ) -> None:
        await ada.command("ask", need=NEED)
        await village.passes(days=3, hours=12)
        assert "No answer yet" not in ada.reads("dm")[-1]
        await village.passes(hours=12)
        assert "No answer yet" in ada.reads("dm")[-1]
        await village.passes(days=5)
        assert sum("No answer yet" in words for words in ada.reads("dm")) == 1
        await ada.press("Post to everyone")
        assert len(basile.sees("#help")) == 1

    async def test_nothing_is_suggested_for_what_is_posted_or_withdrawn(self, village: Village, ada: Villager) -> None:
        await ada.command("ask", need=NEED)
        await ada.press("Post to everyone")
        await ada.command("ask", need="a plumber")
        await ada.press("Withdraw")
        await village.passes(days=4)
        assert not [words for words in ada.reads("dm") if "No answer yet" in words]


class TestLeaving:
    async def test_members_who_left_are_never_shown(self, ada: Villager, basile: Villager) -> None:
        await basile.leave()
        assert "Basile" not in await ada.command("ask", need=NEED)

    async def test_what_whoever_left_had_asked_is_closed(self, ada: Villager, basile: Villager, chloe: Villager) -> None:
        await ada.command("ask", need=NEED)
        await ada.choose("Basile")
        message, action = basile.find("I can help")
        await ada.command("requests", which="mine")
        await ada.press("Look at it")
        await ada.press("Post to everyone")
        await ada.leave()
        assert "This request is closed" in chloe.reads("#help")[-1]
        assert "This request is closed" in basile.reads("dm")[-1]
        assert "This request is closed" in await basile.press_again(message, action)
        assert basile.reads("group") == []
        assert "Nobody is waiting for a hand" in await chloe.command("requests")

    async def test_a_helper_who_left_is_no_choice_when_closing(self, ada: Villager, basile: Villager) -> None:
        await accepted(ada, basile)
        await basile.leave()
        await ada.press("It is solved", place="dm")
        await ada.fill(helper=str(basile.member.id))
        assert ada.errors["helper"] == "Choose one of the list."


class TestWithdrawing:
    async def test_the_post_the_questions_and_the_conversations_say_so(
        self, village: Village, ada: Villager, basile: Villager
    ) -> None:
        xavier = await village.person("Xavier", "Bookkeeping")
        await ada.command("ask", need=NEED)
        await ada.press("Post to everyone")
        await ada.choose("Basile", "Xavier")
        message, action = xavier.find("I can help", "dm")
        await basile.press("I can help", place="dm")
        await ada.command("requests", which="mine")
        await ada.press("Look at it")
        assert "Withdrawn." in await ada.press("Withdraw")
        assert "Ada no longer needs it" in xavier.reads("#help")[-1]
        assert "Ada no longer needs it" in await xavier.press_again(message, action)
        assert "This request is settled" in basile.reads("group")[0]

    async def test_somebody_else_cannot(self, ada: Villager, basile: Villager) -> None:
        await ada.command("ask", need=NEED)
        _message, action = ada.find("Withdraw")
        await basile.command("requests")
        assert "Only Ada, who asked" in await basile.press_again(basile.sees("dm")[-1], action)

    @pytest.mark.parametrize(
        "action", ["request:show:999", "request:accept:999", "request:help:999", "request:more:999:5", "request:more:x:y"]
    )
    async def test_a_request_that_is_gone_is_answered_politely(self, ada: Villager, action: str) -> None:
        await ada.command("requests")
        assert "This request is no longer here." in await ada.press_again(ada.sees("dm")[-1], action)


class TestLists:
    async def test_what_one_could_answer_comes_first(
        self, village: Village, ada: Villager, basile: Villager, chloe: Villager
    ) -> None:
        await ada.command("ask", need=NEED)
        await ada.press("Post to everyone")
        village.clock.move(_days(1))
        await ada.command("ask", need="photography of my workshop")
        await ada.press("Post to everyone")
        told = await basile.command("requests")
        assert told.index(NEED) < told.index("photography")
        assert f"Ada: “{NEED}” (close to what you do)" in told
        told = await chloe.command("requests")
        assert told.index("photography") < told.index(NEED)
        await chloe.press("I can help", place="dm")
        assert "photography of my workshop" in chloe.reads("group")[0]

    async def test_private_requests_are_listed_only_to_those_who_were_asked(
        self, ada: Villager, basile: Villager, chloe: Villager
    ) -> None:
        await ada.command("ask", need=NEED)
        await ada.choose("Basile")
        assert NEED in await basile.command("requests")
        assert NEED not in await chloe.command("requests")

    async def test_pages(self, village: Village, ada: Villager, basile: Villager) -> None:
        for number in ("one", "two", "three", "four", "five", "six"):
            village.clock.move(_days(1))
            await ada.command("ask", need=f"a plumber, question {number}")
            await ada.press("Post to everyone")
        told = await basile.command("requests")
        assert "question six" in told
        assert "question one" not in told
        assert "Page 1 of 2" in told
        told = await basile.press("Next")
        assert "question one" in told
        assert basile.buttons("dm") == ["I can help", "Previous", "My own requests"]
        assert "question six" in await basile.press("Previous")

    async def test_ones_own_with_their_state(self, ada: Villager, basile: Villager) -> None:
        await accepted(ada, basile)
        await ada.command("ask", need="a plumber")
        await ada.press("Withdraw")
        told = await ada.command("requests", which="mine")
        assert f"“{NEED}”: open, 1 person can help" in told
        assert "“a plumber”: withdrawn" in told


class TestWhoSolvedTheSame:
    async def test_public_requests_that_were_solved_are_told_with_who_helped(
        self, ada: Villager, basile: Villager, chloe: Villager
    ) -> None:
        await ada.command("ask", need=NEED)
        await ada.press("Post to everyone")
        await basile.press("I can help", place="#help")
        await ada.press("It is solved", place="dm")
        await ada.fill(helper=str(basile.member.id))
        told = await chloe.command("ask", need="bookkeeping of an online shop")
        assert f"has helped with “{NEED}”" in told
        assert f"Ada solved a similar need with Basile: “{NEED}”" in told

    async def test_of_private_ones_only_the_words_in_common_are_told(
        self, ada: Villager, basile: Villager, chloe: Villager
    ) -> None:
        await ada.command("ask", need="bookkeeping after my divorce")
        await ada.choose("Basile")
        await basile.press("I can help")
        await ada.press("It is solved", place="dm")
        await ada.fill(helper=str(basile.member.id))
        told = await chloe.command("ask", need="Bookkeeping for beginners")
        assert "has helped with “Bookkeeping”" in told
        assert "divorce" not in told
        assert "Ada" not in told


def _days(number: int) -> dt.timedelta:
    return dt.timedelta(days=number)


def _action(message: Message, label: str) -> str:
    return next(
        control.action for control in controls_of(message) if isinstance(control, Button) and plain(control.label, "en") == label
    )
