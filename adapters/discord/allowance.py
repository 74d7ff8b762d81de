"""Fifty calls a second in all (https://docs.discord.com/developers/topics/rate-limits#global-rate-limit).

Delivery counts messages; putting people in touch takes several calls for one, which wait here for their turn. Answers to
interactions do not count.
"""

from __future__ import annotations

import asyncio
import math
from collections import deque
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

PER_SECOND: Final = 50
_WINDOW: Final = 1.0
_ARRIVED: Final = 0.5
"""Seconds after which a call that is not answered counts as having arrived."""


class Allowance:
    """A call begins a second after the fiftieth before it was answered: so many can never arrive within one second."""

    def __init__(self, per_second: int = PER_SECOND) -> None:
        self._calls: deque[list[float]] = deque(maxlen=per_second)
        self._turn = asyncio.Lock()

    @asynccontextmanager
    async def one(self) -> AsyncIterator[None]:
        """Make one call, as soon as there is room for it."""
        loop = asyncio.get_running_loop()
        async with self._turn:
            if len(self._calls) == self._calls.maxlen:
                begun = self._calls[0][0]
                if begun + _WINDOW > loop.time():
                    await asyncio.sleep(begun + _WINDOW - loop.time())
                # By now it is known when that call was answered, or that it is not.
                opens = min(self._calls[0][1], begun + _ARRIVED) + _WINDOW
                if opens > loop.time():
                    await asyncio.sleep(opens - loop.time())
            call = [loop.time(), math.inf]
            self._calls.append(call)
        try:
            yield
        finally:
            call[1] = loop.time()

    def made(self, count: int) -> None:
        """Count calls that were made just now without waiting for room."""
        now = asyncio.get_running_loop().time()
        self._calls.extend([now, now] for _call in range(count))
