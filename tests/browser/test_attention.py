"""An animator goes through who needs them in a real browser, pressing everything twice, until all is calm; in both languages."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.async_api import expect

from tests.browser.window import Window, Windows
from tests.contract.sandbox import SandboxDriver
from tests.contract.village import Village

if TYPE_CHECKING:
    from tests.contract.driver import Person

pytestmark = pytest.mark.asyncio(loop_scope="module")

LATER = "2026-11-27T09:00"
"""Four days after everybody joined: who has not introduced themselves is on the list."""


async def press_twice(window: Window, words: str, button: str) -> None:
    """Press the first such button of the newest message that says something, twice, as people do who are not sure."""
    await window.message(words).get_by_role("button", name=button, exact=True).first.dblclick()


def received(person: Person, words: str) -> int:
    """Count the private messages that say something."""
    return sum(words in seen.text for seen in person.sees("dm"))


async def test_an_animator_cares_for_three_until_all_is_calm(village: Village, village_windows: Windows) -> None:
    people = {name: await village.driver.join(name) for name in ("Bea", "Cy", "Dee")}
    await village.goes(LATER)
    window = await village_windows.open(village.animator.account, f"direct.{village.animator.account}")
    await window.command("/animator attention")
    await window.sees("3 wait, the most urgent first.")
    card = window.message("For your attention")
    await expect(card).to_contain_text("@Bea joined 4 days ago, no introduction yet")

    await press_twice(window, "For your attention", "Look at it")
    await window.sees("Here since")
    await press_twice(window, "Here since", "Write to them")
    await window.field("words").locator("textarea").fill("Shall I show you around?")
    await window.dialog.locator("[type=submit]").dblclick()
    await expect(window.dialog).to_be_hidden()
    await window.sees("On its way to @Bea")
    await expect(window.message("On its way to @Bea")).to_contain_text("2 wait, the most urgent first.")
    await village.driver.settle()
    assert received(people["Bea"], "Shall I show you around?") == 1

    await press_twice(window, "On its way to @Bea", "Look at it")
    await press_twice(window, "Here since", "In a week")
    await window.sees("@Cy is shown again in a week")
    await expect(window.message("@Cy is shown again in a week")).to_contain_text("1 waits, the most urgent first.")
    await press_twice(window, "@Cy is shown again in a week", "Undo")
    await window.sees("Back on the list.")
    await expect(window.message("Back on the list.")).to_contain_text("2 wait, the most urgent first.")

    for name in ("Cy", "Dee"):
        await press_twice(window, f"@{name} joined", "Look at it")
        await press_twice(window, "Here since", "Done")
        await window.sees(f"Done: @{name}.")
    calm = window.message("All is calm today")
    await expect(calm).to_contain_text("Everybody who needed somebody has been heard.")
    await expect(calm.get_by_role("button", name="See the pulse")).to_be_visible()
    assert (received(people["Cy"], "Shall I"), received(people["Dee"], "Shall I")) == (0, 0)

    await window.command("/animator attention")
    await expect(window.page.locator("#messages .message", has_text="All is calm today")).to_have_count(2)


async def test_a_french_animator_cares_for_one(village: Village, village_windows: Windows) -> None:
    driver = village.driver
    assert isinstance(driver, SandboxDriver)
    lea = await driver.person("Léa Fontaine", locale="fr", administrator=True)
    await lea.command("animator attention")
    cy = await driver.join("Cy", locale="fr")
    await village.goes(LATER)
    window = await village_windows.open(lea.account, f"direct.{lea.account}")
    await window.command("/animation attention")
    await window.sees("1 situation à voir.")
    await expect(window.message("Qui a besoin de vous")).to_contain_text("@Cy nous a rejoints il y a 4 jours, sans présentation")
    await press_twice(window, "Qui a besoin de vous", "Voir")
    await press_twice(window, "Membre depuis", "Lui écrire")
    await window.field("words").locator("textarea").fill("Je vous fais visiter ?")
    await window.dialog.locator("[type=submit]").dblclick()
    await window.sees("C’est en route vers @Cy")
    await window.sees("Tout est calme aujourd’hui")
    await driver.settle()
    assert received(cy, "Je vous fais visiter ?") == 1
    assert received(cy, "cette conversation le garde") == 1
