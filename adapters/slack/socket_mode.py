"""Slack over a WebSocket: survives refreshes, broken connections and silent ones. https://docs.slack.dev/apis/events-api/using-socket-mode."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Final

import msgspec
import structlog
from slack_bolt.adapter.socket_mode.async_base_handler import AsyncBaseSocketModeHandler
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.response import SocketModeResponse

from adapters.slack.app import has_left
from adapters.slack.failures import REVOKED, code_of

if TYPE_CHECKING:
    import logging
    from collections.abc import Awaitable, Callable

    from slack_bolt.app.async_app import AsyncApp
    from slack_bolt.response import BoltResponse
    from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
    from slack_sdk.socket_mode.request import SocketModeRequest

    from adapters.slack.payload import Payload

PING: Final = 5.0
"""Seconds between pings; a connection that leaves four unanswered is replaced."""
GRACE: Final = 5.0
"""Seconds that acknowledgements under way get before the connection closes."""
PARTING: Final = 2.5
"""Seconds that what came over a connection gets to be answered there when Slack asks to leave it; Slack gives about ten."""
REFUSED: Final = REVOKED | {"not_allowed_token_type", "invalid_app_token", "access_denied", "no_permission", "missing_scope"}

_log = structlog.get_logger(__name__)


class Connection(SocketModeClient):
    """The library's client, which also says when its token is refused for good, and leaves no connection in mid-answer."""

    refused: Callable[[str], None]
    answered: Callable[[float], Awaitable[None]]

    async def connect_to_new_endpoint(self, force: bool = False) -> None:  # noqa: FBT001, FBT002 - the library's signature
        """Replace the connection; what came over it is answered first, since nobody promises that it can be elsewhere."""
        if force and await self.is_connected():
            await self.answered(PARTING)
        await super().connect_to_new_endpoint(force)

    async def issue_new_wss_url(self) -> str:
        """Ask for a new address; each can be used once."""
        try:
            return await super().issue_new_wss_url()
        except SlackApiError as error:
            if code_of(error) in REFUSED:
                self.refused(code_of(error))
            raise


class SocketMode(AsyncBaseSocketModeHandler):
    """The connection of the Socket Mode. `refused` is called when the app token is no longer accepted."""

    def __init__(  # noqa: PLR0913, PLR0917 - its collaborators
        self,
        app: AsyncApp,
        token: str,
        dispatch: Callable[[Payload], Awaitable[BoltResponse]],
        refused: Callable[[str], None],
        logger: logging.Logger,
        ping: float = PING,
    ) -> None:
        self.app = app
        self._dispatch = dispatch
        self._ping = ping
        self._watching: asyncio.Task[None] | None = None
        self._answering = 0
        self._answered = asyncio.Event()
        self._connection = Connection(token, logger=logger, web_client=app.client, ping_interval=ping)
        self._connection.refused = refused
        self._connection.answered = self._all_answered
        self.client = self._connection
        self.client.socket_mode_request_listeners.append(self.handle)

    async def start(self) -> None:
        """Connect.

        Raises:
            SlackApiError: the app token is refused.
        """
        self._connection.wss_uri = await self._connection.issue_new_wss_url()
        self._watching = asyncio.create_task(self._watch(), name="slack-socket-watch")
        await self.connect_async()
        _log.info("slack.connected")

    async def stop(self) -> None:
        """Answer what is under way, leave the rest for the next connection, close, and wait until all tasks are gone."""
        self.client.socket_mode_request_listeners.clear()
        await self._all_answered(GRACE)
        if self._watching is not None:
            self._watching.cancel()
        client = self._connection
        tasks = [
            task
            for task in (self._watching, client.message_processor, client.message_receiver, client.current_session_monitor)
            if task
        ]
        await self.close_async()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _all_answered(self, seconds: float) -> None:
        """Wait until no envelope is without its acknowledgement, but not longer than so many seconds."""
        if self._answering:
            self._answered.clear()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._answered.wait(), seconds)

    async def handle(self, client: AsyncBaseSocketModeClient, req: SocketModeRequest) -> None:
        """Answer one envelope. What cannot be acknowledged any more is delivered again by Slack."""
        self._answering += 1
        try:
            await self._answer(client, req)
        finally:
            self._answering -= 1
            if not self._answering:
                self._answered.set()

    async def _answer(self, client: AsyncBaseSocketModeClient, req: SocketModeRequest) -> None:
        response = await self._dispatch(req.payload if isinstance(req.payload, dict) else {})
        if response.status != 200:  # noqa: PLR2004 - left without acknowledgement, it comes again
            return
        payload = msgspec.json.decode(response.body) if response.body else None
        try:
            await client.send_socket_mode_response(SocketModeResponse(req.envelope_id, payload))
        except (ConnectionError, RuntimeError) as error:
            _log.warning("slack.acknowledgement.lost", reason=type(error).__name__)
        finally:
            has_left(response)

    async def _watch(self) -> None:
        """Let a client that keeps failing ask for a fresh address: it would try its old one, used up, for ever."""
        while True:
            await asyncio.sleep(self._ping)
            with contextlib.suppress(Exception):
                if not await self._connection.is_connected():
                    self._connection.wss_uri = None
