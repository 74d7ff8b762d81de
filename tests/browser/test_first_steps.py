"""What somebody does first, without thinking: open the page, press Enter twice, look at the home page."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.browser.window import Windows
from tests.contract.sandbox import SandboxDriver
from tests.contract.village import Village

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_enter_takes_nobody_from_a_list_in_which_nothing_was_typed(village: Village, village_windows: Windows) -> None:
    await village.member("Ada", "bookkeeping")
    tom = await village.member("Tom", "front-end development")
    window = await village_windows.open(tom.account, "general")
    await window.command("/profile")
    await expect(window.page.locator("#composer [role=option]").first).to_be_visible()
    await window.keys("Enter")
    await window.sees("Your profile")


async def test_tab_goes_past_an_optional_field_and_leaves_it_empty(village: Village, village_windows: Windows) -> None:
    tom = await village.member("Tom")
    window = await village_windows.open(tom.account, f"home.{tom.account}")
    await window.page.get_by_role("button", name="Ask for help").click()
    await window.field("need").locator("textarea").fill("A room to rent")
    await window.keys("Tab", "Tab")
    await expect(window.field("member").locator("input")).to_have_value("")
    await window.dialog.locator("[type=submit]").click()
    await window.sees("A room to rent")


async def test_the_page_begins_with_an_animator_who_speaks_the_browsers_language(
    village: Village, village_windows: Windows
) -> None:
    driver = village.driver
    assert isinstance(driver, SandboxDriver)
    driver.sandbox.workspace.add_person("Aaron Bernard", locale="fr", administrator=True)
    window = await village_windows.open()
    await window.ready()
    await expect(window.composer).to_have_attribute("placeholder", "Write in #general, or / for what the bot can do")


async def test_the_home_page_is_seen_from_its_top_on_a_small_screen(village: Village, village_windows: Windows) -> None:
    tom = await village.member("Tom", "front-end development")
    window = await village_windows.open(tom.account, f"home.{tom.account}", viewport={"width": 380, "height": 420})
    await window.sees("Hello Tom")
    assert await window.page.locator("#scroller").evaluate("scroller => scroller.scrollTop") == 0
