"""Whether a message of an earlier attempt is there: its key is looked for where it was to stand, before it is written again.

Slack has no idempotency key. Every message carries its outbox key as metadata; of what others wrote nothing is looked at.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError

from adapters.slack.failures import AWAY, code_of, not_sent
from bot.errors import Undeliverable

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from adapters.slack.web import Web
    from bot.ports import Envelope

EVENT_TYPE: Final = "confrere_outbox"
"""Names our metadata on a message: https://docs.slack.dev/messaging/message-metadata."""
MARGIN: Final = dt.timedelta(minutes=5)
"""How far our clock may be ahead of Slack's; the signatures of its requests permit as much."""
PAGE: Final = 200
PAGES: Final = 10
"""Pages read at most, so that a busy channel does not use up what the workspace may call."""

_SILENT: Final = AWAY | {"not_in_channel", "thread_not_found"}
"""Writing there says so better; a bot that can come back into a channel does, and looks again."""

_log = structlog.get_logger(__name__)


class Reconciliation:
    """Looks for messages of earlier attempts. Says once what it may not read."""

    def __init__(self) -> None:
        self._told: set[str] = set()

    async def find(self, web: Web, envelope: Envelope, channel: str, thread: str = "") -> str:
        """Return the timestamp of the message, empty where it is not there, or where nobody may know.

        Raises:
            Unavailable: Slack did not answer, or asks to wait: writing now could write twice.
            Refused: the token is not accepted any more.
        """
        if envelope.since is None:
            return ""
        oldest = f"{(envelope.since - MARGIN).timestamp():.6f}"
        async for page in self._pages(web, channel, oldest, thread):
            found = next((message["ts"] for message in page if key_of(message) == envelope.key), "")
            if found:
                return found
        return ""

    async def files(self, web: Web, channel: str, oldest: str, thread: str = "") -> list[dict[str, Any]] | None:
        """Return Slack's file objects of what the bot shared since a timestamp; None where nobody may know.

        Raises:
            Unavailable: Slack did not answer, or asks to wait.
            Refused: the token is not accepted any more.
        """
        found: list[dict[str, Any]] | None = None
        async for page in self._pages(web, channel, oldest, thread):
            found = (found or []) + [file for message in page if message.get("bot_id") for file in message.get("files") or ()]
        return found

    async def _pages(self, web: Web, channel: str, oldest: str, thread: str) -> AsyncIterator[Sequence[dict[str, Any]]]:
        """Yield the messages of a conversation or a thread since a timestamp, by page; none where reading is refused for good."""
        method = "conversations.replies" if thread else "conversations.history"
        asked: dict[str, str | int | bool] = {"channel": channel, "oldest": oldest, "include_all_metadata": True, "limit": PAGE}
        if thread:
            asked["ts"] = thread
        for _page in range(PAGES):
            page = await self._read(web, method, asked)
            if page is None:
                return
            yield page.get("messages", ())
            cursor = (page.get("response_metadata") or {}).get("next_cursor", "")
            if not cursor:
                return
            asked["cursor"] = cursor
        _log.warning("slack.reconciliation.unfinished", channel=channel, messages=PAGE * PAGES)

    async def _read(self, web: Web, method: str, asked: dict[str, str | int | bool]) -> dict[str, Any] | None:
        """Return a page, None where reading is refused for good."""
        try:
            return await web.query(method, **asked)
        except SlackApiError as error:
            code = code_of(error)
            refusal = not_sent(error)
            may_not = code == "missing_scope" or isinstance(refusal, Undeliverable)
            if not may_not:
                raise refusal from error
            if code not in _SILENT and code not in self._told:
                self._told.add(code)
                hint = "messages may be doubled: install the app again with the manifest of `confrere slack manifest`"
                _log.warning("slack.reconciliation.refused", method=method, reason=code, hint=hint)
            return None
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise not_sent(error) from error


def metadata(key: str) -> dict[str, Any]:
    """Return the metadata of a message with a key."""
    return {"event_type": EVENT_TYPE, "event_payload": {"key": key}}


def key_of(message: dict[str, Any]) -> str:
    """Return the outbox key of a message of ours, empty for any other."""
    found = message.get("metadata")
    if not isinstance(found, dict) or found.get("event_type") != EVENT_TYPE:
        return ""
    payload = found.get("event_payload")
    return str(payload.get("key", "")) if isinstance(payload, dict) else ""
