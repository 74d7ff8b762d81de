"""Rounds: one for each programme and local date, how far it went, and what part each member has in it."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import BigInteger, Date, ForeignKey, Index, Integer, UniqueConstraint, false, insert, select, update

from bot.text import Text
from storage.base import Base, InCommunity, Key, Mapped, Repository, mapped_column
from storage.locks import hold
from storage.programmes import Terms
from storage.round import UNDER_WAY, Answer, Figures, Part, Place, Round, Stage
from storage.statements import elements, insert_or_ignore

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from storage.programmes import Programme


class RoundRow(Base):
    """A round. `next_at` is when its next step is due, empty where none is.

    `seed` makes its matching again; `relaxed` (JSON) holds the rules that gave way, `dropped` (JSON) how many were left in peace
    and why; `over_at` when it is over; `terms` (JSON) what it goes by.
    """

    __tablename__ = "round"
    __table_args__ = (UniqueConstraint("programme_id", "local_date"), Index(None, "community_id", "next_at"))

    id: Mapped[Key]
    community_id: Mapped[InCommunity]
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id", ondelete="CASCADE"))
    local_date: Mapped[dt.date] = mapped_column(Date)
    state: Mapped[str]
    match_at: Mapped[dt.datetime]
    send_at: Mapped[dt.datetime]
    next_at: Mapped[dt.datetime | None]
    sent_at: Mapped[dt.datetime | None]
    over_at: Mapped[dt.datetime | None]
    seed: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"))
    relaxed: Mapped[str] = mapped_column(server_default="")
    dropped: Mapped[str] = mapped_column(server_default="")
    terms: Mapped[str] = mapped_column(server_default="")


class RoundMemberRow(Base):
    """Somebody's part in a round. `late`: they joined when it was matched; `heard`: they said a word; `settled`: it counted."""

    __tablename__ = "round_member"
    __table_args__ = (Index(None, "round_id", "part"),)

    round_id: Mapped[int] = mapped_column(ForeignKey("round.id", ondelete="CASCADE"), primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), primary_key=True, index=True)
    answer: Mapped[str] = mapped_column(server_default="")
    part: Mapped[str] = mapped_column(server_default="")
    reason: Mapped[str] = mapped_column(server_default="")
    late: Mapped[bool] = mapped_column(server_default=false())
    heard: Mapped[bool] = mapped_column(server_default=false())
    settled: Mapped[bool] = mapped_column(server_default=false())


class Rounds(Repository):
    """The rounds of a community."""

    async def begin(self, programme: Programme, date: dt.date, match_at: dt.datetime, seed: int, now: dt.datetime) -> int | None:
        """Begin a round; None where this date has had its own."""
        values = {
            "community_id": self.community.id,
            "programme_id": programme.id,
            "local_date": date,
            "state": Stage.NOTICED.value,
            "match_at": match_at,
            "send_at": match_at + dt.timedelta(hours=programme.rules.preview_hours),
            "next_at": now,
            "seed": seed,
            "terms": msgspec.json.encode(programme.terms).decode(),
        }
        begun = insert_or_ignore(self.connection, RoundRow, values).returning(RoundRow.id)
        return (await self.connection.execute(begun)).scalar_one_or_none()

    async def get(self, number: int) -> Round | None:
        """Return a round of this community, or None."""
        return next(iter(await self._found(RoundRow.id == number)), None)

    async def lock(self) -> None:
        """Let nobody else change a round or a meeting until the end of this transaction."""
        await hold(self.connection, self.community.id)

    async def locked(self, number: int) -> Round | None:
        """Return a round as nobody else can change it until the end of this transaction, or None."""
        await self.lock()
        return await self.get(number)

    async def due(self, now: dt.datetime) -> Sequence[Round]:
        """Return the rounds whose next step is due."""
        return await self._found(RoundRow.next_at <= now)

    async def current(self, programme: int) -> Round | None:
        """Return the newest round of a programme that is not over, or None."""
        under_way = [stage.value for stage in UNDER_WAY]
        found = await self._found(RoundRow.programme_id == programme, RoundRow.state.in_(under_way))
        return found[-1] if found else None

    async def latest(self, programme: int, limit: int = 3) -> Sequence[Round]:
        """Return the newest rounds of a programme, newest first."""
        found = await self._found(RoundRow.programme_id == programme)
        return found[::-1][:limit]

    async def move(self, number: int, **changes: Any) -> None:  # noqa: ANN401 - columns of `RoundRow`
        """Change how far a round is."""
        for name in ("relaxed", "dropped"):
            if name in changes:
                changes[name] = msgspec.json.encode(changes[name]).decode()
        if "stage" in changes:
            changes["state"] = changes.pop("stage").value
        await self.connection.execute(
            update(RoundRow).where(RoundRow.id == number, RoundRow.community_id == self.community.id).values(**changes)
        )

    async def hurry(self, number: int, at: dt.datetime) -> None:
        """Let the next step be due at an instant, if it was not sooner."""
        later = update(RoundRow).where(RoundRow.id == number, (RoundRow.next_at.is_(None)) | (RoundRow.next_at > at))
        await self.connection.execute(later.values(next_at=at))

    # ------------------------------------------------------------ who is in it

    async def add(self, number: int, members: Collection[int], part: Part = Part.NONE, *, late: bool = False) -> None:
        """Let members be in a round; whoever is stays as they are."""
        for member in members:
            values = {"round_id": number, "member_id": member, "part": part.value, "late": late}
            await self.connection.execute(insert_or_ignore(self.connection, RoundMemberRow, values))

    async def fill(self, number: int, members: Collection[int]) -> None:
        """Let members who are not yet in a round be in it."""
        if members:
            await self.connection.execute(insert(RoundMemberRow), [{"round_id": number, "member_id": member} for member in members])

    async def places(self, number: int) -> Mapping[int, Place]:
        """Return everybody in a round."""
        return {place.member: place for place in await self._places(RoundMemberRow.round_id == number)}

    async def places_of(self, number: int, members: Collection[int]) -> Mapping[int, Place]:
        """Return those of some members who are in a round."""
        wanted = elements("members", BigInteger)
        rows = await self.connection.execute(
            select(*RoundMemberRow.__table__.c)
            .join(wanted, wanted.c.value == RoundMemberRow.member_id)
            .where(RoundMemberRow.round_id == number),
            {"members": list(members)},
        )
        return {row.member_id: _place(row) for row in rows}

    async def place(self, number: int, member: int) -> Place | None:
        """Return somebody's part in a round, or None."""
        found = await self._places(RoundMemberRow.round_id == number, RoundMemberRow.member_id == member)
        return next(iter(found), None)

    async def waiting(self, number: int) -> Sequence[int]:
        """Return who waits for somebody to meet."""
        found = await self._places(RoundMemberRow.round_id == number, RoundMemberRow.part == Part.WAITING.value)
        return [place.member for place in found]

    async def spare(self, number: int, limit: int) -> Sequence[Place]:
        """Return who was left out of a round and did not let it be: somebody who becomes free can meet them."""
        found = await self._places(
            RoundMemberRow.round_id == number,
            RoundMemberRow.part == Part.LEFT_OUT.value,
            RoundMemberRow.answer != Answer.SKIP.value,
        )
        return found[:limit]

    async def unsettled(self, number: int, part: Part, limit: int) -> Sequence[Place]:
        """Return some of those with a part that was not counted yet."""
        rows = await self._places(
            RoundMemberRow.round_id == number, RoundMemberRow.part == part.value, RoundMemberRow.settled.is_(False)
        )
        return rows[:limit]

    async def settle(self, number: int, members: Collection[int]) -> None:
        """Record that the parts of members were counted, and they told."""
        await self._change(number, members, settled=True)

    async def unsettle(self, number: int, members: Collection[int]) -> None:
        """Record that members have another part, which is still to be counted."""
        await self._change(number, members, settled=False)

    async def take_part(self, number: int, members: Collection[int], part: Part, why: Text | None = None) -> None:
        """Give members a part, and say why."""
        reason = "" if why is None else msgspec.json.encode(why).decode()
        await self._change(number, members, part=part.value, reason=reason)

    async def answer(self, number: int, member: int, answer: Answer) -> None:
        """Keep what somebody said to the notice."""
        await self._change(number, (member,), answer=answer.value, heard=True)

    async def heard(self, number: int, member: int) -> None:
        """Record that somebody said a word in a round."""
        await self._change(number, (member,), heard=True)

    async def rounds_of(self, member: int) -> Sequence[tuple[Round, Place]]:
        """Return the rounds that are not over and that somebody is in, oldest first."""
        under_way = [stage.value for stage in UNDER_WAY]
        numbers = select(RoundMemberRow.round_id).where(RoundMemberRow.member_id == member)
        found = await self._found(RoundRow.state.in_(under_way), RoundRow.id.in_(numbers))
        pairs = [(each, await self.place(each.id, member)) for each in found]
        return [(each, place) for each, place in pairs if place is not None]

    async def figures(self, number: int) -> Figures:
        """Return what came of a round so far; meetings are counted elsewhere."""
        places = (await self.places(number)).values()
        return Figures(
            eligible=sum(not place.late for place in places),
            late=sum(place.late for place in places),
            opted_out=sum(place.answer is Answer.SKIP and place.part is not Part.LEFT_OUT for place in places),
            matched=sum(place.part is Part.MATCHED for place in places),
            left_out=sum(place.part is Part.LEFT_OUT for place in places),
            waiting=sum(place.part is Part.WAITING for place in places),
            replied=sum(place.heard for place in places if place.part is Part.MATCHED),
        )

    async def _found(self, *which: Any) -> list[Round]:  # noqa: ANN401 - SQLAlchemy's conditions
        rows = await self.connection.execute(
            select(*RoundRow.__table__.c)
            .where(RoundRow.community_id == self.community.id, *which)
            .order_by(RoundRow.local_date, RoundRow.id)
        )
        return [_round(row) for row in rows]

    async def _places(self, *which: Any) -> list[Place]:  # noqa: ANN401 - SQLAlchemy's conditions
        rows = await self.connection.execute(
            select(*RoundMemberRow.__table__.c).where(*which).order_by(RoundMemberRow.round_id, RoundMemberRow.member_id)
        )
        return [_place(row) for row in rows]

    async def _change(self, number: int, members: Collection[int], **values: object) -> None:
        if members:
            await self.connection.execute(
                update(RoundMemberRow)
                .where(RoundMemberRow.round_id == number, RoundMemberRow.member_id.in_(list(members)))
                .values(**values)
            )


def _place(row: Any) -> Place:  # noqa: ANN401 - a row of `RoundMemberRow`'s columns
    why = msgspec.json.decode(row.reason, type=Text) if row.reason else None
    return Place(row.member_id, Answer(row.answer), Part(row.part), why, row.late, row.heard)


def _round(row: Any) -> Round:  # noqa: ANN401 - a row of `RoundRow`'s columns
    return Round(
        row.id,
        row.programme_id,
        row.local_date,
        Stage(row.state),
        row.match_at,
        row.send_at,
        row.seed,
        row.sent_at,
        row.over_at,
        row.next_at,
        msgspec.json.decode(row.relaxed, type=tuple[Text, ...]) if row.relaxed else (),
        msgspec.json.decode(row.dropped, type=dict[str, int]) if row.dropped else {},
        msgspec.json.decode(row.terms, type=Terms) if row.terms else None,
    )
