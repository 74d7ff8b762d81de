"""The HTTP interface of the emulator: what Confrère's adapter and discord.py call, refused where Discord would refuse."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

from aiohttp import web

from tests.emulators.discord import limits
from tests.emulators.discord.front import BASE
from tests.emulators.discord.limits import Refused
from tests.emulators.discord.world import (
    MANAGE_THREADS,
    PRIVATE_THREADS,
    PUBLIC_THREADS,
    SEND,
    SEND_IN_THREADS,
    VIEW,
    Channel,
    Interaction,
    Message,
    World,
    snowflake,
)

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from tests.emulators.discord.gateway import GatewayServer

Json = dict[str, Any]


class Rest:
    """The routes."""

    def __init__(self, world: World, gateway: GatewayServer) -> None:
        self.world = world
        self.gateway = gateway

    def add_to(self, application: web.Application) -> None:
        message = "/channels/{channel}/messages/{message}"
        original = "/webhooks/{application}/{token}/messages/{message}"
        routes: list[tuple[str, str, Callable[[web.Request], Awaitable[Any]]]] = [
            ("GET", "/users/@me", self.me),
            ("GET", "/oauth2/applications/@me", self.about),
            ("GET", "/applications/{application}/commands", self.commands),
            ("PUT", "/applications/{application}/commands", self.write_commands),
            ("POST", "/interactions/{interaction}/{token}/callback", self.callback),
            ("POST", "/webhooks/{application}/{token}", self.followup),
            ("GET", original, self.read_answer),
            ("PATCH", original, self.edit_answer),
            ("DELETE", original, self.delete_answer),
            ("POST", "/users/@me/channels", self.open_direct),
            ("GET", "/users/{user}", self.user),
            ("GET", "/guilds/{guild}", self.guild),
            ("GET", "/guilds/{guild}/members/{user}", self.member),
            ("GET", "/guilds/{guild}/threads/active", self.active_threads),
            ("GET", "/channels/{channel}", self.channel),
            ("PATCH", "/channels/{channel}", self.change_channel),
            ("DELETE", "/channels/{channel}", self.delete_channel),
            ("POST", "/channels/{channel}/typing", self.typing),
            ("GET", "/channels/{channel}/messages", self.messages),
            ("POST", "/channels/{channel}/messages", self.post),
            ("GET", message, self.read),
            ("PATCH", message, self.edit),
            ("DELETE", message, self.delete),
            ("POST", f"{message}/threads", self.thread_of_message),
            ("POST", "/channels/{channel}/threads", self.thread),
            ("GET", "/channels/{channel}/thread-members", self.thread_members),
            ("PUT", "/channels/{channel}/thread-members/{user}", self.add_to_thread),
        ]
        for method, path, handler in routes:
            # aiohttp wants responses; `Front`, which stands before every route, makes them of what these return.
            application.router.add_route(method, BASE + path, handler)

    async def _body(self, request: web.Request) -> tuple[Any, dict[str, bytes]]:
        if request.content_type == "multipart/form-data":
            form = await request.post()
            payload = json.loads(str(form["payload_json"]))
            described = {f"files[{one['id']}]": one["filename"] for one in payload.get("data", payload)["attachments"]}
            files: dict[str, bytes] = {}
            for name, part in form.items():
                if name != "payload_json":
                    assert isinstance(part, web.FileField)
                    limits.need(described.get(name) == part.filename, f"{name}: no attachment has this number and name")
                    files[part.filename] = part.file.read()
            return payload, files
        if request.headers.get("Content-Type") != "application/json":
            raise Refused(400, 50035, "Content-Type must be application/json")
        return await request.json(), {}

    # ------------------------------------------------------------ the bot and its commands

    async def me(self, _request: web.Request) -> Json:
        return self.world.bot.payload() | {"verified": True, "mfa_enabled": True, "flags": 0}

    async def about(self, _request: web.Request) -> Json:
        return {
            "id": self.world.application,
            "name": "Confrère",
            "icon": None,
            "description": "",
            "bot_public": False,
            "bot_require_code_grant": False,
            "verify_key": "00",
            "flags": 1 << 15,
            "owner": self.world.bot.payload(),
            "team": None,
            "summary": "",
        }

    async def commands(self, request: web.Request) -> list[Json]:
        if request.query.get("with_localizations") == "true":
            return self.world.commands
        hidden = {"name_localizations", "description_localizations"}
        return [{key: value for key, value in command.items() if key not in hidden} for command in self.world.commands]

    async def write_commands(self, request: web.Request) -> list[Json]:
        wanted, _files = await self._body(request)
        limits.check_commands(wanted)
        self.world.command_writes += 1
        added = {"application_id": self.world.application, "version": snowflake(), "dm_permission": True, "nsfw": False}
        self.world.commands = [{"type": 1, **command, "id": snowflake(), **added} for command in wanted]
        return self.world.commands

    # ------------------------------------------------------------ interactions

    async def callback(self, request: web.Request) -> Json | None:
        interaction = self.world.interactions.get(request.match_info["token"])
        if interaction is None or interaction.id != request.match_info["interaction"]:
            raise Refused(404, 10062, "Unknown interaction")
        if interaction.acknowledged:
            raise Refused(400, 40060, "Interaction has already been acknowledged.")
        if time.monotonic() - interaction.began > self.world.answer_seconds:
            raise Refused(404, 10062, "Unknown interaction")
        body, files = await self._body(request)
        limits.need(not body.keys() - {"type", "data"}, "callback: unknown fields")
        self._acknowledge(interaction, body["type"], body.get("data") or {}, files)
        interaction.acknowledged = body["type"]
        interaction.over.set()
        self.world.touch()
        if request.query.get("with_response") != "1":
            return None
        answer: Json = {
            "interaction": {"id": interaction.id, "type": interaction.kind, "response_message_id": interaction.original}
        }
        if body["type"] in (4, 7):
            message = self.world.messages[interaction.original]
            answer["resource"] = {"type": body["type"], "message": self.world.message_payload(message)}
        return answer

    def _acknowledge(self, interaction: Interaction, kind: int, data: Json, files: dict[str, bytes]) -> None:
        source = self.world.messages.get(interaction.source)
        match kind:
            case 4:
                limits.need(interaction.kind != 4, "a message cannot answer an autocomplete")
                private = bool(data.get("flags", 0) & limits.EPHEMERAL)
                interaction.original = self._answer(interaction, data, files, private=private).id
            case 5:
                limits.need(interaction.kind != 4, "an autocomplete cannot be deferred")
                interaction.waiting = True
                interaction.deferred_private = bool(data.get("flags", 0) & limits.EPHEMERAL)
            case 6:
                limits.need(interaction.kind in (3, 5), "only components and modals can be acknowledged silently")
                interaction.original = interaction.source
            case 7:
                limits.need(interaction.kind in (3, 5) and interaction.source, "there is no message to update")
                interaction.original = interaction.source
                if source is None:
                    raise Refused(404, 10008, "Unknown Message")
                self.world.edit(source, data, files)
            case 8:
                limits.need(interaction.kind == 4, "only an autocomplete takes choices")
                limits.check_suggestions(data["choices"])
                interaction.choices = data["choices"]
            case 9:
                limits.need(interaction.kind in (2, 3), "a modal can only answer a command or a component")
                limits.check_modal(data)
                interaction.modal = data
            case _:
                raise Refused(400, 50035, f"unknown callback type {kind}")

    def _answer(self, interaction: Interaction, data: Json, files: dict[str, bytes], *, private: bool) -> Message:
        channel = self.world.channels[interaction.channel]
        message = self.world.write(channel, self.world.bot.id, data, files, only_for=interaction.user if private else "")
        message.application_token = interaction.token
        return message

    def _acknowledged(self, request: web.Request) -> Interaction:
        interaction = self.world.interactions.get(request.match_info["token"])
        if interaction is None or request.match_info["application"] != self.world.application:
            raise Refused(404, 10015, "Unknown Webhook")
        if not interaction.acknowledged:
            raise Refused(404, 10015, "Unknown Webhook")
        return interaction

    async def followup(self, request: web.Request) -> Json:
        interaction = self._acknowledged(request)
        data, files = await self._body(request)
        private = bool(data.get("flags", 0) & limits.EPHEMERAL)
        if interaction.waiting:
            interaction.waiting, private = False, interaction.deferred_private
            message = self._answer(interaction, data, files, private=private)
            interaction.original = message.id
        else:
            message = self._answer(interaction, data, files, private=private)
        return self.world.message_payload(message)

    def _answered(self, request: web.Request) -> tuple[Interaction, Message | None]:
        interaction = self._acknowledged(request)
        number = request.match_info["message"]
        message = self.world.messages.get(interaction.original if number == "@original" else number)
        mine = message is not None and (message.application_token == interaction.token or message.id == interaction.source)
        return interaction, message if mine else None

    async def read_answer(self, request: web.Request) -> Json:
        _interaction, message = self._answered(request)
        if message is None:
            raise Refused(404, 10008, "Unknown Message")
        return self.world.message_payload(message)

    async def edit_answer(self, request: web.Request) -> Json:
        interaction, message = self._answered(request)
        data, files = await self._body(request)
        limits.need(not data.get("flags", 0) & limits.EPHEMERAL, "who sees a message cannot be changed")
        if message is None and interaction.waiting and request.match_info["message"] == "@original":
            interaction.waiting = False
            message = self._answer(interaction, data, files, private=interaction.deferred_private)
            interaction.original = message.id
            return self.world.message_payload(message)
        if message is None:
            raise Refused(404, 10008, "Unknown Message")
        return self.world.message_payload(self.world.edit(message, data, files))

    async def delete_answer(self, request: web.Request) -> None:
        interaction, message = self._answered(request)
        if request.match_info["message"] == "@original" and interaction.waiting:
            interaction.waiting = False
            self.world.touch()
            return
        if message is None:
            raise Refused(404, 10008, "Unknown Message")
        del self.world.messages[message.id]
        self.world.touch()

    # ------------------------------------------------------------ channels and messages

    async def open_direct(self, request: web.Request) -> Json:
        data, _files = await self._body(request)
        user = self.world.users.get(str(data["recipient_id"]))
        if user is None:
            raise Refused(400, 50033, "Invalid Recipient(s)")
        if user.deleted:
            raise Refused(404, 10013, "Unknown User")
        return self.world.direct(str(data["recipient_id"])).payload(self.world.bot.id)

    def _channel(self, request: web.Request, needed: int = 0) -> Channel:
        channel = self.world.channels.get(request.match_info["channel"])
        if channel is None:
            raise Refused(404, 10003, "Unknown Channel")
        if channel.guild:
            rights = self.world.rights(channel)
            if not rights & VIEW or self.world.bot.id not in self.world.guilds[channel.guild].members:
                raise Refused(403, 50001, "Missing Access")
            if needed & ~rights:
                raise Refused(403, 50013, "Missing Permissions")
        return channel

    def _message(self, request: web.Request) -> Message:
        channel = self._channel(request)
        message = self.world.messages.get(request.match_info["message"])
        if message is None or message.channel != channel.id or message.only_for:
            raise Refused(404, 10008, "Unknown Message")
        return message

    async def channel(self, request: web.Request) -> Json:
        return self._channel(request).payload(self.world.bot.id)

    async def change_channel(self, request: web.Request) -> Json:
        channel = self._channel(request)
        data, _files = await self._body(request)
        limits.need(not data.keys() - {"archived", "locked", "name"}, "channel: unknown fields")
        if (channel.locked or "locked" in data) and not self.world.rights(channel) & MANAGE_THREADS:
            raise Refused(403, 50013, "Missing Permissions")
        channel.archived = data.get("archived", channel.archived)
        channel.locked = data.get("locked", channel.locked)
        return channel.payload(self.world.bot.id)

    async def delete_channel(self, request: web.Request) -> Json:
        channel = self._channel(request, MANAGE_THREADS)
        del self.world.channels[channel.id]
        return channel.payload(self.world.bot.id)

    async def typing(self, request: web.Request) -> None:
        self._channel(request)

    async def messages(self, request: web.Request) -> list[Json]:
        channel = self._channel(request)
        most = int(request.query.get("limit", "50"))
        limits.need(1 <= most <= 100, "limit: 1 to 100")
        after, before = int(request.query.get("after", "0")), int(request.query.get("before", "0")) or 1 << 63
        mine = [one for one in self.world.history(channel.id) if after < int(one.id) < before and not one.only_for]
        found = mine[:most] if after else mine[-most:]
        return [self._recalled(message) for message in reversed(found)]

    def _recalled(self, message: Message) -> Json:
        """Return a message as Discord reads it back: what was its nonce is not kept with it."""
        payload = self.world.message_payload(message)
        if not self.world.keeps_nonces:
            payload.pop("nonce", None)
        return payload | {"components": limits.numbered(payload["components"])}

    async def post(self, request: web.Request) -> Json:
        channel = self._channel(request)
        for user in channel.people if channel.type == 1 else ():
            self._reachable(user)
        self._channel(request, SEND_IN_THREADS if channel.type in (11, 12) else SEND if channel.guild else 0)
        if channel.locked and not self.world.rights(channel) & MANAGE_THREADS:
            raise Refused(400, 160005, "Thread is locked")
        channel.archived = False
        data, files = await self._body(request)
        limits.need(not data.get("flags", 0) & limits.EPHEMERAL, "only an interaction can be answered privately")
        return self.world.message_payload(self.world.write(channel, self.world.bot.id, data, files))

    def _reachable(self, user: str) -> None:
        """Refuse who closed direct messages, who has left, and who is no more."""
        somebody = self.world.users[user]
        if somebody.dm_closed or somebody.deleted:
            raise Refused(403, 50007, "Cannot send messages to this user")
        if not any({user, self.world.bot.id} <= guild.members.keys() for guild in self.world.guilds.values()):
            raise Refused(403, 50278, "Cannot send messages to this user due to having no mutual guilds")

    def _open(self, channel: Channel) -> None:
        """Refuse a thread that is archived: writing in it opens it again, changing what is in it does not."""
        if channel.archived:
            raise Refused(400, 50083, "Thread is archived")

    async def read(self, request: web.Request) -> Json:
        return self._recalled(self._message(request))

    async def edit(self, request: web.Request) -> Json:
        message = self._message(request)
        if message.author != self.world.bot.id:
            raise Refused(403, 50005, "Cannot edit a message authored by another user")
        self._open(self.world.channels[message.channel])
        data, files = await self._body(request)
        return self.world.message_payload(self.world.edit(message, data, files))

    async def delete(self, request: web.Request) -> None:
        message = self._message(request)
        self._open(self.world.channels[message.channel])
        del self.world.messages[message.id]
        self.world.touch()

    async def thread_of_message(self, request: web.Request) -> Json:
        message, channel = self._message(request), self._channel(request, PUBLIC_THREADS)
        data, _files = await self._body(request)
        limits.length(data.get("name"), 1, 100, "thread name")
        if message.id in self.world.channels:
            raise Refused(400, 160004, "A thread has already been created for this message")
        thread = Channel(message.id, 11, data["name"], channel.guild, channel.id, self.world.bot.id)
        self.world.channels[thread.id] = thread
        return thread.payload(self.world.bot.id)

    async def thread(self, request: web.Request) -> Json:
        data, _files = await self._body(request)
        private = data.get("type") == 12
        channel = self._channel(request, PRIVATE_THREADS if private else PUBLIC_THREADS)
        limits.need(channel.type == 0, "threads stand in text channels")
        limits.length(data.get("name"), 1, 100, "thread name")
        limits.need(data.get("auto_archive_duration") in (60, 1440, 4320, 10080), "auto_archive_duration")
        thread = Channel(
            snowflake(), 12 if private else 11, data["name"], channel.guild, channel.id, self.world.bot.id, [self.world.bot.id]
        )
        self.world.channels[thread.id] = thread
        await self.gateway.dispatch("THREAD_CREATE", thread.payload(self.world.bot.id) | {"newly_created": True})
        return thread.payload(self.world.bot.id)

    async def thread_members(self, request: web.Request) -> list[Json]:
        return [{"id": request.match_info["channel"], "user_id": user, "flags": 0} for user in self._channel(request).people]

    async def add_to_thread(self, request: web.Request) -> None:
        thread = self._channel(request, SEND_IN_THREADS)
        self._open(thread)
        user = request.match_info["user"]
        if user not in self.world.users or self.world.users[user].deleted:
            raise Refused(404, 10013, "Unknown User")
        if user not in self.world.guilds[thread.guild].members:
            raise Refused(403, 50001, "Missing Access")
        if user not in thread.people:
            thread.people.append(user)
        self.world.touch()

    async def active_threads(self, request: web.Request) -> Json:
        mine = [one for one in self.world.channels.values() if one.guild == request.match_info["guild"] and one.type in (11, 12)]
        mine = [one for one in mine if not one.archived]
        return {"threads": [thread.payload(self.world.bot.id) for thread in mine], "members": []}

    async def user(self, request: web.Request) -> Json:
        user = self.world.users.get(request.match_info["user"])
        if user is None:
            raise Refused(404, 10013, "Unknown User")
        return user.payload()

    async def guild(self, request: web.Request) -> Json:
        guild = self.world.guilds.get(request.match_info["guild"])
        if guild is None or self.world.bot.id not in guild.members:
            raise Refused(404, 10004, "Unknown Guild")
        return self.world.guild_payload(guild)

    async def member(self, request: web.Request) -> Json:
        guild = self.world.guilds.get(request.match_info["guild"])
        if guild is None:
            raise Refused(404, 10004, "Unknown Guild")
        if request.match_info["user"] not in guild.members:
            raise Refused(404, 10007, "Unknown Member")
        return self.world.member_payload(guild.id, request.match_info["user"])
