"""What benchmarks run in a process of its own: Discord and Slack emulated, so that their cost is not the bot's."""

from __future__ import annotations

import asyncio
import contextlib
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent


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
def platforms(mode: str) -> Iterator[Platforms]:
    """Run both platforms in another process for as long as the block lasts; `mode` is how Slack delivers."""
    command = [sys.executable, "-m", "benchmarks.side", mode]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:  # noqa: S603 - ourselves
        assert process.stdin is not None and process.stdout is not None  # noqa: S101, PT018 - pipes were asked for
        try:
            yield msgspec.json.decode(process.stdout.readline(), type=Platforms)
        finally:
            process.stdin.close()
            process.wait(timeout=20)


async def serve(mode: str) -> None:
    """Say where the platforms are, and serve them until standard input ends."""
    from tests.emulators.discord import Discord  # noqa: PLC0415 - only in the process of its own
    from tests.emulators.slack import APP_TOKEN, BOT_TOKEN, SECRET, SlackEmulator  # noqa: PLC0415

    slack = SlackEmulator(mode)
    await slack.start()
    async with Discord() as discord:
        addresses = Platforms(
            slack.api_url, BOT_TOKEN, APP_TOKEN, SECRET, discord.api_url, discord.gateway_url, discord.world.token
        )
        sys.stdout.write(msgspec.json.encode(addresses).decode() + "\n")
        sys.stdout.flush()
        await asyncio.to_thread(sys.stdin.read)
    await slack.stop()


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1]))
