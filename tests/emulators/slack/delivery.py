"""How Slack delivers: signed requests or envelopes, three seconds of patience, retries for events."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import io
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol
from urllib.parse import urlencode

import aiohttp
from aiohttp import WSMsgType, web

from tests.emulators.slack.workspace import Json

PATIENCE = 3.0


@dataclass(frozen=True)
class Acknowledged:
    """What came back: the status, and the body where there was one. Status 0: nothing in time."""

    status: int
    body: Json | None = None
    raw: str = ""


class Carrier(Protocol):
    """A way to deliver a payload; `retry` counts earlier attempts."""

    async def carry(self, kind: str, payload: Json, *, retry: int = 0) -> Acknowledged: ...

    async def close(self) -> None: ...


class SignedRequests:
    """The HTTP mode. `now` is the instant that requests are signed with, in seconds."""

    def __init__(self, secret: str, now: Callable[[], float]) -> None:
        self.secret = secret
        self.url = ""
        self._now = now
        self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=PATIENCE))

    def signed(self, body: bytes, content_type: str, *, retry: int = 0) -> dict[str, str]:
        # A retry leaves later than what it repeats, with a timestamp of its own.
        timestamp = str(int(self._now()) + retry)
        digest = hmac.new(self.secret.encode(), f"v0:{timestamp}:".encode() + body, hashlib.sha256).hexdigest()
        headers = {"Content-Type": content_type, "X-Slack-Request-Timestamp": timestamp, "X-Slack-Signature": f"v0={digest}"}
        return {**headers, "X-Slack-Retry-Num": str(retry), "X-Slack-Retry-Reason": "http_timeout"} if retry else headers

    async def carry(self, kind: str, payload: Json, *, retry: int = 0) -> Acknowledged:
        if kind == "event":
            body, content_type = json.dumps(payload).encode(), "application/json"
        elif kind == "command":
            body, content_type = urlencode(payload).encode(), "application/x-www-form-urlencoded"
        else:
            body, content_type = urlencode({"payload": json.dumps(payload)}).encode(), "application/x-www-form-urlencoded"
        return await self.send(body, self.signed(body, content_type, retry=retry))

    async def send(self, body: bytes, headers: dict[str, str]) -> Acknowledged:
        """Send a request as it is, for requests that are not Slack's."""
        try:
            async with self._session.post(self.url, data=io.BytesIO(body), headers=headers) as answer:
                raw = await answer.text()
                is_json = answer.content_type == "application/json" and raw
                return Acknowledged(answer.status, json.loads(raw) if is_json else None, raw)
        except (TimeoutError, aiohttp.ClientError):
            return Acknowledged(0)

    async def close(self) -> None:
        await self._session.close()


@dataclass
class Socket:
    """One connection of the Socket Mode, as the server sees it. A silent one neither reads nor answers."""

    socket: web.WebSocketResponse
    silent: bool = False
    waiting: dict[str, asyncio.Future[Acknowledged]] = field(default_factory=dict)


class Sockets:
    """The Socket Mode. `mistakes` receives what a client does wrong."""

    def __init__(self, mistakes: list[str], patience: float = PATIENCE) -> None:
        self.open: list[Socket] = []
        self.changed = asyncio.Condition()
        self.accepted = 0
        self._mistakes = mistakes
        self._patience = patience
        self._numbers = 0

    async def serve(self, request: web.Request, tickets: set[str]) -> web.StreamResponse:
        """Hold one connection until it ends."""
        ticket = request.query.get("ticket", "")
        if ticket not in tickets:
            return web.Response(status=404)
        tickets.discard(ticket)
        socket = web.WebSocketResponse(autoping=False)
        await socket.prepare(request)
        held = Socket(socket)
        await socket.send_json({"type": "hello", "num_connections": len(self.open) + 1, "connection_info": {"app_id": "A0"}})
        async with self.changed:
            self.open.append(held)
            self.accepted += 1
            self.changed.notify_all()
        try:
            async for message in socket:
                if held.silent:
                    continue
                if message.type is WSMsgType.PING:
                    await socket.pong(message.data)
                elif message.type is WSMsgType.TEXT:
                    self._acknowledged(held, json.loads(message.data))
        finally:
            async with self.changed:
                self.open.remove(held)
                self.changed.notify_all()
        return socket

    def _acknowledged(self, held: Socket, message: Json) -> None:
        if set(message) - {"envelope_id", "payload"}:
            self._mistakes.append(f"unknown fields in an acknowledgement: {sorted(message)}")
        future = held.waiting.pop(message.get("envelope_id", ""), None)
        if future is None or future.done():
            self._mistakes.append("an envelope acknowledged late, twice, or never sent")
            return
        future.set_result(Acknowledged(200, message.get("payload") or None, json.dumps(message.get("payload"))))

    async def carry(self, kind: str, payload: Json, *, retry: int = 0) -> Acknowledged:
        held = await self.connection()
        self._numbers += 1
        envelope: Json = {
            "envelope_id": f"envelope-{self._numbers}",
            "type": {"event": "events_api", "command": "slash_commands"}.get(kind, "interactive"),
            "payload": payload,
            "accepts_response_payload": kind != "event",
        }
        if kind == "event":
            envelope |= {"retry_attempt": retry, "retry_reason": "timeout" if retry else ""}
        future = held.waiting[envelope["envelope_id"]] = asyncio.get_running_loop().create_future()
        await held.socket.send_json(envelope)
        try:
            return await asyncio.wait_for(future, self._patience)
        except TimeoutError:
            return Acknowledged(0)

    async def connection(self, after: int = 0) -> Socket:
        """Return the newest live connection, waiting for one (the one beyond the first `after`, where given)."""

        def there() -> bool:
            return self.accepted > after and any(not held.silent for held in self.open)

        async with asyncio.timeout(20), self.changed:
            await self.changed.wait_for(there)
        return next(held for held in reversed(self.open) if not held.silent)

    async def refresh(self) -> None:
        """Ask the client to come back on a new connection, as Slack does every few hours; returns when it has."""
        held, accepted = await self.connection(), self.accepted
        await held.socket.send_json({"type": "disconnect", "reason": "refresh_requested", "debug_info": {}})
        await self.connection(accepted)

    async def cut(self) -> None:
        """Break the connection without a word; returns when the client is back."""
        held, accepted = await self.connection(), self.accepted
        transport: Any = held.socket._req.transport if held.socket._req else None  # noqa: SLF001 - aiohttp has no other way
        transport.abort()
        await self.connection(accepted)

    async def fall_silent(self) -> None:
        """Let the connection stand and never answer again; returns when the client has found a better one."""
        held, accepted = await self.connection(), self.accepted
        held.silent = True
        await self.connection(accepted)

    async def close(self) -> None:
        for held in list(self.open):
            await held.socket.close()
