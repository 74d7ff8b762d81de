"""What animators did about whom: reasons that are done or can wait, and whom they wrote to, introduced or invited."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, UniqueConstraint, delete, insert, or_, select

from storage.base import Base, InCommunity, Key, Mapped, OfMember, Repository, mapped_column
from storage.locks import hold
from storage.people import Members
from storage.statements import upsert

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import InstrumentedAttribute

    from bot.model import Member

KEPT: Final = dt.timedelta(days=120)
"""Longer than any reason is looked for but a voice, whose row stays while it waits: none that was done comes back."""


class Reason(StrEnum):
    """Why somebody needs an animator, the most urgent first: who said so themselves comes before what only the bot noticed."""

    CALL = "call"
    TALK = "talk"
    LOW = "low"
    VOICE = "voice"
    REQUEST = "request"
    OPPORTUNITY = "opportunity"
    MISSING = "missing"
    NEWCOMER = "newcomer"
    NOTHING = "nothing"
    SILENT = "silent"

    @property
    def urgency(self) -> int:
        """Where it stands among the others, the most urgent at 0."""
        return _ORDER.index(self)

    @property
    def letter(self) -> str:
        """What stands for it in a button, which has room for all that one person needs."""
        return _LETTERS[self]


_ORDER: Final = tuple(Reason)
_LETTERS: Final = {
    Reason.CALL: "c",
    Reason.TALK: "t",
    Reason.LOW: "l",
    Reason.VOICE: "v",
    Reason.REQUEST: "r",
    Reason.OPPORTUNITY: "o",
    Reason.MISSING: "m",
    Reason.NEWCOMER: "n",
    Reason.NOTHING: "g",
    Reason.SILENT: "s",
}


class Act(StrEnum):
    """What an animator did for somebody."""

    WROTE = "wrote"
    INTRODUCED = "introduced"
    INVITED = "invited"


class AttentionRow(Base):
    """A reason that an animator is done with, or that waits `until` an instant. `subject` is what it is about, by its id.

    `member_id` is empty for an anonymous voice. What began after `at` is another reason, and is shown; so is a voice to which words
    were added after `newest`, an id of `voice_word`: their day alone is known, and could be that of `at`.
    """

    __tablename__ = "attention"
    __table_args__ = (UniqueConstraint("community_id", "reason", "subject"),)

    id: Mapped[Key]
    community_id: Mapped[InCommunity]
    member_id: Mapped[int | None] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), index=True)
    reason: Mapped[str]
    subject: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("member.id", ondelete="SET NULL"), index=True)
    at: Mapped[dt.datetime] = mapped_column(index=True)
    until: Mapped[dt.datetime | None]
    newest: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), server_default="0")


class AttentionActRow(Base):
    """Something an animator did for a member. `other_id` is whom they were to meet; no words are kept."""

    __tablename__ = "attention_act"
    __table_args__ = (Index(None, "member_id", "at"),)

    id: Mapped[Key]
    community_id: Mapped[InCommunity]
    member_id: Mapped[OfMember]
    act: Mapped[str]
    other_id: Mapped[int | None] = mapped_column(ForeignKey("member.id", ondelete="SET NULL"), index=True)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("member.id", ondelete="SET NULL"), index=True)
    at: Mapped[dt.datetime] = mapped_column(index=True)


@dataclass(frozen=True, slots=True)
class Concern:
    """One reason, and since when. `member` is None for an anonymous voice.

    `words` are the member's own where they were for others to read: a need, a title; or the kind of a voice, of what is missing.
    `closed`: a message found their doors closed, and waits for them. `newest`: the last words added to a voice, by their id.
    """

    reason: Reason
    subject: int
    since: dt.datetime
    member: Member | None = None
    words: str = ""
    closed: bool = False
    newest: int = 0


@dataclass(frozen=True, slots=True)
class Settled:
    """What an animator did about a reason; `until` None: they are done with it. `by` is None where they are gone."""

    reason: Reason
    subject: int
    at: dt.datetime
    until: dt.datetime | None = None
    by: Member | None = None


@dataclass(frozen=True, slots=True)
class Deed:
    """Something an animator did for somebody, when; `by` and `other` are None where they are gone, or there is none."""

    act: Act
    at: dt.datetime
    by: Member | None = None
    other: Member | None = None


def settled(  # noqa: PLR0913, PLR0917 - what makes a reason one that was there
    community: int,
    reasons: Collection[Reason],
    subject: InstrumentedAttribute[int],
    since: InstrumentedAttribute[dt.datetime] | InstrumentedAttribute[dt.datetime | None] | ColumnElement[dt.datetime] | None,
    now: dt.datetime,
    newest: ColumnElement[int] | None = None,
) -> ColumnElement[bool]:
    """Return the condition that a reason of a row of another table is no longer to be shown; the row has one of `reasons` at most.

    It is the same reason as long as it began before it was settled and nothing newer came: `since` and `newest`, where told.
    """
    return (
        select(AttentionRow.id)
        .where(
            AttentionRow.community_id == community,
            AttentionRow.reason.in_([reason.value for reason in reasons]),
            AttentionRow.subject == subject,
            *(() if since is None else (AttentionRow.at >= since,)),
            *(() if newest is None else (AttentionRow.newest >= newest,)),
            or_(AttentionRow.until.is_(None), AttentionRow.until > now),
        )
        .exists()
    )


class Attention(Repository):
    """What the animators of a community did about whom."""

    async def lock(self) -> None:
        """Let nobody else settle anything until the end of this transaction: two animators press at once."""
        await hold(self.connection, self.community.id)

    async def settle(self, concerns: Iterable[Concern], by: Member, now: dt.datetime, until: dt.datetime | None = None) -> None:
        """Record that an animator is done with some reasons, or that they wait until an instant."""
        for concern in concerns:
            values = {
                "community_id": self.community.id,
                "member_id": None if concern.member is None else concern.member.id,
                "reason": concern.reason.value,
                "subject": concern.subject,
                "by_id": by.id,
                "at": now,
                "until": until,
                "newest": concern.newest,
            }
            keys = ("community_id", "reason", "subject")
            await self.connection.execute(upsert(self.connection, AttentionRow, values, keys=keys))

    async def newest(self, *, member: int = 0, voice: int = 0) -> Settled | None:
        """Return what was done last about a member, or about an anonymous voice."""
        found = await self._settled(*self._about(member, voice), limit=1)
        return found[0] if found else None

    async def undo(
        self, by: Member, at: dt.datetime, reasons: Collection[Reason], *, member: int = 0, voice: int = 0
    ) -> Sequence[Settled]:
        """Take back what this animator settled at an instant about a member, or an anonymous voice; return what it was.

        Nothing, where it was taken back before or somebody settled it anew.
        """
        mine = (
            *self._about(member, voice),
            AttentionRow.reason.in_([reason.value for reason in reasons]),
            AttentionRow.at == at,
            AttentionRow.by_id == by.id,
        )
        found = await self._settled(*mine)
        await self.connection.execute(delete(AttentionRow).where(AttentionRow.community_id == self.community.id, *mine))
        return found

    async def did(self, act: Act, member: int, by: int, now: dt.datetime, other: int | None = None) -> None:
        """Keep that an animator did something for a member: that alone, no words."""
        values = {"member_id": member, "act": act.value, "other_id": other, "by_id": by, "at": now}
        await self.connection.execute(insert(AttentionActRow).values(community_id=self.community.id, **values))

    async def deeds(self, member: int, limit: int = 2) -> Sequence[Deed]:
        """Return what animators did for a member last, newest first."""
        rows = (
            await self.connection.execute(
                select(AttentionActRow.act, AttentionActRow.at, AttentionActRow.by_id, AttentionActRow.other_id)
                .where(AttentionActRow.community_id == self.community.id, AttentionActRow.member_id == member)
                .order_by(AttentionActRow.at.desc(), AttentionActRow.id.desc())
                .limit(limit)
            )
        ).all()
        known = await self._members({one for row in rows for one in (row.by_id, row.other_id) if one is not None})
        return [Deed(Act(row.act), row.at, known.get(row.by_id), known.get(row.other_id)) for row in rows]

    async def introduced(self, member: int, other: int, since: dt.datetime) -> bool:
        """Tell whether an animator proposed to a member since then to meet another."""
        found = select(AttentionActRow.id).where(
            AttentionActRow.community_id == self.community.id,
            AttentionActRow.member_id == member,
            AttentionActRow.at >= since,
            AttentionActRow.act == Act.INTRODUCED.value,
            AttentionActRow.other_id == other,
        )
        return (await self.connection.execute(found.limit(1))).first() is not None

    def _about(self, member: int, voice: int) -> tuple[ColumnElement[bool], ...]:
        if member:
            return (AttentionRow.member_id == member,)
        return (AttentionRow.reason == Reason.VOICE.value, AttentionRow.subject == voice, AttentionRow.member_id.is_(None))

    async def _settled(self, *which: ColumnElement[bool], limit: int | None = None) -> Sequence[Settled]:
        columns = (AttentionRow.reason, AttentionRow.subject, AttentionRow.at, AttentionRow.until, AttentionRow.by_id)
        rows = (
            await self.connection.execute(
                select(*columns)
                .where(AttentionRow.community_id == self.community.id, *which)
                .order_by(AttentionRow.at.desc(), AttentionRow.id.desc())
                .limit(limit)
            )
        ).all()
        known = await self._members({row.by_id for row in rows if row.by_id is not None})
        return [Settled(Reason(row.reason), row.subject, row.at, row.until, known.get(row.by_id)) for row in rows]

    async def _members(self, members: Collection[int]) -> Mapping[int | None, Member]:
        return {**await Members(self.connection, self.community).several(members)}
