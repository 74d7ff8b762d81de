"""Who left: what they said was missing, in totals without anybody; and accounts that are to be left in peace."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from sqlalchemy import Date, ForeignKey, bindparam, delete, func, insert, select

from bot.i18n import _, fold, plain
from storage.base import Base, Mapped, Repository, mapped_column
from storage.communities import WorkspaceRow
from storage.people import GLOBAL_ACCOUNTS, AccountRow, MemberRow
from storage.statements import insert as insert_into
from storage.statements import insert_or_ignore

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.model import Workspace

FEWEST: Final = 5
"""Departures of which something is said; of fewer, it would be said of somebody."""
NEVER: Final = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
FORMER: Final = _("Former member")
"""What is read in the place of the name of somebody who was erased."""


class Missing(StrEnum):
    """What was missing: a kind of value, something else, or nothing was said."""

    ECONOMIC = "economic"
    SKILL = "skill"
    REPUTATION = "reputation"
    SUPPORT = "support"
    OTHER = "other"
    UNSAID = ""


class DepartureRow(Base):
    """How many left in a month, by what they said was missing. `expected`: when they came, they had said that they expect it."""

    __tablename__ = "departure"

    community_id: Mapped[int] = mapped_column(ForeignKey("community.id", ondelete="CASCADE"), primary_key=True)
    month: Mapped[dt.date] = mapped_column(Date, primary_key=True)
    missing: Mapped[str] = mapped_column(primary_key=True)
    expected: Mapped[bool] = mapped_column(primary_key=True)
    number: Mapped[int]


class PeaceRow(Base):
    """An account that was erased, as a hash: what others or the platform tell of it makes no member of it again."""

    __tablename__ = "account_in_peace"

    digest: Mapped[str] = mapped_column(primary_key=True)
    community_id: Mapped[int] = mapped_column(ForeignKey("community.id", ondelete="CASCADE"), index=True)
    since: Mapped[dt.datetime] = mapped_column(index=True)


class FormerRow(Base):
    """The member of a community who stands for all that were erased: nobody."""

    __tablename__ = "former_member"

    community_id: Mapped[int] = mapped_column(ForeignKey("community.id", ondelete="CASCADE"), primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), unique=True)


@dataclass(frozen=True, slots=True)
class Departures:
    """How many at least left for what they missed, and how many at least of them had expected it when they came."""

    number: int
    expected: int


class Leavers(Repository):
    """Those who left a community."""

    async def count(self, month: dt.date, missing: Missing, *, expected: bool) -> None:
        """Count one more who left."""
        one = {
            "community_id": self.community.id,
            "month": month.replace(day=1),
            "missing": missing.value,
            "expected": expected,
            "number": 1,
        }
        keys = ("community_id", "month", "missing", "expected")
        more = {"number": DepartureRow.number + 1}
        counted = insert_into(self.connection, DepartureRow).values(**one)
        await self.connection.execute(counted.on_conflict_do_update(index_elements=list(keys), set_=more))

    async def recent(self, today: dt.date) -> Mapping[Missing, Departures]:
        """Return who left in the last twelve whole months, by what they said was missing; only what `FEWEST` have in common.

        Numbers go up by as many at once, and once a month: one who leaves is not seen in them.
        """
        until = today.replace(day=1)
        rows = await self.connection.execute(
            select(DepartureRow.missing, DepartureRow.expected, func.sum(DepartureRow.number).label("many"))
            .where(DepartureRow.community_id == self.community.id)
            .where(DepartureRow.month >= until.replace(year=until.year - 1), DepartureRow.month < until)
            .where(DepartureRow.missing != Missing.UNSAID.value)
            .group_by(DepartureRow.missing, DepartureRow.expected)
        )
        all_of, expecting = Counter[Missing](), Counter[Missing]()
        for row in rows:
            all_of[Missing(row.missing)] += int(row.many)
            expecting[Missing(row.missing)] += int(row.many) if row.expected else 0
        return {
            kind: Departures(_in_groups(all_of[kind]), _in_groups(expecting[kind])) for kind in Missing if _in_groups(all_of[kind])
        }

    async def former(self) -> int:
        """Return the member who stands for all that were erased, made when the first one is."""
        known = select(FormerRow.member_id).where(FormerRow.community_id == self.community.id)
        member = (await self.connection.execute(known)).scalar_one_or_none()
        if member is not None:
            return member
        name = plain(FORMER, self.community.locale)
        nobody = {
            "community_id": self.community.id,
            "name": name,
            "folded": fold(name),
            "locale": "",
            "zone": "",
            "animator": False,
            "appointed": False,
            "bot": True,
            "missed": 0,
            "joined_at": NEVER,
            "left_at": NEVER,
        }
        member = (await self.connection.execute(insert(MemberRow).values(**nobody).returning(MemberRow.id))).scalar_one()
        await self.connection.execute(insert(FormerRow).values(community_id=self.community.id, member_id=member))
        return member

    async def leave_in_peace(self, member: int, now: dt.datetime) -> None:
        """Let nothing but what they do themselves make a member of somebody's accounts again."""
        accounts = (
            select(AccountRow.workspace_id, AccountRow.external_id, WorkspaceRow.platform)
            .join(WorkspaceRow, WorkspaceRow.id == AccountRow.workspace_id)
            .where(AccountRow.member_id == member)
        )
        for row in (await self.connection.execute(accounts)).all():
            known = digest(self.community.id, row.platform, row.workspace_id, row.external_id)
            values = {"digest": known, "community_id": self.community.id, "since": now}
            await self.connection.execute(insert_or_ignore(self.connection, PeaceRow, values))


_PEACE: Final = select(PeaceRow.digest).where(PeaceRow.digest.in_(bindparam("digests", expanding=True)))
_BACK: Final = delete(PeaceRow).where(PeaceRow.digest == bindparam("is_back"))


async def in_peace(
    connection: AsyncConnection, community: int, workspace: Workspace, accounts: Collection[str]
) -> AbstractSet[str]:
    """Return those of some accounts of a workspace, by their ids on the platform, that were erased."""
    known = {digest(community, workspace.platform, workspace.id, account): account for account in accounts}
    found: Sequence[str] = (await connection.execute(_PEACE, {"digests": list(known)})).scalars().all() if known else ()
    return {known[one] for one in found}


async def back(connection: AsyncConnection, community: int, workspace: Workspace, account: str) -> None:
    """Let an account be one like others: whose it is uses the bot again."""
    await connection.execute(_BACK, {"is_back": digest(community, workspace.platform, workspace.id, account)})


def digest(community: int, platform: str, workspace: int, account: str) -> str:
    """Return what is kept of an account that was erased: enough to know it again, and to know nothing else of it.

    One that is the same person in every workspace of its platform is known in all of them, those too that come later.
    """
    where = f"{community}:{platform}" if platform in GLOBAL_ACCOUNTS else str(workspace)
    return hashlib.blake2b(f"{where}:{account}".encode(), digest_size=16, person=b"confrere account").hexdigest()


def _in_groups(number: int) -> int:
    """Return a number that one person more or less does not change, unless they make a group of `FEWEST` whole."""
    return number // FEWEST * FEWEST
