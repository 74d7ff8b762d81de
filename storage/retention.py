"""What is forgotten with time, a few rows at a time, so that nobody waits for it; and what never is."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Delete, bindparam, delete, exists, or_, select, tuple_

from storage.attention import KEPT as ATTENTION_KEPT
from storage.attention import AttentionActRow, AttentionRow, Reason
from storage.base import aliased
from storage.checkin_answers import AnswerRow
from storage.checkins import ReceiptRow, SendingRow
from storage.circle_weeks import CircleAnswerRow, CircleWeekRow
from storage.circles import CircleRow
from storage.communities import CommunityRow
from storage.departures import PeaceRow
from storage.forms import FormRow
from storage.gaps import AGAIN as GAP_AGAIN
from storage.gaps import GapRow
from storage.gaps import State as Gap
from storage.meetings import MeetingRow
from storage.opportunities import OpportunityRow
from storage.opportunity import LIVE, Status
from storage.opportunity_responses import ResponseRow
from storage.opportunity_responses import State as Answer
from storage.outbox import KEPT, MessageRow, OutboxRow, State
from storage.outcomes import OutcomeRow
from storage.outreach import OutreachRow
from storage.people import MemberRow
from storage.proposals import ProposalRow
from storage.repeats import DeliveryRow
from storage.requests import RequestRow
from storage.rounds import RoundRow
from storage.schedules import OccurrenceRow, ScheduleRow
from storage.stoppages import StoppageRow
from storage.thanks import ThanksRow
from storage.voice import VoiceRow

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy.ext.asyncio import AsyncConnection
    from sqlalchemy.orm import InstrumentedAttribute

    from bot.config import RetentionConfig
    from storage.engine import Engines
    from storage.statements import AnyRow

BATCH: Final = 500
"""Rows looked at, or forgotten, in one transaction."""

SETTLED: Final = (State.SENT, State.CANCELLED, State.SHOWN, State.LISTED)
"""Nobody asks about these again. A dead letter waits for the animator, a missed one for its member."""

_DELIVERIES: Final = delete(DeliveryRow).where(
    DeliveryRow.id.in_(select(DeliveryRow.id).where(DeliveryRow.seen_at < bindparam("before")).limit(BATCH))
)
_OUTBOX: Final = delete(OutboxRow).where(
    OutboxRow.id.in_(select(OutboxRow.id).where(OutboxRow.done_at < bindparam("before"), OutboxRow.state.in_(SETTLED)).limit(BATCH))
)
# A dead letter waits for the animator, but not with words to somebody who is gone for as long.
_LETTERS: Final = delete(OutboxRow).where(
    OutboxRow.id.in_(
        select(OutboxRow.id)
        .join(MemberRow, MemberRow.id == OutboxRow.member_id)
        .where(
            OutboxRow.done_at < bindparam("before"),
            OutboxRow.state.in_(KEPT),
            MemberRow.left_at < bindparam("before"),
        )
        .limit(BATCH)
    )
)
_STOPPAGES: Final = delete(StoppageRow).where(
    StoppageRow.id.in_(select(StoppageRow.id).where(StoppageRow.ended_at < bindparam("before")).limit(BATCH))
)
_OUTREACH: Final = delete(OutreachRow).where(
    OutreachRow.id.in_(select(OutreachRow.id).where(OutreachRow.at < bindparam("before")).limit(BATCH))
)
# Whom an opportunity reached without an answer says nothing once it is over: who answered stays with it.
_REACHED: Final = delete(ResponseRow).where(
    ResponseRow.id.in_(
        select(ResponseRow.id)
        .join(OpportunityRow, OpportunityRow.id == ResponseRow.opportunity_id)
        .where(
            OpportunityRow.community_id.in_(select(CommunityRow.id)),
            OpportunityRow.status.in_([status.value for status in Status if status not in LIVE]),
            OpportunityRow.expires_at < bindparam("before"),
            OpportunityRow.ended_at < bindparam("before"),
            ResponseRow.state != Answer.INTERESTED.value,
        )
        .limit(BATCH)
    )
)
# What somebody said of how they are is not kept for ever, whoever may read it. The totals hold nobody.
_CHECKINS: Final = delete(AnswerRow).where(
    AnswerRow.id.in_(
        select(AnswerRow.id)
        .where(AnswerRow.community_id.in_(select(CommunityRow.id)), AnswerRow.given_at < bindparam("before"))
        .limit(BATCH)
    )
)
_RECEIPTS: Final = delete(ReceiptRow).where(
    tuple_(ReceiptRow.sending_id, ReceiptRow.member_id).in_(
        select(ReceiptRow.sending_id, ReceiptRow.member_id)
        .where(ReceiptRow.sending_id.in_(select(SendingRow.id).where(SendingRow.over_at < bindparam("before"))))
        .limit(BATCH)
    )
)
# What members of circles told each other. How many answered stays with the week.
_WORDS: Final = delete(CircleAnswerRow).where(
    tuple_(CircleAnswerRow.week_id, CircleAnswerRow.member_id).in_(
        select(CircleAnswerRow.week_id, CircleAnswerRow.member_id)
        .join(CircleWeekRow, CircleWeekRow.id == CircleAnswerRow.week_id)
        .where(CircleWeekRow.shown_at < bindparam("before"))
        .limit(BATCH)
    )
)
# What somebody is said to have gained, and never confirmed.
_UNCONFIRMED: Final = delete(OutcomeRow).where(
    OutcomeRow.id.in_(
        select(OutcomeRow.id)
        .where(
            OutcomeRow.confirmed_at.is_(None),
            OutcomeRow.proposed,
            OutcomeRow.recorded_at < bindparam("before"),
        )
        .limit(BATCH)
    )
)
# Whoever would rather not be asked is not forgotten: they would be asked again.
_GAPS: Final = delete(GapRow).where(
    GapRow.id.in_(select(GapRow.id).where(GapRow.asked_at < bindparam("before"), GapRow.state != Gap.STOP.value).limit(BATCH))
)
# What animators did about whom: nobody looks for a reason for so long, and whom they wrote to is nobody's business by then. Only a
# voice waits until it is answered: without the row, one that they were done with would come back.
_WAITS: Final = exists().where(
    AttentionRow.reason == Reason.VOICE.value, VoiceRow.id == AttentionRow.subject, VoiceRow.over_at.is_(None)
)
_SETTLED: Final = delete(AttentionRow).where(
    AttentionRow.id.in_(select(AttentionRow.id).where(AttentionRow.at < bindparam("before"), ~_WAITS).limit(BATCH))
)
_DEEDS: Final = delete(AttentionActRow).where(
    AttentionActRow.id.in_(select(AttentionActRow.id).where(AttentionActRow.at < bindparam("before")).limit(BATCH))
)
_DRAFTS: Final = delete(FormRow).where(
    tuple_(FormRow.member_id, FormRow.submit).in_(
        select(FormRow.member_id, FormRow.submit).where(FormRow.kept_at < bindparam("before")).limit(BATCH)
    )
)
_VOICES: Final = delete(VoiceRow).where(
    VoiceRow.id.in_(select(VoiceRow.id).where(VoiceRow.over_at < bindparam("before")).limit(BATCH))
)
# By then, whoever was erased is no newcomer to those who could name them.
_PEACE: Final = delete(PeaceRow).where(
    PeaceRow.digest.in_(select(PeaceRow.digest).where(PeaceRow.since < bindparam("before")).limit(BATCH))
)
_later = aliased(OccurrenceRow)
# The newest of each schedule stays: it is how the schedule knows which local date it has done.
_OCCURRENCES: Final = delete(OccurrenceRow).where(
    OccurrenceRow.id.in_(
        select(OccurrenceRow.id)
        .where(
            OccurrenceRow.schedule_id.in_(select(ScheduleRow.id)),
            OccurrenceRow.due_at < bindparam("before"),
            exists().where(_later.schedule_id == OccurrenceRow.schedule_id, _later.due_at > OccurrenceRow.due_at),
        )
        .limit(BATCH)
    )
)

_written = aliased(OutboxRow)
_under_way = aliased(OutboxRow)
_CANDIDATES: Final = (
    select(
        MessageRow.key,
        MessageRow.name,
        MessageRow.sent_at,
        MessageRow.removed_at,
        exists().where(_written.message_key == MessageRow.key).label("written"),
    )
    .where(
        MessageRow.key > bindparam("after"),
        or_(MessageRow.sent_at < bindparam("before"), MessageRow.removed_at < bindparam("before"), MessageRow.sent_at.is_(None)),
    )
    .order_by(MessageRow.key)
    .limit(BATCH)
)
# Whoever is about to write there is let through: what its row needs is looked at again in the statement that deletes.
_MESSAGES: Final = delete(MessageRow).where(
    MessageRow.key.in_(bindparam("keys", expanding=True)),
    ~exists().where(_written.message_key == MessageRow.key, _written.state.not_in(SETTLED)),
    ~exists().where(_under_way.lane == MessageRow.lane, _under_way.done_at.is_(None)),
)

_OVER: Final[Mapping[str, tuple[InstrumentedAttribute[int], InstrumentedAttribute[Any]]]] = {
    "request": (RequestRow.id, RequestRow.ended_at),
    "opportunity": (OpportunityRow.id, OpportunityRow.ended_at),
    "stoppage": (StoppageRow.id, StoppageRow.ended_at),
    "proposal": (ProposalRow.id, ProposalRow.answered_at),
    "meeting": (ProposalRow.id, ProposalRow.answered_at),
    "thanks": (ThanksRow.id, ThanksRow.created_at),
    "round": (RoundRow.id, RoundRow.over_at),
    "encounter": (MeetingRow.id, MeetingRow.over_at),
    "voice": (VoiceRow.id, VoiceRow.over_at),
    "checkin": (SendingRow.id, SendingRow.over_at),
    "checkin_answer": (AnswerRow.id, AnswerRow.cared_at),
    "circle": (CircleRow.id, CircleRow.closed_at),
    "week": (CircleWeekRow.id, CircleWeekRow.shown_at),
    "outcome": (OutcomeRow.id, OutcomeRow.recorded_at),
    "gap": (GapRow.id, GapRow.asked_at),
}
"""What a remembered message is about, by the first word of its name (`request:42`), and when that was over.

Anything else, such as the card of a member, is remembered until it is removed.
"""


class StoredRetention:
    """`bot.retention.Forgetting` on the database; each step is a short transaction of its own."""

    def __init__(self, engines: Engines) -> None:
        self._engines = engines
        self._after = ""

    async def step(self, days: RetentionConfig, now: dt.datetime) -> Mapping[str, int]:
        """Forget a few rows of each kind; return how many. Empty: nothing is left to forget."""
        forgotten = {
            "deliveries": await self._few(_DELIVERIES, now, days.deliveries),
            "outbox": await self._few(_OUTBOX, now, days.outbox),
            "letters": await self._few(_LETTERS, now, days.outbox),
            "stoppages": await self._few(_STOPPAGES, now, days.outbox),
            "outreach": await self._few(_OUTREACH, now, days.outbox),
            "reached": await self._few(_REACHED, now, days.messages),
            "checkins": await self._few(_CHECKINS, now, days.messages),
            "receipts": await self._few(_RECEIPTS, now, days.messages),
            "circles": await self._few(_WORDS, now, days.messages),
            "unconfirmed": await self._few(_UNCONFIRMED, now, days.messages),
            "gaps": await self._few(_GAPS, now, max(days.messages, GAP_AGAIN.days)),
            "attention": await self._few(_SETTLED, now, max(days.messages, ATTENTION_KEPT.days)),
            "deeds": await self._few(_DEEDS, now, max(days.messages, ATTENTION_KEPT.days)),
            "drafts": await self._few(_DRAFTS, now, days.drafts),
            "occurrences": await self._few(_OCCURRENCES, now, days.occurrences),
            "accounts_in_peace": await self._few(_PEACE, now, days.messages),
            "voices": await self._few(_VOICES, now, days.voices),
        }
        looked_at, forgotten["messages"] = await self._messages(now - dt.timedelta(days=days.messages))
        return {kind: number for kind, number in forgotten.items() if number or (kind == "messages" and looked_at)}

    async def _few(self, statement: Delete, now: dt.datetime, days: int) -> int:
        async with self._engines.write.begin() as connection:
            return (await connection.execute(statement, {"before": now - dt.timedelta(days=days)})).rowcount

    async def _messages(self, before: dt.datetime) -> tuple[bool, int]:
        """Look at the next remembered messages; return whether there may be more, and how many were forgotten.

        They are read without the writer's connection: nearly all of them stay.
        """
        async with self._engines.read.begin() as connection:
            rows = (await connection.execute(_CANDIDATES, {"after": self._after, "before": before})).all()
            alive = {kind: await self._alive(connection, kind, rows, before) for kind in _OVER}
        self._after = rows[-1].key if len(rows) == BATCH else ""
        keys = [row.key for row in rows if _is_over(row, alive, before)]
        forgotten = 0
        if keys:
            async with self._engines.write.begin() as connection:
                forgotten = (await connection.execute(_MESSAGES, {"keys": keys})).rowcount
        return bool(self._after), forgotten

    async def _alive(self, connection: AsyncConnection, kind: str, rows: Sequence[AnyRow], before: dt.datetime) -> set[int]:
        """Return the things of a kind that messages are about and that are not over long enough."""
        wanted = {about[1] for row in rows if (about := _about(row.name)) is not None and about[0] == kind}
        if not wanted:
            return set()
        identifier, over_at = _OVER[kind]
        found = await connection.execute(
            select(identifier).where(identifier.in_(wanted), or_(over_at.is_(None), over_at >= before))
        )
        return set(found.scalars())


def _about(name: str) -> tuple[str, int] | None:
    """Return what a message is about; None where it is nothing that is over one day."""
    kind, _, rest = name.partition(":")
    number = rest.partition(":")[0]
    return (kind, int(number)) if kind in _OVER and number.isdecimal() else None


def _is_over(row: AnyRow, alive: Mapping[str, set[int]], before: dt.datetime) -> bool:
    if row.sent_at is None:
        return not row.written
    if row.removed_at is not None and row.removed_at < before:
        return True
    about = _about(row.name)
    return about is not None and about[1] not in alive[about[0]]
