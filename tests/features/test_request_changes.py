"""Changing one's mind about a request: saying it otherwise, asking again; and what is kept of one that was solved."""

from __future__ import annotations

from adapters.sandbox.acts import words_of
from storage.outcomes import Outcomes, Subject, Value
from storage.request_lists import RequestLists
from storage.requests import Requests
from tests.features.need import DAY, NEED, accepted
from tests.features.village import Village, Villager, controls_of

OTHER = "bookkeeping in English for an association"


class TestEditing:
    async def test_it_changes_wherever_it_was_shown_and_nobody_is_asked_twice(
        self, village: Village, ada: Villager, basile: Villager, chloe: Villager
    ) -> None:
        one, two, three = [await village.person(name, "Bookkeeping") for name in ("One", "Two", "Three")]
        await ada.command("ask", need=NEED)
        await ada.choose("Basile", "One", "Two")
        await basile.press("I can help")
        await one.press("Not now")
        await ada.command("requests", which="mine")
        await ada.press("Look at it")
        await ada.press("Post to everyone")
        before = {person.name: len(person.sees("dm")) for person in (basile, one, two, three, chloe)}

        await ada.press("Edit")
        assert ada.form is not None
        assert ada.form.form.fields[0].initial == NEED  # type: ignore[union-attr]
        await ada.fill(need="x")
        assert "Say in a few words" in ada.errors["need"]
        await ada.press("Edit", place="dm")
        assert "not sound like a good moment" in await ada.fill(need="idiots")
        await ada.press("Edit", place="dm")
        assert "Changed, wherever it was shown" in await ada.fill(need=OTHER)

        assert OTHER in chloe.reads("#help")[-1]
        assert "1 person can help." in chloe.reads("#help")[-1]
        assert OTHER in basile.reads("group")[0]
        assert OTHER in basile.reads("dm")[-1]
        assert "I can help after all" in one.buttons("dm")
        assert OTHER in one.reads("dm")[-1]
        assert OTHER in two.reads("dm")[-1]
        assert two.buttons("dm") == ["I can help", "Not now", "Not me", "Someone else knows"]
        await ada.press("Edit", place="dm")
        await ada.fill(need="a plumber")
        assert "a plumber" in two.reads("dm")[-1]
        assert "Why you" not in two.reads("dm")[-1], "it was not Ada who thought of them"
        await ada.press("Edit", place="dm")
        await ada.fill(need=OTHER)
        for person in (basile, one, two, three, chloe):
            assert len(person.sees("dm")) == before[person.name]
            assert not [words for words in person.reads() if NEED in words]

    async def test_whom_the_asker_thought_of_reads_so_after_a_change_and_nobody_is_credited_for_it(
        self, village: Village, ada: Villager, basile: Villager
    ) -> None:
        await village.passes(minutes=0)
        await ada.command("ask", need=NEED, member=basile)
        await ada.press("Edit", place="dm")
        await ada.fill(need="a plumber")
        assert "a plumber" in basile.reads("dm")[-1]
        assert "Ada thought of you" in basile.reads("dm")[-1]
        await basile.press("I can help")
        assert "thought of" not in ada.reads("dm")[-1]
        assert "Recommended by" not in ada.reads("group")[-1]
        await ada.press("It is solved", place="group")
        await ada.fill(helper=str(basile.member.id))
        async with village.app.store.unit() as unit:
            (one,) = await unit.use(Outcomes, await village.community()).of(Subject.REQUEST, 1)
        assert one.recommended_by is None
        assert not [words for words in ada.reads() if "thought of the right person" in words]

    async def test_the_card_is_replaced_and_leaves_no_old_buttons_behind(self, ada: Villager, basile: Villager) -> None:
        await ada.command("ask", need=NEED)
        (card,) = [message.id for message in ada.sees("dm") if NEED in words_of(message)]
        for act, values in (("Edit", {"need": OTHER}), ("Withdraw", {}), ("Ask again", {}), ("Post to everyone", {})):
            await ada.press(act, place="dm")
            if values:
                await ada.fill(**values)
            assert [message.id for message in ada.sees("dm") if OTHER in words_of(message)] == [card], act
        await ada.press("It is solved", place="dm")
        assert "The request is closed" in await ada.fill(helper="outside")
        assert [message.id for message in ada.sees("dm") if OTHER in words_of(message)] == [card]

        await ada.command("ask", need=NEED)
        await ada.choose(basile.name)
        await basile.press("I can help")
        seen = len(ada.sees("group"))
        await ada.press("It is solved", place="group")
        await ada.fill(helper=str(basile.member.id))
        assert len(ada.sees("group")) == seen + 1, "what both of them see is never replaced by what one of them is told"
        assert "The request is closed" not in basile.reads("group")[-1]

    async def test_what_is_over_cannot_be_changed(self, ada: Villager) -> None:
        await ada.command("ask", need=NEED)
        message, action = ada.find("Edit")
        await ada.press("Withdraw")
        assert "Withdrawn." in await ada.press_again(message, action)
        assert ada.form is None


class TestAskingAgain:
    async def test_one_click_reopens_it_and_nobody_is_asked_a_second_time(
        self, village: Village, ada: Villager, basile: Villager, chloe: Villager
    ) -> None:
        xavier = await village.person("Xavier", "Bookkeeping")
        await ada.command("ask", need=NEED)
        await ada.press("Post to everyone")
        await ada.choose("Basile")
        await ada.press("Withdraw")
        assert "Ada no longer needs it" in basile.reads("dm")[-1]
        posts = [message.id for message in chloe.sees("#help")]

        await village.passes(days=3)
        await ada.command("requests", which="mine")
        told = await ada.press("Ask again")
        assert "It is open again" in told
        assert "Posted to everyone" not in told
        assert "Basile" not in ada.options()
        await ada.choose("Xavier")
        assert "could use your help" in xavier.reads("dm")[-1]
        assert "Ada no longer needs it" in basile.reads("dm")[-1]
        assert [message.id for message in chloe.sees("#help")] == posts

        await ada.press("Post to everyone")
        (post,) = chloe.sees("#help")
        assert post.id not in posts
        assert [control.label.template for control in controls_of(post)] == ["I can help", "Someone else knows"]  # type: ignore[union-attr]

        await village.passes(days=31)
        await village.passes(days=1)  # a Monday, past every step: to offer him again would tell that he had not declined
        assert "Ada no longer needs it" in basile.reads("dm")[-1]
        await basile.press("I can help", place="#help")
        assert len(ada.sees("group")) == 1

    async def test_what_was_said_before_is_over_and_how_far_it_may_go_stays(
        self, village: Village, ada: Villager, basile: Villager, chloe: Villager
    ) -> None:
        await village.passes(minutes=0)
        (xavier, yves) = [await village.person(name, "Bookkeeping") for name in ("Xavier", "Yves")]
        await accepted(ada, basile)
        await ada.choose("Ask nobody else")
        await ada.press("Withdraw", place="dm")
        await village.passes(days=1)
        told = await ada.press("Ask again")
        assert "Can help" not in told
        assert "Nobody is asked before you say so" in told
        await ada.press("Post to everyone")
        assert "Nobody else is asked unless you say so" in ada.reads("dm")[-1]
        assert "Nobody yet: perhaps you?" in chloe.reads("#help")[-1]
        await village.passes(days=15)
        assert not [words for person in (xavier, yves) for words in person.reads("dm") if "could use your help" in words]
        assert not [words for words in ada.reads("dm") if "Is it solved?" in words]
        await ada.command("requests", which="mine")
        assert "open, posted to everyone" in ada.told
        await basile.press("I can help", place="#help")
        assert "1 person can help." in chloe.reads("#help")[-1]

    async def test_a_solved_one_stays_solved(self, ada: Villager, basile: Villager) -> None:
        await ada.command("ask", need=NEED)
        request = "request:again:1"
        assert "It is open again" not in await ada.press_again(ada.sees("dm")[-1], request)
        await ada.choose("Basile")
        await basile.press("I can help")
        await ada.press("It is solved", place="dm")
        await ada.fill(helper=str(basile.member.id))
        assert "Solved, with Basile" in await ada.press_again(ada.sees("dm")[-1], request)
        assert "Only Ada, who asked" in await basile.press_again(basile.sees("dm")[-1], request)


class TestWhatItBrought:
    async def test_the_outcome_is_kept_and_whoever_thought_of_the_helper_told(
        self, village: Village, ada: Villager, basile: Villager, chloe: Villager
    ) -> None:
        await ada.command("ask", need=NEED)
        await ada.choose("Basile")
        await basile.press("Someone else knows")
        await basile.fill(person=chloe)
        await chloe.press("I can help")
        await ada.press("It is solved", place="group")
        await ada.fill(helper=str(chloe.member.id), gain="skill")
        assert "Ada says that it is solved, with Chloé." in basile.reads("dm")[-1]

        async with village.app.store.unit() as unit:
            outcomes = unit.use(Outcomes, await village.community())
            (one,) = await outcomes.of(Subject.REQUEST, 1)
            assert (one.gainer.name, one.giver and one.giver.name, one.value) == ("Ada", "Chloé", Value.SKILL)
            assert one.recommended_by is not None
            assert one.recommended_by.name == "Basile"
            assert one.confirmed_at == village.clock.now()
            assert await outcomes.given(chloe.member) == await outcomes.gained(ada.member) == [one]
            again = await outcomes.record(
                Subject.REQUEST, 1, village.clock.now(), gainer=ada.member, giver=chloe.member, confirmed=True
            )
            assert again is None

    async def test_one_that_somebody_else_recorded_waits_for_whoever_gained(
        self, village: Village, ada: Villager, basile: Villager
    ) -> None:
        now = village.clock.now()
        async with village.app.store.unit() as unit:
            outcomes = unit.use(Outcomes, await village.community())
            first, second = [
                await outcomes.record(
                    Subject.OPPORTUNITY, number, now, gainer=ada.member, giver=basile.member, value=Value.ECONOMIC
                )
                for number in (1, 2)
            ]
            assert first is not None
            assert second is not None
            assert await outcomes.gained(ada.member) == []
            assert not await outcomes.confirm(first, basile.member, now)
            assert await outcomes.confirm(first, ada.member, now, amount_band="1000-5000")
            assert not await outcomes.confirm(first, ada.member, now)
            assert not await outcomes.refuse(first, ada.member)
            assert await outcomes.refuse(second, ada.member)
            (kept,) = await outcomes.given(basile.member)
            assert (kept.id, kept.amount_band, kept.value) == (first, "1000-5000", Value.ECONOMIC)
            assert await outcomes.get(second) is None

    async def test_no_longer_needing_it_is_an_answer_too(self, village: Village, ada: Villager, basile: Villager) -> None:
        await accepted(ada, basile)
        await village.passes(minutes=0)
        await village.passes(days=3)
        assert "Is it solved?" in ada.reads("dm")[-1]
        assert "Withdrawn." in await ada.press("I no longer need it")


class TestLookingForRequests:
    async def test_the_list_can_be_narrowed_by_words_and_keeps_them_from_page_to_page(
        self, village: Village, ada: Villager, basile: Villager
    ) -> None:
        for number in range(1, 8):
            await ada.command("ask", need=f"Comptabilité, question {number}")
            await ada.press("Post to everyone")
        await ada.command("ask", need="a plumber")
        await ada.press("Post to everyone")
        told = await basile.command("requests", search="comptabilite")
        assert "Those that mention “comptabilite”." in told
        assert "Page 1 of 2" in told
        assert "plumber" not in told
        told = await basile.press("Next")
        assert "Page 2 of 2" in told
        assert "plumber" not in told
        assert "No open request mentions “violin”." in await basile.command("requests", search="violin")
        assert "plumber" not in await basile.press("All open requests"), "those closest to what he does come first"
        assert "plumber" in await basile.press("Next")

        async with village.app.store.unit() as unit:
            community = await village.community()
            requests, lists = unit.use(Requests, community), unit.use(RequestLists, community)
            for number in range(5):
                request = await requests.create(ada.member, f"a gardener, {number} % off", village.clock.now() + DAY)
                await requests.posted(request.id, village.clock.now())
            words = ("COMPTABILITÉ", "comptabilite 7", "ada plumb", "5 comptabilité", "0 %", "100%", "_")
            found = [len(await lists.open_to(basile.member, words=one, limit=5)) for one in words]
            assert found == [5, 1, 1, 1, 1, 0, 0], "among all of them, not among the newest only"
