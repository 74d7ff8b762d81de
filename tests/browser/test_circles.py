"""A circle in a real browser: come into, its questions answered, a hand asked for, the others read; in both languages."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from playwright.async_api import expect

from tests.browser.window import Window, Windows
from tests.contract.village import Village

pytestmark = pytest.mark.asyncio(loop_scope="module")


@dataclass(frozen=True)
class Words:
    """What a member reads and presses, in their language, and what they answer."""

    locale: str
    command: str
    come_in: str
    inside: str
    question: str
    answer: str
    noted: str
    request: str
    hand: str
    offers: str
    thread: str


ENGLISH = Words(
    *("en", "circle", "Come in", "You are in “Makers”", "How is it going?", "Answer", "Your circle reads it when all are in"),
    *("Make it a request", "Somebody for my bookkeeping", "bookkeeping", "1 answer"),
)
FRENCH = Words(
    *("fr", "cercle", "Entrer", "Vous êtes dans « Makers »", "Où en êtes-vous ?", "Répondre"),
    *("Votre cercle le lira quand toutes les réponses seront là", "En faire une demande", "Quelqu’un pour ma comptabilité"),
    *("comptabilité", "1 réponse"),
)


async def fills(window: Window, **fields: str) -> None:
    """Fill the open dialog and send it."""
    for name, words in fields.items():
        await window.field(name).locator("textarea, input").fill(words)
    await window.dialog.locator("[type=submit]").click()
    await expect(window.dialog).to_be_hidden()


@pytest.mark.parametrize("words", [ENGLISH, FRENCH], ids=["in English", "in French"])
async def test_somebody_comes_into_a_circle_answers_and_asks_for_the_hand_they_need(
    village: Village, village_windows: Windows, words: Words
) -> None:
    grace, finn = await village.member("Grace", locale=words.locale), await village.member("Finn", locale=words.locale)
    bea = await village.member("Bea", words.offers, locale=words.locale)
    await grace.command("circle", do="start")
    assert await grace.fill(name="Makers", rhythm="1", day="0", time="9:00", door="open") == {}
    await finn.command("circle", do="find")
    await finn.press(words.come_in)

    zoe = await village.member("Zoé", locale=words.locale)
    window = await village_windows.open(zoe.account, f"direct.{zoe.account}")
    await window.command(f"/{words.command}")
    await expect(window.page.locator(".chip")).to_have_text(f"/{words.command}")
    await window.keys("Enter")
    await window.message("Makers").get_by_role("button", name=words.come_in, exact=True).click()
    await window.sees(words.inside)
    await expect(window.page.locator("#sidebar a[href*='group.']")).to_contain_text("Grace")

    await village.goes("2026-11-30T08:00")
    await window.message(words.question).get_by_role("button", name=words.answer, exact=True).click()
    await expect(window.field("happened").locator("textarea")).to_be_visible()
    await fills(window, happened="Two clients.", ahead="A third one", hand=words.hand)
    await window.sees(words.noted)
    await window.message(words.noted).get_by_role("button", name=words.request, exact=True).click()
    await expect(window.field("need").locator("textarea")).to_have_value(words.hand)
    await window.dialog.locator("[type=submit]").click()
    await expect(window.dialog).to_be_hidden()
    await window.sees(bea.name)

    for one in (grace, finn):
        await one.press(words.answer)
        assert await one.fill(happened=f"{one.name} is well.", ahead="", hand="") == {}
    await window.page.locator("#sidebar a[href*='group.']").click()
    await window.message("Makers").get_by_role("button", name=words.thread).click()
    await expect(window.page.locator("#thread-scroller")).to_contain_text("Grace is well.")
    await expect(window.page.locator("#thread-scroller")).to_contain_text("Two clients.")
