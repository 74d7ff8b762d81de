"""The entrance: `confrere run` starts at once, everything else through the command line proper, in `bot.cli.commands`."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

from bot import config as configuration
from bot.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Generator, Sequence
    from types import ModuleType

    from bot.app import Application
    from bot.config import Config

DEFAULT: Final = Path("config.toml")


def main() -> None:
    """Run the command line; what the operator has to mend is one sentence on standard error and status 2."""
    try:
        asked, path = plain_run(sys.argv[1:])
        if asked:
            run(path)
        else:
            from bot.cli.commands import cli  # noqa: PLC0415 - Typer and what it loads cost a running bot 10 MiB

            cli()
    except ConfigError as error:
        sys.stderr.write(f"confrere: {error}\n")
        raise SystemExit(2) from None


def plain_run(arguments: Sequence[str]) -> tuple[bool, Path | None]:
    """Tell whether the arguments are those of `run` and nothing else, and which configuration file they name."""
    match list(arguments):
        case ["run"]:
            return True, None
        case ["run", "-c" | "--config", path]:
            return True, Path(path)
        case ["run", option] if option.startswith("--config="):
            return True, Path(option.removeprefix("--config="))
        case _:
            return False, None


def run(path: Path | None) -> None:
    """Connect to the configured platforms and stay up.

    Raises:
        ConfigError: what the operator has to mend, naming the key.
    """
    settings = load(path)
    configuration.need_platform(settings)
    # Nothing that a start loads becomes garbage, yet looking for it would take a sixth of the time until the bot is ready.
    gc.disable()
    with _without("rich", "twisted"):
        from bot import log  # noqa: PLC0415 - costs more than all of --help
    from bot.app import Application  # noqa: PLC0415

    log.configure(settings.log.level, settings.log.format)
    asyncio.run(until_stopped(serve(Application(settings))))


def load(path: Path | None) -> Config:
    """Return the configuration: the file given, or config.toml where there is one, and the environment."""
    chosen = path or (DEFAULT if DEFAULT.exists() else None)
    return configuration.load(chosen, os.environ)


async def serve(application: Application) -> None:
    """Start, stay up until cancelled, stop."""
    await application.start()
    if not gc.isenabled():
        # What was loaded stays: left out, the collector has little to look at, and answers are not held up by it.
        gc.freeze()
        gc.enable()
    try:
        await application.run()
    finally:
        await application.stop()


async def until_stopped(work: Awaitable[None]) -> None:
    """Run until it ends or the process is asked to stop (SIGTERM, Ctrl-C); being asked is not an error."""
    task = asyncio.ensure_future(work)
    with _asked_to_stop(task), contextlib.suppress(asyncio.CancelledError):
        await task


@contextlib.contextmanager
def _without(*modules: str) -> Generator[None]:
    """Keep a library from loading others that it uses only where they are installed.

    structlog would load Rich and, with it, a syntax highlighter: as much as a third of Confrère, for tracebacks that the log
    writes in its own way.
    """
    absent = [name for name in modules if name not in sys.modules]
    sys.modules.update(dict.fromkeys(absent, cast("ModuleType", None)))
    try:
        yield
    finally:
        for name in absent:
            del sys.modules[name]


@contextlib.contextmanager
def _asked_to_stop(task: asyncio.Future[None]) -> Generator[None]:
    loop = asyncio.get_running_loop()
    signals = (signal.SIGTERM, signal.SIGINT) if sys.platform != "win32" else ()
    for number in signals:
        loop.add_signal_handler(number, task.cancel)
    try:
        yield
    finally:
        for number in signals:
            loop.remove_signal_handler(number)
