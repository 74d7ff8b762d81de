"""The budget of messages: how each member may be written to now, by what they chose and what reached them in the last seven days.

Staging asks it for every direct message, so no feature can pass it by; features that must know beforehand whom they may write to
ask the same. Both hold the community's lock, so that two never take the last place of somebody's week.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from sqlalchemy import BigInteger, and_, bindparam, case, delete, func, insert, or_, select, update

from bot.notices import USUAL, WEEK, WEEKLY, Decision, MessagePreference, Notice, counted, decide
from storage.base import Instant, Repository
from storage.locks import hold
from storage.outreach import DigestRow, MessagePreferenceRow, OutreachRow
from storage.people import MemberRow
from storage.statements import elements, listed, upsert

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Iterable, Mapping
    from collections.abc import Set as AbstractSet

    from sqlalchemy.ext.asyncio import AsyncConnection

    from storage.statements import AnySelect

_wanted = elements("members", BigInteger)
_CHOSEN: Final[AnySelect] = select(
    MessagePreferenceRow.member_id,
    MessagePreferenceRow.weekly,
    MessagePreferenceRow.digest,
    MessagePreferenceRow.muted,
    MessagePreferenceRow.gathered,
).join(_wanted, _wanted.c.value == MessagePreferenceRow.member_id)
_SENT: Final[AnySelect] = (
    select(OutreachRow.member_id, func.count().label("sent"))
    .join(_wanted, _wanted.c.value == OutreachRow.member_id)
    .where(OutreachRow.at > bindparam("since", type_=Instant()))
    .group_by(OutreachRow.member_id)
)
_DIGESTS: Final[AnySelect] = select(DigestRow.member_id, DigestRow.due_at, DigestRow.last_at).join(
    _wanted, _wanted.c.value == DigestRow.member_id
)
_weekly = func.coalesce(MessagePreferenceRow.weekly, WEEKLY)
_FULL: Final = (
    select(MemberRow.id)
    .outerjoin(MessagePreferenceRow, MessagePreferenceRow.member_id == MemberRow.id)
    .outerjoin(DigestRow, and_(DigestRow.member_id == MemberRow.id, DigestRow.due_at.is_not(None)))
    .outerjoin(OutreachRow, and_(OutreachRow.member_id == MemberRow.id, OutreachRow.at > bindparam("since", type_=Instant())))
    .where(MemberRow.community_id == bindparam("community"), MemberRow.id.in_(listed("members", BigInteger)))
    .group_by(MemberRow.id, MessagePreferenceRow.weekly, MessagePreferenceRow.muted, DigestRow.member_id)
    .having(
        or_(
            func.count(OutreachRow.id) + case((DigestRow.member_id.is_not(None), 1), else_=0) >= _weekly,
            (" " + func.coalesce(MessagePreferenceRow.muted, "") + " ").like(bindparam("kind")),
        )
    )
)
_TAKEN_BACK: Final = delete(OutreachRow).where(OutreachRow.key == bindparam("of_key"))
_MOVED: Final = update(OutreachRow).where(OutreachRow.key == bindparam("of_key")).values(at=bindparam("moment"))
_REACHED: Final = insert(OutreachRow)


@dataclass(slots=True)
class Standing:
    """How one member stands: what they chose, how many messages of the last seven days count, their digest."""

    chosen: MessagePreference = USUAL
    sent: int = 0
    digest_due: dt.datetime | None = None
    last_digest: dt.datetime | None = None
    held: bool = field(default=False)
    """Something of this transaction waits for their digest."""

    def decide(self, notice: Notice) -> Decision:
        """Say how a message goes."""
        return decide(notice, self.chosen, self.sent, waiting=self.digest_due is not None or self.held)


async def standings(connection: AsyncConnection, members: Collection[int], now: dt.datetime) -> dict[int, Standing]:
    """Return how members stand."""
    found = {member: Standing() for member in members}
    values = {"members": list(found)}
    for row in await connection.execute(_CHOSEN, values):
        found[row.member_id].chosen = MessagePreference(row.weekly, row.digest, _kinds(row.muted), _kinds(row.gathered))
    for row in await connection.execute(_SENT, {**values, "since": now - WEEK}):
        found[row.member_id].sent = row.sent
    for row in await connection.execute(_DIGESTS, values):
        found[row.member_id].digest_due, found[row.member_id].last_digest = row.due_at, row.last_at
    return found


async def reached(connection: AsyncConnection, community: int, rows: Iterable[tuple[int, Notice, str, dt.datetime]]) -> None:
    """Record messages that fill a place: to whom, of which kind, the keys of their outbox rows, when they go."""
    values = [
        {"community_id": community, "member_id": member, "feature": notice.value, "key": key, "at": at}
        for member, notice, key, at in rows
        if counted(notice)
    ]
    if values:
        await connection.execute(_REACHED, values)


async def took_back(connection: AsyncConnection, keys: Collection[str]) -> None:
    """Give back the places of messages that never went out, by the keys of their outbox rows."""
    if keys:
        await connection.execute(_TAKEN_BACK, [{"of_key": key} for key in keys])


async def moved(connection: AsyncConnection, moments: Collection[tuple[str, dt.datetime]]) -> None:
    """Record that messages go at other times, by the keys of their outbox rows."""
    if moments:
        await connection.execute(_MOVED, [{"of_key": key, "moment": at} for key, at in moments])


class Budget(Repository):
    """What the members of a community want to be sent, and whether more may be sent now."""

    async def chosen(self, members: Collection[int]) -> Mapping[int, MessagePreference]:
        """Return what members chose, the usual for those who chose nothing."""
        rows = await self.connection.execute(_CHOSEN, {"members": list(members)})
        found = {row.member_id: MessagePreference(row.weekly, row.digest, _kinds(row.muted), _kinds(row.gathered)) for row in rows}
        return {member: found.get(member, USUAL) for member in members}

    async def choose(self, member: int, chosen: MessagePreference) -> None:
        """Keep what a member chose."""
        values = {
            "member_id": member,
            "community_id": self.community.id,
            "weekly": chosen.weekly,
            "digest": chosen.digest,
            "muted": " ".join(sorted(chosen.muted)),
            "gathered": " ".join(sorted(chosen.gathered)),
        }
        await self.connection.execute(upsert(self.connection, MessagePreferenceRow, values, keys=("member_id",)))

    async def allows(self, notice: Notice, members: Collection[int], now: dt.datetime) -> Mapping[int, Decision]:
        """Return how a message of a kind goes to each of some members, were it sent now, and why not at once.

        It stays true until the transaction ends: nobody else writes to them meanwhile.
        """
        await hold(self.connection, self.community.id)
        found = await standings(self.connection, members, now)
        return {member: standing.decide(notice) for member, standing in found.items()}

    async def full(self, notice: Notice, members: Collection[int], now: dt.datetime) -> AbstractSet[int]:
        """Return which of many members have no room for an urgent kind, or want none; without a lock, to choose among them."""
        values = {"community": self.community.id, "members": list(members), "since": now - WEEK, "kind": f"% {notice.value} %"}
        return {row.id for row in await self.connection.execute(_FULL, values)}


def _kinds(words: str) -> frozenset[Notice]:
    """Return kinds as they are stored; those of a newer version are none of this one."""
    return frozenset(Notice(word) for word in words.split() if word in _KNOWN)


_KNOWN: Final = frozenset(notice.value for notice in Notice)
