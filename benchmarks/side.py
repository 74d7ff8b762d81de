"""What benchmarks run in processes of their own: a bot, or the platforms around it, so that neither pays for the other."""

from __future__ import annotations

import asyncio
import contextlib
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

ROOT: Final = Path(__file__).resolve().parent.parent
PATIENCE: Final = 20


class Platforms(msgspec.Struct, frozen=True):
    """Where the emulated platforms are, and what they accept."""

    slack_url: str
    slack_bot_token: str
    slack_app_token: str
    slack_secret: str
    discord_url: str
    discord_gateway: str
    discord_token: str


@contextlib.contextmanager
def child(module: str, *arguments: str) -> Iterator[str]:
    """Run a module of ours in another process for as long as the block lasts; yields the line it says once it is up."""
    command = [sys.executable, "-m", module, *arguments]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603
        assert process.stdin is not None and process.stdout is not None  # noqa: S101, PT018 - pipes were asked for
        try:
            said = process.stdout.readline().strip()
            if not said:
                message = f"{module} {' '.join(arguments)} ended before it was up"
                raise RuntimeError(message)
            yield said
        finally:
            process.stdin.close()
            try:
                process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()


async def up(said: str) -> None:
    """In such a process: say what the parent waits for, and stay until it needs us no longer."""
    sys.stdout.write(said + "\n")
    sys.stdout.flush()
    await asyncio.to_thread(sys.stdin.read)


def alternately(rounds: int, *ways: Callable[[], float]) -> list[list[float]]:
    """Measure several ways in turns, each round beginning with another, so that a busy machine slows them alike."""
    found: list[list[float]] = [[] for _ in ways]
    for turn in range(rounds):
        for offset in range(len(ways)):
            place = (turn + offset) % len(ways)
            found[place].append(ways[place]())
    return found


async def in_turns(rounds: int, *ways: Callable[[], Awaitable[float]]) -> list[list[float]]:
    """Do the same with coroutines."""
    found: list[list[float]] = [[] for _ in ways]
    for turn in range(rounds):
        for offset in range(len(ways)):
            place = (turn + offset) % len(ways)
            found[place].append(await ways[place]())
    return found


@contextlib.contextmanager
def platforms(mode: str) -> Iterator[Platforms]:
    """Run both platforms; `mode` is how Slack delivers."""
    with child("benchmarks.side", mode) as said:
        yield msgspec.json.decode(said, type=Platforms)


async def serve(mode: str) -> None:
    """Serve both platforms."""
    from tests.emulators.discord import Discord  # noqa: PLC0415 - only in a process of its own
    from tests.emulators.slack import APP_TOKEN, BOT_TOKEN, SECRET, SlackEmulator  # noqa: PLC0415

    slack = SlackEmulator(mode)
    await slack.start()
    async with Discord() as discord:
        addresses = Platforms(
            slack.api_url, BOT_TOKEN, APP_TOKEN, SECRET, discord.api_url, discord.gateway_url, discord.world.token
        )
        await up(msgspec.json.encode(addresses).decode())
    await slack.stop()


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1]))
