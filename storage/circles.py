"""Circles: groups of three to eight peers who tell each other regularly where they are."""

from __future__ import annotations

import datetime as dt  # noqa: TC003 - SQLAlchemy resolves these annotations at run time
from typing import TYPE_CHECKING, Any, Final

import msgspec
from sqlalchemy import BigInteger, Date, ForeignKey, Index, bindparam, delete, false, func, insert, select, update

from bot.recurrence import Recurrence
from bot.text import Text
from storage.base import Base, InCommunity, Key, Mapped, Repository, Sealed, mapped_column
from storage.circle import USUAL, Circle, Part, Peer, State
from storage.circle_words import NONE, closed, opened
from storage.locks import hold
from storage.outbox import STANDING, MessageRow
from storage.people import COLUMNS, MemberRow, as_member
from storage.schedules import Schedules
from storage.statements import listed, upsert

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence


SCHEDULE: Final = "circle:begin"
"""The family of schedules that ask the members of circles, one for each circle."""


class CircleRow(Base):
    """A circle. `rule` is a `Recurrence` as JSON, `reasons` why the engine put them together, `room_of` ids parted by spaces."""

    __tablename__ = "circle"
    __table_args__ = (Index(None, "community_id", "state"),)

    id: Mapped[Key]
    community_id: Mapped[InCommunity]
    name: Mapped[str]
    state: Mapped[str]
    open: Mapped[bool] = mapped_column(server_default=false())
    rule: Mapped[str] = mapped_column(server_default="")
    keeper_id: Mapped[int | None] = mapped_column(ForeignKey("member.id", ondelete="SET NULL"), index=True)
    proposal_id: Mapped[int | None] = mapped_column(ForeignKey("circle_proposal.id", ondelete="SET NULL"), index=True)
    reasons: Mapped[str] = mapped_column(server_default="")
    room: Mapped[int] = mapped_column(server_default="0")
    room_of: Mapped[str] = mapped_column(server_default="")
    weeks: Mapped[int] = mapped_column(server_default="0")
    small: Mapped[bool] = mapped_column(server_default=false())
    created_at: Mapped[dt.datetime]
    started_at: Mapped[dt.datetime | None]
    closed_at: Mapped[dt.datetime | None]


class CirclePeerRow(Base):
    """Somebody and a circle; `commitment` is what they said they would do, word for word, sealed."""

    __tablename__ = "circle_peer"

    circle_id: Mapped[int] = mapped_column(ForeignKey("circle.id", ondelete="CASCADE"), primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), primary_key=True, index=True)
    part: Mapped[str]
    since: Mapped[dt.datetime]
    invited_by: Mapped[int | None] = mapped_column(ForeignKey("member.id", ondelete="SET NULL"), index=True)
    snoozed_until: Mapped[dt.date | None] = mapped_column(Date)
    commitment: Mapped[Sealed] = mapped_column(server_default="")


_OWN: Final = CircleRow.__table__.c
_PEERS: Final = (
    select(
        CirclePeerRow.circle_id,
        CirclePeerRow.part,
        CirclePeerRow.snoozed_until,
        CirclePeerRow.commitment,
        CirclePeerRow.invited_by,
        CirclePeerRow.since,
        *COLUMNS,
    )
    .join(MemberRow, MemberRow.id == CirclePeerRow.member_id)
    .where(CirclePeerRow.circle_id.in_(listed("circles", BigInteger)))
    .order_by(CirclePeerRow.circle_id, CirclePeerRow.since, CirclePeerRow.member_id)
)
_OF: Final = (
    select(CirclePeerRow.circle_id)
    .join(CircleRow, CircleRow.id == CirclePeerRow.circle_id)
    .where(
        CirclePeerRow.member_id == bindparam("member"),
        CirclePeerRow.part.in_(bindparam("parts", expanding=True)),
        CircleRow.community_id == bindparam("community"),
        CircleRow.state.in_([State.FORMING.value, State.RUNNING.value]),
    )
)
_STANDS: Final = select(MessageRow.key).where(
    MessageRow.community_id == bindparam("community"), MessageRow.name == bindparam("name"), STANDING
)


class Circles(Repository):
    """The circles of a community."""

    async def lock(self) -> None:
        """Let nobody else change a circle until the end of this transaction."""
        await hold(self.connection, self.community.id)

    async def get(self, circle: int) -> Circle | None:
        """Return a circle of this community, with what its members committed themselves to, or None."""
        return next(iter(await self._found(CircleRow.id == circle, words=True)), None)

    async def locked(self, circle: int) -> Circle | None:
        """Return a circle as nobody else can change it until the end of this transaction, or None."""
        await self.lock()
        return await self.get(circle)

    async def all(self, *states: State, proposal: int | None = None) -> Sequence[Circle]:
        """Return the circles in some states, oldest first; those of one proposal, where it is given."""
        wanted: list[Any] = [CircleRow.state.in_([state.value for state in states])]
        if proposal is not None:
            wanted.append(CircleRow.proposal_id == proposal)
        return await self._found(*wanted)

    async def several(self, circles: Collection[int]) -> Sequence[Circle]:
        """Return some circles, oldest first."""
        return await self._found(CircleRow.id.in_(list(circles))) if circles else []

    async def alive(self, offset: int, limit: int) -> tuple[int, Sequence[Circle]]:
        """Return how many circles there are that begin or go on, and some of them, oldest first."""
        here = (CircleRow.community_id == self.community.id, CircleRow.state.in_([State.FORMING.value, State.RUNNING.value]))
        total = (await self.connection.execute(select(func.count()).where(*here))).scalar_one()
        some = select(CircleRow.id).where(*here).order_by(CircleRow.id).offset(offset).limit(limit)
        return total, await self.several(list((await self.connection.execute(some)).scalars()))

    async def lonely(self, before: dt.datetime) -> Sequence[int]:
        """Return the circles that look for a third since before an instant."""
        forming = select(CircleRow.id).where(CircleRow.community_id == self.community.id, CircleRow.state == State.FORMING.value)
        return list((await self.connection.execute(forming.where(CircleRow.created_at < before).order_by(CircleRow.id))).scalars())

    async def of(self, member: int, *parts: Part) -> Sequence[Circle]:
        """Return the circles that are alive and in which somebody has one of these parts, oldest first; without words."""
        values = {"member": member, "parts": [part.value for part in parts or (Part.IN,)], "community": self.community.id}
        numbers = list((await self.connection.execute(_OF, values)).scalars())
        return await self.several(numbers)

    async def create(  # noqa: PLR0913 - a circle has these parts
        self,
        name: str,
        rule: Recurrence,
        now: dt.datetime,
        *,
        keeper: int | None = None,
        anybody: bool = False,
        state: State = State.FORMING,
        proposal: int | None = None,
        reasons: Sequence[Text] = (),
    ) -> int:
        """Keep a new circle, with nobody in it; return its id."""
        values = {
            "community_id": self.community.id,
            "name": name,
            "state": state.value,
            "open": anybody,
            "rule": msgspec.json.encode(rule).decode(),
            "keeper_id": keeper,
            "proposal_id": proposal,
            "reasons": msgspec.json.encode(list(reasons)).decode() if reasons else "",
            "created_at": now,
        }
        return (await self.connection.execute(insert(CircleRow).values(values).returning(CircleRow.id))).scalar_one()

    async def change(self, circle: int, **changes: Any) -> None:  # noqa: ANN401 - columns of `CircleRow`
        """Change a circle."""
        if "state" in changes:
            changes["state"] = changes["state"].value
        if "rule" in changes:
            changes["rule"] = msgspec.json.encode(changes["rule"]).decode()
        if "room_of" in changes:
            changes["room_of"] = " ".join(map(str, changes["room_of"]))
        await self.connection.execute(
            update(CircleRow).where(CircleRow.id == circle, CircleRow.community_id == self.community.id).values(**changes)
        )

    async def schedule(self, circle: Circle, now: dt.datetime) -> None:
        """Let the members of a circle be asked by its rule.

        Raises:
            ValueError: it never happens.
        """
        await Schedules(self.connection, self.community).change(f"{SCHEDULE}:{circle.id}", circle.rule, now, label=circle.name)

    async def next_date(self, circle: Circle, now: dt.datetime) -> dt.datetime | None:
        """Return when the members of a circle are asked next."""
        coming = await Schedules(self.connection, self.community).next_dates(f"{SCHEDULE}:{circle.id}", now, 1)
        return coming[0].due if coming else None

    async def close(self, circle: int, now: dt.datetime) -> None:
        """Let a circle be no more. What its members committed themselves to is forgotten with it."""
        await self.change(circle, state=State.CLOSED, closed_at=now, small=False)
        await Schedules(self.connection, self.community).end(f"{SCHEDULE}:{circle}")
        here = update(CirclePeerRow).where(CirclePeerRow.circle_id == circle)
        await self.connection.execute(here.values(commitment=NONE))
        await self.connection.execute(here.where(CirclePeerRow.part != Part.IN.value).values(part=Part.GONE.value))

    async def room_stands(self, name: str) -> bool:
        """Tell whether the first message of a conversation is there, or on its way."""
        values = {"community": self.community.id, "name": name}
        return (await self.connection.execute(_STANDS.limit(1), values)).first() is not None

    # ------------------------------------------------------------ who is in it

    async def put(  # noqa: PLR0913 - a part has these parts
        self, circle: int, member: int, part: Part, now: dt.datetime, *, by: int | None = None, commitment: str = ""
    ) -> None:
        """Give somebody a part in a circle; what they had there before is over."""
        values = {
            "circle_id": circle,
            "member_id": member,
            "part": part.value,
            "since": now,
            "invited_by": by,
            "snoozed_until": None,
            "commitment": commitment,
        }
        await self.connection.execute(upsert(self.connection, CirclePeerRow, closed(self, values), keys=("circle_id", "member_id")))

    async def peer(self, circle: int, member: int, **values: object) -> None:
        """Change what somebody has in a circle: `commitment`, `snoozed_until`."""
        await self.connection.execute(
            update(CirclePeerRow)
            .where(CirclePeerRow.circle_id == circle, CirclePeerRow.member_id == member)
            .values(**closed(self, values))
        )

    async def enough(self, members: Collection[int], most: int) -> bool:
        """Tell whether one of some members is in so many circles that are alive."""
        full = (
            select(CirclePeerRow.member_id)
            .join(CircleRow, CircleRow.id == CirclePeerRow.circle_id)
            .where(
                CirclePeerRow.member_id.in_(list(members)),
                CirclePeerRow.part == Part.IN.value,
                CircleRow.community_id == self.community.id,
                CircleRow.state.in_([State.FORMING.value, State.RUNNING.value]),
            )
            .group_by(CirclePeerRow.member_id)
            .having(func.count() >= most)
        )
        return (await self.connection.execute(full.limit(1))).first() is not None

    async def taken(self) -> frozenset[int]:
        """Return who is in a circle, or was invited to one that is alive."""
        rows = await self.connection.execute(
            select(CirclePeerRow.member_id)
            .join(CircleRow, CircleRow.id == CirclePeerRow.circle_id)
            .where(
                CircleRow.community_id == self.community.id,
                CircleRow.state.in_([State.FORMING.value, State.RUNNING.value]),
                CirclePeerRow.part.in_([Part.IN.value, Part.INVITED.value]),
            )
        )
        return frozenset(rows.scalars())

    # ------------------------------------------------------------ what only the animators see

    async def forget(self, circles: Collection[int]) -> None:
        """Remove circles that nobody but the animators saw."""
        gone = delete(CircleRow).where(CircleRow.id.in_(list(circles)), CircleRow.state == State.PROPOSED.value)
        await self.connection.execute(gone.where(CircleRow.community_id == self.community.id))

    async def drop(self, circle: int, member: int) -> None:
        """Take somebody out of a circle that nobody but the animators saw."""
        await self.connection.execute(
            delete(CirclePeerRow).where(CirclePeerRow.circle_id == circle, CirclePeerRow.member_id == member)
        )

    async def count(self) -> int:
        """Return how many circles there ever were: the next one's number is one more."""
        counted = select(func.count()).where(CircleRow.community_id == self.community.id)
        return (await self.connection.execute(counted)).scalar_one()

    async def _found(self, *which: Any, words: bool = False) -> list[Circle]:  # noqa: ANN401 - SQLAlchemy's conditions
        wanted = select(*_OWN).where(CircleRow.community_id == self.community.id, *which).order_by(CircleRow.id)
        rows = (await self.connection.execute(wanted)).all()
        if not rows:
            return []
        peers: dict[int, list[Peer]] = {row.id: [] for row in rows}
        for row in (await self.connection.execute(_PEERS, {"circles": list(peers)})).mappings():
            peers[row["circle_id"]].append(self._peer(row, words=words))
        return [_circle(row, peers[row.id]) for row in rows]

    def _peer(self, row: Any, *, words: bool) -> Peer:  # noqa: ANN401 - a row of `_PEERS`
        commitment = opened(self, row["commitment"]) if words else ""
        return Peer(as_member(row), Part(row["part"]), row["snoozed_until"], commitment, row["invited_by"], row["since"])


def _circle(row: Any, peers: Sequence[Peer]) -> Circle:  # noqa: ANN401 - a row of `CircleRow`'s columns
    return Circle(
        row.id,
        row.name,
        State(row.state),
        msgspec.json.decode(row.rule, type=Recurrence) if row.rule else USUAL,
        row.open,
        tuple(peers),
        row.keeper_id,
        row.room,
        tuple(map(int, row.room_of.split())),
        row.weeks,
        row.small,
        row.proposal_id,
        msgspec.json.decode(row.reasons, type=tuple[Text, ...]) if row.reasons else (),
        row.created_at,
    )
