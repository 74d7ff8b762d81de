"""Every HTTP call to Discord, through discord.py's own clients: bounded in time, and with failures said in the core's words."""

from __future__ import annotations

import asyncio
import io
from contextlib import asynccontextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import aiohttp
import discord
from discord.http import HTTPClient, Route
from discord.utils import _to_json  # pyright: ignore[reportPrivateUsage]
from discord.webhook.async_ import AsyncWebhookAdapter

from bot.errors import DeliveryError, Unavailable, Undeliverable, Unknown

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping
    from types import SimpleNamespace

    from bot.ui import Picture

Json = dict[str, Any]

CALL_SECONDS: Final = 20.0
"""Longer waits belong to delivery, which other messages do not queue behind."""

UNKNOWN_CHANNEL, UNKNOWN_MESSAGE, UNKNOWN_INTERACTION = 10003, 10008, 10062
ALREADY_ACKNOWLEDGED, THREAD_EXISTS = 40060, 160004

_REASONS: Final = {
    50007: "dm_closed",
    50278: "dm_closed",
    50001: "missing_access",
    50013: "missing_permission",
    50083: "thread_archived",
    10003: "unknown_channel",
    10004: "unknown_workspace",
    10007: "unknown_account",
    10008: "unknown_message",
    10013: "unknown_account",
    20026: "quarantined",
}
"""Codes: https://docs.discord.com/developers/topics/opcodes-and-status-codes#json."""


@dataclass(slots=True)
class Attempt:
    """How far the call under way got: nothing sent, sent and not answered, or the last status."""

    sent: bool = False
    status: int = 0
    retry_after: float = 0.0


_attempt: ContextVar[Attempt | None] = ContextVar("discord_attempt", default=None)


def tracing() -> aiohttp.TraceConfig:
    """Return what tells, when a call ran out of time, whether Discord had refused it or may have taken it."""
    trace = aiohttp.TraceConfig()
    trace.on_request_start.append(_started)
    trace.on_request_end.append(_ended)
    return trace


async def _started(_session: aiohttp.ClientSession, _context: SimpleNamespace, _params: aiohttp.TraceRequestStartParams) -> None:
    if (attempt := _attempt.get()) is not None:
        attempt.sent, attempt.status = True, 0


async def _ended(_session: aiohttp.ClientSession, _context: SimpleNamespace, params: aiohttp.TraceRequestEndParams) -> None:
    if (attempt := _attempt.get()) is not None:
        attempt.status = params.response.status
        attempt.retry_after = _seconds(params.response.headers.get("Retry-After"))


LOST: Final = (discord.DiscordException, aiohttp.ClientError, OSError, TimeoutError, DeliveryError)
"""What can go wrong on the way to Discord with an answer: the work is committed, only the answer is lost."""


class Wire:
    """The calls of one connection; `attach` gives it the client whose HTTP session it uses."""

    def __init__(self) -> None:
        self._http: HTTPClient | None = None
        self._answers: aiohttp.ClientSession | None = None
        self._webhooks = AsyncWebhookAdapter()
        self.application = ""

    def attach(self, client: discord.Client | None) -> None:
        """Use the HTTP connections of this client, or none while there is no connection.

        Answers to interactions have a session of their own on the same connections: nothing asks how far they got, and following
        that would make a tenth of what an answer costs.
        """
        self._http = None if client is None else client.http
        if self._answers is not None:
            self._answers.detach()
            self._answers = None
        if client is not None:
            connector = client.http.connector
            self._answers = aiohttp.ClientSession(connector=connector, connector_owner=False, cookie_jar=aiohttp.DummyCookieJar())
        if client is not None and client.application_id is not None:
            self.application = str(client.application_id)

    async def call(  # noqa: PLR0913 - what a request consists of
        self,
        method: str,
        path: str,
        *,
        json: Any = None,  # noqa: ANN401 - any JSON
        picture: Picture | None = None,
        query: dict[str, str] | None = None,
        where: Mapping[str, str] | None = None,
    ) -> Any:  # noqa: ANN401
        """Call as the bot; `where` fills the path. Rate limits are waited for by discord.py.

        Raises:
            Unavailable: there is no connection.
            discord.DiscordException, aiohttp.ClientError, OSError, TimeoutError: what the library raises.
        """
        if self._http is None:
            reason = "not_connected"
            raise Unavailable(reason, 5.0)
        options: Json = {}
        if query is not None:
            options["params"] = query
        if picture is not None:
            options |= _multipart(json, picture)
        elif json is not None:
            options["json"] = json
        async with asyncio.timeout(CALL_SECONDS):
            return await self._http.request(Route(method, path, **(where or {})), **options)

    async def hook(  # noqa: PLR0913 - the same, and the token
        self, method: str, path: str, key: str, token: str, *, json: Json | None = None, picture: Picture | None = None
    ) -> Any:  # noqa: ANN401 - any JSON
        """Call with the token of an interaction; `path` holds `{webhook_id}` and `{webhook_token}`.

        Raises:
            Unavailable: there is no connection.
            discord.DiscordException, aiohttp.ClientError, OSError, TimeoutError: what the library raises.
        """
        session = self._answers
        if session is None:
            reason = "not_connected"
            raise Unavailable(reason, 5.0)
        route = Route(method, path, webhook_id=int(key), webhook_token=token)
        async with asyncio.timeout(CALL_SECONDS):
            if picture is None:
                return await self._webhooks.request(route, session, payload=json)
            parts = _multipart(json, picture)
            return await self._webhooks.request(route, session, multipart=parts["form"], files=parts["files"])


@asynccontextmanager
async def delivering() -> AsyncIterator[None]:
    """Turn whatever goes wrong inside into `Undeliverable`, `Unavailable` or `Unknown`."""
    attempt = Attempt()
    token = _attempt.set(attempt)
    try:
        yield
    except DeliveryError:
        raise
    except (discord.DiscordException, aiohttp.ClientError, OSError, RuntimeError, LookupError, TypeError, ValueError) as error:
        raise failure(error, attempt) from error
    finally:
        _attempt.reset(token)


def failure(error: Exception, attempt: Attempt) -> DeliveryError:  # noqa: PLR0911 - one for each thing that goes wrong
    """Say what an exception of the library means for a message."""
    match error:
        case discord.RateLimited():
            return Unavailable("rate_limited", error.retry_after)
        case discord.DiscordServerError():
            return Unknown("server_error")
        case discord.HTTPException():
            return _refusal(error)
        case aiohttp.ClientConnectorError():
            return Unavailable("unreachable", 5.0)
        case TimeoutError():
            return _overdue(attempt)
        case RuntimeError() if "closed" not in str(error).lower():
            return Unknown("library_error")
        case RuntimeError():
            return Unavailable("not_connected", 5.0)
        case aiohttp.ClientError() | OSError():
            return Unknown("connection_lost")
        case _:
            return Unknown("unreadable_answer")


def code_of(error: BaseException | None) -> int:
    """Return Discord's own error code, 0 where there is none."""
    return error.code if isinstance(error, discord.HTTPException) else 0


def _refusal(error: discord.HTTPException) -> DeliveryError:
    if error.status == 429:  # noqa: PLR2004 - too many requests
        return Unavailable("rate_limited", _seconds(error.response.headers.get("Retry-After")) or 60.0)
    if error.status == 401:  # noqa: PLR2004 - the gateway says the same in words for the operator
        return Unavailable("token_refused", 60.0)
    if error.status == 408 or error.code == 40003:  # noqa: PLR2004 - request time-out; direct messages opened too fast
        return Unavailable("too_fast", 60.0)
    return Undeliverable(_REASONS.get(error.code) or f"discord_{error.code or error.status}")


def _overdue(attempt: Attempt) -> DeliveryError:
    if not attempt.sent or attempt.status == 429:  # noqa: PLR2004 - refused, and waiting to try again
        return Unavailable("rate_limited", max(attempt.retry_after, 1.0))
    return Unknown("timeout")


def _seconds(words: str | None) -> float:
    try:
        return max(0.0, float(words or 0))
    except ValueError:
        return 0.0


def _multipart(payload: Any, picture: Picture) -> Json:  # noqa: ANN401 - any JSON
    """Return a request's parts: the JSON and the picture, which can be sent again."""
    data = payload.get("data", payload)
    file = discord.File(io.BytesIO(picture.content), filename=data["attachments"][0]["filename"])
    form = [
        {"name": "payload_json", "value": _to_json(payload)},
        {"name": "files[0]", "value": file.fp, "filename": file.filename, "content_type": "image/png"},
    ]
    return {"form": form, "files": [file]}
