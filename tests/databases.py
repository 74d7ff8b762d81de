"""A database of its own for each test, on SQLite and on PostgreSQL, copied from one that was migrated once.

A test that takes `store` or `database_url` runs on both. PostgreSQL is found by `CONFRERE_TEST_POSTGRES_URL`, of a user who may
create databases.
"""

from __future__ import annotations

import asyncio
import itertools
import os
import shutil
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Final

import asyncpg
import pytest
import pytest_asyncio
from sqlalchemy.engine import make_url

from bot.config import CommunityConfig
from storage.db import Database, open_store
from storage.upgrade import upgrade

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Coroutine, Iterator
    from pathlib import Path

POSTGRES: Final = os.environ.get("CONFRERE_TEST_POSTGRES_URL", "")
MISSING: Final = (
    "PostgreSQL is not tested: CONFRERE_TEST_POSTGRES_URL is not set, for example postgresql://user@127.0.0.1:5432/test"
)
COMMUNITY: Final = CommunityConfig(name="Les Indés", locale="en", timezone="Europe/Paris", animators=("slack:UBOSS",))


class Databases:
    """Makes databases of each kind, empty or at the schema of this version, and takes them away at the end."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._numbers = itertools.count(1)
        self._template: dict[str, str] = {}
        self._made: list[str] = []

    def make(self, kind: str, *, empty: bool = False) -> str:
        """Return the address of a new database."""
        if kind == "postgresql" and not POSTGRES:
            pytest.skip(MISSING)
        if empty:
            return self._new(kind)
        if kind not in self._template:
            self._template[kind] = self._new(kind)
            _run(upgrade(self._template[kind]))
        return self._new(kind, copy_of=self._template[kind])

    def drop(self, url: str) -> None:
        """Take one away."""
        if url.startswith("sqlite"):
            for file in self._directory.glob(f"{url.rpartition('/')[2]}*"):
                file.unlink()
        elif url in self._made:
            self._made.remove(url)
            _run(_administer(f'DROP DATABASE IF EXISTS "{make_url(url).database}" WITH (FORCE)'))

    def close(self) -> None:
        """Take away what is left."""
        for url in list(self._made):
            self.drop(url)

    def _new(self, kind: str, copy_of: str = "") -> str:
        name = f"confrere_{os.getpid()}_{next(self._numbers)}"
        if kind == "sqlite":
            if copy_of:
                shutil.copyfile(copy_of.removeprefix("sqlite:///"), self._directory / f"{name}.db")
            return f"sqlite:///{self._directory / name}.db"
        template = f' TEMPLATE "{make_url(copy_of).database}"' if copy_of else ""
        _run(_administer(f'CREATE DATABASE "{name}"{template}'))
        url = make_url(POSTGRES).set(database=name).render_as_string(hide_password=False)
        self._made.append(url)
        return url


def _run(work: Coroutine[Any, Any, object]) -> None:
    """Do it to the end on a thread of its own: a test that asks for another database has a running loop already."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, work).result()


async def _administer(statement: str) -> None:
    connection = await asyncpg.connect(POSTGRES)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


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
    opened = await open_store(database_url, community=COMMUNITY)
    yield opened
    await opened.close()
