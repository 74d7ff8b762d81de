"""What claiming and settling a message costs with a million rows in the outbox, against a thousand, on both databases.

Three shapes of a full outbox: a million messages that wait, for a hundred thousand people; a million that wait in a hundred
conversations; a thousand that wait, and a million that were sent. The floor has a thousand messages, in as many conversations as
there are, and is measured in turns with the full one. As many people are known to all of them. What was sent in a round is staged
again, unmeasured, so that nothing runs empty.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import statistics
import sys
import tempfile
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

from sqlalchemy import text

from benchmarks.result import Result, against
from benchmarks.side import in_turns
from bot.clock import SystemClock
from bot.effects import Direct
from bot.model import AccountRef
from bot.notices import Notice
from bot.parcels import Sent, Share
from bot.ports import Reference
from bot.ui import Card
from storage.db import open_store
from storage.outbox import OutboxRow
from storage.people import AccountRow, MemberRow
from tests.databases import COMMUNITY, MISSING, POSTGRES, Databases
from tests.storage.community import Village

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Table
    from sqlalchemy.ext.asyncio import AsyncConnection

    from storage.base import Base
    from storage.db import Database

FULL: Final = 1_000_000
LITTLE: Final = 1_000
PEOPLE: Final = 100_000
FEW: Final = 100
"""Conversations that a whole million waits in."""
BATCH: Final = 50
"""What is claimed at once of a platform that takes as many messages a second."""
ROUNDS: Final = 41
AT_ONCE: Final = 100_000
"""Rows written by one statement."""
LEASE: Final = dt.timedelta(seconds=45)
CARD: Final = Card("This week's meetings", "On Thursday you can meet one other member for half an hour.")


@dataclass(frozen=True)
class Shape:
    """So many messages that wait in so many conversations, and so many that were sent."""

    waiting: int = LITTLE
    lanes: int = LITTLE
    sent: int = 0


SHAPES: Final = {
    "waiting, in many conversations": (Shape(FULL, PEOPLE), Shape()),
    "waiting, in few conversations": (Shape(FULL, FEW), Shape(lanes=FEW)),
    "sent": (Shape(sent=FULL), Shape()),
}
"""A full outbox, and what it is compared with."""


async def fill(store: Database, shape: Shape) -> None:
    """Make the people and the outbox: one of each as the bot makes them, the others after their pattern."""
    people, outbox = PEOPLE - 1, cast("Table", OutboxRow.__table__)
    village = Village(store, SystemClock().now())
    first = await village.meet(AccountRef("U1", "Member 1", "en", "Europe/Paris"))
    assert first.member is not None  # noqa: S101 - somebody acted
    await village.say(first, Direct(first.member.id, CARD, notice=Notice.REQUEST))
    async with store.unit() as unit:
        account = {"member_id": "n.i + 1", "external_id": "'U' || (n.i + 1)", "conversation": "'D' || (n.i + 1)"}
        await _multiply(unit.connection, MemberRow, people, {"id": "n.i + 1"})
        await _multiply(unit.connection, AccountRow, people, {"id": "n.i + 1", **account})
        for index in outbox.indexes:
            await unit.connection.run_sync(index.drop)
    of_lane = f"(n.i - 1) % {shape.lanes} + 1"
    somebody = {"key": "'k' || n.i", "lane": f"'1@U' || ({of_lane})", "accounts": f"'U' || ({of_lane})", "member_id": of_lane}
    sent = {"key": "'s' || n.i", "state": "'sent'", "first": "false", "done_at": "a.created_at", "card": "''"}
    for changed, rows in ((sent, shape.sent), ({"first": f"n.i <= {shape.lanes}"}, shape.waiting)):
        for begin in range(0, rows, AT_ONCE):
            async with store.unit() as unit:
                await _multiply(unit.connection, OutboxRow, min(AT_ONCE, rows - begin), somebody | changed, begin)
    async with store.unit() as unit:
        await unit.connection.execute(outbox.delete().where(outbox.c.id == 1))
        for index in outbox.indexes:
            await unit.connection.run_sync(index.create)
        await unit.connection.execute(text("ANALYZE"))
        if unit.connection.dialect.name == "postgresql":
            # It would begin in the middle of what is measured.
            await unit.connection.execute(text("ALTER TABLE outbox SET (autovacuum_enabled = false)"))


async def _multiply(connection: AsyncConnection, table: type[Base], count: int, changed: Mapping[str, str], begin: int = 0) -> None:
    """Add rows after the pattern of the first one (`a`), numbered (`n.i`) from `begin` + 1; `changed` says in SQL what differs."""
    names = [column.name for column in table.__table__.columns if column.name != "id" or "id" in changed]
    values = ", ".join(changed.get(name, f'a."{name}"') for name in names)
    columns = ", ".join(f'"{name}"' for name in names)
    statement = (
        f"INSERT INTO {table.__tablename__} ({columns}) "  # noqa: S608 - our own words
        f"WITH RECURSIVE n(i) AS (SELECT {begin + 1} UNION ALL SELECT i + 1 FROM n WHERE i < {begin + count}) "
        f"SELECT {values} FROM n, (SELECT * FROM {table.__tablename__} WHERE id = 1) AS a"
    )
    await connection.execute(text(statement))


class Outbox:
    """One outbox from which messages are taken, round after round."""

    def __init__(self, store: Database) -> None:
        self._store = store
        self._clock = SystemClock()

    async def cost(self) -> float:
        """Look for what is due, claim and settle a batch, in microseconds a message; then stage as many again."""
        deliveries = self._store.deliveries
        began = time.perf_counter()
        now = self._clock.now()
        (waiting,) = await deliveries.waiting(now)
        parcels = await deliveries.claim(now, LEASE, [Share(waiting.workspace, BATCH)])
        await deliveries.settle([Sent(parcel, Reference(parcel.conversation, "1.1")) for parcel in parcels], now)
        taken = time.perf_counter() - began
        if len(parcels) != BATCH:
            message = f"{len(parcels)} messages were claimed, not {BATCH}"
            raise RuntimeError(message)
        (community,) = await self._store.communities()
        async with self._store.unit() as unit:
            await unit.outbox.stage(community, [Direct(parcel.member or 0, CARD, notice=Notice.REQUEST) for parcel in parcels], now)
        return taken / BATCH * 1e6


async def compared(url: str, floor_url: str, shapes: tuple[Shape, Shape]) -> tuple[float, float]:
    """Return the cost of a message in a full outbox and in one with little in it."""
    stores = [await open_store(each, community=COMMUNITY) for each in (url, floor_url)]
    try:
        for store, shape in zip(stores, shapes, strict=True):
            await fill(store, shape)
        full, little = (Outbox(store) for store in stores)
        for outbox in (full, little) * 3:
            await outbox.cost()
        costs = await in_turns(ROUNDS, full.cost, little.cost)
    finally:
        for store in stores:
            await store.close()
    return statistics.median(costs[0]), statistics.median(costs[1])


def measure() -> list[Result]:
    """Return, for each database and shape, microseconds a message, against an outbox with little in it."""
    results: list[Result] = []
    if not POSTGRES:
        sys.stderr.write(f"WARNING: {MISSING}\n")
    for kind in ("sqlite", "postgresql") if POSTGRES else ("sqlite",):
        for name, shapes in SHAPES.items():
            with tempfile.TemporaryDirectory() as folder, closing(Databases(Path(folder))) as databases:
                full, little = asyncio.run(compared(databases.make(kind), databases.make(kind), shapes))
            what = f"claims: {kind}, {FULL:,} {name}"
            results.append(against(what, full, "µs", little, most=1.3))
    return results
