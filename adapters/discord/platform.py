"""Delivery on Discord: posts, direct messages, private threads, later changes. One nonce a message, kept over attempts.

`enforce_nonce` makes Discord return the message it already has (https://docs.discord.com/developers/resources/message#create-message).
"""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, Any, Final

import discord

from adapters.discord import render
from adapters.discord.rooms import room_for
from adapters.discord.wire import THREAD_EXISTS, UNKNOWN_CHANNEL, UNKNOWN_MESSAGE, code_of, delivering
from bot.errors import Unavailable, Undeliverable
from bot.i18n import plain
from bot.ports import Reference

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from adapters.discord.questions import Questions
    from adapters.discord.wire import Wire
    from bot.ports import Clock, Envelope

Json = dict[str, Any]

_REMEMBERED: Final = 5000
_PRIVATE_THREAD: Final = 12
_NAME: Final = 100
_ARCHIVE_MINUTES: Final = 10080
_SAME_SECONDS: Final = 600
"""A thread younger than this with the same name and people is the one of an earlier attempt."""


class DiscordPlatform:
    """Discord seen by delivery."""

    def __init__(self, wire: Wire, questions: Questions, clock: Clock, guild: Callable[[str], discord.Guild | None]) -> None:
        self._wire = wire
        self._questions = questions
        self._clock = clock
        self._guild = guild
        self._direct: OrderedDict[str, str] = OrderedDict()

    async def post(self, envelope: Envelope, channel: str, thread: str = "") -> Reference:
        """Write in a channel, or in the thread of one of its messages, which is opened where there is none yet."""
        async with delivering():
            if not thread:
                return Reference(channel, await self._send(envelope, channel, scope=None))
            try:
                message = await self._send(envelope, thread, scope=None)
            except discord.NotFound as error:
                if code_of(error) != UNKNOWN_CHANNEL:
                    raise
                await self._open_thread(envelope, channel, thread)
                message = await self._send(envelope, thread, scope=None)
            return Reference(thread, message, thread)

    async def direct(self, envelope: Envelope, account: str) -> Reference:
        """Write to one person. There is no way to know before whether they take direct messages."""
        async with delivering():
            channel = self._direct.get(account)
            if channel is None:
                opened = await self._wire.call("POST", "/users/@me/channels", json={"recipient_id": account})
                channel = self._direct[account] = str(opened["id"])
                if len(self._direct) > _REMEMBERED:
                    self._direct.popitem(last=False)
            return Reference(channel, await self._send(envelope, channel, scope=envelope.workspace))

    async def connect(self, envelope: Envelope, accounts: Sequence[str], title: str) -> Reference:
        """Open a private thread: bots cannot create group conversations."""
        async with delivering():
            guild = self._guild(envelope.workspace)
            if guild is None or guild.unavailable or guild.me is None:
                reason = "workspace_unavailable"
                raise Unavailable(reason, 30.0)
            name = " ".join(title.split())[:_NAME] or "…"
            thread = await self._earlier(guild, accounts, name) or await self._private_thread(guild, name)
            await self._add(thread, accounts)
            return Reference(thread, await self._send(envelope, thread, scope=None), thread)

    async def update(self, envelope: Envelope, reference: Reference) -> None:
        """Replace a message; one that is gone has nothing to replace."""
        async with delivering():
            self._questions.keep(envelope.card)
            scope = envelope.workspace if self._is_direct(envelope.workspace, reference) else None
            rendered = render.message(envelope.card, envelope.reader, scope=scope)
            where = {"channel_id": reference.channel, "message_id": reference.message}
            path = "/channels/{channel_id}/messages/{message_id}"
            try:
                await self._wire.call("PATCH", path, json=rendered.payload, picture=rendered.picture, where=where)
            except discord.NotFound as error:
                if code_of(error) not in (UNKNOWN_MESSAGE, UNKNOWN_CHANNEL):
                    raise

    async def remove(self, envelope: Envelope, reference: Reference) -> None:
        """Delete a message."""
        del envelope
        async with delivering():
            where = {"channel_id": reference.channel, "message_id": reference.message}
            try:
                await self._wire.call("DELETE", "/channels/{channel_id}/messages/{message_id}", where=where)
            except discord.NotFound as error:
                if code_of(error) not in (UNKNOWN_MESSAGE, UNKNOWN_CHANNEL):
                    raise

    def _is_direct(self, workspace: str, reference: Reference) -> bool:
        """Tell whether a message stands in a direct message: in no thread and no channel of its server."""
        if reference.thread or reference.channel in self._direct.values():
            return not reference.thread
        guild = self._guild(workspace)
        return guild is not None and guild.get_channel(int(reference.channel)) is None

    async def _send(self, envelope: Envelope, channel: str, *, scope: str | None) -> str:
        self._questions.keep(envelope.card)
        rendered = render.message(envelope.card, envelope.reader, scope=scope)
        payload = {**rendered.payload, "nonce": envelope.key, "enforce_nonce": True}
        sent = await self._wire.call(
            "POST", "/channels/{channel_id}/messages", json=payload, picture=rendered.picture, where={"channel_id": channel}
        )
        return str(sent["id"])

    async def _open_thread(self, envelope: Envelope, channel: str, message: str) -> None:
        """Open the thread of a message; Discord gives it the message's number."""
        card = envelope.card
        name = plain(card.title or (card.paragraphs or ("…",))[0], envelope.reader.locale, envelope.reader.zone)
        body = {"name": " ".join(name.split())[:_NAME] or "…", "auto_archive_duration": _ARCHIVE_MINUTES}
        path = "/channels/{channel_id}/messages/{message_id}/threads"
        try:
            await self._wire.call("POST", path, json=body, where={"channel_id": channel, "message_id": message})
        except discord.HTTPException as error:
            if code_of(error) != THREAD_EXISTS:
                raise

    async def _private_thread(self, guild: discord.Guild, name: str) -> str:
        room = room_for(guild)
        if room is None:
            reason = "missing_permission"
            raise Undeliverable(reason)
        body = {"name": name, "type": _PRIVATE_THREAD, "invitable": False, "auto_archive_duration": _ARCHIVE_MINUTES}
        opened = await self._wire.call("POST", "/channels/{channel_id}/threads", json=body, where={"channel_id": str(room.id)})
        return str(opened["id"])

    async def _earlier(self, guild: discord.Guild, accounts: Sequence[str], name: str) -> str:
        """Find the thread that an attempt whose answer was lost has opened already: threads have no nonce."""
        found = await self._wire.call("GET", "/guilds/{guild_id}/threads/active", where={"guild_id": str(guild.id)})
        for thread in found.get("threads", []):
            created = discord.utils.snowflake_time(int(thread["id"]))
            young = (self._clock.now() - created).total_seconds() < _SAME_SECONDS
            mine = str(thread.get("owner_id")) == str(guild.me.id)
            if thread.get("type") == _PRIVATE_THREAD and thread.get("name") == name and young and mine:
                members = await self._wire.call(
                    "GET", "/channels/{channel_id}/thread-members", where={"channel_id": str(thread["id"])}
                )
                if {str(member["user_id"]) for member in members} - {str(guild.me.id)} <= set(accounts):
                    return str(thread["id"])
        return ""

    async def _add(self, thread: str, accounts: Sequence[str]) -> None:
        """Add everybody, or nobody: half a conversation helps no one."""
        path = "/channels/{channel_id}/thread-members/{user_id}"
        for account in accounts:
            try:
                await self._wire.call("PUT", path, where={"channel_id": thread, "user_id": account})
            except (discord.Forbidden, discord.NotFound):
                await self._wire.call("DELETE", "/channels/{channel_id}", where={"channel_id": thread})
                raise
