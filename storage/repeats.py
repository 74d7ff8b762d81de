"""Deliveries that were handled: a platform that delivers twice is answered once."""

from __future__ import annotations

import datetime as dt  # noqa: TC003 - SQLAlchemy resolves these annotations at run time

from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base


class DeliveryRow(Base):
    """The id of something a platform delivered, written in the transaction that handled it."""

    __tablename__ = "delivery"

    id: Mapped[str] = mapped_column(primary_key=True)
    seen_at: Mapped[dt.datetime] = mapped_column(index=True)
