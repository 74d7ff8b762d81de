"""Statements that SQLite and PostgreSQL write alike but SQLAlchemy keeps apart: insert or ignore, insert or update."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from sqlalchemy.dialects import sqlite

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Row, Select
    from sqlalchemy.dialects import postgresql
    from sqlalchemy.ext.asyncio import AsyncConnection

    from storage.base import Base

Insert: TypeAlias = "sqlite.Insert | postgresql.Insert"
AnyRow: TypeAlias = "Row[*tuple[Any, ...]]"
"""A row of columns that are read by their names."""
AnySelect: TypeAlias = "Select[*tuple[Any, ...]]"


def insert(connection: AsyncConnection, table: type[Base]) -> Insert:
    """Return an insert that has `on_conflict_do_nothing` and `on_conflict_do_update`."""
    return _insert(connection.dialect.name, table)


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
    return _Ignoring(table)


class _Ignoring(dict[str, "Insert"]):
    """Written for a dialect when it is first asked for: loading the other one costs 30 ms and 4 MiB."""

    def __init__(self, table: type[Base]) -> None:
        super().__init__()
        self._table = table

    def __missing__(self, dialect: str) -> Insert:
        statement = self[dialect] = _insert(dialect, self._table).on_conflict_do_nothing()
        return statement


def _insert(dialect: str, table: type[Base]) -> Insert:
    if dialect == "sqlite":
        return sqlite.insert(table)
    from sqlalchemy.dialects import postgresql  # noqa: PLC0415 - not loaded where it is not used

    return postgresql.insert(table)
