"""The command line: `confrere run`, `demo`, `db …`, `outbox …` and the others of docs/reference/command-line.md."""

from __future__ import annotations

import asyncio
import json
from typing import Annotated

import typer

from bot import cli as entrance
from bot import config as configuration
from bot.cli.database import ConfigOption, database
from bot.cli.match import match_people
from bot.cli.outbox import outbox
from bot.cli.own_data import people
from bot.cli.report import write_members, write_report
from bot.cli.secrets import secrets
from bot.cli.skills import skills
from bot.errors import ConfigError

cli = typer.Typer(
    name="confrere",
    help="Confrère, a community bot for people who work for themselves.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
settings = typer.Typer(help="The configuration.", no_args_is_help=True)
slack = typer.Typer(help="What Slack needs.", no_args_is_help=True)
cli.add_typer(database, name="db")
cli.add_typer(outbox, name="outbox")
cli.add_typer(people, name="people")
cli.add_typer(secrets, name="secrets")
cli.add_typer(skills, name="skills")
cli.command("match")(match_people)
cli.command("report")(write_report)
cli.command("export")(write_members)
cli.add_typer(settings, name="config")
cli.add_typer(slack, name="slack")


@cli.command()
def run(config: ConfigOption = None) -> None:
    """Connect to Discord and Slack and stay up."""
    entrance.run(config)


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
    asyncio.run(entrance.until_stopped(demonstration.run()))


@settings.command("check")
def check(config: ConfigOption = None) -> None:
    """Check the configuration without connecting anywhere."""
    settings = entrance.load(config)
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

    chosen = entrance.load(config).slack or configuration.SlackConfig()
    if chosen.mode == "http" and not url.startswith("https://"):
        message = '--url: the public https address of this bot is needed for slack.mode = "http"'
        raise ConfigError(message)
    typer.echo(
        json.dumps(manifest(Registry(FEATURES), command=chosen.command, mode=chosen.mode, url=url), indent=2, ensure_ascii=False)
    )
