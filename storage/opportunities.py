"""Opportunities: what members post to their peers, from the first draft to how it ended."""

from __future__ import annotations

import datetime as dt  # noqa: TC003 - SQLAlchemy resolves these annotations at run time
from typing import TYPE_CHECKING, Any, Final

import msgspec
from sqlalchemy import ForeignKey, Index, and_, delete, func, insert, select, update

from bot.i18n import fold
from bot.model import Member
from storage.base import Base, InCommunity, Key, Mapped, OfMember, Repository, aliased, mapped_column
from storage.opportunity import LIVE, Contents, Opportunity, Status
from storage.people import COLUMNS, MemberRow, as_member
from storage.skill_index import Kind as Indexed
from storage.skill_index import SkillIndex

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement

    from storage.statements import AnyRow, AnySelect


_STORY: Final = 0.5
LISTED: Final = 500
"""Opportunities of one member that are looked at, newest first."""


class OpportunityRow(Base):
    """An opportunity. `contents` and `proposed` are JSON; `kind`, `place` and `searched` repeat what lists look for."""

    __tablename__ = "opportunity"
    __table_args__ = (
        Index(None, "community_id", "status", "published_at"),
        Index(None, "community_id", "status", "expires_at"),
        Index(None, "community_id", "status", "remind_at"),
        Index(None, "community_id", "ended_at", "status"),
    )

    id: Mapped[Key]
    community_id: Mapped[InCommunity]
    member_id: Mapped[OfMember]
    status: Mapped[str]
    contents: Mapped[str]
    proposed: Mapped[str] = mapped_column(server_default="")
    kind: Mapped[str] = mapped_column(server_default="")
    place: Mapped[str] = mapped_column(server_default="")
    searched: Mapped[str] = mapped_column(server_default="")
    version: Mapped[int] = mapped_column(server_default="1")
    refused: Mapped[str] = mapped_column(server_default="")
    created_at: Mapped[dt.datetime]
    review_at: Mapped[dt.datetime | None]
    published_at: Mapped[dt.datetime | None]
    expires_at: Mapped[dt.datetime | None]
    remind_at: Mapped[dt.datetime | None]
    ended_at: Mapped[dt.datetime | None]
    filled_by: Mapped[int | None] = mapped_column(ForeignKey("member.id", ondelete="SET NULL"), index=True)


_taker = aliased(MemberRow)
_OWN: Final = (
    OpportunityRow.id.label("opportunity"),
    *(OpportunityRow.status, OpportunityRow.contents, OpportunityRow.proposed, OpportunityRow.version, OpportunityRow.refused),
    *(OpportunityRow.created_at, OpportunityRow.review_at, OpportunityRow.published_at, OpportunityRow.expires_at),
)
OPPORTUNITIES: Final[AnySelect] = (
    select(*_OWN, *COLUMNS, _taker.id.label("taker"), _taker.name.label("taker_name"))
    .select_from(OpportunityRow)
    .join(MemberRow, MemberRow.id == OpportunityRow.member_id)
    .outerjoin(_taker, and_(_taker.id == OpportunityRow.filled_by, _taker.left_at.is_(None)))
)
_here: Final = MemberRow.left_at.is_(None)
_contents = msgspec.json.Decoder(Contents)


class Opportunities(Repository):
    """The opportunities of a community."""

    async def create(self, poster: Member, contents: Contents, now: dt.datetime) -> Opportunity:
        """Keep a draft."""
        values = {
            "community_id": self.community.id,
            "member_id": poster.id,
            "status": Status.DRAFT.value,
            "created_at": now,
            **_columns_of(contents),
        }
        made = await self.connection.execute(insert(OpportunityRow).values(**values).returning(OpportunityRow.id))
        return Opportunity(made.scalar_one(), poster, Status.DRAFT, contents, 1, now)

    async def get(self, identifier: int) -> Opportunity | None:
        """Return an opportunity of this community, whatever its status, or None."""
        found = await self._where(OpportunityRow.id == identifier, limit=1)
        return found[0] if found else None

    async def write(self, identifier: int, contents: Contents) -> None:
        """Keep what a draft, or a change of a published one that needs nobody's consent, says."""
        await self._change(identifier, OpportunityRow.version + 1, **_columns_of(contents), proposed="", review_at=None, refused="")
        await self._index(identifier)

    async def propose(self, identifier: int, contents: Contents | None) -> None:
        """Keep a change of a published one that is not published yet; None: there is none any more."""
        words = "" if contents is None else msgspec.json.encode(contents).decode()
        await self._change(identifier, OpportunityRow.version + 1, proposed=words, review_at=None, refused="")

    async def review(self, identifier: int, since: dt.datetime | None, refused: str = "") -> None:
        """Record that the animators are asked, or (None) that they answered: with a reason where it is no."""
        await self._change(identifier, review_at=since, refused=refused)

    async def publish(self, identifier: int, now: dt.datetime, expires: dt.datetime, remind: dt.datetime) -> bool:
        """Record that it is open from now on; False if it was already."""
        changed = await self.connection.execute(
            update(OpportunityRow)
            .where(OpportunityRow.id == identifier, OpportunityRow.status.in_((Status.DRAFT, Status.EXPIRED)))
            .values(
                status=Status.OPEN.value,
                published_at=func.coalesce(OpportunityRow.published_at, now),
                expires_at=expires,
                remind_at=remind,
                review_at=None,
                refused="",
                ended_at=None,
            )
        )
        await self._index(identifier)
        return changed.rowcount == 1

    async def extend(self, identifier: int, expires: dt.datetime, remind: dt.datetime) -> None:
        """Record until when a live one stays."""
        await self._change(identifier, expires_at=expires, remind_at=remind)

    async def stand(self, identifier: int, status: Status) -> None:
        """Record that a live one is open, or in talks."""
        await self._change(identifier, status=status.value)

    async def end(self, identifier: int, status: Status, now: dt.datetime, filled_by: Member | None = None) -> bool:
        """Record how it ended, and who got it; False if it had ended. An expired one may still be said to be filled."""
        ended = await self.connection.execute(
            update(OpportunityRow)
            .where(OpportunityRow.id == identifier, OpportunityRow.status.in_((Status.DRAFT, *LIVE, Status.EXPIRED)))
            .where(OpportunityRow.status != status.value)
            .values(
                status=status.value,
                ended_at=now,
                filled_by=filled_by.id if filled_by else None,
                remind_at=None,
                review_at=None,
                proposed="",
            )
        )
        await self._index(identifier)
        return ended.rowcount == 1

    async def not_filled(self, identifier: int, member: Member) -> bool:
        """Record that a member did not get it: it is over, and may be said to be filled again; False if that was not said."""
        changed = await self.connection.execute(
            update(OpportunityRow)
            .where(OpportunityRow.id == identifier, OpportunityRow.community_id == self.community.id)
            .where(OpportunityRow.status == Status.FILLED.value, OpportunityRow.filled_by == member.id)
            .values(status=Status.EXPIRED.value, filled_by=None)
        )
        return changed.rowcount == 1

    async def discard(self, identifier: int) -> None:
        """Forget a draft."""
        await self.connection.execute(
            delete(OpportunityRow).where(
                OpportunityRow.id == identifier,
                OpportunityRow.community_id == self.community.id,
                OpportunityRow.status == Status.DRAFT.value,
            )
        )

    # ------------------------------------------------------------ lists

    async def mine(self, poster: Member, limit: int = LISTED) -> Sequence[Opportunity]:
        """Return all that a member posted or began, newest first; also of a member who just left."""
        return await self._where(OpportunityRow.member_id == poster.id, limit=limit)

    async def published_since(self, poster: Member, instant: dt.datetime) -> int:
        """Return how many a member published since then, whatever became of them."""
        count = select(func.count()).where(OpportunityRow.member_id == poster.id, OpportunityRow.published_at > instant)
        return (await self.connection.execute(count)).scalar_one()

    async def expired(self, now: dt.datetime) -> Sequence[Opportunity]:
        """Return the live ones whose time is over."""
        return await self._due(OpportunityRow.expires_at <= now)

    async def to_remind(self, now: dt.datetime) -> Sequence[Opportunity]:
        """Return the live ones whose poster is to be reminded that they expire soon."""
        return await self._due(OpportunityRow.remind_at <= now, _here)

    async def reminded(self, identifier: int) -> None:
        """Record that the one reminder was sent."""
        await self._change(identifier, remind_at=None)

    # ------------------------------------------------------------ the index

    async def index_some(self, after: int, limit: int) -> int | None:
        """Let the live ones that follow an id be found by their words; return the last of them, None where there are no more."""
        rows = await self._texts(
            OpportunityRow.id > after, OpportunityRow.status.in_([status.value for status in LIVE]), limit=limit
        )
        for row in rows:
            await self._index_row(row)
        return rows[-1].id if rows else None

    async def _index(self, identifier: int) -> None:
        """Let one be found by its words while it is live, and by nothing else."""
        for row in await self._texts(OpportunityRow.id == identifier, limit=1):
            await self._index_row(row)

    async def _texts(self, *conditions: ColumnElement[bool], limit: int) -> Sequence[AnyRow]:
        rows = await self.connection.execute(
            select(OpportunityRow.id, OpportunityRow.status, OpportunityRow.contents)
            .where(OpportunityRow.community_id == self.community.id, *conditions)
            .order_by(OpportunityRow.id)
            .limit(limit)
            .with_for_update()
        )
        return rows.all()

    async def _index_row(self, row: AnyRow) -> None:
        index = SkillIndex(self.connection, self.community)
        if Status(row.status) in LIVE:
            contents = _contents.decode(row.contents)
            await index.index(Indexed.OPPORTUNITY, row.id, texts_of(contents), contents.locale)
        else:
            await index.forget(Indexed.OPPORTUNITY, row.id)

    async def _due(self, *conditions: ColumnElement[bool]) -> Sequence[Opportunity]:
        return await self._where(OpportunityRow.status.in_([status.value for status in LIVE]), *conditions)

    async def _change(self, identifier: int, version: ColumnElement[int] | None = None, **values: object) -> None:
        if version is not None:
            values["version"] = version
        await self.connection.execute(
            update(OpportunityRow)
            .where(OpportunityRow.id == identifier, OpportunityRow.community_id == self.community.id)
            .values(**values)
        )

    async def _where(
        self,
        *conditions: ColumnElement[bool],
        limit: int = LISTED,
    ) -> Sequence[Opportunity]:
        rows = await self.connection.execute(
            OPPORTUNITIES.where(OpportunityRow.community_id == self.community.id, *conditions)
            .order_by(OpportunityRow.id.desc())
            .limit(limit)
        )
        return [opportunity_of(row) for row in rows.mappings()]


def texts_of(contents: Contents) -> tuple[tuple[str, float], ...]:
    """Return the words that an opportunity is found by, each text with how much it counts: the story less where skills are said."""
    return ((contents.title, 1.0), (contents.skills, 1.0), (contents.what, _STORY if contents.skills else 1.0))


def _columns_of(contents: Contents) -> dict[str, str]:
    return {
        "contents": msgspec.json.encode(contents).decode(),
        "kind": contents.kind or "",
        "place": contents.place or "",
        "searched": fold(f"{contents.title} {contents.what} {contents.skills} {contents.where}"),
    }


def opportunity_of(row: Any) -> Opportunity:  # noqa: ANN401 - a row of `OPPORTUNITIES`
    """Return the opportunity of a row."""
    return Opportunity(
        row["opportunity"],
        as_member(row),
        Status(row["status"]),
        _contents.decode(row["contents"]),
        row["version"],
        row["created_at"],
        _contents.decode(row["proposed"]) if row["proposed"] else None,
        row["refused"],
        row["review_at"],
        row["published_at"],
        row["expires_at"],
        None if row["taker"] is None else Member(row["taker"], row["taker_name"]),
    )
