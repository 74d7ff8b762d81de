"""Who may talk to the page: its own address only, from its own page only. Other web pages and rebound names are refused."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from starlette.responses import JSONResponse

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEADERS: Final = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-cache",
}

LARGEST: Final = 200_000
"""Bytes of a request; five fields of 3,000 four-byte characters are well below."""


class Guard:
    """Refuses requests that do not come from the page itself, and puts the security headers on every answer."""

    def __init__(self, app: ASGIApp, host: str) -> None:
        self._app = app
        self._host = host

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through or refuse it with a sentence."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [
                    *message.get("headers", []),
                    *((name.encode(), value.encode()) for name, value in HEADERS.items()),
                ]
            await send(message)

        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope.get("headers", [])}
        problem = self._problem(scope["type"], str(scope.get("method", "")), headers)
        if problem is not None:
            status, sentence = problem
            await JSONResponse({"problem": sentence}, status)(scope, receive, with_headers)
            return
        await self._app(scope, receive, with_headers)

    def _problem(  # noqa: PLR0911 - one a reason
        self, kind: str, method: str, headers: Mapping[str, str]
    ) -> tuple[int, str] | None:
        if kind != "http":
            return 403, "Only HTTP is spoken here."
        host = headers.get("host", "")
        if not self._own(host):
            return 403, "This address is not the sandbox's own."
        origin = headers.get("origin")
        if (origin is None and method == "POST") or (origin is not None and origin != f"http://{host}"):
            return 403, "Only the sandbox's own page may do this."
        if headers.get("sec-fetch-site", "none") not in ("same-origin", "none"):
            return 403, "Only the sandbox's own page may do this."
        if method == "POST" and headers.get("content-type", "").partition(";")[0].strip() != "application/json":
            return 415, "Send application/json."
        length = headers.get("content-length", "0")
        if method == "POST" and (not length.isdigit() or int(length) > LARGEST or "transfer-encoding" in headers):
            return 413, "That is too long."
        return None

    def _own(self, host: str) -> bool:
        """Tell whether a Host header names this machine: the bound name, localhost, or an address, which nobody can rebind."""
        try:
            name = urlsplit(f"//{host}").hostname or ""
        except ValueError:
            return False
        if name in ("localhost", self._host):
            return True
        try:
            address = ipaddress.ip_address(name)
        except ValueError:
            return False
        return address.is_loopback or not _loopback(self._host)


def _loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
