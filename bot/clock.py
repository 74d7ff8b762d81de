"""The only place that reads the time of the machine."""

from __future__ import annotations

import datetime as dt
import time


class SystemClock:
    """The machine's clock, in UTC."""

    def now(self) -> dt.datetime:
        """Return the present instant, timezone-aware."""
        return dt.datetime.now(dt.UTC)


class MovableClock:
    """A clock that can be put anywhere: for tests, where it stands still, and for the sandbox, where it runs on from there."""

    def __init__(self, start: dt.datetime, *, running: bool = False) -> None:
        self._base = start
        self._since = time.monotonic()
        self._running = running

    def now(self) -> dt.datetime:
        """Return the instant it was moved to, and what has passed since if it runs."""
        if not self._running:
            return self._base
        return self._base + dt.timedelta(seconds=time.monotonic() - self._since)

    @property
    def running(self) -> bool:
        """Whether it runs on, rather than stand still."""
        return self._running

    def move(self, by: dt.timedelta) -> None:
        """Let time pass."""
        self._base += by

    def set(self, to: dt.datetime, *, running: bool | None = None) -> None:
        """Go to an instant, and run from there or stand still."""
        self._base = to
        self._since = time.monotonic()
        self._running = self._running if running is None else running
