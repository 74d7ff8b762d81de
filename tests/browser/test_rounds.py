"""A whole round of meetings in a real browser, by moving the sandbox's time: notice, meeting, nudge, outcome, report."""

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


async def moves(window: Window, to: str, arrival: str) -> None:
    """Move time with the page's control, to a date and time or by its button, and wait until it has arrived."""
    await window.page.locator("#time").click()
    if to[0].isdigit():
        await window.page.get_by_label("Another date").fill(to)
        await window.page.locator("#time-go").click()
    else:
        await window.page.locator(".time-choice", has_text=to).click()
    await expect(window.page.locator("#time")).to_have_accessible_name(re.compile(arrival))
    await expect(window.page.locator("#time:not([aria-busy])")).to_be_visible()
    await window.keys("Escape")
    await expect(window.page.locator("#time-panel")).to_be_hidden()


async def press_twice(window: Window, words: str, button: str) -> None:
    """Press a button of a message twice, as people do who are not sure."""
    await window.message(words).get_by_role("button", name=button, exact=True).dblclick()


async def test_a_round_is_lived_through(village: Village, village_windows: Windows) -> None:
    driver = village.driver
    assert isinstance(driver, SandboxDriver)
    driver.sandbox.travel.lend(Passing(driver.application, driver.clock, beat=dt.timedelta(hours=6)))
    tom = await village.member("Tom", "front-end development", seeks="bookkeeping")
    for name, offers in (("Grace", "bookkeeping"), ("Bea", "logos"), ("Cy", "printing"), ("Dee", "translation")):
        await (await village.member(name, offers, seeks="front-end development")).command("meet", do="join")
    direct = f"direct.{tom.account}"
    window = await village_windows.open(tom.account, direct)

    await window.command("/meet")
    await expect(window.page.locator(".chip")).to_have_text("/meet")
    await window.keys("Enter")
    await press_twice(window, "Each round I put you in touch", "Join the meetings")
    await window.sees("Your first round")

    await moves(window, "Next Monday, 9:00", "November 30 at 9:00 AM")
    await press_twice(window, "without a word from you, you are in", "I’m in")
    await window.sees("You are in, Tuesday, December 1")

    animator = await village_windows.open(village.animator.account, f"direct.{village.animator.account}")
    await moves(window, "Next day, 9:00", "December 1 at 9:00 AM")
    await expect(animator.message("the meetings of Tuesday, December 1")).to_contain_text("nobody has seen them")
    await press_twice(animator, "the meetings of Tuesday, December 1", "Send now")
    await window.page.locator("#sidebar a[href*='group.']").click()
    meeting = window.message("this is your conversation")
    await expect(meeting).to_contain_text("Why you:")
    await expect(meeting).to_contain_text("To begin with:")
    await expect(meeting.get_by_role("button", name="It’s this time")).to_have_count(3)
    await expect(meeting.locator("a[download]")).to_have_count(3)
    await meeting.get_by_role("button", name="It’s this time").nth(1).dblclick()  # days later, on another day than the first
    await window.sees("Your time:")

    await moves(window, "2026-12-03T12:00", "December 3 at 12:00 PM")  # two days later, those are asked who agreed on no time
    asked = [person for person in driver.sandbox.workspace.present() if _asked(driver, person.id)]
    met_by_tom = window.message("this is your conversation")
    for person in asked:
        await expect(met_by_tom).not_to_contain_text(person.name)
    assert len(asked) in {2, 3}, "once each, in the other meeting"

    await moves(window, "2026-12-08T18:00", "December 8 at 6:00 PM")  # asked after the time they agreed on, not after two days
    await window.go("just you")
    await press_twice(window, "Did you meet?", "We met")
    await window.message("Good to hear").get_by_role("button", name="What was useful").click()
    await window.field("gain").get_by_label(re.compile("^A skill")).check()
    await window.field("thanks").locator("textarea").fill("Your eye for figures.")
    await window.dialog.locator("[type=submit]").click()
    await window.sees("has your thanks")

    await moves(window, "2026-12-15T12:00", "December 15 at 12:00 PM")
    report = animator.message("the round of Tuesday, December 1")
    await expect(report).to_contain_text(re.compile(r"Told of it\s*5"))
    await expect(report).not_to_contain_text("It is not over yet")
    await expect(report).to_contain_text(re.compile(r"Took place, as far as I was told\s*1"))
    thanked = [person for person in driver.sandbox.workspace.present() if _thanked(driver, person.id)]
    assert len(thanked) == 1


def _thanked(driver: SandboxDriver, person: str) -> bool:
    messages = driver.sandbox.workspace.messages(f"direct.{person}", person)
    return sum("Your eye for figures." in str(message.card) for message in messages) == 1


def _asked(driver: SandboxDriver, person: str) -> bool:
    messages = [str(message.card) for message in driver.sandbox.workspace.messages(f"direct.{person}", person)]
    questions = sum("Did you meet?" in card for card in messages)
    assert questions <= 1, "nobody is asked twice"
    return bool(questions)
