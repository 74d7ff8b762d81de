"""What happens by itself to a request that nobody answers: the next two, everyone, the animators; each once, in working hours."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import update

from commands.preferences.messages import KINDS
from storage.people import MemberRow, Members
from storage.request_lists import RequestLists
from tests.features.need import NEED
from tests.features.village import Village, Villager

USUALLY = {"weekly": 3, "digest": "no", "kinds": tuple(kind.value for kind in KINDS)}
"""What else the form of messages says, left as it is."""


async def bookkeepers(village: Village, *names: str) -> list[Villager]:
    return [await village.person(name, "Bookkeeping") for name in names]


async def animator(village: Village) -> Villager:
    outcome = await village.acts.join("Anna", administrator=True)
    assert outcome.person is not None
    await village.app.idle()
    anna = Villager(village, outcome.person.id, "Anna", (await village.person("Nobody")).member)
    await anna.command("confrere")
    return anna


def asked(*people: Villager) -> list[str]:
    """Return who has the question before them."""
    return [person.name for person in people if any("could use your help" in words for words in person.reads("dm"))]


def told(person: Villager, words: str) -> int:
    return sum(words in one for one in person.reads("dm"))


@pytest.fixture(autouse=True)
async def looks_at_what_is_due(village: Village) -> None:
    """From now on, and not only from the first time that time passes."""
    await village.passes(minutes=0)


class TestStepByStep:
    async def test_the_next_two_then_a_suggestion_then_the_animators_each_once(self, village: Village, ada: Villager) -> None:
        people = await bookkeepers(village, "One", "Two", "Three", "Four")
        anna = await animator(village)
        await ada.command("ask", need=NEED)
        assert "Without an answer in 24 working hours, I ask the next two, then the animators" in await ada.choose("One")
        await people[0].press("Not me")

        await village.passes(hours=53)  # Wednesday, 16:00: 23 working hours
        assert asked(*people[1:]) == []
        await village.passes(hours=1)
        assert asked(*people[1:]) == ["Two", "Three"]
        assert "I asked Two and Three too" in ada.reads("dm")[-1]

        await village.restart()
        await village.passes(hours=1)
        assert asked(people[3]) == []
        assert told(ada, "No answer yet") == 1

        await village.passes(days=5)  # Monday, 18:00, past the next step
        assert told(ada, "Posted to everyone, it reaches people") == 0  # not at that hour
        await village.passes(hours=15)
        assert told(ada, "Posted to everyone, it reaches people") == 1
        assert ada.sees("#help") == []

        await village.passes(days=6)
        notice = anna.reads("dm")[-1]
        assert "Ada is waiting for help" in notice
        assert NEED in notice
        assert "3 people were asked" in notice
        assert not [name for name in ("One", "Two", "Three") if name in notice]
        for _week in range(4):
            await village.passes(days=7)
        assert told(anna, "is waiting for help") == 1
        assert told(ada, "Posted to everyone, it reaches people") == 1
        assert asked(people[3]) == []

        await anna.press("Suggest somebody", place="dm")
        assert "I am asking Four" in await anna.fill(person=people[3])
        await people[3].press("I can help")
        assert told(anna, "is waiting for help") == 0
        assert told(anna, "Somebody can help Ada now") == 1

    @pytest.mark.parametrize("suggested", [False, True])
    async def test_it_is_posted_by_itself_only_where_whoever_asks_chose_so(
        self, village: Village, ada: Villager, *, suggested: bool
    ) -> None:
        (one,) = await bookkeepers(village, "One")
        await ada.command("ask", need=NEED)
        await ada.choose("One")
        if suggested:
            await village.passes(days=2, hours=6)
            assert told(ada, "Posted to everyone, it reaches people") == 1
            await village.passes(days=5)  # Monday: there is no other animator to tell
        assert "then post it to everyone, then tell" in await ada.choose("Ask the next two, then post it to everyone")
        await village.passes(days=3)
        assert len(one.sees("#help")) == 1  # nobody else fits, so the next step comes at once
        assert "As you chose, I posted it to everyone" in ada.reads("dm")[-1]
        await village.passes(days=7)
        assert len(one.sees("#help")) == 1

    async def test_nothing_happens_where_they_chose_that_nobody_else_is_asked(self, village: Village, ada: Villager) -> None:
        people = await bookkeepers(village, "One", "Two")
        await ada.command("ask", need=NEED)
        await ada.choose("One")
        assert "Nobody else is asked unless you say so" in await ada.choose("Ask nobody else")
        before = ada.reads("dm")
        for _week in range(3):
            await village.passes(days=7)
        assert ada.reads("dm") == before
        assert asked(*people) == ["One"]

    @pytest.mark.parametrize("ending", ["solved", "withdrawn", "accepted"])
    async def test_what_waits_for_somebodys_hours_is_taken_back_once_it_is_over(
        self, village: Village, ada: Villager, ending: str
    ) -> None:
        (one,) = await bookkeepers(village, "One")
        kei = await village.person("Kei", "Bookkeeping", zone="Asia/Tokyo")
        await ada.command("ask", need=NEED)
        await ada.choose("One")
        await village.passes(hours=54)  # Wednesday, 17:00 here; one in the morning in Tokyo
        assert asked(kei) == []
        if ending == "accepted":
            await one.press("I can help")
        elif ending == "withdrawn":
            await ada.press("Withdraw", place="dm")
        else:
            await ada.press("It is solved", place="dm")
            await ada.fill(helper="outside")
        before = ada.reads("dm")
        await village.passes(hours=9)  # ten in the morning there
        assert kei.reads("dm") == kei.reads("dm")[:1]  # the welcome
        assert ada.reads("dm") == before

    async def test_one_that_fails_holds_up_no_other(self, village: Village, ada: Villager, chloe: Villager) -> None:
        _one, two = await bookkeepers(village, "One", "Two")
        broken = await village.person("Odd", "Plumbing")
        await village.person("Zoe", "Plumbing")
        await chloe.command("ask", need="plumbing")
        await chloe.choose("Odd")
        await ada.command("ask", need=NEED)
        await ada.choose("One")
        community = await village.community()
        async with village.app.store.unit() as unit:
            odd = update(MemberRow).where(MemberRow.id == broken.member.id).values(zone="Nowhere/At all")
            await unit.use(Members, community).connection.execute(odd)
        await village.passes(hours=54)
        assert asked(two) == ["Two"]
        async with village.app.store.unit() as unit:
            (left, *_others) = await unit.use(RequestLists, community).due(village.clock.now() + dt.timedelta(days=2))
            assert (left.need, left.steps) == ("plumbing", ()), "as it was, and looked at again tomorrow"
            assert await unit.use(RequestLists, community).due(village.clock.now()) == []

    async def test_those_who_decline_are_not_told_by_the_clock(self, village: Village, ada: Villager) -> None:
        one, two = await bookkeepers(village, "One", "Two")
        await ada.command("ask", need=NEED)
        await ada.choose("One")
        await one.press("Not me")
        await village.passes(hours=53)
        assert asked(two) == []

    async def test_a_helper_has_their_own_hours_but_a_week_at_most(self, village: Village, ada: Villager) -> None:
        one, two = await bookkeepers(village, "One", "Two")
        await one.command("preferences")
        await one.fill(language="platform", days=("0",), hours="9-10")
        await ada.command("ask", need=NEED)
        await ada.choose("One")
        await village.passes(days=6, hours=23)
        assert asked(two) == []
        await village.passes(hours=2)
        assert asked(two) == ["Two"]

    async def test_of_what_nobody_was_asked_nobody_hears_unless_the_animators_are_asked(
        self, village: Village, ada: Villager, basile: Villager
    ) -> None:
        anna = await animator(village)
        await ada.command("ask", need="a violin maker near Nantes")
        for _week in range(3):
            await village.passes(days=7)
        assert told(ada, "You have asked nobody so far. Posted to everyone, it reaches") == 1
        assert told(ada, "Nobody could take this on") == 0
        assert not [words for person in (anna, basile) for words in person.reads() if "violin" in words]

        await ada.command("requests", which="mine")
        await ada.press("Look at it")
        assert "I told the animators" in await ada.press("Ask the animators")
        assert "violin" in anna.reads("dm")[-1]
        await anna.press("I can help", place="dm")
        assert len(ada.sees("group")) == 1


class TestLimits:
    async def test_a_member_says_how_often_and_may_say_never(self, village: Village, ada: Villager, basile: Villager) -> None:
        await basile.command("preferences", about="messages")
        assert basile.form is not None
        assert "Once a month" in await basile.fill(**USUALLY, asks="1")
        await ada.command("ask", need="bookkeeping, question one")
        await ada.choose("Basile")
        assert "Basile" not in await ada.command("ask", need="bookkeeping, question two")
        assert "I leave them in peace" in await ada.command("ask", need="bookkeeping, question three", member=basile)

        await basile.command("preferences")
        await basile.fill(language="platform")
        await basile.press("What reaches you")
        await basile.fill(**{**USUALLY, "weekly": 20, "digest": "yes"}, asks="1000")
        for number in ("four", "five", "six", "seven"):
            await ada.command("ask", need=f"bookkeeping, question {number}")
            await ada.choose("Basile")

        await basile.command("preferences", about="messages")
        await basile.fill(**USUALLY, asks="0")
        assert "Basile" not in await ada.command("ask", need="bookkeeping, question eight")
        xavier = await village.person("Xavier", "Bookkeeping")
        assert "Xavier: offers" in await ada.command("ask", need="bookkeeping, question nine")
        await xavier.command("preferences", about="messages")
        await xavier.fill(**{**USUALLY, "weekly": 0}, asks="4")
        assert "Xavier" not in await ada.command("ask", need="bookkeeping, question ten")

        await basile.command("preferences", about="messages")
        await basile.fill(**USUALLY, asks="13")
        assert "Choose one of the list." in basile.errors["asks"]

    async def test_whoever_the_question_never_reached_was_not_asked(
        self, village: Village, ada: Villager, basile: Villager
    ) -> None:
        kei = await village.person("Kei", "Bookkeeping", zone="Asia/Tokyo")  # it is seven in the evening there
        shut = await village.person("Shut", "Bookkeeping", dm_closed=True)
        for person in (basile, kei, shut):
            await person.command("preferences", about="messages")
            await person.fill(**{**USUALLY, "weekly": 1}, asks="1")
        await ada.command("ask", need="bookkeeping, question one")
        await ada.choose("Basile", "Kei", "Shut")
        told = await ada.command("ask", need="bookkeeping, question two")
        assert not any(f"{name}: offers" in told for name in ("Basile", "Kei", "Shut"))
        await ada.command("requests", which="mine")
        await ada.press("Look at it", number=1)
        assert "question one" in ada.told
        await ada.press("Withdraw")
        card, again = ada.find("Ask again")
        for told in (
            await ada.press_again(card, again),
            await ada.command("ask", need="bookkeeping, question three"),
        ):
            assert "Basile: offers" not in told, "he has read it"
            assert "Kei: offers" in told
            assert "Shut: offers" in told
        await ada.choose("Kei")
        await village.passes(hours=16)
        assert [words for words in kei.reads("dm") if "question" in words] == [kei.reads("dm")[-1]]
        assert "question three" in kei.reads("dm")[-1]
        assert not [words for words in shut.reads() if "question" in words]

    async def test_not_now_is_a_week_of_peace(self, village: Village, ada: Villager, basile: Villager, chloe: Villager) -> None:
        await ada.command("ask", need=NEED)
        await ada.choose("Basile")
        assert "I ask you nothing else for a week" in await basile.press("Not now")
        assert "Basile" not in await chloe.command("ask", need="bookkeeping advice")
        await village.passes(days=8)
        assert "Basile: offers" in await chloe.command("ask", need="bookkeeping advice, once more")
