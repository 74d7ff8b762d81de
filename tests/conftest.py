"""Fixtures that every area may use: a database of each kind."""

from tests.databases import database_kind, database_url, databases, empty_database_url, store

__all__ = ["database_kind", "database_url", "databases", "empty_database_url", "store"]
