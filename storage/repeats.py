"""Deliveries that were handled: a platform that delivers twice is answered once. And what is forgotten with time."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

from sqlalchemy import bindparam, delete, select
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base
from storage.outbox import OutboxRow, State
from storage.statements import ignoring_insert

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

KEPT: Final = dt.timedelta(days=7)
"""How long a delivery id is remembered. Platforms repeat within minutes; a replay is refused by its timestamp."""
OUTBOX_KEPT: Final = dt.timedelta(days=30)
"""How long rows of the outbox stay once they are done. What waits for a member behind closed doors is not."""
SWEEP: Final = dt.timedelta(hours=1)
BATCH: Final = 500
"""Rows forgotten at a time, so that no member waits for it."""
AGAIN: Final = dt.timedelta(seconds=10)
"""When to go on where one batch was not enough: what arrives faster than it is forgotten would grow for ever."""


class DeliveryRow(Base):
    """The id of something a platform delivered, written in the transaction that handled it."""

    __tablename__ = "delivery"

    id: Mapped[str] = mapped_column(primary_key=True)
    seen_at: Mapped[dt.datetime] = mapped_column(index=True)


_SEEN = ignoring_insert(DeliveryRow)
_OLD_DELIVERIES = delete(DeliveryRow).where(
    DeliveryRow.id.in_(select(DeliveryRow.id).where(DeliveryRow.seen_at < bindparam("before")).limit(BATCH))
)
_OLD_ROWS = delete(OutboxRow).where(
    OutboxRow.id.in_(
        select(OutboxRow.id).where(OutboxRow.done_at < bindparam("before"), OutboxRow.state != State.MISSED).limit(BATCH)
    )
)


class Repeats:
    """Tells what was delivered before. One for each process: it remembers when it last swept."""

    def __init__(self) -> None:
        self._swept: dt.datetime | None = None

    async def first_time(self, connection: AsyncConnection, delivery_id: str, now: dt.datetime) -> bool:
        """Record a delivery; False if it was before. Where two come at once, the second waits for the first one's end."""
        if self._swept is None:
            self._swept = now
        elif now - self._swept > SWEEP:
            deliveries = await connection.execute(_OLD_DELIVERIES, {"before": now - KEPT})
            rows = await connection.execute(_OLD_ROWS, {"before": now - OUTBOX_KEPT})
            self._swept = now - SWEEP + AGAIN if BATCH in (deliveries.rowcount, rows.rowcount) else now
        recorded = await connection.execute(_SEEN[connection.dialect.name], {"id": delivery_id, "seen_at": now})
        return recorded.rowcount == 1
