"""One person's window on the page: what they type, press and see."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from playwright.async_api import expect

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Locator, Page

SOON = 20_000
"""Milliseconds within which the page must show something, also on a busy machine."""

expect.set_options(timeout=SOON)


class Windows:
    """Opens windows, each with its own storage, and hears what goes wrong in them."""

    def __init__(self, browser: Browser, address: Callable[[], str]) -> None:
        self._browser = browser
        self._address = address
        self._contexts: list[BrowserContext] = []
        self.complaints: list[str] = []

    async def open(self, person: str = "", place: str = "", **settings: Any) -> Window:  # noqa: ANN401 - as Playwright takes them
        """Open the page as somebody; without a person, as whoever arrives."""
        context = await self._browser.new_context(locale="en-GB", timezone_id="Europe/Paris", **settings)
        self._contexts.append(context)
        page = await context.new_page()
        page.set_default_timeout(SOON)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", self._hear)
        route = "/".join(part for part in (person, place) if part)
        await page.goto(f"{self._address()}/{'#' + route if route else ''}")
        window = Window(page)
        if person:
            await window.ready()
        return window

    def _hear(self, message: ConsoleMessage) -> None:
        """Note an error; what the workspace refuses in words is none, though browsers log its status."""
        if message.type == "error" and not (
            message.text.startswith("Failed to load resource") and "/api/" in message.location["url"]
        ):
            self.complaints.append(message.text)

    async def close(self) -> None:
        """Close all windows; complaints of the browser are failures."""
        for context in self._contexts:
            await context.close()
        assert self.complaints == []


class Window:
    """One page."""

    def __init__(self, page: Page) -> None:
        self.page = page

    async def ready(self) -> None:
        """Wait until the page is drawn and hears of changes."""
        await self.page.wait_for_selector("html[data-connection=live]")
        await expect(self.page.locator("#page")).to_be_visible()

    @property
    def composer(self) -> Locator:
        return self.page.locator("#composer textarea")

    @property
    def dialog(self) -> Locator:
        return self.page.locator("dialog[open]")

    @property
    def focused(self) -> Locator:
        return self.page.locator(":focus")

    def message(self, words: str) -> Locator:
        """The newest message of the open conversation that says something."""
        return self.page.locator("#messages .message", has_text=words).last

    def field(self, name: str) -> Locator:
        """A field of the open dialog and all that belongs to it."""
        return self.dialog.locator(f"[data-field={name}]")

    async def type(self, words: str) -> None:
        """Type into what has the focus."""
        await self.page.keyboard.type(words)

    async def keys(self, *keys: str) -> None:
        """Press keys one after the other."""
        for key in keys:
            await self.page.keyboard.press(key)

    async def command(self, words: str) -> None:
        """Type a command without options and run it."""
        await self.composer.click()
        await self.type(words)
        await expect(self.page.locator("#composer [role=option][aria-selected=true]")).to_contain_text(words)
        await self.keys("Enter")

    async def sees(self, words: str) -> None:
        """Wait until the open conversation says something."""
        await expect(self.message(words)).to_be_visible()

    async def go(self, name: str) -> None:
        """Open a place of the sidebar."""
        await self.page.locator("#sidebar").get_by_role("link", name=name).click()
        await expect(self.page.locator("#sidebar [aria-current=page]")).to_contain_text(name)
