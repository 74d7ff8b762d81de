"""Fixtures that every area may use: a database of each kind."""

import os
import shutil
from pathlib import Path

import tests.plain_logs
import tests.statements  # noqa: F401 - the same
from tests.databases import database_kind, database_url, databases, empty_database_url, store

__all__ = ["database_kind", "database_url", "databases", "empty_database_url", "store"]

MEMORY = Path("/dev/shm")  # noqa: S108 - pytest makes a directory of its own in it
ROOM = 2**30


def pytest_configure() -> None:
    """Put the files of the tests in memory where the system has room for it: their thousands of commits wait for no disk."""
    if MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free >= ROOM:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))
