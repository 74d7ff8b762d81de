"""Meetings of rounds: who meets whom and why, the times that were proposed, and what became of it."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final

import msgspec
from sqlalchemy import ForeignKey, Index, delete, exists, false, func, insert, select, update

from bot.text import Text
from storage.base import Base, InCommunity, Key, Mapped, Repository, aliased, mapped_column
from storage.meeting import Attendee, Group, Meeting, Progress, Reply
from storage.people import COLUMNS, MemberRow, as_member
from storage.rounds import RoundRow

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence


class MeetingRow(Base):
    """A meeting. `reasons` and `slots` are JSON; `version` counts how often other times were proposed.

    `room` is what nobody guesses of the address of its video call. `ask_at` is when its members are asked next whether they met,
    `asked` how often they were. `locale` is the language of its conversation, `revision` counts the changes of its calendar entry.
    """

    __tablename__ = "meeting"
    __table_args__ = (
        Index(None, "community_id", "ask_at"),
        Index(None, "round_id", "state"),
        Index(None, "community_id", "met_at"),
    )

    id: Mapped[Key]
    community_id: Mapped[InCommunity]
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id", ondelete="CASCADE"))
    state: Mapped[str]
    locked: Mapped[bool] = mapped_column(server_default=false())
    reasons: Mapped[str] = mapped_column(server_default="")
    starter: Mapped[str] = mapped_column(server_default="")
    room: Mapped[str] = mapped_column(server_default="")
    slots: Mapped[str] = mapped_column(server_default="")
    chosen: Mapped[dt.datetime | None]
    chosen_by: Mapped[int | None] = mapped_column(ForeignKey("member.id", ondelete="SET NULL"), index=True)
    initiator_id: Mapped[int | None] = mapped_column(ForeignKey("member.id", ondelete="SET NULL"), index=True)
    version: Mapped[int] = mapped_column(server_default="1")
    sent_at: Mapped[dt.datetime | None]
    ask_at: Mapped[dt.datetime | None]
    asked: Mapped[int] = mapped_column(server_default="0")
    met_at: Mapped[dt.datetime | None]
    over_at: Mapped[dt.datetime | None]
    locale: Mapped[str] = mapped_column(server_default="")
    revision: Mapped[int] = mapped_column(server_default="0")


class MeetingMemberRow(Base):
    """Somebody in a meeting. `gone`: they are no longer, though they were."""

    __tablename__ = "meeting_member"

    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id", ondelete="CASCADE"), primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), primary_key=True, index=True)
    gone: Mapped[bool] = mapped_column(server_default=false())
    answer: Mapped[str] = mapped_column(server_default="")


_OWN: Final = MeetingRow.__table__.c
FARTHEST: Final = dt.timedelta(days=100)
"""How far apart rounds are that are never too near to each other for anybody."""
_MOST: Final = 500
"""Ids in one statement."""


class Meetings(Repository):
    """The meetings of a community."""

    async def propose(self, number: int, groups: Sequence[Group]) -> list[int]:
        """Keep the meetings of a round; return their ids."""
        if not groups:
            return []
        rows = [
            {
                "community_id": self.community.id,
                "round_id": number,
                "state": Progress.PROPOSED.value,
                "reasons": msgspec.json.encode(group.reasons).decode(),
                "initiator_id": group.members[0],
            }
            for group in groups
        ]
        made = await self.connection.execute(insert(MeetingRow).returning(MeetingRow.id, sort_by_parameter_order=True), rows)
        meetings = list(made.scalars())
        members = [
            {"meeting_id": meeting, "member_id": member}
            for meeting, group in zip(meetings, groups, strict=True)
            for member in group.members
        ]
        await self.connection.execute(insert(MeetingMemberRow), members)
        return meetings

    async def withdraw(self, number: int, kept: Collection[int] = ()) -> None:
        """Take back the meetings of a round that are not sent yet, but for some."""
        await self.connection.execute(
            update(MeetingRow)
            .where(MeetingRow.round_id == number, MeetingRow.state == Progress.PROPOSED.value)
            .where(MeetingRow.id.not_in(list(kept)))
            .values(state=Progress.CANCELLED.value)
        )

    async def get(self, meeting: int) -> Meeting | None:
        """Return a meeting of this community, or None."""
        return next(iter(await self._found(MeetingRow.id == meeting)), None)

    async def of(self, number: int, *progress: Progress, after: int = 0, limit: int | None = None) -> list[Meeting]:
        """Return the meetings of a round in some states, those whose id follows another's, oldest first."""
        return await self._found(
            MeetingRow.round_id == number,
            MeetingRow.state.in_([each.value for each in progress]),
            MeetingRow.id > after,
            limit=limit,
        )

    async def tally(self, number: int) -> tuple[int, int]:
        """Return how many meetings of a round went out, and how many took place."""
        counted = select(func.count(MeetingRow.sent_at), func.count(MeetingRow.met_at)).where(
            MeetingRow.round_id == number, MeetingRow.state != Progress.CANCELLED.value
        )
        sent, met = (await self.connection.execute(counted)).one()
        return sent, met

    async def count(self, number: int, *progress: Progress) -> int:
        """Return how many meetings of a round are in some states."""
        counted = select(func.count()).where(MeetingRow.round_id == number, MeetingRow.state.in_([each.value for each in progress]))
        return (await self.connection.execute(counted)).scalar_one()

    async def with_member(self, member: int, *progress: Progress, limit: int = 10) -> list[Meeting]:
        """Return the meetings in some states that somebody is in still, newest first."""
        own = select(MeetingMemberRow.meeting_id).where(MeetingMemberRow.member_id == member, MeetingMemberRow.gone.is_(False))
        found = await self._found(
            MeetingRow.id.in_(own), MeetingRow.state.in_([each.value for each in progress]), newest=True, limit=limit
        )
        return sorted(found, key=lambda meeting: -meeting.id)

    async def to_ask(self, now: dt.datetime, limit: int) -> list[Meeting]:
        """Return some meetings whose members are to be asked whether they met."""
        return await self._found(MeetingRow.ask_at <= now, limit=limit)

    async def took_place(self) -> list[tuple[tuple[int, ...], dt.date]]:
        """Return who met whom on which date, oldest first."""
        rows = await self.connection.execute(
            select(MeetingRow.id, RoundRow.local_date, MeetingMemberRow.member_id)
            .join(RoundRow, RoundRow.id == MeetingRow.round_id)
            .join(MeetingMemberRow, MeetingMemberRow.meeting_id == MeetingRow.id)
            .where(
                MeetingRow.community_id == self.community.id,
                MeetingRow.state == Progress.MET.value,
                MeetingMemberRow.gone.is_(False),
            )
            .order_by(RoundRow.local_date, MeetingRow.id, MeetingMemberRow.member_id)
        )
        return _grouped(rows)

    async def put_together(self, since: dt.date) -> list[tuple[tuple[int, ...], dt.date]]:
        """Return who were put together in rounds since a date though nobody said that they met, oldest first."""
        rows = await self.connection.execute(
            select(MeetingRow.id, RoundRow.local_date, MeetingMemberRow.member_id)
            .join(RoundRow, RoundRow.id == MeetingRow.round_id)
            .join(MeetingMemberRow, MeetingMemberRow.meeting_id == MeetingRow.id)
            .where(
                RoundRow.community_id == self.community.id,
                RoundRow.local_date >= since,
                MeetingRow.sent_at.is_not(None),
                MeetingRow.state != Progress.MET.value,
            )
            .order_by(RoundRow.local_date, MeetingRow.id, MeetingMemberRow.member_id)
        )
        return _grouped(rows)

    async def dates(
        self, near: dt.date, *progress: Progress, but: int, members: Collection[int] | None = None
    ) -> Mapping[int, Sequence[dt.date]]:
        """Return the dates of rounds near a date, but for one round, in which everybody or some have meetings in some states.

        A meeting in which nobody else is left is none.
        """
        other = aliased(MeetingMemberRow)
        together = exists().where(
            other.meeting_id == MeetingMemberRow.meeting_id,
            other.member_id != MeetingMemberRow.member_id,
            other.gone.is_(False),
        )
        wanted = (
            select(MeetingMemberRow.member_id, RoundRow.local_date)
            .join(MeetingRow, MeetingRow.id == MeetingMemberRow.meeting_id)
            .join(RoundRow, RoundRow.id == MeetingRow.round_id)
            .where(
                RoundRow.community_id == self.community.id,
                RoundRow.local_date.between(near - FARTHEST, near + FARTHEST),
                RoundRow.id != but,
                MeetingRow.state.in_([each.value for each in progress]),
                MeetingMemberRow.gone.is_(False),
                together,
            )
        )
        if members is not None:
            wanted = wanted.where(MeetingMemberRow.member_id.in_(list(members)))
        found: dict[int, list[dt.date]] = {}
        for row in await self.connection.execute(wanted):
            found.setdefault(row.member_id, []).append(row.local_date)
        return found

    async def together(self, number: int) -> set[frozenset[int]]:
        """Return which two were put together in a round, whatever became of it: also where nobody could be told of it."""
        rows = await self.connection.execute(
            select(MeetingMemberRow.meeting_id, MeetingMemberRow.member_id)
            .join(MeetingRow, MeetingRow.id == MeetingMemberRow.meeting_id)
            .where(MeetingRow.round_id == number, MeetingRow.sent_at.is_not(None))
        )
        groups: dict[int, list[int]] = {}
        for row in rows:
            groups.setdefault(row.meeting_id, []).append(row.member_id)
        return {frozenset((one, other)) for members in groups.values() for one in members for other in members if one != other}

    async def once_together(self, members: Collection[int]) -> set[frozenset[int]]:
        """Return which two of these were ever in one meeting that went out, whatever became of it."""
        one, other = aliased(MeetingMemberRow), aliased(MeetingMemberRow)
        rows = await self.connection.execute(
            select(one.member_id.label("one"), other.member_id.label("other"))
            .join(other, other.meeting_id == one.meeting_id)
            .join(MeetingRow, MeetingRow.id == one.meeting_id)
            .where(MeetingRow.community_id == self.community.id, MeetingRow.sent_at.is_not(None))
            .where(MeetingRow.state != Progress.CANCELLED.value)
            .where(one.member_id.in_(list(members)), other.member_id.in_(list(members)), one.member_id < other.member_id)
            .distinct()
        )
        return {frozenset((row.one, row.other)) for row in rows}

    async def change(self, meeting: int, **changes: Any) -> None:  # noqa: ANN401 - columns of `MeetingRow`
        """Change a meeting."""
        if "slots" in changes:
            changes["slots"] = msgspec.json.encode(list(changes["slots"])).decode()
        if "progress" in changes:
            changes["state"] = changes.pop("progress").value
        await self.connection.execute(
            update(MeetingRow).where(MeetingRow.id == meeting, MeetingRow.community_id == self.community.id).values(**changes)
        )

    async def end(self, number: int, now: dt.datetime) -> None:
        """Record that the round of these meetings is over; one that was agreed for later is asked about all the same."""
        await self.connection.execute(update(MeetingRow).where(MeetingRow.round_id == number).values(over_at=now))

    async def put(self, meeting: int, member: int, *, instead: int | None = None) -> None:
        """Let somebody be in a meeting that is not sent yet, in the place of another."""
        if instead is not None:
            await self.connection.execute(
                delete(MeetingMemberRow).where(MeetingMemberRow.meeting_id == meeting, MeetingMemberRow.member_id == instead)
            )
        await self.connection.execute(insert(MeetingMemberRow).values(meeting_id=meeting, member_id=member))

    async def free(self, meeting: int, members: Collection[int]) -> None:
        """Let members no longer be in a meeting."""
        await self._member(meeting, members, gone=True)

    async def reply(self, meeting: int, member: int, reply: Reply) -> None:
        """Keep what somebody said of their meeting."""
        await self._member(meeting, (member,), answer=reply.value)

    async def _member(self, meeting: int, members: Collection[int], **values: object) -> None:
        await self.connection.execute(
            update(MeetingMemberRow)
            .where(MeetingMemberRow.meeting_id == meeting, MeetingMemberRow.member_id.in_(list(members)))
            .values(**values)
        )

    async def _found(self, *which: Any, limit: int | None = None, newest: bool = False) -> list[Meeting]:  # noqa: ANN401 - SQLAlchemy's conditions
        order = MeetingRow.id.desc() if newest else MeetingRow.id
        wanted = select(*_OWN).where(MeetingRow.community_id == self.community.id, *which).order_by(order).limit(limit)
        rows = (await self.connection.execute(wanted)).all()
        attendees: dict[int, list[Attendee]] = {row.id: [] for row in rows}
        ids = list(attendees)
        for start in range(0, len(ids), _MOST):
            found = await self.connection.execute(
                select(MeetingMemberRow.meeting_id, MeetingMemberRow.gone, MeetingMemberRow.answer, *COLUMNS)
                .join(MemberRow, MemberRow.id == MeetingMemberRow.member_id)
                .where(MeetingMemberRow.meeting_id.in_(ids[start : start + _MOST]))
                .order_by(MeetingMemberRow.meeting_id, MeetingMemberRow.member_id)
            )
            for row in found.mappings():
                attendees[row["meeting_id"]].append(Attendee(as_member(row), row["gone"], Reply(row["answer"])))
        return [_meeting(row, attendees[row.id]) for row in rows]


def _grouped(rows: Iterable[Any]) -> list[tuple[tuple[int, ...], dt.date]]:
    """Return who is in each meeting, and its date, from a row for each member."""
    found: dict[int, tuple[list[int], dt.date]] = {}
    for row in rows:
        found.setdefault(row.id, ([], row.local_date))[0].append(row.member_id)
    return [(tuple(members), date) for members, date in found.values()]


def _meeting(row: Any, attendees: Sequence[Attendee]) -> Meeting:  # noqa: ANN401 - a row of `MeetingRow`'s columns
    return Meeting(
        row.id,
        row.round_id,
        Progress(row.state),
        tuple(attendees),
        msgspec.json.decode(row.reasons, type=tuple[Text, ...]) if row.reasons else (),
        row.starter,
        msgspec.json.decode(row.slots, type=tuple[dt.datetime, ...]) if row.slots else (),
        row.chosen,
        row.chosen_by,
        row.initiator_id,
        row.locked,
        row.version,
        row.sent_at,
        row.asked,
        row.met_at,
        row.room,
        row.locale,
        row.revision,
    )
