"""Every HTTP call to Discord, on discord.py's connections, bounded in time.

discord.py's own client repeats a call by itself after 429, 5xx and resets, and holds an answer back while its bucket is empty.
That suits what is asked at the start; messages go through `once`, so that delivery alone decides when something is tried again.
"""

from __future__ import annotations

import asyncio
import io
from typing import TYPE_CHECKING, Any, Final

import aiohttp
import discord
from discord.http import HTTPClient, Route, json_or_text
from discord.utils import _to_json  # pyright: ignore[reportPrivateUsage]
from discord.webhook.async_ import AsyncWebhookAdapter

from adapters.discord.allowance import Allowance
from adapters.discord.pauses import Pauses, seconds
from bot.errors import DeliveryError, Unavailable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from adapters.discord.render import Attachment

Json = dict[str, Any]

CALL_SECONDS: Final = 20.0
"""Longer waits belong to delivery, which other messages do not queue behind."""

_LOGIN_CALLS: Final = 2

LOST: Final = (discord.DiscordException, aiohttp.ClientError, OSError, TimeoutError, DeliveryError)
"""What can go wrong on the way to Discord with an answer: the work is committed, only the answer is lost."""


class Wire:
    """The calls of one connection; `attach` gives it the client whose HTTP session it uses."""

    def __init__(self) -> None:
        self._http: HTTPClient | None = None
        self._session: aiohttp.ClientSession | None = None
        self._webhooks = AsyncWebhookAdapter()
        self._pauses = Pauses()
        self._allowance = Allowance()
        self.application = ""
        self.bot = ""

    def attach(self, client: discord.Client | None) -> None:
        """Use the HTTP connections of this client, or none while there is no connection.

        Answers to interactions and messages have a session of their own on the same connections, since discord.py hides its own.
        """
        self._http = None if client is None else client.http
        if self._session is not None:
            self._session.detach()
            self._session = None
        if client is not None:
            connector = client.http.connector
            self._session = aiohttp.ClientSession(connector=connector, connector_owner=False, cookie_jar=aiohttp.DummyCookieJar())
            # Else aiohttp repeats a PUT or a DELETE by itself when a connection it had kept is reset; there is no public switch.
            self._session._retry_connection = False  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
            self._allowance.made(_LOGIN_CALLS)
        if client is not None and client.application_id is not None:
            self.application = str(client.application_id)
        if client is not None and client.user is not None:
            self.bot = str(client.user.id)

    async def call(  # noqa: PLR0913 - what a request consists of
        self,
        method: str,
        path: str,
        *,
        json: Any = None,  # noqa: ANN401 - any JSON
        files: Sequence[Attachment] = (),
        query: dict[str, str] | None = None,
        where: Mapping[str, str] | None = None,
    ) -> Any:  # noqa: ANN401
        """Call as the bot; `where` fills the path. discord.py waits for rate limits and repeats what failed.

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
        if files:
            options |= _multipart(json, files)
        elif json is not None:
            options["json"] = json
        async with self._allowance.one(), asyncio.timeout(CALL_SECONDS):
            return await self._http.request(Route(method, path, **(where or {})), **options)

    async def once(  # noqa: PLR0913 - what a request consists of
        self,
        method: str,
        path: str,
        *,
        json: Any = None,  # noqa: ANN401 - any JSON
        files: Sequence[Attachment] = (),
        query: dict[str, str] | None = None,
        where: Mapping[str, str] | None = None,
    ) -> Any:  # noqa: ANN401
        """Call as the bot with one request, or with none while Discord asks to wait.

        Raises:
            Unavailable: there is no connection, it is too early, or there were too many calls.
            discord.HTTPException: Discord refuses.
            aiohttp.ClientError, OSError, TimeoutError: the answer was lost, or nothing arrived.
        """
        http, session = self._http, self._session
        if http is None or session is None:
            reason = "not_connected"
            raise Unavailable(reason, 5.0)
        route = Route(method, path, **(where or {}))
        self._pauses.check(route)
        headers = {"User-Agent": http.user_agent, "Authorization": f"Bot {http.token}"}
        data: Any = None
        if files:
            # Discord does not understand the escaped `[` of a field name.
            data = aiohttp.FormData(quote_fields=False)
            for part in _multipart(json, files)["form"]:
                data.add_field(**part)
        elif json is not None:
            headers["Content-Type"] = "application/json"
            data = _to_json(json)
        patience = aiohttp.ClientTimeout(total=None, sock_connect=CALL_SECONDS / 2)
        async with self._allowance.one():
            # While it waited for its turn, another call may have been told that it is too early.
            self._pauses.check(route)
            async with (
                asyncio.timeout(CALL_SECONDS),
                session.request(method, route.url, data=data, params=query, headers=headers, timeout=patience) as response,
            ):
                answer = await json_or_text(response)
        self._pauses.heard(route, response, answer)
        if response.ok:
            return answer
        raise _refusal(response, answer)

    async def hook(  # noqa: PLR0913 - the same, and the token
        self, method: str, path: str, key: str, token: str, *, json: Json | None = None, files: Sequence[Attachment] = ()
    ) -> Any:  # noqa: ANN401 - any JSON
        """Call with the token of an interaction; `path` holds `{webhook_id}` and `{webhook_token}`.

        Raises:
            Unavailable: there is no connection.
            discord.DiscordException, aiohttp.ClientError, OSError, TimeoutError: what the library raises.
        """
        session = self._session
        if session is None:
            reason = "not_connected"
            raise Unavailable(reason, 5.0)
        route = Route(method, path, webhook_id=int(key), webhook_token=token)
        async with asyncio.timeout(CALL_SECONDS):
            if not files:
                return await self._webhooks.request(route, session, payload=json)
            parts = _multipart(json, files)
            return await self._webhooks.request(route, session, multipart=parts["form"], files=parts["files"])


def _multipart(payload: Any, attached: Sequence[Attachment]) -> Json:  # noqa: ANN401 - any JSON
    """Return a request's parts: the JSON and the files, which can be sent again."""
    files = [discord.File(io.BytesIO(each.content), filename=each.name) for each in attached]
    form: list[Json] = [{"name": "payload_json", "value": _to_json(payload)}]
    for number, (file, each) in enumerate(zip(files, attached, strict=True)):
        form.append({"name": f"files[{number}]", "value": file.fp, "filename": each.name, "content_type": each.media_type})
    return {"form": form, "files": files}


def _refusal(response: aiohttp.ClientResponse, answer: Any) -> Exception:  # noqa: ANN401 - any JSON, or text
    match response.status:
        case status if status >= 500:  # noqa: PLR2004 - the server's fault
            return discord.DiscordServerError(response, answer)
        case _ if not isinstance(answer, dict):
            # Not Discord's own words: a wall before it.
            return Unavailable("blocked", seconds(response.headers.get("Retry-After")) or 60.0, wide=True)
        case 403:
            return discord.Forbidden(response, answer)
        case 404:
            return discord.NotFound(response, answer)
        case _:
            return discord.HTTPException(response, answer)
