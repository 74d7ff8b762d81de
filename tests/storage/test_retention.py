"""What is no longer needed is forgotten, in small steps; what waits for somebody stays."""

from __future__ import annotations

import asyncio
import datetime as dt
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, insert, select, update

from bot.app import Application
from bot.clock import MovableClock
from bot.config import Config, DatabaseConfig, RetentionConfig, SecurityConfig
from bot.context import JobContext
from bot.effects import Direct, Post, Update
from bot.model import AccountRef, Community
from bot.notices import Notice
from bot.ports import Draft, Identity
from bot.retention import Retention
from bot.ui import Form, ShortText
from commands.members.feature import remembered
from commands.requests.standing import asked_name, connection_name, news_name, post_name
from storage import retention
from storage.attention import Act, Attention, AttentionActRow, AttentionRow, Concern, Reason
from storage.circle import USUAL as CIRCLE_RULE
from storage.circle import Part, Said
from storage.circle import Stage as CircleStage
from storage.circle import State as CircleState
from storage.circle_weeks import CircleWeeks
from storage.circles import Circles
from storage.forms import FormRow
from storage.gaps import GapRow, Gaps
from storage.gaps import State as Gap
from storage.opportunities import Opportunities
from storage.opportunity import Contents
from storage.opportunity import Status as Ended
from storage.opportunity_responses import Responses
from storage.opportunity_responses import State as Way
from storage.outbox import MessageRow, OutboxRow, State
from storage.outcomes import Outcomes, Value
from storage.people import MemberRow
from storage.proposals import ProposalRow
from storage.repeats import DeliveryRow
from storage.requests import HelpRequest, Requests, Status
from storage.schedules import OccurrenceRow, ScheduleRow
from storage.value import Ledger
from storage.voice import Audience, Kind
from storage.voices import Voices
from tests.databases import KEY
from tests.storage.community import NOW, Village, acts, card

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.model import Member
    from bot.ports import Clock
    from storage.base import Base
    from storage.db import Database

ADA, BEA = AccountRef("UADA", "Ada"), AccountRef("UBEA", "Bea")
DAYS = RetentionConfig()
DAY = dt.timedelta(days=1)
YEARS = 800 * DAY
SCHEDULE = {
    "rule": "every",
    "interval": 60,
    "local_time": "",
    "zone": "",
    "holidays": "",
    "changed": False,
    "next_at": NOW,
}
OCCURRENCE = {"taken_at": NOW, "state": "taken"}


@pytest.fixture
def village(store: Database) -> Village:
    return Village(store)


async def _sweep(store: Database, now: dt.datetime, days: RetentionConfig = DAYS) -> Mapping[str, int]:
    return await Retention(days, MovableClock(now)).sweep(store.retention)


async def _count(store: Database, table: type[Base]) -> int:
    async with store.unit(write=False) as unit:
        return (await unit.connection.execute(select(func.count()).select_from(table))).scalar_one()


async def _names(store: Database) -> set[str]:
    async with store.unit(write=False) as unit:
        return set((await unit.connection.execute(select(MessageRow.name))).scalars())


def _member(who: Identity) -> Member:
    assert who.member is not None
    return who.member


async def test_a_delivery_is_remembered_for_a_week(store: Database) -> None:
    async def arrives(delivery: str, now: dt.datetime) -> bool:
        async with store.unit() as unit:
            return await unit.first_time(delivery, now)

    await arrives("d1", NOW)
    await arrives("d2", NOW + 6 * DAY)

    assert await _sweep(store, NOW + 8 * DAY) == {"deliveries": 1}
    assert await arrives("d1", NOW + 8 * DAY)
    assert not await arrives("d2", NOW + 8 * DAY)


async def test_each_kind_has_its_own_days(store: Database) -> None:
    async with store.unit() as unit:
        await unit.first_time("d1", NOW)

    assert await _sweep(store, NOW + 3 * DAY, RetentionConfig(deliveries=4)) == {}
    assert await _sweep(store, NOW + 3 * DAY, RetentionConfig(deliveries=2)) == {"deliveries": 1}


async def test_a_great_many_are_forgotten_in_small_steps(store: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.retention.PAUSE", 0.0)
    many = retention.BATCH * 2 + 20
    async with store.unit() as unit:
        await unit.connection.execute(insert(DeliveryRow), [{"id": f"d{number}", "seen_at": NOW} for number in range(many)])

    step = await store.retention.step(DAYS, NOW + 8 * DAY)

    assert step == {"deliveries": retention.BATCH}
    assert await _sweep(store, NOW + 8 * DAY) == {"deliveries": many - retention.BATCH}
    assert await _count(store, DeliveryRow) == 0


async def test_dead_letters_and_what_waits_for_somebody_stay(village: Village) -> None:
    ada = await village.meet(ADA)
    states = list(State)
    await village.say(
        ada, *(Direct(_member(ada).id, card("Hello"), remember="request:7:news", notice=Notice.REQUEST) for _state in states)
    )
    async with village.store.unit() as unit:
        rows = (await unit.connection.execute(select(OutboxRow.id).order_by(OutboxRow.id))).scalars().all()
        for row, state in zip(rows, states, strict=True):
            done = None if state in {State.PENDING, State.SENDING, State.RETRY} else NOW
            await unit.connection.execute(update(OutboxRow).where(OutboxRow.id == row).values(state=state, done_at=done))
        await unit.connection.execute(update(MessageRow).values(sent_at=NOW))

    forgotten = await _sweep(village.store, NOW + YEARS)

    async with village.store.unit() as unit:
        left = (await unit.connection.execute(select(OutboxRow.state).order_by(OutboxRow.id))).scalars().all()
    assert forgotten["outbox"] == 4
    assert left == [State.PENDING, State.SENDING, State.RETRY, State.DEAD, State.MISSED, State.HELD]
    assert forgotten["messages"] == 0, "something in their conversation is still to be sent"


async def test_a_dead_letter_keeps_the_message_that_it_was_about(village: Village) -> None:
    """Deleting that would take the dead letter with it."""
    ada = await village.meet(ADA)
    await village.say(ada, Direct(_member(ada).id, card("Hello"), remember="request:7:news", notice=Notice.REQUEST))
    await village.deliver()
    await village.say(ada, Update("request:7:news", card("Changed")))
    (parcel,) = await village.claim()
    await village.dead(parcel, "gone")

    await _sweep(village.store, NOW + YEARS)

    assert await _names(village.store) == {"request:7:news"}
    assert await _count(village.store, OutboxRow) == 1


async def _request(village: Village, who: Identity, need: str) -> HelpRequest:
    async with village.store.unit() as unit:
        return await unit.use(Requests, who.community).create(_member(who), need, NOW)


async def _end(village: Village, who: Identity, request: HelpRequest, at: dt.datetime) -> None:
    async with village.store.unit() as unit:
        await unit.use(Requests, who.community).end(request.id, Status.SOLVED, at)


async def test_messages_of_open_requests_stay_and_those_of_ended_ones_go(village: Village) -> None:
    ada, bea = await village.meet(ADA), await village.meet(BEA)
    await village.choose_channel(ada, "help", "C1")
    still_open, ended = await _request(village, ada, "A printer"), await _request(village, ada, "A lawyer")
    for request in (still_open, ended):
        await village.say(
            ada,
            Post("help", card(request.need), remember=post_name(request)),
            Direct(_member(bea).id, card(request.need), remember=asked_name(request, _member(bea)), notice=Notice.REQUEST),
            Direct(_member(ada).id, card(request.need), remember=connection_name(request, _member(bea)), notice=Notice.REQUEST),
            Direct(_member(ada).id, card(request.need), remember=news_name(request), notice=Notice.REQUEST),
        )
    await village.deliver()
    await _end(village, ada, ended, NOW + 100 * DAY)

    await _sweep(village.store, NOW + 400 * DAY)
    assert len(await _names(village.store)) == 8, "it ended less than a year ago"

    assert (await _sweep(village.store, NOW + 470 * DAY))["messages"] == 4
    assert await _names(village.store) == {
        post_name(still_open),
        asked_name(still_open, _member(bea)),
        connection_name(still_open, _member(bea)),
        news_name(still_open),
    }
    village.now = NOW + 470 * DAY
    await village.say(ada, Update(post_name(still_open), card("Still looking")), Update(post_name(ended), card("Gone")))
    assert [parcel.card for parcel in await village.deliver()] == [card("Still looking")]


async def test_a_members_card_is_remembered_as_long_as_it_is_there(village: Village) -> None:
    ada = await village.meet(ADA)
    await village.choose_channel(ada, "introductions", "C1")
    name = remembered(_member(ada).id)
    await village.say(ada, Post("introductions", card("Ada"), remember=name))
    await village.deliver()

    await _sweep(village.store, NOW + YEARS)
    assert await _names(village.store) == {name}

    async with village.store.unit() as unit:
        await unit.connection.execute(update(MessageRow).values(removed_at=NOW + YEARS))
    await _sweep(village.store, NOW + YEARS + 364 * DAY)
    assert await _names(village.store) == {name}
    await _sweep(village.store, NOW + YEARS + 366 * DAY)
    assert await _names(village.store) == set()


async def test_an_answered_proposal_is_over_and_an_open_one_is_not(village: Village) -> None:
    ada, bea = await village.meet(ADA), await village.meet(BEA)
    async with village.store.unit() as unit:
        people = {"community_id": ada.community.id, "asked_at": NOW}
        await unit.connection.execute(
            insert(ProposalRow),
            [
                {**people, "proposer_id": _member(ada).id, "ally_id": _member(bea).id, "state": "accepted", "answered_at": NOW},
                {**people, "proposer_id": _member(bea).id, "ally_id": _member(ada).id, "state": "asked", "answered_at": None},
            ],
        )
    names = ["proposal:1", "meeting:1", "proposal:2", "thanks:99", "something:1"]
    await village.say(ada, *(Direct(_member(ada).id, card(name), remember=name, notice=Notice.REQUEST) for name in names))
    await village.deliver()

    await _sweep(village.store, NOW + YEARS)

    assert await _names(village.store) == {"proposal:2", "something:1"}


async def test_a_message_that_was_never_sent_goes_with_its_row(village: Village) -> None:
    ada = await village.meet(ADA)
    await village.say(ada, Direct(_member(ada).id, card("Hello"), remember="introduction:9", notice=Notice.REQUEST))
    await _sweep(village.store, NOW + YEARS)
    assert await _names(village.store) == {"introduction:9"}, "it waits to be sent"

    async with village.store.unit() as unit:
        await unit.connection.execute(update(OutboxRow).values(state=State.CANCELLED, done_at=NOW))
    await _sweep(village.store, NOW + YEARS)
    assert await _names(village.store) == set()


async def test_a_long_list_of_messages_is_looked_through_to_its_end(village: Village, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.retention.PAUSE", 0.0)
    ada = await village.meet(ADA)
    copy = {
        "community_id": ada.community.id,
        "workspace_id": ada.workspace.id,
        "member_id": None,
        "lane": "1#C1",
        "channel": "C1",
        "message": "m",
        "thread": "",
        "locale": "en",
        "sent_at": NOW,
        "removed_at": None,
    }
    kept, over = retention.BATCH + 10, 30
    async with village.store.unit() as unit:
        await unit.connection.execute(
            insert(MessageRow),
            [{**copy, "key": f"a{number:05}", "name": f"introduction:{number}"} for number in range(kept)]
            + [{**copy, "key": f"b{number:05}", "name": f"request:{number}"} for number in range(over)],
        )

    assert await _sweep(village.store, NOW + YEARS) == {"messages": over}
    assert await _count(village.store, MessageRow) == kept
    assert await _sweep(village.store, NOW + YEARS) == {"messages": 0}


async def test_old_drafts_and_occurrences_go(village: Village) -> None:
    ada = await village.meet(ADA)
    form = Form("request:ask", "Ask", (ShortText(name="need", label="Need"),))
    async with village.store.unit() as unit:
        await unit.forms.keep(_member(ada).id, Draft(form, {"need": "old"}), NOW)
    bea = await village.meet(BEA)
    async with village.store.unit() as unit:
        await unit.forms.keep(_member(bea).id, Draft(form, {"need": "new"}), NOW + 29 * DAY)
        for number, days in ((1, (-61, -59, 0)), (2, (-300, -200))):
            await unit.connection.execute(
                insert(ScheduleRow).values(**(SCHEDULE | {"community_id": ada.community.id, "name": f"s{number}"}))
            )
            await unit.connection.execute(
                insert(OccurrenceRow), [OCCURRENCE | {"schedule_id": number, "due_at": NOW + day * DAY} for day in days]
            )

    assert await _sweep(village.store, NOW + 31 * DAY) == {"drafts": 1, "occurrences": 2}

    async with village.store.unit() as unit:
        assert "new" in (await unit.connection.execute(select(FormRow.typed))).scalar_one()
        left = (await unit.connection.execute(select(OccurrenceRow.due_at).order_by(OccurrenceRow.due_at))).scalars().all()
    assert left == [NOW - 200 * DAY, NOW - 59 * DAY, NOW], "the newest of a schedule says which date it has done"


async def test_whom_an_opportunity_reached_goes_once_it_is_over_and_who_answered_stays(village: Village) -> None:
    ada, bea, cleo = [await village.meet(who) for who in (ADA, BEA, AccountRef("UCLEO", "Cleo"))]
    async with village.store.unit() as unit:
        opportunities = unit.use(Opportunities, ada.community)
        responses = unit.use(Responses, ada.community)
        over, still = [await opportunities.create(_member(ada), Contents("A logo"), NOW) for _each in range(2)]
        for made in (over, still):
            await opportunities.publish(made.id, NOW, NOW + 30 * DAY, NOW + 27 * DAY)
            await responses.reach(made.id, {_member(bea).id: Way.TOLD, _member(cleo).id: Way.WAITING}, NOW)
            await responses.respond(made.id, _member(bea), "Me", NOW)
        await opportunities.end(over.id, Ended.WITHDRAWN, NOW + DAY)

    assert "reached" not in await _sweep(village.store, NOW + 366 * DAY)
    assert (await _sweep(village.store, NOW + 396 * DAY))["reached"] == 1

    async with village.store.unit(write=False) as unit:
        responses = unit.use(Responses, ada.community)
        assert [one.member.name for one in await responses.to(over.id)] == ["Bea"]
        assert [one.member.name for one in await responses.to(still.id)] == ["Bea", "Cleo"]


async def test_what_a_circle_said_goes_after_a_year_and_how_many_answered_stays(village: Village) -> None:
    ada = await village.meet(ADA)
    async with village.store.unit() as unit:
        circles, weeks = unit.use(Circles, ada.community), unit.use(CircleWeeks, ada.community)
        number = await circles.create("Makers", CIRCLE_RULE, NOW, state=CircleState.RUNNING)
        await circles.put(number, _member(ada).id, Part.IN, NOW)
        circle = await circles.get(number)
        assert circle is not None
        week = await weeks.begin(circle, NOW.date(), NOW, NOW, resting=())
        assert week is not None
        await weeks.say(week, _member(ada).id, said=Said.ANSWERED, happened="Mine")
        await weeks.change(week, stage=CircleStage.SHOWN, shown_at=NOW, answered=1)

    assert "circles" not in await _sweep(village.store, NOW + 364 * DAY)
    assert (await _sweep(village.store, NOW + 366 * DAY))["circles"] == 1

    async with village.store.unit(write=False) as unit:
        kept = await unit.use(CircleWeeks, ada.community).get(week)
    assert kept is not None
    assert (kept.answered, kept.answers) == (1, ())


async def test_members_do_not_wait_while_it_goes_on(village: Village) -> None:
    async with village.store.unit() as unit:
        await unit.connection.execute(insert(DeliveryRow), [{"id": f"d{number}", "seen_at": NOW} for number in range(5000)])
    sweeping = asyncio.create_task(_sweep(village.store, NOW + YEARS))
    async with asyncio.timeout(5):
        await village.meet(ADA)
    assert not sweeping.done()
    await sweeping
    assert await _count(village.store, MemberRow) == 1


# ---------------------------------------------------------------- when


class Nightwatch:
    """Counts the sweeps."""

    def __init__(self) -> None:
        self.steps = 0
        self.stepped = asyncio.Event()

    async def step(self, days: RetentionConfig, now: dt.datetime) -> Mapping[str, int]:
        del days, now
        self.steps += 1
        self.stepped.set()
        if self.steps == 1:
            raise ZeroDivisionError
        return {}


async def _at(job: Retention, store: Database, community: Community, clock: Clock) -> None:
    async with store.unit() as unit:
        for schedule in job.feature.schedules:
            await schedule.handler(JobContext(community, clock.now(), unit))


async def test_it_is_done_when_the_community_sleeps_and_outlives_a_failure(store: Database) -> None:
    (community,) = await store.communities()
    clock = MovableClock(dt.datetime(2026, 11, 23, 1, 10, tzinfo=dt.UTC))
    job, watch = Retention(DAYS, clock), Nightwatch()
    running = asyncio.create_task(job.run(watch))

    await _at(job, store, community, clock)
    await asyncio.sleep(0)
    assert watch.steps == 0, "two in the morning in Paris"
    for nights in (1, 2):
        clock.set(dt.datetime(2026, 11, 22 + nights, 2, 10, tzinfo=dt.UTC))
        watch.stepped.clear()
        await _at(job, store, community, clock)
        async with asyncio.timeout(5):
            await watch.stepped.wait()
        assert watch.steps == nights
    job.stop()
    async with asyncio.timeout(5):
        await running
    assert watch.steps == 2


async def test_the_running_bot_forgets_at_night(database_url: str) -> None:
    clock = MovableClock(dt.datetime(2026, 11, 23, 12, 0, tzinfo=dt.UTC))
    config = Config(database=DatabaseConfig(database_url), security=SecurityConfig((KEY,)), retention=RetentionConfig(deliveries=1))
    app = Application(config, features=[], clock=clock, adapters=[])
    await app.start(scheduling=False)
    async with app.store.unit() as unit:
        await unit.first_time("d1", clock.now() - 2 * DAY)
    await app.scheduler.tick()
    for _hour in range(11):
        clock.move(dt.timedelta(hours=1))
        await app.scheduler.tick()
    await asyncio.sleep(0)
    assert await _count(app.store, DeliveryRow) == 1, "it is midnight in Paris"

    for _hour in range(4):
        clock.move(dt.timedelta(hours=1))
        await app.scheduler.tick()
    async with asyncio.timeout(10):
        while await _count(app.store, DeliveryRow):  # noqa: ASYNC110 - a database tells nobody that it changed
            await asyncio.sleep(0.01)
    await app.stop()


async def test_the_interactions_of_the_day_do_not_forget(village: Village) -> None:
    await village.meet(ADA)
    async with village.store.unit() as unit:
        await unit.first_time("d1", NOW)
    async with village.store.unit() as unit:
        await unit.people.identify(acts(ADA), NOW + YEARS)
        await unit.first_time("d2", NOW + YEARS)

    assert await _count(village.store, DeliveryRow) == 2


async def test_a_voice_is_forgotten_two_years_after_its_last_answer_and_one_that_waits_stays(
    store: Database, village: Village
) -> None:
    ada = await village.meet(ADA)
    today = NOW.date()
    async with store.unit() as unit:
        voices = unit.use(Voices, ada.community)
        answered = await voices.raise_signed(_member(ada), Kind.IDEA, Audience.ALL, "Dinner at noon", today)
        await voices.answer(answered, _member(ada), "Yes", today)
        waiting = await voices.raise_signed(_member(ada), Kind.CONCERN, Audience.ANIMATORS, "Too many dinners", today)

    assert await _sweep(store, NOW + 700 * DAY) == {}
    assert await _sweep(store, NOW + 731 * DAY) == {"voices": 1}
    async with store.unit() as unit:
        voices = unit.use(Voices, ada.community)
        assert await voices.get(answered) is None
        assert await voices.get(waiting) is not None


async def test_what_nobody_confirmed_is_forgotten_what_somebody_gained_is_not(village: Village) -> None:
    ada, bea = await village.meet(ADA), await village.meet(BEA)
    assert ada.member is not None
    assert bea.member is not None
    async with village.store.unit() as unit:
        ledger = unit.use(Ledger, ada.community)
        for words, proposed in (("said by Bea", True), ("refused", True), ("confirmed", False)):
            number = await ledger.note(NOW, gainer=ada.member, giver=bea.member, value=Value.SKILL, note=words, proposed=proposed)
            assert number is not None
            if words == "refused":
                assert await ledger.decline(number, ada.member, NOW)
    assert "unconfirmed" not in await _sweep(village.store, NOW + 365 * DAY)
    assert (await _sweep(village.store, NOW + 366 * DAY))["unconfirmed"] == 2
    async with village.store.unit() as unit:
        assert [one.note for one in await unit.use(Outcomes, ada.community).gained(ada.member)] == ["confirmed"]


async def test_whoever_would_rather_not_be_asked_is_not_forgotten(village: Village) -> None:
    ada, bea = await village.meet(ADA), await village.meet(BEA)
    assert ada.member is not None
    assert bea.member is not None
    async with village.store.unit() as unit:
        gaps = unit.use(Gaps, ada.community)
        await gaps.answer(await gaps.ask(ada.member.id, NOW), Gap.STOP, NOW)
        await gaps.answer(await gaps.ask(bea.member.id, NOW), Gap.FINE, NOW)
    hasty = RetentionConfig(messages=30)
    assert "gaps" not in await _sweep(village.store, NOW + 179 * DAY, hasty)
    assert (await _sweep(village.store, NOW + 181 * DAY, hasty))["gaps"] == 1
    assert await _count(village.store, GapRow) == 1


async def test_what_animators_did_about_whom_is_forgotten_but_not_while_its_reason_could_come_back(village: Village) -> None:
    ada, bea = await village.meet(ADA), await village.meet(BEA)
    assert ada.member is not None
    assert bea.member is not None
    async with village.store.unit() as unit:
        attention = unit.use(Attention, ada.community)
        await attention.settle([Concern(Reason.SILENT, ada.member.id, NOW, ada.member)], bea.member, NOW)
        await attention.did(Act.WROTE, ada.member.id, bea.member.id, NOW)
    hasty = RetentionConfig(messages=30)
    assert await _sweep(village.store, NOW + 119 * DAY, hasty) == {}
    swept = await _sweep(village.store, NOW + 121 * DAY, hasty)
    assert (swept["attention"], swept["deeds"]) == (1, 1)
    assert await _count(village.store, AttentionRow) == await _count(village.store, AttentionActRow) == 0


async def test_a_voice_that_still_waits_does_not_come_back_because_done_was_forgotten(village: Village) -> None:
    ada = await village.meet(ADA)
    assert ada.member is not None
    async with village.store.unit() as unit:
        voices = unit.use(Voices, ada.community)
        waits, answered = [
            await voices.raise_signed(ada.member, Kind.IDEA, Audience.ANIMATORS, words, NOW.date()) for words in ("One", "Two")
        ]
        concerns = [Concern(Reason.VOICE, voice, NOW, ada.member) for voice in (waits, answered)]
        await unit.use(Attention, ada.community).settle(concerns, ada.member, NOW)
        await voices.answer(answered, ada.member, "Yes", NOW.date())
    hasty = RetentionConfig(messages=30)
    assert (await _sweep(village.store, NOW + 121 * DAY, hasty))["attention"] == 1
    assert await _count(village.store, AttentionRow) == 1
