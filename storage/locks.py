"""One writer at a time in a community, on PostgreSQL as on SQLite: what was read before a write is still true at the write."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import func, select

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

SPACE: Final = 0x636F6E66
"""Keeps our advisory locks apart from those of other programs on the same server: the first of their two 32-bit keys."""
OPENING: Final = -1
"""The second key of the lock that migrations and the first start hold."""


async def hold(connection: AsyncConnection, key: int) -> None:
    """Wait for the lock of a community (or of the opening) and keep it until the transaction ends.

    SQLite needs none: its write transactions begin immediately, one after the other.
    """
    if connection.dialect.name == "postgresql":
        await connection.execute(select(func.pg_advisory_xact_lock(SPACE, key % 2**31 if key >= 0 else key)))
