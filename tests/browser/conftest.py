"""A real browser for the page: headless Chromium, one window for each person."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright

from tests.browser.window import Windows
from tests.contract.sandbox import SandboxDriver
from tests.contract.village import Village
from tests.sandbox.workshop import SmallBot

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
MISSING = (
    "no Chromium: the page is NOT tested. Install it (apt-get install chromium), "
    "or name one in CONFRERE_TEST_CHROMIUM=/path/to/chromium."
)


@pytest.fixture(scope="session")
def chromium() -> str:
    """Where the browser is."""
    named = os.environ.get("CONFRERE_TEST_CHROMIUM", "")
    found = named or next((path for path in map(shutil.which, NAMES) if path), "")
    if not found:
        pytest.skip(MISSING)
    return found


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser(chromium: str) -> AsyncIterator[Browser]:
    """One browser for a module; each window has a profile of its own."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="module")
async def bot() -> AsyncIterator[SmallBot]:
    """The workshop's bot with a page: Ada runs it; Ben speaks French."""
    bot = SmallBot(port=0)
    await bot.start()
    bot.workspace.add_person("Ada Moreau", person_id="ada", administrator=True)
    bot.workspace.add_person("Benoît Garnier", person_id="ben", locale="fr")
    yield bot
    await bot.stop()


@pytest_asyncio.fixture(loop_scope="module")
async def windows(bot: SmallBot, browser: Browser) -> AsyncIterator[Windows]:
    """Windows on the workshop's page; a script error or a blocked resource in any fails the test."""
    windows = Windows(browser, lambda: bot.sandbox.address)
    yield windows
    await windows.close()


@pytest_asyncio.fixture(loop_scope="module")
async def village(tmp_path: Path) -> AsyncIterator[Village]:
    """A community on the real bot with all its features, and a page."""
    driver = SandboxDriver(tmp_path, port=0)
    await driver.start()
    village = Village(driver)
    await village.set_up()
    yield village
    await driver.stop()


@pytest_asyncio.fixture(loop_scope="module")
async def village_windows(village: Village, browser: Browser) -> AsyncIterator[Windows]:
    """Windows on the village's page."""
    driver = village.driver
    assert isinstance(driver, SandboxDriver)
    windows = Windows(browser, lambda: driver.sandbox.address)
    yield windows
    await windows.close()
