"""How fast one process hands messages over: evenly, as fast as the platform permits and never faster, answers first."""

from __future__ import annotations

import asyncio
import contextlib
import heapq
import itertools
import math
from collections import deque
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from bot.parcels import Parcel

WINDOW: Final = 1.0
"""Platforms count calls over a second."""
UNANSWERED: Final = 2.0
"""Seconds after which a call that is not answered counts as having arrived."""
MADE_UP: Final = 5
"""Calls that may follow each other at once after a stall."""
AHEAD: Final = 1.0
"""Seconds' worth of messages to have at hand: few looks into the database, and few that wait for a lease to end after a crash."""
MOST: Final = 100
"""Messages at hand, however fast a platform takes them."""
ROOM: Final = 32
"""Messages handed over at the same time, and those at hand where a platform permits any number."""


class Gate:
    """The allowance of a platform or of one workspace, as seconds of a monotonic clock.

    A call begins no earlier than a second after as many calls as a second permits were *answered*: so many can then never arrive at
    the platform within a second, however unevenly they travel. `queue` orders what is at hand by priority, then evenly among
    workspaces, then by age.
    """

    def __init__(self, per_second: float, processes: int = 1) -> None:
        self._permitted = per_second
        self._queue: list[tuple[int, int, int, Parcel]] = []
        self._numbers = itertools.count()
        self._turns: dict[int, int] = {}
        self._calls: deque[list[float]] = deque()
        self._next = 0.0
        self._paused = 0.0
        self._under_way = 0
        self._changed = asyncio.Event()
        self.paced = not math.isinf(per_second)
        self.share(processes)

    def share(self, processes: int) -> None:
        """Leave the other processes their part."""
        rate = self._permitted / processes
        self._interval = 0.0 if math.isinf(rate) else 1 / rate
        self._many = 0 if math.isinf(rate) else max(1, math.floor(rate))
        self._window = 0.0 if math.isinf(rate) else max(WINDOW, self._many / rate)
        self.at_hand = ROOM if math.isinf(rate) else max(4, min(MOST, math.ceil(rate * AHEAD)))

    def __len__(self) -> int:
        return len(self._queue)

    @property
    def low(self) -> bool:
        """Whether it is time to claim more: half of what should be at hand is gone, so that claiming is done for many at once."""
        return len(self._queue) <= self.at_hand // 2

    def put(self, parcels: list[Parcel]) -> None:
        """Add what was claimed; workspaces take turns."""
        if not self._queue:
            self._turns.clear()
        for parcel in parcels:
            turn = self._turns[parcel.workspace_id] = self._turns.get(parcel.workspace_id, self._first_turn()) + 1
            heapq.heappush(self._queue, (parcel.priority, turn, next(self._numbers), parcel))

    def _first_turn(self) -> int:
        """Return the turn that is on: a workspace that comes later does not catch up on those before."""
        return min((turn for _priority, turn, _number, _parcel in self._queue), default=1) - 1

    def take(self, now: float) -> Parcel | None:
        """Return what may go now, or None."""
        if not self._queue or self.opens() > now:
            return None
        parcel = heapq.heappop(self._queue)[-1]
        # What a busy process was late for is made up for, a little: the even pace is kept over some calls, not between each two.
        self._next = max(self._next, now - MADE_UP * self._interval) + self._interval
        return parcel

    def opens(self) -> float:
        """Return when the next call may begin; infinity while as many as there is room for are under way."""
        if self._under_way >= ROOM:
            return math.inf
        free = max(self._next, self._paused)
        if self._many and len(self._calls) >= self._many:
            begun, answered = self._calls[-self._many]
            free = max(free, min(answered, begun + UNANSWERED) + self._window)
        return free

    async def wait(self, now: float) -> None:
        """Wait until something may go, or may have changed."""
        opens = self.opens()
        if opens <= now:
            return
        if not self._waits_for_an_answer():
            await asyncio.sleep(opens - now)
            return
        self._changed.clear()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(None if math.isinf(opens) else opens - now):
                await self._changed.wait()

    def _waits_for_an_answer(self) -> bool:
        """Tell whether an answer may open the gate sooner. Most open nothing, and need not wake anybody."""
        oldest_counted = self._calls[-self._many] if self._many and len(self._calls) >= self._many else None
        return self._under_way >= ROOM or (oldest_counted is not None and math.isinf(oldest_counted[1]))

    def pause(self, until: float) -> None:
        """Let nothing through before an instant."""
        self._paused = max(self._paused, until)

    def begin(self, now: float) -> list[float]:
        """Count a call; the list it returns is given to `end`."""
        call = [now, math.inf]
        self._under_way += 1
        if self._many:
            self._calls.append(call)
            if len(self._calls) > self._many:
                self._calls.popleft()
        return call

    def end(self, call: list[float], now: float) -> None:
        """Say that a call was answered, or will not be."""
        call[1] = now
        self._under_way -= 1
        self._changed.set()

    def empty(self) -> list[Parcel]:
        """Take out all that is at hand."""
        parcels = [entry[-1] for entry in self._queue]
        self._queue.clear()
        return parcels
