"""Where remembered messages stand, for features that have to know."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from storage.base import Repository
from storage.outbox import STANDING, MessageRow

if TYPE_CHECKING:
    from collections.abc import Collection
    from collections.abc import Set as AbstractSet


class Copies(Repository):
    """The copies of remembered messages."""

    async def standing(self, workspace: int, beginning: str) -> AbstractSet[str]:
        """Return the names, of those that begin so, of messages that are in a workspace or on their way there."""
        rows = await self.connection.execute(
            select(MessageRow.name).where(
                MessageRow.community_id == self.community.id,
                MessageRow.workspace_id == workspace,
                MessageRow.name.startswith(beginning, autoescape=True),
                STANDING,
            )
        )
        return set(rows.scalars())

    async def there(self, names: Collection[str], *, sent: bool = False) -> AbstractSet[str]:
        """Return those of some names whose message is on its platform or on its way there; `sent`: only on its platform."""
        found = select(MessageRow.name).where(
            MessageRow.community_id == self.community.id, MessageRow.name.in_(list(names)), STANDING
        )
        if sent:
            found = found.where(MessageRow.sent_at.is_not(None))
        return set((await self.connection.execute(found)).scalars())
