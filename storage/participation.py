"""Who takes part in meetings, how often, and until when they rest; and whom somebody would rather not meet again."""

from __future__ import annotations

import datetime as dt  # noqa: TC003 - SQLAlchemy resolves these annotations at run time
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import BigInteger, Date, ForeignKey, bindparam, case, delete, false, or_, select, update

from storage.base import Base, InCommunity, Mapped, Repository, mapped_column
from storage.people import COLUMNS, AccountRow, MemberRow, as_member, reader, working_hours
from storage.statements import insert_or_ignore, listed, upsert

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from bot.hours import WorkingHours
    from bot.model import Member
    from bot.ports import Reader

SILENCES: Final = 3
"""Rounds in a row without a word after which somebody is paused."""


class State(StrEnum):
    """Whether somebody takes part. `PAUSED`: they were silent too often, and are back with one click."""

    JOINED = "joined"
    LEFT = "left"
    PAUSED = "paused"


class ParticipationRow(Base):
    """Somebody's part in meetings. `every` is how many days are between two of their rounds at least, 0 where they said nothing.

    `languages`, parted by commas, are those they can meet in besides the one I write to them in; `silences` rounds in a row without
    a word; `left_out` how often they were left out since they last met anybody, `left_out_at` when; `initiated` how often they
    were asked to write first; `last_date` the round they were in last. `chosen_only`: they came by the invitation to one programme,
    and are in those they chose, no others.
    """

    __tablename__ = "participation"

    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), primary_key=True)
    community_id: Mapped[InCommunity]
    state: Mapped[str]
    joined_at: Mapped[dt.datetime]
    snoozed_until: Mapped[dt.date | None] = mapped_column(Date)
    every: Mapped[int] = mapped_column(server_default="0")
    languages: Mapped[str] = mapped_column(server_default="")
    silences: Mapped[int] = mapped_column(server_default="0")
    left_out: Mapped[int] = mapped_column(server_default="0")
    left_out_at: Mapped[dt.datetime | None]
    initiated: Mapped[int] = mapped_column(server_default="0")
    last_date: Mapped[dt.date | None] = mapped_column(Date)
    chosen_only: Mapped[bool] = mapped_column(server_default=false())


class ExclusionRow(Base):
    """Somebody would rather not meet somebody again. Nobody is told, ever."""

    __tablename__ = "exclusion"

    by_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), primary_key=True)
    of_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), primary_key=True, index=True)
    community_id: Mapped[InCommunity]
    at: Mapped[dt.datetime]


@dataclass(frozen=True, slots=True)
class Participant:
    """Somebody's part in meetings."""

    member: Member
    state: State
    snoozed_until: dt.date | None = None
    every: int = 0
    languages: tuple[str, ...] = ()
    silences: int = 0
    left_out: int = 0
    initiated: int = 0
    last_date: dt.date | None = None
    chosen_only: bool = False
    left_out_at: dt.datetime | None = None

    def resting(self, date: dt.date) -> bool:
        """Tell whether they wanted no meeting on a date."""
        return self.snoozed_until is not None and date < self.snoozed_until

    def too_soon(self, date: dt.date) -> bool:
        """Tell whether a date is sooner after their last round than they want it; a day more or less does not count."""
        return self.last_date is not None and self.too_near(date, self.last_date)

    def too_near(self, date: dt.date, other: dt.date) -> bool:
        """Tell whether two rounds, whichever comes first, are nearer to each other than they want it."""
        return bool(self.every) and abs((date - other).days) < self.every - 1


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Where somebody is: how to write to them, when they work, the workspaces they are in."""

    reader: Reader
    hours: WorkingHours
    workspaces: frozenset[int] = frozenset()


_PARTICIPANTS: Final = select(
    *COLUMNS,
    ParticipationRow.state,
    ParticipationRow.snoozed_until,
    ParticipationRow.every,
    ParticipationRow.languages,
    ParticipationRow.silences,
    ParticipationRow.left_out,
    ParticipationRow.initiated,
    ParticipationRow.last_date,
    ParticipationRow.chosen_only,
    ParticipationRow.left_out_at,
).join_from(ParticipationRow, MemberRow, MemberRow.id == ParticipationRow.member_id)
_SEVERAL: Final = _PARTICIPANTS.where(
    ParticipationRow.community_id == bindparam("community"), MemberRow.id.in_(listed("members", BigInteger))
)
_HERE: Final = _PARTICIPANTS.where(
    ParticipationRow.community_id == bindparam("community"), MemberRow.left_at.is_(None), MemberRow.bot.is_(False)
).order_by(MemberRow.id)

_ACCOUNTS: Final = (
    select(
        MemberRow.id,
        MemberRow.locale,
        MemberRow.zone,
        MemberRow.workdays,
        MemberRow.workhours,
        MemberRow.quiet,
        AccountRow.workspace_id,
        AccountRow.locale.label("told_locale"),
        AccountRow.zone.label("told_zone"),
    )
    .join(AccountRow, AccountRow.member_id == MemberRow.id)
    .where(MemberRow.community_id == bindparam("community"), AccountRow.left_at.is_(None), AccountRow.bot.is_(False))
    .order_by(MemberRow.id, AccountRow.last_seen.desc())
)
_SURROUNDINGS: Final = _ACCOUNTS.join(ParticipationRow, ParticipationRow.member_id == MemberRow.id)
_SURROUNDINGS_OF: Final = _SURROUNDINGS.where(MemberRow.id.in_(listed("members", BigInteger)))
_AROUND_ANYBODY: Final = _ACCOUNTS.where(MemberRow.id.in_(listed("members", BigInteger)))


class Participations(Repository):
    """Who takes part in the meetings of a community."""

    async def get(self, member: int) -> Participant | None:
        """Return somebody's part, None where they never had one."""
        return (await self.several((member,))).get(member)

    async def several(self, members: Collection[int]) -> Mapping[int, Participant]:
        """Return the parts of some members, departed or not."""
        rows = await self.connection.execute(_SEVERAL, {"community": self.community.id, "members": list(members)})
        return {row["id"]: _participant(row) for row in rows.mappings()}

    async def everybody(self) -> Sequence[Participant]:
        """Return everybody who ever took part and is here: not departed, not a bot."""
        rows = await self.connection.execute(_HERE, {"community": self.community.id})
        return [_participant(row) for row in rows.mappings()]

    async def surroundings(self) -> Mapping[int, Surroundings]:
        """Return the language, the zone, the hours and the workspaces of each participant."""
        return self._around(await self.connection.execute(_SURROUNDINGS, {"community": self.community.id}))

    async def around(self, members: Collection[int]) -> Mapping[int, Surroundings]:
        """Return the same of some participants."""
        values = {"community": self.community.id, "members": list(members)}
        return self._around(await self.connection.execute(_SURROUNDINGS_OF, values))

    async def around_anybody(self, members: Collection[int]) -> Mapping[int, Surroundings]:
        """Return the same of members, whether or not they take part in meetings."""
        values = {"community": self.community.id, "members": list(members)}
        return self._around(await self.connection.execute(_AROUND_ANYBODY, values))

    def _around(self, rows: Iterable[Any]) -> Mapping[int, Surroundings]:
        found: dict[int, Surroundings] = {}
        for row in rows:
            known = found.get(row.id)
            if known is None:
                chosen = (row.locale, row.zone, row.told_locale, row.told_zone, self.community.locale, self.community.zone)
                hours = working_hours(row.workdays, row.workhours, row.quiet)
                found[row.id] = Surroundings(reader(*chosen), hours, frozenset((row.workspace_id,)))
            else:
                found[row.id] = replace(known, workspaces=known.workspaces | {row.workspace_id})
        return found

    async def join(self, member: int, now: dt.datetime) -> bool:
        """Let somebody take part; False where they do. Rests and pauses end."""
        values = {"member_id": member, "community_id": self.community.id, "state": State.JOINED.value, "joined_at": now}
        if (await self.connection.execute(insert_or_ignore(self.connection, ParticipationRow, values))).rowcount == 1:
            return True
        back = update(ParticipationRow).where(
            ParticipationRow.member_id == member,
            or_(ParticipationRow.state != State.JOINED.value, ParticipationRow.snoozed_until.is_not(None)),
        )
        values = {"state": State.JOINED.value, "snoozed_until": None, "silences": 0}
        return (await self.connection.execute(back.values(**values))).rowcount == 1

    async def choose_only(self, member: int, *, only: bool) -> bool:
        """Keep whether somebody is only in programmes they chose; False where that is so already."""
        changed = update(ParticipationRow).where(ParticipationRow.member_id == member, ParticipationRow.chosen_only != only)
        return (await self.connection.execute(changed.values(chosen_only=only))).rowcount == 1

    async def leave(self, member: int, state: State = State.LEFT) -> bool:
        """Let somebody take part no longer; False where they do not. Whoever is paused can leave, whoever left is never paused."""
        states = (State.JOINED, State.PAUSED) if state is State.LEFT else (State.JOINED,)
        leaving = update(ParticipationRow).where(
            ParticipationRow.member_id == member, ParticipationRow.state.in_([each.value for each in states])
        )
        return (await self.connection.execute(leaving.values(state=state.value))).rowcount == 1

    async def snooze(self, member: int, until: dt.date) -> None:
        """Let somebody rest until a date, which they are back on: also whoever was paused."""
        await self._change(member, state=State.JOINED.value, snoozed_until=until, silences=0)

    async def prefer(self, member: int, *, every: int, languages: Sequence[str]) -> None:
        """Keep how often somebody wants to meet, and the languages they can meet in."""
        await self._change(member, every=every, languages=",".join(languages))

    async def heard(self, member: int) -> None:
        """Record that somebody said a word: silences are counted in a row."""
        await self.connection.execute(
            update(ParticipationRow).where(ParticipationRow.member_id == member, ParticipationRow.silences > 0).values(silences=0)
        )

    async def silent(self, member: int) -> int:
        """Record a round without a word; return how many in a row."""
        counted = (
            update(ParticipationRow)
            .where(ParticipationRow.member_id == member)
            .values(silences=ParticipationRow.silences + 1)
            .returning(ParticipationRow.silences)
        )
        return (await self.connection.execute(counted)).scalar_one_or_none() or 0

    async def met(self, members: Collection[int], initiator: int, date: dt.date) -> None:
        """Record that members are in a meeting of a round, and who of them was asked to write first."""
        initiated = case(
            (ParticipationRow.member_id == initiator, ParticipationRow.initiated + 1), else_=ParticipationRow.initiated
        )
        await self.connection.execute(
            update(ParticipationRow)
            .where(ParticipationRow.member_id.in_(list(members)))
            .values(last_date=date, left_out=0, initiated=initiated)
        )

    async def not_met(self, member: int, date: dt.date, before: dt.date | None) -> None:
        """Record that somebody is in no meeting of a round after all: the one before it is their last."""
        own = update(ParticipationRow).where(ParticipationRow.member_id == member, ParticipationRow.last_date == date)
        await self.connection.execute(own.values(last_date=before))

    async def left_out(self, members: Collection[int], now: dt.datetime) -> None:
        """Record that members were left out: they are first next time."""
        await self.connection.execute(
            update(ParticipationRow)
            .where(ParticipationRow.member_id.in_(list(members)))
            .values(left_out=ParticipationRow.left_out + 1, left_out_at=now)
        )

    async def exclude(self, by: int, of: int, now: dt.datetime) -> None:
        """Never let these two meet in a round again."""
        values = {"by_id": by, "of_id": of, "community_id": self.community.id, "at": now}
        await self.connection.execute(upsert(self.connection, ExclusionRow, values, keys=("by_id", "of_id")))

    async def excluded_by(self, member: int) -> Sequence[Member]:
        """Return whom somebody would rather not meet again, the newest wish first."""
        rows = await self.connection.execute(
            select(*COLUMNS)
            .join(ExclusionRow, ExclusionRow.of_id == MemberRow.id)
            .where(ExclusionRow.by_id == member, ExclusionRow.community_id == self.community.id)
            .order_by(ExclusionRow.at.desc(), MemberRow.id)
        )
        return [as_member(row) for row in rows.mappings()]

    async def include(self, by: int, of: int) -> None:
        """Take back somebody's own wish not to meet another; the other's, if there is one, stays."""
        wish = delete(ExclusionRow).where(ExclusionRow.by_id == by, ExclusionRow.of_id == of)
        await self.connection.execute(wish.where(ExclusionRow.community_id == self.community.id))

    async def exclusions(self, among: Collection[int] | None = None) -> Sequence[tuple[int, int]]:
        """Return the pairs that must not meet, of everybody or among some."""
        wanted = select(ExclusionRow.by_id, ExclusionRow.of_id).where(ExclusionRow.community_id == self.community.id)
        if among is not None:
            wanted = wanted.where(ExclusionRow.by_id.in_(list(among)), ExclusionRow.of_id.in_(list(among)))
        rows = await self.connection.execute(wanted.order_by(ExclusionRow.by_id, ExclusionRow.of_id))
        return [(row.by_id, row.of_id) for row in rows]

    async def _change(self, member: int, **values: object) -> None:
        await self.connection.execute(
            update(ParticipationRow)
            .where(ParticipationRow.member_id == member, ParticipationRow.community_id == self.community.id)
            .values(**values)
        )


def _participant(row: Any) -> Participant:  # noqa: ANN401 - a row of `_PARTICIPANTS`
    return Participant(
        as_member(row),
        State(row["state"]),
        row["snoozed_until"],
        row["every"],
        tuple(language for language in row["languages"].split(",") if language),
        row["silences"],
        row["left_out"],
        row["initiated"],
        row["last_date"],
        row["chosen_only"],
        row["left_out_at"],
    )
