"""Whether a request is Slack's own, fresh, and new. https://docs.slack.dev/authentication/verifying-requests-from-slack."""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from bot.ports import Clock

FRESH: Final = 300
"""Seconds that a request may be old, or early."""
_DIGITS: Final = 12


class Verification:
    """Checks signatures with one signing secret, and remembers them while they are fresh."""

    def __init__(self, secret: str, clock: Clock) -> None:
        self._secret = secret.encode()
        self._clock = clock
        self._seen: dict[bytes, float] = {}

    def authentic(self, body: bytes, timestamp: bytes, signature: bytes) -> bool:
        """Tell whether a request is signed by Slack, and fresh."""
        if not timestamp.isdigit() or len(timestamp) > _DIGITS or abs(self._now - int(timestamp)) > FRESH:
            return False
        expected = b"v0=" + hmac.digest(self._secret, b"v0:" + timestamp + b":" + body, "sha256").hex().encode()
        return hmac.compare_digest(expected, signature)

    def first(self, signature: bytes) -> bool:
        """Tell whether a request is new, and take note of it: the same one is not new again."""
        now = self._now
        self._expire(now)
        if signature in self._seen:
            return False
        # A request may be early by as much as it may be late: it stays authentic for twice that time.
        self._seen[signature] = now + 2 * FRESH
        return True

    def release(self, signature: bytes) -> None:
        """Forget a request that could not be answered: Slack sends it again, perhaps within the same second."""
        self._seen.pop(signature, None)

    @property
    def _now(self) -> float:
        return self._clock.now().timestamp()

    def _expire(self, now: float) -> None:
        while self._seen:
            oldest = next(iter(self._seen))
            if self._seen[oldest] > now:
                return
            del self._seen[oldest]
