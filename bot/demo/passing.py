"""Lets time pass on a clock that can be moved, as if it were lived: what was due happens in its order, each thing at its time."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

from bot.clock import SystemClock
from bot.recurrence import Recurrence
from storage.schedules import Schedules

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.app import Application
    from bot.clock import MovableClock

HOUR: Final = dt.timedelta(hours=1)


class Passing:
    """Goes from stop to stop: each date of a calendar, each message's time, and the beats in between.

    `beat` is how often what is looked after at intervals gets its turn, counted from midnight in UTC: every minute of a month would
    be 43,200 times. Nothing else is late: what falls on a date, and what waits for a member's own hours, comes at its time.
    """

    def __init__(self, application: Application, clock: MovableClock, *, beat: dt.timedelta = HOUR) -> None:
        self._application = application
        self._clock = clock
        self._beat = beat

    def ahead(self) -> dt.timedelta:
        """Return how far the clock is ahead of the machine's."""
        return self._clock.now() - SystemClock().now()

    async def until(self, to: dt.datetime, at_each: Callable[[], None] | None = None) -> None:
        """Let time pass until an instant. `at_each` stop the clock stands there, and nothing of it has happened yet."""
        ran = self._clock.running
        self._clock.set(self._clock.now(), running=False)
        try:
            while (now := self._clock.now()) < to:
                self._clock.set(min(to, await self._next(now)))
                if at_each is not None:
                    at_each()
                await self.settle()
        finally:
            self._clock.set(self._clock.now(), running=ran)

    async def settle(self) -> None:
        """Let happen what is due now, and deliver what comes of it."""
        await self._application.scheduler.tick()
        await self._application.idle()

    async def _next(self, now: dt.datetime) -> dt.datetime:
        """Return the next stop."""
        midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
        stops = [midnight + self._beat * ((now - midnight) // self._beat + 1)]
        store = self._application.store
        message = await store.deliveries.next_due(now)
        if message is not None:
            stops.append(message)
        communities = await store.communities()
        async with store.unit(write=False) as unit:
            for community in communities:
                planned = await unit.use(Schedules, community).planned()
                stops += [one.next.due for one in planned if isinstance(one.when, Recurrence)]
        return min(stop for stop in stops if stop > now)
