"""What every call to the emulated Discord passes: faults, the token, limits; and what is refused is answered as Discord does."""

from __future__ import annotations

import asyncio
import json
import time
from typing import TYPE_CHECKING, Any

from aiohttp import web

from tests.emulators.discord.faults import Fault, Faults
from tests.emulators.discord.limits import Refused
from tests.emulators.discord.rates import Limit, Rates

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from tests.emulators.discord.world import World

Json = dict[str, Any]

BASE = "/api/v10"


class Front:
    """Stands before the routes. `calls` are all that arrived, `refusals` and `broken` those that Discord would not take."""

    def __init__(self, world: World, seed: int) -> None:
        self.world = world
        self.faults = Faults(seed)
        self.rates = Rates()
        self.calls: list[tuple[str, str]] = []
        self.refusals: list[str] = []
        self.broken: list[str] = []
        self.released = asyncio.Event()

    @web.middleware
    async def serve(self, request: web.Request, handler: Callable[[web.Request], Awaitable[Any]]) -> web.StreamResponse:
        if not request.path.startswith(BASE):
            return await handler(request)
        path = request.path.removeprefix(BASE)
        self.calls.append((request.method, path))
        try:
            return await self._pass(request, path, handler)
        except Refused as refusal:
            self.refusals.append(f"{request.method} {path}: {refusal}")
            self.rates.answered(refusal.status)
            return _json({"message": refusal.message, "code": refusal.code}, refusal.status)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            self.broken.append(f"{request.method} {path}: {error!r}")
            return _json({"message": "a payload that this emulator cannot read", "code": 50109}, 400)

    async def _pass(self, request: web.Request, path: str, handler: Callable[[web.Request], Awaitable[Any]]) -> web.StreamResponse:
        exempt = path.startswith(("/interactions/", "/webhooks/"))
        # What is sent in parts can be read only once, by its route.
        body = b"" if request.content_type.startswith("multipart/") else await request.read()
        refused = self.rates.paused(request.method, path, body, exempt=exempt)
        if refused is not None:
            return self._limited(request, path, refused)
        fault = self.faults.next(request.method, path)
        spoilt = None if fault is None else await self._gone_wrong(request, fault, path, body)
        if spoilt is not None:
            return spoilt
        if not exempt and request.headers.get("Authorization") != f"Bot {self.world.token}":
            raise Refused(401, 0, "401: Unauthorized")
        admitted = self.rates.admit(request.method, path, body, exempt=exempt, drawn=self.faults.random.random())
        if isinstance(admitted, Limit):
            return self._limited(request, path, admitted)
        answer = await handler(request)
        if fault is not None and fault.lose == "late":
            await self._wait(fault.seconds)
        elif fault is not None:
            return await self._lost(request, fault)
        return web.Response(status=204, headers=admitted) if answer is None else _json(answer, 200, admitted)

    async def _gone_wrong(self, request: web.Request, fault: Fault, path: str, body: bytes) -> web.StreamResponse | None:
        """Return the end of a call that is not taken; None where only its answer suffers."""
        if fault.status == 429:
            limit = self.rates.pause(request.method, path, body, fault.retry_after, everywhere=fault.everywhere)
            limit.via = fault.via
            return self._limited(request, path, limit)
        if fault.status:
            self.rates.answered(fault.status)
            return _json({"message": f"error {fault.code}", "code": fault.code}, fault.status)
        if fault.lose in ("before", "hang"):
            return await self._lost(request, fault)
        return None

    async def _lost(self, request: web.Request, fault: Fault) -> web.StreamResponse:
        if fault.lose in ("hang", "silent"):
            await self._wait(fault.seconds)
        if request.transport is not None:
            request.transport.abort()
        return web.Response(status=500)

    async def _wait(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds or None):
                await self.released.wait()
        except TimeoutError:
            return

    def _limited(self, request: web.Request, path: str, limit: Limit) -> web.Response:
        self.rates.answered(429, limit.scope)
        headers = {"Retry-After": f"{limit.retry_after:g}", "X-RateLimit-Scope": limit.scope}
        if limit.via:
            headers["Via"] = "1.1 google"
        if limit.everywhere:
            headers["X-RateLimit-Global"] = "true"
        elif limit.via:
            headers |= {
                "X-RateLimit-Limit": str(self.rates.channel_calls),
                "X-RateLimit-Remaining": "0",
                "X-RateLimit-Bucket": self.rates.bucket_hash(request.method, path),
                "X-RateLimit-Reset-After": f"{limit.retry_after:g}",
                "X-RateLimit-Reset": f"{time.time() + limit.retry_after:.3f}",
            }
        said = {"message": "You are being rate limited.", "retry_after": limit.retry_after, "global": limit.everywhere, "code": 0}
        return _json(said, 429, headers)


def _json(answer: object, status: int, headers: dict[str, str] | None = None) -> web.Response:
    # Exactly this content type: discord.py compares the whole header.
    return web.Response(
        body=json.dumps(answer).encode(), status=status, headers={"Content-Type": "application/json", **(headers or {})}
    )
