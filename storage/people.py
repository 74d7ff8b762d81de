"""People: members and their accounts, and what features ask about members."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import ForeignKey, Index, UniqueConstraint, bindparam, exists, false, func, or_, select, text, update

from bot.hours import USUAL, WorkingHours
from bot.i18n import fold, match_locale
from bot.model import Member
from bot.ports import Reader
from storage.base import Base, InCommunity, Key, Mapped, OfMember, Repository, aliased, mapped_column
from storage.outbox import READABLE, OutboxRow, State
from storage.own_time import drop_waiting, reckon_again
from storage.statements import escaped

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from sqlalchemy import ColumnElement, RowMapping

    from storage.statements import AnySelect

GLOBAL_ACCOUNTS: Final = frozenset({"discord", "sandbox"})
"""Platforms where an account id is the same person in every workspace."""


class MemberRow(Base):
    """A person. `locale` and `zone` are what they chose, empty where they did not; `folded` is the name as people type it.

    `animator` holds whatever makes them one: `appointed` by hand, the configuration, a platform's own right. `missed` counts direct
    messages kept for them. `workdays` (`01234`: Monday to Friday) and `workhours` (`09:00-18:00`) are empty where they chose none.
    `quiet` (`20:00-08:00`) is when nothing reaches them, empty where they chose none.
    `monthly_asks` is how often in a month they may be asked for help at most, empty where they did not say.
    """

    __tablename__ = "member"
    __table_args__ = (
        Index("ix_member_monthly_asks", "community_id", sqlite_where=text("monthly_asks IS NOT NULL")),
        Index("ix_member_joined", "community_id", "joined_at", "left_at", "bot"),
        Index("ix_member_left", "community_id", sqlite_where=text("left_at IS NOT NULL")),
    )

    id: Mapped[Key]
    community_id: Mapped[InCommunity]
    name: Mapped[str]
    folded: Mapped[str]
    locale: Mapped[str]
    zone: Mapped[str]
    animator: Mapped[bool]
    appointed: Mapped[bool]
    bot: Mapped[bool]
    missed: Mapped[int]
    joined_at: Mapped[dt.datetime]
    left_at: Mapped[dt.datetime | None]
    workdays: Mapped[str] = mapped_column(server_default="")
    workhours: Mapped[str] = mapped_column(server_default="")
    monthly_asks: Mapped[int | None]
    quiet: Mapped[str] = mapped_column(server_default="")


class AccountRow(Base):
    """A person's identity on one workspace. `animator`: named in the configuration; `administrator`: told by the platform.

    `conversation` is the platform's id of their conversation with the bot, once there is one; `acted`: they have used the bot.
    """

    __tablename__ = "account"
    __table_args__ = (UniqueConstraint("workspace_id", "external_id"), Index(None, "workspace_id", "last_seen"))

    id: Mapped[Key]
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspace.id", ondelete="CASCADE"))
    external_id: Mapped[str] = mapped_column(index=True)
    member_id: Mapped[OfMember]
    name: Mapped[str]
    locale: Mapped[str]
    zone: Mapped[str]
    administrator: Mapped[bool]
    animator: Mapped[bool]
    bot: Mapped[bool]
    last_seen: Mapped[dt.datetime]
    left_at: Mapped[dt.datetime | None]
    conversation: Mapped[str] = mapped_column(server_default="")
    acted: Mapped[bool] = mapped_column(server_default=false())


_columns = MemberRow.__table__.c
COLUMNS = (
    MemberRow.id,
    MemberRow.name,
    MemberRow.locale,
    MemberRow.zone,
    MemberRow.animator,
    MemberRow.joined_at,
    MemberRow.left_at,
)
"""What `as_member` reads, for the selects of features that join members."""


_member_columns = itemgetter(*(_columns[column.key] for column in COLUMNS))


def as_member(row: RowMapping) -> Member:
    """Return the member of a row that was selected with `COLUMNS`, or with all of `MemberRow`, whatever was joined to it."""
    identifier, name, locale, zone, animator, joined_at, left_at = _member_columns(row)
    return Member(identifier, name, locale, zone, animator, joined_at, left_at is not None)


# Nobody keeps the content of a private message for somebody who is gone.
UNDELIVERED = (
    update(OutboxRow)
    .where(OutboxRow.member_id == bindparam("member"), OutboxRow.state.in_(READABLE))
    .values(state=State.CANCELLED, done_at=bindparam("now"), card="", title="")
)


def entitled() -> ColumnElement[bool]:
    """Return what makes a member an animator, for the statements that keep `MemberRow.animator` true to it."""
    account = aliased(AccountRow)
    return or_(
        MemberRow.appointed,
        exists().where(account.member_id == MemberRow.id, account.left_at.is_(None), or_(account.administrator, account.animator)),
    )


@dataclass(frozen=True, slots=True)
class Page:
    """Some of the members found, and how many there are in all."""

    members: Sequence[Member]
    total: int


class Members(Repository):
    """The people of the community."""

    def here(self, *columns: Any) -> AnySelect:  # noqa: ANN401 - any column
        """Return a select over the members who are here: not departed, not bots."""
        return select(*columns).where(
            MemberRow.community_id == self.community.id, MemberRow.left_at.is_(None), MemberRow.bot.is_(False)
        )

    async def get(self, member: int) -> Member | None:
        """Return a member of this community, departed or not, or None."""
        return (await self.several((member,))).get(member)

    async def several(self, members: Collection[int]) -> Mapping[int, Member]:
        """Return members of this community by id; ids that are nobody's are left out."""
        if not members:
            return {}
        rows = await self.connection.execute(
            select(*COLUMNS).where(MemberRow.community_id == self.community.id, MemberRow.id.in_(list(members)))
        )
        return {row["id"]: as_member(row) for row in rows.mappings()}

    async def search(self, words: str = "", *, offset: int = 0, limit: int = 25) -> Page:
        """Return members who are here, by name; `words` is a part of it, whatever its case and accents."""
        found = self.here(*COLUMNS)
        counted = self.here(func.count())
        if words.strip():
            matches = MemberRow.folded.like(escaped(fold(words.strip())), escape="\\")
            found, counted = found.where(matches), counted.where(matches)
        total = (await self.connection.execute(counted)).scalar_one()
        rows = await self.connection.execute(found.order_by(MemberRow.folded, MemberRow.id).offset(offset).limit(limit))
        return Page([as_member(row) for row in rows.mappings()], total)

    async def joined(self, after: dt.datetime, until: dt.datetime) -> Sequence[Member]:
        """Return members who are here and joined after one instant and not after the other, oldest first."""
        rows = await self.connection.execute(
            self.here(*COLUMNS)
            .where(MemberRow.joined_at > after, MemberRow.joined_at <= until)
            .order_by(MemberRow.joined_at, MemberRow.id)
        )
        return [as_member(row) for row in rows.mappings()]

    async def animators(self) -> Sequence[Member]:
        """Return who runs the community."""
        rows = await self.connection.execute(self.here(*COLUMNS).where(MemberRow.animator).order_by(MemberRow.id))
        return [as_member(row) for row in rows.mappings()]

    async def reader(self, member: int) -> Reader:
        """Return the language and zone to write to a member in: their own choice, then their account's, then the community's."""
        rows = await self.connection.execute(
            select(MemberRow.locale, MemberRow.zone, AccountRow.locale.label("told_locale"), AccountRow.zone.label("told_zone"))
            .join(AccountRow, AccountRow.member_id == MemberRow.id, isouter=True)
            .where(MemberRow.id == member)
            .order_by(AccountRow.last_seen.desc())
            .limit(1)
        )
        row = rows.one_or_none()
        if row is None:
            return Reader(self.community.locale, self.community.zone)
        return reader(row.locale, row.zone, row.told_locale or "", row.told_zone or "", self.community.locale, self.community.zone)

    async def hours(self, member: int) -> WorkingHours:
        """Return a member's working days and hours: those they chose, else the usual ones."""
        rows = await self.connection.execute(
            select(MemberRow.workdays, MemberRow.workhours, MemberRow.quiet).where(MemberRow.id == member)
        )
        row = rows.one_or_none()
        return USUAL if row is None else working_hours(row.workdays, row.workhours, row.quiet)

    async def prefer(
        self,
        member: int,
        now: dt.datetime,
        *,
        locale: str | None = None,
        zone: str | None = None,
        hours: WorkingHours | None = None,
    ) -> None:
        """Keep what a member chose; an empty word goes back to what their platform tells, the usual hours to whatever is usual.

        What waits for a moment in their own time waits for one by these from now on.
        """
        changes = {key: value for key, value in (("locale", locale), ("zone", zone)) if value is not None}
        if hours is not None:
            changes |= _columns_of(hours)
        if changes:
            await self.connection.execute(self._one(member).values(**changes))
            await reckon_again(self.connection, member, await self.reader(member), await self.hours(member), now)

    async def appoint(self, member: int, *, animator: bool) -> None:
        """Make a member an animator, or end that."""
        await self.connection.execute(self._one(member).values(appointed=animator))
        await self.connection.execute(self._one(member).values(animator=entitled()))

    async def leave(self, member: int, now: dt.datetime, *, workspace: int | None = None) -> bool:
        """Record that a member left a workspace, or all of them; return whether they are gone from the community."""
        departing = update(AccountRow).where(AccountRow.member_id == member, AccountRow.left_at.is_(None))
        if workspace is not None:
            departing = departing.where(AccountRow.workspace_id == workspace)
        await self.connection.execute(departing.values(left_at=now))
        remaining = exists().where(AccountRow.member_id == MemberRow.id, AccountRow.left_at.is_(None))
        await self.connection.execute(self._one(member).values(animator=entitled()))
        gone = await self.connection.execute(
            self._one(member).where(~remaining).values(left_at=func.coalesce(MemberRow.left_at, now), missed=0)
        )
        if gone.rowcount == 0:
            return False
        await self.connection.execute(UNDELIVERED, {"member": member, "now": now})
        await drop_waiting(self.connection, member, now)
        from storage.profiles import Profiles  # noqa: PLC0415 - profiles are of members, and know them

        await Profiles(self.connection, self.community).forget(member)
        return True

    async def came_back(self, member: int, *, workspace: int | None = None) -> None:
        """Record that a member is here again."""
        returning = update(AccountRow).where(AccountRow.member_id == member)
        if workspace is not None:
            returning = returning.where(AccountRow.workspace_id == workspace)
        await self.connection.execute(returning.values(left_at=None))
        await self.connection.execute(self._one(member).values(left_at=None, animator=entitled()))
        from storage.profiles import Profiles  # noqa: PLC0415 - profiles are of members, and know them

        await Profiles(self.connection, self.community).index(member)

    def _one(self, member: int) -> Any:  # noqa: ANN401 - SQLAlchemy's Update, whose parameters it does not export
        return update(MemberRow).where(MemberRow.id == member, MemberRow.community_id == self.community.id)


def reader(  # noqa: PLR0913, PLR0917 - three sources, two things each
    chosen_locale: str, chosen_zone: str, told_locale: str, told_zone: str, common_locale: str, common_zone: str
) -> Reader:
    """Return how to write to somebody: what they chose, else what their platform tells, else what the community uses."""
    return Reader(chosen_locale or match_locale(told_locale) or common_locale, chosen_zone or told_zone or common_zone)


def working_hours(days: str, hours: str, quiet: str = "") -> WorkingHours:
    """Return somebody's working days and hours from the columns of their row."""
    start, _dash, end = hours.partition("-")
    return WorkingHours(
        tuple(map(int, days)) or USUAL.days,
        dt.time.fromisoformat(start) if hours else USUAL.start,
        dt.time.fromisoformat(end) if hours else USUAL.end,
        _span(quiet) if quiet else None,
    )


def _span(times: str) -> tuple[dt.time, dt.time]:
    start, _dash, end = times.partition("-")
    return dt.time.fromisoformat(start), dt.time.fromisoformat(end)


def _columns_of(hours: WorkingHours) -> Mapping[str, str]:
    times = f"{hours.start:%H:%M}-{hours.end:%H:%M}"
    return {
        "workdays": "" if hours.days == USUAL.days else "".join(map(str, hours.days)),
        "workhours": "" if (hours.start, hours.end) == (USUAL.start, USUAL.end) else times,
        "quiet": "" if hours.quiet is None else f"{hours.quiet[0]:%H:%M}-{hours.quiet[1]:%H:%M}",
    }
