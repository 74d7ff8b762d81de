"""What members chose about messages, what reached them unasked, and when their next digest is due: the tables of the budget."""

from __future__ import annotations

import datetime as dt  # noqa: TC003 - SQLAlchemy resolves these annotations at run time

from sqlalchemy import ForeignKey, Index

from storage.base import Base, InCommunity, Key, Mapped, OfMember, mapped_column


class OutreachRow(Base):
    """A message that fills a place of a member's week: `feature` is its kind, `key` that of its outbox row, `at` when it goes."""

    __tablename__ = "outreach"
    __table_args__ = (Index(None, "member_id", "at"),)

    id: Mapped[Key]
    community_id: Mapped[InCommunity]
    member_id: Mapped[OfMember]
    feature: Mapped[str]
    at: Mapped[dt.datetime] = mapped_column(index=True)
    key: Mapped[str] = mapped_column(index=True, server_default="")


class MessagePreferenceRow(Base):
    """What a member chose; there is no row where they chose nothing. `muted` and `gathered` are kinds, with spaces between."""

    __tablename__ = "message_preference"

    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), primary_key=True)
    community_id: Mapped[InCommunity]
    weekly: Mapped[int]
    digest: Mapped[bool]
    muted: Mapped[str] = mapped_column(server_default="")
    gathered: Mapped[str] = mapped_column(server_default="")


class DigestRow(Base):
    """When a member's digest is due, empty where nothing waits for it; when they had the last one."""

    __tablename__ = "digest"
    __table_args__ = (Index(None, "community_id", "due_at"),)

    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), primary_key=True)
    community_id: Mapped[int] = mapped_column(ForeignKey("community.id", ondelete="CASCADE"))
    due_at: Mapped[dt.datetime | None]
    last_at: Mapped[dt.datetime | None]
