"""Pairs of members whose words the bot passes on, because they share no workspace. The words themselves are not kept."""

from __future__ import annotations

import datetime as dt  # noqa: TC003 - SQLAlchemy resolves these annotations at run time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, select, update

from storage.base import Base, InCommunity, Mapped, OfMember, Repository, mapped_column
from storage.people import COLUMNS, MemberRow, as_member
from storage.statements import upsert

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.model import Member


class RelayRow(Base):
    """Two members, the one with the smaller id first. `ended_at`: one of them stopped it, until they are brought together again."""

    __tablename__ = "relay"

    one_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), primary_key=True, autoincrement=False)
    other_id: Mapped[OfMember] = mapped_column(primary_key=True, autoincrement=False)
    community_id: Mapped[InCommunity]
    opened_at: Mapped[dt.datetime]
    ended_at: Mapped[dt.datetime | None]


@dataclass(frozen=True, slots=True)
class Partner:
    """The other one of a pair; `ended`: nothing is passed on any more."""

    member: Member
    ended: bool


class Relays(Repository):
    """Who may write to whom through the bot."""

    async def open(self, pairs: Iterable[tuple[int, int]], now: dt.datetime) -> None:
        """Let pairs write to each other, also those of whom one had stopped it: both agreed to meet again."""
        for pair in sorted({(min(pair), max(pair)) for pair in pairs}):
            values = {
                "one_id": pair[0],
                "other_id": pair[1],
                "community_id": self.community.id,
                "opened_at": now,
                "ended_at": None,
            }
            await self.connection.execute(upsert(self.connection, RelayRow, values, keys=("one_id", "other_id")))

    async def partner(self, me: int, other: int) -> Partner | None:
        """Return the other one of a pair that I am of, or None."""
        rows = await self.connection.execute(
            select(*COLUMNS, RelayRow.ended_at)
            .join(RelayRow, MemberRow.id == other)
            .where(RelayRow.one_id == min(me, other), RelayRow.other_id == max(me, other))
            .where(RelayRow.community_id == self.community.id)
        )
        row = rows.mappings().one_or_none()
        return None if row is None else Partner(as_member(row), row["ended_at"] is not None)

    async def end(self, me: int, other: int, now: dt.datetime) -> None:
        """Pass nothing on any more, either way."""
        await self.connection.execute(
            update(RelayRow)
            .where(RelayRow.one_id == min(me, other), RelayRow.other_id == max(me, other), RelayRow.ended_at.is_(None))
            .where(RelayRow.community_id == self.community.id)
            .values(ended_at=now)
        )
