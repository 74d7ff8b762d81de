"""Delivery's side of the sandbox: messages that the bot sends, changes and removes by itself."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from adapters.sandbox.records import BOT, Gone, direct_id
from adapters.sandbox.workspace import SandboxError, Workspace
from bot.errors import Undeliverable
from bot.ports import Envelope, Limits, Reference

if TYPE_CHECKING:
    from collections.abc import Sequence

    from adapters.sandbox.records import Message


CHANNEL_GONE, ACCOUNT_GONE, DM_CLOSED, MESSAGE_GONE, THREAD_GONE = (
    "channel_gone",
    "account_gone",
    "dm_closed",
    "message_gone",
    "thread_gone",
)


class SandboxPlatform:
    """Writes into the workspace. A key that was used before writes nothing: it returns the message it wrote."""

    def __init__(self, workspace: Workspace) -> None:
        self.limits = Limits(math.inf)
        self._workspace = workspace

    async def post(self, envelope: Envelope, channel: str, thread: str = "") -> Reference:
        """Write in a channel, or in a thread of it."""
        earlier = self._workspace.sent(envelope.key)
        if earlier is not None:
            return _reference(earlier)
        if channel not in self._workspace.conversations:
            raise Undeliverable(CHANNEL_GONE, gone=True)
        return _reference(self._write(envelope, channel, thread))

    async def direct(self, envelope: Envelope, account: str, channel: str = "") -> Reference:
        """Write to one person."""
        del channel
        earlier = self._workspace.sent(envelope.key)
        if earlier is not None:
            return _reference(earlier)
        person = self._workspace.people.get(account)
        if person is None or person.left:
            raise Undeliverable(ACCOUNT_GONE, gone=True)
        if person.dm_closed:
            raise Undeliverable(DM_CLOSED)
        return _reference(self._write(envelope, direct_id(account)))

    async def connect(self, envelope: Envelope, accounts: Sequence[str], title: str) -> Reference:
        """Open a group with everybody who is still here."""
        earlier = self._workspace.sent(envelope.key)
        if earlier is not None:
            return _reference(earlier)
        people = self._workspace.people
        present = [account for account in accounts if account in people and not people[account].left]
        if not present:
            raise Undeliverable(ACCOUNT_GONE)
        group = self._workspace.add_group(present, title)
        return _reference(self._write(envelope, group.id))

    async def update(self, envelope: Envelope, reference: Reference) -> None:
        """Replace a message."""
        try:
            self._workspace.rewrite(reference.message, envelope.card, locale=envelope.reader.locale, zone=envelope.reader.zone)
        except SandboxError:
            raise Undeliverable(MESSAGE_GONE) from None

    async def remove(self, envelope: Envelope, reference: Reference) -> None:
        """Delete a message; one that is gone already counts as removed."""
        del envelope
        try:
            self._workspace.remove(reference.message)
        except SandboxError:
            return

    def _write(self, envelope: Envelope, conversation: str, thread: str = "") -> Message:
        try:
            return self._workspace.write(
                conversation,
                BOT,
                card=envelope.card,
                locale=envelope.reader.locale,
                zone=envelope.reader.zone,
                thread=thread,
                key=envelope.key,
            )
        except SandboxError:
            raise Undeliverable(THREAD_GONE) from None


def _reference(message: Message | Gone) -> Reference:
    return Reference(message.conversation, message.id, message.thread or message.id)
