"""Migrations with data in every table: from every revision, interrupted half-way, and by several processes at once."""

from __future__ import annotations

import asyncio
import datetime as dt
import functools
import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import pytest
from sqlalchemy import event, select, text

from storage import engine as engines
from storage.attention import AttentionRow
from storage.backup import check
from storage.migrations import DIRECTORY, HEAD
from storage.models import metadata
from storage.requests import RequestRow
from storage.upgrade import migrate, upgrade
from tests.databases import Databases
from tests.storage.specimens import ROWS, Content, content, fill, tables

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection

T = TypeVar("T")

ROOT = Path(__file__).parents[2]
REVISIONS = sorted(path.name.partition("_")[0] for path in (DIRECTORY / "versions").glob("[0-9]*.py"))
EARLIER = [revision for revision in REVISIONS if revision != HEAD]


async def _on(url: str, work: Callable[[Connection], T]) -> T:
    engine = engines.create_for_migration(engines.parse(url))
    try:
        async with engine.begin() as connection:
            return await connection.run_sync(work)
    finally:
        await engine.dispose()


async def _filled(url: str, revision: str) -> Content:
    """Make a database as a version left it, with rows in every table; return what it holds."""

    def make(connection: Connection) -> Content:
        migrate(connection, revision)
        fill(connection)
        return content(connection)

    return await _on(url, make)


class Versions:
    """Databases as each version made them. Each is made from the one before: every step for every test would take long."""

    def __init__(self, databases: Databases) -> None:
        self._databases = databases
        self._made: dict[tuple[str, str], str] = {}

    async def copy(self, kind: str, revision: str) -> str:
        """Return the address of a new database, empty, as a version made it."""
        before = ""
        for step in REVISIONS[: REVISIONS.index(revision) + 1]:
            if (kind, step) not in self._made:
                url = self._databases.copy(before) if before else self._databases.make(kind, empty=True)
                await _on(url, functools.partial(migrate, target=step))
                self._made[kind, step] = url
            before = self._made[kind, step]
        return self._databases.copy(before)


@pytest.fixture(scope="module")
def versions(databases: Databases) -> Versions:
    return Versions(databases)


def _lost(before: Content, after: Content) -> list[str]:
    """Return what is not there any more of what was; columns that a migration took away are its own affair."""
    lost: list[str] = []
    for table, rows in before.items():
        if len(after.get(table, [])) < len(rows):
            lost.append(f"{table}: {len(rows)} rows, {len(after.get(table, []))} left")
            continue
        for old, new in zip(rows, after[table], strict=False):
            lost += [
                f"{table}.{column}: {old[column]!r}, then {new[column]!r}"
                for column in old.keys() & new.keys()
                if old[column] != new[column]
            ]
    return lost


def _loose(connection: Connection) -> list[Any]:
    """Return rows that point at nothing. PostgreSQL does not let them be."""
    return list(connection.execute(text("PRAGMA foreign_key_check"))) if connection.dialect.name == "sqlite" else []


async def _revision(url: str) -> str:
    return await _on(url, lambda connection: connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one())


@pytest.mark.parametrize("revision", REVISIONS)
async def test_nothing_is_lost_on_the_way_up(versions: Versions, databases: Databases, database_kind: str, revision: str) -> None:
    url = await versions.copy(database_kind, revision)
    before = await _filled(url, revision)
    assert {len(rows) for rows in before.values()} == {ROWS}

    assert await upgrade(url) == (revision, HEAD)

    after = await _on(url, content)
    assert _lost(before, after) == []
    assert await _on(url, _loose) == []
    assert sorted(after) == sorted((await _on(url, tables)).keys())
    databases.drop(url)


async def test_each_step_may_be_taken_by_itself(empty_database_url: str) -> None:
    """As by somebody who installed every version in turn: one database, filled wherever a table is new."""

    def step(target: str) -> Callable[[Connection], Content]:
        def take(connection: Connection) -> Content:
            migrate(connection, target)
            return content(connection)

        return take

    before = await _filled(empty_database_url, REVISIONS[0])
    for target in REVISIONS[1:]:
        assert _lost(before, await _on(empty_database_url, step(target))) == []
        before = await _filled(empty_database_url, target)

    assert await _revision(empty_database_url) == HEAD
    assert sorted(before) == sorted(metadata.tables), "there were rows in every table: digests, too"


async def test_requests_that_waited_before_go_on_by_themselves(empty_database_url: str) -> None:
    """Of three open ones, the second was accepted, and posting the third was suggested."""
    await _filled(empty_database_url, "0008")

    def wait(connection: Connection) -> None:
        connection.execute(text("UPDATE request SET status = 'open'"))
        connection.execute(text("UPDATE request SET suggested_at = NULL WHERE id < 3"))
        connection.execute(text("UPDATE request SET suggested_at = created_at WHERE id = 3"))
        connection.execute(text("UPDATE asked SET state = 'accepted' WHERE request_id = 2"))

    await _on(empty_database_url, wait)
    await upgrade(empty_database_url)

    asked = select(RequestRow.id, RequestRow.created_at, RequestRow.next_step_at).order_by(RequestRow.id)
    first, second, third = await _on(empty_database_url, lambda connection: connection.execute(asked).all())
    assert (first.next_step_at, second.next_step_at, third.next_step_at) == (first.created_at + dt.timedelta(days=3), None, None)


async def test_voices_that_were_done_before_stay_done(empty_database_url: str) -> None:
    """To the first one words were added since, the second one has an answer alone, the third is no voice."""
    await _filled(empty_database_url, "0023")

    def settle(connection: Connection) -> None:
        connection.execute(text("UPDATE attention SET reason = 'voice', subject = id WHERE id < 3"))
        connection.execute(text("UPDATE voice_word SET voice_id = 1, answer = (id = 3)"))
        connection.execute(text("UPDATE voice_word SET voice_id = 2 WHERE id = 3"))

    await _on(empty_database_url, settle)
    await upgrade(empty_database_url)

    newest = select(AttentionRow.newest).order_by(AttentionRow.id)
    assert await _on(empty_database_url, lambda connection: connection.execute(newest).scalars().all()) == [2, 0, 0]


async def test_a_loss_would_be_seen(empty_database_url: str) -> None:
    before = await _filled(empty_database_url, REVISIONS[0])

    def spoil(connection: Connection) -> Content:
        connection.execute(text("DELETE FROM outbox WHERE id = 1"))
        connection.execute(text("UPDATE member SET name = 'other' WHERE id = 2"))
        return content(connection)

    assert _lost(before, await _on(empty_database_url, spoil)) == [
        "member.name: 'name 2 é 🌞', then 'other'",
        f"outbox: {ROWS} rows, {ROWS - 1} left",
    ]


# ---------------------------------------------------------------- interrupted

STOPS = """
import asyncio, os, signal, sys
from sqlalchemy import event
from sqlalchemy.engine import Engine
from storage.upgrade import upgrade

left = int(sys.argv[2])

@event.listens_for(Engine, "after_cursor_execute")
def count(connection, cursor, statement, *rest):
    global left
    if statement.lstrip().split()[0].upper() in {"CREATE", "ALTER", "INSERT", "UPDATE", "DELETE", "DROP"}:
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

asyncio.run(upgrade(sys.argv[1]))
"""


def _changes_of_an_upgrade(connection: Connection) -> int:
    """Return how many statements that change something an upgrade runs."""
    changes = 0

    def count(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        nonlocal changes
        changes += statement.lstrip().split()[0].upper() in {"CREATE", "ALTER", "INSERT", "UPDATE", "DELETE", "DROP"}

    event.listen(connection.engine, "after_cursor_execute", count)
    migrate(connection)
    return changes


@pytest.mark.parametrize("part", [0.0, 0.5, 1.0], ids=["at its first change", "half-way", "at its last change"])
async def test_an_upgrade_that_was_killed_is_run_again(
    databases: Databases, database_kind: str, empty_database_url: str, part: float
) -> None:
    rehearsal = databases.make(database_kind, empty=True)
    await _filled(rehearsal, REVISIONS[0])
    changes = await _on(rehearsal, _changes_of_an_upgrade)
    databases.drop(rehearsal)
    before = await _filled(empty_database_url, REVISIONS[0])

    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", STOPS, empty_database_url, str(max(1, round(changes * part))), cwd=ROOT
    )
    assert await process.wait() == -signal.SIGKILL

    assert await _revision(empty_database_url) == REVISIONS[0]
    assert await _on(empty_database_url, content) == before
    assert await upgrade(empty_database_url) == (REVISIONS[0], HEAD)
    assert _lost(before, await _on(empty_database_url, content)) == []
    file = engines.sqlite_file(engines.parse(empty_database_url))
    if file is not None:
        assert sorted(path.name for path in file.parent.glob(f"{file.name}.backup-*")) == [
            f"{file.name}.backup-{REVISIONS[0]}",
            f"{file.name}.backup-{REVISIONS[0]}-2",
        ]


# ---------------------------------------------------------------- several processes

STARTS = """
import asyncio, sys
from bot.config import CommunityConfig
from storage.db import open_store

async def main():
    store = await open_store(sys.argv[1], community=CommunityConfig(name="Les Indés"))
    print(*(community.id for community in await store.communities()))
    await store.close()

print("ready", flush=True)
sys.stdin.readline()
asyncio.run(main())
"""


@pytest.mark.parametrize("revision", ["", REVISIONS[0]], ids=["empty", "first revision"])
async def test_processes_that_start_at_once_upgrade_once(empty_database_url: str, revision: str) -> None:
    before = await _filled(empty_database_url, revision) if revision else {}
    pipe = asyncio.subprocess.PIPE
    processes = [
        await asyncio.create_subprocess_exec(
            sys.executable,
            "-c",
            STARTS,
            empty_database_url,
            cwd=ROOT,
            stdin=pipe,
            stdout=pipe,
            env={**os.environ, "PYTHONUTF8": "1"},
        )
        for _ in range(3)
    ]
    for process in processes:
        assert process.stdout is not None
        assert await process.stdout.readline() == b"ready\n"

    told = [
        output.decode().splitlines()[-1]
        for output, _ in await asyncio.gather(*(process.communicate(b"go\n") for process in processes))
    ]

    assert [process.returncode for process in processes] == [0, 0, 0]
    assert len(set(told)) == 1, "one community, whoever was first"
    assert await _revision(empty_database_url) == HEAD
    lost = _lost(before, await _on(empty_database_url, content))
    assert [change for change in lost if ".animator: " not in change] == [], "the configuration says who is one"
    file = engines.sqlite_file(engines.parse(empty_database_url))
    if file is not None:
        backups = list(file.parent.glob(f"{file.name}.backup-*"))
        assert [check(backup) for backup in backups] == ([revision] if revision else [])
