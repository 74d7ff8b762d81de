"""Several workers, restarts, and a history that grows: what is due is found once, and at once."""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import text, update

from bot.effects import Direct, Post
from bot.model import AccountRef
from bot.notices import Notice
from bot.parcels import Sent
from bot.ports import Reference
from storage.db import Database, open_store
from storage.delivery_queries import DUE, NEXT, WAITING
from storage.outbox import OutboxRow
from tests.databases import COMMUNITY
from tests.storage.community import LEASE, NOW, Village, card, claim

if TYPE_CHECKING:
    from sqlalchemy import Select

    from bot.parcels import Parcel

ADA = AccountRef("UADA", "Ada")
SENT_BEFORE = 20_000


async def test_two_processes_deliver_each_message_once(database_url: str) -> None:
    stores = [await open_store(database_url, community=COMMUNITY) for _ in range(3)]
    village = Village(stores[0])
    crowd = [await village.meet(AccountRef(f"U{number}", f"M{number}")) for number in range(20)]
    await village.say(
        crowd[0],
        *(
            Direct(who.member.id, card(f"{turn}"), notice=Notice.REQUEST)
            for turn in range(2)
            for who in crowd
            if who.member is not None
        ),
    )
    delivered: list[Parcel] = []

    async def works(store: Database) -> None:
        nothing = 0
        while nothing < 3:
            parcels = await claim(store, NOW, 3)
            nothing = 0 if parcels else nothing + 1
            for parcel in parcels:
                delivered.append(parcel)
                await store.deliveries.settle([Sent(parcel, Reference("D", parcel.key))], NOW)

    await asyncio.gather(*(works(store) for store in stores))
    await works(stores[0])
    for store in stores:
        await store.close()

    assert len(delivered) == len({parcel.key for parcel in delivered}) == 40
    words: dict[str, list[object]] = {}
    for parcel in delivered:
        words.setdefault(parcel.accounts[0], []).append(parcel.card.body)
    assert all(said == ["0", "1"] for said in words.values())


async def test_a_restart_takes_up_what_was_being_sent(database_url: str) -> None:
    store = await open_store(database_url, community=COMMUNITY)
    village = Village(store)
    ada = await village.meet(ADA)
    await village.choose_channel(ada, "help", "C1")
    await village.say(ada, Post("help", card("hello")))
    (before,) = await village.claim()
    await store.close()

    village.store = await open_store(database_url, community=COMMUNITY)
    at_once = await village.claim()
    village.now += LEASE
    (after,) = await village.claim()
    await village.store.close()

    assert at_once == []
    assert (after.key, after.attempt) == (before.key, 1)


@pytest.mark.parametrize("changed", ['{"title": 5}', '{"body": ""}', "not JSON"])
async def test_a_row_that_cannot_be_read_does_not_hold_up_the_others(store: Database, changed: str) -> None:
    village = Village(store)
    ada = await village.meet(ADA)
    assert ada.member is not None
    await village.say(ada, Direct(ada.member.id, card("one"), notice=Notice.REQUEST))
    async with store.unit() as unit:
        await unit.connection.execute(update(OutboxRow).values(card=changed))
    await village.say(ada, Direct(ada.member.id, card("two"), notice=Notice.REQUEST))

    assert [parcel.card.body for parcel in await village.deliver()] == ["two"]


async def _with_history(store: Database) -> None:
    """An outbox with a long history and a few rows to do, its statistics known to the database."""
    village = Village(store)
    ada = await village.meet(ADA)
    assert ada.member is not None
    await village.say(ada, *(Direct(ada.member.id, card(f"{number}"), notice=Notice.REQUEST) for number in range(3)))
    async with store.unit() as unit:
        names = [
            column.name for column in OutboxRow.__table__.columns if column.name not in {"id", "key", "done_at", "state", "first"}
        ]
        columns = ", ".join(f'"{name}"' for name in names)
        await unit.connection.execute(
            text(
                f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {SENT_BEFORE}) "  # noqa: S608 - our own names
                f"INSERT INTO outbox ({columns}, key, done_at, state) SELECT {columns}, 'k' || i, created_at, 'sent' "
                "FROM n, (SELECT * FROM outbox ORDER BY id LIMIT 1) AS first"
            )
        )
    async with store.unit() as unit:
        await unit.connection.execute(text("ANALYZE"))


async def _plan(store: Database, statement: Select[*tuple[Any, ...]]) -> str:
    """Return how the database means to find the rows."""
    async with store.unit() as unit:
        dialect = unit.connection.dialect
        written = str(statement.compile(dialect=dialect, compile_kwargs={"literal_binds": True}))
        explain = "EXPLAIN QUERY PLAN" if dialect.name == "sqlite" else "EXPLAIN"
        return "\n".join(str(row[-1]) for row in await unit.connection.exec_driver_sql(f"{explain} {written}"))


DUE_NOW = DUE.params(now=NOW, most=50, of_workspace=1, of_priority=0)


@pytest.mark.parametrize(
    "statement", [WAITING.params(now=NOW, latest=NOW), DUE_NOW, NEXT.params(now=NOW)], ids=["waiting", "due", "next"]
)
async def test_a_long_history_is_never_read_to_find_what_is_due(store: Database, statement: Select[*tuple[Any, ...]]) -> None:
    await _with_history(store)

    plan = await _plan(store, statement)

    assert "ix_outbox_due" in plan
    assert not re.search(r"Seq Scan on outbox|SCAN outbox(?! USING INDEX| USING COVERING INDEX)", plan)


async def test_the_plan_would_show_a_missing_index(store: Database) -> None:
    await _with_history(store)
    async with store.unit() as unit:
        await unit.connection.execute(text("DROP INDEX ix_outbox_due"))

    assert "ix_outbox_due" not in await _plan(store, DUE_NOW)
