"""Programmes of meetings: who meets, in what size and how often; several may run beside each other."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

import msgspec
from sqlalchemy import ForeignKey, delete, false, insert, select, update

from bot.i18n import today
from bot.matching.model import Odd, Trade
from bot.recurrence import Recurrence, Weekly
from storage.base import Base, InCommunity, Key, Mapped, Repository, mapped_column
from storage.schedules import Schedules
from storage.statements import upsert

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.recurrence import Occurrence

SCHEDULE: Final = "round:begin"
"""The family of schedules that begin rounds, one for each programme."""
LATE: Final = dt.timedelta(hours=12)
"""How late a notice may still go out: half a day is left to opt out."""
SATURDAY, SUNDAY, MONDAY = 5, 6, 0


class Pool(StrEnum):
    """Who is in a programme, of those who take part in meetings. `CHANNEL`: those who joined by the button posted in a channel."""

    EVERYONE = "everyone"
    NEWCOMERS = "newcomers"
    WORD = "word"
    CHANNEL = "channel"


class ProgrammeRow(Base):
    """A programme. `pool_value` is the days of a newcomer, or a word of the profile; `rule` a `Recurrence` as JSON."""

    __tablename__ = "programme"

    id: Mapped[Key]
    community_id: Mapped[InCommunity]
    name: Mapped[str]
    running: Mapped[bool] = mapped_column(server_default=false())
    size: Mapped[int] = mapped_column(server_default="2")
    pool: Mapped[str] = mapped_column(server_default="")
    pool_value: Mapped[str] = mapped_column(server_default="")
    trade: Mapped[str] = mapped_column(server_default="")
    odd: Mapped[str] = mapped_column(server_default="")
    common_hours: Mapped[int] = mapped_column(server_default="1")
    preview_hours: Mapped[int] = mapped_column(server_default="2")
    video: Mapped[str] = mapped_column(server_default="")
    rule: Mapped[str] = mapped_column(server_default="")
    created_at: Mapped[dt.datetime]


class ChoiceRow(Base):
    """A member's own choice about one programme."""

    __tablename__ = "programme_choice"

    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id", ondelete="CASCADE"), primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), primary_key=True, index=True)
    joined: Mapped[bool]


@dataclass(frozen=True, slots=True)
class Rules:
    """How a programme works. `preview_hours`: how long the animators may change the meetings; 0: they go out at once.

    `common_hours` is how much of a working day those who meet have in common at least; `video` a link, in which `{meeting}` becomes
    something unguessable of each meeting.
    """

    size: int = 2
    pool: Pool = Pool.EVERYONE
    pool_value: str = ""
    trade: Trade = Trade.ANY
    odd: Odd = Odd.TRIO
    common_hours: int = 1
    preview_hours: int = 2
    video: str = ""


def told_before(rule: Recurrence) -> Recurrence:
    """Return a rule whose occurrences are due when its round is told of: the day before, not on a weekend."""
    weekdays = rule.dates.weekdays if isinstance(rule.dates, Weekly) else ()
    weekday = weekdays[0] if weekdays else getattr(rule.dates, "weekday", None)
    lead = {MONDAY: 3, SUNDAY: 2}.get(weekday if weekday is not None else SATURDAY, 1)
    return msgspec.structs.replace(rule, grace=LATE, lead=lead)


USUAL: Final = told_before(Recurrence(Weekly((1,), 2), dt.time(9)))
"""Every two weeks on Tuesday at nine."""


def from_now_on(rule: Recurrence, today: dt.date) -> Recurrence:
    """Return the rule of a new programme: where it skips weeks, they are counted from the next one on."""
    if not isinstance(rule.dates, Weekly):
        return rule
    return msgspec.structs.replace(rule, dates=msgspec.structs.replace(rule.dates, since=today + dt.timedelta(days=7)))


@dataclass(frozen=True, slots=True)
class Terms:
    """What a round goes by from its notice to its end, whatever is changed meanwhile: that counts from the next round on."""

    rule: Recurrence
    rules: Rules


@dataclass(frozen=True, slots=True)
class Programme:
    """A programme and when it comes."""

    id: int
    name: str
    rule: Recurrence = USUAL
    rules: Rules = field(default_factory=Rules)
    running: bool = True

    @property
    def weekly(self) -> bool:
        """Whether it comes every week."""
        return isinstance(self.rule.dates, Weekly) and self.rule.dates.every == 1

    @property
    def terms(self) -> Terms:
        """What a round that begins now goes by."""
        return Terms(self.rule, self.rules)

    def on(self, terms: Terms | None) -> Programme:
        """Return it as a round goes by it; None: one that was told of before rounds kept their terms."""
        return self if terms is None else replace(self, rule=terms.rule, rules=terms.rules)

    @property
    def schedule(self) -> str:
        """The name of its schedule."""
        return f"{SCHEDULE}:{self.id}"


class Programmes(Repository):
    """The programmes of a community."""

    async def all(self) -> Sequence[Programme]:
        """Return every programme, the running ones first, then oldest first."""
        rows = await self.connection.execute(
            self._select()
            .where(ProgrammeRow.community_id == self.community.id)
            .order_by(ProgrammeRow.running.desc(), ProgrammeRow.id)
        )
        return [_programme(row) for row in rows]

    async def get(self, programme: int) -> Programme | None:
        """Return a programme, or None."""
        row = (
            await self.connection.execute(
                self._select().where(ProgrammeRow.community_id == self.community.id, ProgrammeRow.id == programme)
            )
        ).one_or_none()
        return None if row is None else _programme(row)

    async def create(self, name: str, rule: Recurrence, rules: Rules, now: dt.datetime) -> int:
        """Keep a new programme and let it run.

        Raises:
            ValueError: the rule never happens, or its holidays are not known.
        """
        values = {**_columns(name, rule, rules), "community_id": self.community.id, "running": True, "created_at": now}
        programme = (await self.connection.execute(insert(ProgrammeRow).values(values).returning(ProgrammeRow.id))).scalar_one()
        await self._schedule(Programme(programme, name, rule, rules), now)
        return programme

    async def begin(self, name: str, now: dt.datetime) -> bool:
        """Give a community a programme to begin with: pairs, every two weeks; False where it has any."""
        if await self.all():
            return False
        await self.create(name, from_now_on(USUAL, today(now, self.community.zone)), Rules(), now)
        return True

    async def change(self, programme: Programme, now: dt.datetime) -> None:
        """Keep what was changed: its name, its rule, how it works, whether it runs.

        Raises:
            ValueError: the rule never happens, or its holidays are not known.
        """
        await self.connection.execute(
            update(ProgrammeRow)
            .where(ProgrammeRow.community_id == self.community.id, ProgrammeRow.id == programme.id)
            .values(**_columns(programme.name, programme.rule, programme.rules), running=programme.running)
        )
        if programme.running:
            await self._schedule(programme, now)
        else:
            await Schedules(self.connection, self.community).end(programme.schedule)

    async def next_dates(self, programme: Programme, now: dt.datetime, count: int = 3) -> Sequence[Occurrence]:
        """Return the next rounds that are still to be told of; none where it is stopped."""
        return await Schedules(self.connection, self.community).next_dates(programme.schedule, now, count)

    async def choose(self, programme: int, member: int, *, joined: bool) -> None:
        """Keep whether a member wants this programme."""
        values = {"programme_id": programme, "member_id": member, "joined": joined}
        await self.connection.execute(upsert(self.connection, ChoiceRow, values, keys=("programme_id", "member_id")))

    async def forget_others(self, programme: int, member: int) -> None:
        """Let a member have chosen no programme but this one."""
        others = delete(ChoiceRow).where(ChoiceRow.member_id == member, ChoiceRow.programme_id != programme)
        await self.connection.execute(others.where(ChoiceRow.joined.is_(True)))

    async def choices(self, programme: int) -> Mapping[int, bool]:
        """Return who chose this programme, or chose against it."""
        rows = await self.connection.execute(
            select(ChoiceRow.member_id, ChoiceRow.joined).where(ChoiceRow.programme_id == programme)
        )
        return {row.member_id: row.joined for row in rows}

    async def choices_of(self, member: int) -> Mapping[int, bool]:
        """Return which programmes a member chose, or chose against."""
        rows = await self.connection.execute(select(ChoiceRow.programme_id, ChoiceRow.joined).where(ChoiceRow.member_id == member))
        return {row.programme_id: row.joined for row in rows}

    async def _schedule(self, programme: Programme, now: dt.datetime) -> None:
        await Schedules(self.connection, self.community).change(programme.schedule, programme.rule, now, label=programme.name)

    def _select(self) -> Any:  # noqa: ANN401 - SQLAlchemy's Select, whose parameters it does not export
        return select(*ProgrammeRow.__table__.c)


def _columns(name: str, rule: Recurrence, rules: Rules) -> dict[str, object]:
    return {
        "name": name,
        "rule": msgspec.json.encode(rule).decode(),
        "size": rules.size,
        "pool": rules.pool.value,
        "pool_value": rules.pool_value,
        "trade": rules.trade.value,
        "odd": rules.odd.value,
        "common_hours": rules.common_hours,
        "preview_hours": rules.preview_hours,
        "video": rules.video,
    }


def _programme(row: Any) -> Programme:  # noqa: ANN401 - a row of `ProgrammeRow`'s columns
    rules = Rules(
        row.size,
        Pool(row.pool or Pool.EVERYONE),
        row.pool_value,
        Trade(row.trade or Trade.ANY),
        Odd(row.odd or Odd.TRIO),
        row.common_hours,
        row.preview_hours,
        row.video,
    )
    return Programme(row.id, row.name, msgspec.json.decode(row.rule, type=Recurrence), rules, row.running)
