"""`confrere run` as an operator runs it: a process of its own, stopped with SIGTERM."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tests.emulators.slack import APP_TOKEN, BOT_TOKEN

if TYPE_CHECKING:
    from asyncio.subprocess import Process
    from collections.abc import AsyncGenerator

    from tests.faults.stage import Stage

ROOT: Final = Path(__file__).parents[2]


def written(folder: Path, stage: Stage, url: str) -> Path:
    """Write the configuration of a bot on both platforms."""
    file = folder / "config.toml"
    file.write_text(
        f"""
[community]
name = "Les Indés"
[database]
url = "{url}"
[slack]
bot_token = "{BOT_TOKEN}"
app_token = "{APP_TOKEN}"
api_url = "{stage.slack.api_url}"
messages_per_second = 50
[discord]
token = "{stage.discord.world.token}"
api_url = "{stage.discord.api_url}"
gateway_url = "{stage.discord.gateway_url}"
[log]
format = "json"
""",
        encoding="utf-8",
    )
    return file


class Running:
    """One process. `said` is its log so far."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self.said: list[str] = []
        self._ready = asyncio.Event()
        self._reading = asyncio.create_task(self._read())

    async def ready(self) -> None:
        """Wait until it says so."""
        async with asyncio.timeout(60):
            await self._ready.wait()

    async def stop(self) -> int:
        """Ask it to stop, as an operator does; return its exit status."""
        self._process.send_signal(signal.SIGTERM)
        return await self.ended()

    async def ended(self) -> int:
        """Wait until it is gone; return its exit status."""
        async with asyncio.timeout(10):
            await self._reading
            return await self._process.wait()

    def kill(self) -> None:
        """End it, if it has not ended."""
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()

    async def _read(self) -> None:
        assert self._process.stderr is not None
        async for line in self._process.stderr:
            self.said.append(line.decode())
            if '"event": "ready"' in self.said[-1]:
                self._ready.set()


@contextlib.asynccontextmanager
async def running(config: Path, count: int = 1) -> AsyncGenerator[list[Running]]:
    """Run `confrere run` so many times, for as long as the block lasts."""
    command = (sys.executable, "-m", "bot", "run", "--config", str(config))
    bots = [
        Running(await asyncio.create_subprocess_exec(*command, cwd=ROOT, stderr=asyncio.subprocess.PIPE))
        for _number in range(count)
    ]
    try:
        for bot in bots:
            await bot.ready()
        yield bots
    finally:
        for bot in bots:
            bot.kill()
            await bot.ended()
