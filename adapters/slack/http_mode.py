"""Slack over HTTP: Starlette and uvicorn in our own loop, every request verified before anything reads it."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote_plus

import msgspec
import structlog
import uvicorn
from starlette.routing import Route, Router

from adapters.slack.app import has_left
from adapters.slack.verification import Verification
from bot.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

    from slack_bolt.response import BoltResponse
    from starlette.types import Receive, Scope, Send

    from adapters.slack.payload import Payload
    from bot.ports import Clock

PATH: Final = "/slack/events"
"""Commands, interactions and events, all at one address."""
LARGEST: Final = 1 << 20
"""Bytes of a request; Slack's own stay far below."""

_log = structlog.get_logger(__name__)
_JSON: Final = b"application/json"


class Door:
    """The ASGI endpoint: verifies, decodes, asks Bolt, answers."""

    def __init__(self, verification: Verification, dispatch: Callable[[Payload], Awaitable[BoltResponse]]) -> None:
        self._verification = verification
        self._dispatch = dispatch

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        answer = await self._answer(dict(scope["headers"]), await _read(receive))
        if isinstance(answer, int):
            status, body, content_type = answer, b"", b"text/plain"
        elif isinstance(answer, bytes):
            status, body, content_type = 200, answer, _JSON
        else:
            status, body = answer.status, answer.body.encode()
            content_type = answer.headers.get("content-type", ["text/plain"])[0].encode()
        headers = [(b"content-length", str(len(body)).encode()), (b"content-type", content_type)]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})
        if not isinstance(answer, int | bytes):
            has_left(answer)

    async def _answer(self, headers: dict[bytes, bytes], body: bytes | None) -> int | bytes | BoltResponse:  # noqa: PLR0911 - one for each refusal
        """Return a status without a body, a JSON body, or what Bolt answers."""
        if body is None:
            return 413
        signature = headers.get(b"x-slack-signature", b"")
        if not self._verification.authentic(body, headers.get(b"x-slack-request-timestamp", b""), signature):
            _log.warning("slack.request.refused")
            return 401
        payload = decoded(body, headers.get(b"content-type", b""))
        if payload is None:
            return 400
        # Typing the same letters twice within a second gives the same request, and answering it changes nothing.
        if payload.get("type") != "block_suggestion" and not self._verification.first(signature):
            _log.warning("slack.request.repeated")
            return 401
        if payload.get("type") == "url_verification":
            return msgspec.json.encode({"challenge": str(payload.get("challenge", ""))})
        if payload.get("ssl_check"):
            return 200
        try:
            response = await self._dispatch(payload)
        except BaseException:
            self._verification.release(signature)
            raise
        if response.status != 200:  # noqa: PLR2004 - Slack will come again
            self._verification.release(signature)
        return response


class HttpMode:
    """The web server of the HTTP mode."""

    def __init__(
        self, host: str, port: int, secret: str, clock: Clock, dispatch: Callable[[Payload], Awaitable[BoltResponse]]
    ) -> None:
        self._host = host
        self._port = port
        door = Door(Verification(secret, clock), dispatch)
        # A bare router: what Starlette puts around it, pages for errors, nobody sees, and it costs a part of every answer.
        self._app = Router([Route(PATH, door, methods=["POST"])])
        self._socket: socket.socket | None = None
        self._server: _Server | None = None
        self._serving: asyncio.Task[None] | None = None

    @property
    def port(self) -> int:
        """The port it listens on, which the system chose where 0 was asked for."""
        return self._port if self._socket is None else self._socket.getsockname()[1]

    async def start(self) -> None:
        """Listen.

        Raises:
            ConfigError: the address cannot be used.
        """
        self._socket = _listening(self._host, self._port)
        config = uvicorn.Config(
            self._app,
            http="auto",
            ws="none",
            lifespan="off",
            access_log=False,
            log_config=None,
            server_header=False,
            date_header=False,
            proxy_headers=False,
            timeout_keep_alive=75,
            timeout_graceful_shutdown=5,
        )
        self._server = _Server(config)
        self._serving = asyncio.create_task(self._server.serve(sockets=[self._socket]), name="slack-http")
        await self._server.listening.wait()
        _log.info("slack.listening", host=self._host, port=self.port, path=PATH)

    async def stop(self) -> None:
        """Take nothing new, finish what is under way."""
        if self._server is not None and self._serving is not None:
            self._server.should_exit = True
            await self._serving
        if self._socket is not None:
            self._socket.close()
            self._socket = None


class _Server(uvicorn.Server):
    """uvicorn, leaving signals to the application and saying when it listens."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.listening = asyncio.Event()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.listening.set()


def _listening(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Named as TCP: asyncio switches Nagle's delay (40 ms an answer) off only on sockets that say so.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        # Listening at once: two processes may bind the same port, only one may listen.
        listener.listen(2048)
    except (OSError, OverflowError) as error:
        listener.close()
        reason = getattr(error, "strerror", None) or str(error)
        key = "slack.host" if isinstance(error, socket.gaierror) else "slack.port"
        message = f"{key}: cannot listen on {host}:{port}: {reason}. Choose another, or stop what uses it."
        raise ConfigError(message) from error
    listener.setblocking(False)  # noqa: FBT003 - the standard library takes it so
    return listener


async def _read(receive: Receive) -> bytes | None:
    """Return the body, None where it is larger than Slack's ever are."""
    first = await receive()
    body: bytes = first.get("body", b"")
    more = first.get("more_body", False)
    while more and len(body) <= LARGEST:
        part = await receive()
        body += part.get("body", b"")
        more = part.get("more_body", False)
    return body if len(body) <= LARGEST else None


def decoded(body: bytes, content_type: bytes) -> Payload | None:
    """Return the payload of a body in either of Slack's encodings, None where it is neither."""
    try:
        if content_type.startswith(_JSON):
            return _table(msgspec.json.decode(body))
        fields = _fields(body.decode())
        return _table(msgspec.json.decode(fields["payload"])) if "payload" in fields else dict(fields)
    except (msgspec.DecodeError, ValueError):
        return None


def _fields(form: str) -> dict[str, str]:
    """Return the fields of a form: what `dict(parse_qsl(form, keep_blank_values=True))` returns, in a sixth of the time."""
    fields: dict[str, str] = {}
    for pair in form.split("&"):
        name, equals, value = pair.partition("=")
        if equals:
            fields[_unquoted(name)] = _unquoted(value)
        elif name:
            fields[_unquoted(name)] = ""
    return fields


def _unquoted(words: str) -> str:
    return unquote_plus(words) if "%" in words or "+" in words else words


def _table(value: Any) -> Payload | None:  # noqa: ANN401 - JSON
    return value if isinstance(value, dict) else None
