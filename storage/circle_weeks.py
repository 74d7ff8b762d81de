"""The weeks of circles: who was asked, what they answered, what was shown; and how many, once the words are forgotten."""

from __future__ import annotations

import datetime as dt  # noqa: TC003 - SQLAlchemy resolves these annotations at run time
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import BigInteger, Date, ForeignKey, Index, UniqueConstraint, bindparam, false, func, insert, select, update

from storage.base import Base, InCommunity, Key, Mapped, Repository, Sealed, aliased, mapped_column
from storage.circle import Part, Said, Stage, Told, Week
from storage.circle_words import NONE, WORDS, closed, opened
from storage.circles import CirclePeerRow, CircleRow
from storage.people import COLUMNS, MemberRow, as_member
from storage.statements import insert_or_ignore, listed

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from storage.circle import Circle


class CircleWeekRow(Base):
    """One time that the members of a circle are asked. `next_at` is when something is due: the nudge, then the deadline.

    `room` is the conversation that its answers were shown in; `asked` and `answered` count members.
    """

    __tablename__ = "circle_week"
    __table_args__ = (UniqueConstraint("circle_id", "local_date"), Index(None, "community_id", "next_at"))

    id: Mapped[Key]
    community_id: Mapped[InCommunity]
    circle_id: Mapped[int] = mapped_column(ForeignKey("circle.id", ondelete="CASCADE"))
    local_date: Mapped[dt.date] = mapped_column(Date)
    number: Mapped[int]
    stage: Mapped[str]
    nudge_at: Mapped[dt.datetime]
    deadline: Mapped[dt.datetime]
    nudged: Mapped[bool] = mapped_column(server_default=false())
    next_at: Mapped[dt.datetime | None]
    shown_at: Mapped[dt.datetime | None] = mapped_column(index=True)
    room: Mapped[int] = mapped_column(server_default="0")
    asked: Mapped[int] = mapped_column(server_default="0")
    answered: Mapped[int] = mapped_column(server_default="0")


class CircleAnswerRow(Base):
    """What somebody did in a week, and said, sealed. `commitment` is what they were asked about, `page` the card they are on."""

    __tablename__ = "circle_answer"

    week_id: Mapped[int] = mapped_column(ForeignKey("circle_week.id", ondelete="CASCADE"), primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), primary_key=True, index=True)
    said: Mapped[str]
    commitment: Mapped[Sealed] = mapped_column(server_default="")
    happened: Mapped[Sealed] = mapped_column(server_default="")
    ahead: Mapped[Sealed] = mapped_column(server_default="")
    hand: Mapped[Sealed] = mapped_column(server_default="")
    kept: Mapped[bool] = mapped_column(server_default=false())
    page: Mapped[int] = mapped_column(server_default="0")


_OWN: Final = CircleWeekRow.__table__.c
_ANSWERS: Final = (
    select(
        CircleAnswerRow.week_id,
        CircleAnswerRow.said,
        CircleAnswerRow.commitment,
        CircleAnswerRow.happened,
        CircleAnswerRow.ahead,
        CircleAnswerRow.hand,
        CircleAnswerRow.kept,
        CircleAnswerRow.page,
        *COLUMNS,
    )
    .join(MemberRow, MemberRow.id == CircleAnswerRow.member_id)
    .where(CircleAnswerRow.week_id.in_(listed("weeks", BigInteger)))
    .order_by(CircleAnswerRow.week_id, CircleAnswerRow.member_id)
)
_of_one = aliased(CircleWeekRow)
_NEWEST: Final = select(*_OWN).where(
    _OWN.community_id == bindparam("community"),
    _OWN.circle_id.in_(listed("circles", BigInteger)),
    _OWN.local_date == select(func.max(_of_one.local_date)).where(_of_one.circle_id == _OWN.circle_id).scalar_subquery(),
)
_WAITING: Final = (
    select(CircleAnswerRow.week_id)
    .join(CircleWeekRow, CircleWeekRow.id == CircleAnswerRow.week_id)
    .where(
        CircleAnswerRow.member_id == bindparam("member"),
        CircleAnswerRow.said == Said.ASKED.value,
        CircleWeekRow.stage == Stage.ASKED.value,
        CircleWeekRow.community_id == bindparam("community"),
    )
)
_MINE: Final = (
    select(CircleWeekRow.local_date, CircleAnswerRow.commitment, CircleAnswerRow.happened, CircleAnswerRow.kept)
    .join(CircleWeekRow, CircleWeekRow.id == CircleAnswerRow.week_id)
    .where(
        CircleAnswerRow.member_id == bindparam("member"),
        CircleWeekRow.circle_id == bindparam("circle"),
        CircleAnswerRow.said == Said.ANSWERED.value,
        CircleAnswerRow.commitment != "",
    )
    .order_by(CircleWeekRow.local_date.desc())
    .limit(bindparam("limit"))
)


class CircleWeeks(Repository):
    """The weeks of the circles of a community."""

    async def begin(
        self, circle: Circle, date: dt.date, nudge_at: dt.datetime, deadline: dt.datetime, *, resting: Collection[int]
    ) -> int | None:
        """Ask the members of a circle, all but those who rest; None where this date has had its own week."""
        members = [peer for peer in circle.peers if peer.part is Part.IN]
        values = {
            "community_id": self.community.id,
            "circle_id": circle.id,
            "local_date": date,
            "number": circle.weeks + 1,
            "stage": Stage.ASKED.value,
            "nudge_at": nudge_at,
            "deadline": deadline,
            "next_at": nudge_at,
            "asked": len(members) - len(resting),
        }
        begun = insert_or_ignore(self.connection, CircleWeekRow, values).returning(CircleWeekRow.id)
        week = (await self.connection.execute(begun)).scalar_one_or_none()
        if week is None:
            return None
        rows = [
            closed(
                self,
                {
                    "week_id": week,
                    "member_id": peer.member.id,
                    "said": (Said.RESTING if peer.member.id in resting else Said.ASKED).value,
                    "commitment": peer.commitment,
                },
            )
            for peer in members
        ]
        await self.connection.execute(insert(CircleAnswerRow), rows)
        return week

    async def get(self, week: int) -> Week | None:
        """Return a week of this community, or None."""
        return next(iter(await self._found(_OWN.id == week)), None)

    async def due(self, now: dt.datetime) -> Sequence[int]:
        """Return the weeks in which something is due."""
        wanted = select(_OWN.id).where(_OWN.community_id == self.community.id, _OWN.next_at <= now).order_by(_OWN.id)
        return list((await self.connection.execute(wanted)).scalars())

    async def latest(self, circle: int) -> Week | None:
        """Return the newest week of a circle, or None."""
        newest = select(_OWN.id).where(_OWN.circle_id == circle).order_by(_OWN.local_date.desc()).limit(1).scalar_subquery()
        return next(iter(await self._found(_OWN.id == newest)), None)

    async def latest_of(self, circles: Collection[int]) -> Mapping[int, Week]:
        """Return the newest week of each circle, without what was said."""
        rows = await self.connection.execute(_NEWEST, {"community": self.community.id, "circles": list(circles)})
        return {row.circle_id: _week(row, ()) for row in rows}

    async def waiting_for(self, member: int) -> Sequence[Week]:
        """Return the weeks in which somebody was asked and said nothing, oldest first."""
        values = {"member": member, "community": self.community.id}
        numbers = list((await self.connection.execute(_WAITING, values)).scalars())
        return await self._found(_OWN.id.in_(numbers)) if numbers else []

    async def with_words(self, circle: int, member: int) -> Sequence[Week]:
        """Return the weeks of a circle in which somebody's words are kept."""
        own = select(CircleAnswerRow.week_id).where(
            CircleAnswerRow.member_id == member, CircleAnswerRow.said == Said.ANSWERED.value
        )
        return await self._found(_OWN.circle_id == circle, _OWN.id.in_(own))

    async def circles_with_words(self, member: int) -> Sequence[int]:
        """Return the circles in which somebody's words are kept, also those that are closed or that they left."""
        own = select(CircleAnswerRow.week_id).where(
            CircleAnswerRow.member_id == member, CircleAnswerRow.said == Said.ANSWERED.value
        )
        found = select(_OWN.circle_id).where(_OWN.community_id == self.community.id, _OWN.id.in_(own)).distinct()
        return (await self.connection.execute(found.order_by(_OWN.circle_id))).scalars().all()

    async def change(self, week: int, **changes: Any) -> None:  # noqa: ANN401 - columns of `CircleWeekRow`
        """Change a week."""
        if "stage" in changes:
            changes["stage"] = changes["stage"].value
        await self.connection.execute(
            update(CircleWeekRow).where(CircleWeekRow.id == week, CircleWeekRow.community_id == self.community.id).values(**changes)
        )

    async def say(self, week: int, member: int, **values: Any) -> None:  # noqa: ANN401 - columns of `CircleAnswerRow`
        """Keep what somebody said, or did."""
        if "said" in values:
            values["said"] = values["said"].value
        await self.connection.execute(
            update(CircleAnswerRow)
            .where(CircleAnswerRow.week_id == week, CircleAnswerRow.member_id == member)
            .values(**closed(self, values))
        )

    async def commitments(self, circle: int, member: int, limit: int) -> Sequence[tuple[dt.date, str, str, bool]]:
        """Return what somebody committed themselves to, newest first: the date, the words, what happened, whether they kept it."""
        values = {"member": member, "circle": circle, "limit": limit}
        rows = await self.connection.execute(_MINE, values)
        return [(row.local_date, opened(self, row.commitment), opened(self, row.happened), row.kept) for row in rows]

    async def forget(self, circle: int, member: int) -> None:
        """Forget all words of somebody in a circle."""
        weeks = select(CircleWeekRow.id).where(CircleWeekRow.circle_id == circle)
        await self.connection.execute(
            update(CircleAnswerRow)
            .where(CircleAnswerRow.member_id == member, CircleAnswerRow.week_id.in_(weeks))
            .values(said=Said.GONE.value, **dict.fromkeys(WORDS, NONE))
        )
        await self.connection.execute(
            update(CirclePeerRow)
            .where(CirclePeerRow.circle_id == circle, CirclePeerRow.member_id == member)
            .values(commitment=NONE)
        )

    async def _found(self, *which: Any) -> list[Week]:  # noqa: ANN401 - SQLAlchemy's conditions
        wanted = (
            select(*_OWN)
            .join(CircleRow, CircleRow.id == _OWN.circle_id)
            .where(_OWN.community_id == self.community.id, *which)
            .order_by(_OWN.local_date, _OWN.id)
        )
        rows = (await self.connection.execute(wanted)).all()
        if not rows:
            return []
        answers: dict[int, list[Told]] = {row.id: [] for row in rows}
        for row in (await self.connection.execute(_ANSWERS, {"weeks": list(answers)})).mappings():
            answers[row["week_id"]].append(self._answer(row))
        return [_week(row, answers[row.id]) for row in rows]

    def _answer(self, row: Any) -> Told:  # noqa: ANN401 - a row of `_ANSWERS`
        return Told(
            as_member(row),
            Said(row["said"]),
            opened(self, row["commitment"]),
            opened(self, row["happened"]),
            opened(self, row["ahead"]),
            opened(self, row["hand"]),
            row["kept"],
            row["page"],
        )


def _week(row: Any, answers: Sequence[Told]) -> Week:  # noqa: ANN401 - a row of `CircleWeekRow`'s columns
    return Week(
        row.id,
        row.circle_id,
        row.local_date,
        row.number,
        Stage(row.stage),
        row.nudge_at,
        row.deadline,
        row.nudged,
        row.shown_at,
        row.room,
        row.asked,
        row.answered,
        tuple(answers),
    )
