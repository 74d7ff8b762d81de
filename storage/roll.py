"""The members of a community as animators look them up: by name, by what is missing, with when they came and were last here."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from sqlalchemy import func, select

from bot.i18n import fold
from storage.base import Repository
from storage.outcomes import OutcomeRow
from storage.people import COLUMNS, AccountRow, MemberRow, as_member
from storage.profiles import ProfileRow
from storage.statements import escaped

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement

    from bot.model import Member

NOTHING: Final = dt.timedelta(days=60)
"""Nobody is among those who received nothing sooner after they joined."""


class Which(StrEnum):
    """Which members: all who are here, those not introduced, those who noted nothing gained, those who left."""

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
_gained = select(OutcomeRow.id).where(OutcomeRow.gainer_id == MemberRow.id, OutcomeRow.confirmed_at.is_not(None))


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
            found += [MemberRow.joined_at <= now - NOTHING, ~_gained.exists()]
        return found
