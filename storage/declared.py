"""Tables declared as SQLAlchemy's mapped classes are, and made as tables of its Core: at run time there are no mappers.

`storage.base` shows the type checker SQLAlchemy's own names. These stand in for them, as mappers cost every start and every
statement more than the rest of them, and nobody used one.
"""

from __future__ import annotations

import datetime as dt
from types import NoneType
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Final, get_args, get_origin, get_type_hints

from sqlalchemy import Boolean, Column, Date, DateTime, ForeignKey, Integer, MetaData, String, Table
from sqlalchemy.orm import Mapped
from sqlalchemy.types import TypeDecorator

from storage.sealed import Sealed, SealedText

if TYPE_CHECKING:
    from sqlalchemy import Dialect, FromClause


class Instant(TypeDecorator[dt.datetime]):
    """A timezone-aware instant, kept in UTC. SQLite keeps it as sortable text, PostgreSQL as `timestamptz`."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        """Refuse naive datetimes; store UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            message = "a naive datetime cannot be stored"
            raise ValueError(message)
        value = value.astimezone(dt.UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        """Return it in UTC."""
        del dialect
        if value is None:
            return None
        return value.replace(tzinfo=dt.UTC) if value.tzinfo is None else value.astimezone(dt.UTC)


_TYPES: Final[dict[object, type[Any]]] = {
    str: String,
    int: Integer,
    bool: Boolean,
    dt.date: Date,
    dt.datetime: Instant,
    Sealed: SealedText,
}


class Declaration:
    """A column as it is declared: what `Column` takes beside its name and, where a type says enough, its type."""

    def __init__(self, *arguments: object, **options: object) -> None:
        self._arguments = arguments
        self._options = options

    def over(self, usual: Declaration) -> Declaration:
        """Return what is usual for the type, with what is said of this column."""
        return Declaration(*(self._arguments or usual._arguments), **{**usual._options, **self._options})

    def column(self, name: str, kind: object) -> Column[Any]:
        """Return a column of its own for one table; `kind` is the type of its values, with None where it may be null.

        A foreign key has the type of what it refers to.
        """
        kinds = [part for part in get_args(kind) if part is not NoneType] or [kind]
        arguments: list[Any] = [_own(argument) for argument in self._arguments] or [_TYPES[kinds[0]]()]
        options: dict[str, Any] = {"nullable": NoneType in get_args(kind), **self._options}
        return Column(name, *arguments, **options)


class _Columns(type):
    """Classes that statements take for their table."""

    __table__: Table

    def __clause_element__(cls) -> Table:
        return cls.__table__


class Declared(metaclass=_Columns):
    """Makes the table of a class that declares one; the columns become the attributes of the class."""

    metadata: ClassVar[MetaData]
    __tablename__: ClassVar[str]
    __table_args__: ClassVar[Any] = ()

    def __init_subclass__(cls) -> None:
        if "__tablename__" not in vars(cls):
            return
        columns = [
            _column(name, get_args(hint)[0], vars(cls).get(name))
            for name, hint in get_type_hints(cls, include_extras=True).items()
            if get_origin(hint) is Mapped
        ]
        given: Any = cls.__table_args__
        arguments: list[Any] = [given] if isinstance(given, dict) else [*given]
        options: dict[str, Any] = arguments.pop() if arguments and isinstance(arguments[-1], dict) else {}
        cls.__table__ = Table(cls.__tablename__, cls.metadata, *columns, *arguments, **options)
        for column in cls.__table__.c:
            setattr(cls, column.name, column)


class Aliased:
    """A table under another name, for statements that need it twice; its columns are the attributes."""

    def __init__(self, table: type[Declared]) -> None:
        self._alias = table.__table__.alias()
        for column in self._alias.c:
            setattr(self, column.name, column)

    def __clause_element__(self) -> FromClause:
        return self._alias


def _column(name: str, hint: object, declaration: Declaration | None) -> Column[Any]:
    wanted = declaration or Declaration()
    if get_origin(hint) is Annotated:
        hint, usual = get_args(hint)
        wanted = wanted.over(usual)
    return wanted.column(name, hint)


def _own(argument: object) -> object:
    """Return an argument of a column for it alone: a foreign key that several tables declare belongs to one column only."""
    return ForeignKey(argument.target_fullname, ondelete=argument.ondelete) if isinstance(argument, ForeignKey) else argument
