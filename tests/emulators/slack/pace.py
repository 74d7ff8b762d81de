"""How much Slack permits, in sliding windows, what a Retry-After still covers, and who called all the same.

https://docs.slack.dev/apis/web-api/rate-limits: about one message a second in a channel, a limit for the workspace, and a
tier for each method; a refusal names no limit, only the seconds to wait.
"""

from __future__ import annotations

import math
from collections import Counter, deque
from dataclasses import dataclass, field
from typing import Any

POST = "chat.postMessage"
TIER_3 = 50
"""Calls a minute of `conversations.history`, `conversations.open`, `chat.update` and `chat.delete`."""
TIERED = ("conversations.history", "conversations.replies", "conversations.open", "chat.update", "chat.delete")
IN_FLIGHT = 0.25
"""Seconds after a refusal in which other calls may already have been on their way."""


@dataclass(frozen=True)
class Allowance:
    """So many calls in so many seconds. Slack permits short bursts; `leeway` is what arrives early because of the network."""

    calls: int
    seconds: float
    leeway: float = 0.0


class Window:
    """The calls of the last seconds under one allowance."""

    def __init__(self, allowance: Allowance) -> None:
        self._calls = allowance.calls
        self._span = allowance.seconds - allowance.leeway
        self._times: deque[float] = deque()

    def wait(self, now: float) -> float:
        """Return the seconds until another call is permitted, 0 where it is."""
        while self._times and self._times[0] <= now - self._span:
            self._times.popleft()
        return 0.0 if len(self._times) < self._calls else self._times[0] + self._span - now

    def take(self, now: float) -> None:
        self._times.append(now)


@dataclass
class Limits:
    """What is enforced; nothing by default. `channel` and `workspace` concern posts, `methods` any call."""

    channel: Allowance | None = None
    workspace: Allowance | None = None
    methods: dict[str, Allowance] = field(default_factory=dict)


def published(per_second: float, *, leeway: float = 0.05, tiers: bool = False) -> Limits:
    """Return Slack's published limits with so many messages a second for the workspace."""
    # Over ten seconds, so that a fraction of a message a second and a rate that is held on average are both counted right.
    workspace = Allowance(max(1, round(per_second * 10)), 10.0, leeway)
    methods: dict[str, Allowance] = {method: Allowance(TIER_3, 60.0) for method in TIERED} if tiers else {}
    return Limits(Allowance(1, 1.0, leeway), workspace, methods)


@dataclass(frozen=True)
class Early:
    """A call to what a Retry-After still covered. `again`: of the very message that was refused."""

    method: str
    channel: str
    key: str
    after: float
    left: float
    again: bool

    @property
    def excused(self) -> bool:
        """Whether it may have been on its way when the refusal was sent."""
        return not self.again and self.after <= IN_FLIGHT


@dataclass
class _Refusal:
    since: float
    until: float
    keys: set[str]


class Pace:
    """Decides over each call. `refused` counts refusals by method; `early` keeps calls made in spite of one."""

    def __init__(self) -> None:
        self.limits = Limits()
        self.refused: Counter[str] = Counter()
        self.early: list[Early] = []
        self.excused = 0
        self._refusals: dict[tuple[str, str], _Refusal] = {}
        self._windows: dict[tuple[str, str], Window] = {}

    def enforce(self, limits: Limits) -> None:
        """Hold other limits from now on."""
        self.limits = limits
        self._windows.clear()

    def covered(self, method: str, channel: str, key: str, now: float) -> int:
        """Return the whole seconds a Retry-After has left for a call, 0 where it may be made; a call in spite of it is kept."""
        for scope in ((method, channel), (method, "")):
            refusal = self._refusals.get(scope)
            if refusal is None:
                continue
            if refusal.until <= now:
                del self._refusals[scope]
                continue
            early = Early(method, channel, key, now - refusal.since, refusal.until - now, bool(key) and key in refusal.keys)
            refusal.keys.add(key)
            if early.excused:
                self.excused += 1
            else:
                self.early.append(early)
            self.refused[method] += 1
            return max(1, math.ceil(refusal.until - now))
        return 0

    def exceeded(self, method: str, channel: str, key: str, now: float) -> int:
        """Count a call; return the whole seconds to wait where it is one too many, which does not count."""
        held = self._held(method, channel)
        for scope, window in held:
            wait = window.wait(now)
            if wait > 0:
                seconds = max(1, math.ceil(wait))
                self.refuse(method, scope, key, seconds, now)
                return seconds
        for _scope, window in held:
            window.take(now)
        return 0

    def refuse(self, method: str, channel: str, key: str, seconds: float, now: float) -> None:
        """Remember that a caller was told to wait; without a channel, for the method in the whole workspace."""
        self.refused[method] += 1
        if seconds > 0:
            refusal = self._refusals.setdefault((method, channel), _Refusal(now, now, set()))
            refusal.until = max(refusal.until, now + seconds)
            refusal.keys.add(key)

    def _held(self, method: str, channel: str) -> list[tuple[str, Window]]:
        """Return the windows a call falls in, each with the channel it concerns."""
        limits = self.limits
        held: list[tuple[str, Window]] = []
        if method == POST and limits.channel is not None and channel:
            held.append((channel, self._window("", channel, limits.channel)))
        if method == POST and limits.workspace is not None:
            held.append(("", self._window("", "", limits.workspace)))
        if method in limits.methods:
            held.append(("", self._window(method, "", limits.methods[method])))
        return held

    def _window(self, method: str, channel: str, allowance: Allowance) -> Window:
        window = self._windows.get((method, channel))
        if window is None:
            window = self._windows[method, channel] = Window(allowance)
        return window

    def told(self) -> dict[str, Any]:
        """Return the figures."""
        return {
            "refused": dict(self.refused),
            "early": len(self.early),
            "early_examples": [vars(early) for early in self.early[:20]],
            "excused": self.excused,
        }
