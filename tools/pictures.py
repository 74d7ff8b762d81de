"""`make pictures`: takes the pictures of the documentation in the demonstration itself, in a real browser.

`ARGS=meeting.png` takes that one only.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import os
import re
import shutil
import sys
import tempfile
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from playwright.async_api import async_playwright

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from playwright.async_api import Browser

ROOT: Final = Path(__file__).parent.parent
PICTURES: Final = ROOT / "docs" / "pictures"
FLAGS: Final = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync")


@dataclass(frozen=True, slots=True)
class Asking:
    """A member (by id) asks who can help, in their language."""

    file: str
    member: str
    command: str
    need: str
    scheme: Literal["light", "dark"]


PICTURES_OF: Final = (
    Asking("ask.png", "ben", "ask", "A portrait for my site, and a proofreader for its English", "light"),
    Asking("demander.png", "amelie", "demander", "Quelqu’un pour ma première déclaration de TVA", "dark"),
)


@dataclass(frozen=True, slots=True)
class Meeting:
    """A member's next meeting (theirs by id), in their language; `clock`: with the control open that moves time."""

    file: str
    member: str
    clock: bool


@dataclass(frozen=True, slots=True)
class Pulse:
    """The figures of the community, as its animator sees them."""

    file: str
    member: str
    command: str


PULSES: Final = (Pulse("pulse.png", "grace", "animator pulse"),)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command answers, as somebody sees it in their language, and then a button of it; `words` are in the last answer.

    `options`: the command has some, which stay empty.
    """

    file: str
    member: str
    command: str
    words: str
    press: str = ""
    options: bool = False


ANSWERS: Final = (
    Answer("attention.png", "grace", "animator attention", "For your attention"),
    Answer("attention-fr.png", "ada", "animation attention", "Qui a besoin de vous"),
    Answer("cercle.png", "lea", "cercle", "Votre engagement", options=True),
    Answer("check-ins.png", "grace", "animator checkins", "Only answers whose members chose that you read them", "Inbox"),
    Answer("apports.png", "lea", "apports", "Ce que cette communauté m’apporte"),
    Answer("parole.png", "amelie", "parole", "Dire ce que je pense"),
    Answer("my-data.png", "ben", "my-data", "What I keep about you"),
)


MEETINGS: Final = (Meeting("meeting.png", "grace", clock=True), Meeting("rencontre.png", "lea", clock=False))
ROUND: Final = dt.timedelta(days=3, hours=3)
"""How long after nine o'clock tomorrow the demo's next round has gone out, whatever day it is."""


@asynccontextmanager
async def demonstration() -> AsyncGenerator[str]:
    """Run the demo on data of its own; yields its address."""
    with tempfile.TemporaryDirectory() as directory:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "bot",
            "demo",
            "--no-browser",
            "--port",
            "0",
            cwd=directory,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=asyncio.subprocess.PIPE,
        )  # fmt: skip - arguments of one command
        try:
            yield await asyncio.wait_for(_address(process), timeout=600)
        finally:
            process.terminate()
            await process.wait()


async def _address(process: asyncio.subprocess.Process) -> str:
    if process.stdout is not None:
        async for line in process.stdout:
            if found := re.search(r"https?://\S+", line.decode()):
                return found[0]
    message = "the demo ended before it said where it is"
    raise RuntimeError(message)


async def take(browser: Browser, address: str, asking: Asking) -> None:
    """Ask, and show the answer that only whoever asked sees."""
    context = await browser.new_context(viewport={"width": 1280, "height": 860}, color_scheme=asking.scheme)
    page = await context.new_page()
    await page.goto(f"{address}/#{asking.member}")
    await page.locator("#composer textarea").fill(f"/{asking.command} {asking.need}")
    await page.get_by_role("group", name=f"/{asking.command}").wait_for()
    await page.keyboard.press("Enter")
    await page.locator("#messages").get_by_text(asking.need).last.wait_for()
    await page.screenshot(path=PICTURES / asking.file)
    await context.close()


async def show(browser: Browser, address: str, meeting: Meeting) -> None:
    """Move time until the next round has gone out, and open the conversation that is new."""
    context = await browser.new_context(viewport={"width": 1440, "height": 1080}, color_scheme="light")
    page = await context.new_page()
    await page.goto(f"{address}/#{meeting.member}")
    await page.locator("#time").click()
    if not await page.locator("#time-news a[href*='group.']").count():
        tomorrow = dt.datetime.fromisoformat(await page.locator("#time-local").input_value())
        await page.locator("#time-local").fill((tomorrow + ROUND).isoformat(timespec="minutes"))
        await page.locator("#time-go").click()
    await page.locator("#time-news a[href*='group.']").click(timeout=120_000)
    await page.locator("#messages .files").last.wait_for()
    await page.mouse.move(0, 0)
    await page.locator("#status").filter(has_text=re.compile("^$")).wait_for(state="attached")
    if meeting.clock:
        await page.locator("#time").click()
        await page.locator("#time-panel:popover-open").wait_for()
    await page.screenshot(path=PICTURES / meeting.file)
    await context.close()


async def look(browser: Browser, address: str, pulse: Pulse) -> None:
    """Ask for the pulse, and show the answer with its picture."""
    context = await browser.new_context(viewport={"width": 1280, "height": 1720}, color_scheme="light")
    page = await context.new_page()
    await page.goto(f"{address}/#{pulse.member}")
    await page.locator("#composer textarea").fill(f"/{pulse.command}")
    await page.locator("#composer [role=option][aria-selected=true]").filter(has_text=pulse.command).wait_for()
    await page.keyboard.press("Enter")
    await page.get_by_role("group", name=f"/{pulse.command}").wait_for()
    await page.keyboard.press("Enter")
    await page.locator("#messages figure.picture img").last.wait_for(timeout=60_000)
    await page.screenshot(path=PICTURES / pulse.file)
    await context.close()


async def run(browser: Browser, address: str, answer: Answer) -> None:
    """Run a command, and show what it answers."""
    context = await browser.new_context(viewport={"width": 1280, "height": 980}, color_scheme="light")
    page = await context.new_page()
    await page.goto(f"{address}/#{answer.member}")
    await page.locator("#composer textarea").fill(f"/{answer.command}")
    await page.locator("#composer [role=option][aria-selected=true]").filter(has_text=answer.command).wait_for()
    await page.keyboard.press("Enter")
    if answer.options:
        await page.get_by_role("group", name=f"/{answer.command}").wait_for()
        await page.keyboard.press("Enter")
    if answer.press:
        await page.locator("#messages").get_by_role("button", name=answer.press, exact=True).last.click()
    await page.locator("#messages").get_by_text(answer.words).last.wait_for()
    await page.mouse.move(0, 0)
    await page.screenshot(path=PICTURES / answer.file)
    await context.close()


async def main(wanted: frozenset[str]) -> None:
    """Take them all, or those of these files."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    chromium = os.environ.get("CONFRERE_TEST_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    async with demonstration() as address, async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        for asking in (each for each in PICTURES_OF if not wanted or each.file in wanted):
            await take(browser, address, asking)
        for pulse in (each for each in PULSES if not wanted or each.file in wanted):
            await look(browser, address, pulse)
        for answer in (each for each in ANSWERS if not wanted or each.file in wanted):
            await run(browser, address, answer)
        for meeting in (each for each in MEETINGS if not wanted or each.file in wanted):
            await show(browser, address, meeting)
        await browser.close()


if __name__ == "__main__":
    asyncio.run(main(frozenset(sys.argv[1:])))
