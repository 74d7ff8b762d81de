"""The emulated Discord as a test uses it: start it, create people, let them act as their clients would."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any, Self

from aiohttp import web

from tests.emulators.discord import reading
from tests.emulators.discord.control import Control
from tests.emulators.discord.faults import Fault
from tests.emulators.discord.front import BASE, Front
from tests.emulators.discord.gateway import MESSAGE_CONTENT, GatewayServer
from tests.emulators.discord.rest import Rest
from tests.emulators.discord.world import (
    ADMINISTRATOR,
    MEMBER_RIGHTS,
    Channel,
    Guild,
    Interaction,
    Message,
    User,
    World,
    snowflake,
    stamp,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from types import TracebackType

Json = dict[str, Any]


class Discord:
    """One emulated Discord with one server (`guild`) and its channels. Use as an async context manager."""

    def __init__(self, *channels: str, seed: int = 0, port: int = 0) -> None:
        self.world = World()
        self.front = Front(self.world, seed)
        self.gateway = GatewayServer(self.world, seed)
        self.rest = Rest(self.world, self.gateway)
        self.guild = Guild(snowflake(), "Indépendants")
        self.world.guilds[self.guild.id] = self.guild
        self.guild.members[self.world.bot.id] = {"joined_at": stamp(), "administrator": False}
        for name in channels or ("general", "introductions", "help", "thanks"):
            self.add_channel(name)
        self.address = self.api_url = self.gateway_url = ""
        self.last: tuple[str, Json] | None = None
        self._port = port
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        application = web.Application(middlewares=[self.front.serve], client_max_size=30_000_000)
        self.rest.add_to(application)
        application.router.add_get("/", self.gateway.handle)
        Control(self).add_to(application)
        self._runner = runner = web.AppRunner(application, shutdown_timeout=0.2, access_log=None)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", self._port)
        await site.start()
        port = runner.addresses[0][1]
        self.address = f"http://127.0.0.1:{port}"
        self.api_url = self.address + BASE
        self.gateway.address = self.gateway_url = f"ws://127.0.0.1:{port}/"
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.front.released.set()
        self.gateway.stop()
        if self._runner is not None:
            await self._runner.cleanup()
        assert self.front.broken == [], "payloads that no server could read"

    # ------------------------------------------------------------ the place

    def add_channel(self, name: str) -> Channel:
        channel = Channel(snowflake(), 0, name, self.guild.id, position=len(self.world.channels))
        self.world.channels[channel.id] = channel
        return channel

    def channel(self, name: str) -> Channel:
        return next(channel for channel in self.world.channels.values() if channel.type == 0 and channel.name == name)

    def user(
        self, name: str, *, locale: str = "en-US", administrator: bool = False, dm_closed: bool = False, present: bool = True
    ) -> User:
        """Create somebody, a member of the server unless told otherwise; the bot is not told."""
        user = User(snowflake(), name, locale, dm_closed=dm_closed)
        self.world.users[user.id] = user
        if present:
            self.guild.members[user.id] = {"joined_at": stamp(), "administrator": administrator}
        return user

    def fail(self, method: str, path: str, times: int = 1, **how: Any) -> Fault:  # noqa: ANN401 - the fields of a fault
        """Let the next calls of a path (a regular expression) fail: see `Fault`."""
        fault = Fault(method, path, times, **how)
        self.front.faults.plan.append(fault)
        return fault

    # ------------------------------------------------------------ what happens by itself

    async def tell(self, event: str, data: Json) -> None:
        """Deliver an event and remember it for `repeat`."""
        self.last = (event, data)
        await self.gateway.dispatch(event, data)

    async def repeat(self) -> None:
        """Deliver the last event or interaction again, unchanged."""
        assert self.last is not None
        await self.gateway.dispatch(*self.last)

    async def join(self, user: User) -> None:
        self.guild.members[user.id] = {"joined_at": stamp(), "administrator": False}
        await self.tell("GUILD_MEMBER_ADD", self.world.member_payload(self.guild.id, user.id) | {"guild_id": self.guild.id})

    async def leave(self, user: User) -> None:
        self.guild.members.pop(user.id, None)
        await self.tell("GUILD_MEMBER_REMOVE", {"guild_id": self.guild.id, "user": user.payload()})

    async def delete_channel(self, channel: Channel) -> None:
        """Delete a channel with what stands in it."""
        del self.world.channels[channel.id]
        await self.tell("CHANNEL_DELETE", channel.payload(self.world.bot.id))

    async def revoke(self) -> None:
        """Take the bot's token back."""
        self.world.token = f"revoked.{snowflake()}"
        await self.gateway.close(4004)

    async def expel_bot(self) -> None:
        self.guild.members.pop(self.world.bot.id, None)
        await self.tell("GUILD_DELETE", {"id": self.guild.id})

    async def say(self, user: User, words: str, channel: Channel | None = None) -> Message:
        """Write a message as a person: to the bot, or in a channel, whose content the bot is not given."""
        place = channel or self.world.direct(user.id)
        message = self.world.write(place, user.id, {"content": words})
        payload = self.world.message_payload(message)
        intents = max((session.intents for session in self.gateway.sessions.values()), default=0)
        if place.guild and not intents & MESSAGE_CONTENT:
            payload["content"] = ""
        await self.tell("MESSAGE_CREATE", payload)
        return message

    # ------------------------------------------------------------ what people do

    async def slash(self, user: User, name: str, channel: Channel | None = None, /, **options: Any) -> Interaction:  # noqa: ANN401 - any option
        """Run a slash command. A `User` or a `Channel` may be an option; what a client would refuse raises `LookupError`."""
        data, resolved = self._command_data(name, options)
        if resolved:
            data["resolved"] = resolved
        return await self._interact(user, 2, channel or self.channel("general"), data)

    async def autocomplete(self, user: User, name: str, option: str, words: str, channel: Channel | None = None) -> list[Json]:
        """Type in an option; returns the choices offered."""
        data, _resolved = self._command_data(name, {option: words}, complete=False)
        inner = data
        while inner.get("options") and inner["options"][0]["type"] == 1:
            inner = inner["options"][0]
        inner["options"][0]["focused"] = True
        interaction = await self._interact(user, 4, channel or self.channel("general"), data)
        return interaction.choices or []

    async def menu(self, user: User, name: str, target: User | Message, channel: Channel | None = None) -> Interaction:
        """Use an entry of the context menu of a person or a message."""
        kind = 2 if isinstance(target, User) else 3
        command = self._known(name, kind)
        if isinstance(target, User):
            members = {target.id: self.world.member_payload(self.guild.id, target.id, with_user=False)}
            resolved: Json = {"users": {target.id: target.payload()}, "members": members}
        else:
            resolved = {"messages": {target.id: self.world.message_payload(target)}}
        data = {"id": command["id"], "name": command["name"], "type": kind, "target_id": target.id, "resolved": resolved}
        return await self._interact(user, 2, channel or self.channel("general"), data)

    async def press(self, user: User, message: Message, custom_id: str, values: Sequence[str] | None = None) -> Interaction:
        """Press a button or choose of a select, as it was shown."""
        control = next((one for one in reading.controls(message.components) if one.get("custom_id") == custom_id), None)
        data: Json = {"custom_id": custom_id, "component_type": control["type"] if control else 2, "id": 1}
        if values is not None:
            data["values"] = list(values)
        return await self._interact(user, 3, self.world.channels[message.channel], data, message)

    async def submit(self, user: User, opened: Interaction, values: Mapping[str, Any]) -> Interaction:
        """Send the modal that an interaction opened; what a client would not let through raises `ValueError`."""
        modal = opened.modal
        assert modal is not None
        resolved: Json = {}
        components = [
            {"type": 18, "id": 1, "component": self._filled(label["component"], values, resolved)} for label in modal["components"]
        ]
        data: Json = {"custom_id": modal["custom_id"], "components": components}
        if resolved:
            data["resolved"] = resolved
        source = self.world.messages.get(opened.source) if opened.source else None
        return await self._interact(user, 5, self.world.channels[opened.channel], data, source)

    def _filled(self, field: Json, values: Mapping[str, Any], resolved: Json) -> Json:
        name, kind = field["custom_id"], field["type"]
        component: Json = {"type": kind, "custom_id": name, "id": 1}
        if kind == 4:
            words = str(values.get(name, field.get("value", "")))
            if len(words) > field.get("max_length", 4000) or (words and len(words) < field.get("min_length", 0)):
                message = f"{name}: the client takes {field.get('min_length', 0)} to {field.get('max_length', 4000)} characters"
                raise ValueError(message)
            if field.get("required", True) and not words:
                message = f"{name}: the client requires it"
                raise ValueError(message)
            return component | {"value": words}
        if kind == 3:
            default = [option["value"] for option in field["options"] if option.get("default")]
            chosen = values.get(name, default)
            chosen = [chosen] if isinstance(chosen, str) else list(chosen)
            chosen = [value for value in chosen if value]
            if not set(chosen) <= {option["value"] for option in field["options"]}:
                message = f"{name}: not offered: {chosen}"
                raise ValueError(message)
        else:
            default = [one["id"] for one in field.get("default_values", [])]
            picked = values.get(name, default)
            picked = picked if isinstance(picked, list) else [picked] if picked else []
            chosen = [one if isinstance(one, str) else one.id for one in picked]
            for number in chosen:
                self._resolve(number, resolved)
        if not field.get("min_values", 1) <= len(chosen) <= field.get("max_values", 1):
            message = f"{name}: {len(chosen)} chosen"
            raise ValueError(message)
        return component | {"values": chosen}

    def _resolve(self, number: str, resolved: Json) -> None:
        if number in self.world.users:
            resolved.setdefault("users", {})[number] = self.world.users[number].payload()
            if number in self.guild.members:
                member = self.world.member_payload(self.guild.id, number, with_user=False) | {"permissions": str(MEMBER_RIGHTS)}
                resolved.setdefault("members", {})[number] = member
        else:
            resolved.setdefault("channels", {})[number] = self.world.channels[number].payload(self.world.bot.id)

    def _known(self, name: str, kind: int) -> Json:
        for command in self.world.commands:
            if command.get("type", 1) == kind and command["name"] == name:
                return command
        message = f"no command {name!r} of type {kind}"
        raise LookupError(message)

    def _command_data(self, name: str, given: Mapping[str, Any], *, complete: bool = True) -> tuple[Json, Json]:
        first, _space, second = name.partition(" ")
        command = self._known(first, 1)
        options = command.get("options", [])
        if second:
            inner = next((option for option in options if option["type"] == 1 and option["name"] == second), None)
            if inner is None:
                message = f"no command {name!r}"
                raise LookupError(message)
            options = inner.get("options", [])
        resolved: Json = {}
        written: list[Json] = []
        for key, value in given.items():
            option = next((one for one in options if one["name"] == key), None)
            if option is None:
                message = f"{name}: no option {key!r}"
                raise LookupError(message)
            if isinstance(value, User | Channel):
                self._resolve(value.id, resolved)
                value = value.id  # noqa: PLW2901 - what the client sends
            elif isinstance(value, str) and len(value) > option.get("max_length", 6000):
                message = f"{name}: the client takes at most {option['max_length']} characters for {key}"
                raise LookupError(message)
            written.append({"name": key, "type": option["type"], "value": value})
        missing = [option["name"] for option in options if option.get("required") and option["name"] not in given]
        if missing and complete:
            message = f"{name}: the client requires {missing}"
            raise LookupError(message)
        data: Json = {"id": command["id"], "name": first, "type": 1, "options": written}
        if second:
            data["options"] = [{"name": second, "type": 1, "options": written}]
        return data, resolved

    async def _interact(self, user: User, kind: int, channel: Channel, data: Json, message: Message | None = None) -> Interaction:
        interaction = self._prepare(user, kind, channel, data, message)
        await self.tell("INTERACTION_CREATE", interaction.payload)
        async with asyncio.timeout(30):
            await interaction.over.wait()
        return interaction

    def _prepare(self, user: User, kind: int, channel: Channel, data: Json, message: Message | None) -> Interaction:
        number, token = snowflake(), f"interaction-token-{snowflake()}"
        payload: Json = {
            "id": number,
            "application_id": self.world.application,
            "type": kind,
            "token": token,
            "version": 1,
            "data": data,
            "channel_id": channel.id,
            "channel": channel.payload(self.world.bot.id),
            "locale": user.locale,
            "app_permissions": "0",
            "attachment_size_limit": 10_485_760,
            "entitlements": [],
            "authorizing_integration_owners": {"0": channel.guild or "0"},
            "context": 0 if channel.guild else 1,
        }
        if channel.guild:
            rights = MEMBER_RIGHTS | (ADMINISTRATOR if self.guild.members[user.id]["administrator"] else 0)
            member = self.world.member_payload(channel.guild, user.id) | {"permissions": str(rights)}
            guild = {"id": channel.guild, "locale": "en-US", "features": []}
            payload |= {"guild_id": channel.guild, "guild": guild, "guild_locale": "en-US", "member": member}
        else:
            payload["user"] = user.payload()
        if message is not None:
            payload["message"] = self.world.message_payload(message)
        interaction = Interaction(
            number, token, kind, user.id, channel.id, payload, time.monotonic(), message.id if message else ""
        )
        self.world.interactions[token] = interaction
        return interaction

    async def send(self, user: User, kind: int, channel: Channel, data: Json, message: Message | None = None) -> Interaction:
        """Deliver an interaction without waiting for its answer."""
        interaction = self._prepare(user, kind, channel, data, message)
        await self.tell("INTERACTION_CREATE", interaction.payload)
        return interaction
