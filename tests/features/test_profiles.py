"""Profiles are seen and kept up to date; members are found by name, trade and skill, in pages."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from bot.i18n import plain
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


def listed(person: Villager) -> list[str]:
    """The lines of the newest list."""
    card = person.sees()[-1].card
    assert card is not None
    return [plain(item.body, "en") for item in card.items]


# ---------------------------------------------------------------- profiles


async def test_one_sees_ones_own_profile_with_what_can_be_changed(village: Village) -> None:
    ada = await village.person("Ada", "bookkeeping")
    told = await ada.command("profile")

    assert told == "Your profile\nindependent\nOffers\nbookkeeping"
    assert ada.buttons() == ["Edit", "My availability", "Possible allies"]


async def test_a_profile_without_an_introduction_invites_to_one(village: Village) -> None:
    ada = await village.person("Ada")
    assert (await ada.command("profile")).startswith("Your profile\nYou have not introduced yourself yet.")

    bo = await village.person("Bo", "logos")
    assert await bo.command("profile", member=ada) == "Ada\nAda has not introduced themselves yet."


async def test_the_profile_of_another_is_seen_privately(village: Village) -> None:
    ada, bo = await village.person("Ada", "bookkeeping"), await village.person("Bo", "logos")
    told = await ada.command("profile", member=bo)

    assert told == "Bo\nindependent\nOffers\nlogos"
    assert ada.sees()[-1].only_for == ada.id
    assert ada.buttons() == ["Propose a meeting"]


async def test_what_one_expects_is_seen_by_oneself_only(village: Village) -> None:
    ada, bo = await village.person("Ada"), await village.person("Bo")
    await ada.command("intro")
    await ada.fill(does="designer", offers="logos", expects=("support",))

    assert "What you expect first: Having support" in await ada.command("profile")
    assert "support" not in await bo.command("profile", member=ada)


async def test_possible_allies_are_there_at_any_time(village: Village) -> None:
    ada = await village.person("Ada", "bookkeeping")
    await ada.command("profile")
    assert "Nobody else has introduced themselves yet." in await ada.press("Possible allies")

    await village.person("Bo", "logos")
    assert "1 member you may want to know." in await ada.press("Possible allies")


# ---------------------------------------------------------------- available


async def test_time_is_said_until_a_day_and_then_forgotten(village: Village) -> None:
    ada, bo = await village.person("Ada", "bookkeeping"), await village.person("Bo")
    await ada.command("available")
    told = await ada.fill(state="yes", until=dt.date(2026, 11, 30), note="two days a week")
    assert told.startswith("Noted\nAvailable until Monday, November 30, 2026: two days a week")

    assert "Available until Monday, November 30, 2026: two days a week" in await bo.command("profile", member=ada)
    await village.passes(days=7)
    assert "Available until" in await bo.command("profile", member=ada)
    await village.passes(days=1)
    assert "Available until" not in await bo.command("profile", member=ada)


async def test_time_that_is_over_disappears_from_the_card_by_itself(village: Village) -> None:
    await village.channel("introductions")
    ada, bo = await village.person("Ada", "bookkeeping"), await village.person("Bo")
    await village.passes(minutes=1)
    await ada.command("available")
    await ada.fill(state="yes", until=dt.date(2026, 11, 24))
    (card,) = bo.reads("#introductions")
    assert "Available until" in card

    await village.passes(days=1)
    assert bo.reads("#introductions") == [card]
    await village.passes(days=1)
    await village.passes(hours=3)
    (card,) = bo.reads("#introductions")
    assert "Available until" not in card


async def test_the_card_in_the_channel_says_who_has_time(village: Village) -> None:
    await village.channel("introductions")
    ada = await village.person("Ada")
    await ada.command("intro")
    await ada.fill(does="designer", offers="logos")
    await ada.command("available")
    await ada.fill(state="no")

    (card,) = ada.reads("#introductions")
    assert "Not available at the moment" in card

    await ada.command("available")
    await ada.fill(state="unsaid", note="this is not shown")
    (card,) = ada.reads("#introductions")
    assert "vailable" not in card


async def test_a_day_that_is_past_is_not_accepted(village: Village) -> None:
    ada = await village.person("Ada", "bookkeeping")
    await ada.command("available")
    await ada.fill(state="yes", until=dt.date(2026, 11, 22))
    assert ada.errors == {"until": "This day is past. Today or later, or leave it empty."}

    await ada.fill(state="yes", until=dt.date(2036, 1, 1))
    assert ada.errors == {"until": "A day within a year, or leave it empty."}


async def test_somebody_without_an_introduction_may_have_time(village: Village) -> None:
    ada, bo = await village.person("Ada"), await village.person("Bo")
    await ada.command("available")
    await ada.fill(state="yes")

    assert "Available" in await bo.command("profile", member=ada)


# ---------------------------------------------------------------- members


async def test_members_are_found_whatever_the_case_and_the_accents(village: Village) -> None:
    ada = await village.person("Ada", "bookkeeping")
    await village.person("Éléonore", "Stratégie de marque")
    await village.person("Bo", "logos")

    await ada.command("members", search="eleonore")
    assert listed(ada) == ["Éléonore: independent"]
    await ada.command("members", search="STRATEGIE")
    assert listed(ada) == ["Éléonore: independent"]
    await ada.command("members", search="strategie bo")
    assert ada.told.startswith("Nobody found\nNobody matches “strategie bo”.")


async def test_a_name_comes_before_an_offer(village: Village) -> None:
    ada = await village.person("Ada", "photos with Rose gold frames")
    await village.person("Rose", "accounts")
    await ada.command("members", search="rose")

    assert listed(ada) == ["Rose: independent", "Ada: independent"]


async def test_a_search_for_signs_finds_signs(village: Village) -> None:
    ada = await village.person("Ada", "100% cotton")
    await village.person("Bo", "logos")
    await ada.command("members", search="%")

    assert listed(ada) == ["Ada: independent"]


async def test_pages_are_turned_in_place(village: Village) -> None:
    ada = await village.person("Ada", "bookkeeping")
    for number in range(10, 27):
        await village.person(f"Member {number}", "logos: large")
    await ada.command("members", search="large logos")
    before = len(ada.sees())
    assert ada.buttons()[-2:] == ["Next", "Search"]
    assert "17 members found." in ada.told
    assert "Page 1 of 3" in ada.told

    await ada.press("Next")
    assert listed(ada) == [f"Member {number}: independent" for number in range(18, 26)]
    await ada.press("Next")
    assert listed(ada) == ["Member 26: independent"]
    assert ada.buttons()[-2:] == ["Previous", "Search"]
    await ada.press("Previous")
    assert "Page 2 of 3" in ada.told
    assert len(ada.sees()) == before


async def test_a_page_that_is_no_longer_there_is_the_last_one(village: Village) -> None:
    ada = await village.person("Ada", "bookkeeping")
    others = [await village.person(f"Member {number}", "logos") for number in range(8)]
    await ada.command("members")
    for other in others:
        await other.leave()
    await ada.press("Next")

    assert listed(ada) == ["Ada: independent"]


async def test_a_search_begins_from_the_list(village: Village) -> None:
    ada = await village.person("Ada", "bookkeeping")
    await village.person("Bo", "logos")
    await ada.command("members")
    await ada.press("Search")
    await ada.fill(words="logo")

    assert listed(ada) == ["Bo: independent"]
    assert (await ada.press("Profile")).startswith("Bo\n")


async def test_names_and_offers_are_suggested_while_typing(village: Village) -> None:
    ada = await village.person("Ada", "bookkeeping, book design")
    await village.person("Booker", "logos")
    outcome = await village.acts.suggest(ada.id, "profile:words", "book")

    assert [label for _value, label, _hint in outcome.choices] == ["Booker", "bookkeeping", "book design"]


async def test_an_empty_community_invites_to_be_the_first(village: Village) -> None:
    ada = await village.person("Ada")
    assert (await ada.command("members")).startswith("Members\nNobody has introduced themselves yet.")
    assert ada.buttons() == ["Introduce myself"]


async def test_who_left_is_found_nowhere(village: Village) -> None:
    ada, bo = await village.person("Ada", "bookkeeping"), await village.person("Bo", "logos")
    await ada.command("members")
    await bo.leave()

    assert await ada.press("Profile", number=1) == "Bo has left the community."
    await ada.command("members")
    assert listed(ada) == ["Ada: independent"]
