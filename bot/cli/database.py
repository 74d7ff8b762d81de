"""`confrere db …`: bring the database up to date, back it up, restore it."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from bot import cli as entrance

database = typer.Typer(help="The database.", no_args_is_help=True)

ConfigOption = Annotated[
    Path | None,
    typer.Option("--config", "-c", help="The configuration file; config.toml where there is one.", show_default=False),
]


@database.command("upgrade")
def upgrade(config: ConfigOption = None) -> None:
    """Bring the database up to date; `confrere run` does it by itself."""
    from storage.upgrade import upgrade as bring_up_to_date  # noqa: PLC0415 - keeps --help quick

    settings = entrance.load(config)
    before, after = asyncio.run(bring_up_to_date(settings.database.url))
    typer.echo(f"database: up to date at {after}" if before == after else f"database: upgraded from {before or 'empty'} to {after}")


@database.command("backup")
def backup(
    file: Annotated[Path, typer.Argument(help="Where the copy goes.", show_default=False)],
    *,
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there already.")] = False,
    with_key: Annotated[
        bool, typer.Option("--with-key", help="Also copy the key file to private answers, to FILE.key: keep it apart.")
    ] = False,
    config: ConfigOption = None,
) -> None:
    """Copy the database to a file while the bot works, and check the copy (SQLite)."""
    from storage.backup import back_up  # noqa: PLC0415
    from storage.keyring import Keyring  # noqa: PLC0415

    settings = entrance.load(config)
    keyring = Keyring.of(settings.security, settings.database.url)
    copy = back_up(settings.database.url, file, force=force)
    typer.echo(f"database: copied to {copy.file}, {copy.size:,} bytes at revision {copy.revision}; the copy was checked")
    if with_key:
        typer.echo(f"keys: copied to {keyring.copy(Path(f'{file}.key'), force=force)}; keep this file apart from the copy")
    elif keyring.file is None:
        typer.echo("keys: private answers in the copy are sealed with security.keys of the configuration; keep those too")
    elif keyring.file.exists():
        typer.echo(f"keys: private answers in the copy are sealed; keep {keyring.file} too, apart from it (--with-key copies it)")


@database.command("restore")
def restore(
    file: Annotated[Path, typer.Argument(help="A file made by `confrere db backup`.", show_default=False)],
    *,
    config: ConfigOption = None,
) -> None:
    """Put a backup in the place of the database; the bot has to be stopped (SQLite)."""
    from storage.backup import restore as put_back  # noqa: PLC0415

    settings = entrance.load(config)
    done = put_back(settings.database.url, file)
    kept = f" What was there is kept in {done.replaced}." if done.replaced is not None else ""
    later = "" if done.current else " The next start brings it up to date."
    typer.echo(f"database: restored from {file} at revision {done.revision}.{kept}{later}")
