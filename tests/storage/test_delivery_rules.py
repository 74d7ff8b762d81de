"""What the outbox promises under limits: who is first, what may have arrived, what is stopped, who is a stranger."""

from __future__ import annotations

import asyncio
import datetime as dt

import pytest
from sqlalchemy import select, update

from bot.effects import Direct, Post, Remove, Update
from bot.model import AccountRef, Invocation, Kind
from bot.notices import Notice
from bot.parcels import Parcel, Retry, Return, Sent, Stop
from bot.ports import Identity, Reference
from storage.db import Database, open_store
from storage.outbox import OutboxRow
from storage.people import AccountRow
from storage.stoppages import StoppageRow
from storage.strangers import AT_ONCE, Strangers
from tests.databases import COMMUNITY
from tests.storage.community import DISCORD, LEASE, MINUTE, NOW, SLACK, Village, acts, card

ADA, BEA, DAN = AccountRef("UADA", "Ada"), AccountRef("UBEA", "Bea"), AccountRef("77", "Dan")


@pytest.fixture
def village(store: Database) -> Village:
    return Village(store)


def _id(identity: Identity) -> int:
    assert identity.member is not None
    return identity.member.id


def _words(parcels: list[Parcel]) -> list[object]:
    return [parcel.card.body for parcel in parcels]


async def _crowd(village: Village, count: int = 12) -> list[Identity]:
    return [await village.meet(AccountRef(f"U{number}", f"M{number}")) for number in range(count)]


async def _one(village: Village) -> Parcel:
    (parcel,) = await village.claim()
    return parcel


# ---------------------------------------------------------------- who is first


async def test_an_answer_overtakes_news_in_the_same_channel(village: Village) -> None:
    ada = await village.meet(ADA)
    await village.choose_channel(ada, "help", "CHELP")
    await village.say(ada, *(Post("help", card(f"news {number}")) for number in range(12)))
    await village.say(ada, Post("help", card("answer")))

    assert _words(await village.deliver()) == ["answer", *(f"news {number}" for number in range(12))]


async def test_but_never_what_is_on_its_way(village: Village) -> None:
    ada = await village.meet(ADA)
    await village.choose_channel(ada, "help", "CHELP")
    await village.say(ada, *(Post("help", card(f"news {number}")) for number in range(12)))
    under_way = await _one(village)
    await village.say(ada, Post("help", card("answer")))

    assert await village.claim() == []
    await village.sent(under_way, Reference("CHELP", "m0"))
    assert _words(await village.deliver())[:2] == ["answer", "news 1"]


async def test_an_answer_overtakes_news_that_could_not_be_sent_yet(village: Village) -> None:
    ada = await village.meet(ADA)
    await village.choose_channel(ada, "help", "CHELP")
    await village.say(ada, *(Post("help", card(f"news {number}")) for number in range(12)))
    under_way = await _one(village)
    await village.say(ada, Post("help", card("answer")))
    await village.retry(under_way)

    assert _words(await village.deliver())[:1] == ["answer"]


async def test_a_change_never_overtakes_the_news_that_it_changes(village: Village) -> None:
    ada = await village.meet(ADA)
    await village.choose_channel(ada, "help", "CHELP")
    await village.say(ada, *(Post("help", card(f"news {number}"), remember=f"news:{number}") for number in range(12)))
    first = await _one(village)
    await village.say(ada, Update("news:0", card("changed")), Post("help", card("a reply"), thread="news:0"))
    await village.retry(first)
    assert await village.claim() == []
    village.now += MINUTE

    delivered = await village.deliver()

    assert [(parcel.action, parcel.card.body) for parcel in delivered][:1] == [("post", "news 0")]
    assert _words(delivered)[-2:] == ["changed", "a reply"]


async def test_each_workspace_gets_its_share(village: Village) -> None:
    ada, dan = await village.meet(ADA), await village.meet(DAN, DISCORD)
    crowd = await _crowd(village)
    await village.say(ada, *(Direct(_id(each), card("news"), notice=Notice.REQUEST) for each in crowd))
    await village.say(dan, Direct(_id(dan), card("for Dan"), notice=Notice.REQUEST))

    assert sorted(parcel.platform for parcel in await village.claim(2)) == ["discord", "slack", "slack"]


# ---------------------------------------------------------------- what may have arrived


async def test_what_was_claimed_when_the_process_ended_may_have_arrived(village: Village) -> None:
    ada = await village.meet(ADA)
    await village.say(ada, Direct(_id(ada), card("hello"), notice=Notice.REQUEST))
    first = await _one(village)
    village.now += LEASE
    second = await _one(village)
    await village.retry(second, "rate_limited")
    village.now += MINUTE
    third = await _one(village)

    assert [parcel.since for parcel in (first, second, third)] == [None, NOW, NOW], "a refusal says nothing of the first attempt"


async def test_what_was_surely_refused_did_not_arrive(village: Village) -> None:
    ada = await village.meet(ADA)
    await village.say(ada, Direct(_id(ada), card("hello"), notice=Notice.REQUEST))
    await village.retry(await _one(village), "rate_limited")
    village.now += MINUTE
    second = await _one(village)
    await village.retry(second, "connection_lost", uncertain=True)
    village.now += MINUTE
    third = await _one(village)

    assert (second.since, third.since, third.attempt) == (None, NOW, 3)


async def test_what_is_given_back_was_never_tried(village: Village) -> None:
    ada = await village.meet(ADA)
    await village.say(ada, Direct(_id(ada), card("hello"), notice=Notice.REQUEST))
    first = await _one(village)
    await village.store.deliveries.settle([Return(first)], village.now)
    second = await _one(village)

    assert (second.attempt, second.since) == (1, None)


async def test_what_was_sent_was_sent_whoever_says_so(village: Village) -> None:
    ada = await village.meet(ADA)
    await village.say(ada, Direct(_id(ada), card("hello"), notice=Notice.REQUEST))
    late = await _one(village)
    village.now += LEASE
    again = await _one(village)
    await village.sent(late, Reference("D1", "m1"))
    await village.retry(again, uncertain=True)
    village.now += LEASE

    assert await village.claim() == []


# ---------------------------------------------------------------- what is stopped


async def _stoppages(village: Village) -> list[tuple[str, str, bool]]:
    async with village.store.unit(write=False) as unit:
        rows = await unit.connection.execute(select(StoppageRow.lane, StoppageRow.reason, StoppageRow.ended_at))
        return [(row.lane, row.reason, row.ended_at is not None) for row in rows]


async def test_a_channel_that_is_gone_is_tried_once_and_its_messages_wait(village: Village) -> None:
    ada = await village.meet(ADA)
    await village.choose_channel(ada, "help", "CHELP")
    await village.say(
        ada, Post("help", card("one")), Post("help", card("two")), Direct(_id(ada), card("hello"), notice=Notice.REQUEST)
    )
    post = next(parcel for parcel in await village.claim() if parcel.action == "post")
    await village.dead(post, "is_archived", gone=True)
    await village.say(ada, Post("help", card("three")))
    village.now += dt.timedelta(days=2)

    assert _words(await village.deliver()) == ["hello"]
    assert await _stoppages(village) == [(f"{ada.workspace.id}#CHELP", "is_archived", False)]
    async with village.store.unit(write=False) as unit:
        waiting = (await unit.connection.execute(select(OutboxRow.card).where(OutboxRow.done_at.is_(None)))).all()
    assert len(waiting) == 3


async def test_nothing_goes_to_a_workspace_that_refuses_until_it_lets_the_bot_in(village: Village) -> None:
    ada, dan, bea = await village.meet(ADA), await village.meet(DAN, DISCORD), await village.meet(BEA)
    await village.say(
        ada,
        Direct(_id(ada), card("hello"), notice=Notice.REQUEST),
        Direct(_id(dan), card("hello"), notice=Notice.REQUEST),
        Direct(_id(bea), card("hello"), notice=Notice.REQUEST),
    )
    for parcel in await village.claim():
        if parcel.platform == "slack":
            await village.store.deliveries.settle([Stop(parcel, "token_revoked")], village.now)
        else:
            await village.sent(parcel, Reference("D", "m"))

    assert (await village.claim(), await village.next_due()) == ([], None)
    assert await _stoppages(village) == [("", "token_revoked", False)], "one, whoever met it"
    await village.store.connected({"discord"}, village.now)
    assert await village.claim() == []
    await village.store.connected({"slack"}, village.now)
    assert sorted(parcel.accounts for parcel in await village.claim()) == [("UADA",), ("UBEA",)]


async def test_an_account_that_is_gone_is_written_to_no_more(village: Village) -> None:
    ada, bea = await village.meet(ADA), await village.meet(BEA)
    await village.say(
        ada,
        *(Direct(_id(bea), card(words), notice=Notice.REQUEST) for words in ("one", "two")),
        Direct(_id(ada), card("hello"), notice=Notice.REQUEST),
    )
    parcel = next(parcel for parcel in await village.claim() if parcel.accounts == ("UBEA",))
    await village.dead(parcel, "account_gone", gone=True)
    await village.say(ada, Direct(_id(bea), card("three"), notice=Notice.REQUEST))
    village.now += LEASE

    assert _words(await village.deliver()) == ["hello"]
    async with village.store.unit(write=False) as unit:
        states = (await unit.connection.execute(select(OutboxRow.state).order_by(OutboxRow.id))).scalars().all()
    assert states == ["dead", "cancelled", "sent"], "one dead letter to be told of, and nothing more for nobody"


async def test_what_was_to_change_in_a_channel_that_is_gone_is_no_dead_letter(village: Village) -> None:
    ada = await village.meet(ADA)
    await village.choose_channel(ada, "help", "CHELP")
    await village.say(ada, Post("help", card("one"), remember="request:1"))
    await village.deliver()
    await village.say(ada, Remove("request:1"))
    await village.dead(await _one(village), "unknown_channel", gone=True)

    assert (await village.claim(), await _stoppages(village)) == ([], [])


# ---------------------------------------------------------------- patience, conversations, strangers


async def test_patience_that_a_platform_asked_for_outlives_the_process(database_url: str) -> None:
    store = await open_store(database_url, community=COMMUNITY)
    village = Village(store)
    ada = await village.meet(ADA)
    await village.say(
        ada,
        Direct(_id(ada), card("hello"), notice=Notice.REQUEST),
        Direct(_id(await village.meet(BEA)), card("hello"), notice=Notice.REQUEST),
    )
    parcel = (await village.claim())[0]
    pauses = (10, 5)
    for minutes in pauses:
        until = NOW + minutes * MINUTE
        await store.deliveries.settle([Retry(parcel, until, "rate_limited", pause="slack:T1", until=until)], NOW)
    await store.close()

    again = await open_store(database_url, community=COMMUNITY)
    (waiting,) = await again.deliveries.waiting(NOW + 11 * MINUTE)
    await again.close()

    assert (waiting.paused, waiting.paused_together) == (NOW + 10 * MINUTE, None)


async def test_the_conversation_with_somebody_is_kept(village: Village) -> None:
    ada = await village.meet(ADA)
    await village.say(
        ada, Direct(_id(ada), card("one"), notice=Notice.REQUEST), Direct(_id(ada), card("two"), notice=Notice.REQUEST)
    )
    first = await _one(village)
    await village.sent(first, Reference("D1", "m1"))
    second = await _one(village)

    assert (first.conversation, second.conversation) == ("", "D1")


async def test_messages_of_a_conversation_keep_the_distance_that_the_platform_asks_for(village: Village) -> None:
    ada = await village.meet(ADA)
    await village.say(
        ada, Direct(_id(ada), card("one"), notice=Notice.REQUEST), Direct(_id(ada), card("two"), notice=Notice.REQUEST)
    )
    await village.store.deliveries.settle([Sent(await _one(village), Reference("D1", "m1"), spacing=1.0)], village.now)

    assert await village.claim() == []
    assert await village.next_due() == NOW + dt.timedelta(seconds=1)


async def _with_strangers(database_url: str, per_hour: int) -> Village:
    strangers = Strangers(frozenset({"slack"}), per_hour)
    return Village(await open_store(database_url, community=COMMUNITY, strangers=strangers))


async def _newcomer(village: Village, number: int) -> Identity:
    joins = Invocation(Kind.EVENT, "member_joined", f"join{number}", SLACK, AccountRef(f"N{number}", f"New {number}"))
    async with village.store.unit() as unit:
        return await unit.people.identify(joins, village.now)


async def _due_in_minutes(village: Village) -> list[float]:
    async with village.store.unit(write=False) as unit:
        rows = await unit.connection.execute(select(OutboxRow.due_at).where(OutboxRow.state == "pending").order_by(OutboxRow.id))
        return [(due - NOW) / MINUTE for due in rows.scalars()]


async def test_strangers_are_written_to_a_few_at_a_time(database_url: str) -> None:
    village = await _with_strangers(database_url, 30)
    ada = await village.meet(ADA)
    newcomers = [await _newcomer(village, number) for number in range(20)]
    await village.say(
        ada,
        *(Direct(_id(each), card("a round"), notice=Notice.REQUEST) for each in newcomers),
        Direct(_id(ada), card("a round"), notice=Notice.REQUEST),
    )
    assert await _due_in_minutes(village) == [*(number * 4.0 for number in range(20)), 0.0], "who is no stranger does not wait"

    await village.say(ada, Direct(_id(newcomers[0]), card("welcome"), notice=Notice.REQUEST))
    assert (await _due_in_minutes(village))[-1] == 0.0, "a round keeps no newcomer waiting"
    await village.store.close()


async def test_a_few_newcomers_are_welcomed_at_once_and_a_crowd_is_spread(database_url: str) -> None:
    village = await _with_strangers(database_url, 30)
    for number in range(AT_ONCE + 2):
        newcomer = await _newcomer(village, number)
        await village.say(newcomer, Direct(_id(newcomer), card("welcome"), notice=Notice.REQUEST))

    assert await _due_in_minutes(village) == [*(0.0 for _number in range(AT_ONCE)), 4.0, 8.0]
    await village.store.close()


async def test_who_has_just_used_the_bot_is_no_stranger_any_more(database_url: str) -> None:
    village = await _with_strangers(database_url, 1)
    ada = await village.meet(ADA)
    newcomers = [await _newcomer(village, number) for number in range(12)]
    await village.say(ada, *(Direct(_id(each), card("a round"), notice=Notice.REQUEST) for each in newcomers))
    village.now += MINUTE
    await village.meet(AccountRef("N7", "New 7"))

    assert sorted(parcel.accounts for parcel in await village.claim()) == [("N0",), ("N7",)]
    await village.store.close()


async def test_an_answer_does_not_wait_behind_a_message_that_waits_for_its_turn(database_url: str) -> None:
    village = await _with_strangers(database_url, 1)
    newcomers = [await _newcomer(village, number) for number in range(12)]
    await village.say(newcomers[0], *(Direct(_id(each), card("a round"), notice=Notice.REQUEST) for each in newcomers))
    async with village.store.unit() as unit:
        await unit.connection.execute(update(AccountRow).values(acted=True))
    await village.say(newcomers[0], Direct(_id(newcomers[7]), card("answer"), notice=Notice.REQUEST))

    assert sorted(map(str, _words(list(await village.claim())))) == ["a round", "answer"]
    await village.store.close()


# ---------------------------------------------------------------- several at once


async def test_settling_does_not_wait_for_a_handler_which_waits_for_nothing_but_it(village: Village) -> None:
    """Waiting for each other would be a deadlock: on PostgreSQL, an error for the member."""
    ada = await village.meet(ADA)
    await village.choose_channel(ada, "help", "CHELP")
    await village.say(ada, Post("help", card("open"), remember="request:1"))
    parcel = await _one(village)
    changed, settled = asyncio.Event(), asyncio.Event()

    async def handler() -> None:
        async with village.store.unit() as unit:
            await unit.people.identify(acts(ADA), NOW)
            await unit.outbox.stage(ada.community, [Update("request:1", card("solved"))], NOW)
            changed.set()
            if unit.connection.dialect.name == "postgresql":
                await asyncio.sleep(0.1)
                assert not settled.is_set(), "it is left for later"

    async def worker() -> None:
        await changed.wait()
        await village.sent(parcel, Reference("CHELP", "m1"))
        settled.set()

    async with asyncio.timeout(10):
        await asyncio.gather(handler(), worker())

    assert [(each.action, each.card.body) for each in await village.deliver()] == [("update", "solved")]


async def test_no_conversation_is_forgotten_while_many_add_and_end_messages(village: Village) -> None:
    ada = await village.meet(ADA)
    others = await _crowd(village, 3)
    done = 0

    async def says(number: int) -> None:
        await village.say(ada, *(Direct(_id(each), card(f"{number}"), notice=Notice.REQUEST) for each in others))

    async def works() -> None:
        nonlocal done
        while done < 60:
            for parcel in await village.claim(2):
                await village.sent(parcel, Reference("D", parcel.key))
                done += 1
            await asyncio.sleep(0)

    async with asyncio.timeout(30):
        await asyncio.gather(works(), works(), *(says(number) for number in range(20)))

    assert done == 60


async def test_processes_that_deliver_are_counted(store: Database) -> None:
    deliveries = store.deliveries
    assert [await deliveries.processes(name, NOW) for name in ("a", "b", "a")] == [1, 2, 2]
    assert await deliveries.processes("c", NOW + MINUTE) == 1, "the others have not said for a minute that they are there"
    assert await deliveries.processes("c", NOW + MINUTE, ends=True) == 0
