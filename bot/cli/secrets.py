"""`confrere secrets …`: the keys to private answers."""

from __future__ import annotations

import asyncio

import typer

from bot import cli as entrance
from bot.cli.database import ConfigOption  # noqa: TC001 - Typer reads annotations at run time
from bot.clock import SystemClock

secrets = typer.Typer(help="The keys to private answers.", no_args_is_help=True)


@secrets.command("key")
def key() -> None:
    """Print a new key for `security.keys`."""
    from storage.keyring import new_key  # noqa: PLC0415 - keeps --help quick

    typer.echo(new_key())


@secrets.command("show")
def show(config: ConfigOption = None) -> None:
    """Show which keys the database needs and whether they are there, by their fingerprints; never a key."""
    from storage.keyring import Keyring  # noqa: PLC0415
    from storage.rotation import standing  # noqa: PLC0415

    settings = entrance.load(config)
    keyring = Keyring.of(settings.security, settings.database.url)
    found = asyncio.run(standing(settings.database.url, keyring))
    typer.echo(f"keys: from {keyring.file or 'security.keys'}")
    for each in found:
        words = [word for word, holds in (("newest", each.newest), ("needed", each.needed)) if holds] + ["missing"] * each.missing
        typer.echo(f"{each.fingerprint}  {', '.join(words) or 'not needed any more'}")


@secrets.command("rotate")
def rotate(config: ConfigOption = None) -> None:
    """Seal every private answer again with the newest key; the bot may go on meanwhile."""
    from storage.keyring import Keyring  # noqa: PLC0415
    from storage.rotation import rotate as seal_again  # noqa: PLC0415

    settings = entrance.load(config)
    keyring = Keyring.of(settings.security, settings.database.url)
    done = asyncio.run(seal_again(settings.database.url, keyring, SystemClock()))
    typer.echo(f"keys: {done.sealed:,} private texts are sealed with the newest key now")
    if done.shut:
        typer.echo(f"keys: {done.shut:,} could not be opened, as their key is not there; they are as they were")
    if done.over and keyring.file is None:
        typer.echo(f"keys: nothing needs {', '.join(done.over)} any more; take these out of security.keys")


@secrets.command("give-up")
def give_up(config: ConfigOption = None) -> None:
    """Let the bot start without keys that are lost for good; what they sealed stays as it is, in case one is found."""
    from storage.keyring import Keyring  # noqa: PLC0415
    from storage.rotation import give_up as go_without  # noqa: PLC0415

    settings = entrance.load(config)
    keyring = Keyring.of(settings.security, settings.database.url)
    gone = asyncio.run(go_without(settings.database.url, keyring, SystemClock()))
    typer.echo(f"keys: the bot starts without {', '.join(gone)}" if gone else "keys: none is missing; nothing was done")
