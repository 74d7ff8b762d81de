"""What members answered to icebreakers: one answer each, in their words; and how many did, counted from these rows alone."""

from __future__ import annotations

import datetime as dt  # noqa: TC003 - SQLAlchemy resolves these annotations at run time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, UniqueConstraint, delete, func, select, update

from storage.base import Base, InCommunity, Key, Mapped, OfMember, Repository, mapped_column
from storage.icebreakers import IcebreakerRow
from storage.statements import insert_or_ignore

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from bot.model import Member


class AnswerRow(Base):
    """An answer. `workspace_id` is where it was given; `words` are empty once whoever wrote them left the community."""

    __tablename__ = "icebreaker_answer"
    __table_args__ = (UniqueConstraint("icebreaker_id", "member_id"),)

    id: Mapped[Key]
    community_id: Mapped[InCommunity]
    icebreaker_id: Mapped[int] = mapped_column(ForeignKey("icebreaker.id", ondelete="CASCADE"))
    member_id: Mapped[OfMember]
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspace.id", ondelete="CASCADE"), index=True)
    words: Mapped[str]
    at: Mapped[dt.datetime]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a member answered, and the workspace where they did; `words` are empty once they left."""

    id: int
    icebreaker: int
    words: str
    workspace: int


@dataclass(frozen=True, slots=True)
class Participation:
    """How many prompts, answers to them and members who answered at least one, since an instant."""

    prompts: int
    answers: int
    members: int


class Answers(Repository):
    """The answers of a community."""

    async def of(self, icebreaker: int, member: Member) -> Answer | None:
        """Return what a member answered, or None."""
        found = await self._mine(member, AnswerRow.icebreaker_id == icebreaker)
        return found[0] if found else None

    async def by(self, member: Member) -> Sequence[Answer]:
        """Return everything a member answered."""
        return await self._mine(member)

    async def give(self, icebreaker: int, member: Member, words: str, workspace: int, now: dt.datetime) -> Answer:
        """Keep an answer, in the place of an earlier one of the same member; `workspace` stays the first one's."""
        values = {
            "community_id": self.community.id,
            "icebreaker_id": icebreaker,
            "member_id": member.id,
            "workspace_id": workspace,
            "words": words,
            "at": now,
        }
        if (await self.connection.execute(insert_or_ignore(self.connection, AnswerRow, values))).rowcount == 0:
            mine = update(AnswerRow).where(AnswerRow.icebreaker_id == icebreaker, AnswerRow.member_id == member.id)
            await self.connection.execute(mine.values(words=words))
        found = await self.of(icebreaker, member)
        if found is None:
            message = f"the answer of {member.id} to {icebreaker} was not kept"
            raise RuntimeError(message)
        return found

    async def take_back(self, answer: Answer) -> None:
        """Forget an answer: it counts no more."""
        await self.connection.execute(delete(AnswerRow).where(AnswerRow.id == answer.id))

    async def forget(self, member: Member) -> None:
        """Forget the words of a member who left; that they once answered still counts."""
        mine = update(AnswerRow).where(AnswerRow.community_id == self.community.id, AnswerRow.member_id == member.id)
        await self.connection.execute(mine.values(words=""))

    async def counts(self, icebreakers: Collection[int]) -> Mapping[int, int]:
        """Return how many answered each of these; those that nobody answered are left out."""
        rows = await self.connection.execute(
            select(AnswerRow.icebreaker_id, func.count().label("answers"))
            .where(AnswerRow.community_id == self.community.id, AnswerRow.icebreaker_id.in_(list(icebreakers)))
            .group_by(AnswerRow.icebreaker_id)
        )
        return {row.icebreaker_id: row.answers for row in rows}

    async def participation(self, since: dt.datetime) -> Participation:
        """Return how many took part in what was asked since an instant."""
        asked = (IcebreakerRow.community_id == self.community.id, IcebreakerRow.posted, IcebreakerRow.at >= since)
        prompts = (await self.connection.execute(select(func.count()).select_from(IcebreakerRow).where(*asked))).scalar_one()
        row = (
            await self.connection.execute(
                select(func.count().label("answers"), func.count(AnswerRow.member_id.distinct()).label("members"))
                .join(IcebreakerRow, IcebreakerRow.id == AnswerRow.icebreaker_id)
                .where(*asked)
            )
        ).one()
        return Participation(prompts, row.answers, row.members)

    async def _mine(self, member: Member, *where: object) -> Sequence[Answer]:
        rows = await self.connection.execute(
            select(AnswerRow.id, AnswerRow.icebreaker_id, AnswerRow.words, AnswerRow.workspace_id)
            .where(AnswerRow.community_id == self.community.id, AnswerRow.member_id == member.id, *where)  # pyright: ignore[reportArgumentType]
            .order_by(AnswerRow.id)
        )
        return [Answer(row.id, row.icebreaker_id, row.words, row.workspace_id) for row in rows]
