"""Voices: the tables, and what they are as values. An anonymous one holds nothing of who raised it, not even the hour."""

from __future__ import annotations

import datetime as dt  # noqa: TC003 - SQLAlchemy resolves these annotations at run time
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, Index, UniqueConstraint

from storage.base import Base, InCommunity, Key, Mapped, Sealed, mapped_column

if TYPE_CHECKING:
    from bot.model import Member


class Kind(StrEnum):
    """What it is."""

    IDEA = "idea"
    CONCERN = "concern"
    OBJECTION = "objection"


class Audience(StrEnum):
    """Whom it is for: the animators alone; them, and once answered everyone, without a name; everyone at once."""

    ANIMATORS = "animators"
    LATER = "later"
    ALL = "all"


class Outcome(StrEnum):
    """What becomes of it."""

    WILL = "will"
    PARTLY = "partly"
    WONT = "wont"
    DONE = "done"


class Shown(StrEnum):
    """Whether everyone sees it: not (yet), yes, or an animator keeps it back."""

    NO = "no"
    YES = "yes"
    BACK = "back"


class VoiceRow(Base):
    """A voice. `member_id` is who signed it; an anonymous one has the hash of a `code` instead, which only its author knows.

    `day` is a date and nothing finer, of signed ones too: between two of them an hour would tell the hour of an anonymous one.
    `unread`: the animators have not seen the newest words. `tell_on`: from which date they are told of them, None once they were.
    `show_on`: from which date an anonymous one to everyone is posted by itself; `back`: why an animator keeps it from everyone.
    `over_at`: the day (its midnight) on which it was answered last, None while it waits.
    """

    __tablename__ = "voice"
    __table_args__ = (
        UniqueConstraint("community_id", "code"),
        Index(None, "community_id", "shown", "over_at"),
    )

    id: Mapped[Key]
    community_id: Mapped[InCommunity]
    member_id: Mapped[int | None] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), index=True)
    code: Mapped[str | None]
    kind: Mapped[str]
    audience: Mapped[str]
    words: Mapped[Sealed]
    day: Mapped[dt.date]
    unread: Mapped[bool]
    tell_on: Mapped[dt.date | None]
    outcome: Mapped[str]
    reason: Mapped[Sealed | None]
    shown: Mapped[str]
    show_on: Mapped[dt.date | None]
    back: Mapped[Sealed | None]
    over_at: Mapped[dt.datetime | None] = mapped_column(index=True)


class VoiceWordRow(Base):
    """What was said after a voice: by an animator, or more by whoever raised it."""

    __tablename__ = "voice_word"

    id: Mapped[Key]
    voice_id: Mapped[int] = mapped_column(ForeignKey("voice.id", ondelete="CASCADE"), index=True)
    animator_id: Mapped[int | None] = mapped_column(ForeignKey("member.id", ondelete="SET NULL"), index=True)
    answer: Mapped[bool]
    words: Mapped[Sealed]
    day: Mapped[dt.date]


class VoiceSaltRow(Base):
    """What makes the hashes of a day; it is thrown away with it, and then nobody can tell whose they were."""

    __tablename__ = "voice_salt"

    community_id: Mapped[int] = mapped_column(ForeignKey("community.id", ondelete="CASCADE"), primary_key=True)
    day: Mapped[dt.date]
    salt: Mapped[Sealed]


class VoiceAllowanceRow(Base):
    """How many anonymous voices somebody raised today, by a hash that only today's salt makes."""

    __tablename__ = "voice_allowance"

    community_id: Mapped[int] = mapped_column(ForeignKey("community.id", ondelete="CASCADE"), primary_key=True)
    digest: Mapped[str] = mapped_column(primary_key=True)
    used: Mapped[int]


@dataclass(frozen=True, slots=True)
class Word:
    """Something said after a voice: `answer` by an animator (None where they are gone), else by whoever raised it."""

    answer: bool
    animator: Member | None
    words: str | None
    day: dt.date


@dataclass(frozen=True, slots=True)
class Voice:
    """A voice as it stands. `words`, `reason` and `back` are None where the key that sealed them is missing.

    `back` is why an animator keeps it from everyone. `raiser` is None for an anonymous one.
    """

    id: int
    raiser: Member | None
    kind: Kind
    audience: Audience
    words: str | None
    day: dt.date
    unread: bool
    outcome: Outcome | None
    reason: str | None
    shown: Shown
    show_on: dt.date | None
    back: str | None
    answered: bool
    said: tuple[Word, ...] = ()

    @property
    def public(self) -> bool:
        """Whether everyone may see it once it is answered, or at once."""
        return self.audience is not Audience.ANIMATORS
