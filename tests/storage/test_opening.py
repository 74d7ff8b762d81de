"""Opening a database: new, old, newer, locked, refused. The operator reads one sentence that names `database.url`."""

from __future__ import annotations

import asyncio
import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import Connection, insert, text
from sqlalchemy.engine import make_url

from bot.config import CommunityConfig
from bot.effects import Update
from bot.errors import ConfigError
from bot.model import AccountRef, Community
from storage import engine as engines
from storage.base import Base
from storage.communities import Communities, CommunityRow, WorkspaceRow
from storage.db import Database, open_store, upgrade_database
from storage.mentions import encode
from storage.migrations import HEAD
from storage.outbox import MessageRow, OutboxRow
from storage.people import AccountRow, MemberRow
from storage.upgrade import back_up, migrate
from tests.databases import COMMUNITY, Databases
from tests.storage.community import NOW, Village, card

if TYPE_CHECKING:
    from pathlib import Path

ADA = AccountRef("UADA", "Ada")


async def _open(url: str, community: CommunityConfig = COMMUNITY) -> Database:
    return await open_store(url, community=community)


async def _refused(url: str) -> str:
    with pytest.raises(ConfigError) as refusal:
        await (await _open(url)).close()
    return str(refusal.value)


async def _set_revision(url: str, revision: str) -> None:
    engine = engines.create_for_migration(engines.parse(url))
    async with engine.begin() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = :revision"), {"revision": revision})
    await engine.dispose()


async def test_an_empty_database_is_made_ready(empty_database_url: str) -> None:
    store = await _open(empty_database_url)
    communities = await store.communities()
    await store.close()

    assert communities == [Community(communities[0].id, "Les Indés", "en", "Europe/Paris")]
    assert await upgrade_database(empty_database_url) == (HEAD, HEAD)


async def test_upgrading_says_from_where_to_where(empty_database_url: str) -> None:
    assert await upgrade_database(empty_database_url) == (None, HEAD)


_SEEN = {"locale": "", "zone": "", "animator": False, "bot": False}
_ADA: dict[type[Base], dict[str, object]] = {
    CommunityRow: {"configured_as": "Les Indés", "name": "Les Indés", "locale": "en", "zone": "UTC", "created_at": NOW},
    WorkspaceRow: {"community_id": 1, "platform": "slack", "external_id": "T1", "name": "Indés", "created_at": NOW},
    MemberRow: {"community_id": 1, "name": "Ada", "folded": "ada", "appointed": False, "missed": 0, "joined_at": NOW, **_SEEN},
    AccountRow: {
        "workspace_id": 1,
        "external_id": "UADA",
        "member_id": 1,
        "name": "Ada",
        "administrator": False,
        "last_seen": NOW,
        **_SEEN,
    },
    MessageRow: {
        "key": "k1",
        "community_id": 1,
        "name": "hello",
        "workspace_id": 1,
        "member_id": 1,
        "lane": "1@UADA",
        **dict.fromkeys(("locale", "channel", "message", "thread"), ""),
    },
    OutboxRow: {
        "key": "k1",
        "message_key": "k1",
        "community_id": 1,
        "workspace_id": 1,
        "member_id": 1,
        "action": "direct",
        "lane": "1@UADA",
        "priority": 0,
        "state": "pending",
        "attempts": 0,
        "due_at": NOW,
        "accounts": "UADA",
        "card": encode(card("hello")),
        "locale": "en",
        "zone": "UTC",
        "keep": False,
        "created_at": NOW,
        **dict.fromkeys(("channel", "title", "reference", "reason"), ""),
    },
}
"""Rows as the first version wrote them: columns that came later are not named, so they are not there."""


async def _first_version_with_ada(url: str) -> None:
    """A database as the first version left it: Ada acted, and a message waits for her."""
    engine = engines.create_for_migration(engines.parse(url))
    async with engine.begin() as connection:
        await connection.run_sync(migrate, "0001")
        for row, values in _ADA.items():
            await connection.execute(insert(row).values(**values))
    await engine.dispose()


async def test_an_upgrade_keeps_what_was_there(empty_database_url: str) -> None:
    await _first_version_with_ada(empty_database_url)

    assert await upgrade_database(empty_database_url) == ("0001", HEAD)

    store = await _open(empty_database_url)
    village = Village(store)
    ada = await village.meet(ADA)
    delivered = await village.deliver()
    await village.say(ada, Update("hello", card("changed")))
    changed = await village.deliver()
    await store.close()
    assert ada.member is not None
    assert (ada.member.id, ada.member.name) == (1, "Ada")
    assert [parcel.card for parcel in (*delivered, *changed)] == [card("hello"), card("changed")]


async def test_a_migration_that_breaks_references_is_taken_back(databases: Databases, monkeypatch: pytest.MonkeyPatch) -> None:
    """Foreign keys are off while tables are rebuilt, so they are checked before the end."""
    url = databases.make("sqlite", empty=True)
    await _first_version_with_ada(url)

    def careless(connection: Connection) -> None:
        connection.execute(text("DELETE FROM member"))

    monkeypatch.setattr("storage.upgrade.migrate", careless)
    with pytest.raises(RuntimeError, match=r"broke references of .*account"):
        await upgrade_database(url)

    with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection:
        assert connection.execute("SELECT name FROM member").fetchall() == [("Ada",)]


async def test_several_processes_may_start_at_once_on_an_empty_database(empty_database_url: str) -> None:
    stores = await asyncio.gather(*(_open(empty_database_url) for _ in range(3)))
    communities = [await store.communities() for store in stores]
    for store in stores:
        await store.close()

    assert communities[0] == communities[1] == communities[2]
    assert len(communities[0]) == 1


async def test_what_the_animator_changed_wins_over_the_configuration(database_url: str) -> None:
    store = await _open(database_url)
    (community,) = await store.communities()
    async with store.unit() as unit:
        changed = await unit.use(Communities, community).change(locale="fr", zone="America/Montreal")
    await store.close()

    store = await _open(database_url)
    again = await store.communities()
    await store.close()

    assert again == [changed] == [Community(community.id, "Les Indés", "fr", "America/Montreal")]


async def test_a_community_renamed_in_the_configuration_is_the_same_one(database_url: str) -> None:
    for name in ("Les Indés", "Les Indépendants"):
        store = await _open(database_url, CommunityConfig(name=name))
        communities = await store.communities()
        await store.close()

    assert [community.name for community in communities] == ["Les Indépendants"]


async def test_a_database_of_a_newer_version_is_left_alone(database_url: str) -> None:
    await _set_revision(database_url, "9999")

    sentence = await _refused(database_url)

    assert sentence == ("database.url: the database is at revision 9999, which this version does not know. Run a newer version.")


async def test_a_current_database_is_opened_without_alembic(database_url: str) -> None:
    script = (
        "import asyncio, sys\n"
        "from storage.db import open_store\n"
        "from bot.config import CommunityConfig\n"
        "async def main():\n"
        f"    await (await open_store({database_url!r}, community=CommunityConfig())).close()\n"
        "asyncio.run(main())\n"
        "print('alembic' in sys.modules)\n"
    )
    ended = await asyncio.to_thread(subprocess.run, [sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert ended.stdout.strip() == "False"


# ---------------------------------------------------------------- SQLite


async def test_a_backup_is_made_before_an_upgrade(databases: Databases) -> None:
    url = databases.make("sqlite", empty=True)
    await _first_version_with_ada(url)

    await upgrade_database(url)

    with closing(sqlite3.connect(f"{url.removeprefix('sqlite:///')}.backup-0001")) as connection:
        assert connection.execute("SELECT name FROM member").fetchall() == [("Ada",)]
        assert connection.execute("SELECT version_num FROM alembic_version").fetchone() == ("0001",)


async def test_nothing_to_back_up_of_an_empty_file_or_a_current_one(databases: Databases) -> None:
    url = databases.make("sqlite", empty=True)
    for _turn in range(2):
        await (await _open(url)).close()

    file = engines.sqlite_file(engines.parse(url))
    assert file is not None
    assert list(file.parent.glob(f"{file.name}.backup*")) == []


async def test_a_second_backup_does_not_replace_the_first(databases: Databases) -> None:
    url = databases.make("sqlite")
    file = engines.sqlite_file(engines.parse(url))
    assert file is not None
    first, second = back_up(file, "0001"), back_up(file, "0001")

    assert (first.name, second.name) == (f"{file.name}.backup-0001", f"{file.name}.backup-0001-2")
    assert first.exists()


async def test_the_directory_is_made(tmp_path: Path) -> None:
    store = await _open(f"sqlite:///{tmp_path / 'var' / 'deep' / 'confrere.db'}")
    await store.close()

    assert (tmp_path / "var" / "deep" / "confrere.db").exists()


async def test_sqlite_is_set_up_as_it_was_measured(databases: Databases) -> None:
    store = await _open(databases.make("sqlite"))

    async def told(*, write: bool) -> dict[str, object]:
        names = ("journal_mode", "synchronous", "foreign_keys", "query_only", "busy_timeout")
        async with store.unit(write=write) as unit:
            return {name: (await unit.connection.execute(text(f"PRAGMA {name}"))).scalar_one() for name in names}

    writing, reading = await told(write=True), await told(write=False)
    await store.close()

    assert writing == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "query_only": 0, "busy_timeout": 15000}
    assert reading["query_only"] == 1


async def test_a_file_that_is_not_a_database(tmp_path: Path) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("not a database, but long enough to look like a page of one\n" * 100)

    assert await _refused(f"sqlite:///{file}") == f"database.url: {file} is not an SQLite database"


async def test_a_directory_in_the_place_of_the_file(tmp_path: Path) -> None:
    assert await _refused(f"sqlite:///{tmp_path}") == (
        f"database.url: {tmp_path} cannot be opened: is it a file that the bot may read and write?"
    )


async def test_a_place_where_no_directory_can_be(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    assert re.match(r"database\.url: .*confrere\.db cannot be opened: ", await _refused(f"sqlite:///{tmp_path}/file/confrere.db"))


async def test_another_programs_file_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "other.db"
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("CREATE TABLE invoices (id INTEGER)")

    assert await _refused(f"sqlite:///{file}") == "database.url: the file holds the tables of another program"


async def test_a_file_that_another_program_holds(databases: Databases, monkeypatch: pytest.MonkeyPatch) -> None:
    url = databases.make("sqlite")
    file = url.removeprefix("sqlite:///")
    monkeypatch.setattr(engines, "BUSY", 0.1)
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("BEGIN IMMEDIATE")
        sentence = await _refused(url)

    assert sentence == f"database.url: {file} is locked by another program; stop it, or wait until it is done"


@pytest.mark.parametrize(
    "url", ["sqlite:///", "sqlite:///:memory:", "sqlite:///a.db?mode=ro", "mysql://a/b", "nonsense", "postgresql://[x"]
)
async def test_an_address_that_cannot_be_one(url: str) -> None:
    assert (await _refused(url)).startswith("database.url: ")


# ---------------------------------------------------------------- PostgreSQL


@pytest.fixture
def postgres_url(databases: Databases) -> str:
    return databases.make("postgresql")


async def test_a_server_that_is_away(unused_tcp_port: int) -> None:
    sentence = await _refused(f"postgresql://me:secret@127.0.0.1:{unused_tcp_port}/confrere")

    assert sentence.startswith(f"database.url: PostgreSQL at 127.0.0.1:{unused_tcp_port}/confrere cannot be reached")
    assert "secret" not in sentence


async def test_a_database_or_user_that_does_not_exist(postgres_url: str) -> None:
    unknown = make_url(postgres_url).set(database="nothing_of_the_kind").render_as_string(hide_password=False)
    stranger = make_url(postgres_url).set(username="nobody_of_the_kind").render_as_string(hide_password=False)

    for url in (unknown, stranger):
        sentence = await _refused(url)
        assert sentence.startswith("database.url: PostgreSQL at ")
        assert sentence.endswith("does not have this database or this user")


async def test_a_wrong_password() -> None:
    """A server that asks for a password and refuses it, in PostgreSQL's protocol: this machine's own may trust everybody."""

    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        size = int.from_bytes(await reader.readexactly(4), "big")
        start = await reader.readexactly(size - 4)
        if start[:4] == (80877103).to_bytes(4, "big"):  # it asks for TLS first
            writer.write(b"N")
            size = int.from_bytes(await reader.readexactly(4), "big")
            await reader.readexactly(size - 4)
        writer.write(b"R" + (8).to_bytes(4, "big") + (3).to_bytes(4, "big"))
        await reader.readexactly(1)
        size = int.from_bytes(await reader.readexactly(4), "big")
        await reader.readexactly(size - 4)
        fields = b'SFATAL\0VFATAL\0C28P01\0Mpassword authentication failed for user "me"\0\0'
        writer.write(b"E" + (len(fields) + 4).to_bytes(4, "big") + fields)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(refuse, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server:
        sentence = await _refused(f"postgresql://me:secret@127.0.0.1:{port}/confrere")

    assert sentence == f"database.url: PostgreSQL at 127.0.0.1:{port}/confrere refuses the user or the password"


async def test_an_option_that_the_driver_does_not_know(postgres_url: str) -> None:
    url = make_url(postgres_url).update_query_dict({"colour": "blue"}).render_as_string(hide_password=False)

    assert re.match(r"database\.url: .* has an option that the driver does not know: .*colour", await _refused(url))


async def test_ssl_is_asked_for_as_elsewhere(postgres_url: str) -> None:
    url = make_url(postgres_url).update_query_dict({"sslmode": "disable"}).render_as_string(hide_password=False)
    store = await _open(url)
    communities = await store.communities()
    await store.close()

    assert len(communities) == 1
