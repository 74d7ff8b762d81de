"""Engines: how connections to SQLite and PostgreSQL are opened, and what went wrong where they cannot be."""

from __future__ import annotations

import sqlite3
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from weakref import WeakSet

from sqlalchemy import event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from bot.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Generator

    from sqlalchemy import URL, Connection
    from sqlalchemy.ext.asyncio import AsyncEngine

    from storage.sealed import Seal

SEAL: Final = "confrere_seal"
"""The option of a connection that holds what seals private words."""
READERS: Final = 4
"""Read-only connections to SQLite; each is a thread."""
POOL: Final = 10
BUSY: Final = 15.0
"""Seconds to wait for whoever else writes: another process on the same SQLite file, another transaction on PostgreSQL."""
CONNECT: Final = 10.0
"""Seconds to wait for PostgreSQL to answer."""
ANSWER: Final = 30.0
"""Seconds that PostgreSQL may take over one statement: a server or a network that froze is not waited for."""
IDLE: Final = 5.0
"""Seconds after which PostgreSQL ends a transaction in which nothing happens: a process that froze holds up no other."""


@dataclass(frozen=True, slots=True)
class Engines:
    """Where write units and read-only units take their connections. On PostgreSQL both share one pool."""

    url: URL
    write: AsyncEngine
    read: AsyncEngine

    @property
    def file(self) -> Path | None:
        """The SQLite file; None on PostgreSQL."""
        return sqlite_file(self.url)

    async def dispose(self) -> None:
        """Close every connection."""
        await self.read.dispose()
        await self.write.dispose()


def parse(url: str) -> URL:
    """Return the address with its async driver.

    Raises:
        ConfigError: it is not `sqlite:///path` or `postgresql://…`.
    """
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        message = "database.url: not an address like sqlite:///var/confrere.db or postgresql://user:password@host/name"
        raise ConfigError(message) from None
    if parsed.drivername in {"sqlite", "sqlite+aiosqlite"}:
        if not parsed.database or parsed.database == ":memory:" or parsed.query:
            message = "database.url: sqlite:/// needs the path of a file, and nothing after it"
            raise ConfigError(message)
        return parsed.set(drivername="sqlite+aiosqlite")
    if parsed.drivername in {"postgresql", "postgresql+asyncpg"}:
        query = dict(parsed.query)
        if "sslmode" in query:  # as libpq writes it; the driver calls it `ssl`
            query["ssl"] = query.pop("sslmode")
        return parsed.set(drivername="postgresql+asyncpg", query=query)
    message = "database.url: begins with sqlite:/// or postgresql://"
    raise ConfigError(message)


def sqlite_file(url: URL) -> Path | None:
    """Return the file of an SQLite address, None for others."""
    return Path(url.database) if url.drivername.startswith("sqlite") and url.database else None


def create(url: URL, *, seal: Seal | None = None) -> Engines:
    """Return engines that have not connected yet; the directory of an SQLite file is made where it is missing."""
    file = sqlite_file(url)
    given = {} if seal is None else {SEAL: seal}
    if file is None:
        engine = create_async_engine(
            url,
            pool_size=POOL,
            max_overflow=0,
            pool_timeout=BUSY,
            pool_pre_ping=True,
            connect_args=_bounds(),
            execution_options=given,
        )
        return Engines(url, engine, engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True))
    file.parent.mkdir(parents=True, exist_ok=True)
    write = _sqlite(url, begin="BEGIN IMMEDIATE", pragmas=_WRITER, pool_size=1, max_overflow=0, execution_options=given)
    read = _sqlite(url, begin="BEGIN", pragmas=_READER, pool_size=READERS, max_overflow=0, execution_options=given)
    return Engines(url, write, read)


def _bounds() -> dict[str, Any]:
    """Return how long a connection to PostgreSQL waits for what. Migrations wait as long as it takes."""
    settings = {
        "application_name": "confrere",
        "lock_timeout": f"{BUSY * 1000:.0f}",
        "idle_in_transaction_session_timeout": f"{IDLE * 1000:.0f}",
    }
    return {"timeout": CONNECT, "command_timeout": ANSWER, "server_settings": settings}


def try_file(url: URL) -> None:
    """Open an SQLite file once and read its header, so that one that cannot be opened is known before any thread begins.

    A connection of the async driver that fails leaves its thread behind, which complains once the event loop is gone.
    """
    file = sqlite_file(url)
    if file is not None:
        file.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(file, timeout=BUSY)) as connection:
            connection.execute("PRAGMA schema_version").fetchone()


def create_for_migration(url: URL) -> AsyncEngine:
    """Return an engine for one connection, without foreign keys on SQLite: rebuilding a table would delete what refers to it."""
    if sqlite_file(url) is None:
        return create_async_engine(url, poolclass=NullPool, connect_args={"timeout": CONNECT})
    return _sqlite(url, begin="BEGIN IMMEDIATE", pragmas=_MIGRATION, poolclass=NullPool)


_DURABLE = ("journal_mode=WAL", "synchronous=FULL")
_WRITER = (*_DURABLE, "foreign_keys=ON", "temp_store=MEMORY", "secure_delete=ON")
"""What is deleted is overwritten: words on their way to a platform stay in no free page, however SQLite was built."""
_READER = ("foreign_keys=ON", "query_only=ON", "temp_store=MEMORY")
_MIGRATION = (*_DURABLE, "foreign_keys=OFF")


class _Closing(sqlite3.Connection):
    """A connection that lets go of everything when it is closed.

    One that is closed in the middle of a statement, as when its task was cancelled, otherwise keeps its transaction until the
    cursor is collected as garbage: nobody could write for as long.
    """

    def __init__(self, *arguments: Any, **options: Any) -> None:  # noqa: ANN401 - what the driver gives
        super().__init__(*arguments, **options)
        self._cursors: WeakSet[sqlite3.Cursor] = WeakSet()

    def cursor(self, *arguments: Any, **options: Any) -> sqlite3.Cursor:  # type: ignore[override]  # noqa: ANN401 - the same
        cursor = super().cursor(*arguments, **options)
        self._cursors.add(cursor)
        return cursor

    def close(self) -> None:
        for cursor in list(self._cursors):
            with suppress(sqlite3.Error):
                cursor.close()
        with suppress(sqlite3.Error):
            if self.in_transaction:
                self.rollback()
        super().close()


def _sqlite(url: URL, *, begin: str, pragmas: tuple[str, ...], **options: Any) -> AsyncEngine:  # noqa: ANN401 - SQLAlchemy's options
    """Return an engine whose driver leaves transactions to us.

    Left to the driver, a transaction begins at its first write: what was read before may be stale, and updates are lost.
    """
    how = {"isolation_level": None, "timeout": BUSY, "factory": _Closing}
    engine = create_async_engine(url, connect_args=how, pool_reset_on_return=None, **options)

    def configure(connection: Any, _record: object) -> None:  # noqa: ANN401 - a DBAPI connection
        cursor = connection.cursor()
        for pragma in pragmas:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    def begin_now(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    def reset(connection: Any, _record: object, state: Any) -> None:  # noqa: ANN401 - a DBAPI connection, a pool's state
        # Asking the driver's flag is free; a rollback that finds nothing to undo is one more visit to its thread.
        if state.asyncio_safe and connection.driver_connection.in_transaction:
            connection.rollback()

    event.listen(engine.sync_engine, "connect", configure)
    event.listen(engine.sync_engine, "begin", begin_now)
    event.listen(engine.sync_engine, "reset", reset)
    return engine


@contextmanager
def explained(url: URL) -> Generator[None]:
    """Turn what goes wrong at the opening into a sentence for the operator, without the password.

    Raises:
        ConfigError: naming `database.url`.
    """
    try:
        yield
    except DBAPIError as error:
        raise ConfigError(_sentence(url, error.orig or error)) from error
    except sqlite3.Error as error:
        raise ConfigError(_sentence(url, error)) from error
    except (OSError, TimeoutError) as error:
        raise ConfigError(_sentence(url, error)) from error
    except (TypeError, NoSuchModuleError) as error:
        message = f"database.url: {_shown(url)} has an option that the driver does not know: {error}"
        raise ConfigError(message) from error
    except Exception as error:
        if type(error).__module__.startswith("asyncpg"):
            raise ConfigError(_sentence(url, error)) from error
        raise


_KNOWN: Final = (
    ("unable to open database file", "cannot be opened: is it a file that the bot may read and write?"),
    ("file is not a database", "is not an SQLite database"),
    ("database disk image is malformed", "is damaged; restore a backup"),
    ("database is locked", "is locked by another program; stop it, or wait until it is done"),
    ("readonly database", "may be read but not written by the bot; so must its directory"),
    ("database or disk is full", "cannot grow: the disk is full"),
    ("password authentication failed", "refuses the user or the password"),
    ("no password", "asks for a password"),
    ("does not exist", "does not have this database or this user"),
    ("too many", "has no connection left"),
)


def _sentence(url: URL, error: BaseException) -> str:
    words = " ".join(str(error).split())
    for sign, meaning in _KNOWN:
        if sign in words:
            return f"database.url: {_shown(url)} {meaning}"
    if isinstance(error, TimeoutError):
        return f"database.url: {_shown(url)} did not answer within {CONNECT:.0f} seconds"
    if isinstance(error, OSError):
        verb = "opened" if sqlite_file(url) is not None else "reached"
        return f"database.url: {_shown(url)} cannot be {verb}: {error.strerror or words or type(error).__name__}"
    return f"database.url: {_shown(url)} cannot be used: {words or type(error).__name__}"


def _shown(url: URL) -> str:
    file = sqlite_file(url)
    return str(file) if file is not None else f"PostgreSQL at {url.host or 'localhost'}:{url.port or 5432}/{url.database or ''}"
