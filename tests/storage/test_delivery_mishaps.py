"""What goes wrong around deliveries for longer than a moment: outages, clocks set back, people who leave, refusals."""

from __future__ import annotations

import asyncio
import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import func, select, update

from bot.config import RetentionConfig
from bot.effects import Direct, OwnTime, Post, Update
from bot.model import AccountRef, Member
from bot.notices import Notice
from bot.parcels import Dead, Parcel, Retry, Sent, Stop
from bot.ports import Identity, Reference
from storage.db import Database, open_store
from storage.letters import Letters
from storage.outbox import OutboxRow
from storage.people import AccountRow, Members
from storage.stoppages import StoppageRow
from storage.strangers import AT_ONCE, Strangers
from tests.databases import COMMUNITY
from tests.storage.community import DISCORD, LEASE, MINUTE, Village, card

if TYPE_CHECKING:
    from collections.abc import Sequence

DAY = dt.timedelta(days=1)
ADA, BEA, DAN = AccountRef("UADA", "Ada"), AccountRef("UBEA", "Bea"), AccountRef("77", "Dan")


@pytest.fixture
def village(store: Database) -> Village:
    return Village(store)


def _id(identity: Identity) -> int:
    assert identity.member is not None
    return identity.member.id


async def _one(village: Village) -> Parcel:
    (parcel,) = await village.claim()
    return parcel


async def _rows(village: Village, *columns: Any) -> list[Any]:  # noqa: ANN401 - any column
    async with village.store.unit(write=False) as unit:
        found = await unit.connection.execute(select(*columns).order_by(OutboxRow.id))
        return [row[0] if len(columns) == 1 else tuple(row) for row in found]


async def _known(village: Village, who: Identity, count: int) -> Sequence[Member]:
    """People somebody named, who never used the bot."""
    async with village.store.unit() as unit:
        return await unit.people.resolve(who.workspace, [AccountRef(f"N{n}", f"N{n}") for n in range(count)], village.now)


async def _leaves(village: Village, who: Identity, member: int) -> None:
    async with village.store.unit() as unit:
        await unit.use(Members, who.community).leave(member, village.now)


async def _with_strangers(database_url: str) -> Village:
    return Village(await open_store(database_url, community=COMMUNITY, strangers=Strangers(frozenset({"slack"}), 30)))


async def test_after_an_outage_strangers_are_still_written_to_a_few_at_a_time(database_url: str) -> None:
    village = await _with_strangers(database_url)
    ada = await village.meet(ADA)
    await village.say(ada, *(Direct(each.id, card("a round"), notice=Notice.REQUEST) for each in await _known(village, ada, 60)))
    village.now += 3 * DAY
    at_once = 0
    while parcels := await village.claim(200):
        at_once += len(parcels)
    village.now += dt.timedelta(hours=1)
    within_an_hour = len(await village.claim(200))
    await village.store.close()

    assert at_once == 2 * AT_ONCE + 1
    assert 0 < within_an_hour <= 30


async def test_whoever_left_is_not_written_to_from_what_was_spread(database_url: str) -> None:
    village = await _with_strangers(database_url)
    ada = await village.meet(ADA)
    known = await _known(village, ada, 12)
    await village.say(
        ada, *(Direct(each.id, card("a round"), remember=f"round:{each.id}", notice=Notice.REQUEST) for each in known)
    )
    await _leaves(village, ada, known[0].id)
    written: list[int | None] = []
    for _hour in range(3):
        village.now += dt.timedelta(hours=1)
        written += [parcel.member for parcel in await village.deliver()]
    await village.store.close()

    assert sorted(filter(None, written)) == sorted(each.id for each in known[1:])


async def test_a_clock_that_was_ahead_leaves_no_pause_behind(village: Village) -> None:
    ada = await village.meet(ADA)
    village.now += DAY
    await village.say(ada, Direct(_id(ada), card("one"), notice=Notice.REQUEST))
    until = village.now + MINUTE
    retry = Retry(await _one(village), until, "rate_limited", pause="slack:T1", until=until)
    await village.store.deliveries.settle([retry], village.now)
    village.now -= DAY
    await village.say(ada, Direct(_id(await village.meet(BEA)), card("two"), notice=Notice.REQUEST))
    (waiting,) = await village.store.deliveries.waiting(village.now)

    assert waiting.paused is None


async def test_no_platform_is_believed_to_need_a_year(village: Village) -> None:
    ada = await village.meet(ADA)
    await village.say(
        ada,
        Direct(_id(ada), card("one"), notice=Notice.REQUEST),
        Direct(_id(await village.meet(BEA)), card("two"), notice=Notice.REQUEST),
    )
    parcel = (await village.claim())[0]
    year = village.now + 365 * DAY
    await village.store.deliveries.settle([Retry(parcel, year, "rate_limited", pause="slack:T1", until=year)], village.now)
    village.now += LEASE
    (waiting,) = await village.store.deliveries.waiting(village.now)

    assert waiting.paused is not None
    assert waiting.paused <= village.now + DAY


async def test_what_follows_a_message_to_somebody_who_is_gone_does_not_wait_for_ever(database_url: str) -> None:
    village = await _with_strangers(database_url)
    ada = await village.meet(ADA)
    (bea,) = await _known(village, ada, 1)
    await village.say(ada, Direct(bea.id, card("welcome"), remember="welcome", notice=Notice.REQUEST))
    await village.retry(await _one(village), after=dt.timedelta(hours=1))
    await village.say(ada, Update("welcome", card("changed")))
    async with village.store.unit() as unit:
        await unit.connection.execute(update(AccountRow).values(conversation="D1"))
    await village.say(ada, Direct(bea.id, card("second"), notice=Notice.REQUEST))
    await village.dead(await _one(village), "user_disabled", gone=True)
    await village.deliver()

    assert await _rows(village, OutboxRow.state) == ["cancelled", "cancelled", "dead"]
    await village.store.close()


async def test_an_answer_to_what_did_not_arrive_is_kept_along_with_it(village: Village) -> None:
    ada = await village.meet(ADA)
    await village.choose_channel(ada, "help", "CHELP")
    await village.say(ada, Post("help", card("post"), remember="r:1"))
    await village.dead(await _one(village), "bug")
    await village.say(ada, Post("help", card("a reply"), thread="r:1"))
    assert await village.claim() == []
    assert await _rows(village, OutboxRow.state) == ["dead", "dead"]
    async with village.store.unit() as unit:
        await unit.use(Letters, ada.community).resend_all(village.now)

    assert [parcel.card.body for parcel in await village.deliver()] == ["post", "a reply"]


async def test_what_arrived_after_all_is_no_dead_letter(village: Village) -> None:
    ada = await village.meet(ADA)
    await village.choose_channel(ada, "help", "CHELP")
    await village.say(ada, Post("help", card("post"), remember="r:1"))
    late = await _one(village)
    village.now += LEASE
    await village.dead(await _one(village), "bug")
    await village.sent(late, Reference("CHELP", "m1"))
    await village.say(ada, Update("r:1", card("changed")))

    (change,) = await village.deliver()
    assert (change.action, change.reference) == ("update", Reference("CHELP", "m1"))


async def test_private_words_for_somebody_who_left_are_forgotten_with_them(village: Village) -> None:
    ada = await village.meet(ADA)
    await village.say(ada, Direct(_id(ada), card("private"), keep=True, notice=Notice.REQUEST))
    await village.dead(await _one(village), "dm_closed")
    await _leaves(village, ada, _id(ada))
    assert await _rows(village, OutboxRow.card) == [""]
    while await village.store.retention.step(RetentionConfig(), village.now + 4000 * DAY):
        pass
    assert await _rows(village, OutboxRow.id) == []


async def test_a_workspace_that_refuses_after_each_start_is_one_stoppage(village: Village) -> None:
    dan = await village.meet(DAN, DISCORD)
    await village.say(dan, Direct(_id(dan), card("x"), notice=Notice.REQUEST))
    for _start in range(3):
        await village.store.deliveries.settle([Stop(await _one(village), "removed_from_server")], village.now)
        await village.store.connected(["discord"], village.now)
        village.now += MINUTE
    async with village.store.unit(write=False) as unit:
        count = select(func.count()).select_from(StoppageRow)
        assert (await unit.connection.execute(count)).scalar_one() == 1

    await village.deliver()
    village.now += MINUTE
    await village.say(dan, Direct(_id(dan), card("y"), notice=Notice.REQUEST))
    await village.store.deliveries.settle([Stop(await _one(village), "removed_from_server")], village.now)
    async with village.store.unit(write=False) as unit:
        assert (await unit.connection.execute(count)).scalar_one() == 2, "it worked in between: this is news"


async def test_a_worker_and_a_handler_never_wait_for_each_other(village: Village) -> None:
    """A worker learns that an account is gone while a handler changes two messages to it: on PostgreSQL, once a deadlock."""
    ada = await village.meet(ADA)
    for number in range(24):
        who = _id(await village.meet(AccountRef(f"UX{number}", "X")))
        later = OwnTime(village.now.date() + 8 * DAY)
        await village.say(ada, Direct(who, card("own"), remember=f"own{number}", when=later, notice=Notice.REQUEST))
        await village.say(ada, Direct(who, card("now"), remember=f"now{number}", notice=Notice.REQUEST))
        parcel = await _one(village)

        async def works(parcel: Parcel = parcel, pause: float = number % 12 / 1000) -> None:
            await asyncio.sleep(pause)
            await village.store.deliveries.settle([Dead(parcel, "user_disabled", gone=True)], village.now)

        changes = (Update(f"own{number}", card("a")), Update(f"now{number}", card("b")))
        await asyncio.gather(village.say(ada, *changes), works())
        await village.deliver()


async def test_a_reminder_whose_attempts_go_into_the_night_waits_for_the_morning(village: Village) -> None:
    ada = await village.meet(AccountRef("UADA", "Ada", zone="Europe/Paris"))
    await village.say(
        ada, Direct(_id(ada), card("reminder"), when=OwnTime(village.now.date() + DAY, dt.time(17, 30)), notice=Notice.REQUEST)
    )
    village.now = dt.datetime(2026, 11, 24, 16, 31, tzinfo=dt.UTC)
    await village.retry(await _one(village), "unavailable", dt.timedelta(hours=8))
    village.now += dt.timedelta(hours=8)
    assert await village.claim() == []
    village.now = dt.datetime(2026, 11, 25, 8, tzinfo=dt.UTC)
    assert [parcel.card.body for parcel in await village.deliver()] == ["reminder"]


async def test_what_another_worker_has_ended_moves_nobody_on_twice(village: Village) -> None:
    ada = await village.meet(ADA)
    await village.say(ada, *(Direct(_id(ada), card(words), notice=Notice.REQUEST) for words in ("one", "two", "three")))
    late = await _one(village)
    village.now += LEASE
    again = await _one(village)
    await village.sent(again, Reference("D", "m1"))
    under_way = await _one(village)
    await village.store.deliveries.settle([Sent(late, Reference("D", "m1"), spacing=60)], village.now)

    assert under_way.card.body == "two"
    assert await village.claim() == []
    await village.sent(under_way, Reference("D", "m2"))
    assert [parcel.card.body for parcel in await village.deliver()] == ["three"]
