"""Files on Slack: uploaded before the message they belong to, and shared in its thread once it stands, in one reply.

A message of an app cannot carry files: what shares them is `files.completeUploadExternal`, which writes a message of its own and
tells neither its timestamp nor takes a key (https://docs.slack.dev/messaging/working-with-files). A thread of its own is where they
are found again: after a lost answer, and when the message is changed, only what is not there is shared.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import structlog

from adapters.slack.failures import not_sent
from bot.errors import Unavailable, Undeliverable, Unknown
from bot.i18n import plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from adapters.slack.reconciliation import Reconciliation
    from adapters.slack.render import Json
    from adapters.slack.web import Web
    from bot.files import File
    from bot.ports import Envelope, Reader, Reference

PATIENCE: Final = 4
"""Attempts of a message that wait for its files; then it goes without them."""

_log = structlog.get_logger(__name__)


async def upload(web: Web, files: Sequence[File], reader: Reader) -> list[Json]:
    """Upload files that nobody sees yet, and return what shares them.

    Raises:
        SlackApiError, aiohttp.ClientError, TimeoutError, DeliveryError: they are not there; trying again uploads them anew.
    """
    return [
        {"id": await web.upload(file.name, file.content), "title": plain(file.label, reader.locale, reader.zone) or file.name}
        for file in files
    ]


async def missing(web: Web, reconciliation: Reconciliation, files: Sequence[File], since: Reference) -> list[File]:
    """Return those that were not shared since a message, in its thread if one is named; none where that cannot be read.

    Raises:
        DeliveryError: Slack did not answer, or asks to wait.
    """
    if not files:
        return []
    there = await reconciliation.files(web, since.channel, since.message, since.thread)
    if there is None:
        return []
    known = {(file.get("name"), file.get("size")) for file in there}
    return [file for file in files if (file.name, len(file.content)) not in known]


async def withdraw(web: Web, reconciliation: Reconciliation, message: Reference) -> None:
    """Delete what was handed out with a message, in the thread below it; its own deletion would leave that there.

    Raises:
        DeliveryError: Slack did not answer, or asks to wait.
    """
    if message.thread != message.message:
        return
    for file in await reconciliation.files(web, message.channel, message.message, message.thread) or ():
        try:
            await web.query("files.delete", file=str(file.get("id", "")))
        except Exception as error:
            refused = not_sent(error)
            if not isinstance(refused, Undeliverable):
                raise refused from error
            _log.info("slack.files.kept", reason=refused.reason)


def without(envelope: Envelope, error: Exception, *, written: bool = False) -> None:
    """Let a message go without what it shows or hands out, and say so, unless trying again may help. `written`: it is there.

    Raises:
        DeliveryError: trying again may help.
    """
    found = not_sent(error)
    if not isinstance(found, Undeliverable) and envelope.attempt <= PATIENCE:
        if not written:
            raise found from error
        # Not `Unavailable`, after which the message itself would be written again without a look.
        raise Unknown(found.reason, found.retry_after if isinstance(found, Unavailable) else 0.0) from error
    _log.warning("slack.files.lost", key=envelope.key, reason=found.reason)
