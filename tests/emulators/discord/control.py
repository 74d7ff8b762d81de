"""The emulator driven from another process: what goes wrong, who is there and what they do, and what came of it, as JSON.

| call | does |
|---|---|
| `GET /emulator` | addresses, token, the server, its channels |
| `GET /emulator/report` | the counts of `report.py` |
| `GET /emulator/messages?after=ID` | the bot's messages with nonce, channel and arrival |
| `POST /emulator/faults` | the fields of `Chances`; `{"seed", "plan": [Fault…], "storm": Storm, "enforce", "nonce_seconds", …}` |
| `POST /emulator/gateway` | `{"close": code}`, `{"op": 7}`, `{"op": 9}`, `{"refuse": n}`, `{"duplicate", "reorder"}` |
| `POST /emulator/people` | `{"count", "prefix", "join"}`: creates members |
| `POST /emulator/world` | what is deleted, archived, closed, left or revoked: see `_HAPPENS` |
| `POST /emulator/act` | `{"do": "slash" | "press" | "say", "user", …}`: a person acts; answers with how it was acknowledged |
"""

from __future__ import annotations

import dataclasses
import random
import time
from typing import TYPE_CHECKING, Any

from aiohttp import web

from tests.emulators.discord import report
from tests.emulators.discord.faults import Chances, Fault
from tests.emulators.discord.rates import Storm

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from tests.emulators.discord.server import Discord

Json = dict[str, Any]

_CHANCES = {one.name for one in dataclasses.fields(Chances)}
_WORLD = {"nonce_seconds", "keeps_nonces", "answer_seconds"}


class Control:
    """The routes under `/emulator`."""

    def __init__(self, discord: Discord) -> None:
        self.discord = discord

    def add_to(self, application: web.Application) -> None:
        routes: list[tuple[str, str, Callable[[Json], Awaitable[object]]]] = [
            ("GET", "", self.about),
            ("GET", "/report", self.report),
            ("GET", "/messages", self.messages),
            ("POST", "/faults", self.faults),
            ("POST", "/gateway", self.gateway),
            ("POST", "/people", self.people),
            ("POST", "/world", self.world),
            ("POST", "/act", self.act),
        ]
        for method, path, does in routes:
            application.router.add_route(method, f"/emulator{path}", _answering(does))

    async def about(self, _asked: Json) -> Json:
        discord = self.discord
        return {
            "api_url": discord.api_url,
            "gateway_url": discord.gateway_url,
            "token": discord.world.token,
            "bot": discord.world.bot.id,
            "guild": discord.guild.id,
            "channels": {one.name: one.id for one in discord.world.channels.values() if one.type == 0},
        }

    async def report(self, _asked: Json) -> Json:
        return report.report(self.discord)

    async def messages(self, asked: Json) -> list[Json]:
        return report.messages(self.discord, asked.get("after", ""))

    async def faults(self, asked: Json) -> Json:
        """Set what is named and leave the rest as it was."""
        faults, rates, world = self.discord.front.faults, self.discord.front.rates, self.discord.world
        unknown = asked.keys() - _CHANCES - _WORLD - {"seed", "plan", "storm", "enforce"}
        if unknown:
            message = f"unknown: {sorted(unknown)}"
            raise ValueError(message)
        if "seed" in asked:
            faults.seed = asked["seed"]
            faults.random = random.Random(faults.seed)  # noqa: S311 - repeatable, guards nothing
        if "plan" in asked:
            faults.plan = [Fault(**one) for one in asked["plan"]]
        if "storm" in asked:
            storm = dict(asked["storm"] or {})
            rates.storm = Storm(time.monotonic() + storm.pop("seconds"), **storm) if storm else None
        rates.enforced = asked.get("enforce", rates.enforced)
        for name in _WORLD & asked.keys():
            setattr(world, name, asked[name])
        faults.chances = dataclasses.replace(faults.chances, **{name: asked[name] for name in _CHANCES & asked.keys()})
        return {"seed": faults.seed, "enforce": rates.enforced, "planned": len(faults.plan), **dataclasses.asdict(faults.chances)}

    async def gateway(self, asked: Json) -> Json:
        gateway = self.discord.gateway
        gateway.duplicate = asked.get("duplicate", gateway.duplicate)
        gateway.reorder = asked.get("reorder", gateway.reorder)
        gateway.refuse_connections = asked.get("refuse", gateway.refuse_connections)
        if "op" in asked:
            await gateway.operate(asked["op"], data=asked.get("resumable", False) if asked["op"] == 9 else None)
        if "close" in asked:
            await gateway.close(asked["close"])
        return report.report(self.discord)["gateway"]

    async def people(self, asked: Json) -> list[str]:
        found: list[str] = []
        for number in range(asked.get("count", 1)):
            user = self.discord.user(
                f"{asked.get('prefix', 'Member')} {number + 1}",
                locale=asked.get("locale", "en-US"),
                administrator=asked.get("administrator", False),
                present=not asked.get("join", False),
            )
            found.append(user.id)
            if asked.get("join"):
                await self.discord.join(user)
        return found

    async def world(self, asked: Json) -> Json:
        for name, value in asked.items():
            await _HAPPENS[name](self.discord, value)
        return {}

    async def act(self, asked: Json) -> Json:
        discord = self.discord
        user, channel = discord.world.users[asked["user"]], discord.world.channels.get(asked.get("channel", ""))
        began = time.monotonic()
        match asked["do"]:
            case "slash":
                acted = await discord.slash(user, asked["name"], channel, **asked.get("options", {}))
            case "press":
                message = discord.world.messages[asked["message"]]
                acted = await discord.press(user, message, asked["custom_id"], asked.get("values"))
            case "say":
                return {"message": (await discord.say(user, asked["words"], channel)).id}
            case other:
                message = f"unknown: {other}"
                raise ValueError(message)
        return {"acknowledged": acted.acknowledged, "seconds": time.monotonic() - began, "message": acted.original}


async def _delete_channel(discord: Discord, channel: str) -> None:
    await discord.delete_channel(discord.world.channels[channel])


async def _archive(discord: Discord, channel: str) -> None:
    discord.world.channels[channel].archived = True


async def _lock(discord: Discord, channel: str) -> None:
    discord.world.channels[channel].archived = discord.world.channels[channel].locked = True


async def _leave(discord: Discord, user: str) -> None:
    await discord.leave(discord.world.users[user])


async def _delete_user(discord: Discord, user: str) -> None:
    discord.world.users[user].deleted = True
    await discord.leave(discord.world.users[user])


async def _close_direct(discord: Discord, user: str) -> None:
    discord.world.users[user].dm_closed = True


async def _revoke(discord: Discord, _yes: object) -> None:
    await discord.revoke()


async def _restore(discord: Discord, token: str) -> None:
    discord.world.token = token


async def _expel(discord: Discord, _yes: object) -> None:
    await discord.expel_bot()


_HAPPENS: dict[str, Callable[[Discord, Any], Awaitable[None]]] = {
    "delete_channel": _delete_channel,
    "archive": _archive,
    "lock": _lock,
    "leave": _leave,
    "delete_user": _delete_user,
    "close_direct": _close_direct,
    "revoke_token": _revoke,
    "restore_token": _restore,
    "expel_bot": _expel,
}


def _answering(does: Callable[[Json], Awaitable[object]]) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def answer(request: web.Request) -> web.Response:
        asked = await request.json() if request.can_read_body else dict(request.query)
        try:
            return web.json_response(await does(asked))
        except (KeyError, LookupError, TypeError, ValueError) as error:
            return web.json_response({"error": f"{type(error).__name__}: {error}"}, status=400)

    return answer
