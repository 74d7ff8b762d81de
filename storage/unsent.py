"""Whom a remembered message has yet to reach: whoever takes it back then has not written to them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import String, and_, bindparam, or_, select

from storage.base import Repository
from storage.outbox import KEPT, MessageRow, OutboxRow
from storage.statements import listed

if TYPE_CHECKING:
    from collections.abc import Collection
    from collections.abc import Set as AbstractSet

    from storage.statements import AnySelect

_UNSENT: Final[AnySelect] = (
    select(MessageRow.member_id)
    .join(OutboxRow, OutboxRow.key == MessageRow.key)
    .where(
        MessageRow.community_id == bindparam("community"),
        MessageRow.name.in_(listed("names", String)),
        MessageRow.member_id.is_not(None),
        MessageRow.removed_at.is_(None),
        MessageRow.sent_at.is_(None),
        or_(and_(OutboxRow.done_at.is_(None), OutboxRow.attempts == 0), OutboxRow.state.in_(KEPT)),
    )
)


class Unsent(Repository):
    """Private messages of a community that nobody has read: they wait for somebody's hours, or found closed doors."""

    async def members(self, names: Collection[str]) -> AbstractSet[int]:
        """Return whom messages remembered by these names have yet to reach: those that `Remove(…, waiting=True)` takes back."""
        values = {"community": self.community.id, "names": list(names)}
        return set((await self.connection.execute(_UNSENT, values)).scalars())
