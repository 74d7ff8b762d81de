"""Dead letters and stoppages in the database: sent again as they were, moved, kept and forgotten."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select

from bot.config import RetentionConfig
from bot.effects import Direct, Post, Remove, Update
from bot.model import AccountRef, WorkspaceRef
from bot.notices import Notice
from bot.parcels import Parcel, Stop
from bot.ports import Identity
from storage.db import Database
from storage.letters import Fate, Letters
from storage.outbox import MessageRow, OutboxRow
from storage.people import Members
from storage.stopped import Stopped
from tests.storage.community import DISCORD, MINUTE, NOW, Village, card

ADA, BEA, DAN = AccountRef("UADA", "Ada"), AccountRef("UBEA", "Bea"), AccountRef("77", "Dan")


@pytest.fixture
def village(store: Database) -> Village:
    return Village(store)


@pytest.fixture
async def ada(village: Village) -> Identity:
    """She runs a workspace with a channel for help."""
    ada = await village.meet(ADA)
    await village.choose_channel(ada, "help", "C1")
    return ada


async def resend(village: Village, who: Identity, letter: int) -> Fate:
    async with village.store.unit() as unit:
        return await unit.use(Letters, who.community).resend(letter, village.now)


async def claimed(village: Village) -> Parcel:
    (parcel,) = await village.claim()
    return parcel


def words(parcels: list[Parcel]) -> list[str]:
    return [str(parcel.card.body) for parcel in parcels]


async def test_sent_again_it_is_the_same_message_that_may_have_arrived(village: Village, ada: Identity) -> None:
    """With its key and the instant of the first attempt, a platform finds what an attempt that was lost has left."""
    await village.say(ada, Post("help", card("who?"), remember="request:1"))
    first = await claimed(village)
    await village.retry(first, "timeout", uncertain=True)
    village.now += 2 * MINUTE
    second = await claimed(village)
    await village.dead(second, "timeout")

    assert await resend(village, ada, first.id) is Fate.AGAIN
    third = await claimed(village)
    assert (third.key, third.since) == (first.key, NOW)
    await village.dead(third, "timeout")
    assert await resend(village, ada, first.id) is Fate.AGAIN
    assert await resend(village, ada, first.id) is Fate.BEFORE


async def test_what_was_delivered_meanwhile_stays_delivered(village: Village, ada: Identity) -> None:
    await village.say(ada, Post("help", card("who?")))
    (parcel,) = await village.deliver()

    assert await resend(village, ada, parcel.id) is Fate.BEFORE
    assert await village.deliver() == []


async def test_a_message_that_is_there_by_other_means_is_not_doubled(village: Village, ada: Identity) -> None:
    await village.say(ada, Post("help", card("Ada"), remember="introduction:1"))
    lost = await claimed(village)
    await village.dead(lost, "missing_permission")
    await village.say(ada, Post("help", card("Ada"), remember="introduction:1"))
    assert words(await village.deliver()) == ["Ada"]

    assert await resend(village, ada, lost.id) is Fate.OVER
    assert await village.deliver() == []


async def test_an_old_change_does_not_overwrite_a_newer_one(village: Village, ada: Identity) -> None:
    await village.say(ada, Post("help", card("first"), remember="request:1"))
    await village.deliver()
    await village.say(ada, Update("request:1", card("second")))
    old = await claimed(village)
    await village.dead(old, "missing_permission")
    await village.say(ada, Update("request:1", card("third")))

    assert await resend(village, ada, old.id) is Fate.BEFORE
    assert words(await village.deliver()) == ["third"]


async def test_what_was_removed_is_no_letter_any_more(village: Village, ada: Identity) -> None:
    await village.say(ada, Post("help", card("first"), remember="request:1"))
    lost = await claimed(village)
    await village.dead(lost, "missing_permission")
    await village.say(ada, Remove("request:1"))

    async with village.store.unit() as unit:
        assert await unit.use(Letters, ada.community).count() == 0
        assert (await unit.connection.execute(select(OutboxRow.card))).scalars().all() == [""]
    assert await resend(village, ada, lost.id) is Fate.BEFORE
    assert await village.deliver() == []


async def test_what_waits_for_a_channel_goes_in_order_to_the_one_that_is_chosen(village: Village, ada: Identity) -> None:
    await village.say(ada, Post("help", card("stands"), remember="request:1"))
    await village.deliver()
    await village.say(ada, Post("help", card("one"), remember="request:2"))
    await village.dead(await claimed(village), "is_archived", gone=True)
    await village.say(ada, Post("help", card("two")))
    await village.say(ada, Update("request:1", card("a change of what stands in the old channel")))
    await village.say(ada, Post("help", card("an answer there"), thread="request:1"))
    assert await village.deliver() == []

    async with village.store.unit() as unit:
        stopped = unit.use(Stopped, ada.community)
        (stoppage,) = await stopped.standing()
        assert (stoppage.address.channel, stoppage.address.role, stoppage.waiting) == ("C1", "help", 4)
        assert await stopped.move(ada.workspace.id, "C1", "C2", village.now) == stoppage.id
        assert await stopped.standing() == []
        assert await stopped.move(ada.workspace.id, "C1", "C2", village.now) is None
    moved = await village.deliver()
    assert [(parcel.channel, parcel.card.body) for parcel in moved] == [("C2", "one"), ("C2", "two")]
    async with village.store.unit() as unit:
        (answer,) = await unit.use(Letters, ada.community).page()
        assert answer.reason == "thread_gone"
        lanes = select(MessageRow.lane).where(MessageRow.name == "request:2")
        assert (await unit.connection.execute(lanes)).scalar_one() == f"{ada.workspace.id}#C2"
    await village.say(ada, Update("request:2", card("changed")))
    assert words(await village.deliver()) == ["changed"]


async def test_somebody_is_written_to_where_the_bot_is_let_in(village: Village) -> None:
    dan = await village.meet(DAN, DISCORD)
    village.now += MINUTE
    await village.meet(DAN, WorkspaceRef("discord", "G2"))
    assert dan.member is not None
    await village.say(dan, Direct(dan.member.id, card("where he was last"), notice=Notice.REQUEST))
    parcel = await claimed(village)
    assert parcel.workspace == "G2"
    await village.store.deliveries.settle([Stop(parcel, "token_revoked")], village.now)

    await village.say(dan, Direct(dan.member.id, card("a notice"), notice=Notice.REQUEST))
    assert [(each.workspace, each.card.body) for each in await village.deliver()] == [("G1", "a notice")]
    async with village.store.unit() as unit:
        (stoppage,) = await unit.use(Stopped, dan.community).standing()
        assert await unit.use(Stopped, dan.community).back(stoppage.address.workspace.id, village.now) == stoppage.id
    assert words(await village.deliver()) == ["where he was last"]


async def test_words_to_somebody_who_left_are_not_kept(village: Village, ada: Identity) -> None:
    bea = await village.meet(BEA)
    assert bea.member is not None
    await village.say(
        ada,
        Direct(bea.member.id, card("private"), notice=Notice.REQUEST),
        Direct(bea.member.id, card("too late"), notice=Notice.REQUEST),
    )
    await village.dead(await claimed(village), "msg_too_long")
    on_its_way = await claimed(village)
    async with village.store.unit() as unit:
        await unit.use(Members, ada.community).leave(bea.member.id, village.now)
    async with village.store.unit() as unit:
        assert "" in (await unit.connection.execute(select(OutboxRow.card))).scalars().all()
    await village.dead(on_its_way, "msg_too_long")
    for _step in range(3):
        await village.store.retention.step(RetentionConfig(), NOW + dt.timedelta(days=40))
    async with village.store.unit() as unit:
        assert (await unit.connection.execute(select(OutboxRow.id))).scalars().all() == []


async def test_a_letter_is_kept_until_somebody_decides(village: Village, ada: Identity) -> None:
    await village.say(ada, Post("help", card("who?")))
    lost = await claimed(village)
    await village.dead(lost, "missing_permission")
    for _step in range(3):
        await village.store.retention.step(RetentionConfig(), NOW + dt.timedelta(days=4000))
    async with village.store.unit() as unit:
        assert await unit.use(Letters, ada.community).discard(lost.id, NOW + dt.timedelta(days=4000)) is Fate.DISCARDED
    for _step in range(3):
        await village.store.retention.step(RetentionConfig(), NOW + dt.timedelta(days=4040))
    async with village.store.unit() as unit:
        assert (await unit.connection.execute(select(OutboxRow.id))).scalars().all() == []
