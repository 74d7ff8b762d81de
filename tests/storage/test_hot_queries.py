"""What every interaction, delivery and tick asks of the database is found by an index: the statements are caught as they are run.

The tables are large enough that reading one of them whole would be noticed, by the planner here and by members later.
"""

from __future__ import annotations

import datetime as dt
import re
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest_asyncio
from sqlalchemy import Select, event, func, insert, text, update
from sqlalchemy import Update as SqlUpdate

from bot.config import RetentionConfig
from bot.effects import Connect, Direct, OwnTime, Post, Remove, Update
from bot.feature import Schedule
from bot.hours import WorkingHours
from bot.model import AccountRef
from bot.ports import Dead, Draft, Reference, Retry, Return, Sent, Stop
from bot.recurrence import Daily, Recurrence
from bot.skills.understanding import understand
from bot.ui import Form, ShortText
from storage import delivery_queries, settling_queries, staging_queries
from storage.asked import AskedRow, Helpers
from storage.base import Instant
from storage.communities import Channels, CommunityRow
from storage.db import Database, open_store
from storage.finding import Finding, Need
from storage.forms import FormRow
from storage.letters import Letters
from storage.mentions import encode
from storage.opportunities import Opportunities, OpportunityRow
from storage.opportunity import Contents
from storage.opportunity_lists import OpportunityLists, Sought
from storage.opportunity_responses import ReportRow, ResponseRow, Responses, State
from storage.outbox import MessageRow, OutboxRow
from storage.outcomes import OutcomeRow, Outcomes, Subject
from storage.outreach import MessagePreferenceRow, Outreach, OutreachRow
from storage.past_help import PastHelp
from storage.people import AccountRow, MemberRow, Members
from storage.profiles import Introduction, ProfileRow, Profiles
from storage.repeats import DeliveryRow
from storage.request_lists import RequestLists
from storage.requests import RequestRow, Requests, Status
from storage.schedules import OccurrenceRow, ScheduleRow, Schedules
from storage.skill_index import SLOTS, Kind, SkillIndex, SkillPostingRow, SkillSubjectRow, number
from storage.stopped import Stopped
from tests.databases import COMMUNITY, Databases
from tests.storage.community import LEASE, NOW, Village, acts, card, claim
from tests.storage.specimens import START

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Generator

    from sqlalchemy import Connection

    from bot.context import DueContext
    from storage.base import Base

COMMUNITIES = 20
PEOPLE = 4000
MANY = 8000
SCHEDULES = 100
"""Of each community."""
LARGE = frozenset(
    {
        *("account", "asked", "delivery", "form", "member", "message", "message_preference", "occurrence", "opportunity"),
        *("opportunity_report", "opportunity_response", "outbox", "outcome", "outreach", "profile", "request", "schedule"),
        *("skill_posting", "skill_subject"),
    }
)
ADA = AccountRef("U20", "M20")


@dataclass
class Asked:
    """A statement as the driver got it."""

    statement: str
    parameters: Any
    plan: str = ""


@dataclass
class Ear:
    """Listens to one engine after the other."""

    heard: list[Asked] = field(default_factory=list)

    @contextmanager
    def on(self, store: Database) -> Generator[None]:
        engines = {store._engines.write.sync_engine, store._engines.read.sync_engine}  # noqa: SLF001 - what is under test
        for engine in engines:
            event.listen(engine, "before_cursor_execute", self._note)
        yield
        for engine in engines:
            event.remove(engine, "before_cursor_execute", self._note)

    def _note(self, _connection: object, _cursor: object, statement: str, parameters: Any, _context: object, many: bool) -> None:  # noqa: ANN401, FBT001
        if re.match(r"\s*(SELECT|UPDATE|DELETE|WITH)", statement):
            self.heard.append(Asked(statement, parameters[0] if many else parameters))


def _row(table: type[Base], **values: object) -> dict[str, Any]:
    """Return a row with something in every column."""
    plain: dict[type, object] = {str: "", int: 0, bool: False}
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
        OccurrenceRow: [
            _row(OccurrenceRow, schedule_id=n % (COMMUNITIES * SCHEDULES) + 1, due_at=START - dt.timedelta(minutes=n))
            | {"state": "missed" if n % 1000 == 0 else "taken"}
            for n in numbers
        ],
    }


@pytest_asyncio.fixture
async def store(databases: Databases, database_kind: str) -> AsyncIterator[Database]:
    """A database with a great many people and a long history, its statistics known."""
    url = databases.make(database_kind)
    opened = await open_store(url, community=COMMUNITY)
    await Village(opened).meet(AccountRef("UFIRST", "First"))
    async with opened.unit() as unit:
        others = range(2, COMMUNITIES + 1)
        await unit.connection.execute(insert(CommunityRow), [_row(CommunityRow, configured_as=f"C{n}", zone="UTC") for n in others])
        for table, rows in _crowd().items():
            await unit.connection.execute(insert(table), rows)
    async with opened.unit() as unit:
        await unit.connection.execute(text("ANALYZE"))
    yield opened
    await opened.close()
    databases.drop(url)


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
    found = re.findall(
        r"\bSCAN (\w+)(?! USING INDEX (?:ix_outbox_due|ix_outbox_lane|ix_occurrence_not_taken))\b", plan
    ) + re.findall(r"Seq Scan on (\w+)", plan)
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
        Direct(ada.member.id, card("hello"), remember="hello"),
        Connect((ada.member.id, 40), "Both", card("meet")),
        Direct(60, card("hello")),
        Update("request:900000", card("changed")),
        Update("request:100", card("changed")),
        Remove("hello"),
    )


async def _delivers(village: Village) -> None:
    await _stages(village)
    ada = await village.meet(ADA)
    await village.say(ada, *(Direct(number, card("hello"), remember=f"hello:{number}", keep=True) for number in range(80, 180, 20)))
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
    await village.say(ada, *(Direct(number, card("hello"), remember=f"hello:{number}", keep=True) for number in people))
    await village.say(ada, Direct(260, card("and more")))
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
        outreach = unit.use(Outreach, ada.community)
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
        await responses.waiting()
        await responses.told(ada.member.id)
        assert await responses.respond(100, ada.member, "Me", NOW)
        await responses.report(100, ada.member, "x", NOW)
        await responses.unsettled(100)
        await responses.settle(100, NOW)
        await outreach.left([ada.member.id, 40], NOW)
        await outreach.full([ada.member.id, 40], NOW)
        await outreach.reached([40], "opportunity", NOW)


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
    await village.say(ada, *(Direct(each.id, card("hello"), remember="later", when=later) for each in (ada.member, bea.member)))
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


ACTS = {
    "an interaction": (_interacts, 6),
    "staging": (_stages, 6),
    "the end of a delivery": (_ends, 15),
    "delivering": (_delivers, 9),
    "reading": (_reads, 18),
    "what is due for requests": (_looks_at_requests, 2),
    "opportunities": (_shares_business, 22),
    "a tick": (_ticks, 5),
    "an animator's calendar": (_animates, 9),
    "one's own time": (_waits, 9),
    "finding": (_finds, 20),
    "forgetting": (_forgets, 5),
    "letters": (_looks_after_letters, 7),
}
"""What is done, and how many different statements it runs at least."""
BY_DESIGN = {("forgetting", "message"), ("forgetting", "occurrence")}
"""Every night, remembered messages are looked through, a page at a time, without the writer's connection, and occurrences."""


async def test_no_large_table_is_read_whole(store: Database) -> None:
    whole: list[str] = []
    for act, (do, least) in ACTS.items():
        ear = Ear()
        with ear.on(store):
            await do(Village(store))
        asked = list({one.statement: one for one in ear.heard}.values())
        assert len(asked) >= least, act
        for one in asked:
            one.plan = await _explain(store, one)
            tables = sorted(table for table in _read_whole(one.plan) if (act, table) not in BY_DESIGN)
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
