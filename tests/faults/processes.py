"""Processes to be killed and frozen. One that has loaded everything forks them: two hundred begin in the time of twenty."""

from __future__ import annotations

import asyncio
import contextlib
import multiprocessing
import os
import signal
from typing import TYPE_CHECKING, Any, Final, Protocol, Self, TypeAlias, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from multiprocessing.connection import Connection
    from multiprocessing.context import ForkServerProcess

PATIENCE: Final = 60.0
"""Seconds until a process that says nothing counts as stuck."""


class Say(Protocol):
    """How a process tells whoever began it what it does."""

    def __call__(self, words: str) -> None: ...


Work: TypeAlias = "Callable[..., Coroutine[Any, Any, None]]"
"""What a process does until it is killed: a function at the top of a module, given `Say` and its own arguments."""


class Victim:
    """One process, at the mercy of whoever began it."""

    def __init__(self, process: ForkServerProcess, heard: Connection) -> None:
        self._process = process
        self._heard = heard

    async def says(self, wanted: str) -> None:
        """Wait until it says something from now on: what it said before is forgotten."""
        while self._heard.poll():
            self._heard.recv_bytes()
        await self.said(wanted)

    async def said(self, wanted: str) -> None:
        """Wait until it says, or has said, something.

        Raises:
            EOFError: it ended first.
        """
        while True:
            await _readable(self._heard.fileno())
            if self._heard.recv_bytes() == wanted.encode():
                return

    def freeze(self) -> None:
        """Let it stand still, in whatever it does."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on as if no time had passed."""
        self._signal(signal.SIGCONT)

    def ask_to_stop(self) -> None:
        """Send what an operator sends."""
        self._signal(signal.SIGTERM)

    async def kill(self) -> None:
        """End it as a power cut would; returns when it is gone."""
        self._signal(signal.SIGKILL)
        await self.ended()

    async def ended(self) -> int:
        """Wait until it is gone; return its exit status."""
        if self._process.exitcode is None:
            await _readable(self._process.sentinel)
            self._process.join()
        status = self._process.exitcode
        assert status is not None
        self._heard.close()
        return status

    def _signal(self, number: signal.Signals) -> None:
        if self._process.pid is not None and self._process.exitcode is None:
            os.kill(self._process.pid, number)


class Nursery:
    """Begins processes that do the work of a module. Those that are left at the end are killed; used as a context."""

    def __init__(self, module: str) -> None:
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload([module])
        self._living: list[Victim] = []

    async def begin(self, work: Work, *arguments: object) -> Victim:
        """Begin a process and return once it says `ready`."""
        hears, says = self._context.Pipe(duplex=False)
        process = self._context.Process(target=_live, args=(work, says, arguments))
        await asyncio.to_thread(process.start)
        says.close()
        victim = Victim(process, cast("Connection", hears))
        self._living.append(victim)
        await victim.said("ready")
        return victim

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_error: object) -> None:
        for victim in self._living:
            await victim.kill()


def _live(work: Work, pipe: Connection, arguments: tuple[object, ...]) -> None:
    """Be such a process. Words that nobody reads are lost, so that it never waits for a reader."""
    os.set_blocking(pipe.fileno(), False)

    def say(words: str) -> None:
        with contextlib.suppress(BlockingIOError):
            pipe.send_bytes(words.encode())

    async def live() -> None:
        # The end that writes becomes readable once nobody is left at the other: whoever began this process is gone.
        asyncio.get_running_loop().add_reader(pipe.fileno(), os._exit, 0)
        await work(say, *arguments)

    asyncio.run(live())


async def _readable(descriptor: int) -> None:
    loop = asyncio.get_running_loop()
    ready = loop.create_future()
    loop.add_reader(descriptor, lambda: ready.done() or ready.set_result(None))
    try:
        await asyncio.wait_for(ready, PATIENCE)
    finally:
        loop.remove_reader(descriptor)
