"""What every interaction, delivery and tick asks of the database is found by an index: the statements are caught as they are run.

The tables are large enough that reading one of them whole would be noticed, by the planner here and by members later.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
import pytest_asyncio
from sqlalchemy import Select, func, insert, text, update
from sqlalchemy import Update as SqlUpdate

from bot.config import RetentionConfig
from bot.context import JobContext
from bot.effects import Connect, Direct, OwnTime, Post, Remove, Update
from bot.feature import Schedule
from bot.hours import WorkingHours
from bot.model import AccountRef
from bot.notices import MessagePreference, Notice, Way
from bot.parcels import Dead, Retry, Return, Sent, Stop
from bot.ports import Draft, Reference
from bot.recurrence import Daily, Recurrence
from bot.skills.understanding import understand
from bot.ui import Form, ShortText
from commands.pulse.looking import look
from commands.pulse.periods import Span
from storage import delivery_queries, settling_queries, staging_queries
from storage.asked import AskedRow, Helpers
from storage.attention import Act, Attention, AttentionActRow, AttentionRow, Concern, Reason
from storage.base import Instant
from storage.budget import Budget
from storage.checkin import Kind as Scale
from storage.checkin import LeftOut, Question, Reads, Said
from storage.checkin import Stage as Step
from storage.checkin_answers import AnswerRow as CheckinAnswerRow
from storage.checkin_answers import CheckinAnswers, ReaderRow
from storage.checkin_totals import CheckinTotals, TallyRow
from storage.checkins import CampaignRow, Checkins, ReceiptRow, SendingRow
from storage.circle import USUAL as CIRCLE_RULE
from storage.circle import Part as CirclePart
from storage.circle import Said as CircleSaid
from storage.circle import State as CircleState
from storage.circle_merges import CircleMerges
from storage.circle_seeking import CircleSeekers
from storage.circle_weeks import CircleAnswerRow, CircleWeekRow, CircleWeeks
from storage.circles import CirclePeerRow, CircleRow, Circles
from storage.communities import Channels, CommunityRow
from storage.concerns import Concerns
from storage.db import Database, open_store
from storage.departures import Leavers, Missing
from storage.digests import Digests
from storage.erasing import Erasing
from storage.expectations import Came, ExpectationAskedRow, ExpectationRow, Expectations
from storage.finding import Finding, Need
from storage.forms import FormRow
from storage.gaps import GapRow, Gaps
from storage.gaps import State as GapState
from storage.icebreaker_answers import AnswerRow, Answers
from storage.icebreakers import IcebreakerRow, Icebreakers, PromptRow, RetiredRow
from storage.keyring import Keyring
from storage.letters import Letters
from storage.meeting import Group, Progress, Reply
from storage.meetings import MeetingMemberRow, MeetingRow, Meetings
from storage.mentions import encode
from storage.opportunities import Opportunities, OpportunityRow
from storage.opportunity import Contents
from storage.opportunity_lists import OpportunityLists, Sought
from storage.opportunity_responses import ReportRow, ResponseRow, Responses, State
from storage.outbox import MessageRow, OutboxRow
from storage.outcomes import OutcomeRow, Outcomes, Subject, Value
from storage.outreach import DigestRow, MessagePreferenceRow, OutreachRow
from storage.own_data import OwnData
from storage.participation import ExclusionRow, ParticipationRow, Participations
from storage.past_help import PastHelp
from storage.people import AccountRow, MemberRow, Members
from storage.profiles import Introduction, ProfileRow, Profiles
from storage.programmes import USUAL, ChoiceRow, ProgrammeRow, Programmes
from storage.repeats import DeliveryRow
from storage.request_lists import RequestLists
from storage.requests import RequestRow, Requests, Status
from storage.roll import Roll, Which
from storage.round import Answer, Part, Stage
from storage.rounds import RoundMemberRow, RoundRow, Rounds
from storage.schedules import OccurrenceRow, ScheduleRow, Schedules
from storage.sealed import Sealed
from storage.skill_index import SLOTS, Kind, SkillIndex, SkillPostingRow, SkillSubjectRow, number
from storage.stopped import Stopped
from storage.unsent import Unsent
from storage.value import Ledger
from storage.value_totals import ValueTotals
from storage.voice import Audience, Shown, VoiceRow, VoiceWordRow
from storage.voice import Kind as VoiceKind
from storage.voice_allowance import Allowance
from storage.voices import Voices
from tests.databases import COMMUNITY, KEY, Databases
from tests.storage.community import LEASE, NOW, Village, acts, card, claim
from tests.storage.hearing import Asked, Ear
from tests.storage.specimens import START

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from sqlalchemy import Connection

    from bot.context import DueContext
    from storage.base import Base

COMMUNITIES = 20
PEOPLE = 4000
MANY = 8000
DAY = NOW.date()
RULE = msgspec.json.encode(USUAL).decode()
SCHEDULES = 100
"""Of each community."""
LARGE = frozenset(
    {
        *("account", "asked", "delivery", "digest", "form", "member", "message", "message_preference", "occurrence", "opportunity"),
        *("opportunity_report", "opportunity_response", "outbox", "outcome", "outreach", "profile", "request", "schedule"),
        *("skill_posting", "skill_subject", "participation", "exclusion", "round", "round_member", "meeting", "meeting_member"),
        *("expectation", "expectation_asked", "value_gap"),
        *("programme", "programme_choice", "icebreaker", "icebreaker_answer", "icebreaker_prompt", "icebreaker_retired"),
        *("voice", "voice_word"),
        *("checkin_answer", "checkin_campaign", "checkin_reader", "checkin_receipt", "checkin_sending", "checkin_tally"),
        *("circle", "circle_peer", "circle_week", "circle_answer", "attention", "attention_act"),
    }
)
NARROW = frozenset({"expectation", "expectation_asked", "value_gap"})
"""Rows of a few bytes: PostgreSQL rightly reads their few pages whole. SQLite’s plans tell whether an index is there."""
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


def _crowd() -> dict[type[Base], list[dict[str, Any]]]:
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
            _row(CheckinAnswerRow, sending_id=n % 3000 + 1, reads="animators", said=Sealed("none:none"), given_at=NOW, **of(n))
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


@pytest.fixture(scope="module")
def crowded() -> dict[str, str]:
    """The addresses of the databases that are filled already, of each kind."""
    return {}


@pytest_asyncio.fixture
async def store(databases: Databases, database_kind: str, crowded: dict[str, str], tmp_path: Path) -> AsyncIterator[Database]:
    """A database with a great many people and a long history, its statistics known."""
    if database_kind not in crowded:
        made = databases.make(database_kind)
        await _fill(made)
        crowded[database_kind] = made
    url = databases.copy(crowded[database_kind])
    opened = await open_store(url, community=COMMUNITY, keyring=Keyring((KEY,)))
    yield opened
    await opened.close()
    databases.drop(url)


async def _fill(url: str) -> None:
    opened = await open_store(url, community=COMMUNITY)
    await Village(opened).meet(AccountRef("UFIRST", "First"))
    crowd = _crowd()  # made before the transaction: it takes a while
    async with opened.unit() as unit:
        others = range(2, COMMUNITIES + 1)
        await unit.connection.execute(insert(CommunityRow), [_row(CommunityRow, configured_as=f"C{n}", zone="UTC") for n in others])
        for table, rows in crowd.items():
            await unit.connection.execute(insert(table), rows)
    async with opened.unit() as unit:
        await unit.connection.execute(text("ANALYZE"))
    await opened.close()


async def _explain(store: Database, asked: Asked) -> str:
    def explain(connection: Connection) -> str:
        how = "EXPLAIN QUERY PLAN" if connection.dialect.name == "sqlite" else "EXPLAIN"
        found = connection.exec_driver_sql(f"{how} {asked.statement}", asked.parameters)
        return "\n".join(str(row[-1]) for row in found)

    async with store.unit() as unit:
        return await unit.connection.run_sync(explain)


def _read_whole(plan: str) -> set[str]:
    """Return the large tables that a plan reads from end to end.

    `ix_outbox_due` and `ix_outbox_lane` hold what is open only; `ix_occurrence_not_taken` the few that were missed.
    """
    found = re.findall(r"\bSCAN (\w+)(?! USING INDEX (?:ix_outbox_due|ix_outbox_lane|ix_occurrence_not_taken))\b", plan)
    found += [name for name in re.findall(r"Seq Scan on (\w+)", plan) if re.sub(r"_\d+$", "", name) not in NARROW]
    return {re.sub(r"_\d+$", "", name) for name in found} & LARGE


async def _interacts(village: Village) -> None:
    form = Form("request:ask", "Ask", (ShortText(name="need", label="Need"),))
    async with village.store.unit() as unit:
        assert await unit.first_time("new", NOW)
        ada = await unit.people.identify(acts(ADA), NOW + dt.timedelta(days=1))
        assert ada.member is not None
        await unit.people.resolve(ada.workspace, [ADA, AccountRef("U40", "M40")], NOW)
        await unit.people.accounts(ada.workspace, [ada.member.id, 40])
        await unit.forms.load(ada.member.id, form.submit)
        await unit.forms.keep(ada.member.id, Draft(form, {}), NOW)
        await unit.forms.discard(ada.member.id, form.submit)
        await unit.outbox.missed(ada.member.id)


async def _stages(village: Village) -> None:
    ada = await village.meet(ADA)
    assert ada.member is not None
    await village.choose_channel(ada, "help", "C1")
    await village.say(
        ada,
        Post("help", card("who?"), remember="request:900000"),
        Direct(ada.member.id, card("hello"), remember="hello", notice=Notice.REQUEST),
        Connect((ada.member.id, 40), "Both", card("meet")),
        Direct(60, card("hello"), notice=Notice.REQUEST),
        Update("request:900000", card("changed")),
        Update("request:100", card("changed")),
        Remove("hello"),
    )


async def _circles(village: Village) -> None:
    """A circle asks, somebody answers, the animators look; the minute's job finds what is due."""
    ada = await village.meet(ADA)
    assert ada.member is not None
    async with village.store.unit() as unit:
        circles, weeks = unit.use(Circles, ada.community), unit.use(CircleWeeks, ada.community)
        number = await circles.create("Makers", CIRCLE_RULE, NOW, state=CircleState.RUNNING)
        await circles.put(number, ada.member.id, CirclePart.IN, NOW)
        circle = await circles.locked(number)
        assert circle is not None
        week = await weeks.begin(circle, NOW.date(), NOW, NOW, resting=())
        assert week is not None
        await weeks.due(NOW)
        await weeks.latest(number)
        await weeks.latest_of([number])
        await weeks.waiting_for(ada.member.id)
        await weeks.say(week, ada.member.id, said=CircleSaid.ANSWERED, happened="x")
        await weeks.commitments(number, ada.member.id, 5)
        await weeks.with_words(number, ada.member.id)
        await circles.of(ada.member.id, CirclePart.IN, CirclePart.INVITED)
        await circles.all(CircleState.RUNNING, CircleState.FORMING)
        await circles.taken()
        await circles.room_stands("circle:1:room:1")
        await unit.use(CircleSeekers, ada.community).has(ada.member.id)
        await unit.use(CircleMerges, ada.community).open_of(number)
        await weeks.forget(number, ada.member.id)


async def _delivers(village: Village) -> None:
    await _stages(village)
    ada = await village.meet(ADA)
    await village.say(
        ada,
        *(
            Direct(number, card("hello"), remember=f"hello:{number}", keep=True, notice=Notice.REQUEST)
            for number in range(80, 180, 20)
        ),
    )
    deliveries = village.store.deliveries
    await deliveries.next_due(NOW)
    parcels = await claim(village.store, NOW + LEASE, 32)
    assert len(parcels) > 4
    sent, again, closed, gone, refused, *rest = parcels
    await deliveries.settle(
        [
            Sent(sent, Reference("C1", "m1")),
            Retry(again, NOW + LEASE, "unavailable"),
            Dead(closed, "dm_closed"),
            Dead(gone, "account_gone", gone=True),
            Stop(refused, "token_revoked"),
            *(Return(parcel) for parcel in rest),
        ],
        NOW,
    )


async def _ends(village: Village) -> None:
    """A conversation is opened, two people's doors are closed, one is gone, one card cannot be read."""
    ada = await village.meet(ADA)
    people = (200, 220, 240, 260, 280)
    await village.say(
        ada, *(Direct(number, card("hello"), remember=f"hello:{number}", keep=True, notice=Notice.REQUEST) for number in people)
    )
    await village.say(ada, Direct(260, card("and more"), notice=Notice.REQUEST))
    async with village.store.unit() as unit:
        await unit.connection.execute(update(OutboxRow).where(OutboxRow.member_id == 280).values(card="not JSON"))
    deliveries = village.store.deliveries
    claimed = await claim(village.store, NOW + LEASE)
    parcels = {parcel.member: parcel for parcel in claimed}
    others = [Return(parcel) for parcel in claimed if parcel.member not in people]
    opened = Sent(parcels[200], Reference("D200", "m1"))
    closed = [Dead(parcels[number], "dm_closed") for number in (220, 240)]
    await deliveries.settle([opened, *closed, Dead(parcels[260], "account_gone", gone=True), *others], NOW)
    await deliveries.settle([opened], NOW)
    await village.say(ada, Remove("hello:220"))
    async with village.store.unit() as unit:
        assert len(await unit.outbox.missed(240)) == 1


async def _reads(village: Village) -> None:
    ada = await village.meet(ADA)
    assert ada.member is not None
    async with village.store.unit(write=False) as unit:
        members, helpers = unit.use(Members, ada.community), unit.use(Helpers, ada.community)
        requests, outcomes = unit.use(RequestLists, ada.community), unit.use(Outcomes, ada.community)
        await unit.use(Requests, ada.community).get(100)
        await helpers.asked(100)
        await helpers.resting([1, 2], NOW, NOW)
        await helpers.at_most(ada.member)
        await requests.open_of(ada.member)
        await requests.mine(ada.member)
        await requests.open_to(ada.member)
        await requests.open_to(ada.member, "été x")
        await outcomes.of(Subject.REQUEST, 100)
        await outcomes.gained(ada.member)
        await outcomes.given(ada.member)
        await members.search("m1", offset=50)
        await members.search()
        await members.get(ada.member.id)
        await members.reader(ada.member.id)
        await members.animators()
        await unit.use(Channels, ada.community).channels("help")


async def _looks_at_requests(village: Village) -> None:
    ada = await village.meet(ADA)
    async with village.store.unit() as unit:
        requests = unit.use(RequestLists, ada.community)
        await requests.due(NOW, 20)
        await requests.accepted_before(NOW)


async def _shares_business(village: Village) -> None:
    """Opportunities are listed, answered, reported, and end; members are told of them."""
    ada = await village.meet(ADA)
    assert ada.member is not None
    async with village.store.unit() as unit:
        opportunities, responses = unit.use(Opportunities, ada.community), unit.use(Responses, ada.community)
        await opportunities.get(100)
        await opportunities.mine(ada.member)
        lists = unit.use(OpportunityLists, ada.community)
        await lists.page(Sought("x"), 5, 5, [100])
        await lists.number(Sought("x y"))
        await lists.several([100, 200])
        await lists.fitting("React", "en", Sought())
        await lists.near(ada.member, Contents("React"))
        await opportunities.write(100, Contents("React"))
        assert await opportunities.not_filled(100, ada.member) is False
        await opportunities.index_some(100, 5)
        await opportunities.published_since(ada.member, START)
        await opportunities.expired(NOW)
        await opportunities.to_remind(NOW)
        await responses.to(100)
        await responses.credit(100, ada.member, ada.member, "")
        await responses.interested([100, 200])
        await responses.reach(100, {ada.member.id: State.WAITING}, NOW)
        await responses.take_back(100, await unit.use(Unsent, ada.community).members(["opportunity:100:told", "x"]))
        assert await responses.respond(100, ada.member, "Me", NOW)
        await responses.report(100, ada.member, "x", NOW)
        await responses.unsettled(100)
        await responses.settle(100, NOW)
        budget, digests = unit.use(Budget, ada.community), unit.use(Digests, ada.community)
        await budget.full(Notice.HELP, [ada.member.id, 40], NOW)
        await budget.choose(ada.member.id, MessagePreference(weekly=1))
        assert (await budget.allows(Notice.OPPORTUNITY, [ada.member.id, 40], NOW))[40].way is Way.DIGEST
        await digests.take(NOW, 5)
        await digests.get(ada.member.id, 100)
        await digests.all(ada.member.id)


async def _goes_on_with_rounds(village: Village) -> None:
    """A tick looks at what is due; a round is told, matched, sent, asked about and over."""
    ada = await village.meet(ADA)
    async with village.store.unit() as unit:
        rounds, meetings = unit.use(Rounds, ada.community), unit.use(Meetings, ada.community)
        programmes, participations = unit.use(Programmes, ada.community), unit.use(Participations, ada.community)
        this = (await rounds.due(NOW))[0].id
        assert await meetings.to_ask(NOW, 5)
        await programmes.all()
        await programmes.choices(100)
        await rounds.get(this)
        await rounds.latest(100)
        await rounds.places(this)
        await rounds.places_of(this, [40, 60])
        await rounds.waiting(this)
        await rounds.unsettled(this, Part.MATCHED, 5)
        assert await participations.everybody()
        await participations.surroundings()
        await participations.around([40, 60])
        await participations.exclusions()
        await participations.exclusions([40, 60])
        await participations.left_out([40, 60], NOW)
        assert await meetings.took_place()
        assert await meetings.put_together(DAY - dt.timedelta(days=30))
        await meetings.dates(DAY, Progress.SENT, Progress.MET, but=this)
        await meetings.dates(DAY, Progress.SENT, Progress.MET, but=this, members=[40, 60])
        await meetings.once_together([40, 60])
        await meetings.together(this)
        await meetings.tally(this)
        await meetings.withdraw(this)
        (proposed,) = await meetings.propose(this, [Group((40, 60))])
        await meetings.of(this, Progress.PROPOSED, limit=5)
        await meetings.change(proposed, progress=Progress.SENT, sent_at=NOW)
        await meetings.free(proposed, [60])
        await participations.met([40], 40, DAY)
        await rounds.take_part(this, [40, 60], Part.MATCHED)
        await rounds.settle(this, [40])
        await rounds.move(this, stage=Stage.SENT)
        await rounds.hurry(this, NOW)
        await meetings.end(this, NOW)


async def _meets(village: Village) -> None:
    """A member looks at their meetings, answers, wishes, rests."""
    ada = await village.meet(ADA)
    assert ada.member is not None
    async with village.store.unit() as unit:
        rounds, meetings = unit.use(Rounds, ada.community), unit.use(Meetings, ada.community)
        participations = unit.use(Participations, ada.community)
        await participations.join(ada.member.id, NOW)
        await participations.get(ada.member.id)
        await unit.use(Programmes, ada.community).choices_of(ada.member.id)
        await rounds.rounds_of(40)
        await rounds.place(40, 40)
        await rounds.answer(40, 40, Answer.IN)
        await rounds.heard(40, 40)
        await participations.heard(40)
        await meetings.with_member(40, Progress.SENT, Progress.MET)
        await meetings.get(40)
        await meetings.reply(40, 40, Reply.MET)
        await participations.prefer(40, every=7, languages=("fr",))
        await participations.exclude(40, 60, NOW)
        await participations.snooze(40, DAY)
        await participations.silent(40)
        await participations.leave(40)


async def _breaks_the_ice(village: Village) -> None:
    ada = await village.meet(ADA)
    assert ada.member is not None
    async with village.store.unit() as unit:
        icebreakers, answers = unit.use(Icebreakers, ada.community), unit.use(Answers, ada.community)
        await icebreakers.settings()
        assert await icebreakers.last_used()
        newest = (await icebreakers.latest(5))[0]
        await icebreakers.get(newest.id)
        await icebreakers.own()
        await icebreakers.waiting()
        await icebreakers.proposal(20)
        await icebreakers.tell(NOW, NOW)
        await icebreakers.retired()
        await icebreakers.retire("own:20")
        await icebreakers.retire("own:20", back=True)
        given = await answers.give(newest.id, ada.member, "x", 1, NOW)
        await answers.by(ada.member)
        await answers.counts([newest.id, 20])
        await answers.participation(NOW - dt.timedelta(days=30))
        await answers.take_back(given)
        await answers.forget(ada.member)


async def _asks_how_they_are(village: Village) -> None:
    """A campaign goes out, is answered, read, cared for, counted and taken back."""
    ada = await village.meet(ADA)
    assert ada.member is not None
    me = ada.member.id
    async with village.store.unit() as unit:
        checkins, answers = unit.use(Checkins, ada.community), unit.use(CheckinAnswers, ada.community)
        number = await checkins.draft(me, "own", [Question(Scale.SCALE, "How?")], 0, NOW)
        campaign = await checkins.campaign(number)
        assert campaign is not None
        await checkins.change(campaign)
        await checkins.campaigns()
        sending = await checkins.send(number, NOW.date(), NOW)
        assert sending is not None
        (due,) = await checkins.due(NOW)
        await checkins.sendings(number)
        await checkins.reached(number, [me, 40])
        await checkins.reached(number, [me, 40], due.id)
        await checkins.record(sending, [me, 40], {60: LeftOut.CAP})
        await checkins.receipts(sending, [me])
        await checkins.waiting_for(me)
        await checkins.counts(sending)
        await checkins.left_out(sending)
        await checkins.asked(sending)
        assert await checkins.close(sending, me)
        await checkins.forget(sending, [40])
        await checkins.stopped()
        await checkins.preference(me)
        said = Said((("1",),))
        answer = await answers.give(sending, me, Reads.ANIMATORS, [40, 60], said, NOW)
        assert answer is not None
        await answers.for_reader(answer, 40)
        await answers.parties(answer)
        await answers.inbox(40)
        await answers.numbers(40)
        await answers.by(me)
        await answers.count(sending)
        await answers.read(answer, 40, NOW)
        await answers.remind(answer, 40, NOW.date())
        await answers.care(answer, 40, NOW)
        totals = unit.use(CheckinTotals, ada.community)
        for _person in range(5):
            await totals.add(campaign, NOW.date(), said, named=False)
        assert [point.answers for point in await totals.points(campaign, 0)] == [5]
        await answers.forget(me)
        await checkins.close_all(sending)
        await checkins.move(sending, Step.OVER, None, over_at=NOW)


async def _sees_what_it_is_worth(village: Village) -> None:
    """A member notes, changes and takes back; members are asked; the animators look; months are put together."""
    ada, bea = await village.meet(ADA), await village.meet(AccountRef("U40", "M40"))
    assert ada.member is not None
    assert bea.member is not None
    async with village.store.unit() as unit:
        ledger, expectations = unit.use(Ledger, ada.community), unit.use(Expectations, ada.community)
        noted = [
            await ledger.note(NOW, gainer=ada.member, giver=bea.member, value=Value.SKILL, note="x", proposed=proposed)
            for proposed in (False, True)
        ]
        outcome = noted[0] or 0
        await ledger.same(ada.member, bea.member, "x", NOW)
        await ledger.proposed(bea.member, NOW)
        await ledger.pending(ada.member, 2)
        await ledger.decline(noted[1] or 0, ada.member, NOW)
        await ledger.change(outcome, ada.member, NOW, value=Value.ECONOMIC, note="y", amount_band="500")
        await ledger.withdraw(outcome, ada.member)
        await expectations.due(NOW + dt.timedelta(days=100), 0, 5)
        await expectations.asked(ada.member.id, NOW)
        await expectations.said(ada.member.id)
        await expectations.say(ada.member.id, {Value.SKILL: Came.MET}, NOW)
        await expectations.unsay(ada.member.id, [Value.SKILL])
        await expectations.by_kind()
        gaps = unit.use(Gaps, ada.community)
        await gaps.due(NOW + dt.timedelta(days=100), 0, 5)
        await gaps.asked_since(NOW)
        gap = await gaps.ask(ada.member.id, NOW)
        await gaps.get(gap)
        await gaps.answer(gap, GapState.TALK, NOW)
        await gaps.take(gap, NOW)
        await gaps.for_animators(NOW)
        await gaps.missing(NOW - dt.timedelta(days=30))
        await unit.use(ValueTotals, ada.community).close(NOW)
        await unit.use(ValueTotals, ada.community).between(START, NOW)


async def _cares(village: Village) -> None:
    """An animator looks at who needs them, settles, takes back, acts; and looks members up."""
    ada = await village.meet(ADA)
    assert ada.member is not None
    async with village.store.unit() as unit:
        voices = unit.use(Voices, ada.community)
        await voices.raise_anonymous(VoiceKind.IDEA, Audience.ALL, "Dinner at noon", DAY - dt.timedelta(days=2))
        found = await unit.use(Concerns, ada.community).matters(ada.member, NOW)
        assert any(matter.member is None for matter in found)
        attention = unit.use(Attention, ada.community)
        await attention.settle([Concern(Reason.SILENT, 40, NOW, ada.member)], ada.member, NOW)
        assert await attention.undo(ada.member, NOW, [Reason.SILENT], member=ada.member.id)
        await attention.newest(voice=40)
        await attention.did(Act.INTRODUCED, ada.member.id, 40, NOW, 60)
        await attention.deeds(ada.member.id)
        assert await attention.introduced(ada.member.id, 60, NOW)
        roll = unit.use(Roll, ada.community)
        for which in Which:
            await roll.number(which, "m 1", NOW)
            await roll.page(which, "", NOW, offset=8, limit=8)


async def _nothing(ctx: DueContext) -> None:
    """Do nothing."""


async def _ticks(village: Village) -> None:
    (community, *_others) = await village.store.communities()
    daily = Schedule("prompt:post", Recurrence(Daily(), dt.time(9)), _nothing)
    beat = Schedule("s1", dt.timedelta(minutes=1), _nothing)
    async with village.store.unit(write=False) as unit:
        agenda = await village.store.occurrences(unit).look([community], [daily, beat], NOW)
    assert len(agenda.due) + len(agenda.changed) == 2
    async with village.store.unit() as unit:
        occurrences = village.store.occurrences(unit)
        assert not (await occurrences.take(community, daily, NOW)).moved
        assert (await occurrences.take(community, daily, NOW + dt.timedelta(days=3, hours=1))).occurrence is not None
        assert (await occurrences.take(community, beat, NOW)).occurrence is not None


async def _animates(village: Village) -> None:
    ada = await village.meet(ADA)
    async with village.store.unit() as unit:
        schedules = unit.use(Schedules, ada.community)
        assert await schedules.planned()
        assert await schedules.rule("prompt:post")
        assert await schedules.change("prompt:post", Recurrence(Daily(), dt.time(10)), NOW)
        assert await schedules.missed(NOW)
        assert await schedules.tell_missed()
        assert await schedules.paused() is None
        assert await schedules.pause_all(NOW)
        assert await schedules.resume(NOW + dt.timedelta(days=9))


async def _waits(village: Village) -> None:
    """A message waits for a member's own time, who chooses another one and leaves."""
    ada, bea = await village.meet(ADA), await village.meet(AccountRef("U60", "M60"))
    assert ada.member is not None
    assert bea.member is not None
    later = OwnTime(NOW.date() + dt.timedelta(days=1))
    await village.say(
        ada,
        *(Direct(each.id, card("hello"), remember="later", when=later, notice=Notice.REQUEST) for each in (ada.member, bea.member)),
    )
    async with village.store.unit() as unit:
        members = unit.use(Members, ada.community)
        await members.prefer(bea.member.id, NOW, zone="Asia/Kolkata", hours=WorkingHours((5,)))
        assert await members.leave(bea.member.id, NOW)
    await village.say(ada, Remove("later", waiting=True))


async def _finds(village: Village) -> None:
    """Somebody asks, tells something else, seeks allies, leaves and comes back; what was solved is indexed again."""
    ada = await village.meet(ADA)
    assert ada.member is not None
    async with village.store.unit() as unit:
        profiles, members = unit.use(Profiles, ada.community), unit.use(Members, ada.community)
        await profiles.introduce(ada.member.id, Introduction("accountant", "bookkeeping", "logos"), NOW)
        await profiles.introduce(ada.member.id, Introduction("accountant", "juggling", "logos"), NOW)
        await profiles.index_some(100, 5)
        requests = unit.use(Requests, ada.community)
        request = await requests.create(ada.member, "bookkeeping", NOW)
        await requests.end(request.id, Status.SOLVED, NOW, ada.member)
        await unit.use(PastHelp, ada.community).index_some(100, 5)
        finding = unit.use(Finding, ada.community)
        await finding.helpers(Need("bookkeeping", asker=ada.member.id), NOW)
        await finding.allies(ada.member.id, NOW)
        await members.leave(ada.member.id, NOW)
        await members.came_back(ada.member.id)


async def _speaks(village: Village) -> None:
    """Voices are raised, looked for, answered, told of and shown."""
    ada = await village.meet(ADA)
    assert ada.member is not None
    today = NOW.date()
    async with village.store.unit() as unit:
        voices = unit.use(Voices, ada.community)
        code = await voices.raise_anonymous(VoiceKind.IDEA, Audience.ALL, "Dinner at noon", today)
        number = await voices.raise_signed(ada.member, VoiceKind.IDEA, Audience.ALL, "Dinner at noon", today)
        assert await voices.raised(ada.member, "Dinner at noon", today)
        await voices.today(ada.member, today)
        await voices.mine(ada.member, 5)
        found = await voices.by_code(code)
        assert found is not None
        await voices.add(found, "And drinks", today)
        await voices.answer(number, ada.member, "Yes", today)
        await voices.numbers()
        await voices.inbox(6)
        await voices.answered(6)
        await voices.number_answered()
        await voices.to_show(today)
        await voices.show(number, Shown.BACK, "A trial")
        await voices.tell(today)
        await voices.take_back(number)
        allowance = unit.use(Allowance, ada.community)
        await allowance.use(ada.member, today)
        await allowance.left(ada.member, today)


async def _forgets(village: Village) -> None:
    await village.store.retention.step(RetentionConfig(), NOW)


async def _looks_after_letters(village: Village) -> None:
    ada = await village.meet(ADA)
    async with village.store.unit() as unit:
        letters, stopped = unit.use(Letters, ada.community), unit.use(Stopped, ada.community)
        await letters.page()
        await letters.count()
        await letters.reasons(START, NOW)
        await letters.decide([1, 2, 3], NOW, again=True)
        await stopped.untold()
        await stopped.resume(1, NOW)
        await stopped.move(ada.workspace.id, "C1", "C2", NOW)


async def _takes_the_pulse(village: Village) -> None:
    ada = await village.meet(ADA)
    async with village.store.unit(write=False) as unit:
        await look(JobContext(ada.community, NOW, unit).use, "Europe/Paris", Span.named("year", DAY), DAY)


async def _erases(village: Village) -> None:
    ada = await village.meet(ADA)
    assert ada.member is not None
    async with village.store.unit() as unit:
        own, erasing = unit.use(OwnData, ada.community), unit.use(Erasing, ada.community)
        await own.counts(ada.member.id)
        await own.export(ada.member.id, NOW)
        await unit.use(Leavers, ada.community).count(DAY, Missing.SKILL, expected=True)
        await erasing.finish(await erasing.depart(ada.member.id, NOW), NOW, stays=True)


ACTS = {
    "an interaction": (_interacts, 6),
    "staging": (_stages, 6),
    "the end of a delivery": (_ends, 15),
    "delivering": (_delivers, 9),
    "reading": (_reads, 18),
    "what is due for requests": (_looks_at_requests, 2),
    "opportunities": (_shares_business, 22),
    "check-ins": (_asks_how_they_are, 25),
    "a tick": (_ticks, 5),
    "rounds of meetings": (_goes_on_with_rounds, 25),
    "a member's meetings": (_meets, 14),
    "the pulse": (_takes_the_pulse, 8),
    "icebreakers": (_breaks_the_ice, 12),
    "what it is worth": (_sees_what_it_is_worth, 20),
    "an animator's calendar": (_animates, 9),
    "one's own time": (_waits, 9),
    "finding": (_finds, 20),
    "voices": (_speaks, 18),
    "forgetting": (_forgets, 5),
    "letters": (_looks_after_letters, 7),
    "circles": (_circles, 15),
    "attention": (_cares, 20),
    "erasing": (_erases, 80),
}
"""What is done, and how many different statements it runs at least."""
BY_DESIGN = {("forgetting", "message"), ("forgetting", "occurrence"), ("erasing", "message"), ("erasing", "outbox")}
"""Every night, remembered messages are looked through, a page at a time, without the writer's connection, and occurrences.

Whoever is erased is looked for in all messages, once.
"""

BY_SIZE = {
    *(("rounds of meetings", table) for table in ("member", "meeting", "meeting_member", "participation", "round")),
    ("icebreakers", "icebreaker_answer"),
    ("erasing", "member"),
}
"""What is asked about a whole community, once a round or a day: PostgreSQL joins tables as small as these by reading them."""


async def test_no_large_table_is_read_whole(store: Database) -> None:
    whole: list[str] = []
    sqlite = store._engines.file is not None  # noqa: SLF001 - whose plans these are
    allowed = BY_DESIGN if sqlite else BY_DESIGN | BY_SIZE
    for act, (do, least) in ACTS.items():
        ear = Ear()
        with ear.on(store):
            await do(Village(store))
        asked = list({one.statement: one for one in ear.heard}.values())
        assert len(asked) >= least, act
        for one in asked:
            one.plan = await _explain(store, one)
            tables = sorted(table for table in _read_whole(one.plan) if (act, table) not in allowed)
            whole += [f"{act} reads all of {table}:\n{one.statement}\n{one.plan}" for table in tables]

    assert whole == [], "\n\n".join(whole)


async def test_terms_are_looked_up_before_statistics_are_known(databases: Databases) -> None:
    url = databases.make("sqlite")
    opened = await open_store(url, community=COMMUNITY)
    ada = await Village(opened).meet(ADA)
    ear = Ear()
    async with opened.unit() as unit:
        with ear.on(opened):
            await unit.use(SkillIndex, ada.community).nearest(Kind.OFFERS, understand("bookkeeping"), 5)
    plans = "\n".join([await _explain(opened, one) for one in ear.heard])
    await opened.close()
    databases.drop(url)

    reads = re.findall(r"skill_posting USING PRIMARY KEY (.*)", plans)
    assert reads
    assert [one for one in reads if "term=?" not in one] == []


async def test_no_part_of_a_full_outbox_is_read_whole(store: Database) -> None:
    await _fill_the_outbox(store)
    ear = Ear()
    with ear.on(store):
        await _delivers(Village(store))
        await store.deliveries.next_due(NOW)
    whole = [one.statement for one in ear.heard if re.search(r"SCAN outbox|Seq Scan on outbox", await _explain(store, one))]

    assert whole == [], "\n\n".join(whole)


async def _fill_the_outbox(store: Database) -> None:
    """Let everything wait that was sent, two messages in each conversation."""
    first = text("id <= :people")
    async with store.unit() as unit:
        account = func.substr(OutboxRow.lane, len("1@") + 1)
        waiting = update(OutboxRow).values(state="pending", done_at=None, card=encode(card("hello")), due_at=NOW, accounts=account)
        await unit.connection.execute(waiting)
        await unit.connection.execute(update(OutboxRow).where(first).values(first=True), {"people": PEOPLE})
    async with store.unit() as unit:
        await unit.connection.execute(text("ANALYZE"))


async def test_every_statement_of_delivery_is_looked_at(store: Database) -> None:
    ear = Ear()
    with ear.on(store):
        for do in (_ends, _delivers, _waits):
            await do(Village(store))
    heard = {_alike(one.statement) for one in ear.heard}
    async with store.unit() as unit:
        dialect = unit.connection.dialect
    known = {
        f"{module.__name__}.{name}": _alike(str(statement.compile(dialect=dialect)))
        for module in (delivery_queries, settling_queries, staging_queries)
        for name, statement in vars(module).items()
        if name.isupper() and isinstance(statement, Select | SqlUpdate)
    }
    # The change of a message that was given up while the change waited is found by the message's key, as in the others here.
    rare = {"storage.delivery_queries.MERGE"} | ({"storage.staging_queries.LANES"} if dialect.name == "sqlite" else set[str]())

    assert len(known) > 25
    assert {name for name, statement in known.items() if statement not in heard} == rare


def _alike(statement: str) -> str:
    """Return a statement without the numbers of its parameters, and how many are in a list."""
    parameter = r"(?:\?|\$\d+)(?:::\w+)?"
    plain = re.sub(rf"\((?:__\[POSTCOMPILE_\w+\]|{parameter}(?:, {parameter})*)\)", "(…)", statement)
    return re.sub(r"\$\d+", "$", plain)


async def test_a_missing_index_would_be_seen(store: Database) -> None:
    async with store.unit() as unit:
        await unit.connection.execute(text("DROP INDEX ix_message_community_id_name"))
        plan = await _explain_in(unit.connection)

    assert _read_whole(plan) == {"message"}


async def _explain_in(connection: Any) -> str:  # noqa: ANN401 - a connection
    how = "EXPLAIN QUERY PLAN" if connection.dialect.name == "sqlite" else "EXPLAIN"
    found = await connection.execute(text(f"{how} SELECT key FROM message WHERE name = 'request:1'"))  # noqa: S608 - our own words
    return "\n".join(str(row[-1]) for row in found)
