"""SQLite without threads, for tests of what the bot does rather than of how it reaches its database.

The driver hands every call to a thread of the connection and waits, several times for one statement. Here a call is made in place;
what a statement brings arrives a turn of the event loop later, so that others may overtake whoever waits for it, as ever. What has
to wait for somebody else's lock goes to the thread.
"""

from __future__ import annotations

import asyncio
import sqlite3
from typing import TYPE_CHECKING, Any, Final

import aiosqlite

from storage.engine import BUSY

if TYPE_CHECKING:
    from collections.abc import Callable
    from threading import Thread

    Call = tuple[asyncio.Future[Any] | None, Callable[[], Any]]

THREADED: Final = ("tests/faults/", "tests/processes/", "tests/storage/")
"""The tests of transactions, locks and what goes wrong: these have the driver as it is."""
in_place = False
"""Whether connections opened from now on do without a thread; `tests.conftest` says so for each test."""


def connect(*arguments: Any, **options: Any) -> aiosqlite.Connection:  # noqa: ANN401 - the driver's
    """Return a connection, not open yet, as `aiosqlite.connect` does."""
    if not in_place:
        return _as_it_is(*arguments, **options)
    connection = aiosqlite.connect(*arguments, **{**options, "check_same_thread": False})
    calls: Any = _Calls(connection)
    connection._tx = connection._thread = calls  # noqa: SLF001 - there is no public way in
    return connection


def _as_it_is(*arguments: Any, **options: Any) -> aiosqlite.Connection:  # noqa: ANN401 - the driver's
    connection = aiosqlite.connect(*arguments, **options)
    connection._thread.daemon = True  # noqa: SLF001 - as SQLAlchemy does
    return connection


class _Calls:
    """In the place of a connection's thread and of its queue."""

    def __init__(self, connection: aiosqlite.Connection) -> None:
        self._connection = connection
        self._queue = connection._tx  # noqa: SLF001 - there is no public way in
        self._thread: Thread = connection._thread  # noqa: SLF001 - the same
        self._thread.daemon = True
        self._started = False
        self._left = 0

    def start(self) -> None:
        """Start no thread until one is needed."""

    def put_nowait(self, call: Call) -> None:
        """Make a call, unless others are before it or it has to wait."""
        future, function = call
        if self._left:
            self._hand_over(call)
            return
        try:
            result = self._make(function)
        except BaseException as error:  # noqa: BLE001 - whoever waits gets it
            if isinstance(error, sqlite3.OperationalError) and "locked" in str(error):
                self._hand_over(call)
            elif future is not None:
                future.set_exception(error)
        else:
            if self._started and self._ends(function):
                self._queue.put_nowait((None, function))
            if future is None:
                return
            if _is_statement(function):
                future.get_loop().call_soon(_answer, future, result)
            else:
                future.set_result(result)

    def _make(self, function: Callable[[], Any]) -> Any:  # noqa: ANN401 - whatever it returns
        database = self._connection._connection  # noqa: SLF001 - there is no public way in
        if database is None or database.in_transaction or not _is_statement(function):
            return function()
        database.execute("PRAGMA busy_timeout = 0")
        try:
            return function()
        finally:
            database.execute(f"PRAGMA busy_timeout = {BUSY * 1000:.0f}")

    def _hand_over(self, call: Call) -> None:
        future, function = call
        self._left += 1

        def counted() -> Any:  # noqa: ANN401 - whatever it returns
            try:
                return function()
            finally:
                self._left -= 1

        if not self._started:
            self._started = True
            self._thread.start()
        self._queue.put_nowait((future, counted))

    @staticmethod
    def _ends(function: Callable[[], Any]) -> bool:
        return getattr(function, "__name__", "") == "close_and_stop"


def _is_statement(function: Callable[[], Any]) -> bool:
    """Tell whether a call executes something; outside a transaction it may need a lock."""
    return getattr(getattr(function, "func", None), "__name__", "") in {"execute", "executemany", "commit", "rollback"}


def _answer(future: asyncio.Future[Any], result: object) -> None:
    if not future.done():
        future.set_result(result)
