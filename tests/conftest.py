"""Fixtures that every area may use: a database of each kind."""

import tests.plain_logs
import tests.statements  # noqa: F401 - the same
from tests.databases import database_kind, database_url, databases, empty_database_url, store

__all__ = ["database_kind", "database_url", "databases", "empty_database_url", "store"]
