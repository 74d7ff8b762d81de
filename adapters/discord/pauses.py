"""What Discord asked to wait for, by bucket, so that nothing is asked too early (https://docs.discord.com/developers/topics/rate-limits).

A bucket is a method and a path in one channel or server; Discord's `X-RateLimit-Bucket` says which of them count together.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Final

from bot.errors import Unavailable

if TYPE_CHECKING:
    import aiohttp
    from discord.http import Route

_EVERYWHERE: Final = "*"
_MANY: Final = 1000
_UNSAID: Final = 60.0
"""Seconds to wait where whoever refuses does not say how long: then it is not Discord but what stands before it."""


class Pauses:
    """The pauses of one bot in one process."""

    def __init__(self) -> None:
        self._until: dict[str, float] = {}
        self._buckets: dict[str, str] = {}

    def check(self, route: Route) -> None:
        """Refuse a call for which it is too early.

        Raises:
            Unavailable: with the seconds that are left.
        """
        if not self._until:
            return
        now = asyncio.get_running_loop().time()
        for name in (_EVERYWHERE, self._name(route)):
            left = self._until.get(name, now) - now
            if left > 0:
                reason = "rate_limited"
                raise Unavailable(reason, left, wide=name == _EVERYWHERE)

    def heard(self, route: Route, response: aiohttp.ClientResponse, answer: Any) -> None:  # noqa: ANN401 - any JSON, or text
        """Learn from an answer.

        Raises:
            Unavailable: the answer was that there were too many calls.
        """
        headers = response.headers
        if bucket := headers.get("X-RateLimit-Bucket"):
            self._buckets[route.key] = bucket
        if response.status != 429:  # noqa: PLR2004 - too many requests
            if headers.get("X-RateLimit-Remaining") == "0":
                self._pause(self._name(route), seconds(headers.get("X-RateLimit-Reset-After")))
            return
        said = answer if isinstance(answer, dict) else {}
        wait = seconds(said.get("retry_after")) or seconds(headers.get("Retry-After")) or _UNSAID
        # Without a `Via` it is Cloudflare that refuses, and everything.
        wide = bool(said.get("global")) or "X-RateLimit-Global" in headers or "Via" not in headers
        self._pause(_EVERYWHERE if wide else self._name(route), wait)
        reason = "rate_limited"
        raise Unavailable(reason, wait, wide=wide)

    def _name(self, route: Route) -> str:
        return f"{self._buckets.get(route.key, route.key)}:{route.major_parameters}"

    def _pause(self, name: str, wait: float) -> None:
        now = asyncio.get_running_loop().time()
        if len(self._until) > _MANY:
            self._until = {name: until for name, until in self._until.items() if until > now}
        self._until[name] = max(self._until.get(name, 0.0), now + wait)


def seconds(words: object) -> float:
    """Read a number of seconds, 0 where there is none."""
    try:
        return max(0.0, float(str(words or 0)))
    except ValueError:
        return 0.0
