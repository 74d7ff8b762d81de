"""Thanks, as members give and receive them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.features.village import Village, Villager

WORDS = "your feedback on my quote: they signed"


@pytest.fixture
async def village(tmp_path: Path, database_url: str) -> AsyncIterator[Village]:
    village = Village(tmp_path, database_url)
    await village.open()
    yield village
    await village.close()


@pytest.fixture
async def ada(village: Village) -> Villager:
    return await village.person("Ada", "Translation")


@pytest.fixture
async def basile(village: Village) -> Villager:
    return await village.person("Basile", "Bookkeeping")


async def test_a_private_thank_you_reaches_the_person_alone(village: Village, ada: Villager, basile: Villager) -> None:
    await village.channel("thanks")
    chloe = await village.person("Chloé")
    told = await ada.command("thanks", member=basile, what=WORDS)
    assert told == "Basile has your thanks."
    assert basile.reads("dm")[-1] == f"Ada thanks you\n{WORDS}\nOnly the two of you see this."
    assert not [words for words in chloe.reads() if WORDS in words]


async def test_a_public_one_is_posted_too(village: Village, ada: Villager, basile: Villager) -> None:
    await village.channel("thanks")
    told = await ada.command("thanks", member=basile, what=WORDS, seen_by="public")
    assert "everyone can read it" in told
    assert basile.reads("#thanks") == [f"Thank you, Basile\n{WORDS}\nFrom Ada."]
    assert "shared it in the thanks channel" in basile.reads("dm")[-1]


async def test_without_a_thanks_channel_a_public_one_stays_private_and_it_is_said(ada: Villager, basile: Villager) -> None:
    told = await ada.command("thanks", member=basile, what=WORDS, seen_by="public")
    assert "There is no thanks channel here yet" in told
    assert "Only the two of you see this." in basile.reads("dm")[-1]


async def test_what_was_not_said_is_asked_for_in_a_form(ada: Villager, basile: Villager) -> None:
    await ada.command("thanks", member=basile)
    assert ada.form is not None
    await ada.fill(member=basile, what="ok", seen_by="private")
    assert "Say what it was for" in ada.errors["what"]
    await ada.fill(member=basile, what=WORDS, seen_by="private")
    assert WORDS in basile.reads("dm")[-1]


async def test_not_to_oneself(ada: Villager) -> None:
    told = await ada.command("thanks", member=ada, what=WORDS)
    assert "choose somebody else" in told
    assert WORDS not in " ".join(ada.reads("dm")[:-1])


async def test_not_to_somebody_who_left(ada: Villager, basile: Villager) -> None:
    await basile.leave()
    await ada.command("thanks")
    await ada.fill(member=basile, what=WORDS, seen_by="private")
    assert ada.errors["member"] == "Basile is no longer here."
    assert not [words for words in basile.reads() if WORDS in words]


async def test_the_same_words_sent_twice_arrive_once(ada: Villager, basile: Villager) -> None:
    await ada.command("thanks", member=basile, what=WORDS)
    told = await ada.command("thanks", member=basile, what=f" {WORDS} ")
    assert told == "Basile has your thanks."
    assert sum(WORDS in words for words in basile.reads("dm")) == 1


async def test_at_most_five_hundred_characters(ada: Villager, basile: Villager) -> None:
    told = await ada.command("thanks", member=basile, what="thank you " * 60)
    assert "At most 500 characters." in told
    assert "Ada thanks you" not in " ".join(basile.reads("dm"))


async def test_markup_in_the_words_stays_words(ada: Villager, basile: Villager) -> None:
    await ada.command("thanks", member=basile, what="<@U1> **bold** @everyone {name} 🧮")
    assert "<@U1> **bold** @everyone {name} 🧮" in basile.reads("dm")[-1]


async def test_several_are_thanked_at_once_each_by_name_and_everyone_reads_one_post(
    village: Village, ada: Villager, basile: Villager
) -> None:
    await village.channel("thanks")
    chloe = await village.person("Chloé")
    told = await ada.command("thanks", member=basile, what=WORDS, seen_by="public", also=chloe, too=basile)
    assert told == "Basile and Chloé have your thanks, and everyone can read it."
    assert basile.reads("#thanks") == [f"Thank you\n{WORDS}\nTo\nBasile and Chloé\nFrom Ada."]
    assert basile.reads("dm")[-1].startswith(f"Ada thanks you\n{WORDS}\nThanked with you\nChloé\n")
    assert "Thanked with you\nBasile\n" in chloe.reads("dm")[-1]


async def test_several_in_private_and_sent_again(village: Village, ada: Villager, basile: Villager) -> None:
    chloe = await village.person("Chloé")
    for _time in range(2):
        await ada.command("thanks")
        told = await ada.fill(member=basile, what=WORDS, seen_by="private", also=chloe)
        assert told == "Basile and Chloé have your thanks."
    assert sum(WORDS in words for words in basile.reads("dm")) == 1
    assert "Only you and they see this." in chloe.reads("dm")[-1]
    assert sum(WORDS in words for words in chloe.reads("dm")) == 1


async def test_whoever_was_not_thanked_the_first_time_still_is(village: Village, ada: Villager, basile: Villager) -> None:
    chloe = await village.person("Chloé")
    await ada.command("thanks", member=basile, what=WORDS)
    await ada.command("thanks", member=basile, what=WORDS, also=chloe)
    assert sum(WORDS in words for words in basile.reads("dm")) == 1
    assert sum(WORDS in words for words in chloe.reads("dm")) == 1


async def test_a_second_one_who_cannot_be_thanked_is_named_at_their_field(
    village: Village, ada: Villager, basile: Villager
) -> None:
    chloe = await village.person("Chloé")
    await chloe.leave()
    await ada.command("thanks")
    await ada.fill(member=basile, what=WORDS, seen_by="private", also=chloe)
    assert ada.errors["also"] == "Chloé is no longer here."
    assert not [words for words in basile.reads("dm") if WORDS in words]


async def test_thanks_given_before_a_request_was_solved_are_posted_once(village: Village, ada: Villager, basile: Villager) -> None:
    await village.channel("thanks")
    await village.channel("help")
    await ada.command("ask", need="Bookkeeping for my first year")
    await ada.press("Post to everyone")
    await basile.press("I can help", place="#help")
    await ada.command("thanks", member=basile, what=WORDS, seen_by="public")
    await ada.press("It is solved", place="dm")
    await ada.fill(helper=str(basile.member.id), gain="skill", thanks=WORDS, visibility="public")
    assert sum(WORDS in words for words in basile.reads("#thanks")) == 1


@pytest.mark.parametrize("position", [0, 1])
async def test_a_post_goes_with_any_of_those_whom_it_names(
    village: Village, ada: Villager, basile: Villager, position: int
) -> None:
    await village.channel("thanks")
    chloe = await village.person("Chloé")
    await ada.command("thanks", member=basile, what=WORDS, seen_by="public", also=chloe)
    await basile.command("thanks", member=ada, what="your patience with my questions", seen_by="public")
    gone, other = (basile, chloe) if position == 0 else (chloe, basile)
    await gone.command("my-data")
    await gone.press("Erase…")
    await gone.press("Erase everything")
    assert not [read for read in ada.reads("#thanks") if WORDS in read]
    theirs = [read for read in ada.reads("#thanks") if "your patience" in read]
    assert len(theirs) == position, "the thanks of whoever is erased go as well, those of others stay"
    assert sum(WORDS in read for read in other.reads("dm")) == 1, "whoever else was thanked keeps their own message"


async def test_a_post_stays_when_somebody_leaves_who_was_not_thanked(village: Village, ada: Villager, basile: Villager) -> None:
    await village.channel("thanks")
    chloe = await village.person("Chloé")
    await ada.command("thanks", member=basile, what=WORDS, seen_by="public")
    await chloe.command("my-data")
    await chloe.press("Erase…")
    await chloe.press("Erase everything")
    assert sum(WORDS in read for read in ada.reads("#thanks")) == 1
