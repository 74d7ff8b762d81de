"""Thanks: for something precise, from one member to another. Never counted, never ranked."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import ForeignKey, Index, and_, func, insert, select, update

from storage.base import Base, InCommunity, Key, Mapped, OfMember, Repository, aliased, mapped_column

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.model import Member


AGAIN: Final = dt.timedelta(minutes=10)
"""The same words to the same person within this are one thank-you, sent twice."""


class ThanksRow(Base):
    """A thank-you. `request_id` or `meeting_id` is what it is for, where it closed a request or followed a meeting."""

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
    meeting_id: Mapped[int | None] = mapped_column(ForeignKey("meeting.id", ondelete="SET NULL"), index=True)


@dataclass(frozen=True, slots=True)
class Given:
    """A thank-you that was given before."""

    id: int
    words: str
    public: bool


_TOGETHER: Final = aliased(ThanksRow)


class Thanks(Repository):
    """The thanks of a community."""

    async def give(  # noqa: PLR0913 - a thank-you has these parts
        self,
        giver: Member,
        receiver: Member,
        words: str,
        now: dt.datetime,
        *,
        public: bool,
        request: int | None = None,
        meeting: int | None = None,
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
            meeting_id=meeting,
        )
        return (await self.connection.execute(statement.returning(ThanksRow.id))).scalar_one()

    async def given(self, giver: Member, receiver: Member, words: str, since: dt.datetime) -> bool:
        """Tell whether the same words went to the same person since then, for no meeting: a dialog sent twice."""
        found = await self.connection.execute(
            select(ThanksRow.id)
            .where(ThanksRow.giver_id == giver.id, ThanksRow.receiver_id == receiver.id, ThanksRow.created_at >= since)
            .where(ThanksRow.words == words, ThanksRow.meeting_id.is_(None))
            .limit(1)
        )
        return found.first() is not None

    async def for_meeting(self, giver: Member, receiver: Member, meeting: int) -> Given | None:
        """Return the thank-you of somebody to somebody for a meeting, or None."""
        found = await self.connection.execute(
            select(ThanksRow.id, ThanksRow.words, ThanksRow.public)
            .where(ThanksRow.community_id == self.community.id, ThanksRow.meeting_id == meeting)
            .where(ThanksRow.giver_id == giver.id, ThanksRow.receiver_id == receiver.id)
            .order_by(ThanksRow.id)
            .limit(1)
        )
        row = found.one_or_none()
        return None if row is None else Given(row.id, row.words, row.public)

    async def posts_naming(self, receiver: int) -> Sequence[int]:
        """Return after which thanks the posts are called in which everyone reads that somebody is thanked, oldest first.

        A post to several is called after the first of its thanks: they were given at once, in the same words.
        """
        found = await self.connection.execute(
            select(func.min(_TOGETHER.id))
            .join_from(
                ThanksRow,
                _TOGETHER,
                and_(
                    _TOGETHER.giver_id == ThanksRow.giver_id,
                    _TOGETHER.created_at == ThanksRow.created_at,
                    _TOGETHER.words == ThanksRow.words,
                ),
            )
            .where(ThanksRow.community_id == self.community.id, ThanksRow.receiver_id == receiver, ThanksRow.public)
            .group_by(ThanksRow.id)
            .order_by(ThanksRow.id)
        )
        return list(found.scalars())

    async def reword(self, thanks: int, words: str, *, public: bool) -> None:
        """Keep other words for a thank-you, and who sees it."""
        await self.connection.execute(
            update(ThanksRow)
            .where(ThanksRow.id == thanks, ThanksRow.community_id == self.community.id)
            .values(words=words, public=public)
        )
