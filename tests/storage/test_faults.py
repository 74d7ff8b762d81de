"""When the database fails: the member is told with a reference, nothing is half written, and it goes on by itself."""

from __future__ import annotations

import asyncio
import contextlib
import io
import logging
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import aiosqlite
import asyncpg
import pytest
import structlog
from sqlalchemy import text
from sqlalchemy.engine import make_url

from bot import log
from bot.errors import ConfigError
from storage import engine as engines
from storage.migrations import HEAD
from storage.upgrade import migrate, upgrade
from tests.databases import Databases
from tests.storage.clusters import Cluster
from tests.storage.disks import fill, mounted
from tests.storage.ledger import PAGES, PRIVATE, Bot, Pause

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

ROOT = Path(__file__).parents[2]
SORRY = re.compile(r"Something went wrong on our side\. It is noted under the reference ([0-9a-f]{8})\.")
NOTED = "Noted"


@pytest.fixture
def logged() -> Iterator[io.StringIO]:
    """The log as it is written, with its own rules about what may be in it."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    written = io.StringIO()
    with contextlib.redirect_stderr(written):
        log.configure("info", "json")
    yield written
    structlog.reset_defaults()
    root.handlers[:], root.level = handlers, level


@pytest.fixture
def sqlite_url(databases: Databases) -> str:
    return databases.make("sqlite")


@pytest.fixture
def postgres_url(databases: Databases) -> Iterator[str]:
    url = databases.make("postgresql")
    yield url
    databases.drop(url)


def _told(answer: str, logged: io.StringIO, *causes: str) -> None:
    """Check that the member got a reference, that the log has it with the cause, and nothing private."""
    shown = SORRY.fullmatch(answer)
    assert shown is not None, answer
    written = logged.getvalue()
    (line,) = [line for line in written.splitlines() if f'"reference": "{shown[1]}"' in line and '"event": "failed"' in line]
    assert any(cause in line for cause in causes), line
    assert PRIVATE not in written
    assert "Lovelace" not in written


# ---------------------------------------------------------------- SQLite: no room


async def _writable(bot: Bot, *, yes: bool) -> None:
    """Let the bot's connection write, or refuse it as SQLite refuses a file that became read-only, word for word."""
    async with bot.app.store._engines.write.connect() as connection:  # noqa: SLF001 - outside of any transaction: none could begin
        raw = await connection.get_raw_connection()
        driver = raw.driver_connection
        assert isinstance(driver, aiosqlite.Connection)
        await driver.execute(f"PRAGMA query_only = {'OFF' if yes else 'ON'}")


@contextlib.contextmanager
def _small_disk(size: str) -> Generator[Path]:
    with mounted(size) as place:
        if place is None:
            pytest.skip("no disk can be mounted here")
        yield place


async def test_a_disk_that_is_full(logged: io.StringIO) -> None:
    with _small_disk("12m") as disk:
        async with Bot(f"sqlite:///{disk / 'confrere.db'}") as bot:
            assert await bot.note("first", "d1") == NOTED
            await bot.delivered(1)
            before = await bot.kept()
            filler = fill(disk)

            _told(await bot.note(f"long {PRIVATE}", "d2"), logged, "OperationalError")
            assert await bot.kept() == before

            filler.unlink()
            async with asyncio.timeout(10):
                assert await bot.note(f"long {PRIVATE}", "d2") == NOTED, "the platform delivers again, or the member tries again"
                assert len(await bot.delivered(1 + PAGES)) == 1 + PAGES


async def test_an_upgrade_without_room_for_its_backup_changes_nothing() -> None:
    with _small_disk("4m") as disk:
        file = disk / "confrere.db"
        url = f"sqlite:///{file}"
        engine = engines.create_for_migration(engines.parse(url))
        async with engine.begin() as connection:
            await connection.run_sync(migrate, "0001")
        await engine.dispose()
        filler = disk / "filler"
        with filler.open("wb") as other:
            room = os.statvfs(disk)
            other.write(b"x" * (room.f_bavail * room.f_bsize - 80_000))  # enough to open it, not for a second one

        with pytest.raises(ConfigError, match=r"database\.url: .*confrere\.db cannot grow: the disk is full"):
            await upgrade(url)
        left = sorted(path.name for path in disk.iterdir() if ".backup-" in path.name)
        filler.unlink()
        again = await upgrade(url)

    assert left == []
    assert again == ("0001", HEAD)


async def test_a_database_that_may_not_grow(sqlite_url: str, logged: io.StringIO) -> None:
    async def allow(pages: int) -> None:
        async with bot.app.store.unit() as unit:
            await unit.connection.execute(text(f"PRAGMA max_page_count = {pages}"))

    async with Bot(sqlite_url) as bot:
        assert await bot.note("first", "d1") == NOTED
        await bot.delivered(1)
        before = await bot.kept()
        await allow(1)  # it is never less than there are

        _told(await bot.note(f"long {PRIVATE}", "d2"), logged, "OperationalError")
        assert await bot.kept() == before

        await allow(100_000)
        async with asyncio.timeout(10):
            assert await bot.note(f"long {PRIVATE}", "d2") == NOTED
            await bot.delivered(1 + PAGES)


async def test_a_form_that_cannot_even_be_kept_is_answered(sqlite_url: str, logged: io.StringIO) -> None:
    async with Bot(sqlite_url) as bot:
        await bot.open_form()
        await _writable(bot, yes=False)

        _told(await bot.send_form(PRIVATE, "d1"), logged, "OperationalError")

        await _writable(bot, yes=True)
        assert await bot.send_form(PRIVATE, "d1") == NOTED


# ---------------------------------------------------------------- SQLite: read-only, locked


async def test_a_file_that_became_read_only(sqlite_url: str, logged: io.StringIO) -> None:
    async with Bot(sqlite_url) as bot:
        assert await bot.note("first", "d1") == NOTED
        await bot.delivered(1)
        before = await bot.kept()
        await _writable(bot, yes=False)

        _told(await bot.note(PRIVATE, "d2"), logged, "OperationalError")
        assert await bot.kept() == before

        await _writable(bot, yes=True)
        async with asyncio.timeout(10):
            assert await bot.note(PRIVATE, "d2") == NOTED
            await bot.delivered(2)


OPENS = """
import asyncio, os, sys
from bot.config import CommunityConfig
from bot.errors import ConfigError
from storage.db import open_store

async def open_and_close(url):
    await (await open_store(url, community=CommunityConfig())).close()

asyncio.run(open_and_close(sys.argv[2]))  # loads what it takes, while there is a right to read that
if os.geteuid() == 0:
    os.setuid(65534)
try:
    asyncio.run(open_and_close(sys.argv[1]))
except ConfigError as error:
    print(error)
"""


def test_a_file_that_may_not_be_written_is_told_at_the_start(databases: Databases) -> None:
    place = Path(tempfile.mkdtemp(prefix="confrere-read-only-"))
    file = place / "confrere.db"
    shutil.copyfile(databases.make("sqlite").removeprefix("sqlite:///"), file)
    file.chmod(0o444)
    place.chmod(0o555)
    try:
        ended = subprocess.run(
            [sys.executable, "-c", OPENS, f"sqlite:///{file}", databases.make("sqlite")],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
    finally:
        place.chmod(0o755)
        shutil.rmtree(place)

    assert ended.stdout == f"database.url: {file} may be read but not written by the bot; so must its directory\n", ended.stderr


HOLDS = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN IMMEDIATE")
print("held", flush=True)
sys.stdin.readline()
connection.execute("COMMIT")
"""


async def test_a_database_that_another_process_holds(sqlite_url: str, logged: io.StringIO, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engines, "BUSY", 0.3)
    pipe = asyncio.subprocess.PIPE
    async with Bot(sqlite_url) as bot:
        assert await bot.note("first", "d1") == NOTED
        await bot.delivered(1)
        before = await bot.kept()
        other = await asyncio.create_subprocess_exec(
            sys.executable, "-c", HOLDS, sqlite_url.removeprefix("sqlite:///"), stdin=pipe, stdout=pipe
        )
        assert other.stdout is not None
        assert await other.stdout.readline() == b"held\n"

        _told(await bot.note(PRIVATE, "d2"), logged, "OperationalError")
        assert await bot.kept() == before

        await other.communicate(b"go\n")
        async with asyncio.timeout(10):
            assert await bot.note(PRIVATE, "d2") == NOTED
            await bot.delivered(2)


# ---------------------------------------------------------------- PostgreSQL: dropped, stopped, frozen


async def _end_connections(url: str) -> int:
    """End every connection to a database from a second one, as its administrator would; return how many there were."""
    administrator = await asyncpg.connect(url)
    try:
        ended = await administrator.fetch(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1 AND pid <> pg_backend_pid()",
            make_url(url).database,
        )
    finally:
        await administrator.close()
    return len(ended)


async def test_connections_that_were_dropped_are_not_noticed(postgres_url: str) -> None:
    async with Bot(postgres_url) as bot:
        for turn in range(3):
            assert await bot.note(f"note {turn}", f"d{turn}") == NOTED
            await bot.delivered(turn + 1)
            assert await _end_connections(postgres_url) > 0

        assert await bot.kept() == {"members": 1, "deliveries": 3, "messages": 3}


async def test_a_connection_that_drops_in_the_middle(postgres_url: str, logged: io.StringIO) -> None:
    async with Bot(postgres_url) as bot:
        with Pause() as pause:
            noting = asyncio.create_task(bot.note(PRIVATE, "d1"))
            await pause.inside.wait()
            await _end_connections(postgres_url)
            pause.go_on.set()
            _told(
                await noting,
                logged,
                "InterfaceError",
                "OperationalError",
                "InternalError",
                "DBAPIError",
                "ConnectionDoesNotExistError",
            )
        assert await bot.kept() == {"members": 0, "deliveries": 0, "messages": 0}

        assert await bot.note(PRIVATE, "d1") == NOTED
        async with asyncio.timeout(10):
            assert await bot.delivered(1) == [PRIVATE]
        assert await bot.kept() == {"members": 1, "deliveries": 1, "messages": 1}


async def test_a_process_that_freezes_in_the_middle_holds_up_no_other(postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engines, "IDLE", 1.0)
    async with Bot(postgres_url) as frozen, Bot(postgres_url) as other:
        await frozen.note("hello", "d0")
        with Pause() as pause:
            noting = asyncio.create_task(frozen.note("frozen", "d1"))
            await pause.inside.wait()
            Pause.here = None
            async with asyncio.timeout(10):
                assert await other.note("other", "d2") == NOTED, "it waits for the lock that the frozen one held"
            pause.go_on.set()
            assert SORRY.fullmatch(await noting)

        assert await frozen.note("frozen", "d1") == NOTED
        assert await frozen.kept() == {"members": 1, "deliveries": 3, "messages": 3}


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    made = Cluster()
    yield made
    made.remove()


async def test_a_server_that_is_restarted(cluster: Cluster, logged: io.StringIO) -> None:
    async with Bot(cluster.url) as bot:
        assert await bot.note("first", "d1") == NOTED
        await bot.delivered(1)
        await asyncio.to_thread(cluster.stop)
        try:
            async with asyncio.timeout(10):
                _told(await bot.note(PRIVATE, "d2"), logged, "ConnectionRefusedError", "OSError", "CannotConnectNow")
        finally:
            await asyncio.to_thread(cluster.start)

        async with asyncio.timeout(10):
            assert await bot.note(PRIVATE, "d2") == NOTED
            await bot.delivered(2)
        assert await bot.kept() == {"members": 1, "deliveries": 2, "messages": 2}


async def test_a_server_that_does_not_answer_is_not_waited_for(
    cluster: Cluster, logged: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engines, "ANSWER", 1.0)
    async with Bot(cluster.url) as bot:
        assert await bot.note("first", "f1") == NOTED
        await bot.delivered(1)
        administrator = await asyncpg.connect(cluster.url)
        rows = await administrator.fetch("SELECT pid FROM pg_stat_activity WHERE application_name = 'confrere'")
        backends: list[int] = [row["pid"] for row in rows]
        await administrator.close()
        assert backends
        for backend in backends:  # processes of the server that this test started
            os.kill(backend, signal.SIGSTOP)
        try:
            async with asyncio.timeout(10):
                answers = [await bot.note(PRIVATE, "f2")]
                while answers[-1] != NOTED:
                    answers.append(await bot.note(PRIVATE, "f2"))
        finally:
            for backend in backends:
                os.kill(backend, signal.SIGCONT)

        _told(answers[0], logged, "TimeoutError")
        async with asyncio.timeout(10):
            await bot.delivered(2)
