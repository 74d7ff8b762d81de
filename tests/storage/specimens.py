"""Rows for every table of a database, whatever its revision: each column gets something that its type can hold."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Boolean, Date, DateTime, Float, Integer, LargeBinary, MetaData, Table, insert, select, text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Column, Connection

ROWS = 3
START = dt.datetime(2026, 11, 23, 9, 0, tzinfo=dt.UTC)

Content = dict[str, list[dict[str, Any]]]


_SCHEMA: Final = {
    "sqlite": "SELECT sql FROM sqlite_master ORDER BY name",
    "postgresql": """
        SELECT concat_ws(' ', attrelid::regclass, attname, atttypid, atttypmod, attnotnull) AS line FROM pg_attribute
            WHERE attnum > 0 AND NOT attisdropped AND attrelid IN
                (SELECT oid FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace)
        UNION ALL SELECT concat_ws(' ', conrelid::regclass, pg_get_constraintdef(oid)) FROM pg_constraint
            WHERE connamespace = 'public'::regnamespace
        ORDER BY line
    """,
}
"""What says all that is reflected, in one statement; reflecting takes dozens."""
_REFLECTED: Final[dict[tuple[str, ...], Mapping[str, Table]]] = {}


def tables(connection: Connection) -> Mapping[str, Table]:
    """Return the tables as they are in the database, but for Alembic's own, those that are referred to first."""
    dialect = connection.dialect.name
    schema = (dialect, *map(str, connection.execute(text(_SCHEMA[dialect])).scalars()))
    if schema not in _REFLECTED:
        found = MetaData()
        found.reflect(connection)
        _REFLECTED[schema] = {table.name: table for table in found.sorted_tables if table.name != "alembic_version"}
    return _REFLECTED[schema]


def fill(connection: Connection) -> None:
    """Write some rows to every table that is empty; each refers to the row of the same number in the tables that it refers to."""
    for table in tables(connection).values():
        if connection.execute(select(table).limit(1)).first() is not None:
            continue
        rows = [{column.name: _value(column, number) for column in table.columns} for number in range(1, ROWS + 1)]
        connection.execute(insert(table), rows)
        if connection.dialect.name == "postgresql" and "id" in table.columns and isinstance(table.columns["id"].type, Integer):
            # Rows that bring their own ids do not move the sequence, as those of a running bot do.
            connection.execute(text(f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'), {ROWS})"))


def content(connection: Connection) -> Content:
    """Return what every table holds."""
    return {
        name: [dict(row) for row in connection.execute(select(table).order_by(*table.primary_key.columns)).mappings()]
        for name, table in tables(connection).items()
    }


def _value(column: Column[Any], number: int) -> object:  # noqa: PLR0911 - one for each type
    if column.foreign_keys:
        target = next(iter(column.foreign_keys)).column
        return _value(target, number)
    if column.nullable and number == ROWS:
        return None
    at = START + dt.timedelta(minutes=number)
    match column.type:
        case Boolean():
            return number % 2 == 0
        case Integer():
            return number
        case Float():
            return number / 2
        case DateTime():
            return at if column.type.timezone else at.replace(tzinfo=None)
        case Date():
            return at.date()
        case LargeBinary():
            return bytes([number])
        case _:
            return f"{column.name} {number} é 🌞"
