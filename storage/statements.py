"""Statements that SQLite and PostgreSQL write alike but SQLAlchemy keeps apart: insert or ignore, insert or update."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from sqlalchemy.dialects import postgresql, sqlite

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Row, Select
    from sqlalchemy.ext.asyncio import AsyncConnection

    from storage.base import Base

Insert = sqlite.Insert | postgresql.Insert
AnyRow: TypeAlias = "Row[*tuple[Any, ...]]"
"""A row of columns that are read by their names."""
AnySelect: TypeAlias = "Select[*tuple[Any, ...]]"


def insert(connection: AsyncConnection, table: type[Base]) -> Insert:
    """Return an insert that has `on_conflict_do_nothing` and `on_conflict_do_update`."""
    return sqlite.insert(table) if connection.dialect.name == "sqlite" else postgresql.insert(table)


def insert_or_ignore(connection: AsyncConnection, table: type[Base], values: Mapping[str, Any]) -> Insert:
    """Return an insert that does nothing where a unique key is taken; `rowcount` tells which."""
    return insert(connection, table).values(**values).on_conflict_do_nothing()


def upsert(connection: AsyncConnection, table: type[Base], values: Mapping[str, Any], *, keys: Sequence[str]) -> Insert:
    """Return an insert that replaces the other columns of the row where `keys` are taken."""
    changes = {name: value for name, value in values.items() if name not in keys}
    return insert(connection, table).values(**values).on_conflict_do_update(index_elements=list(keys), set_=changes)


def escaped(words: str) -> str:
    """Return words as a `LIKE` pattern that finds them anywhere; the escape character is a backslash."""
    for special in ("\\", "%", "_"):
        words = words.replace(special, f"\\{special}")
    return f"%{words}%"


def ignoring_insert(table: type[Base]) -> Mapping[str, Insert]:
    """Return, for each dialect, an insert of parameters given at execution that does nothing where a unique key is taken."""
    return {
        "sqlite": sqlite.insert(table).on_conflict_do_nothing(),
        "postgresql": postgresql.insert(table).on_conflict_do_nothing(),
    }
