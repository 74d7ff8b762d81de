"""An emulator in another process, as a test holds it."""

# ruff: noqa: ANN401 - JSON comes in any shape

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Any

import aiohttp
import msgspec

from tests.emulators.slack.workspace import Json

ROOT = Path(__file__).parents[3]


class RemoteSlack:
    """Started by `start`, ended by `stop`. `told` is what the emulator said of itself: addresses, tokens, users, channels."""

    def __init__(self, process: asyncio.subprocess.Process, told: Json) -> None:
        self._process = process
        self._session = aiohttp.ClientSession()
        self.told = told
        self.address: str = told["address"]
        self.api_url: str = told["api_url"]
        self.users: list[str] = told["users"]
        self.channels: dict[str, str] = told["channels"]

    @classmethod
    async def start(cls, *options: str, port: int = 0) -> RemoteSlack:
        """Start one with the options of its command line and wait until it listens."""
        command = (sys.executable, "-m", "tests.emulators.slack", str(port), *options)
        process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdout=asyncio.subprocess.PIPE)
        assert process.stdout is not None
        line = await asyncio.wait_for(process.stdout.readline(), 30)
        assert line, "the emulator ended before it listened"
        return cls(process, msgspec.json.decode(line))

    async def state(self) -> Json:
        """Return every figure."""
        return await self._asked("GET", "state")

    async def accepted(self, after: int = 0) -> list[Json]:
        """Return the bot's messages ever taken, without the first `after`."""
        return await self._asked("GET", f"accepted?after={after}")

    async def set(self, **told: Any) -> None:
        """Change what goes wrong: see `Control.set`."""
        await self._asked("POST", "set", told)

    async def do(self, what: str, **how: Any) -> Any:
        """Let somebody do something and return what came of it: see `Control.do`."""
        [done] = await self._asked("POST", "do", [{"do": what, **how}])
        return done

    async def stop(self) -> None:
        """End it."""
        await self._session.close()
        if self._process.returncode is None:
            self._process.terminate()
            await self._process.wait()

    async def _asked(self, verb: str, path: str, body: Any = None) -> Any:
        data = None if body is None else msgspec.json.encode(body)
        async with self._session.request(verb, f"{self.address}/emulator/{path}", data=data) as answer:
            content = await answer.read()
            assert answer.status == 200, content.decode(errors="replace")
            return msgspec.json.decode(content)
