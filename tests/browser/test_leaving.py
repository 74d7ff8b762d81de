"""Leaving in a real browser, in French: the file first, then nothing is left; looking at the home changes nothing."""

from __future__ import annotations

import json

import pytest
from playwright.async_api import expect

from tests.browser.window import Windows
from tests.contract.village import Village

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_a_member_takes_their_data_along_and_leaves(village: Village, village_windows: Windows) -> None:
    tom = await village.member("Tom")
    watching = await village_windows.open(tom.account, "introductions")
    lea = await village.member("Léa", "traduction", locale="fr")
    await watching.sees("Léa, independent")
    window = await village_windows.open(lea.account, f"direct.{lea.account}")
    await window.command("/mes-données")
    await window.sees("Ce que je garde sur vous")
    await window.message("Ce que je garde sur vous").get_by_role("button", name="Partir…").click()

    leaving = window.message("Quitter")
    await leaving.locator(".opener").first.click()
    await window.page.locator(".select-menu:popover-open .choice", has_text="Du soutien").click()
    await expect(leaving).to_contain_text("Ce qui a manqué : Du soutien, moins de solitude")
    await leaving.get_by_role("button", name="Recevoir mes données et continuer").click()

    last = window.message("Vos données, avant de partir")
    async with window.page.expect_download() as waiting:
        await last.locator("a[download]").click()
    download = await waiting.value
    data = json.loads((await download.path()).read_bytes())
    assert download.suggested_filename == "my-data-2026-11-23.json"
    assert [profile["offers"] for profile in data["profile"]] == ["traduction"]
    await watching.sees("Léa, independent")
    await last.get_by_role("button", name="Partir et tout effacer").click()

    await window.sees("Vous avez quitté")
    await window.sees("Je ne vous écrirai plus.")
    await expect(watching.page.locator("#messages .message", has_text="Léa, independent")).to_have_count(0)
    await window.go("Accueil")
    await window.sees("Regarder cette page ne change rien.")
    await window.page.get_by_role("button", name="Recommencer").click()
    await expect(window.page.locator(".message", has_text="Que puis-je faire pour vous").last).to_be_visible()
