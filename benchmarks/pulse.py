"""The pulse of 100,000 members with 5,000,000 events, on SQLite and PostgreSQL, against a tenth of both.

Everybody is fictional. Events are requests and answers to them, meetings, opportunities and what was gained, over three years; what
is timed is all that `animator pulse` asks of the database: every figure of a period and of the one before, and the picture's bars.
The database fills itself (`INSERT … SELECT` of a recursive count), which takes a minute rather than an hour.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import functools
import os
import sqlite3
import statistics
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Final

import asyncpg

from benchmarks.result import Result, against, at_most
from benchmarks.side import in_turns
from bot.context import JobContext
from commands.pulse.looking import look
from commands.pulse.periods import NAMED, Span
from storage.db import open_store
from storage.programmes import Programmes
from tests.databases import COMMUNITY, MISSING, POSTGRES, Databases

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.model import Community
    from storage.db import Database

MEMBERS: Final = int(os.environ.get("PULSE_MEMBERS", "100000"))
EVENTS: Final = 50
"""Of each member."""
FEWER: Final = 10
"""How many times smaller the other community is."""
NOW: Final = dt.datetime(2026, 11, 23, 9, 0, tzinfo=dt.UTC)
DAYS: Final = 1095
ROUNDS: Final = 5

_TABLES: Final = (
    (
        1,
        "member (id, community_id, name, folded, locale, zone, animator, appointed, bot, missed, joined_at)",
        "n + 10, 1, 'M', 'm', '', '', false, false, false, 0, {joined}",
    ),
    (
        1,
        "profile (member_id, community_id, expects, introduced_at)",
        "n + 10, 1, CASE n % 3 WHEN 0 THEN 'economic,skill' WHEN 1 THEN 'support' ELSE '' END, {joined}",
    ),
    (
        4,
        "request (id, community_id, member_id, need, status, created_at, ended_at, answered_after)",
        (
            "n, 1, n % {members} + 11, 'need', CASE n % 4 WHEN 0 THEN 'open' ELSE 'solved' END, {at}, {later},"
            " CASE n % 5 WHEN 0 THEN NULL ELSE n % 86400 END"
        ),
    ),
    (
        16,
        "asked (community_id, request_id, member_id, state, asked_at, answered_at)",
        (
            "1, (n + 3) / 4, (n * 7) % {members} + 11,"
            " CASE n % 3 WHEN 0 THEN 'accepted' WHEN 1 THEN 'declined' ELSE 'asked' END, {at}, {later}"
        ),
    ),
    (
        6,
        "meeting (id, community_id, round_id, state, met_at, sent_at)",
        "n, 1, 1, 'met', CASE n % 3 WHEN 0 THEN NULL ELSE {at} END, {at}",
    ),
    (12, "meeting_member (meeting_id, member_id)", "(n + 1) / 2, (n * 3) % {members} + 11"),
    (
        1,
        "opportunity (id, community_id, member_id, status, contents, created_at, ended_at)",
        "n, 1, n % {members} + 11, CASE n % 2 WHEN 0 THEN 'filled' ELSE 'expired' END, '', {at}, {later}",
    ),
    (
        7,
        "opportunity_response (community_id, opportunity_id, member_id, state, at)",
        "1, (n + 6) / 7, (n * 5) % {members} + 11, 'told', {at}",
    ),
    (
        4,
        "outcome (community_id, subject_kind, subject_id, gainer_id, giver_id, value, amount_band, recorded_at, confirmed_at)",
        (
            "1, 'request', n, n % {members} + 11, (n * 31) % (n % {members} + 1) + 11,"
            " CASE n % 4 WHEN 0 THEN 'economic' WHEN 1 THEN 'skill' WHEN 2 THEN 'support' ELSE 'reputation' END,"
            " CASE n % 8 WHEN 0 THEN '2000' ELSE NULL END, {at}, {at}"
        ),
    ),
)
"""Rows of each member, the columns that have something in them, and what: `EVENTS` beside the members and their profiles."""
_NUMBERS: Final = {
    "sqlite": "WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {most})",
    "postgresql": "WITH numbers AS (SELECT generate_series(1, CAST({most} AS bigint)) AS n)",
}
_AT: Final = {
    "sqlite": "strftime('%Y-%m-%d %H:%M:%f', '2026-11-23 09:00:00', '-' || ((n * 7919) % {span} + {more}) || ' minutes') || '000'",
    "postgresql": "timestamptz '2026-11-23 09:00:00+00' - ((n * 7919) % {span} + {more}) * interval '1 minute'",
}


async def fill(url: str, members: int) -> None:
    """Make the community."""
    store = await open_store(url, community=COMMUNITY)
    async with store.unit() as unit:
        await unit.use(Programmes, (await store.communities())[0]).begin("All", NOW)
    await store.close()
    if url.startswith("sqlite"):
        _fill_sqlite(url.removeprefix("sqlite:///"), members)
    else:
        await _fill_postgresql(url, members)


def _statements(kind: str, members: int) -> Iterator[str]:
    joined = _AT[kind].format(span=(DAYS - 1) * 1440, more=0).replace("n * 7919", f"n * {(DAYS - 1) * 1440} / {members}", 1)
    at, later = (_AT[kind].format(span=(DAYS - 1) * 1440, more=more) for more in ("1440", "1440 - n % 1440"))
    yield (
        "INSERT INTO round (id, community_id, programme_id, local_date, state, match_at, send_at, seed)"
        " SELECT 1, 1, id, '2026-11-23', 'sent', created_at, created_at, 1 FROM programme"
    )
    for each, table, columns in _TABLES:
        written = columns.format(at=at, later=later, joined=joined, members=members)
        yield f"INSERT INTO {table} {_NUMBERS[kind].format(most=members * each)} SELECT {written} FROM numbers"  # noqa: S608 - ours


def _fill_sqlite(file: str, members: int) -> None:
    """Fill it without what guards it, and build the indexes afterwards."""
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.executescript("PRAGMA foreign_keys = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -200000; BEGIN")
        indexes = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL").fetchall()
        for name, _sql in indexes:
            connection.execute(f"DROP INDEX {name}")
        for statement in _statements("sqlite", members):
            connection.execute(statement)
        for _name, sql in indexes:
            connection.execute(sql)
        connection.execute("ANALYZE")
        connection.execute("COMMIT")


async def _fill_postgresql(url: str, members: int) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute("SET session_replication_role = replica")  # references are not looked at one by one
        found = await connection.fetch(
            "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = current_schema()"
            " AND indexname NOT IN (SELECT conname FROM pg_constraint)"
        )
        for index in found:
            await connection.execute(f"DROP INDEX {index['indexname']}")
        for statement in _statements("postgresql", members):
            await connection.execute(statement)
        for index in found:
            await connection.execute(index["indexdef"])
        await connection.execute("VACUUM ANALYZE")
    finally:
        await connection.close()


async def timed(store: Database, community: Community, span: Span) -> float:
    """Return the milliseconds of one pulse."""
    began = time.perf_counter()
    async with store.unit(write=False) as unit:
        seen = await look(JobContext(community, NOW, unit).use, community.zone, span, NOW.date())
    taken = (time.perf_counter() - began) * 1e3
    if not seen.now.counts.solved:
        message = "nothing happened"
        raise RuntimeError(message)
    return taken


async def compared(urls: tuple[str, str]) -> dict[str, list[list[float]]]:
    """Return the milliseconds of each pulse by period, of the smaller and the larger community in turns."""
    stores = [await open_store(url, community=COMMUNITY) for url in urls]
    taken: dict[str, list[list[float]]] = {}
    try:
        (community,) = await stores[0].communities()
        for name in NAMED:
            span = Span.named(name, NOW.date())
            taken[name] = await in_turns(ROUNDS + 1, *(functools.partial(timed, store, community, span) for store in stores))
    finally:
        for store in stores:
            await store.close()
    return taken


def measure() -> list[Result]:
    """Return the time of the pulse by period, and how it grows."""
    results: list[Result] = []
    if not POSTGRES:
        sys.stderr.write(f"WARNING: {MISSING}\n")
    for kind in ("sqlite", "postgresql") if POSTGRES else ("sqlite",):
        with tempfile.TemporaryDirectory() as folder, closing(Databases(Path(folder))) as databases:
            urls = databases.make(kind), databases.make(kind)
            for url, members in zip(urls, (MEMBERS // FEWER, MEMBERS), strict=True):
                asyncio.run(fill(url, members))
            for name, (few, many) in asyncio.run(compared(urls)).items():
                less, more = (statistics.median(found[1:]) for found in (few, many))
                title = f"pulse: {kind}, {name}, {MEMBERS:,} members, {MEMBERS * EVENTS:,} events"
                results += [
                    at_most(title, more, "ms", 1000),
                    against(f"pulse: {kind}, {name}, against a tenth", more, "ms", less, most=FEWER * 1.2),
                ]
    return results
