"""What members do, told on every platform: once, twice, by the wrong person, after a restart, in two languages."""

from __future__ import annotations

import pytest
from icalendar import Calendar

from tests.contract.driver import Person
from tests.contract.village import Village, count, having, newest, only, reads

NASTY = "@everyone <!channel> <@U1> <@1> **bold** *it* _u_ ~s~ `c` [x](https://e.org) <b>&amp; # h\n> q 🧵𝔘 {name} <t:1>"
"""Markup of every platform, mentions, a template's braces, characters of four bytes."""
SINGLE = NASTY.replace("\n", " ")


async def test_a_request_is_answered_by_a_peer(village: Village) -> None:
    grace = await village.member("Grace", "bookkeeping, tax returns")
    tom = await village.member("Tom")

    await tom.command("ask", need="Somebody for my bookkeeping")
    assert "Grace" in newest(tom, saying="Somebody for my bookkeeping").text
    await tom.choose("Grace")
    question = having(grace, "I can help", "dm")
    assert "Tom could use your help" in question.text

    await grace.press("I can help")
    assert "Grace can help you" in reads(tom, "dm")
    assert reads(tom, "group") == reads(grace, "group")
    assert "You two can talk here" in reads(grace, "group")


async def test_an_opportunity_is_shared_and_answered(village: Village) -> None:
    await village.animator.command("animator opportunities")
    chosen = {"opportunities": "#opportunities", "approval": "no", "most_open": "5", "most_weekly": "3", "days": "30"}
    assert await village.animator.fill(**chosen) == {}
    tom, grace = await village.member("Tom"), await village.member("Grace", "translation")
    await tom.command("opportunity post")
    assert (
        await tom.fill(title="A menu in Italian", what=NASTY, skills="translation", budget="0,12 €/mot", deadline="in two weeks")
        == {}
    )
    await tom.press("Kind, place and fee")
    assert await tom.fill(kind="mission", place="remote", fee="percent-taker", share="10 %") == {}
    await tom.press("Publish")
    post = having(grace, "I’m interested", "#opportunities")
    assert "€0.12 per word" in post.text
    assert "10 %, paid by whoever gets it" in post.text
    assert "because of your profile" in reads(grace, "dm")

    await grace.press("I’m interested", on=post.id)
    assert await grace.fill(pitch="Twelve menus so far.") == {}
    assert "Twelve menus so far." in reads(tom, "dm")
    assert "You two can talk here" in reads(tom, "group")
    await tom.press("It is filled", on=having(tom, "It is filled", "dm").id)
    dialog = tom.dialog()
    assert dialog is not None
    assert await tom.fill(who=dialog.filled["who"]) == {}
    assert "Filled by a member" in only(grace.sees("#opportunities"), lambda seen: seen.id == post.id).text


async def test_an_icebreaker_is_posted_and_its_answer_stands_in_the_thread(village: Village) -> None:
    tom, grace = await village.member("Tom"), await village.member("Grace")
    await village.animator.command("animator icebreakers")
    assert await village.animator.fill(icebreakers="#icebreakers") == {}
    await village.animator.press("Post now")
    post = having(tom, "Answer", "#icebreakers")
    await tom.press("Answer", on=post.id)
    assert await tom.fill(words=NASTY) == {}
    answer = newest(grace, saying="bold")
    assert answer.id != post.id
    assert "Tom" in answer.text
    assert answer.pings in ((), (tom.account,))

    await tom.press("Answer", on=post.id)
    dialog = tom.dialog()
    assert dialog is not None
    assert dialog.filled["words"] == NASTY
    assert await tom.fill(words="Only this") == {}
    assert count(grace.sees(), "Only this") == 1
    assert count(grace.sees(), "bold") == 0
    await tom.press("Take it back")
    assert count(grace.sees(), "Only this") == 0


async def test_a_round_from_joining_to_what_it_brought(village: Village) -> None:
    """Léa speaks French only, Grace both, and is written to in English: they meet in French. Tom skips this one."""
    tom, grace, lea = await village.member("Tom"), await village.member("Grace"), await village.member("Léa", locale="fr")
    for one in (tom, grace, lea):
        await one.command("meet", do="join")
    await grace.command("meet")
    await grace.press("How often, which languages")
    assert await grace.fill(every="0", languages=["en", "fr"]) == {}

    await village.goes("2026-11-30T08:00")
    await tom.press("Skip this one", on=having(tom, "Skip this one", "dm").id)
    await grace.press("I’m in", on=having(grace, "I’m in", "dm").id)
    for at in ("2026-12-01T08:00", "2026-12-01T10:00"):
        await village.goes(at)
    opening = having(grace, "Retenir cet horaire", "group")
    assert opening.text == having(lea, "Retenir cet horaire", "group").text
    assert "Une rencontre pour vous" in opening.text
    assert tom.sees("group") == []
    proposed = entries(grace)
    assert [summary for _key, _revision, summary in proposed] == ["Rencontre : Grace et Léa"] * 3

    await village.driver.repeat()
    await grace.press("Retenir cet horaire", on=opening.id)
    assert "Votre rendez-vous" in reads(lea, "group")
    agreed = set(entries(lea)) - set(proposed)
    assert agreed == {(proposed[0][0], 1, "Rencontre : Grace et Léa")}, "it takes the place of what was proposed"

    await village.goes("2026-12-10T09:00")
    assert (count(grace.sees("dm"), "Did you meet?"), count(tom.sees("dm"), "Did you meet?")) == (1, 0)
    await grace.press("We met", on=having(grace, "We met", "dm").id)
    await grace.press("What was useful")
    assert await grace.fill(gain="skill", thanks=NASTY) == {}
    assert count(lea.sees("dm"), "*it*") == 1
    await village.animator.command("animator rounds")
    for button in ("Look at it", "What came of it"):
        await village.animator.press(button)
    assert "Took place, as far as I was told" in newest(village.animator).text


def entries(person: Person) -> list[tuple[str, int, str]]:
    """Return what the calendar files of somebody's conversations are for: the entry, its revision and its title."""
    found: list[tuple[str, int, str]] = []
    for _name, content in [file for seen in person.sees("group") for file in seen.files]:
        event = Calendar.from_ical(content).walk("VEVENT")[0]
        found.append((str(event["uid"]), int(str(event["sequence"])), str(event["summary"])))
    return found


async def test_a_form_becomes_a_card_for_everyone_that_is_edited_in_place(village: Village) -> None:
    tom = await village.member("Tom", "front-end development")
    grace = await village.member("Grace")
    assert "front-end development" in only(grace.sees("#introductions"), lambda seen: "Tom" in seen.text).text

    await tom.command("intro")
    dialog = tom.dialog()
    assert dialog is not None
    assert dialog.filled["offers"] == "front-end development"
    assert await tom.fill(offers="accessibility audits") == {}
    card = only(grace.sees("#introductions"), lambda seen: "Tom" in seen.text)
    assert "accessibility audits" in card.text
    assert "front-end development" not in card.text


async def test_nothing_typed_is_lost_when_a_field_is_wrong(village: Village) -> None:
    tom = await village.member("Tom")
    await tom.command("intro")
    errors = await tom.fill(does="Front-end developer", offers="React\nTypeScript", link="not a link")
    assert list(errors) == ["link"]
    if tom.dialog() is None:  # Discord shows errors in a card, whose button opens the dialog again
        await tom.press("Correct")
    dialog = tom.dialog()
    assert dialog is not None
    assert (dialog.filled["does"], dialog.filled["offers"]) == ("Front-end developer", "React\nTypeScript")
    assert await tom.fill(link="https://example.org/tom") == {}
    assert "TypeScript" in reads(tom, "#introductions")


async def test_a_private_answer_stays_private(village: Village) -> None:
    tom, grace = await village.member("Tom"), await village.member("Grace", "law")
    await tom.command("ask", need="A delicate contract")
    assert newest(tom, saying="A delicate contract").private
    assert "delicate" not in reads(grace)
    assert "delicate" not in reads(village.animator)


async def test_a_button_works_after_a_restart(village: Village) -> None:
    grace, tom = await village.member("Grace", "translation"), await village.member("Tom")
    await tom.command("ask", need="A translation into Italian")
    await tom.choose("Grace")
    await village.driver.restart()
    await grace.press("I can help")
    assert "Grace can help you" in reads(tom, "dm")


async def test_a_button_pressed_twice_acts_once(village: Village) -> None:
    grace, tom = await village.member("Grace", "translation"), await village.member("Tom")
    await tom.command("ask", need="A translation into Italian")
    await tom.press("Post to everyone")
    post = having(grace, "I can help", "#help")
    await grace.press("I can help", on=post.id)
    await grace.press("I can help", on=post.id)
    assert count(tom.sees("dm"), "Grace can help you") == 1
    assert count(tom.sees("group"), "You two can talk here") == 1


async def test_a_delivery_that_comes_twice_acts_once(village: Village) -> None:
    tom = await village.member("Tom")
    await tom.command("ask", need="A translation into Italian")
    await tom.press("Post to everyone")
    await village.driver.repeat()
    assert count(tom.sees("#help"), "Tom is looking for help") == 1


async def test_the_wrong_person_is_told_kindly(village: Village) -> None:
    tom = await village.member("Tom")
    await tom.command("ask", need="A translation into Italian")
    await tom.press("Post to everyone")
    before = len(tom.sees())
    await tom.press("I can help", on=having(tom, "I can help", "#help").id)
    assert len(tom.sees()) == before + 1
    assert tom.sees("group") == []


async def test_only_an_animator_sets_up(village: Village) -> None:
    tom = await village.member("Tom")
    await tom.command("animator setup")
    assert tom.dialog() is None
    assert "Only the animators" in newest(tom).text


async def test_what_a_button_points_to_may_be_over(village: Village) -> None:
    grace, tom = await village.member("Grace", "translation"), await village.member("Tom")
    await tom.command("ask", need="A translation into Italian")
    await tom.choose("Grace")
    question = having(grace, "I can help", "dm")
    await tom.press("Withdraw")
    assert only(grace.sees("dm"), lambda seen: seen.id == question.id).buttons == ("Less of this",)
    assert "no longer needs it" in reads(grace, "dm")
    assert tom.sees("group") == []


async def test_a_message_deleted_behind_the_bots_back_harms_nothing(village: Village) -> None:
    tom, grace = await village.member("Tom"), await village.member("Grace", "translation")
    await tom.command("ask", need="A translation into Italian")
    await tom.press("Post to everyone")
    await village.driver.forget(having(grace, "I can help", "#help").id)
    await tom.press("Withdraw")
    assert "Withdrawn" in reads(tom)
    await tom.command("ask", need="A translation into Spanish")
    assert "A translation into Spanish" in reads(tom)


async def test_a_newcomer_is_welcomed_once(village: Village) -> None:
    finn = await village.driver.join("Finn")
    await village.driver.repeat()
    assert count(finn.sees("dm"), "Welcome, Finn") == 1


async def test_a_closed_dm_is_shown_privately_at_the_first_command(village: Village) -> None:
    finn = await village.driver.join("Finn", dm_closed=True)
    assert reads(finn, "dm") == ""
    assert "Finn" not in reads(village.animator, "#introductions")
    await finn.command("members")
    assert "Welcome, Finn" in reads(finn)
    await finn.command("members")
    assert count(finn.sees(), "Welcome, Finn") == 1


async def test_everyone_is_answered_in_their_language(village: Village) -> None:
    lea = await village.member("Léa", locale="fr")
    tom = await village.member("Tom")
    await lea.command("ask", need="Traduire un contrat")
    await tom.command("ask", need="Translate a contract")
    assert "Qui peut vous aider" in newest(lea, saying="Traduire un contrat").text
    assert "Who can help" in newest(tom, saying="Translate a contract").text
    await lea.press("Proposer à tout le monde")
    assert "Léa is looking for help" in reads(tom, "#help"), "posts are in the community's language"


async def test_a_conversation_is_in_the_language_of_its_members(village: Village) -> None:
    lea, ines = await village.member("Léa", locale="fr"), await village.member("Inès", "traduction", locale="fr")
    await lea.command("ask", need="Une traduction vers l'italien")
    await lea.choose("Inès")
    await ines.press("Je peux aider")
    assert "Vous pouvez échanger ici" in reads(lea, "group")


async def test_a_french_form_speaks_french_and_its_errors_too(village: Village) -> None:
    lea = await village.member("Léa", locale="fr")
    await lea.command("intro")
    dialog = lea.dialog()
    assert dialog is not None
    assert dialog.labels["does"] == "Que faites-vous\u202f?"
    errors = await lea.fill(does="Traductrice", offers="traduction", link="rien")
    assert "https" in errors["link"]


@pytest.mark.parametrize("need", [NASTY, "Un fil 🧵𝔘 " * 25, "x" * 300], ids=["markup", "four-byte", "long"])
async def test_words_are_never_markup_a_mention_or_a_ping(village: Village, need: str) -> None:
    tom, grace = await village.member("Tom"), await village.member("Grace")
    await tom.command("ask", need=need)
    await tom.press("Post to everyone")
    post = having(grace, "I can help", "#help")
    assert " ".join(need.split()) in " ".join(post.text.split())
    assert set(post.pings) <= {tom.account}, "only whoever wrote it is named"


async def test_names_are_never_markup_either(village: Village) -> None:
    evil = await village.member("*Eve* <!here>", "burglary")
    tom = await village.member("Tom")
    await evil.command("ask", need="A translation into Italian")
    await evil.press("Post to everyone")
    assert "*Eve* <!here>" in reads(tom, "#introductions")
    assert all(set(seen.pings) <= {evil.account, village.animator.account} for seen in tom.sees("#introductions"))


async def test_the_menu_leads_everywhere(village: Village) -> None:
    tom = await village.member("Tom")
    await tom.command("confrere")
    await tom.press("Ask for help", on=newest(tom).id)
    dialog = tom.dialog()
    assert dialog is not None
    assert await tom.fill(need="A translation into Italian") == {}
    assert "A translation into Italian" in reads(tom)


async def test_a_language_can_be_chosen(village: Village) -> None:
    tom = await village.member("Tom")
    await tom.command("preferences")
    assert await tom.fill(language="fr", zone="Europe/Paris") == {}
    await tom.command("ask", need="A translation into Italian")
    assert "Qui peut vous aider" in reads(tom)


async def test_somebody_is_thanked(village: Village) -> None:
    tom, grace = await village.member("Tom"), await village.member("Grace")
    await tom.command("thanks", member=grace, what="Your second look at my quote", seen_by="public")
    assert "Your second look at my quote" in reads(grace, "dm")
    assert "Your second look at my quote" in reads(village.animator, "#thanks")


async def test_a_circle_begins_with_its_third_member_in_a_conversation_of_its_own(village: Village) -> None:
    tom, grace, finn = [await village.member(name) for name in ("Tom", "Grace", "Finn")]
    await tom.command("circle", do="start")
    assert await tom.fill(name="Makers", rhythm="1", day="0", time="9:00", door="open") == {}
    for one in (grace, finn):
        await one.command("circle", do="find")
        await one.press("Come in")
    assert "You are in “Makers”" in reads(finn)
    for one in (tom, grace, finn):
        assert "this is your circle’s conversation" in reads(one, "group")
    assert reads(village.animator, "group") == ""
