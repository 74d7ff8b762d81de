"""One budget of messages over all features: caps, the digest, kinds switched off, quiet hours, less of each in one click."""

from __future__ import annotations

import pytest

from bot.effects import Direct, OwnTime, Remove, Update
from bot.i18n import plain
from bot.notices import Because, Notice, Way
from bot.ui import Button, Card
from commands.preferences.messages import KINDS
from storage.budget import Budget
from tests.features.village import Village, Villager

ALL = tuple(kind.value for kind in KINDS)
LATER = OwnTime()
DIGEST = "Your week, in one message"


async def send(
    village: Village,
    person: Villager,
    words: str,
    notice: Notice = Notice.OPPORTUNITY,
    remember: str = "",
    *,
    when: OwnTime | None = LATER,
) -> None:
    """Stage a message as a feature does."""
    async with village.app.store.unit() as unit:
        card = Card(title=words, body=f"About {words}.", controls=(Button("Answer", "menu:page:0"),))
        effects = [Direct(person.member.id, card, remember=remember, when=when, notice=notice)]
        await unit.outbox.stage(await village.community(), effects, village.clock.now())
    village.app.delivery.wake()
    await village.app.idle()


def got(person: Villager, *words: str) -> list[bool]:
    titles = [said.split("\n")[0] for said in person.reads("dm")]
    return [each in titles for each in words]


def why(person: Villager) -> str:
    """Return the line under the newest private message."""
    card = person.sees("dm")[-1].card
    return "" if card is None else plain(card.why, "en")


def digests(person: Villager) -> list[str]:
    return [said for said in person.reads("dm") if said.startswith(DIGEST)]


async def prefer(person: Villager, weekly: int = 3, digest: str = "no", kinds: tuple[str, ...] = ALL, quiet: str = "") -> str:
    await person.command("preferences", about="messages")
    return await person.fill(weekly=weekly, digest=digest, kinds=kinds, asks="4", quiet=quiet)


@pytest.fixture(autouse=True)
async def looks_at_what_is_due(village: Village) -> None:
    await village.passes(minutes=0)


class TestTheCap:
    async def test_counts_every_feature_and_the_rest_waits_for_one_digest(self, village: Village, ada: Villager) -> None:
        await send(village, ada, "One")
        await send(village, ada, "Two", Notice.ALLY)
        await send(village, ada, "Three", Notice.INVITATION)
        await send(village, ada, "Four")
        await send(village, ada, "Five", Notice.VALUE)
        await send(village, ada, "Late", Notice.CHECKIN)
        await send(village, ada, "Mine", Notice.REQUEST)
        assert got(ada, "One", "Two", "Three", "Four", "Five", "Late", "Mine") == [True, True, True, False, False, False, True]

        await village.passes(days=6, hours=22)
        assert digests(ada) == []
        await village.passes(hours=3)  # the week has room again
        (digest,) = digests(ada)
        assert [each in digest for each in ("Four", "Five", "Late", "One", "Mine")] == [True, True, False, False, False]
        assert "once a week at most" in why(ada)

        await ada.press("Look at it", place="dm")
        assert "About Four." in ada.told
        await village.passes(days=15)
        assert len(digests(ada)) == 1, "nothing waited since"

    async def test_what_is_over_is_not_in_the_digest_and_what_changed_is_there_as_it_stands(
        self, village: Village, ada: Villager
    ) -> None:
        await prefer(ada, digest="yes")
        for words in ("One", "Two", "Three"):
            await send(village, ada, words, remember=f"thing:{words}")
        async with village.app.store.unit() as unit:
            changes = [Remove("thing:One", waiting=True), Update("thing:Two", Card(title="Two, changed", body="Since yesterday."))]
            await unit.outbox.stage(await village.community(), changes, village.clock.now())
        await village.passes(days=7)

        (digest,) = digests(ada)
        assert [words in digest for words in ("One", "Two, changed", "Three")] == [False, True, True]
        await ada.press("Look at it", place="dm")
        assert ada.told.startswith("Two, changed\nSince yesterday.")
        async with village.app.store.unit() as unit:
            await unit.outbox.stage(await village.community(), [Remove("thing:Two")], village.clock.now())
        assert "This is over" in await ada.press("Look at it", place="dm")

    async def test_two_at_once_do_not_both_take_the_last_place(self, village: Village, ada: Villager) -> None:
        await prefer(ada, weekly=1)
        async with village.app.store.unit() as unit:
            messages = [Direct(ada.member.id, Card(title=words), when=OwnTime(), notice=Notice.ALLY) for words in ("One", "Two")]
            await unit.outbox.stage(await village.community(), messages, village.clock.now())
        await village.passes(minutes=1)
        assert got(ada, "One", "Two") == [True, False]

    async def test_a_message_taken_back_gives_its_place_back(self, village: Village, ada: Villager) -> None:
        await prefer(ada, weekly=1)
        await village.passes(hours=9)  # eight in the evening
        await send(village, ada, "One", remember="thing:One")
        async with village.app.store.unit() as unit:
            await unit.outbox.stage(await village.community(), [Remove("thing:One", waiting=True)], village.clock.now())
        await send(village, ada, "Two")
        await village.passes(hours=14)
        assert got(ada, "One", "Two") == [False, True]

    async def test_features_learn_beforehand_who_may_be_written_to_and_why_not(
        self, village: Village, ada: Villager, basile: Villager, chloe: Villager
    ) -> None:
        await prefer(basile, kinds=())
        await prefer(chloe, weekly=0)
        async with village.app.store.unit() as unit:
            budget = unit.use(Budget, await village.community())
            people = [person.member.id for person in (ada, basile, chloe)]
            decisions = await budget.allows(Notice.CHECKIN, people, village.clock.now())
        assert [(decisions[each].way, decisions[each].because) for each in people] == [
            (Way.NOW, None),
            (Way.NEVER, Because.MUTED),
            (Way.NEVER, Because.NOTHING),
        ]


class TestLess:
    async def test_one_click_for_none_of_a_kind_says_what_changed_and_can_be_undone(self, village: Village, ada: Villager) -> None:
        await send(village, ada, "One", Notice.ALLY)
        assert why(ada) == "You get this because you two could be of use to each other."
        assert "Members worth meeting" in await ada.press("Less of this", place="dm")
        message, action = ada.find("Nothing of this kind any more")
        assert "You get none of these any more: Members worth meeting" in await ada.press_again(message, action)
        await send(village, ada, "Two", Notice.ALLY)
        await send(village, ada, "Three")
        assert got(ada, "Two", "Three") == [False, True]
        undo, back = ada.find("Undo")

        await village.passes(days=370)
        assert "You get none of these any more" in await ada.press_again(message, action), "again, a year later"
        assert "one at a time" in await ada.press_again(undo, back)
        await send(village, ada, "Four", Notice.ALLY)
        await village.passes(days=1)
        assert got(ada, "Four") == [True]

    async def test_only_in_the_digest_and_fewer_a_week(self, village: Village, ada: Villager) -> None:
        await send(village, ada, "One", Notice.THANKS)
        await ada.press("Less of this", place="dm")
        assert "From now on this comes in your weekly digest: Thanks" in await ada.press("Only in the weekly digest")
        await send(village, ada, "Two", Notice.THANKS)
        assert got(ada, "Two") == [False]
        await send(village, ada, "Three")
        await ada.press("Less of this", place="dm")
        assert "at most 2 messages a week" in await ada.press("At most 2 messages a week")
        assert "at most 3 messages a week" in await ada.press("Undo")

    async def test_less_of_what_is_ones_own_leads_to_its_switch(self, village: Village, ada: Villager) -> None:
        await send(village, ada, "One", Notice.ROUND)
        told = await ada.press("Less of this", place="dm")
        assert "It follows from something of your own" in told
        assert ada.find("Pause the meetings, or leave them")[1] == "round:less:0"

    async def test_a_kind_that_is_no_more_is_answered_kindly(self, village: Village, ada: Villager) -> None:
        await send(village, ada, "One")
        message, _action = ada.find("Less of this", "dm")
        for action in ("notice:less:unheard", "notice:way:unheard:never", "notice:way:round:never", "notice:way:ally:often"):
            assert "There is no such choice any more" in await ada.press_again(message, action)

    async def test_nobody_opens_what_waits_for_somebody_else(self, village: Village, ada: Villager, basile: Villager) -> None:
        await prefer(ada, digest="yes")
        await send(village, ada, "One")
        await village.passes(days=7)
        message, action = ada.find("Look at it", "dm")
        await send(village, basile, "Two")
        own, _less = basile.find("Less of this", "dm")
        assert "This is over" in await basile.press_again(own, action)
        assert "About One." in await ada.press_again(message, action)


class TestTheLine:
    async def test_stays_where_the_message_changes(self, village: Village, ada: Villager) -> None:
        await send(village, ada, "One", Notice.REQUEST, "thing:One")
        async with village.app.store.unit() as unit:
            await unit.outbox.stage(await village.community(), [Update("thing:One", Card(title="Changed"))], village.clock.now())
        await village.passes(minutes=1)
        assert ada.reads("dm")[-1].startswith("Changed")
        assert why(ada) == "You get this because you asked for help."
        assert ada.find("Less of this", "dm")[1] == "notice:less:request"

    async def test_messages_of_features_have_it(self, village: Village, ada: Villager, basile: Villager, chloe: Villager) -> None:
        await ada.command("ask", need="bookkeeping")
        await ada.choose("Basile")
        assert why(basile) == "You get this because somebody needs help that you can probably give."
        await ada.command("thanks", member=chloe, what="Such a clear invoice", seen_by="private")
        assert why(chloe) == "You get this because somebody thanks you."
        await basile.press("I can help", place="dm")
        assert why(ada) == "You get this because you asked for help."


class TestQuietHours:
    async def test_nothing_comes_in_them_not_even_an_answer(self, village: Village, ada: Villager) -> None:
        assert "Quiet hours" in await prefer(ada, quiet="19h-8h")
        await village.passes(hours=9)  # eight in the evening
        await send(village, ada, "One", Notice.REQUEST, when=None)
        await village.passes(hours=10)
        assert got(ada, "One") == [False]
        await village.passes(hours=2)
        assert got(ada, "One") == [True]

    async def test_all_day_long_is_refused(self, village: Village, ada: Villager) -> None:
        await prefer(ada, quiet="8-8")
        assert "nothing would ever reach you" in ada.errors["quiet"]
        await ada.command("preferences", about="messages")
        await ada.fill(weekly=3, digest="no", kinds=ALL, asks="4", quiet="at night")
        assert "I do not understand these hours" in ada.errors["quiet"]

    async def test_other_working_hours_leave_them_as_they_are(self, village: Village, ada: Villager) -> None:
        await prefer(ada, quiet="20-8")
        await ada.command("preferences")
        await ada.fill(language="platform", days=("0",), hours="10-12")
        await ada.command("preferences", about="messages")
        assert ada.form is not None
        assert ada.form.form.fields[-1].initial == "20:00-08:00"  # type: ignore[union-attr]


async def test_an_animator_may_have_notices_in_the_digest(village: Village, ada: Villager) -> None:
    await send(village, ada, "One", Notice.CALENDAR)
    await ada.press("Less of this", place="dm")
    await ada.press("Only in the weekly digest")
    await send(village, ada, "Two", Notice.CALENDAR)
    await village.passes(days=7)
    (digest,) = digests(ada)
    assert "Two" in digest
    assert got(ada, "Two") == [False]
