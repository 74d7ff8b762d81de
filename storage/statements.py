"""What SQLite and PostgreSQL write alike but SQLAlchemy keeps apart: insert or ignore, insert or update, lists of any length."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, TypeAlias

from sqlalchemy import ARRAY, BigInteger, Float, String, TypeDecorator, bindparam, cast, literal_column, select
from sqlalchemy.dialects import sqlite
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Dialect, Row, Select
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


class _List(TypeDecorator["Sequence[Any]"]):
    """A list as one parameter: JSON on SQLite, an array on PostgreSQL."""

    impl = String
    cache_ok = True

    def __init__(self, of: type[String | BigInteger]) -> None:
        super().__init__()
        self.of = of

    def load_dialect_impl(self, dialect: Dialect) -> Any:  # noqa: ANN401 - any type of the dialect
        """Return how the dialect keeps it."""
        kept: Any = String() if dialect.name == "sqlite" else ARRAY(self.of())
        return dialect.type_descriptor(kept)

    def process_bind_param(self, value: Sequence[Any] | None, dialect: Dialect) -> Any:  # noqa: ANN401 - what the driver takes
        """Return the parameter."""
        return json.dumps(value) if dialect.name == "sqlite" else value


class _Elements(FunctionElement[Any]):
    """The elements of a list, as rows."""

    name = "elements"
    inherit_cache = True


@compiles(_Elements, "sqlite")
def _on_sqlite(element: _Elements, compiler: Any, **options: Any) -> str:  # noqa: ANN401 - SQLAlchemy's
    return f"json_each({compiler.process(element.clauses, **options)})"


@compiles(_Elements, "postgresql")
def _on_postgresql(element: _Elements, compiler: Any, **options: Any) -> str:  # noqa: ANN401 - SQLAlchemy's
    return f"unnest({compiler.process(element.clauses, **options)})"


def elements(parameter: str, of: type[String | BigInteger]) -> Any:  # noqa: ANN401 - a table with the column `value`
    """Return the elements of a list given as one parameter: the statement is the same, and known, however long the list is."""
    # A function that gives one column may be called by its name on PostgreSQL; SQLite's column is called so.
    return _Elements(bindparam(parameter, type_=_List(of))).table_valued("value", name="value")


class _Json(FunctionElement[Any]):
    """The elements of a JSON array, as rows."""

    name = "json_rows"
    inherit_cache = True


@compiles(_Json, "sqlite")
def _json_on_sqlite(element: _Json, compiler: Any, **options: Any) -> str:  # noqa: ANN401 - SQLAlchemy's
    return f"json_each({compiler.process(element.clauses, **options)})"


@compiles(_Json, "postgresql")
def _json_on_postgresql(element: _Json, compiler: Any, **options: Any) -> str:  # noqa: ANN401 - SQLAlchemy's
    return f"json_array_elements(CAST({compiler.process(element.clauses, **options)} AS JSON))"


class Seconds(FunctionElement[float]):
    """The seconds from the second instant to the first."""

    name = "seconds"
    type = Float()
    inherit_cache = True

    def __init__(self, later: Any, earlier: Any) -> None:  # noqa: ANN401 - instants: columns or parameters
        super().__init__(later, earlier)


@compiles(Seconds, "sqlite")
def _seconds_on_sqlite(element: Seconds, compiler: Any, **options: Any) -> str:  # noqa: ANN401 - SQLAlchemy's
    later, earlier = (compiler.process(clause, **options) for clause in element.clauses)
    return f"((julianday({later}) - julianday({earlier})) * 86400.0)"


@compiles(Seconds, "postgresql")
def _seconds_on_postgresql(element: Seconds, compiler: Any, **options: Any) -> str:  # noqa: ANN401 - SQLAlchemy's
    later, earlier = (compiler.process(clause, **options) for clause in element.clauses)
    return f"EXTRACT(EPOCH FROM ({later} - {earlier}))::float"


class Lists:
    """Lists of numbers, all of the same length, given as one parameter in JSON: `rows` is the table, `item` a column of it."""

    def __init__(self, parameter: str) -> None:
        self.rows: Any = _Json(bindparam(parameter, type_=String())).table_valued("value", name=parameter)

    def item(self, place: int, of: type[Any]) -> Any:  # noqa: ANN401 - a column of that type
        """Return what stands at a place of each list, from 0."""
        value: Any = self.rows.c.value.op("->>")(literal_column(str(place)))
        return cast(value, of)  # pyright: ignore[reportUnknownVariableType] - a type is given as a class


def listed(parameter: str, of: type[String | BigInteger]) -> AnySelect:
    """Return the same as a selection, for `in_`."""
    return select(elements(parameter, of).c.value)


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
