"""The acknowledgement that Slack waits three seconds for: settled once, by the answer, a deferral or the time."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from adapters.slack.render import Json

PATIENCE: Final = 2.5
"""Seconds after which an interaction is acknowledged empty, whatever is still under way."""


class Acknowledgement:
    """What Slack gets as the direct answer to a delivery: a JSON body, or nothing."""

    def __init__(self, patience: float = PATIENCE) -> None:
        loop = asyncio.get_running_loop()
        self._settled: asyncio.Future[Json | None] = loop.create_future()
        self._timer = loop.call_later(patience, self.settle)
        self._left = asyncio.Event()

    @property
    def open(self) -> bool:
        """Whether Slack still waits for it."""
        return not self._settled.done()

    def settle(self, body: Json | None = None) -> bool:
        """Give the answer; False where one was given before."""
        if self._settled.done():
            return False
        self._timer.cancel()
        self._settled.set_result(body)
        return True

    def left(self) -> None:
        """Say that the answer is on its way to Slack."""
        self._left.set()

    async def gone(self) -> None:
        """Wait until it is, so that what follows does not overtake it."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._left.wait(), 1)

    async def wait(self) -> Json | None:
        """Return what to answer, once it is known."""
        return await self._settled
