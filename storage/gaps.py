"""Members to whom nothing came for a long time: they are asked what is missing before the animators see it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Index, and_, bindparam, exists, func, insert, or_, select, update

from storage.base import Base, InCommunity, Instant, Key, Mapped, OfMember, Repository, mapped_column
from storage.expectations import FEWEST, ExpectationAskedRow
from storage.outcomes import OutcomeRow, Value
from storage.people import COLUMNS, MemberRow, as_member
from storage.profiles import ProfileRow

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import ColumnElement

    from bot.model import Member

NOTHING: Final = dt.timedelta(days=60)
"""So long without anything, a member is asked."""
AGAIN: Final = dt.timedelta(days=180)
"""Nobody is asked again sooner."""
APART: Final = dt.timedelta(days=30)
"""Whoever was asked so lately whether what they expected came true is not asked this as well."""
SILENT: Final = dt.timedelta(days=7)
"""So long after the question the animators see whoever did not answer."""
SHOWN: Final = dt.timedelta(days=60)
"""So long after the question it is no longer shown."""


class State(StrEnum):
    """What somebody answered."""

    ASKED = "asked"
    MISSING = "missing"
    """Something is missing, and which kind."""
    FINE = "fine"
    """They have what they need."""
    STOP = "stop"
    """They would rather not be asked, ever."""
    TALK = "talk"
    """They would like a word with an animator."""
    TAKEN = "taken"
    """An animator opened a conversation with them."""


ANIMATORS: Final = "animators"
"""In `GapRow.seen_by`: they chose that the animators read their answer. Otherwise it counts in totals alone."""


class GapRow(Base):
    """A question to a member, and what they answered. `kind` is what is missing, `seen_by` whom they let know it."""

    __tablename__ = "value_gap"
    __table_args__ = (Index(None, "community_id", "asked_at"),)

    id: Mapped[Key]
    community_id: Mapped[InCommunity]
    member_id: Mapped[OfMember]
    asked_at: Mapped[dt.datetime] = mapped_column(index=True)
    state: Mapped[str]
    kind: Mapped[str] = mapped_column(server_default="")
    seen_by: Mapped[str] = mapped_column(server_default="")
    answered_at: Mapped[dt.datetime | None]


@dataclass(frozen=True, slots=True)
class Gap:
    """A question to a member, and what they answered. `kind`: what is missing; `told`: the animators may know it."""

    id: int
    member: Member
    asked_at: dt.datetime
    state: State
    kind: Value | None
    told: bool
    answered_at: dt.datetime | None


_GAPS: Final = select(
    GapRow.id.label("gap"),
    GapRow.asked_at,
    GapRow.state,
    GapRow.kind,
    GapRow.seen_by,
    GapRow.answered_at,
    *COLUMNS,
).join_from(GapRow, MemberRow, MemberRow.id == GapRow.member_id)
_DUE: Final = (
    select(*COLUMNS)
    .join_from(ProfileRow, MemberRow, MemberRow.id == ProfileRow.member_id)
    .where(
        ProfileRow.community_id == bindparam("community"),
        ProfileRow.introduced_at <= bindparam("last", type_=Instant()),
        ProfileRow.member_id > bindparam("after"),
        MemberRow.left_at.is_(None),
        MemberRow.bot.is_(False),
        MemberRow.animator.is_(False),
        ~exists().where(OutcomeRow.gainer_id == ProfileRow.member_id, OutcomeRow.confirmed_at > bindparam("last", type_=Instant())),
        ~exists().where(
            GapRow.member_id == ProfileRow.member_id,
            or_(GapRow.asked_at > bindparam("again", type_=Instant()), GapRow.state == State.STOP.value),
        ),
        ~exists().where(
            ExpectationAskedRow.member_id == ProfileRow.member_id,
            ExpectationAskedRow.asked_at > bindparam("apart", type_=Instant()),
        ),
    )
    .order_by(ProfileRow.member_id)
    .limit(bindparam("most"))
)


def seen_by_animators(community: int, now: dt.datetime) -> Sequence[ColumnElement[bool]]:
    """Return what makes a question one that animators may know of, as long as the member is here."""
    came = exists().where(OutcomeRow.gainer_id == GapRow.member_id, OutcomeRow.confirmed_at > GapRow.asked_at)
    return (
        GapRow.community_id == community,
        GapRow.asked_at > now - SHOWN,
        or_(
            GapRow.state == State.TALK.value,
            and_(GapRow.state == State.ASKED.value, GapRow.asked_at <= now - SILENT, ~came),
            and_(GapRow.state == State.MISSING.value, GapRow.seen_by == ANIMATORS, ~came),
        ),
    )


class Gaps(Repository):
    """The members of a community to whom nothing came."""

    async def due(self, now: dt.datetime, after: int, limit: int) -> Sequence[Member]:
        """Return who is to be asked and follows an id, by id: introduced and without anything gained for `NOTHING`."""
        values = {"last": now - NOTHING, "again": now - AGAIN, "apart": now - APART}
        rows = await self.connection.execute(_DUE, {**values, "community": self.community.id, "after": after, "most": limit})
        return [as_member(row) for row in rows.mappings()]

    async def asked_since(self, instant: dt.datetime) -> int:
        """Return how many were asked since then."""
        found = await self.connection.execute(
            select(func.count()).select_from(GapRow).where(GapRow.community_id == self.community.id, GapRow.asked_at > instant)
        )
        return found.scalar_one()

    async def ask(self, member: int, now: dt.datetime) -> int:
        """Record that a member is asked; return the question's id."""
        values = {"community_id": self.community.id, "member_id": member, "asked_at": now, "state": State.ASKED.value}
        return (await self.connection.execute(insert(GapRow).values(**values).returning(GapRow.id))).scalar_one()

    async def get(self, gap: int) -> Gap | None:
        """Return a question of this community, or None."""
        found = await self.connection.execute(_GAPS.where(GapRow.id == gap, GapRow.community_id == self.community.id))
        row = found.mappings().one_or_none()
        return None if row is None else _gap(row)

    async def answer(self, gap: int, state: State, now: dt.datetime, *, kind: Value | None = None, told: bool = False) -> None:
        """Keep what a member answers, in the place of what they answered before."""
        await self.connection.execute(
            update(GapRow)
            .where(GapRow.id == gap, GapRow.community_id == self.community.id)
            .values(state=state.value, kind=kind.value if kind else "", seen_by=ANIMATORS if told else "", answered_at=now)
        )

    async def take(self, gap: int, now: dt.datetime) -> bool:
        """Record that an animator opened the conversation that was wished for; False if somebody did before."""
        taken = await self.connection.execute(
            update(GapRow)
            .where(GapRow.id == gap, GapRow.community_id == self.community.id, GapRow.state == State.TALK.value)
            .values(state=State.TAKEN.value, answered_at=now)
        )
        return taken.rowcount == 1

    async def for_animators(self, now: dt.datetime) -> Sequence[Gap]:
        """Return what animators may see: who was asked and has been silent for `SILENT`, or wished that they know, oldest first.

        Whoever answered otherwise is not there, nor is anybody to whom something came since, or who is gone.
        """
        rows = await self.connection.execute(
            _GAPS.where(*seen_by_animators(self.community.id, now), MemberRow.left_at.is_(None)).order_by(
                GapRow.asked_at, GapRow.id
            )
        )
        return [_gap(row) for row in rows.mappings()]

    async def unasked(self) -> frozenset[int]:
        """Return who would rather never be asked what is missing."""
        rows = await self.connection.execute(
            select(GapRow.member_id).where(GapRow.community_id == self.community.id, GapRow.state == State.STOP.value)
        )
        return frozenset(rows.scalars())

    async def missing(self, since: dt.datetime) -> Mapping[Value, int]:
        """Return how many who were asked since then miss what; kinds that fewer than `FEWEST` people miss are left out."""
        rows = await self.connection.execute(
            select(GapRow.kind, func.count(GapRow.member_id.distinct()).label("many"))
            .where(GapRow.community_id == self.community.id, GapRow.asked_at > since, GapRow.state == State.MISSING.value)
            .group_by(GapRow.kind)
        )
        return {Value(row.kind): row.many for row in rows if row.many >= FEWEST}


def _gap(row: Any) -> Gap:  # noqa: ANN401 - a row of `_GAPS`
    return Gap(
        row["gap"],
        as_member(row),
        row["asked_at"],
        State(row["state"]),
        Value(row["kind"]) if row["kind"] else None,
        row["seen_by"] == ANIMATORS,
        row["answered_at"],
    )
