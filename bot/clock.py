"""The only place that reads the time of the machine."""

from __future__ import annotations

import datetime as dt


class SystemClock:
    """The machine's clock, in UTC."""

    def now(self) -> dt.datetime:
        """Return the present instant, timezone-aware."""
        return dt.datetime.now(dt.UTC)


class MovableClock:
    """A clock that stands where it is put, or runs on from there: for tests and for the sandbox."""

    def __init__(self, start: dt.datetime) -> None:
        self._now = start

    def now(self) -> dt.datetime:
        """Return the instant it was moved to."""
        return self._now

    def move(self, by: dt.timedelta) -> None:
        """Let time pass."""
        self._now += by

    def set(self, to: dt.datetime) -> None:
        """Go to an instant."""
        self._now = to
