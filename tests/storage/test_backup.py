"""`confrere db backup` and `restore`: a copy of one moment that opens, and a way back that loses nothing."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.engine import make_url

from bot.effects import Direct
from bot.errors import ConfigError
from bot.model import AccountRef
from bot.notices import Notice
from storage.backup import back_up, check, restore
from storage.db import Database, open_store
from storage.migrations import HEAD
from storage.outbox import OutboxRow
from storage.people import MemberRow
from tests.databases import COMMUNITY, Databases
from tests.storage.community import NOW, Village, acts, card

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

ROOT = Path(__file__).parents[2]
ADA, BEA = AccountRef("UADA", "Ada"), AccountRef("UBEA", "Bea")


@pytest.fixture
def url(databases: Databases) -> str:
    return databases.make("sqlite")


@pytest.fixture
async def running(url: str) -> AsyncIterator[Database]:
    """A bot at work on the database."""
    store = await open_store(url, community=COMMUNITY)
    yield store
    await store.close()


def _file(url: str) -> Path:
    return Path(url.removeprefix("sqlite:///"))


async def _with_people(url: str, *people: AccountRef) -> None:
    store = await open_store(url, community=COMMUNITY)
    for person in people:
        await Village(store).meet(person)
    await store.close()


def _people(file: Path) -> list[str]:
    with closing(sqlite3.connect(file)) as connection:
        return [name for (name,) in connection.execute("SELECT name FROM member ORDER BY id")]


def _names(directory: Path) -> list[str]:
    return sorted(path.name for path in directory.iterdir())


# ---------------------------------------------------------------- backup


async def test_a_backup_holds_what_was_just_written(url: str, running: Database, tmp_path: Path) -> None:
    await Village(running).meet(ADA)

    copy = await asyncio.to_thread(back_up, url, tmp_path / "copy.db")

    assert (copy.revision, copy.size) == (HEAD, (tmp_path / "copy.db").stat().st_size)
    assert _people(copy.file) == ["Ada"]
    assert _names(tmp_path) == ["copy.db"]


async def test_only_its_owner_may_read_a_backup(url: str, tmp_path: Path) -> None:
    copy = back_up(url, tmp_path / "copy.db")

    assert stat.S_IMODE(copy.file.stat().st_mode) == 0o600


async def test_a_backup_is_of_one_moment_while_the_bot_writes(url: str, running: Database, tmp_path: Path) -> None:
    """Each unit adds a member and a message to them: a copy with one and not the other would be of two moments."""
    village = Village(running)
    stop, first = asyncio.Event(), asyncio.Event()

    async def writes() -> int:
        number = 0
        while not stop.is_set():
            number += 1
            async with running.unit() as unit:
                new = await unit.people.identify(acts(AccountRef(f"U{number}", f"M{number}")), NOW)
                assert new.member is not None
                await unit.outbox.stage(new.community, [Direct(new.member.id, card("x" * 2000), notice=Notice.REQUEST)], NOW)
            first.set()
        return number

    writing = asyncio.create_task(writes())
    await first.wait()
    counted: list[int] = []
    for turn in range(8):
        copy = await asyncio.to_thread(back_up, url, tmp_path / f"{turn}.db")
        with closing(sqlite3.connect(copy.file)) as connection:
            members = connection.execute("SELECT count(*) FROM member").fetchone()[0]
            alone = "SELECT count(*) FROM member WHERE NOT EXISTS (SELECT 1 FROM outbox WHERE member_id = member.id)"
            assert connection.execute(alone).fetchone()[0] == 0
        counted.append(members)
    stop.set()
    written = await writing

    assert counted == sorted(counted)
    assert counted[0] < counted[-1] <= written, "the writer was held up"
    assert len(await village.claim(1)) == 1


async def test_an_earlier_file_is_replaced_only_when_asked(url: str, tmp_path: Path) -> None:
    target = tmp_path / "copy.db"
    target.write_text("precious")

    with pytest.raises(ConfigError, match=r"copy\.db: exists already; .*--force"):
        back_up(url, target)
    assert target.read_text() == "precious"

    back_up(url, target, force=True)
    assert check(target) == HEAD


async def test_the_database_is_never_its_own_backup(url: str) -> None:
    with pytest.raises(ConfigError, match="is the database itself"):
        back_up(url, _file(url), force=True)
    with pytest.raises(ConfigError, match="is the database itself"):
        restore(url, _file(url))


async def test_nothing_to_back_up(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"database\.url: there is no .*away\.db to back up"):
        back_up(f"sqlite:///{tmp_path / 'away.db'}", tmp_path / "copy.db")

    assert _names(tmp_path) == []


async def test_a_copy_that_is_not_good_does_not_count(url: str, tmp_path: Path) -> None:
    """References that point at nothing would make the next migration fail: told now, and the earlier backup stays."""
    await _with_people(url, ADA)
    target = tmp_path / "copy.db"
    target.write_text("yesterday's")
    with closing(sqlite3.connect(_file(url))) as connection, connection:
        connection.execute("PRAGMA foreign_keys = OFF")
        connection.execute("DELETE FROM member")

    with pytest.raises(ConfigError, match="is damaged"):
        back_up(url, target, force=True)

    assert _names(tmp_path) == ["copy.db"]
    assert target.read_text() == "yesterday's"


# ---------------------------------------------------------------- restore


async def test_a_restore_brings_back_what_was_and_keeps_what_is(url: str, tmp_path: Path) -> None:
    await _with_people(url, ADA)
    copy = back_up(url, tmp_path / "copy.db")
    await _with_people(url, BEA)

    done = restore(url, copy.file)

    assert (done.revision, done.current) == (HEAD, True)
    assert done.replaced is not None
    assert done.replaced.parent == _file(url).parent
    assert (_people(_file(url)), _people(done.replaced)) == (["Ada"], ["Ada", "Bea"])
    assert check(done.replaced) == HEAD
    await _with_people(url, AccountRef("UCAM", "Cam"))
    assert _people(_file(url)) == ["Ada", "Cam"]


async def test_each_replaced_database_is_kept(url: str, tmp_path: Path) -> None:
    copy = back_up(url, tmp_path / "copy.db")

    first, second = restore(url, copy.file).replaced, restore(url, copy.file).replaced

    assert first is not None
    assert second is not None
    assert (first.name, second.name) == (f"{_file(url).name}.replaced", f"{_file(url).name}.replaced-2")


async def test_a_restore_is_refused_while_the_bot_runs(url: str, running: Database, tmp_path: Path) -> None:
    """Also an idle one: it would go on with what it knew."""
    await Village(running).meet(ADA)
    copy = await asyncio.to_thread(back_up, url, tmp_path / "copy.db")
    await Village(running).meet(BEA)

    with pytest.raises(ConfigError, match=r"is in use; stop the bot, then restore"):
        await asyncio.to_thread(restore, url, copy.file)

    async with running.unit() as unit:
        assert (await unit.connection.execute(select(func.count()).select_from(MemberRow))).scalar_one() == 2
        assert (await unit.connection.execute(text("PRAGMA journal_mode"))).scalar_one() == "wal"
    assert list(_file(url).parent.glob(f"{_file(url).name}.replaced*")) == []


async def test_a_restore_where_there_is_no_database(url: str, tmp_path: Path) -> None:
    await _with_people(url, ADA)
    copy = back_up(url, tmp_path / "copy.db")
    elsewhere = tmp_path / "var" / "confrere.db"

    assert restore(f"sqlite:///{elsewhere}", copy.file).replaced is None
    assert _people(elsewhere) == ["Ada"]


@pytest.mark.parametrize("damage", [b"not a database at all, " * 500, None])
async def test_a_damaged_database_is_moved_out_of_the_way(url: str, tmp_path: Path, damage: bytes | None) -> None:
    await _with_people(url, ADA)
    copy = back_up(url, tmp_path / "copy.db")
    whole = _file(url).read_bytes()
    _file(url).write_bytes(damage or whole[:8192] + b"\xff" * (len(whole) - 8192))
    spoiled = _file(url).read_bytes()

    done = restore(url, copy.file)

    assert done.replaced is not None
    assert done.replaced.read_bytes() == spoiled
    assert _people(_file(url)) == ["Ada"]
    await _with_people(url, BEA)


RESTORES = """
import sys
from pathlib import Path
from storage.backup import restore
restore(sys.argv[1], Path(sys.argv[2]))
"""


def test_a_restore_that_is_killed_half_way_leaves_what_was_there(url: str, tmp_path: Path) -> None:
    def swell(file: Path, name: str) -> None:
        with closing(sqlite3.connect(file)) as connection, connection:
            connection.execute("UPDATE member SET name = ?", (name,))
            rows = ((f"{name}-{number}-" + "x" * 2000, "2026-11-23 09:00:00.000000") for number in range(4_000))
            connection.executemany("INSERT INTO delivery (id, seen_at) VALUES (?, ?)", rows)

    asyncio.run(_with_people(url, ADA))
    copy = back_up(url, tmp_path / "copy.db").file
    swell(copy, "Before")
    swell(_file(url), "After")
    journal = Path(f"{_file(url)}-journal")

    half_way = 0
    for _attempt in range(3):
        process = subprocess.Popen([sys.executable, "-c", RESTORES, url, str(copy)], cwd=ROOT)
        while process.poll() is None and not (journal.exists() and journal.stat().st_size > 1_000_000):
            pass
        process.kill()
        half_way += process.wait() == -signal.SIGKILL
        with closing(sqlite3.connect(_file(url))) as connection:  # what SQLite's journal says is undone when the file is opened
            names = [name for (name,) in connection.execute("SELECT name FROM member")]
            begins = "After" if names == ["After"] else "Before"
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            assert connection.execute("SELECT count(*) FROM delivery WHERE id LIKE ?", (f"{begins}-%",)).fetchone() == (4_000,)
        if begins == "Before":
            break
    assert half_way > 0
    restore(url, copy)
    assert _people(_file(url)) == ["Before"]


async def test_a_backup_that_is_damaged_is_not_put_back(url: str, tmp_path: Path) -> None:
    await _with_people(url, ADA)
    copy = back_up(url, tmp_path / "copy.db").file
    whole = copy.read_bytes()
    for spoiled in (whole[:-4096], whole[:20480] + b"\xff" * 8192 + whole[28672:], b"words", b""):
        copy.write_bytes(spoiled)
        with pytest.raises(ConfigError, match=r"copy\.db: (is damaged|is not a database of|cannot be read as a backup)"):
            restore(url, copy)

    assert _people(_file(url)) == ["Ada"]


async def test_what_is_not_ours_or_newer_or_missing_is_not_put_back(url: str, tmp_path: Path) -> None:
    other, newer = tmp_path / "other.db", tmp_path / "newer.db"
    with closing(sqlite3.connect(other)) as connection, connection:
        connection.execute("CREATE TABLE invoices (id INTEGER)")
    back_up(url, newer)
    with closing(sqlite3.connect(newer)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")

    for file, sentence in (
        (other, "is not a database of Confrère"),
        (newer, "is at revision 9999, which this version does not know"),
        (tmp_path / "away.db", "there is no such file"),
    ):
        with pytest.raises(ConfigError, match=sentence):
            restore(url, file)


async def test_a_database_in_use_is_not_taken_for_a_backup(url: str, databases: Databases) -> None:
    """What is in its -wal would be lost."""
    other = databases.make("sqlite")
    store = await open_store(other, community=COMMUNITY)
    await Village(store).meet(ADA)
    with pytest.raises(ConfigError, match="is not a backup but a database in use"):
        await asyncio.to_thread(restore, url, _file(other))
    await store.close()


async def test_messages_that_waited_are_sent_after_a_restore(url: str, tmp_path: Path) -> None:
    store = await open_store(url, community=COMMUNITY)
    village = Village(store)
    ada = await village.meet(ADA)
    assert ada.member is not None
    await village.say(ada, Direct(ada.member.id, card("hello"), notice=Notice.REQUEST))
    copy = await asyncio.to_thread(back_up, url, tmp_path / "copy.db")
    await store.close()

    restore(url, copy.file)

    village.store = await open_store(url, community=COMMUNITY)
    delivered = await village.deliver()
    await village.store.close()
    assert [parcel.card.body for parcel in delivered if parcel.card is not None] == ["hello"]


# ---------------------------------------------------------------- the command line


def _confrere(url: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        cwd=ROOT,
        env={**os.environ, "CONFRERE_DATABASE_URL": url},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_operator_backs_up_and_restores(url: str, tmp_path: Path) -> None:
    file = tmp_path / "copy.db"

    copied = _confrere(url, "db", "backup", str(file))
    again = _confrere(url, "db", "backup", str(file))
    restored = _confrere(url, "db", "restore", str(file))

    assert copied.stdout.startswith(f"database: copied to {file}, ")
    assert (again.returncode, again.stderr) == (
        2,
        f"confrere: {file}: exists already; name another file, or give --force to replace it\n",
    )
    assert restored.stdout == (
        f"database: restored from {file} at revision {HEAD}. What was there is kept in {_file(url)}.replaced.\n"
    )


def test_postgresql_has_its_own_tools(databases: Databases, tmp_path: Path) -> None:
    url = databases.make("postgresql")

    for asked in ("backup", "restore"):
        answer = _confrere(url, "db", asked, str(tmp_path / "copy"))
        assert answer.returncode == 2
        assert answer.stderr.startswith("confrere: database.url: PostgreSQL is backed up and restored with its own tools")


@pytest.mark.skipif(shutil.which("pg_dump") is None, reason="pg_dump is not installed")
async def test_the_documented_way_on_postgresql(databases: Databases, tmp_path: Path) -> None:
    url = databases.make("postgresql")
    store = await open_store(url, community=COMMUNITY)
    village = Village(store)
    ada = await village.meet(ADA)
    assert ada.member is not None
    await village.say(ada, Direct(ada.member.id, card("hello"), notice=Notice.REQUEST))
    address = make_url(url)
    dump = tmp_path / "copy.dump"

    def postgres(*command: str) -> None:
        program, *arguments = command
        where = ["--host", address.host or "", "--port", str(address.port or 5432), "--username", address.username or ""]
        subprocess.run([shutil.which(program) or program, *where, *arguments], check=True, capture_output=True)

    await asyncio.to_thread(postgres, "pg_dump", "--format=custom", f"--file={dump}", address.database or "")
    await village.meet(BEA)
    await store.close()
    await asyncio.to_thread(
        postgres, "pg_restore", "--clean", "--if-exists", "--single-transaction", f"--dbname={address.database}", str(dump)
    )

    village.store = await open_store(url, community=COMMUNITY)
    async with village.store.unit() as unit:
        assert (await unit.connection.execute(select(MemberRow.name))).scalars().all() == ["Ada"]
        assert (await unit.connection.execute(select(func.count()).select_from(OutboxRow))).scalar_one() == 1
    delivered = await village.deliver()
    again = await village.meet(BEA)
    await village.store.close()
    assert [parcel.card.body for parcel in delivered if parcel.card is not None] == ["hello"]
    assert again.member is not None
