"""Deliveries that were handled: a platform that delivers twice is answered once."""

from __future__ import annotations

import datetime as dt  # noqa: TC003 - SQLAlchemy resolves these annotations at run time
from typing import TYPE_CHECKING, Final

from storage.base import Base, Mapped, mapped_column
from storage.statements import ignoring_insert

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection


class DeliveryRow(Base):
    """The id of something a platform delivered, written in the transaction that handled it."""

    __tablename__ = "delivery"

    id: Mapped[str] = mapped_column(primary_key=True)
    seen_at: Mapped[dt.datetime] = mapped_column(index=True)


_SEEN: Final = ignoring_insert(DeliveryRow)


async def first_time(connection: AsyncConnection, delivery_id: str, now: dt.datetime) -> bool:
    """Record a delivery; False if it was before. Where two come at once, the second waits for the first one's end."""
    recorded = await connection.execute(_SEEN[connection.dialect.name], {"id": delivery_id, "seen_at": now})
    return recorded.rowcount == 1
