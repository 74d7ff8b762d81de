"""Thanks: for something precise, from one member to another. Never counted, never ranked."""

from __future__ import annotations

import datetime as dt  # noqa: TC003 - SQLAlchemy resolves these annotations at run time
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, Index, insert, select
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, InCommunity, Key, OfMember, Repository

if TYPE_CHECKING:
    from bot.model import Member


class ThanksRow(Base):
    """A thank-you. `request_id` is what it is for, where it closed a request."""

    __tablename__ = "thanks"
    __table_args__ = (Index(None, "giver_id", "receiver_id", "created_at"),)

    id: Mapped[Key]
    community_id: Mapped[InCommunity]
    giver_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"))
    receiver_id: Mapped[OfMember]
    words: Mapped[str]
    public: Mapped[bool]
    created_at: Mapped[dt.datetime]
    request_id: Mapped[int | None] = mapped_column(ForeignKey("request.id", ondelete="SET NULL"), index=True)


class Thanks(Repository):
    """The thanks of a community."""

    async def give(  # noqa: PLR0913 - a thank-you has these parts
        self, giver: Member, receiver: Member, words: str, now: dt.datetime, *, public: bool, request: int | None = None
    ) -> int:
        """Keep a thank-you; return its id."""
        statement = insert(ThanksRow).values(
            community_id=self.community.id,
            giver_id=giver.id,
            receiver_id=receiver.id,
            words=words,
            public=public,
            created_at=now,
            request_id=request,
        )
        return (await self.connection.execute(statement.returning(ThanksRow.id))).scalar_one()

    async def given(self, giver: Member, receiver: Member, words: str, since: dt.datetime) -> bool:
        """Tell whether the same words went to the same person since then: a dialog sent twice."""
        found = await self.connection.execute(
            select(ThanksRow.id)
            .where(ThanksRow.giver_id == giver.id, ThanksRow.receiver_id == receiver.id, ThanksRow.created_at >= since)
            .where(ThanksRow.words == words)
            .limit(1)
        )
        return found.first() is not None
