"""The schema that migrations make is the one that the code expects, on both databases."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text

from storage import engine as engines
from storage.migrations import DIRECTORY, HEAD
from storage.models import metadata
from tests.databases import Databases

if TYPE_CHECKING:
    from collections.abc import Callable


T = TypeVar("T")


async def _on(url: str, look: Callable[[Connection], T]) -> T:
    engine = engines.create_for_migration(engines.parse(url))
    try:
        async with engine.begin() as connection:
            return await connection.run_sync(look)
    finally:
        await engine.dispose()


def _described(connection: Connection) -> dict[str, Any]:
    """Everything that counts in a schema: columns, keys, what a deletion takes with it, indexes and their conditions."""
    found = inspect(connection)
    return {
        table: {
            "columns": [(column["name"], str(column["type"]), column["nullable"]) for column in found.get_columns(table)],
            "key": found.get_pk_constraint(table)["constrained_columns"],
            "references": sorted(
                (tuple(key["constrained_columns"]), key["referred_table"], key.get("options", {}).get("ondelete", ""))
                for key in found.get_foreign_keys(table)
            ),
            "unique": sorted(tuple(key["column_names"]) for key in found.get_unique_constraints(table)),
            "indexes": sorted(
                (index["name"] or "", tuple(index["column_names"]), sorted(map(str, index.get("dialect_options", {}).values())))
                for index in found.get_indexes(table)
            ),
        }
        for table in sorted(found.get_table_names())
        if table != "alembic_version"
    }


async def test_migrations_leave_nothing_to_change(database_url: str) -> None:
    def differences(connection: Connection) -> list[Any]:
        return compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), metadata)

    assert await _on(database_url, differences) == []


async def test_migrations_make_the_tables_of_the_code(database_url: str, empty_database_url: str) -> None:
    await _on(empty_database_url, metadata.create_all)

    assert await _on(database_url, _described) == await _on(empty_database_url, _described)


async def test_a_difference_would_be_seen(database_url: str) -> None:
    def spoiled(connection: Connection) -> list[Any]:
        connection.execute(text("DROP INDEX ix_outbox_lane"))
        return compare_metadata(MigrationContext.configure(connection), metadata)

    assert [change[0] for change in await _on(database_url, spoiled)] == ["add_index"]


def test_head_is_the_last_revision() -> None:
    config = Config()
    config.set_main_option("script_location", str(DIRECTORY))

    assert ScriptDirectory.from_config(config).get_heads() == [HEAD]


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=False)
async def test_ids_are_never_given_twice(databases: Databases, database_kind: str) -> None:
    """Buttons name rows by id long after they are gone. PostgreSQL's sequences never go back; SQLite has to be told."""
    url = databases.make(database_kind)

    def forgetful(connection: Connection) -> list[str]:
        found = inspect(connection)
        numbered = [
            table
            for table in found.get_table_names()
            if found.get_pk_constraint(table)["constrained_columns"] == ["id"]
            and str(next(column["type"] for column in found.get_columns(table) if column["name"] == "id")) == "INTEGER"
        ]
        written = dict(connection.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'table'")).all())  # pyright: ignore[reportArgumentType, reportCallIssue]
        return [table for table in numbered if "AUTOINCREMENT" not in str(written[table])]

    assert await _on(url, forgetful) == []
