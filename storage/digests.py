"""What waits for the weekly digest of each member, and what was in it: messages that had no place among their others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import msgspec
from sqlalchemy import bindparam, func, select, update

from bot.notices import NATURES, WEEK, Notice, Sort
from storage.base import Repository
from storage.budget import standings
from storage.locks import hold
from storage.mentions import decode
from storage.outbox import OutboxRow, State
from storage.outreach import DigestRow, OutreachRow

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from bot.ui import Card
    from storage.budget import Standing
    from storage.statements import AnyRow

_DUE: Final = (
    select(DigestRow.member_id)
    .where(DigestRow.community_id == bindparam("community"), DigestRow.due_at <= bindparam("now"))
    .order_by(DigestRow.due_at)
    .limit(bindparam("most"))
)
_HELD: Final = (
    select(OutboxRow.id, OutboxRow.member_id, OutboxRow.notice, OutboxRow.card)
    .where(OutboxRow.member_id.in_(bindparam("members", expanding=True)), OutboxRow.state == State.HELD)
    .order_by(OutboxRow.id)
    .with_for_update()
)
_READABLE = (
    OutboxRow.member_id == bindparam("member"),
    OutboxRow.community_id == bindparam("community"),
    OutboxRow.state.in_((State.HELD.value, State.LISTED.value)),
)
_ONE: Final = select(OutboxRow.id, OutboxRow.notice, OutboxRow.card).where(OutboxRow.id == bindparam("row"), *_READABLE)
_ALL: Final = select(OutboxRow.id, OutboxRow.notice, OutboxRow.card).where(*_READABLE).order_by(OutboxRow.id.desc())
_BECOME: Final = update(OutboxRow).where(OutboxRow.id == bindparam("row")).values(state=bindparam("what"), done_at=bindparam("now"))
_SETTLE: Final = (
    update(DigestRow).where(DigestRow.member_id == bindparam("member")).values(due_at=bindparam("due"), last_at=bindparam("last"))
)
_OLDEST: Final = select(func.min(OutreachRow.at)).where(
    OutreachRow.member_id == bindparam("member"), OutreachRow.at > bindparam("since")
)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A message that waits for a digest, or was in one."""

    id: int
    notice: Notice
    card: Card


class Digests(Repository):
    """The digests of a community."""

    async def take(self, now: dt.datetime, most: int) -> Sequence[tuple[int, Sequence[Waiting]]]:
        """Return what is in the digests that are due, at most so many members at a time; each message is taken once.

        Those of a kind that was switched off meanwhile are dropped; whose week is full waits until it has a place again.
        """
        members = (await self.connection.execute(_DUE, {"community": self.community.id, "now": now, "most": most})).scalars().all()
        if not members:
            return []
        await hold(self.connection, self.community.id)
        found = await standings(self.connection, members, now)
        held: dict[int, list[AnyRow]] = {member: [] for member in members}
        for row in await self.connection.execute(_HELD, {"members": members}):
            held[row.member_id].append(row)
        taken: list[tuple[int, Sequence[Waiting]]] = []
        for member in members:
            standing = found[member]
            if standing.digest_due is None or standing.digest_due > now:  # another process was quicker
                continue
            wanted = [row for row in held[member] if _wanted(standing, Notice(row.notice))]
            await self._become([row for row in held[member] if row not in wanted], State.CANCELLED, now)
            if wanted and await self._later(member, standing, now):
                continue
            waiting = [one for row in wanted if (one := _waiting(row)) is not None]
            await self._become(wanted, State.LISTED, now)
            await self._settle(member, None, now if waiting else standing.last_digest)
            if waiting:
                taken.append((member, waiting))
        return taken

    async def due(self, now: dt.datetime) -> bool:
        """Tell whether a digest is due."""
        return (await self.connection.execute(_DUE, {"community": self.community.id, "now": now, "most": 1})).first() is not None

    async def get(self, member: int, identifier: int) -> Card | None:
        """Return a message that waits for a member's digest or was in it, as it stands; None where it is over."""
        row = (
            await self.connection.execute(_ONE, {"row": identifier, "member": member, "community": self.community.id})
        ).one_or_none()
        found = None if row is None else _waiting(row)
        return None if found is None else found.card

    async def all(self, member: int) -> Sequence[Waiting]:
        """Return everything that waits for a member's digest or was in one lately, newest first."""
        rows = await self.connection.execute(_ALL, {"member": member, "community": self.community.id})
        return [one for row in rows if (one := _waiting(row)) is not None]

    async def _later(self, member: int, standing: Standing, now: dt.datetime) -> bool:
        """Tell whether the week is full; the digest then comes once it has a place."""
        if not standing.chosen.weekly or standing.sent < standing.chosen.weekly:
            return False
        oldest = (await self.connection.execute(_OLDEST, {"member": member, "since": now - WEEK})).scalar_one()
        await self._settle(member, oldest + WEEK, standing.last_digest)
        return True

    async def _settle(self, member: int, due: dt.datetime | None, last: dt.datetime | None) -> None:
        await self.connection.execute(_SETTLE, {"member": member, "due": due, "last": last})

    async def _become(self, rows: Sequence[AnyRow], state: State, now: dt.datetime) -> None:
        if rows:
            await self.connection.execute(_BECOME, [{"row": row.id, "what": state.value, "now": now} for row in rows])


def _wanted(standing: Standing, notice: Notice) -> bool:
    """Tell whether somebody still wants a message of this kind that waited for them."""
    chosen = standing.chosen
    if notice in chosen.muted:
        return False
    return NATURES[notice].sort is not Sort.UNASKED or chosen.digest or chosen.weekly > 0 or notice in chosen.gathered


def _waiting(row: AnyRow) -> Waiting | None:
    try:
        return Waiting(row.id, Notice(row.notice), decode(row.card))
    except msgspec.DecodeError:  # held by a version whose cards this one cannot read
        return None
