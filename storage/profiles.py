"""Profiles: what members tell of themselves, who was welcomed, and the search over them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import BigInteger, Date, ForeignKey, Index, and_, bindparam, case, func, or_, select, update

from bot.i18n import fold
from bot.model import Member
from bot.skills.ranking import own_words
from storage.base import Base, InCommunity, Mapped, Repository, mapped_column
from storage.people import COLUMNS, MemberRow
from storage.skill_index import Kind, SkillIndex
from storage.statements import escaped, insert_or_ignore, listed, upsert

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sqlalchemy import ColumnElement, Select

REMINDERS: Final = (dt.timedelta(days=2), dt.timedelta(days=7))
"""When a newcomer is reminded after the welcome: twice, then never again."""


class ProfileRow(Base):
    """What a member told of themselves. A row is there from the welcome on; `introduced_at` once they introduced themselves.

    `searched` is what they wrote, folded. `reminders` counts those sent; all of `REMINDERS` where they want none.
    """

    __tablename__ = "profile"
    __table_args__ = (Index("ix_profile_expects", "community_id", "introduced_at", "expects", "member_id"),)

    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), primary_key=True)
    community_id: Mapped[InCommunity]
    does: Mapped[str] = mapped_column(server_default="")
    offers: Mapped[str] = mapped_column(server_default="")
    seeks: Mapped[str] = mapped_column(server_default="")
    expects: Mapped[str] = mapped_column(server_default="")
    link: Mapped[str] = mapped_column(server_default="")
    written_in: Mapped[str] = mapped_column(server_default="")
    searched: Mapped[str] = mapped_column(server_default="")
    availability: Mapped[str] = mapped_column(server_default="")
    available_until: Mapped[dt.date | None] = mapped_column(Date)
    available_note: Mapped[str] = mapped_column(server_default="")
    welcomed_at: Mapped[dt.datetime | None]
    reminders: Mapped[int] = mapped_column(server_default="0")
    introduced_at: Mapped[dt.datetime | None]
    published_at: Mapped[dt.datetime | None]


@dataclass(frozen=True, slots=True)
class Introduction:
    """What a member writes in the introduction form. `expects` are kinds of value; `locale` is the language they wrote in."""

    does: str = ""
    offers: str = ""
    seeks: str = ""
    expects: tuple[str, ...] = ()
    link: str = ""
    locale: str = ""


@dataclass(frozen=True, slots=True)
class Availability:
    """What a member said of their time: `state` is "yes", "no" or empty (nothing said), `until` the last day it holds."""

    state: str = ""
    until: dt.date | None = None
    note: str = ""

    def on(self, day: dt.date) -> Availability:
        """Return what holds on a day: nothing once `until` is past."""
        return Availability() if self.until is not None and self.until < day else self


@dataclass(frozen=True, slots=True)
class Profile:
    """A member and what they told. `published`: their card stands in the introductions channels."""

    member: Member
    introduction: Introduction = Introduction()
    availability: Availability = Availability()
    introduced_at: dt.datetime | None = None
    reminders: int = 0
    published: bool = False

    @property
    def locale(self) -> str:
        """Their language: the one they chose, else the one they wrote their introduction in."""
        return self.member.locale or self.introduction.locale


@dataclass(frozen=True, slots=True)
class Page:
    """Some of the profiles found, and how many there are in all."""

    profiles: Sequence[Profile]
    total: int


_PROFILES: Final[Select[*tuple[Any, ...]]] = select(
    *COLUMNS,
    ProfileRow.does,
    ProfileRow.offers,
    ProfileRow.seeks,
    ProfileRow.expects,
    ProfileRow.link,
    ProfileRow.written_in,
    ProfileRow.availability,
    ProfileRow.available_until,
    ProfileRow.available_note,
    ProfileRow.reminders,
    ProfileRow.introduced_at,
    ProfileRow.published_at,
).join_from(MemberRow, ProfileRow, ProfileRow.member_id == MemberRow.id, isouter=True)
_INTRODUCED: Final = _PROFILES.where(
    MemberRow.community_id == bindparam("community"),
    MemberRow.left_at.is_(None),
    MemberRow.bot.is_(False),
    ProfileRow.introduced_at.is_not(None),
).order_by(MemberRow.id)
_SEVERAL: Final = _INTRODUCED.where(MemberRow.id.in_(listed("members", BigInteger)))
# Held until the end, so that nobody indexes what somebody else is about to change.
_TEXTS: Final = (
    select(ProfileRow.member_id, ProfileRow.does, ProfileRow.offers, ProfileRow.seeks, ProfileRow.written_in)
    .join(MemberRow, MemberRow.id == ProfileRow.member_id)
    .where(
        ProfileRow.community_id == bindparam("community"),
        ProfileRow.introduced_at.is_not(None),
        MemberRow.left_at.is_(None),
        MemberRow.bot.is_(False),
    )
    .order_by(ProfileRow.member_id)
    .with_for_update(of=ProfileRow)
)
_TEXTS_OF: Final = _TEXTS.where(ProfileRow.member_id == bindparam("member"))
_HELD: Final = (
    select(ProfileRow.member_id)
    .where(ProfileRow.community_id == bindparam("community"), ProfileRow.member_id == bindparam("member"))
    .with_for_update()
)
_TEXTS_AFTER: Final = _TEXTS.where(ProfileRow.member_id > bindparam("after")).limit(bindparam("most"))


class Profiles(Repository):
    """The profiles of a community."""

    async def get(self, member: int) -> Profile | None:
        """Return a member's profile, without an introduction where they told nothing yet; None where there is no such member."""
        rows = await self.connection.execute(
            _PROFILES.where(MemberRow.id == member, MemberRow.community_id == self.community.id, MemberRow.bot.is_(False))
        )
        row = rows.one_or_none()
        return None if row is None else _profile(row)

    async def welcome(self, member: int, now: dt.datetime) -> bool:
        """Record that a member is welcomed; False if they were before."""
        added = await self.connection.execute(insert_or_ignore(self.connection, ProfileRow, self._row(member, welcomed_at=now)))
        if added.rowcount == 1:
            return True
        first = await self.connection.execute(
            update(ProfileRow).where(ProfileRow.member_id == member, ProfileRow.welcomed_at.is_(None)).values(welcomed_at=now)
        )
        return first.rowcount == 1

    async def introduce(self, member: int, told: Introduction, now: dt.datetime) -> None:
        """Keep what a member tells; the first time makes it their introduction."""
        await self._keep(
            member,
            does=told.does,
            offers=told.offers,
            seeks=told.seeks,
            expects=",".join(told.expects),
            link=told.link,
            written_in=told.locale,
            searched=fold(f"{told.does} {told.offers} {told.seeks}"),
        )
        await self.connection.execute(
            update(ProfileRow).where(ProfileRow.member_id == member, ProfileRow.introduced_at.is_(None)).values(introduced_at=now)
        )
        await self.index(member)

    async def index(self, member: int) -> None:
        """Let a member be found by what they told, where they introduced themselves and are here."""
        for row in (await self.connection.execute(_TEXTS_OF, {"community": self.community.id, "member": member})).all():
            await self._index(*row)

    async def forget(self, member: int) -> None:
        """Let a member be found by nothing they told, once whoever is changing it is done."""
        await self.connection.execute(_HELD, {"community": self.community.id, "member": member})
        await SkillIndex(self.connection, self.community).forget_member(member)

    async def index_some(self, after: int, limit: int) -> int | None:
        """Do the same for the members who follow an id; return the last of them, None where there are no more."""
        values = {"community": self.community.id, "after": after, "most": limit}
        rows = (await self.connection.execute(_TEXTS_AFTER, values)).all()
        for row in rows:
            await self._index(*row)
        return rows[-1][0] if rows else None

    async def _index(self, member: int, does: str, offers: str, seeks: str, locale: str) -> None:
        index = SkillIndex(self.connection, self.community)
        await index.index(Kind.OFFERS, member, own_words(does, offers), locale)
        await index.index(Kind.SEEKS, member, ((seeks, 1.0),), locale)

    async def make_available(self, member: int, said: Availability) -> None:
        """Keep what a member says of their time."""
        await self._keep(member, availability=said.state, available_until=said.until, available_note=said.note)

    async def introduced(self) -> Sequence[Profile]:
        """Return everybody of the community who introduced themselves and is here, by id."""
        rows = await self.connection.execute(_INTRODUCED, {"community": self.community.id})
        return [_profile(row) for row in rows]

    async def several(self, members: Collection[int]) -> Sequence[Profile]:
        """Return those of some members who introduced themselves and are here, by id."""
        rows = await self.connection.execute(_SEVERAL, {"community": self.community.id, "members": list(members)})
        return [_profile(row) for row in rows]

    async def search(self, words: str = "", *, offset: int = 0, limit: int = 25) -> Page:
        """Return who introduced themselves and is here: those whose name matches first, then by name.

        Each word has to be in the name, the offers, what they seek or what they do; case and accents do not count.
        """
        conditions = self._introduced()
        named: list[ColumnElement[bool]] = []
        for word in fold(words).split():
            in_name = MemberRow.folded.like(escaped(word), escape="\\")
            named.append(in_name)
            conditions.append(or_(in_name, ProfileRow.searched.like(escaped(word), escape="\\")))
        total = (
            await self.connection.execute(select(func.count()).select_from(ProfileRow).join(MemberRow).where(*conditions))
        ).scalar_one()
        order = (case((and_(*named), 0), else_=1), MemberRow.folded, MemberRow.id) if named else (MemberRow.folded, MemberRow.id)
        rows = await self.connection.execute(_PROFILES.where(*conditions).order_by(*order).offset(offset).limit(limit))
        return Page([_profile(row) for row in rows], total)

    async def waiting(self) -> Sequence[Profile]:
        """Return who introduced themselves and has no card posted yet, oldest first."""
        rows = await self.connection.execute(
            _PROFILES.where(*self._introduced(), ProfileRow.published_at.is_(None)).order_by(ProfileRow.introduced_at, MemberRow.id)
        )
        return [_profile(row) for row in rows]

    async def lapsed(self, day: dt.date) -> Sequence[Profile]:
        """Return who is here and said of their time what held until before a day, by id."""
        rows = await self.connection.execute(
            _PROFILES.where(*self._here(), ProfileRow.available_until < day).order_by(MemberRow.id)
        )
        return [_profile(row) for row in rows]

    async def published(self, member: int, now: dt.datetime | None) -> None:
        """Record that a member's card is posted; None: it was taken away."""
        await self.connection.execute(update(ProfileRow).where(ProfileRow.member_id == member).values(published_at=now))

    async def to_remind(self, now: dt.datetime) -> Sequence[Profile]:
        """Return the newcomers who are here, did not introduce themselves and are due a reminder, by id."""
        due = or_(
            *(and_(ProfileRow.reminders == sent, ProfileRow.welcomed_at <= now - after) for sent, after in enumerate(REMINDERS))
        )
        rows = await self.connection.execute(
            _PROFILES.where(*self._here(), ProfileRow.introduced_at.is_(None), due).order_by(MemberRow.id)
        )
        return [_profile(row) for row in rows]

    async def welcomed_before(self, member: int, instant: dt.datetime) -> bool:
        """Tell whether a member was welcomed by an instant."""
        found = await self.connection.execute(
            select(ProfileRow.member_id).where(ProfileRow.member_id == member, ProfileRow.welcomed_at <= instant)
        )
        return found.first() is not None

    async def reminded(self, member: int, reminders: int) -> None:
        """Record how many reminders a member got; all of them where they want none."""
        await self._keep(member, reminders=reminders)

    def _here(self) -> list[ColumnElement[bool]]:
        return [
            MemberRow.community_id == self.community.id,
            MemberRow.left_at.is_(None),
            MemberRow.bot.is_(False),
        ]

    def _introduced(self) -> list[ColumnElement[bool]]:
        return [*self._here(), ProfileRow.introduced_at.is_not(None)]

    def _row(self, member: int, **values: object) -> dict[str, object]:
        return {"member_id": member, "community_id": self.community.id, **values}

    async def _keep(self, member: int, **values: object) -> None:
        await self.connection.execute(upsert(self.connection, ProfileRow, self._row(member, **values), keys=("member_id",)))


def _profile(row: Sequence[Any]) -> Profile:
    """Return the profile of a row of `_PROFILES`; read by position, since everybody's are read for each request."""
    identifier, name, locale, zone, animator, joined_at, left_at, *told = row
    member = Member(identifier, name, locale, zone, animator, joined_at, left_at is not None)
    does, offers, seeks, expects, link, written_in, availability, until, note, reminders, introduced_at, published_at = told
    if does is None:
        return Profile(member)
    return Profile(
        member,
        Introduction(does, offers, seeks, tuple(kind for kind in expects.split(",") if kind) if expects else (), link, written_in),
        Availability(availability, until, note),
        introduced_at,
        reminders,
        published_at is not None,
    )
