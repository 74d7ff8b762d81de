"""What the community gave: noted by hand, proposed and confirmed, looked at over time, changed and taken back."""

from __future__ import annotations

import json

import pytest

from adapters.sandbox.acts import words_of
from adapters.sandbox.records import home_id
from bot.ui import Button
from tests.features.village import Village, Villager, controls_of

CLIENT = "a first client in Lyon"


async def _gains(
    ada: Villager, giver: Villager | None = None, *, gain: str = "economic", what: str = CLIENT, band: str = ""
) -> str:
    await ada.command("value")
    await ada.press("Say what I gained")
    return await ada.fill(gain=gain, what=what, band=band, **({"giver": giver} if giver else {}))


async def _helps(basile: Villager, ada: Villager, what: str = "her books") -> str:
    await basile.command("value")
    await basile.press("Say whom I helped")
    return await basile.fill(gainer=ada, gain="skill", what=what)


async def test_nothing_is_noted_at_first(ada: Villager) -> None:
    told = await ada.command("value")
    assert "Nothing is noted yet." in told
    assert "You alone see this card." in told


async def test_what_somebody_gained_counts_for_both_at_once(ada: Villager, basile: Villager) -> None:
    told = await _gains(ada, basile, band="2000")
    assert "Noted. Thank you for saying so." in told
    assert "Business\nreceived 1, given 0" in told
    assert "Thanks to Basile." in told

    assert "Something came to Ada thanks to you" in basile.reads("dm")[-1]
    assert "500 to 2,000" not in basile.reads("dm")[-1]
    told = await basile.command("value")
    assert "Business\nreceived 0, given 1" in told
    assert "Thanks to you, something came to Ada." in told


async def test_nobody_in_particular_may_be_thanked(ada: Villager) -> None:
    await _gains(ada)
    told = await ada.press("One by one")
    assert CLIENT in told
    assert "thanks to" not in told


async def test_a_form_sent_twice_counts_once(ada: Villager, basile: Villager) -> None:
    await _gains(ada, basile)
    told = await _gains(ada, basile)
    assert "received 1, given 0" in told
    assert sum("thanks to you" in words for words in basile.reads("dm")) == 1


async def test_what_cannot_be_noted_is_said_at_its_field(village: Village, ada: Villager, basile: Villager) -> None:
    await _gains(ada, ada)
    assert ada.errors == {"giver": "That is yourself. Choose the other person."}
    await _gains(ada, gain="gold")
    assert ada.errors == {"gain": "Choose one of the list."}
    await basile.leave()
    await _gains(ada, basile)
    assert ada.errors == {"giver": "This person is no longer here."}


async def test_an_amount_goes_with_business_alone(ada: Villager, basile: Villager) -> None:
    await _gains(ada, basile, gain="support", band="2000")
    await ada.press("One by one")
    told = await ada.press("Look at it")
    assert "Support" in told
    assert "Roughly" not in told


async def test_whoever_helped_is_credited_once_the_other_says_so(ada: Villager, basile: Villager) -> None:
    told = await _helps(basile, ada)
    assert told == "I ask Ada, in their own hours. If they say yes, it appears among what you gave."
    assert "Nothing is noted yet" in await basile.command("value")
    assert "Basile says that they were of use to you" in ada.reads("dm")[-1]
    assert "her books" in ada.reads("dm")[-1]

    assert await ada.press("Yes, that is right") == "Noted. Thank you for saying so."
    assert "Skill\nreceived 0, given 1" in await basile.command("value")
    assert "Skill\nreceived 1, given 0" in await ada.command("value")


async def test_a_no_is_told_to_nobody(ada: Villager, basile: Villager) -> None:
    await _helps(basile, ada)
    before = basile.reads()
    assert "nobody is told" in await ada.press("No")
    assert basile.reads() == before
    assert "Nothing is noted yet" in await basile.command("value")
    assert "Nothing is noted yet" in await ada.command("value")
    await basile.press("One by one")
    assert "Nobody has noted yet" in await basile.press("What I gave")


async def test_a_no_may_still_become_a_yes(ada: Villager, basile: Villager) -> None:
    await _helps(basile, ada)
    message, yes = ada.find("Yes, that is right")
    await ada.press("No")
    await ada.press_again(message, yes)
    assert "Skill\nreceived 0, given 1" in await basile.command("value")


async def test_what_is_to_be_confirmed_waits_on_the_card_and_may_be_said_in_other_words(ada: Villager, basile: Villager) -> None:
    await _helps(basile, ada)
    assert "Basile says that it was of use to you." in await ada.command("value")
    await ada.press("Answer")
    await ada.press("Yes, in other words")
    told = await ada.fill(gain="support", what="a quiet night", band="")
    assert "a quiet night" in told
    assert "of use to you" not in await ada.command("value")
    assert "Support\nreceived 0, given 1" in await basile.command("value")


async def test_the_question_is_over_wherever_it_was_answered(ada: Villager, basile: Villager) -> None:
    await _helps(basile, ada)
    await ada.command("value")
    await ada.press("Answer")
    await ada.press("Yes, that is right")
    assert not [words for words in ada.reads() if "Is that right?" in words]
    await ada.command("value")
    await ada.press("One by one")
    await ada.press("Look at it")
    await ada.press("Change")
    await ada.fill(gain="support", what="a quiet night", band="")
    assert not [words for words in ada.reads() if "thanks to you" in words]


async def test_nobody_is_asked_about_the_same_person_again_whatever_they_said(
    village: Village, ada: Villager, basile: Villager
) -> None:
    await _helps(basile, ada)
    await ada.press("No")
    await village.passes(days=2)
    await _helps(basile, ada, "her books, truly")
    assert "Once in a month" in basile.errors["gainer"]
    await village.passes(days=30)
    await _helps(basile, ada, "her books, truly")
    assert "her books, truly" in ada.reads("dm")[-1]


async def test_five_in_a_week_are_enough(village: Village, ada: Villager) -> None:
    for number in range(5):
        assert "I ask" in await _helps(ada, await village.person(f"Dana{number}"))
    assert "You told me of 5 members this week." in await _helps(ada, await village.person("Elsa"))


async def test_only_whoever_gained_it_answers(ada: Villager, basile: Villager, chloe: Villager) -> None:
    await _helps(basile, ada)
    _message, yes = ada.find("Yes, that is right")
    await chloe.command("value")
    assert "no longer noted" in await chloe.press_again(chloe.sees()[-1], yes)
    assert "Nothing is noted yet" in await basile.command("value")


async def test_what_is_mine_is_changed_and_the_giver_sees_it_changed(ada: Villager, basile: Villager) -> None:
    await _gains(ada, basile, band="2000")
    await ada.press("One by one")
    assert "500 to 2,000" in await ada.press("Look at it")
    await ada.press("Change")
    told = await ada.fill(gain="reputation", what="a contact in Lyon", band="2000")
    assert "Reputation" in told
    assert "Roughly" not in told
    assert "a contact in Lyon" in basile.reads("dm")[-1]
    await basile.command("value")
    await basile.press("One by one")
    await basile.press("What I gave")
    told = await basile.press("Look at it")
    assert "a contact in Lyon" in told
    assert "Change" not in basile.buttons()


async def test_an_amount_is_shown_to_whoever_gained_it_and_not_to_whoever_gave_it(ada: Villager, basile: Villager) -> None:
    await _gains(ada, basile, band="2000")
    await ada.press("One by one")
    assert "Roughly\n500 to 2,000" in await ada.press("Look at it")
    await basile.command("value")
    await basile.press("One by one")
    await basile.press("What I gave")
    assert CLIENT in await basile.press("Look at it")
    assert not [words for words in basile.reads() if "500 to 2,000" in words]


async def test_what_is_withdrawn_is_gone_for_both_without_a_word(ada: Villager, basile: Villager) -> None:
    await _gains(ada, basile)
    await ada.press("One by one")
    await ada.press("Look at it")
    assert "Forgotten" in await ada.press("Withdraw")
    assert not [words for words in basile.reads() if CLIENT in words]
    assert "Nothing is noted yet" in await basile.command("value")
    assert "Nothing is noted yet" in await ada.command("value")


@pytest.mark.parametrize("noted_by", ["whoever gained it", "whoever gave it"])
async def test_what_is_withdrawn_is_not_proposed_again_at_once(
    village: Village, ada: Villager, basile: Villager, noted_by: str
) -> None:
    if noted_by == "whoever gained it":
        await _gains(ada, basile)
    else:
        await _helps(basile, ada)
        await ada.press("Yes, that is right")
        await village.passes(days=40)
    await ada.command("value")
    await ada.press("One by one")
    await ada.press("Look at it")
    message, change = ada.find("Change")
    await ada.press("Withdraw")
    assert "no longer noted" in await ada.press_again(message, change)
    await basile.command("my-data")
    await basile.press("Export")
    card = basile.sees("dm")[-1].card
    assert card is not None
    assert json.loads(card.files[0].content)["outcomes"] == [], "not even that it was withdrawn"
    await _helps(basile, ada, "her books, truly")
    assert "Once in a month" in basile.errors["gainer"]
    for number in range(5):
        assert "I ask" in await _helps(basile, await village.person(f"Dana{number}")), "a withdrawal is none of their five"
    await village.passes(days=31)
    await _helps(basile, ada, "her books, truly")
    assert "her books, truly" in ada.reads("dm")[-1]


async def test_a_stranger_sees_nothing_of_it(ada: Villager, basile: Villager, chloe: Villager) -> None:
    await _gains(ada, basile, band="more")
    await ada.press("One by one")
    _message, look = ada.find("Look at it")
    await ada.press("Look at it")
    _message, change = ada.find("Change")
    _message, withdraw = ada.find("Withdraw")
    await chloe.command("value")
    for action in (look, change, withdraw):
        assert "no longer noted" in await chloe.press_again(chloe.sees()[-1], action)
        assert chloe.form is None
    assert not [words for words in chloe.reads() if CLIENT in words or "20,000" in words]


async def test_over_this_month_or_this_year(village: Village, ada: Villager, basile: Villager) -> None:
    await _gains(ada, basile)
    await village.passes(days=10)
    await _gains(ada, None, gain="skill", what="a better quote")
    await ada.command("value")
    told = await ada.choose("This month")
    assert "Business" not in told
    assert "Skill\nreceived 1, given 0" in told
    assert "Basile" not in told
    told = await ada.choose("This quarter")
    assert "Business\nreceived 1" in told
    assert "Thanks to Basile." in told


async def test_one_by_one_comes_in_pages(ada: Villager) -> None:
    for number in range(6):
        await _gains(ada, what=f"thing {number}")
    told = await ada.press("One by one")
    assert "thing 5" in told
    assert "thing 0" not in told
    assert "thing 0" in await ada.press("Next")


async def test_what_a_request_brought_is_there_too(ada: Villager, basile: Villager) -> None:
    await ada.command("ask", need="bookkeeping")
    await ada.choose("Basile")
    await basile.press("I can help")
    await ada.press("It is solved")
    await ada.fill(helper=str(basile.member.id), gain="skill", thanks="", visibility="private")
    assert "Skill\nreceived 1, given 0" in await ada.command("value")
    await ada.press("One by one")
    assert "Came of\na request" in await ada.press("Look at it")


async def test_the_home_tells_what_is_to_be_confirmed(village: Village, ada: Villager, basile: Villager) -> None:
    await _helps(basile, ada)
    await village.acts.home(ada.id)
    page = village.adapter.workspace.messages(home_id(ada.id), ada.id)[-1]
    assert "Basile says that it was of use to you." in words_of(page)
    assert "her books" in await ada.press_again(page, next(one.action for one in controls_of(page) if isinstance(one, Button)))


async def test_in_french(village: Village, basile: Villager) -> None:
    zoe = await village.person("Zoé", "Traduction", locale="fr")
    assert "Rien n’est noté pour l’instant" in await zoe.command("value")
    await zoe.press("Dire ce que j’ai reçu")
    await zoe.fill(gain="skill", what="un devis qui tient la route", band="", giver=basile)
    await zoe.press("Un par un")
    assert "Noté le\nlundi 23 novembre 2026" in await zoe.press("Voir")
