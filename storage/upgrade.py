"""Brings a database to the schema of this version: under a lock, in one transaction, with a backup first on SQLite.

Alembic is imported only where there is something to do.
"""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import structlog
from sqlalchemy import text

from bot.errors import ConfigError
from storage import engine as engines
from storage.backup import check, copy_into, free_name
from storage.locks import OPENING, hold
from storage.migrations import DIRECTORY, HEAD, known

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import URL, Connection
    from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

logger = structlog.get_logger(__name__)


async def revision(connection: AsyncConnection) -> str | None:
    """Return the revision of a database, None where it is empty."""
    sqlite = connection.dialect.name == "sqlite"
    known = (
        "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'alembic_version'"
        if sqlite
        else "SELECT 1 WHERE to_regclass('alembic_version') IS NOT NULL"
    )
    if (await connection.execute(text(known))).scalar_one_or_none() is None:
        return None
    return (await connection.execute(text("SELECT version_num FROM alembic_version"))).scalar_one_or_none()


async def upgrade(url: str) -> tuple[str | None, str]:
    """Bring a database up to date; return the revision before and after.

    Raises:
        ConfigError: it cannot be opened, is not ours, or was written by a newer version.
    """
    parsed = engines.parse(url)
    with engines.explained(parsed):
        await asyncio.to_thread(engines.try_file, parsed)
        engine = engines.create_for_migration(parsed)
        try:
            return await _upgrade(engine, parsed)
        finally:
            await engine.dispose()


async def _upgrade(engine: AsyncEngine, url: URL) -> tuple[str | None, str]:
    async with engine.connect() as connection:
        async with connection.begin():
            await hold(connection, OPENING)
            before = await revision(connection)
            if before == HEAD:
                return before, HEAD
            await _check_ours(connection, before)
            file = engines.sqlite_file(url)
            if file is not None and before is not None:
                await asyncio.to_thread(back_up, file, before)
            await connection.run_sync(migrate)
            await _check_references(connection)
        logger.info("database_upgraded", before=before, after=HEAD)
        return before, HEAD


async def _check_ours(connection: AsyncConnection, before: str | None) -> None:
    if before is not None and not known(before):
        message = f"database.url: the database is at revision {before}, which this version does not know. Run a newer version."
        raise ConfigError(message)
    if before is None and connection.dialect.name == "sqlite":
        others = await connection.execute(text("SELECT count(*) FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'"))
        if others.scalar_one():
            message = "database.url: the file holds the tables of another program"
            raise ConfigError(message)


def back_up(file: Path, before: str) -> Path:
    """Copy the file beside itself, never over an earlier copy, and check the copy; return where.

    Called while the migration's transaction keeps writers away and has written nothing itself.
    """
    backup = free_name(file, f"backup-{before}")
    try:
        with closing(sqlite3.connect(file, isolation_level=None)) as connection:
            copy_into(connection, backup)
        check(backup)
    except BaseException:
        backup.unlink(missing_ok=True)
        raise
    logger.info("database_backed_up", backup=backup.name)
    return backup


def migrate(connection: Connection, target: str = "head") -> None:
    """Run the revisions up to one of them, in the connection's transaction."""
    from alembic import command  # noqa: PLC0415 - only where the schema changes
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(DIRECTORY).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, target)


async def _check_references(connection: AsyncConnection) -> None:
    """Refuse to commit a migration that left rows pointing at nothing."""
    if connection.dialect.name == "sqlite":
        broken = (await connection.execute(text("PRAGMA foreign_key_check"))).all()
        if broken:
            message = f"a migration broke references of {sorted({row[0] for row in broken})}"
            raise RuntimeError(message)
