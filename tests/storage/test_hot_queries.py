"""What every interaction, delivery and tick asks of the database is found by an index: the statements are caught as they are run.

The tables are large enough that reading one of them whole would be noticed, by the planner here and by members later.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import Select, func, text, update
from sqlalchemy import Update as SqlUpdate

from bot.skills.understanding import understand
from storage import delivery_queries, settling_queries, staging_queries
from storage.db import Database, open_store
from storage.keyring import Keyring
from storage.mentions import encode
from storage.outbox import OutboxRow
from storage.skill_index import Kind, SkillIndex
from tests.databases import COMMUNITY, KEY, Databases
from tests.storage.community import NOW, Village, card
from tests.storage.hearing import Ear
from tests.storage.hot_queries.caring import asks_how_they_are, cares, sees_what_it_is_worth, speaks
from tests.storage.hot_queries.crowd import ADA, PEOPLE, fill
from tests.storage.hot_queries.delivering import delivers, ends, interacts, looks_after_letters, stages, waits
from tests.storage.hot_queries.helping import finds, looks_at_requests, reads, shares_business
from tests.storage.hot_queries.keeping import animates, erases, forgets, takes_the_pulse, ticks
from tests.storage.hot_queries.meeting import breaks_the_ice, goes_on_with_rounds, goes_round, meets
from tests.storage.hot_queries.plans import plan_of, read_whole


@pytest.fixture(scope="module")
def crowded() -> dict[str, str]:
    """The addresses of the databases that are filled already, of each kind."""
    return {}


@pytest_asyncio.fixture
async def store(databases: Databases, database_kind: str, crowded: dict[str, str], tmp_path: Path) -> AsyncIterator[Database]:
    """A database with a great many people and a long history, its statistics known."""
    if database_kind not in crowded:
        made = databases.make(database_kind)
        await fill(made)
        crowded[database_kind] = made
    url = databases.copy(crowded[database_kind])
    opened = await open_store(url, community=COMMUNITY, keyring=Keyring((KEY,)))
    yield opened
    await opened.close()
    databases.drop(url)


ACTS = {
    "an interaction": (interacts, 6),
    "staging": (stages, 6),
    "the end of a delivery": (ends, 15),
    "delivering": (delivers, 9),
    "reading": (reads, 18),
    "what is due for requests": (looks_at_requests, 2),
    "opportunities": (shares_business, 22),
    "check-ins": (asks_how_they_are, 25),
    "a tick": (ticks, 5),
    "rounds of meetings": (goes_on_with_rounds, 25),
    "a member's meetings": (meets, 14),
    "the pulse": (takes_the_pulse, 8),
    "icebreakers": (breaks_the_ice, 12),
    "what it is worth": (sees_what_it_is_worth, 20),
    "an animator's calendar": (animates, 9),
    "one's own time": (waits, 9),
    "finding": (finds, 20),
    "voices": (speaks, 18),
    "forgetting": (forgets, 5),
    "letters": (looks_after_letters, 7),
    "circles": (goes_round, 15),
    "attention": (cares, 20),
    "erasing": (erases, 80),
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
            one.plan = await plan_of(store, one)
            tables = sorted(table for table in read_whole(one.plan) if (act, table) not in allowed)
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
    plans = "\n".join([await plan_of(opened, one) for one in ear.heard])
    await opened.close()
    databases.drop(url)

    reads = re.findall(r"skill_posting USING PRIMARY KEY (.*)", plans)
    assert reads
    assert [one for one in reads if "term=?" not in one] == []


async def test_no_part_of_a_full_outbox_is_read_whole(store: Database) -> None:
    await _fill_the_outbox(store)
    ear = Ear()
    with ear.on(store):
        await delivers(Village(store))
        await store.deliveries.next_due(NOW)
    whole = [one.statement for one in ear.heard if re.search(r"SCAN outbox|Seq Scan on outbox", await plan_of(store, one))]

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
        for do in (ends, delivers, waits):
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

    assert read_whole(plan) == {"message"}


async def _explain_in(connection: Any) -> str:  # noqa: ANN401 - a connection
    how = "EXPLAIN QUERY PLAN" if connection.dialect.name == "sqlite" else "EXPLAIN"
    found = await connection.execute(text(f"{how} SELECT key FROM message WHERE name = 'request:1'"))  # noqa: S608 - our own words
    return "\n".join(str(row[-1]) for row in found)
