"""What happens together happens wholly or not at all, and nobody overwrites what somebody else just wrote."""

from __future__ import annotations

import asyncio
import datetime as dt

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.exc import DBAPIError

from bot.effects import Direct
from bot.model import AccountRef, Channel
from bot.notices import Notice
from bot.ports import Draft
from bot.ui import Choice, Form, LongText, OneChoice, ShortText
from storage.communities import Communities
from storage.db import Database
from storage.outbox import OutboxRow
from storage.people import MemberRow, Members
from tests.storage.community import NOW, Village, acts, card

ADA = AccountRef("UADA", "Ada")


async def test_what_was_read_is_still_true_at_the_write(store: Database) -> None:
    village = Village(store)
    ada = await village.meet(ADA)
    assert ada.member is not None
    me = ada.member.id

    async def one_more() -> None:
        async with store.unit() as unit:
            await unit.people.identify(acts(ADA), NOW)
            read = (await unit.connection.execute(select(MemberRow.missed).where(MemberRow.id == me))).scalar_one()
            await asyncio.sleep(0)
            await unit.connection.execute(update(MemberRow).where(MemberRow.id == me).values(missed=read + 1))

    await asyncio.gather(*(one_more() for _ in range(25)))

    async with store.unit(write=False) as unit:
        assert (await unit.connection.execute(select(MemberRow.missed).where(MemberRow.id == me))).scalar_one() == 25


async def test_nothing_stays_of_a_unit_that_failed(store: Database) -> None:
    village = Village(store)
    ada = await village.meet(ADA)
    assert ada.member is not None

    async def fails(me: int) -> None:
        async with store.unit() as unit:
            assert await unit.first_time("d1", NOW)
            bea = await unit.people.identify(acts(AccountRef("UBEA", "Bea")), NOW)
            await unit.outbox.stage(bea.community, [Direct(me, card("hello"), notice=Notice.REQUEST)], NOW)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fails(ada.member.id)

    assert await village.claim() == []
    async with store.unit() as unit:
        assert await unit.first_time("d1", NOW)
        assert (await unit.use(Members, ada.community).search()).total == 1


async def test_a_cancelled_unit_leaves_nothing_and_blocks_nobody(store: Database) -> None:
    inside = asyncio.Event()

    async def waits_forever() -> None:
        async with store.unit() as unit:
            await unit.people.identify(acts(ADA), NOW)
            inside.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(waits_forever())
    await inside.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    async with asyncio.timeout(5), store.unit() as unit:
        assert (await unit.connection.execute(select(func.count()).select_from(MemberRow))).scalar_one() == 0


async def test_units_cancelled_at_any_moment_block_nobody(store: Database) -> None:
    kept: list[BaseException] = []  # with their frames: what they hold is not collected as garbage

    async def works() -> None:
        async with store.unit() as unit:
            for number in range(40):
                await unit.people.identify(acts(AccountRef(f"U{number}", "Ada")), NOW)

    for moment in range(40):
        task = asyncio.create_task(works())
        await asyncio.sleep(moment / 2000)
        task.cancel()
        try:
            await task
        except asyncio.CancelledError as error:
            kept.append(error)
        async with asyncio.timeout(10):
            async with store.unit() as unit:
                assert await unit.first_time(f"after {moment}", NOW)
    assert kept


async def test_a_delivery_is_handled_once(store: Database) -> None:
    async def arrives(delivery: str) -> bool:
        async with store.unit() as unit:
            return await unit.first_time(delivery, NOW)

    assert await arrives("d1")
    assert not await arrives("d1")
    assert sorted(await asyncio.gather(*(arrives("d2") for _ in range(8)))) == [False] * 7 + [True]


async def test_a_read_only_unit_cannot_write(store: Database) -> None:
    village = Village(store)
    ada = await village.meet(ADA)

    with pytest.raises(DBAPIError):
        async with store.unit(write=False) as unit:
            await unit.use(Communities, ada.community).change(name="Others")

    assert [community.name for community in await store.communities()] == ["Les Indés"]


async def test_readers_do_not_wait_for_a_writer(store: Database) -> None:
    async with store.unit() as unit:
        await unit.people.identify(acts(ADA), NOW)
        async with asyncio.timeout(2), store.unit(write=False) as reading:
            assert (await reading.connection.execute(select(func.count()).select_from(MemberRow))).scalar_one() == 0


async def test_a_reader_sees_one_moment(store: Database) -> None:
    village = Village(store)
    await village.meet(ADA)
    count = select(func.count()).select_from(MemberRow)
    async with store.unit(write=False) as unit:
        before = (await unit.connection.execute(count)).scalar_one()
        await village.meet(AccountRef("UBEA", "Bea"))
        assert (await unit.connection.execute(count)).scalar_one() == before


async def test_a_repository_is_the_only_thing_to_use(store: Database) -> None:
    async with store.unit() as unit:
        with pytest.raises(TypeError, match="OutboxRow is not a repository"):
            unit.use(OutboxRow, (await store.communities())[0])


async def test_what_was_typed_is_there_again(store: Database) -> None:
    village = Village(store)
    ada = await village.meet(ADA)
    assert ada.member is not None
    form = Form(
        "request:ask",
        "Ask",
        (
            ShortText(name="need", label="Need"),
            LongText(name="details", label="Details", maximum=2000),
            OneChoice(name="kind", label="Kind", choices=(Choice("a", "A"), Choice("b", "B"))),
        ),
    )
    typed: dict[str, object] = {
        "need": "l'été 🌞 <@U1> \x00",
        "several": ("a", "b"),
        "until": dt.date(2026, 12, 1),
        "who": AccountRef("UBEA", "Bea"),
        "where": Channel("C1", "help"),
        "count": 3,
        "sure": True,
        "nothing": None,
    }
    async with store.unit() as unit:
        assert await unit.forms.load(ada.member.id, "request:ask") is None
        await unit.forms.keep(ada.member.id, Draft(form, {}), NOW)
        await unit.forms.keep(ada.member.id, Draft(form, typed), NOW)
    async with store.unit() as unit:
        assert await unit.forms.load(ada.member.id, "request:ask") == Draft(form, typed)
        assert await unit.forms.load(ada.member.id, "request:other") is None
        await unit.forms.discard(ada.member.id, "request:ask")
    async with store.unit() as unit:
        assert await unit.forms.load(ada.member.id, "request:ask") is None
