"""What every table and repository shares: typed columns, instants in UTC, the connection of a transaction.

A table is declared as SQLAlchemy's mapped classes are, and the type checker takes it for one; at run time it is a table of its
Core (`storage.declared`). Statements are executed on the connection, without the ORM's session.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from sqlalchemy import BigInteger, ForeignKey, Integer, MetaData

from storage.declared import Instant
from storage.sealed import Sealed, seal_of

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection
    from sqlalchemy.orm import DeclarativeBase as Declared
    from sqlalchemy.orm import Mapped, aliased, mapped_column

    from bot.model import Community
else:
    from storage.declared import Aliased as aliased  # noqa: N813 - what it stands for
    from storage.declared import Declaration as mapped_column  # noqa: N813
    from storage.declared import Declared, Mapped

__all__ = ["Base", "InCommunity", "Instant", "Key", "Mapped", "OfMember", "Repository", "Sealed", "aliased", "mapped_column"]

Key = Annotated[int, mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True)]
InCommunity = Annotated[int, mapped_column(ForeignKey("community.id", ondelete="CASCADE"), index=True)]
OfMember = Annotated[int, mapped_column(ForeignKey("member.id", ondelete="CASCADE"), index=True)]


class Base(Declared):
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


class Repository:
    """The queries of one aggregate, in one transaction and one community. Built by `ctx.use(…)`."""

    def __init__(self, connection: AsyncConnection, community: Community) -> None:
        self.connection = connection
        self.community = community

    def sealed(self, words: str) -> Sealed:
        """Return private words as they may be stored."""
        return seal_of(self.connection).close(words)

    def opened(self, words: Sealed) -> str | None:
        """Return what was sealed; None where the key is missing: what is shown then is `bot.text.SHUT`."""
        return seal_of(self.connection).open(words)
