"""Slack as delivery sees it: messages to channels, people and groups, each attempt told apart by what became of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import structlog
from slack_sdk.errors import SlackApiError

from adapters.slack import files, render
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
    from bot.files import File
    from bot.ports import Envelope
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
            thread, card = reference.thread or reference.message, envelope.card
            below = Reference(reference.channel, reference.message, thread)
            new = await files.missing(self._connected, self._reconciliation, card.files, below)
            shared = await self._uploaded(envelope, new)
            handed = tuple(file for file in card.files if file not in new or shared)
            payload = await self._payload(envelope, reference.channel, "", handed)
            for name in ("unfurl_links", "unfurl_media"):
                del payload[name]
            await self._connected.message("chat.update", {**payload, "ts": reference.message})
            await self._share(envelope, shared, reference.channel, thread)
        except Exception as error:
            if not _gone(error):
                raise delivery_error(error, _place(reference)) from error
            _log.info("slack.update.gone", key=envelope.key)

    async def remove(self, envelope: Envelope, reference: Reference) -> None:
        """Delete a message and the files below it; one that is gone counts as removed, one in an archived channel does not."""
        try:
            await files.withdraw(self._connected, self._reconciliation, reference)
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
            await self._complete(envelope, channel, there, thread or there)
            return Reference(channel, there, thread or there)
        shared = await self._uploaded(envelope, envelope.card.files)
        payload = await self._payload(envelope, channel, thread, envelope.card.files if shared else ())
        sent = await self._connected.message("chat.postMessage", payload)
        await self._share(envelope, shared, sent["channel"], thread or sent["ts"])
        return Reference(sent["channel"], sent["ts"], thread or sent["ts"])

    async def _complete(self, envelope: Envelope, channel: str, message: str, thread: str) -> None:
        """Add to a message of an earlier attempt the files that it did not come to."""
        try:
            below = Reference(channel, message, thread)
            new = await files.missing(self._connected, self._reconciliation, envelope.card.files, below)
            shared = await files.upload(self._connected, new, envelope.reader)
        except Exception as error:  # noqa: BLE001 - told apart there
            files.without(envelope, error, written=True)
        else:
            await self._share(envelope, shared, channel, thread)

    async def _uploaded(self, envelope: Envelope, wanted: Sequence[File]) -> list[Json]:
        """Upload what a message hands out; nothing, where Slack takes no files of the bot's: the words are worth more."""
        try:
            return await files.upload(self._connected, wanted, envelope.reader)
        except Exception as error:  # noqa: BLE001 - the same
            files.without(envelope, error)
            return []

    async def _share(self, envelope: Envelope, shared: Sequence[Json], channel: str, thread: str) -> None:
        """Share what was uploaded in the thread of a message that stands."""
        if not shared:
            return
        try:
            await self._connected.share(shared, channel, thread)
        except Exception as error:  # noqa: BLE001 - the same
            files.without(envelope, error, written=True)

    async def _opened(self, accounts: str) -> str:
        """Return the conversation with one or several people; asking twice gives the same."""
        try:
            return await self._connected.conversation(accounts)
        except Exception as error:
            raise not_sent(error, "group" if "," in accounts else "person") from error

    async def _payload(self, envelope: Envelope, channel: str, thread: str, handed: Sequence[File]) -> Json:
        picture = "" if envelope.card.picture is None else await self._picture(envelope, envelope.card.picture)
        message = render.message(envelope.card, envelope.reader, picture, render.in_thread(handed))
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

    async def _picture(self, envelope: Envelope, picture: Picture) -> str:
        """Upload a picture. One that was uploaded twice is shown nowhere but in the message that names it."""
        alt = shorten(plain(picture.alt, envelope.reader.locale, envelope.reader.zone), 1000)
        try:
            return await self._connected.picture(picture.name, picture.content, alt)
        except Exception as error:  # noqa: BLE001 - the same
            files.without(envelope, error)
            return ""

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
