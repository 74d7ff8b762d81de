"""Forgetting a whole database: the demo's `--reset`."""

from __future__ import annotations

from sqlalchemy import text

from storage import engine as engines
from storage.models import Base


async def erase(url: str) -> None:
    """Delete everything that Confrère keeps at an address; one that holds nothing of ours stays as it is.

    Raises:
        ConfigError: it cannot be used; the sentence names `database.url`.
    """
    parsed = engines.parse(url)
    with engines.explained(parsed):
        file = engines.sqlite_file(parsed)
        if file is not None:
            for part in ("", "-wal", "-shm"):
                file.with_name(file.name + part).unlink(missing_ok=True)
            return
        engine = engines.create_for_migration(parsed)
        try:
            async with engine.begin() as connection:
                await connection.run_sync(Base.metadata.drop_all)
                await connection.execute(text("DROP TABLE IF EXISTS alembic_version"))
        finally:
            await engine.dispose()
