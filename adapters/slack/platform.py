"""Slack as delivery sees it: messages to channels, people and groups, each attempt told apart by what became of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import structlog
from slack_sdk.errors import SlackApiError

from adapters.slack import render
from adapters.slack.failures import GONE, code_of, delivery_error
from bot.errors import Unavailable, Undeliverable
from bot.i18n import plain
from bot.ports import Reference
from bot.ui import shorten

if TYPE_CHECKING:
    from collections.abc import Sequence

    from adapters.slack.render import Json
    from adapters.slack.web import Web
    from bot.ports import Envelope

EVENT_TYPE: Final = "confrere_outbox"
"""Names our metadata on a message: https://docs.slack.dev/messaging/message-metadata."""
GROUP: Final = 8
"""People that Slack takes in a conversation beside the bot."""

_log = structlog.get_logger(__name__)


class SlackPlatform:
    """`ports.Platform` over the Web API; usable between the adapter's start and its stop."""

    def __init__(self) -> None:
        self._web: Web | None = None

    def connect_to(self, web: Web | None) -> None:
        """Use a connection, or none."""
        self._web = web

    async def post(self, envelope: Envelope, channel: str, thread: str = "") -> Reference:
        """Write in a channel; joins it first where the bot may and was not there."""
        try:
            payload = await self._payload(envelope, channel, thread)
            try:
                return await self._send(payload, thread)
            except SlackApiError as error:
                if code_of(error) != "not_in_channel":
                    raise
            await self._join(channel)
            return await self._send(payload, thread)
        except Exception as error:
            raise delivery_error(error) from error

    async def direct(self, envelope: Envelope, account: str) -> Reference:
        """Write to one person, in their conversation with the bot."""
        try:
            channel = await self._connected.conversation(account)
            return await self._send(await self._payload(envelope, channel, ""), "")
        except Exception as error:
            raise delivery_error(error, direct=True) from error

    async def connect(self, envelope: Envelope, accounts: Sequence[str], title: str) -> Reference:
        """Open a conversation of several people with the bot. Slack names it after them; `title` is not shown."""
        del title
        if len(accounts) > GROUP:
            reason = "too_many_people"
            raise Undeliverable(reason)
        try:
            opened = await self._connected.query("conversations.open", users=",".join(accounts))
            return await self._send(await self._payload(envelope, opened["channel"]["id"], ""), "")
        except Exception as error:
            raise delivery_error(error, direct=len(accounts) == 1) from error

    async def update(self, envelope: Envelope, reference: Reference) -> None:
        """Replace a message; one that is gone needs no change."""
        try:
            payload = await self._payload(envelope, reference.channel, "")
            for name in ("unfurl_links", "unfurl_media"):
                del payload[name]
            await self._connected.message("chat.update", {**payload, "ts": reference.message})
        except Exception as error:
            if not _gone(error):
                raise delivery_error(error) from error
            _log.info("slack.update.gone", key=envelope.key)

    async def remove(self, envelope: Envelope, reference: Reference) -> None:
        """Delete a message; one that is gone counts as removed."""
        try:
            await self._connected.call("chat.delete", {"channel": reference.channel, "ts": reference.message})
        except Exception as error:
            if not _gone(error):
                raise delivery_error(error) from error
            _log.info("slack.remove.gone", key=envelope.key)

    @property
    def _connected(self) -> Web:
        if self._web is None:
            reason = "not_connected"
            raise Unavailable(reason)
        return self._web

    async def _payload(self, envelope: Envelope, channel: str, thread: str) -> Json:
        picture = ""
        if envelope.card.picture is not None:
            shown = envelope.card.picture
            alt = shorten(plain(shown.alt, envelope.reader.locale, envelope.reader.zone), 1000)
            picture = await self._connected.upload(shown.name, shown.content, alt)
        message = render.message(envelope.card, envelope.reader, picture)
        payload: Json = {
            "channel": channel,
            "text": message.text,
            "blocks": message.blocks,
            "metadata": {"event_type": EVENT_TYPE, "event_payload": {"key": envelope.key}},
            "link_names": False,
            "unfurl_links": False,
            "unfurl_media": False,
        }
        if thread:
            payload["thread_ts"] = thread
        return payload

    async def _send(self, payload: Json, thread: str) -> Reference:
        sent = await self._connected.message("chat.postMessage", payload)
        return Reference(sent["channel"], sent["ts"], thread or sent["ts"])

    async def _join(self, channel: str) -> None:
        try:
            await self._connected.query("conversations.join", channel=channel)
        except SlackApiError as error:
            if delivery_error(error).__class__ is not Undeliverable:
                raise
            # A private channel cannot be joined: the animator has to invite the bot.
            reason = "not_in_channel"
            raise Undeliverable(reason) from error


def _gone(error: Exception) -> bool:
    return isinstance(error, SlackApiError) and code_of(error) in GONE
