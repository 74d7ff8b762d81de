"""What is kept of a member, counted and as an export: their own rows, and of others no more than they were shown."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from functools import cache
from typing import TYPE_CHECKING, Any, Final

import msgspec
from sqlalchemy import ColumnElement, bindparam, case, func, literal, or_, select

from storage.base import Repository
from storage.holding import Area, Fate
from storage.holdings import HOLDINGS
from storage.meetings import MeetingMemberRow
from storage.outbox import READABLE, OutboxRow
from storage.outreach import DigestRow, OutreachRow
from storage.people import MemberRow
from storage.sealed import Sealed
from storage.voice import VoiceRow, VoiceWordRow

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from storage.holding import Holding
    from storage.statements import AnySelect

VERSION: Final = 1
"""Of the export's shape; it changes where a key goes or means something else."""
_JSON, _TYPED = "{}", "[]"
_ASIDE: Final = frozenset({OutboxRow, OutreachRow, DigestRow})
"""Kept for the sake of messages: of these, what waits is counted."""
_WAITING: Final = (
    select(func.count())
    .where(OutboxRow.member_id == bindparam("member"), or_(OutboxRow.done_at.is_(None), OutboxRow.state.in_(READABLE)))
    .scalar_subquery()
)
_MET: Final = (
    select(MeetingMemberRow.meeting_id, MemberRow.name)
    .join(MemberRow, MemberRow.id == MeetingMemberRow.member_id)
    .where(
        MeetingMemberRow.meeting_id.in_(select(MeetingMemberRow.meeting_id).where(MeetingMemberRow.member_id == bindparam("me")))
    )
    .where(MeetingMemberRow.member_id != bindparam("me"))
    .order_by(MeetingMemberRow.meeting_id, MeetingMemberRow.member_id)
)
_SAID: Final = (
    select(VoiceWordRow.voice_id, VoiceWordRow.answer, VoiceWordRow.words, VoiceWordRow.day)
    .join(VoiceRow, VoiceRow.id == VoiceWordRow.voice_id)
    .where(VoiceRow.member_id == bindparam("me"))
    .order_by(VoiceWordRow.voice_id, VoiceWordRow.id)
)
"""What was said after the voices that they signed: by them, and by animators to them, who answer as one."""
_SELF: Final = (*("name", "locale", "zone", "workdays", "workhours", "quiet", "monthly_asks", "animator", "joined_at", "left_at"),)


class OwnData(Repository):
    """What is kept of the members of a community."""

    async def counts(self, member: int) -> Mapping[Area, int]:
        """Return how much is kept of a member, by area; areas with nothing are left out."""
        row = (await self.connection.execute(_counting(), {"member": member})).one()
        found = Counter[Area]()
        for holding, number in zip(_counted(), row[1:], strict=True):
            found[holding.area] += number
        found[Area.MESSAGES] = row[0]
        return {area: found[area] for area in Area if found[area]}

    async def export(self, member: int, now: dt.datetime) -> Mapping[str, Any]:
        """Return everything, ready for JSON: about the member, and a list for each area. Private words are opened."""
        own = select(*(MemberRow.__table__.c[name] for name in _SELF)).where(MemberRow.id == member)
        me = (await self.connection.execute(own)).mappings().one()
        areas: dict[str, list[dict[str, Any]]] = {area.value: [] for area in Area}
        for holding in HOLDINGS:
            if holding.shows:
                areas[holding.area] += await self._rows(holding, member)
        await self._add_partners(areas[Area.MEETINGS], member)
        await self._add_answers(areas[Area.VOICES], member)
        return {
            "version": VERSION,
            "made_at": _plain(now),
            "community": self.community.name,
            "member": {name: _plain(value) for name, value in me.items()},
            **areas,
        }

    async def _add_partners(self, meetings: Sequence[dict[str, Any]], member: int) -> None:
        met: dict[int, list[str]] = {}
        for row in await self.connection.execute(_MET, {"me": member}):
            met.setdefault(row.meeting_id, []).append(row.name)
        for meeting in meetings:
            if "meeting" in meeting:
                meeting["with"] = met.get(meeting["meeting"], [])

    async def _add_answers(self, voices: Sequence[dict[str, Any]], member: int) -> None:
        said: dict[int, list[dict[str, Any]]] = {}
        for row in await self.connection.execute(_SAID, {"me": member}):
            word = {"by": "animators" if row.answer else "you", "day": _plain(row.day), "words": self.opened(row.words)}
            said.setdefault(row.voice_id, []).append(word)
        for voice in voices:
            if "voice" in voice:
                voice["said_since"] = said.get(voice["voice"], [])

    async def _rows(self, holding: Holding, member: int) -> Sequence[dict[str, Any]]:
        rows = (await self.connection.execute(_showing(holding), {"member": member})).all()
        return [
            {key: self._read(value, path) for (key, path), value in zip(holding.shows.items(), row[1:], strict=True)}
            for row in sorted(rows, key=lambda row: (row[0], str(row)))
        ]

    def _read(self, value: Any, path: str) -> Any:  # noqa: ANN401 - whatever a column holds
        """Return a value of a column as JSON has it."""
        if isinstance(value, Sealed):
            value = self.opened(value)
        if value and path.endswith(_JSON):
            return msgspec.json.decode(value)
        if value and path.endswith(_TYPED):  # a dialog: its shape, and what was typed into it
            return msgspec.json.decode(msgspec.json.decode(value)[1])
        return _plain(value)


def _plain(value: Any) -> Any:  # noqa: ANN401 - whatever a column holds
    return value.isoformat() if isinstance(value, dt.date) else value


def _counted() -> Sequence[Holding]:
    return [holding for holding in HOLDINGS if holding.shows and holding.fate is not Fate.NOBODY and holding.table not in _ASIDE]


def _told(holding: Holding) -> tuple[ColumnElement[bool], ...]:
    """Return what makes a row of a member one that they may read."""
    mine: ColumnElement[bool] = holding.whose == bindparam("member")
    return (mine,) if holding.told is None else (mine, holding.told)


@cache
def _counting() -> AnySelect:
    """Return the statement that counts: one look into an index for each kind."""
    each = [select(func.count()).select_from(holding.table).where(*_told(holding)).scalar_subquery() for holding in _counted()]
    return select(_WAITING, *each)


@cache
def _showing(holding: Holding) -> AnySelect:
    """Return the statement that reads what an export shows of a kind of row."""
    own: Any = holding.table.__table__
    joined: Any = own
    known: dict[tuple[str, ...], Any] = {(): own}
    # Others are sorted once they are read: in the order of their key, SQLite would go along that rather than along the member.
    columns: list[Any] = [own.c.id if "id" in own.c else literal(0)]
    for key, path in holding.shows.items():
        *steps, last = path.removesuffix(_JSON).removesuffix(_TYPED).split(">")
        for length, step in enumerate(steps):
            way = tuple(steps[: length + 1])
            if way not in known:
                column = known[way[:-1]].c[step]
                target = next(iter(column.foreign_keys)).column
                known[way] = target.table.alias("_".join(("of", *way)))
                joined = joined.outerjoin(known[way], known[way].c[target.name] == column)
        column = known[tuple(steps)].c[last]
        columns.append((case((holding.later[key], column)) if key in holding.later else column).label(key))
    found = select(*columns).select_from(joined).where(*_told(holding))
    return found.order_by(own.c.id) if "id" in own.c else found
