"""An emulated platform with a great many people who all know the bot, in a process of its own.

`python -m benchmarks.crowd slack|discord strict|lenient PEOPLE FILE` writes into FILE where it is and who is there, and answers
until its input ends. A strict one keeps to its published limits.
"""

from __future__ import annotations

import asyncio
import sys
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import msgspec

from benchmarks.side import up

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

PER_SECOND: Final = {"slack": 100.0, "discord": 50.0}
"""Messages that may arrive. Discord says how many; on Slack it depends on the workspace, and is configured."""


class Crowd(msgspec.Struct, frozen=True):
    """Where a platform is, what it accepts, and everybody's conversation with the bot, by account."""

    address: str
    token: str
    workspace: str
    conversations: dict[str, str]
    api_url: str
    gateway_url: str = ""
    secret: str = ""


class Arrived(msgspec.Struct, frozen=True):
    """What a platform got: one text as an example, how many conversations, the seconds from first to last, what it refused."""

    messages: int
    distinct: int
    conversations: int
    seconds: float
    refused: int
    text: str


def arrived(platform: str, crowd: Crowd) -> Arrived:
    """Ask a platform what became of it all."""
    if platform == "slack":
        messages, state = _asked(crowd, "accepted"), _asked(crowd, "state")
        refused, key = sum(state["refused"].values()), "key"
    else:
        messages, state = _asked(crowd, "messages"), _asked(crowd, "report")
        refused, key = state["limited"] + state["limited_everywhere"], "nonce"
    times = sorted(message["at"] for message in messages)
    return Arrived(
        messages=len(messages),
        distinct=len({message[key] for message in messages}),
        conversations=len({message["channel"] for message in messages}),
        seconds=times[-1] - times[0] if times else 0.0,
        refused=refused,
        text=min((message["text"] for message in messages), default=""),
    )


def _asked(crowd: Crowd, what: str) -> Any:  # noqa: ANN401 - JSON
    with urllib.request.urlopen(f"{crowd.address}/emulator/{what}") as answer:  # noqa: S310 - our own process
        return msgspec.json.decode(answer.read())


# ---------------------------------------------------------------- the process


def _tell(crowd: Crowd, file: Path) -> None:
    file.write_bytes(msgspec.json.encode(crowd))


async def slack(people: int, file: Path, *, strict: bool) -> None:
    """Serve Slack."""
    from tests.emulators.slack import BOT_TOKEN, SECRET, SlackEmulator  # noqa: PLC0415 - only in a process of its own
    from tests.emulators.slack.pace import published  # noqa: PLC0415

    emulator = SlackEmulator("http")
    emulator.api.remember = False
    await emulator.start()
    space = emulator.workspace
    accounts = [str(space.add_user(f"Member {number}")["id"]) for number in range(people)]
    if strict:
        emulator.api.pace.enforce(published(PER_SECOND["slack"]))
    conversations = {account: space.conversation([account]).id for account in accounts}
    crowd = Crowd(emulator.address, BOT_TOKEN, space.team, conversations, emulator.api_url, secret=SECRET)
    _tell(crowd, file)
    await up("listening")
    await emulator.stop()


async def discord(people: int, file: Path, *, strict: bool) -> None:
    """Serve Discord."""
    from tests.emulators.discord import Discord  # noqa: PLC0415
    from tests.emulators.discord.world import Channel, snowflake  # noqa: PLC0415

    async with Discord() as emulator:
        conversations: dict[str, str] = {}
        for number in range(people):
            account = emulator.user(f"Member {number}").id
            channel = Channel(snowflake(), 1, people=[account, emulator.world.bot.id])
            emulator.world.channels[channel.id] = channel
            conversations[account] = channel.id
        emulator.front.rates.enforced = strict
        crowd = Crowd(
            emulator.address,
            emulator.world.token,
            emulator.guild.id,
            conversations,
            emulator.api_url,
            gateway_url=emulator.gateway_url,
        )
        _tell(crowd, file)
        await up("listening")


if __name__ == "__main__":
    _, _platform, _limits, _people, _file = sys.argv
    serve: dict[str, Callable[..., Coroutine[Any, Any, None]]] = {"slack": slack, "discord": discord}
    asyncio.run(serve[_platform](int(_people), Path(_file), strict=_limits == "strict"))
