"""Asking for help, as members live it: who is found, what is refused, what is listed."""

from __future__ import annotations

import pytest

from commands.requests.looking import in_common
from tests.features.need import DAY, NEED, accepted
from tests.features.village import Village, Villager


class TestAsking:
    @pytest.mark.usefixtures("basile", "chloe")
    async def test_the_helpers_come_at_once_each_with_a_reason(self, ada: Villager) -> None:
        told = await ada.command("ask", need=NEED)
        assert "Basile: offers “Bookkeeping”; is available at the moment" in told
        assert "Chloé" not in told
        assert "Nobody is asked before you say so." in told

    async def test_nobody_else_sees_anything_before_the_asker_says_so(
        self, ada: Villager, basile: Villager, chloe: Villager
    ) -> None:
        await ada.command("ask", need=NEED)
        assert not [words for person in (basile, chloe) for words in person.reads() if NEED in words]

    @pytest.mark.parametrize("locale", ["en", "fr"])
    async def test_helpers_who_wrote_much_fit_in_the_list_to_choose_from(self, village: Village, locale: str) -> None:
        ada = await village.person("A" * 80, "Translation", locale=locale)
        wordy = "bookkeeping for small companies that work in the field of cultural events and of music"
        await village.person("B" * 80, wordy)
        await village.person("C" * 80, "Gardening", does=wordy)
        told = await ada.command("ask", need=NEED)
        assert "B" * 80 in told
        assert [name[:1] for name in ada.options()] == ["B", "C"]

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
        assert "Nobody else is asked unless you say so." in told
        assert "Ada thought of you" in chloe.reads("dm")[-1]
        assert "Only those Ada chooses are asked." in await chloe.press("Someone else knows")
        assert chloe.form is None

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


class TestLists:
    async def test_what_one_could_answer_comes_first(
        self, village: Village, ada: Villager, basile: Villager, chloe: Villager
    ) -> None:
        await ada.command("ask", need=NEED)
        await ada.press("Post to everyone")
        village.clock.move(DAY)
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
            village.clock.move(DAY)
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


def test_of_a_private_request_only_what_it_said_is_told() -> None:
    assert in_common("we need a React developer", "a Vue.js component") == ""
    assert in_common("I need a bookkeeper", "ma tenue de comptabilité après mon divorce") == "bookkeeper"
