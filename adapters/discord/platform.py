"""Delivery on Discord: posts, direct messages, private threads, later changes. One nonce a message, kept over attempts.

`enforce_nonce` makes Discord return the message it already has (https://docs.discord.com/developers/resources/message#create-message),
for "the past few minutes"; what an earlier attempt may have written is looked for when that may be over.
"""

from __future__ import annotations

import datetime as dt
from collections import OrderedDict
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, Final

import discord

from adapters.discord import marks, render, threads
from adapters.discord.failures import (
    ACCOUNT_GONE,
    CHANNEL_GONE,
    MISSING_ACCESS,
    REMOVED,
    THREAD_ARCHIVED,
    THREAD_EXISTS,
    UNKNOWN_CHANNEL,
    UNKNOWN_MESSAGE,
    code_of,
    delivering,
)
from bot.errors import DeliveryError, Refused, Unavailable, Undeliverable, Unknown
from bot.i18n import plain
from bot.ports import Limits, Reference

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Sequence

    from adapters.discord.questions import Questions
    from adapters.discord.wire import Wire
    from bot.ports import Clock, Envelope

Json = dict[str, Any]

_REMEMBERED: Final = 5000
_NONCE_KNOWN: Final = dt.timedelta(seconds=100)
"""A nonce is known for two minutes, and a call may take twenty seconds."""
_MESSAGE: Final = "/channels/{channel_id}/messages/{message_id}"


class DiscordPlatform:
    """Discord seen by delivery."""

    def __init__(self, wire: Wire, questions: Questions, clock: Clock, guild: Callable[[str], discord.Guild | None]) -> None:
        # A channel takes five messages in five seconds; with a fiftieth more between them, clocks that differ a little do no harm.
        self.limits = Limits(50, spacing=1.02, shared=True)
        self._wire = wire
        self._questions = questions
        self._clock = clock
        self._guild = guild
        self._direct: OrderedDict[str, str] = OrderedDict()
        self._threads: OrderedDict[str, str] = OrderedDict()

    async def post(self, envelope: Envelope, channel: str, thread: str = "") -> Reference:
        """Write in a channel, or in the thread of one of its messages, which is opened where there is none yet."""
        if not thread:
            async with self._in(envelope.workspace, CHANNEL_GONE):
                return Reference(channel, await self._send(envelope, channel, scope=None))
        async with self._in(envelope.workspace):
            try:
                message = await self._send(envelope, thread, scope=None)
            except discord.NotFound as error:
                if code_of(error) != UNKNOWN_CHANNEL:
                    raise
                message = await self._send_in_new_thread(envelope, channel, thread)
            return Reference(thread, message, thread)

    async def direct(self, envelope: Envelope, account: str, channel: str = "") -> Reference:
        """Write to one person. There is no way to know before whether they take direct messages."""
        async with delivering(ACCOUNT_GONE):
            channel = channel or self._direct.get(account, "")
            if channel:
                try:
                    return Reference(channel, await self._send(envelope, channel, scope=envelope.workspace))
                except discord.NotFound as error:
                    if code_of(error) != UNKNOWN_CHANNEL:
                        raise
            opened = await self._wire.once("POST", "/users/@me/channels", json={"recipient_id": account})
            channel = str(opened["id"])
            _remember(self._direct, account, channel)
            return Reference(channel, await self._send(envelope, channel, scope=envelope.workspace))

    async def connect(self, envelope: Envelope, accounts: Sequence[str], title: str) -> Reference:
        """Open a private thread: bots cannot create group conversations."""
        try:
            async with self._in(envelope.workspace):
                guild = await self._server(envelope.workspace)
                name = " ".join(title.split())[: threads.NAME] or "…"
                thread = self._threads.get(envelope.key, "")
                if not thread and envelope.since is not None:
                    thread = await threads.opened_earlier(self._wire, guild, accounts, name, envelope.since)
                thread = thread or await threads.open_private(self._wire, guild, name)
                _remember(self._threads, envelope.key, thread)
                await threads.add(self._wire, thread, accounts)
                message = await self._send(envelope, thread, scope=None)
                return Reference(thread, message, thread)
        except Unavailable as error:
            if envelope.key not in self._threads:
                raise
            # The thread is there: whoever tries again, maybe another process, has to look for it.
            raise Unknown(error.reason, error.retry_after) from error
        except Undeliverable:
            self._threads.pop(envelope.key, None)
            raise

    async def update(self, envelope: Envelope, reference: Reference) -> None:
        """Replace a message; one that is gone has nothing to replace."""
        async with self._in(envelope.workspace):
            self._questions.keep(envelope.card)
            scope = envelope.workspace if self._is_direct(envelope.workspace, reference) else None
            rendered = render.message(envelope.card, envelope.reader, scope=scope)
            await self._change("PATCH", reference, json=rendered.payload, files=rendered.files)

    async def remove(self, envelope: Envelope, reference: Reference) -> None:
        """Delete a message."""
        async with self._in(envelope.workspace):
            await self._change("DELETE", reference)

    # ------------------------------------------------------------ where

    @asynccontextmanager
    async def _in(self, workspace: str, gone: frozenset[int] = frozenset()) -> AsyncIterator[None]:
        """Deliver on a server: a channel may be closed to the bot, or all of the server."""
        try:
            async with delivering(gone):
                yield
        except Undeliverable as error:
            if error.reason == MISSING_ACCESS:
                await self._present(workspace)
            raise

    async def _present(self, workspace: str) -> None:
        """Ask Discord whether the bot is on a server.

        Raises:
            Refused: it is not.
            Unavailable: there was no answer.
        """
        try:
            async with delivering():
                await self._wire.once("GET", "/guilds/{guild_id}", where={"guild_id": workspace})
        except (Refused, Undeliverable) as error:
            raise Refused(REMOVED if isinstance(error, Undeliverable) else error.reason) from error
        except DeliveryError as error:
            reason = "workspace_unavailable"
            raise Unavailable(reason, 30.0) from error

    async def _server(self, workspace: str) -> discord.Guild:
        guild = self._guild(workspace)
        if guild is None:
            await self._present(workspace)
        if guild is None or guild.unavailable or guild.me is None:
            reason = "workspace_unavailable"
            raise Unavailable(reason, 30.0)
        return guild

    def _is_direct(self, workspace: str, reference: Reference) -> bool:
        """Tell whether a message stands in a direct message: in no thread and no channel of its server."""
        if reference.thread or reference.channel in self._direct.values():
            return not reference.thread
        guild = self._guild(workspace)
        return guild is not None and guild.get_channel(int(reference.channel)) is None

    # ------------------------------------------------------------ what

    async def _send(self, envelope: Envelope, channel: str, *, scope: str | None) -> str:
        """Write a message and return its number; empty where it was written before and is deleted since."""
        self._questions.keep(envelope.card)
        if envelope.since is not None and self._clock.now() - envelope.since > _NONCE_KNOWN:
            earlier = await marks.earlier(self._wire, channel, envelope.key, envelope.since)
            if earlier:
                return earlier
        rendered = render.message(envelope.card, envelope.reader, scope=scope)
        components = marks.marked(rendered.payload["components"], envelope.key)
        payload = {**rendered.payload, "components": components, "nonce": envelope.key, "enforce_nonce": True}
        path = "/channels/{channel_id}/messages"
        try:
            sent = await self._wire.once("POST", path, json=payload, files=rendered.files, where={"channel_id": channel})
        except discord.NotFound as error:
            if code_of(error) != UNKNOWN_MESSAGE:
                raise
            return ""
        return str(sent["id"])

    async def _send_in_new_thread(self, envelope: Envelope, channel: str, message: str) -> str:
        """Open the thread of a message, to which Discord gives the message's number, and write in it.

        Raises:
            Undeliverable: the channel is gone, or only the thread.
        """
        card = envelope.card
        name = plain(card.title or (card.paragraphs or ("…",))[0], envelope.reader.locale, envelope.reader.zone)
        body = {"name": " ".join(name.split())[: threads.NAME] or "…", "auto_archive_duration": threads.ARCHIVE_MINUTES}
        where = {"channel_id": channel, "message_id": message}
        async with delivering(CHANNEL_GONE):
            try:
                await self._wire.once("POST", f"{_MESSAGE}/threads", json=body, where=where)
            except discord.HTTPException as error:
                if code_of(error) != THREAD_EXISTS:
                    raise
        try:
            return await self._send(envelope, message, scope=None)
        except discord.NotFound as error:
            reason = "unknown_thread"
            raise Undeliverable(reason) from error

    async def _change(self, method: str, reference: Reference, **body: Any) -> None:  # noqa: ANN401 - what a request consists of
        """Change or delete a message; a thread that has gone to sleep is opened for it, as people's clients do."""
        if not reference.message:
            return
        where = {"channel_id": reference.channel, "message_id": reference.message}
        try:
            await self._wire.once(method, _MESSAGE, where=where, **body)
        except discord.HTTPException as error:
            code = code_of(error)
            if code in (UNKNOWN_MESSAGE, UNKNOWN_CHANNEL):
                return
            if code != THREAD_ARCHIVED:
                raise
            await self._wire.once("PATCH", "/channels/{channel_id}", json={"archived": False}, where=where)
            await self._wire.once(method, _MESSAGE, where=where, **body)


def _remember(among: OrderedDict[str, str], key: str, value: str) -> None:
    among[key] = value
    if len(among) > _REMEMBERED:
        among.popitem(last=False)
