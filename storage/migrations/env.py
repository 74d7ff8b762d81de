"""What Alembic runs: the revisions, on the connection and in the transaction that `storage.upgrade` gives."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alembic import context

from storage.models import metadata

if TYPE_CHECKING:
    from sqlalchemy import Connection

connection: Connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=metadata, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
