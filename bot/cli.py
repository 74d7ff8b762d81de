"""The command line: `confrere run`, `demo`, `db upgrade`, `config check`, `slack manifest`."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot import config as configuration
from bot.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Generator

    from bot.app import Application
    from bot.config import Config

DEFAULT = Path("config.toml")

cli = typer.Typer(
    name="confrere",
    help="Confrère, a community bot for people who work for themselves.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
database = typer.Typer(help="The database.", no_args_is_help=True)
settings = typer.Typer(help="The configuration.", no_args_is_help=True)
slack = typer.Typer(help="What Slack needs.", no_args_is_help=True)
cli.add_typer(database, name="db")
cli.add_typer(settings, name="config")
cli.add_typer(slack, name="slack")

ConfigOption = Annotated[
    Path | None,
    typer.Option("--config", "-c", help="The configuration file; config.toml where there is one.", show_default=False),
]


def main() -> None:
    """Run the command line; what the operator has to mend is one sentence on standard error and status 2."""
    try:
        cli()
    except ConfigError as error:
        sys.stderr.write(f"confrere: {error}\n")
        raise SystemExit(2) from None


@cli.command()
def run(config: ConfigOption = None) -> None:
    """Connect to Discord and Slack and stay up."""
    settings = _load(config)
    configuration.need_platform(settings)
    _serve(settings)


@cli.command()
def demo(  # noqa: PLR0913 - each is an option of the command line
    *,
    port: Annotated[int, typer.Option(help="Port of the web page; 0 takes a free one.", min=0, max=65535)] = 8765,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    database: Annotated[str, typer.Option(help="sqlite:///path or postgresql://…; the demo's own file by default.")] = "",
    locale: Annotated[str, typer.Option(help="Language of the community: en or fr.")] = "en",
    empty: Annotated[bool, typer.Option("--empty", help="Begin without the fictional members.")] = False,
    reset: Annotated[bool, typer.Option("--reset", help="Forget what was done before.")] = False,
    browser: Annotated[bool, typer.Option(help="Open the page in the browser, where there is one.")] = True,
) -> None:
    """Try the bot in a local web workspace, with a living community of fictional independents."""
    from bot.demo import Demo  # noqa: PLC0415 - only for this command

    demonstration = Demo(host=host, port=port, database=database, locale=locale, empty=empty, reset=reset, browser=browser)
    asyncio.run(_until_stopped(demonstration.run()))


@database.command("upgrade")
def upgrade(config: ConfigOption = None) -> None:
    """Bring the database up to date; `confrere run` does it by itself."""
    from storage.upgrade import upgrade as bring_up_to_date  # noqa: PLC0415 - keeps --help quick

    settings = _load(config)
    before, after = asyncio.run(bring_up_to_date(settings.database.url))
    typer.echo(f"database: up to date at {after}" if before == after else f"database: upgraded from {before or 'empty'} to {after}")


@settings.command("check")
def check(config: ConfigOption = None) -> None:
    """Check the configuration without connecting anywhere."""
    settings = _load(config)
    configuration.need_platform(settings)
    names = [name for name in ("slack", "discord") if getattr(settings, name) is not None]
    names += ["sandbox"] if settings.sandbox.enabled else []
    typer.echo(f"configuration: fine. Platforms: {', '.join(names)}. Database: {settings.database.url.partition('://')[0]}.")


@slack.command("manifest")
def slack_manifest(
    config: ConfigOption = None,
    url: Annotated[str, typer.Option(help='Public https address of this bot, for mode = "http".')] = "",
) -> None:
    """Print the manifest that creates the Slack app."""
    from adapters.slack.manifest import manifest  # noqa: PLC0415
    from bot.feature import Registry  # noqa: PLC0415
    from commands import FEATURES  # noqa: PLC0415

    chosen = _load(config).slack or configuration.SlackConfig()
    if chosen.mode == "http" and not url.startswith("https://"):
        message = '--url: the public https address of this bot is needed for slack.mode = "http"'
        raise ConfigError(message)
    typer.echo(
        json.dumps(manifest(Registry(FEATURES), command=chosen.command, mode=chosen.mode, url=url), indent=2, ensure_ascii=False)
    )


def _load(path: Path | None) -> Config:
    chosen = path or (DEFAULT if DEFAULT.exists() else None)
    return configuration.load(chosen, os.environ)


def _serve(settings: Config) -> None:
    from bot import log  # noqa: PLC0415 - costs more than all of --help
    from bot.app import Application  # noqa: PLC0415

    log.configure(settings.log.level, settings.log.format)
    asyncio.run(_until_stopped(serve(Application(settings))))


async def serve(application: Application) -> None:
    """Start, stay up until cancelled, stop."""
    await application.start()
    try:
        await application.run()
    finally:
        await application.stop()


async def _until_stopped(work: Awaitable[None]) -> None:
    """Run until it ends or the process is asked to stop (SIGTERM, Ctrl-C); being asked is not an error."""
    task = asyncio.ensure_future(work)
    with _asked_to_stop(task), contextlib.suppress(asyncio.CancelledError):
        await task


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
