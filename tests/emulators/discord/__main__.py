"""The emulated Discord in a process of its own: `python -m tests.emulators.discord PORT --seed 7 --members 1000 --enforce`.

Says where it is in one line of JSON (as `GET /emulator`), and serves until it is terminated. Port 0 takes a free one.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import signal
import sys

from tests.emulators.discord.control import Control
from tests.emulators.discord.server import Discord


async def serve(asked: argparse.Namespace) -> None:
    over = asyncio.Event()
    for ending in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(ending, over.set)
    async with Discord(*asked.channels.split(","), seed=asked.seed, port=asked.port) as discord:
        discord.front.rates.enforced = asked.enforce
        for number in range(asked.members):
            discord.user(f"Member {number + 1}", locale="fr" if number % 2 else "en-US")
        said = await Control(discord).about({})
        said["members"] = [user.id for user in discord.world.users.values() if not user.bot]
        sys.stdout.write(json.dumps(said) + "\n")
        sys.stdout.flush()
        await over.wait()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.emulators.discord")
    parser.add_argument("port", type=int)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--members", type=int, default=0)
    parser.add_argument("--channels", default="general,introductions,help,thanks")
    parser.add_argument("--enforce", action="store_true")
    asyncio.run(serve(parser.parse_args()))


main()
