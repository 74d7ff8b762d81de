"""Discord's limits, enforced and watched: fifty calls a second, five messages in five seconds, pauses that were asked for.

What is watched: calls made again before their `Retry-After` was over, and invalid requests, of which Discord takes ten thousand
in ten minutes (https://docs.discord.com/developers/topics/rate-limits).
"""

from __future__ import annotations

import re
import time
import zlib
from collections import deque
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]

TEN_MINUTES = 600.0
EVERYWHERE = "*"
_IN_FLIGHT = 0.25
"""Seconds in which a call may have left before the refusal of another one arrived."""
_MESSAGES = re.compile(r"/channels/(\d+)/messages")
_NONCE = re.compile(rb'"nonce":\s*"([^"]*)"')


@dataclass
class Limit:
    """A refusal with status 429."""

    retry_after: float
    everywhere: bool = False
    scope: str = "user"
    via: bool = True


@dataclass
class Window:
    """One channel's messages: so many from the first one on, until it resets."""

    began: float
    used: int = 0


@dataclass
class Storm:
    """A time in which a share of the calls is refused."""

    until: float
    retry_after: float
    chance: float = 1.0
    everywhere: bool = False


@dataclass
class Rates:
    """Lets calls through or refuses them. `enforced` applies the two published limits; pauses and storms always apply."""

    enforced: bool = False
    per_second: int = 50
    channel_calls: int = 5
    channel_seconds: float = 5.0
    storm: Storm | None = None
    early: list[Json] = field(default_factory=list)
    """Calls made again before their own pause was over."""
    intruding: int = 0
    """Other calls of a bucket that was told to pause, beyond those that were on their way."""
    limited: int = 0
    limited_everywhere: int = 0
    invalid: int = 0
    invalid_at_most: int = 0
    """Most invalid requests within ten minutes."""
    busiest_second: int = 0

    def __post_init__(self) -> None:
        self._calls: deque[float] = deque()
        self._invalid: deque[float] = deque()
        self._windows: dict[str, Window] = {}
        self._pauses: dict[str, tuple[float, float]] = {}
        self._told: dict[tuple[str, str, bytes], float] = {}

    @staticmethod
    def bucket(method: str, path: str) -> str:
        """Return what a limit counts together: the method and the path, of one channel, server or webhook."""
        parts = path.split("/")
        return f"{method} {'/'.join(part if place < 3 or not part.isdigit() else '{}' for place, part in enumerate(parts))}"

    @classmethod
    def bucket_hash(cls, method: str, path: str) -> str:
        """Return Discord's name of a bucket, which tells no channel or server."""
        return f"{zlib.crc32(re.sub('[0-9]+', '', cls.bucket(method, path)).encode()):08x}"

    def paused(self, method: str, path: str, body: bytes, *, exempt: bool) -> Limit | None:
        """Refuse what was told to wait, and record who did not."""
        if not self._pauses:
            return None
        now = time.monotonic()
        call = (method, path, _nonce(body))
        told = self._told.get(call, 0.0)
        if told > now:
            record = {"method": method, "path": path, "nonce": call[2].decode(), "seconds": round(told - now, 3), "at": time.time()}
            self.early.append(record)
        for name in (self.bucket(method, path), *(() if exempt else (EVERYWHERE,))):
            said, until = self._pauses.get(name, (0.0, 0.0))
            if until <= now:
                self._pauses.pop(name, None)
                continue
            if told <= now and now - said > _IN_FLIGHT:
                self.intruding += 1
            return self._refuse(call, until - now, everywhere=name == EVERYWHERE)
        return None

    def pause(self, method: str, path: str, body: bytes, seconds: float, *, everywhere: bool = False) -> Limit:
        """Refuse this call, and the rest of its bucket for a time."""
        now = time.monotonic()
        name = EVERYWHERE if everywhere else self.bucket(method, path)
        self._pauses[name] = (now, now + seconds)
        return self._refuse((method, path, _nonce(body)), seconds, everywhere=everywhere)

    def admit(self, method: str, path: str, body: bytes, *, exempt: bool, drawn: float) -> Limit | Json:
        """Count a call; returns its refusal, or the headers of its answer."""
        now = time.monotonic()
        storm = self.storm
        if storm is not None and storm.until > now and not exempt and drawn < storm.chance:
            return self.pause(method, path, body, storm.retry_after, everywhere=storm.everywhere)
        if not exempt:
            while self._calls and self._calls[0] <= now - 1.0:
                self._calls.popleft()
            if self.enforced and len(self._calls) >= self.per_second:
                return self.pause(method, path, body, _rounded(self._calls[0] + 1.0 - now), everywhere=True)
            self._calls.append(now)
            self.busiest_second = max(self.busiest_second, len(self._calls))
        posted = _MESSAGES.fullmatch(path) if self.enforced and method == "POST" else None
        return {} if posted is None else self._in_channel(posted[1], (method, path, body), now)

    def _in_channel(self, channel: str, call: tuple[str, str, bytes], now: float) -> Limit | Json:
        window = self._windows.get(channel)
        if window is None or now >= window.began + self.channel_seconds:
            window = self._windows[channel] = Window(now)
        left = window.began + self.channel_seconds - now
        if window.used >= self.channel_calls:
            return self.pause(*call, _rounded(left))
        window.used += 1
        return {
            "X-RateLimit-Limit": str(self.channel_calls),
            "X-RateLimit-Remaining": str(self.channel_calls - window.used),
            "X-RateLimit-Reset": f"{time.time() + left:.3f}",
            "X-RateLimit-Reset-After": f"{left:.3f}",
            "X-RateLimit-Bucket": self.bucket_hash(call[0], call[1]),
        }

    def answered(self, status: int, scope: str = "") -> None:
        """Count an answer that Discord calls an invalid request; the limit of somebody else's making is none."""
        if status not in (401, 403, 429) or scope == "shared":
            return
        now = time.monotonic()
        self.invalid += 1
        self._invalid.append(now)
        while self._invalid[0] < now - TEN_MINUTES:
            self._invalid.popleft()
        self.invalid_at_most = max(self.invalid_at_most, len(self._invalid))

    def _refuse(self, call: tuple[str, str, bytes], seconds: float, *, everywhere: bool) -> Limit:
        self.limited += 1
        self.limited_everywhere += everywhere
        if len(self._told) > 10_000:
            self._told = {key: until for key, until in self._told.items() if until > time.monotonic()}
        self._told[call] = time.monotonic() + seconds
        return Limit(_rounded(seconds), everywhere, "global" if everywhere else "user")


def _nonce(body: bytes) -> bytes:
    found = _NONCE.search(body)
    return found[1] if found else b""


def _rounded(seconds: float) -> float:
    """Round up to milliseconds: who waits that long is not early."""
    return int(seconds * 1000 + 0.999) / 1000
