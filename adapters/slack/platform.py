"""Slack as delivery sees it: messages to channels, people and groups, each attempt told apart by what became of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import structlog
from slack_sdk.errors import SlackApiError

from adapters.slack import render
from adapters.slack.failures import AWAY, GONE, code_of, delivery_error, not_sent
from adapters.slack.reconciliation import Reconciliation, metadata
from bot.errors import Unavailable, Undeliverable
from bot.i18n import plain
from bot.ports import Limits, Reference
from bot.ui import shorten

if TYPE_CHECKING:
    from collections.abc import Sequence

    from adapters.slack.failures import Place
    from adapters.slack.render import Json
    from adapters.slack.web import Web
    from bot.ports import Envelope, Reader
    from bot.ui import Picture

GROUP: Final = 8
"""People that Slack takes in a conversation beside the bot."""

_log = structlog.get_logger(__name__)


class SlackPlatform:
    """`ports.Platform` over the Web API; usable between the adapter's start and its stop."""

    def __init__(self, messages_per_second: float) -> None:
        self.limits = Limits(messages_per_second, spacing=1.0)
        self._web: Web | None = None
        self._reconciliation = Reconciliation()

    def connect_to(self, web: Web | None) -> None:
        """Use a connection, or none."""
        self._web = web

    async def post(self, envelope: Envelope, channel: str, thread: str = "") -> Reference:
        """Write in a channel; joins it first where the bot may and was not there."""
        try:
            try:
                return await self._write(envelope, channel, thread)
            except SlackApiError as error:
                if code_of(error) != "not_in_channel":
                    raise
            await self._join(channel)
            return await self._write(envelope, channel, thread)
        except Exception as error:
            raise delivery_error(error) from error

    async def direct(self, envelope: Envelope, account: str, channel: str = "") -> Reference:
        """Write to one person, in their conversation with the bot; opens it again where the known one is gone."""
        try:
            known = channel or self._connected.known(account)
            if known:
                try:
                    return await self._write(envelope, known)
                except SlackApiError as error:
                    if code_of(error) not in AWAY:
                        raise
                self._connected.forget(account)
            return await self._write(envelope, await self._opened(account))
        except Exception as error:
            raise delivery_error(error, "person") from error

    async def connect(self, envelope: Envelope, accounts: Sequence[str], title: str) -> Reference:
        """Open a conversation of several people with the bot. Slack names it after them; `title` is not shown."""
        del title
        if len(accounts) > GROUP:
            reason = "too_many_people"
            raise Undeliverable(reason)
        place = "person" if len(accounts) == 1 else "group"
        try:
            return await self._write(envelope, await self._opened(",".join(accounts)))
        except Exception as error:
            raise delivery_error(error, place) from error

    async def update(self, envelope: Envelope, reference: Reference) -> None:
        """Replace a message; one that is gone needs no change."""
        try:
            payload = await self._payload(envelope, reference.channel, "")
            for name in ("unfurl_links", "unfurl_media"):
                del payload[name]
            await self._connected.message("chat.update", {**payload, "ts": reference.message})
        except Exception as error:
            if not _gone(error):
                raise delivery_error(error, _place(reference)) from error
            _log.info("slack.update.gone", key=envelope.key)

    async def remove(self, envelope: Envelope, reference: Reference) -> None:
        """Delete a message; one that is gone counts as removed, one that stands in an archived channel does not."""
        try:
            await self._connected.call("chat.delete", {"channel": reference.channel, "ts": reference.message})
        except Exception as error:
            if not _gone(error):
                raise delivery_error(error, "group") from error
            _log.info("slack.remove.gone", key=envelope.key)

    @property
    def _connected(self) -> Web:
        if self._web is None:
            reason = "not_connected"
            raise Unavailable(reason)
        return self._web

    async def _write(self, envelope: Envelope, channel: str, thread: str = "") -> Reference:
        """Write a message, unless an earlier attempt has.

        Raises:
            SlackApiError, aiohttp.ClientError, TimeoutError: the message was refused, or nobody knows.
            DeliveryError: it was not sent.
        """
        there = await self._reconciliation.find(self._connected, envelope, channel, thread)
        if there:
            _log.info("slack.reconciled", key=envelope.key)
            return Reference(channel, there, thread or there)
        payload = await self._payload(envelope, channel, thread)
        sent = await self._connected.message("chat.postMessage", payload)
        return Reference(sent["channel"], sent["ts"], thread or sent["ts"])

    async def _opened(self, accounts: str) -> str:
        """Return the conversation with one or several people; asking twice gives the same."""
        try:
            return await self._connected.conversation(accounts)
        except Exception as error:
            raise not_sent(error, "group" if "," in accounts else "person") from error

    async def _payload(self, envelope: Envelope, channel: str, thread: str) -> Json:
        picture = "" if envelope.card.picture is None else await self._uploaded(envelope.card.picture, envelope.reader)
        message = render.message(envelope.card, envelope.reader, picture)
        payload: Json = {
            "channel": channel,
            "text": message.text,
            "blocks": message.blocks,
            "metadata": metadata(envelope.key),
            "link_names": False,
            "unfurl_links": False,
            "unfurl_media": False,
        }
        if thread:
            payload["thread_ts"] = thread
        return payload

    async def _uploaded(self, picture: Picture, reader: Reader) -> str:
        """Upload a picture. One that was uploaded twice is shown nowhere but in the message that names it."""
        alt = shorten(plain(picture.alt, reader.locale, reader.zone), 1000)
        try:
            return await self._connected.upload(picture.name, picture.content, alt)
        except Exception as error:
            raise not_sent(error) from error

    async def _join(self, channel: str) -> None:
        try:
            await self._connected.query("conversations.join", channel=channel)
        except SlackApiError as error:
            refusal = not_sent(error)
            if not isinstance(refusal, Undeliverable) or code_of(error) in AWAY:
                raise refusal from error
            # A private channel cannot be joined: the animator has to invite the bot.
            reason = "not_in_channel"
            raise Undeliverable(reason, gone=True) from error


def _place(reference: Reference) -> Place:
    """Return where a message stands: a conversation with one person has an id that begins with D."""
    return "group" if reference.channel.startswith("D") else "channel"


def _gone(error: Exception) -> bool:
    return isinstance(error, SlackApiError) and code_of(error) in GONE
