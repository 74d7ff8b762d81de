"""The emulator in a process of its own: `python -m tests.emulators.slack PORT --seed 7 --mode socket --users 1000`.

Prints one line of JSON with its addresses when it listens, then answers until it is ended. `tests.emulators.slack.remote`
starts it and talks to it.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import signal
import sys

from tests.emulators.slack.server import APP_TOKEN, BOT_TOKEN, SECRET, SlackEmulator


async def serve(options: argparse.Namespace) -> None:
    slack = SlackEmulator(options.mode, port=options.port, seed=options.seed)
    slack.api.remember = options.remember
    slack.api.checks_blocks = options.check_blocks
    slack.patient = False
    await slack.start()
    ended = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, ended.set)
    slack.requests.urls = options.url
    users = [slack.workspace.add_user(f"Member {number}")["id"] for number in range(options.users)]
    channels = {name: slack.workspace.channel(name).id for name in options.channels.split(",") if name}
    told = {"address": slack.address, "api_url": slack.api_url, "bot_token": BOT_TOKEN, "app_token": APP_TOKEN, "secret": SECRET}
    sys.stdout.write(json.dumps({**told, "users": users, "channels": channels}) + "\n")
    sys.stdout.flush()
    await ended.wait()
    await slack.stop()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.emulators.slack", description=__doc__)
    parser.add_argument("port", type=int, nargs="?", default=0)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--mode", choices=("http", "socket"), default="http")
    parser.add_argument("--users", type=int, default=0, help="people in the workspace")
    parser.add_argument("--channels", default="general", help="public channels, comma-separated")
    parser.add_argument("--url", action="append", default=[], help="where the bot listens, in HTTP mode; several take turns")
    parser.add_argument("--remember", action="store_true", help="keep every call with its arguments")
    parser.add_argument("--check-blocks", action=argparse.BooleanOptionalAction, default=True)
    asyncio.run(serve(parser.parse_args()))


if __name__ == "__main__":
    main()
