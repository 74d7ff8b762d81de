"""Check-ins, voices and value in a real browser: an animator asks and reads, members answer and are answered; one in French."""

from __future__ import annotations

import datetime as dt

import pytest
from playwright.async_api import expect

from tests.browser.window import Window, Windows
from tests.contract.village import Village

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def presses(window: Window, words: str, button: str) -> None:
    """Press a button of the newest message that says something."""
    await window.message(words).get_by_role("button", name=button, exact=True).click()


async def picks(window: Window, name: str, value: str) -> None:
    """Choose in a field: a radio button where all are shown, an entry of a list otherwise."""
    await expect(window.field(name)).to_be_visible()
    radio = window.field(name).locator(f"input[value='{value}']")
    if await radio.count():
        await radio.check()
    else:
        await window.field(name).locator("select").select_option(value)


async def writes(window: Window, **fields: str) -> None:
    """Fill fields of the open dialog that are typed into."""
    for name, words in fields.items():
        await window.field(name).locator("input, textarea").fill(words)


async def sends(window: Window) -> None:
    """Send the open dialog, which is accepted."""
    await window.dialog.locator("[type=submit]").click()
    await expect(window.dialog).to_be_hidden()


async def runs(window: Window, words: str) -> None:
    """Run a command, with what it asks for left out."""
    await window.command(words)
    await expect(window.composer).to_have_value("")


async def test_a_check_in_is_built_tried_sent_answered_and_a_low_mood_is_in_the_inbox(
    village: Village, village_windows: Windows
) -> None:
    tom = await village.member("Tom", "front-end development")
    animator = await village_windows.open(village.animator.account, f"direct.{village.animator.account}")
    await runs(animator, "/animator checkins")
    await presses(animator, "Ask how they are", "New check-in")
    await animator.message("Choose what to begin with").locator(".opener").click()
    await animator.page.locator(".select-menu:popover-open .choice", has_text="The pulse of the quarter").click()
    await animator.sees("Once a quarter, the same three questions")
    await presses(animator, "Once a quarter, the same three questions", "When")
    await picks(animator, "rhythm", "once")
    await sends(animator)
    await expect(animator.message("Once a quarter")).to_contain_text("Once: Tuesday, November 24, 2026")

    await presses(animator, "Once: Tuesday", "Test to myself")
    await animator.sees("This is a test: only you see it")
    await presses(animator, "This is a test", "Answer")
    await picks(animator, "q1", "1")
    await sends(animator)
    await animator.sees("It was a test, so nothing of it is kept or counted.")

    await presses(animator, "A draft: it stays as it is", "Start it")
    await animator.dialog.get_by_role("button", name="Start it").click()
    await animator.sees("It has begun.")
    await village.goes("2026-11-24T08:00")

    member = await village_windows.open(tom.account, f"direct.{tom.account}")
    await member.sees("You choose who reads your answer: @Ada Animator; one member you pick; or nobody")
    await presses(member, "You choose who reads", "Answer")
    await expect(member.dialog).to_contain_text("Ada Animator, and I would like a call")
    await picks(member, "reads", "animators")
    await picks(member, "q1", "1")
    await sends(member)
    await member.sees("It can be read by @Ada Animator, and nobody else.")

    await animator.sees("Tom may need you today")
    await runs(animator, "/animator checkins")
    await presses(animator, "1 answer waits for your care, 1 not read", "Inbox")
    await expect(animator.message("1 answer to care for")).to_contain_text("not read and low")
    await presses(animator, "1 answer to care for", "Read")
    await animator.sees("1 of 5 (Very hard)")
    await presses(animator, "1 of 5 (Very hard)", "Reply")
    await writes(animator, words="Shall we have a coffee?")
    await sends(animator)
    await member.sees("Shall we have a coffee?")


async def test_an_anonymous_voice_is_answered_and_followed_up_with_its_code(village: Village, village_windows: Windows) -> None:
    tom = await village.member("Tom", "front-end development")
    member = await village_windows.open(tom.account, "general")
    await runs(member, "/voice")
    await presses(member, "Say what you think", "Anonymously")
    await picks(member, "kind", "concern")
    await writes(member, words="The Thursday evenings are too late for parents")
    await picks(member, "audience", "later")
    await sends(member)
    code = await member.message("Your code:").locator("strong").first.inner_text()

    animator = await village_windows.open(village.animator.account, "general")
    await runs(animator, "/animator voice")
    await expect(animator.message("1 is unread")).to_contain_text("anonymous")
    await presses(animator, "1 is unread", "Read it")
    await presses(animator, "too late for parents", "Answer")
    await writes(animator, words="We try the lunch hour in January.")
    await sends(animator)
    await animator.sees("Everyone finds it in the list of answered voices.")

    await runs(member, "/voice")
    await presses(member, "Say what you think", "I have a code")
    await writes(member, code=code.lower())
    await sends(member)
    await member.sees("We try the lunch hour in January.")
    await presses(member, "We try the lunch hour in January.", "Add something")
    await writes(member, words="Thank you, that suits us")
    await sends(member)
    await expect(member.message("Thank you, that suits us")).to_contain_text("The animators see it.")


async def test_value_is_noted_by_whoever_gave_it_and_confirmed_in_french(village: Village, village_windows: Windows) -> None:
    tom, lea = await village.member("Tom", "front-end development"), await village.member("Léa", "traduction", locale="fr")
    giving = await village_windows.open(tom.account, f"direct.{tom.account}")
    gaining = await village_windows.open(lea.account, f"direct.{lea.account}")
    await runs(giving, "/value")
    await presses(giving, "What this community gave me", "Say whom I helped")
    who = giving.field("gainer").locator("input")
    await who.fill("Léa")
    await giving.field("gainer").locator("[role=option]", has_text="Léa").click()
    await picks(giving, "gain", "skill")
    await writes(giving, what="How to quote in days")
    await sends(giving)
    await giving.sees("I ask @Léa, in their own hours.")

    await gaining.sees("Tom dit vous avoir été utile")
    await presses(gaining, "Tom dit vous avoir été utile", "Oui, c’est exact")
    await gaining.sees("C’est noté. Merci de l’avoir dit.")
    await runs(gaining, "/apports")
    await expect(gaining.message("Ce que cette communauté m’apporte")).to_contain_text("Grâce à @Tom.")
    await presses(gaining, "Grâce à @Tom.", "Un par un")
    await presses(gaining, "Ce que j’ai reçu", "Voir")
    await expect(gaining.message("How to quote in days")).to_contain_text("Noté le")

    await runs(giving, "/value")
    await giving.sees("Thanks to you, something came to @Léa.")


async def test_a_french_member_answers_for_totals_only(village: Village, village_windows: Windows) -> None:
    lea = await village.member("Léa", "traduction", locale="fr")
    await village.animator.command("animator checkins")
    await village.animator.press("New check-in")
    await village.animator.choose("A month here")
    await village.animator.press("When")
    assert await village.animator.fill(rhythm="once", date=dt.date(2026, 11, 24), at="09:00") == {}
    await village.animator.press("Start it")
    await village.goes("2026-11-24T08:00")
    window = await village_windows.open(lea.account, f"direct.{lea.account}")
    await window.sees("Vous choisissez qui lit votre réponse : @Ada Animator")
    await presses(window, "Vous choisissez qui lit", "Répondre")
    await expect(window.dialog.get_by_role("heading")).to_have_text("Comment allez-vous ?")
    await picks(window, "reads", "totals")
    await picks(window, "q1", "4")
    await sends(window)
    await window.sees("Comptée dans les totaux.")
    await runs(window, "/nouvelles")
    await window.sees("Rien ne vous attend.")
