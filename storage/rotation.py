"""Changing the keys to private answers, for `confrere secrets`: while the bot runs or not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import and_, delete, insert, literal, select, tuple_, update

from storage.desk import existing
from storage.keyring import Keyring, fingerprint, new_key
from storage.keys import SealingKeyRow, admit, columns, used
from storage.locks import OPENING, hold
from storage.sealed import Seal, fingerprints

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Column, Table
    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.ports import Clock

STEP: Final = 200
"""Values that are sealed again in one transaction."""


@dataclass(frozen=True, slots=True)
class Rotated:
    """What a rotation did: values sealed again, values that no key opens, keys that nothing needs any more."""

    sealed: int
    shut: int
    over: Sequence[str]


@dataclass(frozen=True, slots=True)
class Standing:
    """A key, by its fingerprint: whether it is the one that seals, whether something is sealed with it, whether it is missing."""

    fingerprint: str
    newest: bool
    needed: bool
    missing: bool


async def standing(url: str, keyring: Keyring) -> Sequence[Standing]:
    """Return the keys that there are and those that the database needs.

    Raises:
        ConfigError: the database or the keys cannot be used.
    """
    async with existing(url) as connections, connections.read.begin() as connection:
        known = set((await connection.execute(select(SealingKeyRow.fingerprint))).scalars())
        here = fingerprints(keyring.present())
        every = [*here, *sorted(known.difference(here))]
        return [Standing(each, here[:1] == [each], await used(connection, each), each not in here) for each in every]


async def rotate(url: str, keyring: Keyring, clock: Clock) -> Rotated:
    """Seal everything with the newest key: in a file, one that is made now; in the configuration, the first of them.

    A running bot goes on, reading and writing: steps are short, and a key file is read again when it changes.

    Raises:
        ConfigError: the database or the keys cannot be used.
    """
    seal = Seal(keyring)
    async with existing(url, seal=seal) as connections:
        async with connections.write.begin() as connection:
            await hold(connection, OPENING)
            await admit(connection, keyring, clock.now())
            if keyring.file is not None:
                keyring.put([new_key(), *keyring.present()])
            newest, *older = fingerprints(keyring.present())
            if newest not in (await connection.execute(select(SealingKeyRow.fingerprint))).scalars().all():
                await connection.execute(insert(SealingKeyRow).values(fingerprint=newest, since=clock.now()))
        sealed = shut = 0
        for table, column in columns():
            after: tuple[Any, ...] | None = None
            while True:
                async with connections.write.begin() as connection:
                    done, failed, after = await _step(connection, seal, table, column, newest, after)
                sealed, shut = sealed + done, shut + failed
                if after is None:
                    break
        async with connections.write.begin() as connection:
            await hold(connection, OPENING)
            over = [each for each in older if not await used(connection, each)]
            await connection.execute(delete(SealingKeyRow).where(SealingKeyRow.fingerprint.in_(over)))
            if keyring.file is not None:
                # The last one stays: what was being written while this began is sealed with it.
                spent = set(over).difference(older[:1])
                keyring.put([key for key in keyring.present() if fingerprint(key) not in spent])
    return Rotated(sealed, shut, over)


async def _step(  # noqa: PLR0913, PLR0917 - where it goes on
    connection: AsyncConnection, seal: Seal, table: Table, column: Column[Any], newest: str, after: tuple[Any, ...] | None
) -> tuple[int, int, tuple[Any, ...] | None]:
    """Seal some rows again; return how many, how many no key opens, and the last one, None at the end."""
    keys = list(table.primary_key.columns)
    wanted = (
        select(*keys, column).where(column.is_not(None), column != "", column.not_like(f"{newest}:%")).order_by(*keys).limit(STEP)
    )
    rows = (await connection.execute(wanted if after is None else wanted.where(tuple_(*keys) > _place(keys, after)))).all()
    sealed = 0
    for *key, old in rows:
        words = seal.open(old)
        if words is not None:
            here = and_(*(each == value for each, value in zip(keys, key, strict=True)), column == old)
            sealed += (await connection.execute(update(table).where(here).values({column.name: seal.close(words)}))).rowcount
    return sealed, len(rows) - sealed, tuple(rows[-1][:-1]) if len(rows) == STEP else None


async def give_up(url: str, keyring: Keyring, clock: Clock) -> Sequence[str]:
    """Let the bot start without keys that are lost; what they sealed stays, in case one is found. Return their fingerprints.

    Raises:
        ConfigError: the database or the keys cannot be used.
    """
    async with existing(url) as connections, connections.write.begin() as connection:
        await hold(connection, OPENING)
        known = set((await connection.execute(select(SealingKeyRow.fingerprint))).scalars())
        missing = sorted(known.difference(fingerprints(keyring.present())))
        await connection.execute(delete(SealingKeyRow).where(SealingKeyRow.fingerprint.in_(missing)))
        await admit(connection, keyring, clock.now())
    return missing


def _place(keys: Sequence[Column[Any]], values: Sequence[Any]) -> Any:  # noqa: ANN401 - a tuple of SQLAlchemy's
    return tuple_(*(literal(value, key.type) for key, value in zip(keys, values, strict=True)))
