"""Bolt with one listener for everything: a middleware that asks our own dispatch and answers itself.

Stock Bolt starts a task for each listener and looks every 10 ms whether it has acknowledged; a middleware that returns the
response is answered at once, and nothing is matched one by one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec
import structlog
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization.async_authorize import AsyncAuthorize
from slack_bolt.middleware.async_middleware import AsyncMiddleware
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

if TYPE_CHECKING:
    import logging
    from collections.abc import Awaitable, Callable, Sequence

    from slack_bolt.authorization import AuthorizeResult
    from slack_sdk.web.async_client import AsyncWebClient

    from adapters.slack.payload import Payload
    from adapters.slack.render import Json

    Answer = Callable[[Payload], Awaitable[tuple[Json | None, Callable[[], None]]]]

_log = structlog.get_logger(__name__)

_JSON: Final[dict[str, str | Sequence[str]]] = {"content-type": ["application/json;charset=utf-8"]}


class Authorized(AsyncAuthorize):
    """The authorisation of the one workspace, asked once when the adapter starts."""

    def __init__(self, result: AuthorizeResult) -> None:
        self._result = result

    async def __call__(self, **_: object) -> AuthorizeResult:
        """Return it."""
        return self._result


class Acknowledged(BoltResponse):
    """A response whose sender calls `left` once it is on its way."""

    def __init__(self, body: Json | None, left: Callable[[], None]) -> None:
        if body is None:
            super().__init__(status=200, body="")
        else:
            super().__init__(status=200, body=msgspec.json.encode(body).decode(), headers=_JSON)
        self.left = left


class Dispatch(AsyncMiddleware):
    """Answers every payload through `answer`, which returns the acknowledgement's body and what to call when it left."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer

    async def async_process(
        self,
        *,
        req: AsyncBoltRequest,
        resp: BoltResponse,
        next: Callable[[], Awaitable[BoltResponse]],  # noqa: A002 - Bolt's name
    ) -> BoltResponse:
        """Return the acknowledgement."""
        del resp, next
        body, left = await self._answer(req.body)
        return Acknowledged(body, left)


class OneClient(AsyncApp):
    """Bolt without a Web API client made anew, from the environment, for every request: nothing here uses it."""

    def _init_context(self, req: AsyncBoltRequest) -> None:
        req.context["logger"] = self.logger
        req.context["token"] = None
        req.context["client"] = self.client
        req.context["listener_runner"] = self.listener_runner


def build_app(client: AsyncWebClient, authorized: AuthorizeResult, answer: Answer, logger: logging.Logger) -> AsyncApp:
    """Return the Bolt application. Requests reach it verified: signatures and replays are checked at the door."""
    app = OneClient(
        name="confrere",
        client=client,
        authorize=Authorized(authorized),
        signing_secret="",
        logger=logger,
        request_verification_enabled=False,
        ignoring_self_events_enabled=False,
        ssl_check_enabled=False,
        url_verification_enabled=False,
        attaching_function_token_enabled=False,
        attaching_conversation_kwargs_enabled=False,
    )
    app.use(Dispatch(answer))
    return app


async def dispatch(app: AsyncApp, payload: Payload) -> BoltResponse:
    """Hand a verified payload to Bolt."""
    try:
        request = AsyncBoltRequest(body=payload, mode="socket_mode")
    except (TypeError, KeyError, AttributeError) as error:
        # Bolt takes a payload's shape for granted. Asking Slack to send it again would bring the same.
        _log.warning("slack.payload.unreadable", reason=type(error).__name__)
        return BoltResponse(status=200, body="")
    return await app.async_dispatch(request)


def has_left(response: BoltResponse) -> None:
    """Note that a response is on its way to Slack."""
    if isinstance(response, Acknowledged):
        response.left()
