"""Answers to check-ins: sealed, each with those who may read it. Whoever answers for totals alone has no row here."""

from __future__ import annotations

import datetime as dt  # noqa: TC003 - SQLAlchemy resolves these annotations at run time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import msgspec
from sqlalchemy import Date, ForeignKey, Index, UniqueConstraint, and_, delete, func, insert, select, update

from storage.base import Base, InCommunity, Key, Mapped, OfMember, Repository, Sealed, mapped_column
from storage.checkin import Reads, Said
from storage.checkins import SendingRow
from storage.people import COLUMNS, MemberRow, Members, as_member
from storage.statements import insert_or_ignore

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from bot.model import Member
    from storage.checkin import Question


class AnswerRow(Base):
    """An answer that somebody reads. `said` is sealed; `cared_at`: an animator has done what there was to do."""

    __tablename__ = "checkin_answer"
    __table_args__ = (UniqueConstraint("sending_id", "member_id"), Index(None, "community_id", "given_at"))

    id: Mapped[Key]
    community_id: Mapped[InCommunity]
    sending_id: Mapped[int] = mapped_column(ForeignKey("checkin_sending.id", ondelete="CASCADE"))
    member_id: Mapped[OfMember]
    reads: Mapped[str]
    said: Mapped[Sealed]
    given_at: Mapped[dt.datetime]
    cared_at: Mapped[dt.datetime | None]
    cared_by: Mapped[int | None] = mapped_column(ForeignKey("member.id", ondelete="SET NULL"), index=True)


class ReaderRow(Base):
    """Somebody who may read an answer: those who were named before it was given. `remind_on`: the date they want to think of it."""

    __tablename__ = "checkin_reader"

    answer_id: Mapped[int] = mapped_column(ForeignKey("checkin_answer.id", ondelete="CASCADE"), primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), primary_key=True, index=True)
    read_at: Mapped[dt.datetime | None]
    remind_on: Mapped[dt.date | None] = mapped_column(Date)


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer as one of its readers, or whoever gave it, may see it. `said` is None where its key is missing."""

    id: int
    sending: int
    campaign: int
    member: Member
    reads: Reads
    said: Said | None
    given_at: dt.datetime
    readers: tuple[Member, ...] = ()
    read: bool = True
    cared: bool = False
    remind_on: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Parties:
    """Between whom an answer is; `team`: its readers are animators."""

    author: int
    readers: frozenset[int]
    team: bool


_ANSWERS: Final = (
    select(
        AnswerRow.id.label("answer"),
        AnswerRow.sending_id,
        AnswerRow.reads,
        AnswerRow.said,
        AnswerRow.given_at,
        AnswerRow.cared_at,
        SendingRow.campaign_id,
        *COLUMNS,
    )
    .join(SendingRow, SendingRow.id == AnswerRow.sending_id)
    .join(MemberRow, MemberRow.id == AnswerRow.member_id)
)
_MINE_TO_READ: Final = _ANSWERS.add_columns(ReaderRow.read_at, ReaderRow.remind_on).join(
    ReaderRow, ReaderRow.answer_id == AnswerRow.id
)


class CheckinAnswers(Repository):
    """What members of a community answered."""

    async def give(  # noqa: PLR0913, PLR0917 - what an answer is made of
        self, sending: int, member: int, reads: Reads, readers: Collection[int], said: Said, now: dt.datetime
    ) -> int | None:
        """Keep an answer for its readers; None where there is one already."""
        values = {
            "community_id": self.community.id,
            "sending_id": sending,
            "member_id": member,
            "reads": reads.value,
            "said": self.sealed(msgspec.json.encode(said).decode()),
            "given_at": now,
            "cared_at": None,
            "cared_by": None,
        }
        given = insert_or_ignore(self.connection, AnswerRow, values).returning(AnswerRow.id)
        answer = (await self.connection.execute(given)).scalar_one_or_none()
        if answer is not None and readers:
            rows = [{"answer_id": answer, "member_id": reader, "read_at": None, "remind_on": None} for reader in sorted(readers)]
            await self.connection.execute(insert(ReaderRow), rows)
        return answer

    async def for_reader(self, answer: int, reader: int) -> Answer | None:
        """Return an answer to somebody who may read it; None to anybody else."""
        found = await self._read(reader, AnswerRow.id == answer)
        return found[0] if found else None

    async def parties(self, answer: int) -> Parties | None:
        """Return between whom an answer is; None where it is gone."""
        found = select(AnswerRow.member_id, AnswerRow.reads).where(
            AnswerRow.id == answer, AnswerRow.community_id == self.community.id
        )
        row = (await self.connection.execute(found)).one_or_none()
        if row is None:
            return None
        readers = await self.connection.execute(select(ReaderRow.member_id).where(ReaderRow.answer_id == answer))
        return Parties(row.member_id, frozenset(readers.scalars()), row.reads == Reads.ANIMATORS.value)

    async def inbox(self, reader: int, *, cared: bool = False, offset: int = 0, limit: int = 8) -> Sequence[Answer]:
        """Return what animators may read, newest first: what nobody has cared for yet, or what somebody has."""
        done = AnswerRow.cared_at.is_not(None) if cared else AnswerRow.cared_at.is_(None)
        return await self._read(reader, AnswerRow.reads == Reads.ANIMATORS.value, done, offset=offset, limit=limit)

    async def numbers(self, reader: int) -> tuple[int, int]:
        """Return how many answers wait for the care of the animators, and how many of them this one has not read."""
        found = (
            select(func.count().label("waiting"), func.count(ReaderRow.read_at).label("read"))
            .select_from(ReaderRow)
            .join(AnswerRow, AnswerRow.id == ReaderRow.answer_id)
            .where(
                ReaderRow.member_id == reader,
                AnswerRow.community_id == self.community.id,
                AnswerRow.reads == Reads.ANIMATORS.value,
                AnswerRow.cared_at.is_(None),
            )
        )
        row = (await self.connection.execute(found)).one()
        return row.waiting, row.waiting - row.read

    async def by(self, member: int, limit: int = 8) -> Sequence[Answer]:
        """Return what a member answered, newest first, with who may read it."""
        rows = await self._rows(_ANSWERS.where(AnswerRow.member_id == member), 0, limit)
        readers = await self._readers([row["answer"] for row in rows])
        return [self._answer(row, readers.get(row["answer"], ())) for row in rows]

    async def count(self, sending: int) -> int:
        """Return how many gave an answer to a sending that animators read."""
        found = select(func.count()).where(AnswerRow.sending_id == sending, AnswerRow.reads == Reads.ANIMATORS.value)
        return (await self.connection.execute(found)).scalar_one()

    async def read(self, answer: int, reader: int, now: dt.datetime) -> None:
        """Record that somebody read an answer."""
        await self._of_reader(answer, reader, ReaderRow.read_at.is_(None), read_at=now)

    async def remind(self, answer: int, reader: int, date: dt.date | None) -> None:
        """Keep when somebody wants to think of an answer again."""
        await self._of_reader(answer, reader, remind_on=date)

    async def care(self, answer: int, by: int, now: dt.datetime | None) -> None:
        """Record that an animator cared for an answer; `now` None: not yet after all."""
        done = update(AnswerRow).where(AnswerRow.id == answer, AnswerRow.community_id == self.community.id)
        await self.connection.execute(done.values(cared_at=now, cared_by=None if now is None else by))

    async def forget(self, member: int, answer: int | None = None) -> Sequence[int]:
        """Forget an answer of a member, or all of them; return which."""
        mine = and_(AnswerRow.member_id == member, AnswerRow.community_id == self.community.id)
        gone = delete(AnswerRow).where(mine if answer is None else and_(mine, AnswerRow.id == answer)).returning(AnswerRow.id)
        return list((await self.connection.execute(gone)).scalars())

    # ------------------------------------------------------------ rows

    async def _read(self, reader: int, *which: Any, offset: int = 0, limit: int = 1) -> list[Answer]:  # noqa: ANN401 - conditions
        rows = await self._rows(_MINE_TO_READ.where(ReaderRow.member_id == reader, *which), offset, limit)
        readers = await self._readers([row["answer"] for row in rows])
        return [self._answer(row, readers.get(row["answer"], ()), mine=True) for row in rows]

    async def _rows(self, found: Any, offset: int, limit: int) -> list[Any]:  # noqa: ANN401 - a select, and its rows
        ordered = found.where(AnswerRow.community_id == self.community.id).order_by(AnswerRow.given_at.desc(), AnswerRow.id.desc())
        return list((await self.connection.execute(ordered.offset(offset).limit(limit))).mappings())

    async def _readers(self, answers: Sequence[int]) -> Mapping[int, tuple[Member, ...]]:
        rows = (
            await self.connection.execute(
                select(ReaderRow.answer_id, ReaderRow.member_id)
                .where(ReaderRow.answer_id.in_(answers))
                .order_by(ReaderRow.answer_id, ReaderRow.member_id)
            )
        ).all()
        known = await Members(self.connection, self.community).several({row.member_id for row in rows})
        found: dict[int, tuple[Member, ...]] = {}
        for row in rows:
            found[row.answer_id] = (*found.get(row.answer_id, ()), known[row.member_id])
        return found

    def _answer(self, row: Any, readers: tuple[Member, ...], *, mine: bool = False) -> Answer:  # noqa: ANN401 - a row of `_ANSWERS`
        opened = self.opened(row["said"])
        return Answer(
            row["answer"],
            row["sending_id"],
            row["campaign_id"],
            as_member(row),
            Reads(row["reads"]),
            None if opened is None else msgspec.json.decode(opened, type=Said),
            row["given_at"],
            readers,
            not mine or row["read_at"] is not None,
            row["cared_at"] is not None,
            row["remind_on"] if mine else None,
        )

    async def _of_reader(self, answer: int, reader: int, *which: Any, **values: object) -> None:  # noqa: ANN401 - conditions
        mine = update(ReaderRow).where(ReaderRow.answer_id == answer, ReaderRow.member_id == reader, *which)
        await self.connection.execute(mine.values(**values))


def low(questions: Sequence[Question], said: Said) -> bool:
    """Tell whether an answer is one that the animators wanted to hear of at once."""
    return any(
        question.low and chosen and chosen[0].isdecimal() and int(chosen[0]) <= question.low
        for question, chosen in zip(questions, said.answers, strict=False)
    )
