"""The files of an answer on Slack. What one person alone sees in a channel holds none: they come in a direct message instead.

An answer is not tried again later, as what delivery sends is: where its files cannot be had, it goes without them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from adapters.slack import files, render
from adapters.slack.reconciliation import Reconciliation
from bot.model import Where
from bot.ports import Reference

if TYPE_CHECKING:
    from adapters.slack.payload import Way
    from adapters.slack.render import Json
    from adapters.slack.web import Web
    from bot.ports import Reader
    from bot.text import Text
    from bot.ui import Card


class Sharing:
    """Hands out the files of one answer: `prepare` before it is shown, `share` once it is."""

    def __init__(  # noqa: PLR0913 - what an answer consists of
        self, web: Web, way: Way, card: Card, reader: Reader, *, private: bool, edit: bool
    ) -> None:
        origin = way.origin
        self._web = web
        self._user = way.user
        self._card = card
        self._reader = reader
        # What an edit replaces may have handed out the same before.
        self._since = origin.message if edit else ""
        self._changed = bool(self._since) and bool(origin.channel) and not origin.ephemeral
        self._here = self._changed or (bool(origin.channel) and (origin.kind == Where.DIRECT or not private))
        self._channel = origin.channel if self._here else ""
        self._thread = origin.thread or (self._since if self._changed else "")
        self._ready: list[Json] = []
        self.said: Text | None = None
        """What the answer says of where its files are; nothing where they follow it or there are none."""

    async def prepare(self) -> None:
        """Upload what is not there yet.

        Raises:
            SlackApiError, aiohttp.ClientError, TimeoutError, DeliveryError: the answer goes without its files.
        """
        self._channel = self._channel or await self._web.conversation(self._user)
        thread = self._thread if self._here else ""
        wanted = list(self._card.files)
        if self._since:
            wanted = await files.missing(self._web, Reconciliation(), wanted, Reference(self._channel, self._since, thread))
        self._ready = await files.upload(self._web, wanted, self._reader)
        if self._changed:
            self.said = render.in_thread(self._card.files)
        elif not self._here:
            self.said = render.in_conversation(self._card.files)

    async def share(self) -> None:
        """Share what was uploaded.

        Raises:
            SlackApiError, aiohttp.ClientError, TimeoutError: nothing was shared, or nobody knows.
        """
        if self._ready:
            comment = "" if self._here else render.notification(self._card, self._reader)
            await self._web.share(self._ready, self._channel, self._thread if self._here else "", comment)
