"""Members by name, those who left too, with their accounts: whom an operator looks for who is asked by mail."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from bot.i18n import fold
from storage.base import Repository
from storage.communities import WorkspaceRow
from storage.departures import FormerRow
from storage.people import AccountRow, MemberRow
from storage.statements import escaped

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Known:
    """A member, here or not, with accounts as `slack:U1`."""

    id: int
    name: str
    left: bool
    accounts: tuple[str, ...]


class Everybody(Repository):
    """All who are known to a community, but for bots."""

    async def named(self, words: str) -> Sequence[Known]:
        """Return those whose name has these words in it, by name."""
        rows = await self.connection.execute(
            select(MemberRow.id, MemberRow.name, MemberRow.left_at, WorkspaceRow.platform, AccountRow.external_id)
            .outerjoin(AccountRow, AccountRow.member_id == MemberRow.id)
            .outerjoin(WorkspaceRow, WorkspaceRow.id == AccountRow.workspace_id)
            .where(MemberRow.community_id == self.community.id, MemberRow.bot.is_(False))
            .where(MemberRow.folded.like(escaped(fold(words.strip())), escape="\\"))
            .where(MemberRow.id.not_in(select(FormerRow.member_id)))
            .order_by(MemberRow.folded, MemberRow.id, AccountRow.id)
        )
        found: dict[int, Known] = {}
        for row in rows:
            before = found.get(row.id)
            accounts = (*(before.accounts if before else ()), *((f"{row.platform}:{row.external_id}",) if row.external_id else ()))
            found[row.id] = Known(row.id, row.name, row.left_at is not None, accounts)
        return list(found.values())

    async def is_nobody(self, member: int) -> bool:
        """Tell whether a number is a bot's, or stands for all who were erased."""
        found = await self.connection.execute(
            select(MemberRow.bot).where(MemberRow.id == member, MemberRow.community_id == self.community.id)
        )
        return bool(found.scalar_one_or_none())
