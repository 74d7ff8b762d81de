"""How fast messages may go: who delivers, until when platforms asked for patience, when the next stranger may be written to.

Shared by all processes, and kept over a restart.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from storage.base import Base, Mapped, mapped_column
from storage.statements import upsert

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

AHEAD: Final = dt.timedelta(minutes=1)
"""How far the clocks of several machines may differ."""


class PaceRow(Base):
    """One allowance, free again from an instant: of a platform, of a workspace, of first messages to strangers there.

    `said_at` is when that was written: what was said by a clock that was ahead, and has been set right since, does not count.
    """

    __tablename__ = "pace"

    scope: Mapped[str] = mapped_column(primary_key=True)
    free_at: Mapped[dt.datetime]
    said_at: Mapped[dt.datetime]


async def free_at(connection: AsyncConnection, scope: str, now: dt.datetime) -> dt.datetime:
    """Return from when an allowance is free; where nothing says otherwise, from now. Nobody else changes it in this transaction."""
    asked = select(PaceRow.free_at, PaceRow.said_at).where(PaceRow.scope == scope).with_for_update()
    row = (await connection.execute(asked)).one_or_none()
    return max(row.free_at, now) if row is not None and row.said_at <= now + AHEAD else now


async def set_free_at(connection: AsyncConnection, scope: str, free: dt.datetime, now: dt.datetime) -> None:
    """Say from when an allowance is free."""
    await connection.execute(upsert(connection, PaceRow, {"scope": scope, "free_at": free, "said_at": now}, keys=("scope",)))


class ProcessRow(Base):
    """A process that delivers, and when it last said so."""

    __tablename__ = "process"

    name: Mapped[str] = mapped_column(primary_key=True)
    seen_at: Mapped[dt.datetime]
