"""A crowd: twenty communities of two hundred people, and what they did."""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec
from sqlalchemy import insert, text

from bot.model import AccountRef
from storage.asked import AskedRow
from storage.attention import AttentionActRow, AttentionRow
from storage.base import Base, Instant
from storage.checkin_answers import AnswerRow as CheckinAnswerRow
from storage.checkin_answers import ReaderRow
from storage.checkin_totals import TallyRow
from storage.checkins import CampaignRow, ReceiptRow, SendingRow
from storage.circle_weeks import CircleAnswerRow, CircleWeekRow
from storage.circles import CirclePeerRow, CircleRow
from storage.communities import CommunityRow
from storage.db import open_store
from storage.expectations import ExpectationAskedRow, ExpectationRow
from storage.forms import FormRow
from storage.gaps import GapRow
from storage.icebreaker_answers import AnswerRow
from storage.icebreakers import IcebreakerRow, PromptRow, RetiredRow
from storage.meetings import MeetingMemberRow, MeetingRow
from storage.opportunities import OpportunityRow
from storage.opportunity_responses import ReportRow, ResponseRow
from storage.outbox import MessageRow, OutboxRow
from storage.outcomes import OutcomeRow
from storage.outreach import DigestRow, MessagePreferenceRow, OutreachRow
from storage.participation import ExclusionRow, ParticipationRow
from storage.people import AccountRow, MemberRow
from storage.profiles import ProfileRow
from storage.programmes import USUAL, ChoiceRow, ProgrammeRow
from storage.repeats import DeliveryRow
from storage.requests import RequestRow
from storage.rounds import RoundMemberRow, RoundRow
from storage.schedules import OccurrenceRow, ScheduleRow
from storage.sealed import Sealed
from storage.skill_index import SLOTS, Kind, SkillPostingRow, SkillSubjectRow, number
from storage.voice import VoiceRow, VoiceWordRow
from tests.databases import COMMUNITY
from tests.storage.community import NOW, Village
from tests.storage.specimens import START

COMMUNITIES = 20
PEOPLE = 4000
MANY = 8000
DAY = NOW.date()
RULE = msgspec.json.encode(USUAL).decode()
SCHEDULES = 100
"""Of each community."""
ADA = AccountRef("U20", "M20")


def _row(table: type[Base], **values: object) -> dict[str, Any]:
    """Return a row with something in every column."""
    plain: dict[type, object] = {str: "", int: 0, bool: False, dt.date: DAY, Sealed: Sealed("0:x"), object: ""}
    row = {
        column.name: None if column.nullable else NOW if isinstance(column.type, Instant) else plain[column.type.python_type]
        for column in table.__table__.columns
        if not (column.primary_key and column.autoincrement is True)
    }
    return row | values


def everybody() -> dict[type[Base], list[dict[str, Any]]]:
    """Twenty communities of two hundred, and what they did."""
    numbers = range(1, MANY + 1)
    people = range(2, PEOPLE + 2)

    def of(number: int) -> dict[str, Any]:
        return {"community_id": number % COMMUNITIES + 1, "member_id": number % (PEOPLE - COMMUNITIES) + COMMUNITIES}

    return {
        MemberRow: [_row(MemberRow, community_id=n % COMMUNITIES + 1, name=f"M{n}", folded=f"m{n}") for n in people],
        AccountRow: [_row(AccountRow, workspace_id=1, external_id=f"U{n}", member_id=n, name=f"M{n}") for n in people],
        DeliveryRow: [_row(DeliveryRow, id=f"old{n}", seen_at=NOW - dt.timedelta(minutes=n)) for n in numbers],
        FormRow: [_row(FormRow, member_id=n, submit=f"request:form{n}", kept_at=NOW - dt.timedelta(minutes=n)) for n in people],
        MessageRow: [
            _row(MessageRow, key=f"k{n}", name=f"request:{n}", workspace_id=1, lane=f"1@U{n % PEOPLE}", sent_at=NOW, **of(n))
            for n in numbers
        ],
        OutboxRow: [
            _row(OutboxRow, action="direct", key=f"k{n}", lane=f"1@U{n % PEOPLE}", state="sent", workspace_id=1, **of(n))
            | {"message_key": f"k{n}", "done_at": NOW - dt.timedelta(minutes=n)}
            for n in numbers
        ],
        RequestRow: [
            _row(
                RequestRow,
                need="x",
                further="next",
                status="open" if n % 50 == 0 else "solved",
                helper_id=n % PEOPLE + 2,
                **of(n),
            )
            for n in numbers
        ],
        OutcomeRow: [
            _row(OutcomeRow, subject_kind="request", subject_id=n, gainer_id=n % PEOPLE + 2, giver_id=n % 99 + 2, confirmed_at=NOW)
            | {"community_id": n % COMMUNITIES + 1}
            for n in numbers
        ],
        ExpectationRow: [
            _row(ExpectationRow, member_id=n, kind="skill", answer="met", answered_at=NOW, community_id=n % COMMUNITIES + 1)
            for n in people
        ],
        ExpectationAskedRow: [_row(ExpectationAskedRow, member_id=n, community_id=n % COMMUNITIES + 1) for n in people if n % 2],
        GapRow: [_row(GapRow, state="asked", asked_at=NOW - dt.timedelta(days=20 * (n // COMMUNITIES)), **of(n)) for n in numbers],
        AskedRow: [_row(AskedRow, request_id=n, state="asked", asked_at=NOW, **of(n)) for n in numbers],
        OpportunityRow: [
            _row(OpportunityRow, contents='{"title":"x"}', status="open" if n % 50 == 0 else "filled", created_at=NOW, **of(n))
            | {"published_at": NOW - dt.timedelta(minutes=n), "expires_at": NOW, "remind_at": NOW}
            for n in numbers
        ],
        ResponseRow: [
            _row(ResponseRow, opportunity_id=n, state="waiting" if n % 100 == 0 else "told", at=NOW, **of(n)) for n in numbers
        ],
        ReportRow: [_row(ReportRow, opportunity_id=n, reason="x", at=NOW, **of(n)) for n in numbers],
        DigestRow: [
            {"member_id": n, "community_id": n % COMMUNITIES + 1, "due_at": NOW if n % 100 == 0 else None, "last_at": None}
            for n in range(30, 3900)
        ],
        VoiceRow: [
            _row(VoiceRow, kind="idea", audience="all", shown="yes" if n % 3 else "no", **of(n))
            | {"over_at": NOW if n % 50 else None, "tell_on": None if n % 50 else NOW.date(), "code": f"c{n}"}
            for n in numbers
        ],
        AttentionRow: [
            _row(AttentionRow, reason="newcomer", subject=n, at=NOW - dt.timedelta(minutes=n), by_id=n % 99 + 2, **of(n))
            for n in numbers
        ],
        AttentionActRow: [
            _row(AttentionActRow, act="wrote", at=NOW - dt.timedelta(minutes=n), by_id=n % 99 + 2, **of(n)) for n in numbers
        ],
        VoiceWordRow: [_row(VoiceWordRow, voice_id=n, animator_id=n % PEOPLE + 2) for n in numbers],
        CircleRow: [_row(CircleRow, community_id=n % COMMUNITIES + 1, name="C", state="closed") for n in numbers],
        CirclePeerRow: [
            _row(CirclePeerRow, circle_id=n, member_id=n % (PEOPLE - COMMUNITIES) + COMMUNITIES, part="in", since=NOW)
            | {"invited_by": n % PEOPLE + 2}
            for n in numbers
        ],
        CircleWeekRow: [
            _row(CircleWeekRow, community_id=n % COMMUNITIES + 1, circle_id=n, stage="shown", shown_at=NOW)
            | {"local_date": NOW.date()}
            for n in numbers
        ],
        CircleAnswerRow: [
            _row(CircleAnswerRow, week_id=n, member_id=n % (PEOPLE - COMMUNITIES) + COMMUNITIES, said="answered") for n in numbers
        ],
        OutreachRow: [_row(OutreachRow, feature="opportunity", at=NOW, **of(n)) for n in numbers],
        MessagePreferenceRow: [
            _row(MessagePreferenceRow, member_id=n, community_id=n % COMMUNITIES + 1, weekly=3) for n in range(30, 3900)
        ],
        ScheduleRow: [
            _row(ScheduleRow, community_id=n, name=f"s{m}", rule="every", interval=60)
            for n in range(1, COMMUNITIES + 1)
            for m in range(SCHEDULES)
        ],
        ProfileRow: [_row(ProfileRow, community_id=n % COMMUNITIES + 1, member_id=n, introduced_at=NOW) for n in people],
        SkillSubjectRow: [
            _row(SkillSubjectRow, community_id=n % COMMUNITIES + 1, kind=kind, subject_id=n, terms="{}")
            for n in people
            for kind in (Kind.OFFERS.value, Kind.SEEKS.value)
        ],
        SkillPostingRow: [
            {
                "community_id": n % COMMUNITIES + 1,
                "term": number(kind, key),
                "slot": n % SLOTS,
                "subject_id": n,
                "weight": 100,
            }
            for n in people
            for kind in Kind
            for key in ("", "w/bookkeep", f"w/{n % 7}")
        ],
        ParticipationRow: [
            _row(ParticipationRow, member_id=n, community_id=n % COMMUNITIES + 1, state="joined", every=n % 3 * 7) for n in people
        ],
        ExclusionRow: [_row(ExclusionRow, by_id=n, of_id=n % 99 + 2, community_id=n % COMMUNITIES + 1) for n in range(102, 4002)],
        ProgrammeRow: [
            _row(ProgrammeRow, community_id=n % COMMUNITIES + 1, name="Pairs", rule=RULE) for n in range(50 * COMMUNITIES)
        ],
        ChoiceRow: [_row(ChoiceRow, programme_id=n % (50 * COMMUNITIES) + 1, member_id=n) for n in people],
        RoundRow: [
            _row(
                RoundRow,
                community_id=n % COMMUNITIES + 1,
                programme_id=n % (10 * COMMUNITIES) + 1,
                local_date=DAY - dt.timedelta(days=n // COMMUNITIES),
                state="over" if n > 2 * COMMUNITIES else "sent",
                next_at=None if n > 2 * COMMUNITIES else NOW,
            )
            for n in people
        ],
        RoundMemberRow: [
            _row(RoundMemberRow, round_id=n % 1000 + 1, member_id=n % 3900 + 30, part="matched") for n in range(2 * MANY)
        ],
        MeetingRow: [
            _row(
                MeetingRow,
                community_id=(n % 1000 + 1) % COMMUNITIES + 1,
                round_id=n % 1000 + 1,
                state="met" if n % 3 else "ended",
                sent_at=NOW,
                ask_at=NOW if n % 101 == 0 else None,
            )
            for n in numbers
        ],
        MeetingMemberRow: [_row(MeetingMemberRow, meeting_id=n // 2 + 1, member_id=n % 3900 + 30) for n in range(2 * MANY)],
        IcebreakerRow: [
            _row(IcebreakerRow, community_id=n % COMMUNITIES + 1, prompt=f"en:p{n}", theme="life", words="x", posted=True)
            | {"at": NOW - dt.timedelta(days=n // COMMUNITIES)}
            for n in numbers
        ],
        AnswerRow: [_row(AnswerRow, icebreaker_id=n, workspace_id=1, words="x", at=NOW, **of(n)) for n in numbers],
        PromptRow: [_row(PromptRow, theme="life", words="x", state="approved" if n % 50 else "proposed", **of(n)) for n in numbers],
        RetiredRow: [{"community_id": n % COMMUNITIES + 1, "prompt": f"own:{n}"} for n in numbers],
        CampaignRow: [
            _row(
                CampaignRow,
                community_id=n % COMMUNITIES + 1,
                questions="[]",
                audience="everyone",
                state="draft",
                local_time="09:00",
            )
            for n in people
        ],
        SendingRow: [
            _row(SendingRow, community_id=n % COMMUNITIES + 1, campaign_id=n % 3999 + 1, local_date=NOW.date(), state="over")
            | {"over_at": NOW - dt.timedelta(minutes=n)}
            for n in range(1, PEOPLE)
        ],
        ReceiptRow: [
            _row(ReceiptRow, sending_id=n % 3000 + 1, member_id=n % (PEOPLE - COMMUNITIES) + COMMUNITIES, state="closed")
            for n in numbers
        ],
        CheckinAnswerRow: [
            _row(CheckinAnswerRow, sending_id=n % 3000 + 1, reads="animators", said=Sealed("0:none"), given_at=NOW, **of(n))
            for n in range(1, PEOPLE)
        ],
        ReaderRow: [
            {"answer_id": n, "member_id": n % COMMUNITIES + 2 * COMMUNITIES, "read_at": None, "remind_on": None}
            for n in range(1, PEOPLE)
        ],
        TallyRow: [
            _row(TallyRow, campaign_id=n, period=NOW.date(), question=question, option=option)
            for n in range(1, PEOPLE)
            for question in (0, 1)
            for option in ("", "1")
        ],
        OccurrenceRow: [
            _row(OccurrenceRow, schedule_id=n % (COMMUNITIES * SCHEDULES) + 1, due_at=START - dt.timedelta(minutes=n))
            | {"state": "missed" if n % 1000 == 0 else "taken"}
            for n in numbers
        ],
    }


async def fill(url: str) -> None:
    opened = await open_store(url, community=COMMUNITY)
    await Village(opened).meet(AccountRef("UFIRST", "First"))
    crowd = everybody()  # made before the transaction: it takes a while
    async with opened.unit() as unit:
        others = range(2, COMMUNITIES + 1)
        await unit.connection.execute(insert(CommunityRow), [_row(CommunityRow, configured_as=f"C{n}", zone="UTC") for n in others])
        for table, rows in crowd.items():
            await unit.connection.execute(insert(table), rows)
    async with opened.unit() as unit:
        await unit.connection.execute(text("ANALYZE"))
    await opened.close()
