"""`make pictures`: takes the pictures of the documentation in the demonstration itself, in a real browser."""

from __future__ import annotations

import asyncio
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
            yield await asyncio.wait_for(_address(process), timeout=120)
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


async def main() -> None:
    """Take them all."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    chromium = os.environ.get("CONFRERE_TEST_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    async with demonstration() as address, async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        for asking in PICTURES_OF:
            await take(browser, address, asking)
        await browser.close()


if __name__ == "__main__":
    asyncio.run(main())
