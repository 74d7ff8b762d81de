"""The members of a community as animators look them up: by name, by what is missing, with when they came and were last here."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from bot.i18n import fold
from storage.base import Repository
from storage.gaps import GapRow, seen_by_animators
from storage.people import COLUMNS, AccountRow, MemberRow, as_member
from storage.profiles import ProfileRow
from storage.statements import escaped

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement

    from bot.model import Member


class Which(StrEnum):
    """Which members: all who are here, those not introduced, those who left.

    `NOTHING`: those to whom nothing came, once they were asked what is missing and said so to the animators, or nothing at all.
    """

    ALL = "all"
    NEW = "new"
    NOTHING = "nothing"
    LEFT = "left"


@dataclass(frozen=True, slots=True)
class Entry:
    """A member; when they introduced themselves and were last here, None: never. `left_at`: when they left."""

    member: Member
    introduced_at: dt.datetime | None = None
    seen: dt.datetime | None = None
    left_at: dt.datetime | None = None


_seen = (
    select(func.max(AccountRow.last_seen))
    .where(AccountRow.member_id == MemberRow.id, AccountRow.acted)
    .correlate(MemberRow)
    .scalar_subquery()
)
_introduced = (
    select(ProfileRow.member_id)
    .where(
        ProfileRow.member_id == MemberRow.id,
        ProfileRow.introduced_at.is_not(None),
    )
    .correlate(MemberRow)
)
_of_member = ProfileRow.member_id == MemberRow.id


class Roll(Repository):
    """Who is in a community, and who was."""

    async def page(self, which: Which, words: str, now: dt.datetime, *, offset: int, limit: int) -> Sequence[Entry]:
        """Return some, by name; those who left, the last first."""
        order = (MemberRow.left_at.desc(), MemberRow.id) if which is Which.LEFT else (MemberRow.folded, MemberRow.id)
        rows = await self.connection.execute(
            select(*COLUMNS, ProfileRow.introduced_at, _seen.label("seen"))
            .join_from(MemberRow, ProfileRow, _of_member & (ProfileRow.community_id == self.community.id), isouter=True)
            .where(*self._conditions(which, words, now))
            .order_by(*order)
            .offset(offset)
            .limit(limit)
        )
        return [Entry(as_member(row), row["introduced_at"], row["seen"], row["left_at"]) for row in rows.mappings()]

    async def number(self, which: Which, words: str, now: dt.datetime) -> int:
        """Return how many there are."""
        counted = select(func.count()).select_from(MemberRow).where(*self._conditions(which, words, now))
        return (await self.connection.execute(counted)).scalar_one()

    def _conditions(self, which: Which, words: str, now: dt.datetime) -> list[ColumnElement[bool]]:
        gone = MemberRow.left_at.is_not(None) if which is Which.LEFT else MemberRow.left_at.is_(None)
        found: list[ColumnElement[bool]] = [MemberRow.community_id == self.community.id, gone, MemberRow.bot.is_(False)]
        found += [MemberRow.folded.like(escaped(word), escape="\\") for word in fold(words).split()]
        if which is Which.NEW:
            found.append(~_introduced.where(ProfileRow.community_id == self.community.id).exists())
        if which is Which.NOTHING:
            found.append(MemberRow.id.in_(select(GapRow.member_id).where(*seen_by_animators(self.community.id, now))))
        return found
