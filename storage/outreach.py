"""How often members are written to without having asked: what they chose, and what reached them in the last week.

One weekly cap over all features: whatever reaches out to a member asks here first, and says here that it did.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import BigInteger, ForeignKey, Index, and_, bindparam, func, insert, select
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, InCommunity, Instant, Key, OfMember, Repository
from storage.people import MemberRow
from storage.statements import elements, listed, upsert

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from collections.abc import Set as AbstractSet

WEEKLY: Final = 3
"""Messages a week that a member did not ask for, where they chose nothing else."""
WEEK: Final = dt.timedelta(days=7)


class OutreachRow(Base):
    """A message that a member had not asked for, about to be sent."""

    __tablename__ = "outreach"
    __table_args__ = (Index(None, "member_id", "at"),)

    id: Mapped[Key]
    community_id: Mapped[InCommunity]
    member_id: Mapped[OfMember]
    feature: Mapped[str]
    at: Mapped[dt.datetime] = mapped_column(index=True)


class MessagePreferenceRow(Base):
    """What a member chose; there is no row where they chose nothing."""

    __tablename__ = "message_preference"

    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), primary_key=True)
    community_id: Mapped[InCommunity]
    weekly: Mapped[int]
    digest: Mapped[bool]
    opportunities: Mapped[bool]


@dataclass(frozen=True, slots=True)
class MessagePreference:
    """How a member wants to be written to unasked: how often a week at most, in a digest instead, about opportunities at all."""

    weekly: int = WEEKLY
    digest: bool = False
    opportunities: bool = True

    @property
    def at_all(self) -> bool:
        """Whether anything is sent unasked: on its own or in a digest."""
        return self.digest or self.weekly > 0


USUAL: Final = MessagePreference()

_FULL: Final = (
    select(MemberRow.id)
    .outerjoin(MessagePreferenceRow, MessagePreferenceRow.member_id == MemberRow.id)
    .outerjoin(OutreachRow, and_(OutreachRow.member_id == MemberRow.id, OutreachRow.at > bindparam("since", type_=Instant())))
    .where(MemberRow.community_id == bindparam("community"), MemberRow.id.in_(listed("members", BigInteger)))
    .group_by(MemberRow.id, MessagePreferenceRow.weekly)
    .having(func.count(OutreachRow.id) >= func.coalesce(MessagePreferenceRow.weekly, WEEKLY))
)


class Outreach(Repository):
    """What reaches out to the members of a community."""

    async def chosen(self, members: Collection[int]) -> Mapping[int, MessagePreference]:
        """Return what members chose, the usual for those who chose nothing."""
        wanted = elements("members", BigInteger)
        rows = await self.connection.execute(
            select(
                MessagePreferenceRow.member_id,
                MessagePreferenceRow.weekly,
                MessagePreferenceRow.digest,
                MessagePreferenceRow.opportunities,
            ).join(wanted, wanted.c.value == MessagePreferenceRow.member_id),
            {"members": list(members)},
        )
        found = {row.member_id: MessagePreference(row.weekly, row.digest, row.opportunities) for row in rows}
        return {member: found.get(member, USUAL) for member in members}

    async def choose(self, member: int, chosen: MessagePreference) -> None:
        """Keep what a member chose."""
        values = {
            "member_id": member,
            "community_id": self.community.id,
            "weekly": chosen.weekly,
            "digest": chosen.digest,
            "opportunities": chosen.opportunities,
        }
        await self.connection.execute(upsert(self.connection, MessagePreferenceRow, values, keys=("member_id",)))

    async def left(self, members: Collection[int], now: dt.datetime) -> Mapping[int, int]:
        """Return how many more messages each member may be sent unasked this week; none to those who prefer the digest."""
        wanted = elements("members", BigInteger)
        rows = await self.connection.execute(
            select(OutreachRow.member_id, func.count().label("sent"))
            .join(wanted, wanted.c.value == OutreachRow.member_id)
            .where(OutreachRow.at > now - WEEK)
            .group_by(OutreachRow.member_id),
            {"members": list(members)},
        )
        sent = {row.member_id: row.sent for row in rows}
        chosen = await self.chosen(members)
        return {
            member: 0 if preference.digest else max(0, preference.weekly - sent.get(member, 0))
            for member, preference in chosen.items()
        }

    async def full(self, members: Collection[int], now: dt.datetime) -> AbstractSet[int]:
        """Return which members were written to unasked this week as often as they want to be; a digest alone fills no week."""
        values = {"community": self.community.id, "members": list(members), "since": now - WEEK}
        return {row.id for row in await self.connection.execute(_FULL, values)}

    async def reached(self, members: Collection[int], feature: str, now: dt.datetime) -> None:
        """Record that members are written to without having asked."""
        if members:
            common = {"community_id": self.community.id, "feature": feature, "at": now}
            await self.connection.execute(insert(OutreachRow), [{**common, "member_id": member} for member in members])
