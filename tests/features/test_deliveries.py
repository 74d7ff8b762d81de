"""An animator sees what did not arrive and why, sends it again or discards it, and is told once of what is stopped."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from adapters.sandbox.records import slug
from bot.errors import DeliveryError, Refused, Undeliverable
from bot.model import Channel, Community, Member
from storage.letters import Letters
from storage.stopped import Stopped
from tests.features.refusing import RefusingPlatform
from tests.features.village import Village, Villager

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

NEED = "Somebody who reads contracts"
WAITS = 100
"""More minutes than any notice needs."""


@pytest.fixture
async def village(tmp_path: Path, database_url: str) -> AsyncIterator[Village]:
    village = Village(tmp_path, database_url, platform=RefusingPlatform)
    await village.open()
    await village.channel("help")
    await village.channel("thanks")
    await village.passes(hours=0)
    yield village
    await village.close()


@pytest.fixture
async def anna(village: Village) -> Villager:
    """She runs the community."""
    return await animator(village, "Anna")


async def animator(village: Village, name: str, locale: str = "en") -> Villager:
    await village.acts.join(name, administrator=True, locale=locale)
    await village.app.idle()
    return Villager(village, slug(name), name, Member(0, name))


def refusals(village: Village) -> dict[str, DeliveryError]:
    platform = village.adapter.platform
    assert isinstance(platform, RefusingPlatform)
    return platform.refusals


async def ask_everybody(ada: Villager, need: str = NEED) -> None:
    await ada.command("ask", need=need)
    await ada.press("Post to everyone")


# ---------------------------------------------------------------- letters


async def test_where_everything_arrived(anna: Villager) -> None:
    assert "Everything has arrived" in await anna.command("animator deliveries")
    assert anna.buttons() == ["Menu"]


async def test_it_is_for_animators(village: Village, ada: Villager) -> None:
    assert await ada.command("animator deliveries") == "Only the animators of the community can do this."


async def test_the_animators_see_what_did_not_arrive_and_why(village: Village, anna: Villager, ada: Villager) -> None:
    refusals(village)["help"] = Undeliverable("missing_permission")
    await ask_everybody(ada)
    told = await anna.command("animator deliveries")
    assert "1 message was given up" in told
    assert "“Ada is looking for help” for the channel for requests (#help)" in told
    assert "I do not have the right to write there." in told
    told = await anna.press("Look at it")
    assert "Invite me, and let me see the channel" in told
    assert "Monday, November 23, 2026" in told


async def test_in_french(village: Village, ada: Villager) -> None:
    zoe = await animator(village, "Zoé", "fr")
    refusals(village)["help"] = Undeliverable("missing_permission")
    await ask_everybody(ada)
    told = await zoe.command("animator deliveries")
    assert "Messages non arrivés" in told
    assert "Je n’ai pas le droit d’y écrire" in told


async def test_sent_again_it_arrives_once(village: Village, anna: Villager, ada: Villager) -> None:
    refusals(village)["help"] = Undeliverable("missing_permission")
    await ask_everybody(ada)
    await anna.command("animator deliveries")
    await anna.press("Look at it")
    button = anna.find("Send again")
    refusals(village).clear()
    told = await anna.press("Send again")
    assert "on its way again" in told
    assert "Everything has arrived" in told
    assert sum(NEED in words for words in anna.reads("#help")) == 1
    assert "dealt with before" in await anna.press_again(*button)
    assert sum(NEED in words for words in anna.reads("#help")) == 1


async def test_what_fails_again_comes_back(village: Village, anna: Villager, ada: Villager) -> None:
    refusals(village)["help"] = Undeliverable("missing_permission")
    await ask_everybody(ada)
    await anna.command("animator deliveries")
    await anna.press("Send all again")
    assert "1 message was given up" in await anna.command("animator deliveries")


async def test_of_two_animators_at_once_one_is_first(village: Village, anna: Villager, ada: Villager) -> None:
    boris = await animator(village, "Boris")
    refusals(village)["help"] = Undeliverable("missing_permission")
    await ask_everybody(ada)
    for person in (anna, boris):
        await person.command("animator deliveries")
        await person.press("Look at it")
    refusals(village).clear()
    told = await asyncio.gather(anna.press("Send again"), boris.press("Discard"))
    assert sorted("dealt with before" in words for words in told) == [False, True]
    assert sum(NEED in words for words in anna.reads("#help")) == ("on its way again" in told[0])


async def test_discarded_it_is_gone_with_its_content(village: Village, anna: Villager, ada: Villager) -> None:
    refusals(village)["help"] = Undeliverable("missing_permission")
    await ask_everybody(ada)
    await anna.command("animator deliveries")
    await anna.press("Look at it")
    look = anna.find("Discard")
    told = await anna.press("Discard")
    assert "Discarded." in told
    assert "Everything has arrived" in told
    assert "dealt with before" in await anna.press_again(*look)
    async with village.app.store.unit() as unit:
        kept = await unit.connection.execute(text("SELECT card, title FROM outbox WHERE state = 'cancelled'"))
        assert [tuple(row) for row in kept] == [("", "")]
    refusals(village).clear()
    await ada.press("Withdraw")
    assert anna.reads("#help") == []


async def test_what_was_withdrawn_meanwhile_says_so_when_it_is_sent(village: Village, anna: Villager, ada: Villager) -> None:
    refusals(village)["help"] = Undeliverable("missing_permission")
    await ask_everybody(ada)
    refusals(village).clear()
    await ada.press("Withdraw")
    await anna.command("animator deliveries")
    await anna.press("Send all again")
    (words,) = anna.reads("#help")
    assert "Withdrawn" in words


async def test_private_words_stay_private(village: Village, anna: Villager, ada: Villager) -> None:
    basile = await village.person("Basile", "Bookkeeping")
    refusals(village)[basile.id] = Undeliverable("msg_too_long")
    await ada.command("thanks", member=basile, what="The divorce papers", seen_by="private")
    told = await anna.command("animator deliveries")
    told += await anna.press("Look at it")
    assert "A private message to Basile" in told
    assert "divorce" not in told
    assert "Ada" not in told


async def test_closed_messages_and_the_departed_write_nobody_to_the_animators(
    village: Village, anna: Villager, ada: Villager
) -> None:
    basile = await village.person("Basile", "Bookkeeping")
    refusals(village)[basile.id] = Undeliverable("msg_too_long")
    await ada.command("thanks", member=basile, what="The divorce papers", seen_by="private")
    await basile.leave()
    assert "Everything has arrived" in await anna.command("animator deliveries")
    async with village.app.store.unit() as unit:
        kept = await unit.connection.execute(text("SELECT count(*) FROM outbox WHERE card LIKE '%divorce%'"))
        assert kept.scalar_one() == 0


async def test_many_are_shown_in_pages_and_sent_again_together(village: Village, anna: Villager) -> None:
    refusals(village)["help"] = Undeliverable("a_new_word_of_the_platform")
    for number in range(7):
        await ask_everybody(await village.person(f"M{number}", "x"), f"A plumber for house {number}")
    told = await anna.command("animator deliveries")
    assert "The platform refused it: a_new_word_of_the_platform." in told
    assert "Page 1 of 2" in told
    assert told.count("is looking for help") == 5
    assert (await anna.press("Next")).count("is looking for help") == 2
    refusals(village).clear()
    assert "7 messages are on their way again." in await anna.press("Send all again")
    assert len(anna.reads("#help")) == 7
    assert "Everything has arrived" in await anna.command("animator deliveries")


async def test_a_notice_a_day_says_how_many_and_why(village: Village, anna: Villager, ada: Villager) -> None:
    refusals(village)["help"] = Undeliverable("missing_permission")
    await ask_everybody(ada)
    before = len(anna.reads("dm"))
    for _part in range(12):
        await village.passes(hours=2)
    (notice,) = [words for words in anna.reads("dm")[before:] if "did not arrive" in words]
    assert "1 message did not arrive" in notice
    assert "1 × I do not have the right to write there." in notice
    for _part in range(12):
        await village.passes(hours=2)
    assert sum("did not arrive" in words for words in anna.reads("dm")) == 1
    assert "1 message was given up" in await anna.press("Look at them")


async def test_an_update_of_what_was_given_up_is_what_is_sent(village: Village, anna: Villager, ada: Villager) -> None:
    """The newest content counts, also of a post that is sent again much later."""
    await village.channel("introductions")
    refusals(village)["introductions"] = Undeliverable("missing_permission")
    await ada.command("intro")
    await ada.fill(does="Translator", offers="Poems")
    await village.passes(minutes=WAITS)
    await ada.command("intro")
    await ada.fill(does="Translator", offers="Novels")
    refusals(village).clear()
    await anna.command("animator deliveries")
    await anna.press("Send all again")
    await village.passes(minutes=WAITS)
    cards = [words for words in anna.reads("#introductions") if "Translator" in words]
    assert len(cards) == 1
    assert "Novels" in cards[0]


# ---------------------------------------------------------------- what is stopped


async def test_a_channel_that_is_gone_is_told_once_and_its_messages_wait(village: Village, anna: Villager, ada: Villager) -> None:
    refusals(village)["help"] = Undeliverable("channel_not_found", gone=True)
    await ask_everybody(ada)
    await ask_everybody(await village.person("Basile", "x"), "A second need")
    for _minute in range(4):
        await village.passes(minutes=WAITS)
    (notice,) = [words for words in anna.reads("dm") if "does not receive my messages" in words]
    assert "the channel for requests in" in notice
    told = await anna.press("Look at it", place="dm")
    assert "Nothing goes to the channel for requests (#help): 2 messages wait" in told
    refusals(village).clear()
    await anna.press("Look at it")
    assert "2 messages are on their way again." in await anna.press("Try again")
    assert len(anna.reads("#help")) == 2
    assert any("I am sending again" in words for words in anna.reads("dm"))
    assert "Everything has arrived" in await anna.command("animator deliveries")


async def test_choosing_another_channel_takes_what_waits_there(village: Village, anna: Villager, ada: Villager) -> None:
    village.adapter.workspace.add_channel("requests")
    refusals(village)["help"] = Undeliverable("is_archived", gone=True)
    await ask_everybody(ada)
    await village.passes(minutes=WAITS)
    await anna.command("animator deliveries")
    await anna.press("Look at it")
    await anna.press("Choose another channel")
    await anna.fill(help=Channel("requests"), thanks=Channel("thanks"), language="en", zone="Europe/Paris")
    assert sum(NEED in words for words in anna.reads("#requests")) == 1
    assert "Everything has arrived" in await anna.command("animator deliveries")
    await ada.press("Withdraw")
    assert "Withdrawn" in anna.reads("#requests")[-1] or anna.reads("#requests")[-1:] == []


async def test_what_waits_can_be_discarded(village: Village, anna: Villager, ada: Villager) -> None:
    refusals(village)["help"] = Undeliverable("channel_not_found", gone=True)
    await ask_everybody(ada)
    await anna.command("animator deliveries")
    await anna.press("Look at it")
    again = anna.find("Try again")
    assert "1 message was discarded." in await anna.press("Discard what waits")
    refusals(village).clear()
    assert "This was over already." in await anna.press_again(*again)
    assert anna.reads("#help") == []


async def test_a_workspace_that_refuses_the_bot_goes_on_when_it_lets_it_in(village: Village, anna: Villager, ada: Villager) -> None:
    refusals(village)["*"] = Refused("token_revoked")
    await ask_everybody(ada)
    await village.passes(minutes=WAITS)
    told = await anna.command("animator deliveries")
    assert "Nothing goes to" in told
    assert "does not let me in" in told
    await village.restart()
    await village.passes(minutes=1)
    anna = Villager(village, anna.id, "Anna", anna.member)
    assert sum(NEED in words for words in anna.reads("#help")) == 1
    assert sum("I am sending again" in words for words in anna.reads("dm")) == 1, "they learn of it once they can be reached"


async def test_the_repositories_know_their_own_community_only(village: Village, anna: Villager, ada: Villager) -> None:
    refusals(village)["help"] = Undeliverable("missing_permission")
    await ask_everybody(ada)
    community = await village.community()
    async with village.app.store.unit() as unit:
        (letter,) = await unit.use(Letters, community).page()
        other = Community(community.id + 1, "Others", "en", "UTC")
        assert await unit.use(Letters, other).get(letter.id) is None
        assert (await unit.use(Letters, other).resend(letter.id, village.clock.now())).value == "before"
        assert await unit.use(Stopped, other).standing() == []
