"""`confrere demo`: the bot in a local web workspace, with a community whose members are fictional and whose history is real.

Its forty members did everything through the bot, on a clock that went through three months: nothing is written past it.
"""

from __future__ import annotations

import datetime as dt
import sys
import webbrowser
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from bot import log
from bot.app import Application
from bot.clock import MovableClock, SystemClock
from bot.config import CommunityConfig, Config, DatabaseConfig, LogConfig, SandboxConfig, is_database
from bot.demo.history import History, empty, read
from bot.demo.passing import Passing
from bot.errors import ConfigError

if TYPE_CHECKING:
    from adapters.sandbox.client import SandboxAdapter

PLACE: Final = Path("var")
STATE: Final = PLACE / "demo-sandbox.jsonl"
DATABASE: Final = PLACE / "demo.db"
COMPLETE: Final = PLACE / "demo-complete"
"""Written once the history is complete; without it, an interrupted one is begun again."""


@dataclass(frozen=True, slots=True)
class Demo:
    """One run of the demo: see `confrere demo --help` for the fields."""

    host: str
    port: int
    database: str
    locale: str
    empty: bool
    reset: bool
    browser: bool

    async def run(self) -> None:
        """Prepare what is missing, serve until stopped.

        Raises:
            ConfigError: the port is taken, or an option cannot be used.
        """
        log.configure("warning")
        if self.reset or not COMPLETE.exists():
            await self.begin(SystemClock().now())
        from adapters.sandbox.travel import remembered  # noqa: PLC0415 - its web server is only needed here

        config = self._config(self.port)
        clock = MovableClock(SystemClock().now() + remembered(config.sandbox.file), running=True)
        application = Application(config, clock=clock)
        travel = _sandbox(application).travel
        travel.lend(Passing(application, clock))
        await application.start()
        try:
            self._tell(_sandbox(application).address)
            await application.run()
        finally:
            await travel.close()  # before the delivery ends that it waits for
            await application.stop()

    async def begin(self, now: dt.datetime) -> None:
        """Forget what there was, and let the community live through its history until now."""
        await self._forget()
        await self._seed(now)

    async def _forget(self) -> None:
        from storage.erasure import erase  # noqa: PLC0415 - rarely needed

        COMPLETE.unlink(missing_ok=True)
        STATE.unlink(missing_ok=True)
        await erase(self._url)

    async def _seed(self, now: dt.datetime) -> None:
        """Live through the history, on a bot without a page."""
        history = empty(self.locale) if self.empty else read(self.locale)
        _say(
            "Confrère: forty independents are getting to know each other (once)…"
            if history.members
            else "Confrère: an empty community…"
        )
        clock = MovableClock(now - dt.timedelta(days=history.days))
        application = Application(self._config(port=-1), clock=clock)
        await application.start(scheduling=False)
        try:
            await History(history, application, _sandbox(application), clock).live()
        finally:
            await application.stop()
        COMPLETE.write_text("", encoding="utf-8")

    @property
    def _url(self) -> str:
        url = self.database or f"sqlite:///{DATABASE}"
        if not is_database(url):
            message = "--database: begins with sqlite:/// or postgresql://"
            raise ConfigError(message)
        return url

    def _config(self, port: int) -> Config:
        if self.locale not in ("en", "fr"):
            message = f"--locale: {self.locale!r} is not one of en, fr"
            raise ConfigError(message)
        PLACE.mkdir(exist_ok=True)
        return Config(
            community=CommunityConfig(name=read(self.locale).name, locale=self.locale),
            database=DatabaseConfig(self._url),
            sandbox=SandboxConfig(enabled=True, host=self.host, port=port, file=str(STATE)),
            log=LogConfig("warning"),
        )

    def _tell(self, address: str) -> None:
        _say(f"Confrère is at {address}  (Ctrl-C stops it; what was done is kept, --reset begins again)")
        if self.browser and sys.stdout.isatty():
            webbrowser.open(address)


def _sandbox(application: Application) -> SandboxAdapter:
    from adapters.sandbox.client import SandboxAdapter  # noqa: PLC0415 - its web server is only needed here

    return next(adapter for adapter in application.adapters if isinstance(adapter, SandboxAdapter))


def _say(sentence: str) -> None:
    sys.stdout.write(sentence + "\n")
    sys.stdout.flush()
