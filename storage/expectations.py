"""Whether what members expected of the community came true: asked once, three months after they introduced themselves."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from sqlalchemy import ForeignKey, Index, bindparam, delete, exists, func, select

from storage.base import Base, InCommunity, Instant, Mapped, Repository, mapped_column
from storage.outcomes import Value
from storage.people import COLUMNS, MemberRow, as_member
from storage.profiles import ProfileRow
from storage.statements import insert_or_ignore, upsert

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.model import Member

AFTER: Final = dt.timedelta(days=90)
"""When somebody is asked, counted from their introduction."""
UNTIL: Final = dt.timedelta(days=120)
"""Whoever could not be asked by then is not."""
RECENT: Final = dt.timedelta(days=30)
"""Whoever said it by themselves so lately is not asked."""
FEWEST: Final = 5
"""People at least whose answers are told together."""


class Came(StrEnum):
    """Whether something came true."""

    MET = "met"
    PARTLY = "partly"
    NOT = "not"


class ExpectationRow(Base):
    """What a member says of a kind of value that they expected."""

    __tablename__ = "expectation"
    __table_args__ = (Index(None, "community_id", "kind"),)

    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    community_id: Mapped[int] = mapped_column(ForeignKey("community.id", ondelete="CASCADE"))
    answer: Mapped[str]
    answered_at: Mapped[dt.datetime]


class ExpectationAskedRow(Base):
    """That a member was asked, once and never again."""

    __tablename__ = "expectation_asked"

    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), primary_key=True)
    community_id: Mapped[InCommunity]
    asked_at: Mapped[dt.datetime]


@dataclass(frozen=True, slots=True)
class Expecting:
    """A member and the kinds of value they expected first when they introduced themselves."""

    member: Member
    expects: tuple[Value, ...]


def kinds(expects: Sequence[str]) -> tuple[Value, ...]:
    """Return the kinds of value of what was told in an introduction."""
    return tuple(Value(kind) for kind in expects if kind in set(Value))


_DUE: Final = (
    select(*COLUMNS, ProfileRow.expects)
    .join_from(ProfileRow, MemberRow, MemberRow.id == ProfileRow.member_id)
    .where(
        ProfileRow.community_id == bindparam("community"),
        ProfileRow.introduced_at > bindparam("first", type_=Instant()),
        ProfileRow.introduced_at <= bindparam("last", type_=Instant()),
        ProfileRow.member_id > bindparam("after"),
        MemberRow.left_at.is_(None),
        MemberRow.bot.is_(False),
        ~exists().where(ExpectationAskedRow.member_id == ProfileRow.member_id),
        ~exists().where(
            ExpectationRow.member_id == ProfileRow.member_id,
            ExpectationRow.answered_at > bindparam("recent", type_=Instant()),
        ),
    )
    .order_by(ProfileRow.member_id)
    .limit(bindparam("most"))
)


class Expectations(Repository):
    """What members of a community say of what they expected."""

    async def due(self, now: dt.datetime, after: int, limit: int) -> Sequence[Expecting]:
        """Return who is to be asked and follows an id, by id."""
        values = {"first": now - UNTIL, "last": now - AFTER, "recent": now - RECENT}
        rows = await self.connection.execute(_DUE, {**values, "community": self.community.id, "after": after, "most": limit})
        return [Expecting(as_member(row), kinds(row["expects"].split(","))) for row in rows.mappings()]

    async def asked(self, member: int, now: dt.datetime) -> None:
        """Record that a member is asked."""
        values = {"member_id": member, "community_id": self.community.id, "asked_at": now}
        await self.connection.execute(insert_or_ignore(self.connection, ExpectationAskedRow, values))

    async def said(self, member: int) -> Mapping[Value, Came]:
        """Return what a member said, by kind."""
        rows = await self.connection.execute(
            select(ExpectationRow.kind, ExpectationRow.answer).where(ExpectationRow.member_id == member)
        )
        return {Value(row.kind): Came(row.answer) for row in rows}

    async def say(self, member: int, said: Mapping[Value, Came], now: dt.datetime) -> None:
        """Keep what a member says; it replaces what they said before of the same kinds."""
        for kind, came in said.items():
            values = {
                "member_id": member,
                "kind": kind.value,
                "community_id": self.community.id,
                "answer": came.value,
                "answered_at": now,
            }
            await self.connection.execute(upsert(self.connection, ExpectationRow, values, keys=("member_id", "kind")))

    async def unsay(self, member: int, kinds: Sequence[Value]) -> None:
        """Forget what a member said of some kinds."""
        await self.connection.execute(
            delete(ExpectationRow).where(
                ExpectationRow.member_id == member, ExpectationRow.kind.in_([kind.value for kind in kinds])
            )
        )

    async def by_kind(self) -> Mapping[Value, Mapping[Came, int]]:
        """Return how many said what, by kind, for the kinds of which at least `FEWEST` said something."""
        rows = await self.connection.execute(
            select(ExpectationRow.kind, ExpectationRow.answer, func.count().label("many"))
            .where(ExpectationRow.community_id == self.community.id)
            .group_by(ExpectationRow.kind, ExpectationRow.answer)
        )
        found: dict[Value, dict[Came, int]] = {}
        for row in rows:
            found.setdefault(Value(row.kind), {})[Came(row.answer)] = row.many
        return {kind: answers for kind, answers in found.items() if sum(answers.values()) >= FEWEST}
