"""What every table and repository shares: typed columns, instants in UTC, the connection of a transaction.

Mapped classes serve as typed tables only: statements are executed on the connection, without the ORM's session.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Annotated, Any

from sqlalchemy import BigInteger, DateTime, ForeignKey, Integer, MetaData
from sqlalchemy.orm import DeclarativeBase, mapped_column
from sqlalchemy.types import TypeDecorator

if TYPE_CHECKING:
    from sqlalchemy import Dialect
    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.model import Community


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


Key = Annotated[int, mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True)]
InCommunity = Annotated[int, mapped_column(ForeignKey("community.id", ondelete="CASCADE"), index=True)]
OfMember = Annotated[int, mapped_column(ForeignKey("member.id", ondelete="CASCADE"), index=True)]


class Base(DeclarativeBase):
    """The tables of this version. Constraint names are fixed, so that migrations can name them on both databases."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: dict[Any, Any] = {dt.datetime: Instant()}  # noqa: RUF012 - SQLAlchemy's own declaration


class Repository:
    """The queries of one aggregate, in one transaction and one community. Built by `ctx.use(…)`."""

    def __init__(self, connection: AsyncConnection, community: Community) -> None:
        self.connection = connection
        self.community = community
