"""What members told the animators: answers for them to read, what is missing, voices; without what an animator is done with.

Whoever called for help is never left out because others came after: those are read in pages, to the last of their days.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final, TypeVar
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy import and_, func, literal, or_, select, tuple_

from bot.i18n import today
from storage.attention import Concern, Reason, settled
from storage.base import Instant, Repository
from storage.checkin import Question, Reads, Said
from storage.checkin_answers import AnswerRow, ReaderRow, low
from storage.checkins import CampaignRow, SendingRow
from storage.gaps import SHOWN, GapRow, State, seen_by_animators
from storage.people import COLUMNS, MemberRow, as_member
from storage.voice import Shown, VoiceRow, VoiceWordRow

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Collection, Mapping, Sequence

    from sqlalchemy import ColumnElement, RowMapping, ScalarSelect
    from sqlalchemy.orm import InstrumentedAttribute

    from bot.model import Member
    from storage.statements import AnySelect

T = TypeVar("T")

DAY: Final = dt.timedelta(days=1)
MOST: Final = 200
"""Members looked at for a reason that is no call for help, those who have waited longest first: nobody cares for more in a day."""
BATCH: Final = 500
"""Rows that are read at once: answers are sealed, and opening them holds up what others wait for."""
LOOKED_BACK: Final = 60 * DAY
"""Answers older than this are no longer shown here."""
_GAPS: Final = {State.TALK: Reason.TALK, State.MISSING: Reason.MISSING, State.ASKED: Reason.NOTHING}

_questions = msgspec.json.Decoder(tuple[Question, ...])
_said = msgspec.json.Decoder(Said)


class Told(Repository):
    """What members told the animators of a community."""

    async def answers(self, me: Member, now: dt.datetime) -> Sequence[Concern]:
        """Return who would like a call, or gave a low answer: all of them, where they chose that this animator reads it."""
        wanted = (
            select(AnswerRow.id.label("number"), AnswerRow.given_at, AnswerRow.said, SendingRow.campaign_id, *COLUMNS)
            .join(ReaderRow, ReaderRow.answer_id == AnswerRow.id)
            .join(SendingRow, SendingRow.id == AnswerRow.sending_id)
            .join(MemberRow, MemberRow.id == AnswerRow.member_id)
            .where(
                AnswerRow.community_id == self.community.id,
                AnswerRow.reads == Reads.ANIMATORS.value,
                AnswerRow.cared_at.is_(None),
                ReaderRow.member_id == me.id,
                MemberRow.left_at.is_(None),
                ~settled(self.community.id, (Reason.CALL, Reason.LOW), AnswerRow.id, AnswerRow.given_at, now),
            )
        )
        known: dict[int, tuple[Question, ...]] = {}
        found: list[Concern] = []
        async for rows in self._pages(wanted, AnswerRow.given_at, AnswerRow.id, now - LOOKED_BACK):
            known |= await self._questions({row["campaign_id"] for row in rows} - set(known))
            found += [one for row in rows if (one := self._urgent(row, known.get(row["campaign_id"], ()))) is not None]
        return found

    def _urgent(self, row: RowMapping, questions: tuple[Question, ...]) -> Concern | None:
        opened = self.opened(row["said"])
        said = None if opened is None else _said.decode(opened)
        if said is None or not (said.call or low(questions, said)):
            return None
        return Concern(Reason.CALL if said.call else Reason.LOW, row["number"], row["given_at"], as_member(row))

    async def _questions(self, campaigns: Collection[int]) -> Mapping[int, tuple[Question, ...]]:
        if not campaigns:
            return {}
        wanted = select(CampaignRow.id, CampaignRow.questions).where(CampaignRow.id.in_(sorted(campaigns)))
        rows = await self.connection.execute(wanted)
        return {row.id: _questions.decode(row.questions) for row in rows}

    async def gaps(self, now: dt.datetime) -> Sequence[Concern]:
        """Return who wished for a word, all of them; and who let the animators know what they miss, or did not answer."""
        since = func.coalesce(GapRow.answered_at, GapRow.asked_at)
        wanted = (
            select(GapRow.id.label("number"), GapRow.asked_at, since.label("since"), GapRow.state, GapRow.kind, *COLUMNS)
            .join(MemberRow, MemberRow.id == GapRow.member_id)
            .where(
                *seen_by_animators(self.community.id, now),
                MemberRow.left_at.is_(None),
                ~settled(self.community.id, _GAPS.values(), GapRow.id, since, now),
            )
        )
        calls = wanted.where(GapRow.state == State.TALK.value)
        others = wanted.where(GapRow.state != State.TALK.value).order_by(GapRow.asked_at, GapRow.id).limit(MOST)
        rows = [row async for page in self._pages(calls, GapRow.asked_at, GapRow.id, now - SHOWN) for row in page]
        rows += (await self.connection.execute(others)).mappings()
        return [Concern(_GAPS[State(row["state"])], row["number"], row["since"], as_member(row), row["kind"]) for row in rows]

    async def voices(self, now: dt.datetime) -> Sequence[Concern]:
        """Return the voices that wait for an answer, from the day after they, or more words, came: the hour is nobody's to know.

        One to which words were added after it was settled is another reason: their id tells, as their day may be the same.
        """
        day = today(now, self.community.zone)
        newest, added = (
            _words(func.max(VoiceWordRow.id), VoiceWordRow.day < day),
            _words(func.max(VoiceWordRow.day), VoiceWordRow.day < day),
        )
        answer = _words(func.max(VoiceWordRow.id), answer=True)
        rows = await self.connection.execute(
            select(
                *(VoiceRow.id.label("number"), VoiceRow.kind, VoiceRow.day),
                *(newest.label("newest"), added.label("added")),
                *COLUMNS,
            )
            .join(MemberRow, MemberRow.id == VoiceRow.member_id, isouter=True)
            .where(
                VoiceRow.community_id == self.community.id,
                VoiceRow.shown.in_([shown.value for shown in Shown]),
                VoiceRow.over_at.is_(None),
                VoiceRow.day < day,
                or_(newest > func.coalesce(answer, 0), and_(answer.is_(None), VoiceRow.outcome == "")),
                MemberRow.left_at.is_(None),
                ~settled(self.community.id, (Reason.VOICE,), VoiceRow.id, None, now, newest=func.coalesce(newest, 0)),
            )
            .order_by(VoiceRow.id)
            .limit(MOST)
        )
        return [
            Concern(
                Reason.VOICE,
                row["number"],
                dt.datetime.combine(row["added"] or row["day"], dt.time(), ZoneInfo(self.community.zone)),
                None if row["id"] is None else as_member(row),
                row["kind"],
                newest=row["newest"] or 0,
            )
            for row in rows.mappings()
        ]

    async def _pages(
        self, wanted: AnySelect, at: InstrumentedAttribute[dt.datetime], number: InstrumentedAttribute[int], since: dt.datetime
    ) -> AsyncIterator[Sequence[RowMapping]]:
        """Yield what is wanted after an instant, oldest first, a page at a time; `at` and `number` say where each one goes on."""
        place: tuple[dt.datetime, int] = (since, 0)
        while True:
            after = tuple_(at, number) > tuple_(literal(place[0], Instant()), literal(place[1]))
            page = wanted.where(after).order_by(at, number).limit(BATCH)
            rows = (await self.connection.execute(page)).mappings().all()
            yield rows
            if len(rows) < BATCH:
                return
            place = (rows[-1][at.key], rows[-1]["number"])


def _words(what: ColumnElement[T], *which: ColumnElement[bool], answer: bool = False) -> ScalarSelect[T]:
    """Return something about the words that were added to a voice: by whoever raised it, or the animators' answers."""
    wanted = select(what).where(VoiceWordRow.voice_id == VoiceRow.id, VoiceWordRow.answer.is_(answer), *which)
    return wanted.correlate(VoiceRow).scalar_subquery()
