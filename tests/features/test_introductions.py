"""A newcomer is welcomed once, introduces themselves, and meets possible allies; a card is never posted twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from adapters.sandbox.acts import words_of
from adapters.sandbox.records import slug
from bot.i18n import plain
from tests.features.village import Village, Villager, controls_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

ADA = {"does": "Graphic designer for small brands", "offers": "logos, a second look at a website", "seeks": "bookkeeping"}


@pytest.fixture
async def village(tmp_path: Path, database_url: str) -> AsyncIterator[Village]:
    place = Village(tmp_path, database_url)
    await place.open()
    await place.passes(minutes=0)
    yield place
    await place.close()


async def introduce(person: Villager, **changes: object) -> str:
    await person.command("intro")
    return await person.fill(**{**ADA, **changes})  # type: ignore[arg-type]


async def newcomer(village: Village, name: str, **account: object) -> Villager:
    """Somebody who joins as a platform tells it, with an account of any kind."""
    await village.acts.join(name, person_id=slug(name), **account)  # type: ignore[arg-type]
    await village.app.idle()
    return Villager(village, slug(name), name, None)  # type: ignore[arg-type]


# ---------------------------------------------------------------- the welcome


async def test_a_newcomer_is_welcomed_by_one_message_with_one_button(village: Village) -> None:
    ada = await newcomer(village, "Ada")

    (welcome,) = ada.reads("dm")
    assert welcome.startswith("Welcome, Ada\nLes Indés is a place for people who work for themselves")
    assert ada.buttons("dm") == ["Introduce myself"]


async def test_a_join_told_twice_gives_one_welcome(village: Village) -> None:
    ada = await newcomer(village, "Ada")
    await village.acts.repeat()
    await village.acts.come_back(ada.id)
    await village.app.idle()

    assert len(ada.reads("dm")) == 1


async def test_with_closed_messages_the_welcome_waits_for_the_first_command(village: Village) -> None:
    await village.channel("introductions")
    ada = await newcomer(village, "Ada", dm_closed=True)
    assert ada.reads() == []

    told = await ada.command("members")

    assert "Welcome, Ada" in told
    assert "Welcome, Ada" not in await ada.command("members")
    assert ada.reads("#introductions") == []


async def test_a_newcomer_is_welcomed_in_their_own_language(village: Village) -> None:
    chloe = await newcomer(village, "Chloé", locale="fr-FR")

    assert [message.locale for message in chloe.sees("dm")] == ["fr"]


# ---------------------------------------------------------------- the introduction


async def test_an_introduction_becomes_a_card_in_the_channel(village: Village) -> None:
    await village.channel("introductions")
    ada = await newcomer(village, "Ada")
    await ada.press("Introduce myself")
    told = await ada.fill(**ADA, expects=("economic", "support"), link="ada.example")  # type: ignore[arg-type]

    (card,) = ada.reads("#introductions")
    assert card == (
        "Ada\nAda is part of the community.\nGraphic designer for small brands\n"
        "Offers\nlogos, a second look at a website\nSeeks\nbookkeeping"
    )
    assert ada.buttons("#introductions") == ["Propose a meeting"]
    assert "Thank you, Ada\nYour card is in the introductions channel." in told
    assert "Finding business" not in card


async def test_three_allies_are_suggested_privately_each_with_a_true_reason(village: Village) -> None:
    await village.channel("introductions")
    await village.person("Bo", "bookkeeping, tax returns")
    await village.person("Cy", "printing on fabric")
    await village.person("Di", "event catering")
    await village.person("Ed", "carpentry")
    ada = await newcomer(village, "Ada")
    await introduce(ada)

    (answer,) = [message for message in ada.sees() if words_of(message).startswith("Thank you")]
    assert answer.only_for == ada.id
    assert answer.card is not None
    lines = [plain(item.body, "en") for item in answer.card.items]
    assert lines[0] == "Bo offers “bookkeeping”, which you seek."
    assert len(lines) == 3
    assert all(item.button is not None for item in answer.card.items)


async def test_an_introduction_is_changed_in_place_and_never_posted_twice(village: Village) -> None:
    await village.channel("introductions")
    ada = await newcomer(village, "Ada")
    await introduce(ada, expects=("skill",))

    await ada.command("intro")
    assert ada.form is not None
    filled = {field.name: getattr(field, "initial", None) for field in ada.form.form.fields}
    assert filled == {**ADA, "expects": ("skill",), "link": ""}
    told = await ada.fill(**{**ADA, "offers": "logos and packaging"})  # type: ignore[arg-type]
    await village.acts.repeat()
    await village.passes(minutes=5)

    (card,) = ada.reads("#introductions")
    assert "logos and packaging" in card
    assert "a second look" not in card
    assert "Your card is up to date" in told


async def test_without_a_channel_the_member_is_told_and_the_card_follows(village: Village) -> None:
    ada = await newcomer(village, "Ada")
    told = await introduce(ada)
    assert "The card is posted as soon as the animators have chosen a channel for it." in told

    await village.channel("introductions")
    await village.passes(minutes=1)
    await village.passes(minutes=1)

    assert len(ada.reads("#introductions")) == 1


async def test_what_cannot_be_accepted_is_said_at_the_field_and_nothing_is_lost(village: Village) -> None:
    await village.channel("introductions")
    ada = await newcomer(village, "Ada")
    await introduce(ada, offers=" — ", link="javascript:alert(1)")

    assert ada.errors == {
        "offers": "One thing is enough, for example: proofreading, a contact in Berlin, a desk for a day.",
        "link": "A web address, for example https://example.org",
    }
    assert ada.reads("#introductions") == []

    await ada.command("intro")
    assert ada.form is not None
    filled = {field.name: getattr(field, "initial", None) for field in ada.form.form.fields}
    assert filled["does"] == ADA["does"]
    assert filled["link"] == "javascript:alert(1)"


@pytest.mark.parametrize(
    ("typed", "accepted"),
    [
        ("ada.example", True),
        ("https://ada.example/portfolio?x=1", True),
        ("http://a.example", True),
        ("https://user@evil.example", False),
        ("ftp://ada.example", False),
        ("https://localhost", False),
        ("two words.example", False),
        ("https://", False),
        ("https://a..example", False),
    ],
)
async def test_a_link_is_a_web_address(village: Village, typed: str, accepted: bool) -> None:  # noqa: FBT001
    ada = await newcomer(village, "Ada")
    await introduce(ada, link=typed)

    assert ("link" not in ada.errors) == accepted


async def test_three_expectations_are_one_too_many(village: Village) -> None:
    ada = await newcomer(village, "Ada")
    await introduce(ada, expects=("economic", "skill", "support"))

    assert list(ada.errors) == ["expects"]


async def test_words_full_of_markup_stay_words(village: Village) -> None:
    await village.channel("introductions")
    ada = await newcomer(village, "Ada")
    words = "**bold** <@123> @everyone <script>alert(1)</script> 🦊"
    await introduce(ada, does=words)

    assert words in ada.reads("#introductions")[0]


async def test_half_a_character_and_a_nul_lose_nothing_else(village: Village) -> None:
    await village.channel("introductions")
    ada = await newcomer(village, "Ada")
    await introduce(ada, does="Designer \0of brands \ud83e\udd8a \ud83e", offers=" ")
    assert list(ada.errors) == ["offers"]
    await ada.press("Introduce myself")
    assert ada.form is not None
    assert ada.form.form.fields[0].initial == "Designer of brands 🦊 \ufffd"  # type: ignore[union-attr]


# ---------------------------------------------------------------- reminders


async def reminders(person: Villager) -> list[str]:
    return [message.splitlines()[-1] for message in person.reads("dm")[1:]]


async def test_a_newcomer_is_reminded_on_day_two_and_seven_and_never_again(village: Village) -> None:
    ada = await newcomer(village, "Ada")
    seen: list[int] = []
    for _day in range(1, 13):
        await village.passes(days=1)
        seen.append(len(await reminders(ada)))

    assert seen == [0, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2]
    assert ada.buttons("dm") == ["Introduce myself"]


async def test_reminders_wait_for_the_day_where_the_member_is(village: Village) -> None:
    tokyo = await newcomer(village, "Kei", zone="Asia/Tokyo")
    await village.passes(days=2, hours=3)  # 22:00 in Tokyo
    assert await reminders(tokyo) == []

    await village.passes(hours=12)
    assert len(await reminders(tokyo)) == 1


async def test_reminders_wait_for_the_hours_that_a_member_chose(village: Village) -> None:
    """Ada works on Saturdays: the reminder of Wednesday reaches her then, once, and by the hours she chose last."""
    ada = await newcomer(village, "Ada")
    await ada.command("preferences")
    await ada.fill(language="platform", days=("3",), hours="14-17")
    await village.passes(days=2)  # Wednesday
    await ada.command("preferences")
    await ada.fill(language="platform", days=("5",), hours="20-23")
    await village.passes(days=3, hours=8)
    assert reminded(ada) == 0

    await village.passes(hours=1)  # Saturday, 20:00
    assert reminded(ada) == 1


async def test_a_reminder_that_still_waits_gives_way_to_the_next_one(village: Village) -> None:
    ada = await newcomer(village, "Ada")
    await ada.command("preferences")
    await ada.fill(language="platform", days=("1",), hours="9-18")
    for _day in range(8):  # until Tuesday of the next week
        await village.passes(days=1)
    assert reminded(ada) == 1
    assert "last word" in ada.reads("dm")[-1]


async def test_a_reminder_that_waits_is_not_sent_once_there_is_nothing_to_remind_of(village: Village) -> None:
    """Ada introduces herself, Bo leaves and comes back, Cy wants none; all of them work on Fridays only."""
    ada, bo, cy = [await newcomer(village, name) for name in ("Ada", "Bo", "Cy")]
    message, no_thanks = cy.find("No thanks") if "No thanks" in cy.buttons("dm") else (cy.sees("dm")[-1], "introduction:no_thanks")
    for each in (ada, bo, cy):
        await each.command("preferences")
        await each.fill(language="platform", days=("4",))
    await village.passes(days=2)  # Wednesday: all three are to be reminded
    await introduce(ada)
    await bo.leave()
    await village.acts.come_back(bo.id)
    await cy.press_again(message, no_thanks)
    await village.passes(days=2)

    assert [reminded(each) for each in (ada, bo, cy)] == [0, 0, 0]


async def test_a_reminder_that_waits_holds_up_no_answer(village: Village) -> None:
    ada = await newcomer(village, "Ada")
    await ada.command("preferences")
    await ada.fill(language="platform", days=("4",))
    await village.passes(days=2)
    bo = await village.person("Bo")
    await bo.command("thanks", member=ada, what="Your second look", seen_by="private")
    assert "Your second look" in ada.reads("dm")[-1]


def reminded(person: Villager) -> int:
    return sum("two minutes?" in words or "last word" in words for words in person.reads("dm"))


async def test_a_bot_that_slept_for_ten_days_sends_one_reminder_only(village: Village) -> None:
    ada = await newcomer(village, "Ada")
    await village.passes(days=10)
    await village.passes(hours=1)
    await village.passes(days=1)

    assert len(await reminders(ada)) == 1


async def test_no_thanks_ends_the_reminders(village: Village) -> None:
    ada = await newcomer(village, "Ada")
    await village.passes(days=2)
    told = await ada.press("No thanks")
    assert told == "Understood, I will not mention it again. You are welcome as you are."

    await village.passes(days=6)
    assert len(ada.reads("dm")) == 2


async def test_who_introduced_themselves_or_left_is_not_reminded(village: Village) -> None:
    ada, bo = await newcomer(village, "Ada"), await newcomer(village, "Bo")
    await introduce(ada)
    await bo.leave()
    before = len(ada.reads("dm"))
    await village.passes(days=2)
    await village.passes(days=6)

    assert len(ada.reads("dm")) == before
    assert len([words for words in bo.reads("dm") if "two minutes?" in words or "last word" in words]) == 0


# ---------------------------------------------------------------- whoever leaves


async def test_the_card_leaves_with_the_member_and_returns_with_them(village: Village) -> None:
    await village.channel("introductions")
    ada, bo = await newcomer(village, "Ada"), await newcomer(village, "Bo")
    await introduce(ada)
    await ada.leave()
    assert bo.reads("#introductions") == []

    await village.acts.come_back(ada.id)
    await village.acts.come_back(ada.id)
    await village.app.idle()

    assert len(bo.reads("#introductions")) == 1
    assert [words.splitlines()[0] for words in ada.reads("dm")] == ["Welcome, Ada", "Thank you, Ada", "Good to see you again, Ada"]


async def test_a_card_of_somebody_who_left_is_not_posted_later(village: Village) -> None:
    ada, bo = await newcomer(village, "Ada"), await newcomer(village, "Bo")
    await introduce(ada)
    await ada.leave()
    await village.channel("introductions")
    await village.passes(minutes=5)

    assert bo.reads("#introductions") == []


async def test_the_button_works_after_a_restart(village: Village) -> None:
    ada = await newcomer(village, "Ada")
    await village.restart()
    await ada.press("Introduce myself")

    assert ada.form is not None
    assert [control.__class__.__name__ for control in controls_of(ada.sees("dm")[-1])] == ["Button", "Button"]
