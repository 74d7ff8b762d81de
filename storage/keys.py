"""Which keys sealed what is in a database: checked when it is opened."""

from __future__ import annotations

import asyncio
import datetime as dt  # noqa: TC003 - SQLAlchemy resolves these annotations at run time
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, insert, select

from bot.errors import ConfigError
from storage.base import Base, Mapped, mapped_column
from storage.sealed import SealedText, fingerprints

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Column, Table
    from sqlalchemy.ext.asyncio import AsyncConnection

    from storage.keyring import Keyring


class SealingKeyRow(Base):
    """A key with which something in the database may be sealed; of the key itself, nothing."""

    __tablename__ = "sealing_key"

    fingerprint: Mapped[str] = mapped_column(primary_key=True)
    since: Mapped[dt.datetime]


async def admit(connection: AsyncConnection, keyring: Keyring, now: dt.datetime) -> None:
    """Make the key of a new database; refuse keys that cannot open what is in an old one.

    Called in the transaction that holds the opening's lock: processes that start at once agree on one key.

    Raises:
        ConfigError: private answers would be out of reach, or the key cannot be read or written.
    """
    known = set((await connection.execute(select(SealingKeyRow.fingerprint))).scalars())
    keys = await asyncio.to_thread(keyring.present)
    missing = known.difference(fingerprints(keys))
    for each in sorted(missing):
        # Where several hosts may be, another one may have begun with its key, even if nothing was sealed with it yet.
        if connection.dialect.name != "sqlite" or await used(connection, each):
            raise ConfigError(_lost(keyring, each, some=bool(keys)))
        await connection.execute(delete(SealingKeyRow).where(SealingKeyRow.fingerprint == each))
    if not keys:
        await asyncio.to_thread(keyring.make)
        keys = await asyncio.to_thread(keyring.present)
    for each in fingerprints(keys)[:1]:
        if each not in known:
            await connection.execute(insert(SealingKeyRow).values(fingerprint=each, since=now))


def _lost(keyring: Keyring, key: str, *, some: bool) -> str:
    where = f"security.key_file: {keyring.file}" if keyring.file is not None else "security.keys:"
    what = "does not hold the key" if some else "is not there, and it held the key"
    if keyring.file is None:
        what = "do not hold the key"
    return (
        f"{where} {what} ({key}) to private answers in the database. Put it back, from where you keep a copy; "
        "if it is lost for good, `confrere secrets give-up` lets the bot start without those answers"
    )


def columns() -> Iterator[tuple[Table, Column[Any]]]:
    """Yield every sealed column of this version."""
    from storage.models import metadata  # noqa: PLC0415 - knows this module too

    for table in metadata.sorted_tables:
        yield from ((table, column) for column in table.columns if isinstance(column.type, SealedText))


async def used(connection: AsyncConnection, key: str) -> bool:
    """Tell whether anything is sealed with a key."""
    for _table, column in columns():
        found = select(column).where(column.like(f"{key}:%")).limit(1)
        if (await connection.execute(found)).first() is not None:
            return True
    return False
