"""How Slack delivers: signed requests or envelopes, three seconds of patience, retries for events."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import io
import itertools
import json
import random
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
        self.urls: list[str] = []
        self._turn = itertools.count()
        self._now = now
        self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=PATIENCE))

    @property
    def url(self) -> str:
        """The address; where there are several, as behind a load balancer, they take turns and one that is away is passed over."""
        return self.urls[0] if self.urls else ""

    @url.setter
    def url(self, url: str) -> None:
        self.urls = [url]

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
        first = next(self._turn)
        for turn in range(len(self.urls)):
            url = self.urls[(first + turn) % len(self.urls)]
            try:
                async with self._session.post(url, data=io.BytesIO(body), headers=headers) as answer:
                    raw = await answer.text()
                    is_json = answer.content_type == "application/json" and raw
                    return Acknowledged(answer.status, json.loads(raw) if is_json else None, raw)
            except aiohttp.ClientConnectorError:
                continue
            except (TimeoutError, aiohttp.ClientError):
                break
        return Acknowledged(0)

    async def close(self) -> None:
        await self._session.close()


@dataclass(eq=False)
class Socket:
    """One connection of the Socket Mode, as the server sees it. A silent one neither reads nor answers.

    `leaving`: the client was asked to come back on a new one.
    """

    socket: web.WebSocketResponse
    silent: bool = False
    leaving: bool = False
    waiting: dict[str, asyncio.Future[Acknowledged]] = field(default_factory=dict)


@dataclass
class SocketFaults:
    """`ignore` acknowledgements are lost; `refresh` is how probable a refresh is right after an envelope left."""

    ignore: int = 0
    refresh: float = 0.0


class Sockets:
    """The Socket Mode: each envelope goes to one of the connections. `mistakes` receives what a client does wrong."""

    def __init__(self, mistakes: list[str], patience: float = PATIENCE, seed: int = 0) -> None:
        self.open: list[Socket] = []
        self.changed = asyncio.Condition()
        self.accepted = 0
        self.strays = 0
        """Acknowledgements that came on another connection than their envelope, or were lost on purpose."""
        self.faults = SocketFaults()
        self._mistakes = mistakes
        self.patience = patience
        self._numbers = 0
        self._orphans: set[str] = set()
        self._random = random.Random(seed)  # noqa: S311 - picks a connection

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
            # What stood unacknowledged on a connection that ended is delivered again, an event at least.
            for envelope, future in held.waiting.items():
                self._orphans.add(envelope)
                if not future.done():
                    future.set_result(Acknowledged(0))
        return socket

    def _acknowledged(self, held: Socket, message: Json) -> None:
        if set(message) - {"envelope_id", "payload"}:
            self._mistakes.append(f"unknown fields in an acknowledgement: {sorted(message)}")
        envelope = message.get("envelope_id", "")
        if self._lost(held, envelope):
            self.strays += 1
            return
        future = held.waiting.pop(envelope, None)
        if future is None or future.done():
            self._mistakes.append("an envelope acknowledged late, twice, or never sent")
            return
        future.set_result(Acknowledged(200, message.get("payload") or None, json.dumps(message.get("payload"))))

    def _lost(self, held: Socket, envelope: str) -> bool:
        if self.faults.ignore > 0:
            self.faults.ignore -= 1
            self._orphans.add(envelope)
            return True
        elsewhere = any(envelope in other.waiting for other in self.open if other is not held and other.leaving)
        return elsewhere or envelope in self._orphans

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
        try:
            await held.socket.send_json(envelope)
            if self.faults.refresh and self._random.random() < self.faults.refresh:
                await self.ask_back(held)
            return await asyncio.wait_for(future, self.patience)
        except (TimeoutError, ConnectionError, RuntimeError):
            return Acknowledged(0)

    async def connection(self, after: int = 0) -> Socket:
        """Return one of the live connections, waiting for one (accepted after the first `after`, where given)."""

        def there() -> bool:
            return self.accepted > after and any(not held.silent for held in self.open)

        async with asyncio.timeout(20), self.changed:
            await self.changed.wait_for(there)
        live = [held for held in self.open if not held.silent]
        return self._random.choice([held for held in live if not held.leaving] or live)

    async def ask_back(self, held: Socket, reason: str = "refresh_requested") -> None:
        """Ask the client of a connection to come back on a new one."""
        held.leaving = True
        await held.socket.send_json({"type": "disconnect", "reason": reason, "debug_info": {}})

    async def refresh(self, reason: str = "refresh_requested") -> None:
        """Ask a client to come back on a new connection, as Slack does every few hours; returns when it has."""
        held, accepted = await self.connection(), self.accepted
        await self.ask_back(held, reason)
        await self.connection(accepted)

    async def cut(self) -> None:
        """Break a connection without a word; returns when the client is back."""
        held, accepted = await self.connection(), self.accepted
        held.leaving = True
        transport: Any = held.socket._req.transport if held.socket._req else None  # noqa: SLF001 - aiohttp has no other way
        transport.abort()
        await self.connection(accepted)

    async def fall_silent(self) -> None:
        """Let a connection stand and never answer again; returns when the client has found a better one."""
        held, accepted = await self.connection(), self.accepted
        held.silent = True
        await self.connection(accepted)

    async def close(self) -> None:
        for held in list(self.open):
            await held.socket.close()
