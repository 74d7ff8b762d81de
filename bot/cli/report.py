"""`confrere report` and `confrere export`: what animators see of the whole community, as files."""

from __future__ import annotations

import asyncio
import datetime as dt
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot import cli as entrance
from bot.cli.database import ConfigOption  # noqa: TC001 - Typer reads annotations at run time
from bot.clock import SystemClock
from bot.context import JobContext
from bot.errors import ConfigError
from bot.i18n import LOCALES, today

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from bot.config import Config

LocaleOption = Annotated[str, typer.Option(help="Language: en or fr; the community's by default.", show_default=False)]
OutputOption = Annotated[Path, typer.Option(help="The file to write.", show_default=False)]


def write_report(
    *,
    output: OutputOption,
    since: Annotated[str, typer.Option("--from", help="First day, as 2026-10-01; 30 days before the last by default.")] = "",
    until: Annotated[str, typer.Option("--to", help="Last day, as 2026-10-31; today by default.")] = "",
    locale: LocaleOption = "",
    config: ConfigOption = None,
) -> None:
    """Write how the community is doing: figures and a picture, one page to print, which needs nothing else."""
    settings = entrance.load(config)
    page, days = asyncio.run(_report(settings, _date("--from", since), _date("--to", until), _locale(locale)))
    _write(output, page.encode())
    typer.echo(f"report: {days}, written to {output}")


def write_members(*, output: OutputOption, locale: LocaleOption = "", config: ConfigOption = None) -> None:
    """Write the members with what anybody among them may see, as CSV."""
    content, number = asyncio.run(_members(entrance.load(config), _locale(locale)))
    _write(output, content)
    typer.echo(f"export: {number:,} members, written to {output}")


async def _report(settings: Config, since: dt.date | None, until: dt.date | None, locale: str) -> tuple[str, str]:
    from commands.pulse.looking import look  # noqa: PLC0415 - keeps --help quick
    from commands.pulse.periods import NAMED, USUAL, Span  # noqa: PLC0415
    from commands.pulse.report import report  # noqa: PLC0415

    async with _reading(settings) as ctx:
        now = today(ctx.now, ctx.community.zone)
        last = until or now
        span = Span(since or last - dt.timedelta(days=NAMED[USUAL][0] - 1), last)
        if not span.sensible:
            message = "--from: has to come before --to, at most five years earlier"
            raise ConfigError(message)
        seen = await look(ctx.use, ctx.community.zone, span, now)
        community = ctx.community
    return await report(seen, community.name, locale or community.locale, now), f"{span.first} to {span.last}"


async def _members(settings: Config, locale: str) -> tuple[bytes, int]:
    from commands.pulse.exporting import as_csv  # noqa: PLC0415 - keeps --help quick
    from storage.member_list import MemberList  # noqa: PLC0415

    async with _reading(settings) as ctx:
        members = await ctx.use(MemberList).everybody()
        return as_csv(members, locale or ctx.community.locale), len(members)


@asynccontextmanager
async def _reading(settings: Config) -> AsyncGenerator[JobContext]:
    """Open the configured community for reading; the bot may be running."""
    from storage.db import open_store  # noqa: PLC0415 - keeps --help quick

    store = await open_store(settings.database.url, community=settings.community)
    try:
        community = (await store.communities())[0]
        async with store.unit(write=False) as unit:
            yield JobContext(community, SystemClock().now(), unit)
    finally:
        await store.close()


def _date(option: str, words: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(words) if words else None
    except ValueError:
        message = f"{option}: {words!r} is no date; they are written as 2026-11-23"
        raise ConfigError(message) from None


def _locale(words: str) -> str:
    if words and words not in LOCALES:
        message = f"--locale: {words!r} is neither en nor fr"
        raise ConfigError(message)
    return words


def _write(file: Path, content: bytes) -> None:
    try:
        file.write_bytes(content)
    except OSError as error:
        message = f"--output: {file} cannot be written: {error.strerror}"
        raise ConfigError(message) from None
