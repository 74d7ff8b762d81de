"""A proposal to meet is asked of the other first; only a yes connects the two, and a no is told to nobody."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.features.village import Village, Villager

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path


@pytest.fixture
async def village(tmp_path: Path, database_url: str) -> AsyncIterator[Village]:
    place = Village(tmp_path, database_url)
    await place.open()
    yield place
    await place.close()


async def propose(village: Village, *, locale: str = "en") -> tuple[Villager, Villager]:
    """Ada, who does accounts, would like to meet Bo."""
    ada = await village.person("Ada", "bookkeeping")
    bo = await village.person("Bo", "logos", locale=locale)
    await ada.command("profile", member=bo)
    told = await ada.press("Propose a meeting")
    assert told.startswith("Bo is being asked")
    return ada, bo


async def test_the_other_is_asked_first_and_knows_who_asks(village: Village) -> None:
    ada, bo = await propose(village)

    question = bo.reads("dm")[-1]
    assert question.startswith("Ada would like to meet you\nindependent\nWhy you two: Ada describes their work as “independent”")
    assert "Offers\nbookkeeping" in question
    assert bo.buttons("dm") == ["Accept", "Not now"]
    assert ada.reads("group") == []


async def test_a_yes_opens_a_conversation_of_the_two(village: Village) -> None:
    ada, bo = await propose(village)
    told = await bo.press("Accept")

    assert told.startswith("You are meeting Ada")
    assert ada.reads("group") == bo.reads("group")
    (opening,) = ada.reads("group")
    assert "Ada, Bo: here is your conversation." in opening
    assert "Accept" not in bo.buttons("dm")


async def test_accepting_twice_opens_one_conversation(village: Village) -> None:
    ada, bo = await propose(village)
    message, action = bo.find("Accept")
    await bo.press("Accept")
    told = await bo.press_again(message, action)

    assert told == "You two are in touch already: the conversation is in your messages."
    assert len(ada.reads("group")) == 1


async def test_not_now_is_told_to_nobody(village: Village) -> None:
    ada, bo = await propose(village)
    before = ada.reads()
    told = await bo.press("Not now")

    assert told.startswith("All right, not now. Ada is not told.")
    assert ada.reads() == before
    await ada.command("profile", member=bo)
    assert (await ada.press("Propose a meeting")).startswith("You have already asked Bo.")


async def test_somebody_else_cannot_answer(village: Village) -> None:
    ada, bo = await propose(village)
    message, action = bo.find("Accept")
    cy = await village.person("Cy", "printing")
    told = await cy.press_again(cy.sees("dm")[-1], action)

    assert told == "This question is for Bo."
    assert ada.reads("group") == []
    assert message.conversation == f"direct.{bo.id}"


async def test_asking_twice_asks_once(village: Village) -> None:
    ada, bo = await propose(village)
    told = await ada.press("Propose a meeting")

    assert told.startswith("You have already asked Bo.")
    assert len([words for words in bo.reads("dm") if "would like to meet you" in words]) == 1


async def test_when_both_ask_they_are_connected(village: Village) -> None:
    ada, bo = await propose(village)
    await bo.command("profile", member=ada)
    told = await bo.press("Propose a meeting")

    assert told.startswith("You are meeting Ada")
    assert len(bo.reads("group")) == 1


async def test_whoever_said_not_now_may_change_their_mind(village: Village) -> None:
    ada, bo = await propose(village)
    await bo.press("Not now")
    await bo.press("Profile")
    await bo.press("Propose a meeting")

    assert len(ada.reads("group")) == 1


async def test_whoever_proposed_has_left_since(village: Village) -> None:
    ada, bo = await propose(village)
    await ada.leave()
    told = await bo.press("Accept")

    assert told == "Ada has left the community since. Thank you for answering all the same."
    assert bo.reads("group") == []


async def test_whoever_is_asked_has_left(village: Village) -> None:
    ada = await village.person("Ada", "bookkeeping")
    bo = await village.person("Bo", "logos")
    await ada.command("profile", member=bo)
    await bo.leave()

    assert await ada.press("Propose a meeting") == "Bo has left the community."


async def test_one_introduces_oneself_before_asking(village: Village) -> None:
    bo = await village.person("Bo", "logos")
    stranger = await village.person("Cy")
    await stranger.command("profile", member=bo)
    told = await stranger.press("Propose a meeting")

    assert told.startswith("Whoever you ask will want to know who you are.")
    assert len(bo.reads("dm")) == 1


async def test_ones_own_card_has_nobody_to_meet(village: Village) -> None:
    await village.channel("introductions")
    ada = await village.person("Ada", "bookkeeping")
    await village.passes(minutes=0)
    await village.passes(minutes=2)

    assert await ada.press("Propose a meeting", place="#introductions") == "This is your own card. The button is for the others."


async def test_five_invitations_a_week_are_enough(village: Village) -> None:
    ada = await village.person("Ada", "bookkeeping")
    told = ""
    for name in ("Bo", "Cy", "Di", "Ed", "Flo", "Gus"):
        other = await village.person(name, "logos")
        await ada.command("profile", member=other)
        told = await ada.press("Propose a meeting")

    assert told.startswith("You have asked several members this week.")

    await village.passes(days=8)
    assert (await ada.press("Propose a meeting")).startswith("Gus is being asked")
