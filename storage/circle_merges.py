"""Circles that may become one: a small one is offered another, and it comes to be where both sides want it."""

from __future__ import annotations

import datetime as dt  # noqa: TC003 - SQLAlchemy resolves these annotations at run time
from typing import TYPE_CHECKING, Any

from sqlalchemy import ForeignKey, Index, insert, or_, select, update

from storage.base import Base, InCommunity, Key, Mapped, Repository, mapped_column
from storage.circle import Merge, Step
from storage.statements import insert_or_ignore

if TYPE_CHECKING:
    from collections.abc import Sequence


class CircleMergeRow(Base):
    """The members of a small circle may come to a larger one, until it is too late to say so."""

    __tablename__ = "circle_merge"
    __table_args__ = (Index(None, "community_id", "step"),)

    id: Mapped[Key]
    community_id: Mapped[InCommunity]
    small_id: Mapped[int] = mapped_column(ForeignKey("circle.id", ondelete="CASCADE"), index=True)
    large_id: Mapped[int] = mapped_column(ForeignKey("circle.id", ondelete="CASCADE"), index=True)
    step: Mapped[str]
    ends_at: Mapped[dt.datetime]


class CircleMergeVoteRow(Base):
    """Somebody of either circle wants it. Who does not is not kept."""

    __tablename__ = "circle_merge_vote"

    merge_id: Mapped[int] = mapped_column(ForeignKey("circle_merge.id", ondelete="CASCADE"), primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), primary_key=True, index=True)


class CircleMerges(Repository):
    """The merges of circles of a community."""

    async def offer(self, small: int, large: int, ends_at: dt.datetime) -> int:
        """Keep that a small circle is offered another; return the merge's id."""
        values = {
            "community_id": self.community.id,
            "small_id": small,
            "large_id": large,
            "step": Step.OFFERED.value,
            "ends_at": ends_at,
        }
        return (await self.connection.execute(insert(CircleMergeRow).values(values).returning(CircleMergeRow.id))).scalar_one()

    async def get(self, merge: int) -> Merge | None:
        """Return a merge of this community, or None."""
        return next(iter(await self._found(CircleMergeRow.id == merge)), None)

    async def open_of(self, circle: int) -> Sequence[Merge]:
        """Return the merges of a circle that are not decided."""
        own = or_(CircleMergeRow.small_id == circle, CircleMergeRow.large_id == circle)
        return await self._found(own, CircleMergeRow.step.in_([Step.OFFERED.value, Step.ASKED.value]))

    async def late(self, now: dt.datetime) -> Sequence[Merge]:
        """Return the merges that were not decided in time."""
        return await self._found(CircleMergeRow.step.in_([Step.OFFERED.value, Step.ASKED.value]), CircleMergeRow.ends_at <= now)

    async def move(self, merge: int, step: Step, ends_at: dt.datetime | None = None) -> None:
        """Change how far a merge is, and until when it may go on."""
        values: dict[str, Any] = {"step": step.value}
        if ends_at is not None:
            values["ends_at"] = ends_at
        await self.connection.execute(update(CircleMergeRow).where(CircleMergeRow.id == merge).values(**values))

    async def vote(self, merge: int, member: int) -> None:
        """Keep that somebody wants it."""
        values = {"merge_id": merge, "member_id": member}
        await self.connection.execute(insert_or_ignore(self.connection, CircleMergeVoteRow, values))

    async def _found(self, *which: Any) -> list[Merge]:  # noqa: ANN401 - SQLAlchemy's conditions
        rows = (
            await self.connection.execute(
                select(*CircleMergeRow.__table__.c)
                .where(CircleMergeRow.community_id == self.community.id, *which)
                .order_by(CircleMergeRow.id)
            )
        ).all()
        votes: dict[int, set[int]] = {row.id: set() for row in rows}
        if rows:
            for vote in await self.connection.execute(
                select(CircleMergeVoteRow.merge_id, CircleMergeVoteRow.member_id).where(
                    CircleMergeVoteRow.merge_id.in_(list(votes))
                )
            ):
                votes[vote.merge_id].add(vote.member_id)
        return [
            Merge(row.id, row.small_id, row.large_id, Step(row.step), row.ends_at, tuple(sorted(votes[row.id]))) for row in rows
        ]
