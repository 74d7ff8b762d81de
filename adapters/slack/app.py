"""Bolt with one listener for everything: a middleware that asks our own dispatch and answers itself.

Stock Bolt starts a task for each listener and looks every 10 ms whether it has acknowledged; a middleware that returns the
response is answered at once, and nothing is matched one by one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec
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

    Answer = Callable[[Payload], Awaitable[Json | None]]

_JSON: Final[dict[str, str | Sequence[str]]] = {"content-type": ["application/json;charset=utf-8"]}


class Authorized(AsyncAuthorize):
    """The authorisation of the one workspace, asked once when the adapter starts."""

    def __init__(self, result: AuthorizeResult) -> None:
        self._result = result

    async def __call__(self, **_: object) -> AuthorizeResult:
        """Return it."""
        return self._result


class Dispatch(AsyncMiddleware):
    """Answers every payload through `answer`, which returns the acknowledgement's body."""

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
        body = await self._answer(req.body)
        if body is None:
            return BoltResponse(status=200, body="")
        return BoltResponse(status=200, body=msgspec.json.encode(body).decode(), headers=_JSON)


def build_app(client: AsyncWebClient, authorized: AuthorizeResult, answer: Answer, logger: logging.Logger) -> AsyncApp:
    """Return the Bolt application. Requests reach it verified: signatures and replays are checked at the door."""
    app = AsyncApp(
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
    return await app.async_dispatch(AsyncBoltRequest(body=payload, mode="socket_mode"))
