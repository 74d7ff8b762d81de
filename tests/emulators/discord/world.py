"""The state of the emulated Discord: people, servers, channels, messages, interactions."""

from __future__ import annotations

import asyncio
import datetime as dt
import itertools
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.emulators.discord import limits, reading

Json = dict[str, Any]

ADMINISTRATOR, MANAGE_GUILD, VIEW, SEND = 1 << 3, 1 << 5, 1 << 10, 1 << 11
MANAGE_THREADS, PUBLIC_THREADS, PRIVATE_THREADS, SEND_IN_THREADS = 1 << 34, 1 << 35, 1 << 36, 1 << 38
MEMBER_RIGHTS = VIEW | SEND | 1 << 14 | 1 << 15 | 1 << 16 | 1 << 31 | SEND_IN_THREADS
BOT_RIGHTS = MEMBER_RIGHTS | PUBLIC_THREADS | PRIVATE_THREADS | MANAGE_THREADS
_EPOCH = 1420070400000
_counter = itertools.count(1)


def snowflake() -> str:
    """Return a new number, carrying the present time as Discord's do."""
    return str((int(time.time() * 1000) - _EPOCH) << 22 | next(_counter) & 0x3FFFFF)


def stamp() -> str:
    return dt.datetime.now(dt.UTC).isoformat()


@dataclass
class User:
    """Somebody, or the bot."""

    id: str
    name: str
    locale: str = "en-US"
    bot: bool = False
    dm_closed: bool = False
    deleted: bool = False

    def payload(self) -> Json:
        return {
            "id": self.id,
            "username": self.name.lower().replace(" ", "_"),
            "global_name": self.name,
            "discriminator": "0",
            "avatar": None,
            "bot": self.bot,
            "public_flags": 0,
        }


@dataclass
class Channel:
    """A text channel (0), a direct message (1), a public (11) or a private (12) thread."""

    id: str
    type: int
    name: str = ""
    guild: str = ""
    parent: str = ""
    owner: str = ""
    people: list[str] = field(default_factory=list)
    denied: int = 0
    position: int = 0
    archived: bool = False
    locked: bool = False

    def payload(self, bot: str) -> Json:
        if self.type == 1:
            return {"id": self.id, "type": 1, "recipients": [], "last_message_id": None, "flags": 0}
        common: Json = {
            "id": self.id,
            "type": self.type,
            "name": self.name,
            "guild_id": self.guild,
            "flags": 0,
            "rate_limit_per_user": 0,
        }
        if self.type in (11, 12):
            metadata: Json = {"archived": self.archived, "auto_archive_duration": 10080, "archive_timestamp": stamp()}
            metadata["locked"] = self.locked
            return common | {
                "parent_id": self.parent,
                "owner_id": self.owner,
                "message_count": 0,
                "member_count": len(self.people),
                "thread_metadata": metadata,
            }
        overwrites = [{"id": bot, "type": 1, "allow": "0", "deny": str(self.denied)}] if self.denied else []
        return common | {
            "position": self.position,
            "permission_overwrites": overwrites,
            "parent_id": None,
            "nsfw": False,
            "topic": None,
        }


@dataclass
class Guild:
    """A server."""

    id: str
    name: str
    members: dict[str, Json] = field(default_factory=dict)
    bot_rights: int = BOT_RIGHTS


@dataclass
class Message:
    """A message; `only_for` is whoever sees an ephemeral one."""

    id: str
    channel: str
    author: str
    payload: Json
    only_for: str = ""
    files: dict[str, bytes] = field(default_factory=dict)
    application_token: str = ""
    at: float = field(default_factory=time.time)

    @property
    def components(self) -> list[Json]:
        return self.payload.get("components") or []

    @property
    def pings(self) -> tuple[str, ...]:
        """Ids that the message notifies, given what it allows."""
        allowed = self.payload.get("allowed_mentions")
        found = reading.mentions("\n".join(reading.texts(self.components)) + (self.payload.get("content") or ""))
        if allowed is None:
            return tuple(found)
        return tuple(one for one in found if one in allowed.get("users", []) or "users" in allowed.get("parse", []))


@dataclass
class Interaction:
    """Something a person did, and what came back. `over` is set once it was acknowledged."""

    id: str
    token: str
    kind: int
    user: str
    channel: str
    payload: Json
    began: float
    source: str = ""
    acknowledged: int = 0
    original: str = ""
    deferred_private: bool = False
    waiting: bool = False
    modal: Json | None = None
    choices: list[Json] | None = None
    over: asyncio.Event = field(default_factory=asyncio.Event)


class World:
    """Everything that Discord knows."""

    def __init__(self) -> None:
        self.application = snowflake()
        self.token = "MTIz.emulated.token"
        self.bot = User(snowflake(), "Confrère", bot=True)
        self.users: dict[str, User] = {self.bot.id: self.bot}
        self.guilds: dict[str, Guild] = {}
        self.channels: dict[str, Channel] = {}
        self.messages: dict[str, Message] = {}
        self._channels: dict[str, list[Message]] = {}
        self.interactions: dict[str, Interaction] = {}
        self.commands: list[Json] = []
        self.command_writes = 0
        self.nonces: dict[str, tuple[float, str]] = {}
        self.answer_seconds = 3.0
        self.nonce_seconds = 180.0
        """Discord says "the past few minutes" (https://docs.discord.com/developers/resources/message#create-message)."""
        self.keeps_nonces = False
        """Whether reading a message back tells its nonce. Discord is not known to keep it."""
        self.replayed = 0
        """Posts answered with the message that an earlier one had made."""
        self.changed = asyncio.Event()

    # ------------------------------------------------------------ what stands where

    def direct(self, user: str) -> Channel:
        for channel in self.channels.values():
            if channel.type == 1 and user in channel.people:
                return channel
        channel = Channel(snowflake(), 1, people=[user, self.bot.id])
        self.channels[channel.id] = channel
        return channel

    def rights(self, channel: Channel) -> int:
        """Return what the bot may do in a channel of a server."""
        base = self.channels.get(channel.parent) if channel.type in (11, 12) else channel
        guild = self.guilds[channel.guild]
        return guild.bot_rights & ~(base.denied if base else 0)

    def guild_payload(self, guild: Guild) -> Json:
        everyone = {"id": guild.id, "name": "@everyone", "permissions": str(MEMBER_RIGHTS), "position": 0}
        rights = {"id": str(int(guild.id) + 1), "name": "Confrère", "permissions": str(guild.bot_rights), "position": 1}
        plain = {"color": 0, "hoist": False, "managed": False, "mentionable": False, "flags": 0, "colors": {"primary_color": 0}}
        mine = [channel for channel in self.channels.values() if channel.guild == guild.id]
        return {
            "id": guild.id,
            "name": guild.name,
            "owner_id": "1",
            "unavailable": False,
            "member_count": len(guild.members),
            "joined_at": "2026-01-01T00:00:00+00:00",
            "large": False,
            "roles": [everyone | plain, rights | plain],
            "channels": [channel.payload(self.bot.id) for channel in mine if channel.type == 0],
            "threads": [channel.payload(self.bot.id) for channel in mine if channel.type in (11, 12)],
            "members": [self.member_payload(guild.id, self.bot.id)],
            "emojis": [],
            "stickers": [],
            "presences": [],
            "voice_states": [],
            "features": [],
            "verification_level": 0,
            "default_message_notifications": 0,
            "explicit_content_filter": 0,
            "mfa_level": 0,
            "afk_timeout": 300,
            "premium_tier": 0,
            "nsfw_level": 0,
            "system_channel_flags": 0,
            "preferred_locale": "en-US",
            "stage_instances": [],
            "guild_scheduled_events": [],
            "soundboard_sounds": [],
        }

    def member_payload(self, guild: str, user: str, *, with_user: bool = True) -> Json:
        known = self.guilds[guild].members[user]
        roles = [str(int(guild) + 1)] if user == self.bot.id else []
        member: Json = {"nick": None, "roles": roles, "joined_at": known["joined_at"], "deaf": False, "mute": False, "flags": 0}
        return member | ({"user": self.users[user].payload()} if with_user else {})

    def message_payload(self, message: Message) -> Json:
        channel = self.channels[message.channel]
        attachments = [
            {"id": snowflake(), "filename": name, "size": len(content), "url": f"https://cdn.invalid/{name}", "proxy_url": ""}
            for name, content in message.files.items()
        ]
        payload: Json = {
            "id": message.id,
            "channel_id": message.channel,
            "author": self.users[message.author].payload(),
            "content": message.payload.get("content") or "",
            "timestamp": stamp(),
            "edited_timestamp": None,
            "tts": False,
            "mention_everyone": False,
            "mentions": [],
            "mention_roles": [],
            "attachments": attachments,
            "embeds": [],
            "pinned": False,
            "type": 0,
            "flags": (message.payload.get("flags") or 0) | (limits.EPHEMERAL if message.only_for else 0),
            "components": message.components,
        }
        if "nonce" in message.payload:
            payload["nonce"] = message.payload["nonce"]
        if channel.guild:
            payload["guild_id"] = channel.guild
        return payload

    # ------------------------------------------------------------ writing

    def write(
        self, channel: Channel, author: str, payload: Json, files: dict[str, bytes] | None = None, *, only_for: str = ""
    ) -> Message:
        """Put a message in a channel, once for each nonce within its window."""
        files = files or {}
        limits.check_message(payload, list(files))
        key = f"{author}:{payload['nonce']}" if payload.get("enforce_nonce") else ""
        if key and key in self.nonces:
            at, number = self.nonces[key]
            if time.monotonic() - at < self.nonce_seconds:
                self.replayed += 1
                if number not in self.messages:
                    # A message that was deleted since is not made again.
                    raise limits.Refused(404, 10008, "Unknown Message")
                return self.messages[number]
        message = Message(snowflake(), channel.id, author, payload, only_for, files)
        self.messages[message.id] = message
        self._channels.setdefault(channel.id, []).append(message)
        if key:
            self.nonces[key] = (time.monotonic(), message.id)
        self.touch()
        return message

    def history(self, channel: str) -> list[Message]:
        """Return the messages of a channel, oldest first."""
        return [message for message in self._channels.get(channel, ()) if message.id in self.messages]

    def edit(self, message: Message, payload: Json, files: dict[str, bytes] | None = None) -> Message:
        files = files or {}
        was = message.payload.get("flags", 0) & limits.COMPONENTS_V2
        limits.check_message(payload | ({"flags": was} if was else {}), list(files), editing=True)
        limits.need(not was or payload.get("flags", was) & limits.COMPONENTS_V2, "components v2 cannot be taken away")
        message.payload = message.payload | {key: value for key, value in payload.items() if key != "flags"}
        if "attachments" in payload:
            message.files = files
        self.touch()
        return message

    def touch(self) -> None:
        """Wake whoever waits for a change."""
        self.changed.set()
        self.changed = asyncio.Event()

    async def until(self, condition: Callable[[], bool], seconds: float = 10.0) -> None:
        """Wait until a condition on this world holds."""
        async with asyncio.timeout(seconds):
            while not condition():
                changed = self.changed
                await changed.wait()

    def visible(self, user: str) -> list[Message]:
        """Return the messages that somebody sees, oldest first."""
        found: list[Message] = []
        for message in self.messages.values():
            channel = self.channels.get(message.channel)
            if channel is None or (message.only_for and message.only_for != user):
                continue
            if channel.type in (1, 12):
                if user in channel.people:
                    found.append(message)
            elif user in self.guilds[channel.guild].members:
                found.append(message)
        return sorted(found, key=lambda message: int(message.id))
