"""A Discord command through the gateway, from the interaction to the answer at its callback, against a bare discord.py tree.

Ours is the real adapter with the real runner and every command registered; the store is in memory. The floor is discord.py's
client with a `CommandTree` of one command. Each runs in a process of its own on an emulated Discord of its own. The emulator
is as strict as in the tests until both have answered a first command there; while it measures, it only notes that an answer
came, so that its checks do not hide what the bots cost.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import time
from contextlib import AsyncExitStack, ExitStack
from typing import TYPE_CHECKING, Any, Final

from benchmarks.result import Result, against
from benchmarks.side import child, in_turns, up
from tests.emulators.discord import Discord

if TYPE_CHECKING:
    from aiohttp import web

CLIENTS: Final = 8
INTERACTIONS: Final = 120
"""In a round, over all clients. Many short rounds: what else the machine does then slows both alike."""
ROUNDS: Final = 41
NAME: Final = "benchmark"


class Busy:
    """An emulated Discord on which several people run one command after the other."""

    def __init__(self, discord: Discord) -> None:
        self.discord = discord
        self._strict = discord.rest.callback
        self._payload: dict[str, Any] | None = None
        self._waited: dict[str, asyncio.Future[None]] = {}
        self._number = 10**18
        # Before the emulator starts: its routes are made then.
        discord.rest.callback = self._callback  # type: ignore[method-assign]

    async def check(self) -> None:
        """Have the command answered once as strictly as in the tests, and keep its interaction as a pattern."""
        await self.discord.gateway.ready.wait()
        interaction = await self.discord.slash(self.discord.user("Ada"), NAME, need="bread")
        if interaction.acknowledged != 4:
            message = f"answered with {interaction.acknowledged}, not with a message"
            raise RuntimeError(message)
        self._payload = interaction.payload

    async def rate(self) -> float:
        """Return commands a second."""
        left = iter(range(INTERACTIONS))
        began = time.perf_counter()
        await asyncio.gather(*(self._client(left) for _ in range(CLIENTS)))
        self.discord.front.calls.clear()
        for session in self.discord.gateway.sessions.values():
            session.sent.clear()
        return INTERACTIONS / (time.perf_counter() - began)

    async def _client(self, left: Any) -> None:  # noqa: ANN401 - an iterator shared by the clients
        assert self._payload is not None  # noqa: S101 - `check` was called
        for _ in left:
            self._number += 1
            token = f"token-{self._number}"
            answered = self._waited[token] = asyncio.get_running_loop().create_future()
            payload = self._payload | {"id": str(self._number), "token": token}
            await self.discord.gateway.dispatch("INTERACTION_CREATE", payload)
            async with asyncio.timeout(20):
                await answered

    async def _callback(self, request: web.Request) -> dict[str, Any] | None:
        answered = self._waited.pop(request.match_info["token"], None)
        if answered is None:
            return await self._strict(request)
        body = await request.read()
        if b"An answer." not in body:
            raise RuntimeError(body)
        answered.set_result(None)
        if request.query.get("with_response") not in ("1", "true", "True"):
            return None
        return {"interaction": {"id": request.match_info["interaction"], "type": 2}}


async def _measured() -> list[list[float]]:
    async with AsyncExitStack() as emulators:
        with ExitStack() as bots:
            sides: list[Busy] = []
            for name in ("ours", "bare"):
                side = Busy(Discord())
                await emulators.enter_async_context(side.discord)
                arguments = (name, side.discord.world.token, side.discord.api_url, side.discord.gateway_url)
                # In a thread: while it starts, it connects to the emulator in this one.
                await asyncio.to_thread(bots.enter_context, child("benchmarks.discord", *arguments))
                await side.check()
                sides.append(side)
            for side in sides:
                await side.rate()
            found = await in_turns(ROUNDS, *(side.rate for side in sides))
            await asyncio.to_thread(bots.close)
            return found


def measure() -> list[Result]:
    """Return commands a second with several people at once."""
    ours, bare = (statistics.median(rates) for rates in asyncio.run(_measured()))
    return [against(f"discord: commands through the gateway, {CLIENTS} clients", ours, "1/s", bare, least=0.9)]


# ---------------------------------------------------------------- the two bots, each in a process of its own


async def ours(token: str, api_url: str, gateway_url: str) -> None:
    """Run the real adapter on the real runner."""
    from adapters.discord.client import DiscordAdapter  # noqa: PLC0415 - only in a process of its own
    from benchmarks import bot  # noqa: PLC0415
    from bot.clock import SystemClock  # noqa: PLC0415
    from bot.config import DiscordConfig  # noqa: PLC0415

    registry = bot.registry()
    adapter = DiscordAdapter(DiscordConfig(token, api_url, gateway_url), registry, SystemClock())
    await adapter.start(bot.handle(registry))
    await up("ready")
    await adapter.stop()


async def bare(token: str, api_url: str, gateway_url: str) -> None:
    """Run discord.py's own client with a tree of one command."""
    import discord  # noqa: PLC0415

    from adapters.discord.gateway import point_at  # noqa: PLC0415
    from bot.config import DiscordConfig  # noqa: PLC0415

    point_at(DiscordConfig(token, api_url, gateway_url))
    intents = discord.Intents.none()
    intents.guilds = True
    client = discord.Client(intents=intents, max_messages=None, allowed_mentions=discord.AllowedMentions.none())
    tree = discord.app_commands.CommandTree(client)

    async def answer(interaction: discord.Interaction, need: str) -> None:
        del need
        await interaction.response.send_message("An answer.", ephemeral=True)

    # The annotations are strings in this module, and discord.py looks for names where the function was defined.
    answer.__annotations__ = {"interaction": discord.Interaction, "need": str}
    tree.add_command(discord.app_commands.Command(name=NAME, description="Answers at once", callback=answer))
    await client.login(token)
    await tree.sync()
    connected = asyncio.create_task(client.connect())
    await client.wait_until_ready()
    await up("ready")
    await client.close()
    await connected


if __name__ == "__main__":
    asyncio.run({"ours": ours, "bare": bare}[sys.argv[1]](*sys.argv[2:]))
