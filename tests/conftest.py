"""Fixtures that every area may use: a database of each kind."""

import gc
import os
import shutil
from collections import Counter
from pathlib import Path

import pytest

import tests.plain_logs
import tests.statements  # noqa: F401 - the same
from tests import driver
from tests.databases import database_kind, database_url, databases, empty_database_url, store

__all__ = ["database_kind", "database_url", "databases", "empty_database_url", "store"]

MEMORY = Path("/dev/shm")  # noqa: S108 - pytest makes a directory of its own in it
ROOM = 2**30

LONGEST = (
    "browser/test_page",
    "storage/test_migrations",
    "contract/test_stories",
    "privacy/test_who_sees",
    "core/test_demo",
    "processes/test_several",
    "features/test_rounds",
    "contract/test_cards",
    "schedules/test_processes",
    "storage/test_faults",
    "faults/test_cuts",
    "browser/test_stories",
    "browser/test_first_steps",
    "browser/test_rounds",
    "storage/test_outbox_machine",
    "schedules/test_machine",
    "storage/test_opening",
    "storage/test_backup",
    "features/test_introductions",
    "features/test_opportunities",
    "features/test_deliveries",
    "features/test_request_steps",
    "schedules/test_animator_schedule",
    "schedules/test_calendar",
    "features/test_icebreakers",
)
"""The files that take longest come first: one that began last would leave the other workers idle."""


def pytest_configure() -> None:
    """Put the files of the tests in memory where the system has room for it: their thousands of commits wait for no disk."""
    if MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free >= ROOM:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))
    gc.disable()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Order the files for `--dist loadfile`, those not named above by how many tests they have; each keeps its own order."""
    files = [item.nodeid.partition("::")[0] for item in items]
    tests = Counter(files)
    ranks = {f"tests/{name}.py": rank for rank, name in enumerate(LONGEST)}
    ranked = {file: (ranks.get(file, len(ranks)), -tests[file], file) for file in tests}
    items.sort(key=lambda item: ranked[item.nodeid.partition("::")[0]])


def pytest_collection_finish() -> None:
    """Look through what was imported and collected for garbage neither meanwhile nor ever again: it stays to the end."""
    gc.freeze()
    gc.enable()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Choose how the test reaches SQLite."""
    driver.in_place = not item.nodeid.startswith(driver.THREADED)
