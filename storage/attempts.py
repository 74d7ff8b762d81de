"""Attempts within a transaction: what one of several changed is undone where it fails, and the others stay."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from storage.base import Repository

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator


class Attempts(Repository):
    """Attempts of whoever works through several things in one transaction."""

    @asynccontextmanager
    async def one(self) -> AsyncGenerator[None]:
        """Undo what is changed within where it raises, and let the exception through."""
        async with self.connection.begin_nested():
            yield
