"""How requests end: solved, asked about once, withdrawn, or closed because somebody left."""

from __future__ import annotations

import pytest

from storage.communities import Channels, Communities
from tests.features.need import NEED, accepted
from tests.features.village import Village, Villager


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

    async def test_whether_it_is_solved_is_asked_by_day_where_the_member_is(self, village: Village, basile: Villager) -> None:
        kei = await village.person("Kei", zone="Asia/Tokyo")
        await accepted(kei, basile)
        await village.passes(days=3, hours=2)  # 21:00 in Tokyo, 13:00 in Paris
        assert sum("Is it solved?" in words for words in kei.reads("dm")) == 0

        await village.passes(hours=13)
        await village.passes(hours=1)
        assert sum("Is it solved?" in words for words in kei.reads("dm")) == 1

    async def test_what_waits_for_monday_is_not_asked_any_more_once_it_is_solved(
        self, village: Village, ada: Villager, basile: Villager
    ) -> None:
        await village.passes(days=2)
        await accepted(ada, basile)
        await village.passes(days=3)  # Saturday
        await ada.press("It is solved", place="dm")
        await ada.fill(helper=str(basile.member.id))
        before = ada.reads("dm")
        await village.passes(days=3)
        assert ada.reads("dm") == before

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
        assert "Do you still need this?" not in ada.reads("dm")[-1]
        await village.passes(hours=12)
        assert "Do you still need this?" in ada.reads("dm")[-1]
        await village.passes(days=5)
        assert sum("Do you still need this?" in words for words in ada.reads("dm")) == 1
        await ada.press("Post to everyone")
        assert len(basile.sees("#help")) == 1

    async def test_posting_is_not_suggested_where_there_is_nowhere_to_post(self, village: Village, ada: Villager) -> None:
        community = await village.community()
        async with village.app.store.unit() as unit:
            for workspace in await unit.use(Communities, community).workspaces():
                await unit.use(Channels, community).set_role(workspace.id, "help", "")
        await ada.command("ask", need=NEED)
        await village.passes(days=4)
        assert not [words for words in ada.reads("dm") if "it reaches people" in words]

        await village.channel("help")
        await village.passes(hours=1)
        assert "Do you still need this?" in ada.reads("dm")[-1]

    async def test_nothing_is_suggested_for_what_is_posted_or_withdrawn(self, village: Village, ada: Villager) -> None:
        await ada.command("ask", need=NEED)
        await ada.press("Post to everyone")
        await ada.command("ask", need="a plumber")
        await ada.press("Withdraw")
        await village.passes(days=4)
        assert not [words for words in ada.reads("dm") if "it reaches people" in words]

    async def test_posting_is_not_suggested_on_monday_where_somebody_accepted_on_sunday(
        self, village: Village, ada: Villager, basile: Villager
    ) -> None:
        await village.passes(days=2)
        await ada.command("ask", need=NEED)
        await ada.choose("Basile")
        await village.passes(days=3)  # Saturday
        await basile.press("I can help")
        await village.passes(days=2)
        assert not [words for words in ada.reads("dm") if "it reaches people" in words]


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
        assert ada.buttons() == ["Ask again", "Ask something else"]
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
