"""`confrere people …`: what is kept of somebody who asks by mail: found, exported, erased as they could do it themselves."""

from __future__ import annotations

import asyncio
import functools
import os
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from bot import cli as entrance
from bot.cli.database import ConfigOption  # noqa: TC001 - Typer reads annotations at run time
from bot.clock import SystemClock
from bot.context import Context
from bot.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Sequence

    from bot.config import Config
    from storage.everybody import Known

PRIVATE: Final = 0o600
people = typer.Typer(help="What is kept of somebody who asks for it.", no_args_is_help=True)

MemberArgument = Annotated[str, typer.Argument(metavar="MEMBER", help="A number as `people find` shows it.", show_default=False)]
OutputOption = Annotated[Path, typer.Option(help="The JSON file to write; nobody else can read it.", show_default=False)]


@people.command("find")
def find(name: Annotated[str, typer.Argument(help="A part of the name.")] = "", *, config: ConfigOption = None) -> None:
    """Show members by name, departed ones too: number, name, accounts."""
    for one in asyncio.run(_find(entrance.load(config), name)):
        typer.echo(f"{one.id}\t{one.name}\t{' '.join(one.accounts)}{'  (left)' if one.left else ''}")


@people.command("export")
def export(member: MemberArgument, *, output: OutputOption, config: ConfigOption = None) -> None:
    """Write everything that is kept of a member, as they get it with `my-data`."""
    content = asyncio.run(_export(entrance.load(config), _number(member)))
    _write(output, content)
    typer.echo(f"export: {len(content):,} bytes, written to {output}. It holds private words.")


@people.command("erase")
def erase(
    member: MemberArgument,
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    output: Annotated[Path | None, typer.Option(help="Write their data to this file first.", show_default=False)] = None,
    config: ConfigOption = None,
) -> None:
    """Erase everything that is kept of a member, as if they had left with `my-data`; a running bot removes their posts."""
    settings, number = entrance.load(config), _number(member)
    if not yes:
        typer.confirm(f"Erase everything of member {number}? It cannot be undone.", abort=True)
    name, content = asyncio.run(_erase(settings, number, output))
    typer.echo(f"erased: {name}." + (f" {len(content):,} bytes were written to {output}." if output else ""))


async def _find(settings: Config, name: str) -> Sequence[Known]:
    from storage.everybody import Everybody  # noqa: PLC0415 - keeps --help quick

    async with _context(settings, 0) as ctx:
        return await ctx.use(Everybody).named(name)


async def _export(settings: Config, member: int) -> bytes:
    from commands.my_data.seeing import content_of  # noqa: PLC0415

    async with _context(settings, member) as ctx:
        return await content_of(ctx)


async def _erase(settings: Config, member: int, output: Path | None) -> tuple[str, bytes]:
    from commands.my_data.leaving import go  # noqa: PLC0415
    from commands.my_data.seeing import content_of  # noqa: PLC0415
    from storage.departures import Missing  # noqa: PLC0415

    async with _context(settings, member, write=True) as ctx:
        content = await content_of(ctx)
        if output is not None:
            _write(output, content)
        effects = await go(ctx, Missing.UNSAID)
        await ctx.unit.outbox.stage(ctx.community, effects, ctx.now)
        return ctx.me.name, content


@asynccontextmanager
async def _context(settings: Config, member: int, *, write: bool = False) -> AsyncGenerator[Context]:
    """Open the configured community as a member would see it; the bot may be running.

    Raises:
        ConfigError: there is no such member, or it is nobody.
    """
    from bot.feature import Registry  # noqa: PLC0415 - keeps --help quick
    from bot.hearing import hear  # noqa: PLC0415
    from bot.model import Place, Workspace  # noqa: PLC0415
    from bot.runner import NOBODY  # noqa: PLC0415
    from commands import FEATURES  # noqa: PLC0415
    from storage.db import open_store  # noqa: PLC0415
    from storage.everybody import Everybody  # noqa: PLC0415
    from storage.keyring import Keyring  # noqa: PLC0415
    from storage.people import Members  # noqa: PLC0415

    url = settings.database.url
    store = await open_store(url, community=settings.community, keyring=Keyring.of(settings.security, url))
    try:
        community = (await store.communities())[0]
        async with store.unit(write=write) as unit:
            members = unit.use(Members, community)
            me = await members.get(member) if member else NOBODY
            if me is None:
                message = f"there is no member {member}; `confrere people find` shows their numbers"
                raise ConfigError(message)
            if member and await unit.use(Everybody, community).is_nobody(member):
                message = f"member {member} is no person, but a bot or the one who stands for all who were erased"
                raise ConfigError(message)
            reader = await members.reader(member)
            listeners = functools.partial(hear, Registry(FEATURES))
            nowhere = Workspace(0, "", "", "")
            yield Context(community, SystemClock().now(), unit, nowhere, me, Place(), reader, listeners, settings.retention)
    finally:
        await store.close()


def _number(words: str) -> int:
    if not words.isdecimal():
        message = f"{words!r} is no number of a member; `confrere people find` shows them"
        raise ConfigError(message)
    return int(words)


def _write(file: Path, content: bytes) -> None:
    """Write a file that nobody else can read, not even where there was one that they could."""
    try:
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, PRIVATE), "wb") as stream:
            os.fchmod(stream.fileno(), PRIVATE)
            stream.write(content)
    except OSError as error:
        message = f"--output: {file} cannot be written: {error.strerror}"
        raise ConfigError(message) from None
