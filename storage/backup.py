"""Copies of an SQLite database that can be trusted: taken while the bot works, checked before they count, put back safely."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from bot.errors import ConfigError
from storage import engine as engines
from storage.migrations import HEAD, known

if TYPE_CHECKING:
    from collections.abc import Generator

ELSEWHERE: Final = (
    "database.url: PostgreSQL is backed up and restored with its own tools, while the bot works: "
    "pg_dump --format=custom --file=FILE, and pg_restore --clean --if-exists. See docs/how-to/back-up.md."
)
ASIDE: Final = ("-wal", "-shm", "-journal")
"""Files that SQLite keeps beside a database."""


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy that was checked: where it is, at which revision of the schema, how many bytes it has."""

    file: Path
    revision: str
    size: int


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore did. `replaced` is where the database that was there is kept, None where there was none."""

    revision: str
    replaced: Path | None

    @property
    def current(self) -> bool:
        """Whether the schema is that of this version; otherwise the next start brings it up to date."""
        return self.revision == HEAD


def back_up(url: str, target: Path, *, force: bool = False) -> Copy:
    """Copy a database to a file, online: the bot may go on writing; the copy is of one moment.

    Raises:
        ConfigError: it cannot be done; nothing is left half done, and an earlier file is as it was.
    """
    file = _file(url)
    if not file.exists():
        message = f"database.url: there is no {file} to back up"
        raise ConfigError(message)
    if target.resolve() == file.resolve():
        message = f"{target}: is the database itself; name another file"
        raise ConfigError(message)
    if target.exists() and not force:
        message = f"{target}: exists already; name another file, or give --force to replace it"
        raise ConfigError(message)
    with engines.explained(engines.parse(url)), _beside(target) as partial:
        with closing(_open(file)) as connection:
            copy_into(connection, partial)
        revision = check(partial)
        partial.replace(target)
        _settle(target.parent)
    return Copy(target, revision, target.stat().st_size)


def restore(url: str, source: Path) -> Restored:
    """Put a copy in the place of the database, and keep what was there beside it.

    The content is replaced in one transaction of SQLite's under its exclusive lock: a bot that runs on the file is noticed, one
    that starts meanwhile waits, and a machine that stops half-way leaves the former content.

    Raises:
        ConfigError: the copy is not a good one, or the database is in use; the database is as it was.
    """
    file = _file(url)
    if source.exists() and file.exists() and source.resolve() == file.resolve():
        message = f"{source}: is the database itself; name a backup"
        raise ConfigError(message)
    if any(beside.exists() and beside.stat().st_size for beside in map(Path, (f"{source}-wal", f"{source}-journal"))):
        message = f"{source}: is not a backup but a database in use, with a part of it in the file beside it"
        raise ConfigError(message)
    revision = check(source)
    with engines.explained(engines.parse(url)):
        file.parent.mkdir(parents=True, exist_ok=True)
        replaced = _replace(file, source) if file.exists() else None
        if replaced is None:
            _put(source, file)
    return Restored(revision, replaced)


def copy_into(connection: sqlite3.Connection, target: Path) -> None:
    """Write what a connection sees now to a file that is not there yet, or is empty; nothing that was deleted goes along.

    `VACUUM INTO` reads in one transaction, so writers neither wait nor spoil the copy.
    """
    connection.execute("VACUUM INTO ?", (str(target),))
    with target.open("rb") as written:
        os.fsync(written.fileno())


def check(file: Path) -> str:
    """Open a copy, look at all of it, and return the revision of its schema.

    Raises:
        ConfigError: it is not there, damaged, another program's, or of a newer version.
    """
    if not file.is_file():
        message = f"{file}: there is no such file"
        raise ConfigError(message)
    try:
        # Nobody writes a copy: SQLite need not lock it, nor lay files beside it.
        with closing(_open(file, "mode=ro&immutable=1")) as connection:
            damage = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
            loose = connection.execute("PRAGMA foreign_key_check").fetchone()
            ours = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'").fetchone()
            row = connection.execute("SELECT version_num FROM alembic_version").fetchone() if ours else None
    except sqlite3.Error as error:
        message = f"{file}: cannot be read as a backup: {error}"
        raise ConfigError(message) from error
    if damage != "ok" or loose is not None:
        message = f"{file}: is damaged; take another backup"
        raise ConfigError(message)
    if row is None:
        message = f"{file}: is not a database of Confrère"
        raise ConfigError(message)
    if not known(row[0]):
        message = f"{file}: is at revision {row[0]}, which this version does not know. Run a newer version."
        raise ConfigError(message)
    return row[0]


def free_name(file: Path, ending: str) -> Path:
    """Return a name beside a file that nothing has yet: `file.ending`, or `file.ending-2` and so on."""
    free, number = Path(f"{file}.{ending}"), 1
    while free.exists():
        number += 1
        free = Path(f"{file}.{ending}-{number}")
    return free


def _file(url: str) -> Path:
    file = engines.sqlite_file(engines.parse(url))
    if file is None:
        raise ConfigError(ELSEWHERE)
    return file


def _open(file: Path, options: str = "mode=rw") -> sqlite3.Connection:
    """Open a file that is there, without transactions of the driver's own."""
    address = f"{file.absolute().as_uri()}?{options}"
    return sqlite3.connect(address, uri=True, isolation_level=None, timeout=engines.BUSY)


@contextmanager
def _beside(target: Path) -> Generator[Path]:
    """Give a file next to the target to write to, readable by its owner only; it is gone if anything goes wrong."""
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = free_name(target, "partial")
    os.close(os.open(partial, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    try:
        yield partial
    finally:
        for file in (partial, Path(f"{partial}-journal")):
            file.unlink(missing_ok=True)


def _settle(directory: Path) -> None:
    """Make a new name last through a power cut, where the system can."""
    if hasattr(os, "O_DIRECTORY"):
        descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _put(source: Path, file: Path) -> None:
    """Write a copy to a place where there is no database."""
    with _beside(file) as partial:
        with closing(_open(source, "mode=ro&immutable=1")) as connection:
            copy_into(connection, partial)
        partial.replace(file)
        _settle(file.parent)


def _replace(file: Path, source: Path) -> Path | None:
    """Replace the content of a database; return where the former one is, or None where it was damaged and is out of the way."""
    kept = free_name(file, "replaced")
    with closing(_open(file)) as connection:
        try:
            _hold(connection)
            with _beside(kept) as partial:
                copy_into(connection, partial)
                partial.replace(kept)
            _settle(file.parent)
        except sqlite3.DatabaseError as error:
            if "locked" in str(error):
                message = f"database.url: {file} is in use; stop the bot, then restore"
                raise ConfigError(message) from error
            if not any(sign in str(error) for sign in ("not a database", "malformed")):
                raise
        else:
            with closing(_open(source, "mode=ro&immutable=1")) as copy:
                copy.backup(connection, pages=-1)
            return kept
    # What SQLite cannot read cannot be replaced by SQLite: it is moved out of the way as it is.
    file.rename(kept)
    for ending in ASIDE:
        beside = Path(f"{file}{ending}")
        if beside.exists():
            beside.rename(f"{kept}{ending}")
    _put(source, file)
    return kept


def _hold(connection: sqlite3.Connection) -> None:
    """Take the file for this connection alone, until it is closed; whoever has it open, even idle, makes this fail."""
    connection.execute("PRAGMA busy_timeout = 1000")
    connection.execute("PRAGMA locking_mode = EXCLUSIVE")
    connection.execute("PRAGMA journal_mode = DELETE")  # brings in what the -wal holds
    connection.execute("BEGIN EXCLUSIVE")
    connection.execute("COMMIT")
