"""The main job in a real browser, on the real bot: introduce oneself, ask who can help, answer; in both languages."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from playwright.async_api import expect

from bot.demo.passing import Passing
from tests.browser.window import Window, Windows
from tests.contract.sandbox import SandboxDriver
from tests.contract.village import Village

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def introduce(window: Window, command: str = "/intro", **fields: str) -> None:
    """Fill the introduction in the page."""
    await window.command(command)
    for name, words in fields.items():
        await window.field(name).locator("input, textarea").first.fill(words)
    await window.dialog.locator("[type=submit]").click()


async def test_a_newcomer_is_welcomed_and_introduces_themselves(village: Village, village_windows: Windows) -> None:
    grace = await village.member("Grace", "bookkeeping")
    watching = await village_windows.open(grace.account, "introductions")
    zoe = await village.driver.join("Zoé Lambert")
    window = await village_windows.open(zoe.account, f"direct.{zoe.account}")
    await window.sees("Welcome, Zoé Lambert")
    await window.message("Welcome").get_by_role("button").first.click()
    await window.field("does").locator("input, textarea").fill("Illustrator for children’s books")
    await window.field("offers").locator("input, textarea").fill("illustration, storyboards")
    await window.field("seeks").locator("input, textarea").fill("bookkeeping")
    await window.dialog.locator("[type=submit]").click()
    await expect(window.dialog).to_be_hidden()
    await window.sees("offers “bookkeeping”, which you seek")
    await watching.sees("Illustrator for children’s books")


async def test_wrong_input_is_shown_at_its_field_and_nothing_typed_is_lost(village: Village, village_windows: Windows) -> None:
    tom = await village.member("Tom")
    window = await village_windows.open(tom.account, "general")
    await introduce(window, does="Front-end developer", offers="React\nTypeScript", link="not a link")
    await expect(window.field("link").locator(".error")).not_to_be_empty()
    await expect(window.field("link").locator("input")).to_be_focused()
    await expect(window.field("does").locator("input, textarea")).to_have_value("Front-end developer")
    await expect(window.field("offers").locator("input, textarea")).to_have_value("React\nTypeScript")
    await window.field("link").locator("input").fill("https://example.org/tom")
    await window.dialog.locator("[type=submit]").click()
    await expect(window.dialog).to_be_hidden()
    await window.go("introductions")
    await window.sees("Front-end developer")


async def test_one_asks_and_the_other_answers_each_in_their_own_window(village: Village, village_windows: Windows) -> None:
    grace = await village.member("Grace", "bookkeeping, tax returns")
    tom = await village.member("Tom")
    asking = await village_windows.open(tom.account, "general")
    answering = await village_windows.open(grace.account, f"direct.{grace.account}")
    await asking.composer.focus()
    await asking.type("/ask Somebody for my bookkeeping")
    await expect(asking.page.locator(".chip")).to_have_text("/ask")
    await asking.keys("Enter")
    await asking.sees("Somebody for my bookkeeping")
    await expect(asking.message("Somebody for my bookkeeping").locator(".only-you")).to_be_visible()

    await asking.message("Somebody for my bookkeeping").locator(".opener").first.click()
    await asking.page.locator(".select-menu:popover-open .choice", has_text="Grace").click()
    apply = asking.page.locator(".select-menu:popover-open [data-apply]")
    if await apply.count():
        await apply.click()
    await answering.sees("Tom could use your help")
    await answering.message("Tom could use your help").get_by_role("button", name="I can help").click()

    await expect(asking.page.locator("#sidebar")).to_contain_text("Groups")
    group = asking.page.locator("#sidebar a[href*='group.']")
    await expect(group.locator(".count")).to_be_visible()
    await group.click()
    await asking.sees("You two can talk here")
    await asking.composer.fill("Thank you so much, when could we talk?")
    await asking.keys("Enter")
    await answering.page.locator("#sidebar a[href*='group.']").click()
    await answering.sees("Thank you so much, when could we talk?")


async def test_a_reload_keeps_the_conversation_and_the_buttons_work_after_it(village: Village, village_windows: Windows) -> None:
    grace, tom = await village.member("Grace", "translation"), await village.member("Tom")
    await tom.command("ask", need="A translation into Italian")
    await tom.press("Post to everyone")
    window = await village_windows.open(grace.account, "help")
    await window.sees("A translation into Italian")
    await window.page.reload()
    await window.ready()
    await window.message("A translation into Italian").get_by_role("button", name="I can help").click()
    await expect(window.page.locator("#sidebar a[href*='group.']")).to_be_visible()


async def test_a_french_member_works_in_french_from_the_first_letter(village: Village, village_windows: Windows) -> None:
    lea = await village.member("Léa", locale="fr")
    window = await village_windows.open(lea.account, "general")
    await expect(window.composer).to_have_attribute("placeholder", re.compile("^Écrire dans #general"))
    await introduce(window, "/présentation", does="Traductrice", offers="traduction", link="pas un lien")
    await expect(window.dialog.get_by_role("alert")).to_have_text("Un champ est à revoir.")
    await expect(window.dialog.get_by_role("button", name="Annuler")).to_be_visible()
    await window.field("link").locator("input").fill("")
    await window.dialog.locator("[type=submit]").click()
    await expect(window.page.locator(".only-you").last).to_have_text("Visible seulement par vous")


async def test_home_leads_everywhere(village: Village, village_windows: Windows) -> None:
    tom = await village.member("Tom", "front-end development")
    window = await village_windows.open(tom.account, f"home.{tom.account}")
    await window.sees("front-end development")
    await window.page.get_by_role("button", name="Ask for help").click()
    await expect(window.dialog).to_be_visible()


async def test_time_is_moved_with_the_keyboard_and_what_came_is_shown(village: Village, village_windows: Windows) -> None:
    """It is Monday, ten in Paris; whoever joined and said nothing is reminded on Wednesday."""
    driver = village.driver
    assert isinstance(driver, SandboxDriver)
    zoe = await driver.join("Zoé Lambert")
    window = await village_windows.open(zoe.account, "general")
    await expect(window.page.locator("#time")).to_have_count(0)  # the clock is nobody's to move yet
    driver.sandbox.travel.lend(Passing(driver.application, driver.clock, beat=dt.timedelta(hours=6)))
    await window.page.reload()
    await window.ready()

    time, panel = window.page.locator("#time"), window.page.get_by_role("dialog", name="Move time forward")
    await expect(time).to_have_accessible_name(re.compile("Monday, November 23"))
    await time.focus()
    await window.keys("Enter")
    await expect(window.focused).to_contain_text("Next day, 9:00")
    await window.keys("Tab", "Enter")
    await expect(time).to_have_accessible_name(re.compile("Monday, November 30 at 9:00"))
    await expect(window.page.locator("#status")).to_contain_text("It is Monday, November 30")
    await expect(panel).to_contain_text("New for you since Monday, November 23")

    await panel.get_by_label("Another date").fill("2026-11-24T09:00")
    await window.keys("Enter")
    await expect(window.page.locator("#status")).to_have_text("Time only goes forward here: choose a later date.")
    await window.keys("Escape")
    await expect(panel).to_be_hidden()
    await expect(time).to_be_focused()

    await time.click()
    await panel.get_by_role("link", name="Confrère, just you").click()
    await expect(panel).to_be_hidden()
    await expect(window.page.locator("#messages .day")).to_contain_text(["Monday, November 23", "Wednesday, November 25"])
