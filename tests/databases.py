"""A database of its own for each test, on SQLite and on PostgreSQL, copied from one that was migrated once.

On PostgreSQL a copy that a test left whole is emptied for the next one, as making a database takes longer than most tests.

A test that takes `store` or `database_url` runs on both. PostgreSQL is found by `CONFRERE_TEST_POSTGRES_URL`, of a user who may
create databases.
"""

from __future__ import annotations

import asyncio
import functools
import itertools
import os
import shutil
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import asyncpg
import pytest
import pytest_asyncio
from sqlalchemy.engine import make_url

from bot.config import CommunityConfig
from storage.db import Database, open_store
from storage.keyring import Keyring
from storage.upgrade import upgrade

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Coroutine, Iterator

T = TypeVar("T")
POSTGRES: Final = os.environ.get("CONFRERE_TEST_POSTGRES_URL", "")
MISSING: Final = (
    "PostgreSQL is not tested: CONFRERE_TEST_POSTGRES_URL is not set, for example postgresql://user@127.0.0.1:5432/test"
)
LARGE: Final = 24_000_000
"""Bytes (an empty one has about ten million) from which making another is quicker than emptying."""

OTHERS: Final = """
    SELECT bool_and(pg_terminate_backend(pid, 5000)) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
SHAPE: Final = """
    SELECT md5(string_agg(line, chr(10) ORDER BY line)) FROM (
        SELECT concat_ws(' ', relname, relkind, reloptions) AS line FROM pg_class
            WHERE relnamespace = 'public'::regnamespace
        UNION ALL SELECT concat_ws(' ', attrelid::regclass, attname, atttypid, attnotnull, atthasdef) FROM pg_attribute
            WHERE attnum > 0 AND attrelid IN (SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace)
        UNION ALL SELECT concat_ws(' ', conname, contype, convalidated, condeferred, conrelid, confrelid, conkey, confkey, conbin)
            FROM pg_constraint WHERE connamespace = 'public'::regnamespace
        UNION ALL SELECT concat_ws(' ', tgrelid::regclass, tgtype, tgenabled) FROM pg_trigger
        UNION ALL SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace
        UNION ALL SELECT array_to_string(setconfig, ' ') FROM pg_db_role_setting WHERE setdatabase =
            (SELECT oid FROM pg_database WHERE datname = current_database())
        UNION ALL SELECT version_num FROM alembic_version
    ) AS lines
"""
"""A digest of everything that a test could leave behind but rows."""
SIZE: Final = "SELECT pg_database_size(current_database())"
EMPTY: Final = """
    DO $$ DECLARE name text; filled bool; BEGIN
        FOR name IN SELECT oid::regclass::text FROM pg_class
                WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname <> 'alembic_version'
                AND pg_relation_size(oid) > 0 LOOP
            EXECUTE 'SELECT EXISTS (SELECT FROM ' || name || ')' INTO filled;
            IF filled THEN EXECUTE 'DELETE FROM ' || name; END IF;
        END LOOP;
        PERFORM setval(seqrelid::regclass, seqstart, false) FROM pg_sequence
            WHERE pg_sequence_last_value(seqrelid) IS NOT NULL;
    END $$
"""
COMMUNITY: Final = CommunityConfig(name="Les Indés", locale="en", timezone="Europe/Paris", animators=("slack:UBOSS",))

KEY: Final = "VGhlIGtleSBvZiB0aGUgdGVzdHM6IDMyIGJ5dGVzLi4="
"""What seals private words in tests."""


class Databases:
    """Makes databases of each kind, empty or at the schema of this version, and takes them away at the end."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._numbers = itertools.count(1)
        self._template = ""
        self._made: list[str] = []
        self._copies: set[str] = set()
        self._free: list[str] = []
        self._whole = ""

    def make(self, kind: str, *, empty: bool = False) -> str:
        """Return the address of a new database."""
        if kind == "postgresql" and not POSTGRES:
            pytest.skip(MISSING)
        if empty:
            return self._new(kind)
        if kind == "sqlite":
            return migrated(self._directory / f"{self._name()}.db")
        if not self._template:
            self._template = self._new(kind)
            _run(upgrade(self._template))
        if self._free:
            return self._free.pop()
        url = self._new(kind, copy_of=self._template)
        # Only what a crash of the server itself could tell apart.
        _run(_administer(f'ALTER DATABASE "{make_url(url).database}" SET synchronous_commit = off'))
        self._whole = self._whole or _run(_ask(url, SHAPE))
        self._copies.add(url)
        return url

    def copy(self, url: str) -> str:
        """Return the address of a new database with all that is in another, which nobody uses."""
        return self._new("sqlite" if url.startswith("sqlite") else "postgresql", copy_of=url)

    def drop(self, url: str) -> None:
        """Take one away."""
        if url.startswith("sqlite"):
            for file in self._directory.glob(f"{url.rpartition('/')[2]}*"):
                file.unlink()
        elif url in self._copies and _run(_emptied(url, self._whole)):
            self._free.append(url)
        elif url in self._made:
            self._made.remove(url)
            self._copies.discard(url)
            _run(_administer(f'DROP DATABASE IF EXISTS "{make_url(url).database}" WITH (FORCE)'))

    def close(self) -> None:
        """Take away what is left."""
        self._copies.clear()
        for url in list(self._made):
            self.drop(url)

    def _name(self) -> str:
        return f"confrere_{os.getpid()}_{next(self._numbers)}"

    def _new(self, kind: str, copy_of: str = "") -> str:
        name = self._name()
        if kind == "sqlite":
            if copy_of:
                shutil.copyfile(copy_of.removeprefix("sqlite:///"), self._directory / f"{name}.db")
            return f"sqlite:///{self._directory / name}.db"
        template = f' TEMPLATE "{make_url(copy_of).database}"' if copy_of else ""
        _run(_administer(f'CREATE DATABASE "{name}"{template}'))
        url = make_url(POSTGRES).set(database=name).render_as_string(hide_password=False)
        self._made.append(url)
        return url


def migrated(file: Path) -> str:
    """Return the address of an SQLite file, made at the schema of this version where it is missing: migrating takes long."""
    if not file.exists():
        file.write_bytes(_schema())
    return f"sqlite:///{file}"


@functools.cache
def _schema() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "schema.db"
        _run(upgrade(f"sqlite:///{file}"))
        return file.read_bytes()


def _run(work: Coroutine[Any, Any, T]) -> T:
    """Do it to the end on a thread of its own: a test that asks for another database has a running loop already."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()


async def _administer(statement: str) -> None:
    connection = await asyncpg.connect(POSTGRES)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


async def _ask(url: str, statement: str) -> str:
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetchval(statement)
    finally:
        await connection.close()


async def _emptied(url: str, whole: str) -> bool:
    """Empty a database, as nobody had used it; False where a test changed more than rows, or filled it with many."""
    try:
        connection = await asyncpg.connect(url)
    except (asyncpg.PostgresError, OSError):
        return False
    try:
        ended = await connection.fetchval(OTHERS)
        shape, size = await connection.fetchval(SHAPE), await connection.fetchval(SIZE)
        if ended is False or shape != whole or size > LARGE:
            return False
        async with connection.transaction():
            await connection.execute("SET LOCAL session_replication_role = replica")
            await connection.execute(EMPTY)
    except (asyncpg.PostgresError, OSError):
        return False
    finally:
        connection.terminate()
    return True


@pytest.fixture(scope="session")
def databases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Databases]:
    made = Databases(tmp_path_factory.mktemp("databases"))
    yield made
    made.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_kind(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def database_url(databases: Databases, database_kind: str) -> Iterator[str]:
    """The address of a database at the schema of this version."""
    url = databases.make(database_kind)
    yield url
    databases.drop(url)


@pytest.fixture
def empty_database_url(databases: Databases, database_kind: str) -> Iterator[str]:
    """The address of a database with nothing in it."""
    url = databases.make(database_kind, empty=True)
    yield url
    databases.drop(url)


@pytest_asyncio.fixture
async def store(database_url: str) -> AsyncIterator[Database]:
    """An open store with one community, `COMMUNITY`."""
    opened = await open_store(database_url, community=COMMUNITY, keyring=Keyring((KEY,)))
    yield opened
    await opened.close()
