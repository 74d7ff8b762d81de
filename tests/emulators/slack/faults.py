"""What goes wrong on purpose: by plan for the next calls of a method, by seeded chance for any, in storms for a time."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass

WRITES = ("chat.postMessage", "chat.update", "chat.delete", "conversations.open")


@dataclass
class Failure:
    """What happens at a call.

    `lose`: it is carried out and its answer never sent. `drop`: the connection breaks before anything is done. `stall`: it is
    carried out and the caller waits for ever; `hang`: the same, and nothing is done. `late`: the answer comes so many seconds
    later. Otherwise the status and the error, or a `body` that is no answer of Slack's, are answered, and nothing is done.
    `skip` calls pass first; `channel` limits it to one.
    """

    error: str = ""
    status: int = 200
    body: str = ""
    retry_after: int | None = None
    lose: bool = False
    drop: bool = False
    stall: bool = False
    hang: bool = False
    late: float = 0.0
    times: int = 1
    skip: int = 0
    channel: str = ""

    @property
    def name(self) -> str:
        """What it is counted as."""
        for name in ("lose", "drop", "stall", "hang", "late"):
            if getattr(self, name):
                return name
        return "refused" if self.status == 429 else "failed"


@dataclass
class Chances:
    """How probable each failure is, for each call of `methods`; together at most 1.

    `limit` refuses with `retry_after` seconds, for the channel or, with the probability `whole`, for the method everywhere.
    `broken` answers 500 before anything is done, `half` after.
    """

    lose: float = 0.0
    drop: float = 0.0
    stall: float = 0.0
    hang: float = 0.0
    late: float = 0.0
    late_by: float = 1.0
    limit: float = 0.0
    retry_after: int = 1
    whole: float = 0.5
    broken: float = 0.0
    half: float = 0.0
    methods: tuple[str, ...] = WRITES


@dataclass
class Storm:
    """A time, on the monotonic clock, in which so large a share of the calls of some methods is refused."""

    begins: float
    ends: float
    retry_after: int
    methods: tuple[str, ...] = WRITES
    channel: str = ""
    share: float = 1.0


class Faults:
    """Decides for each call what goes wrong with it. `happened` counts by name."""

    def __init__(self, seed: int = 0) -> None:
        self.chances = Chances()
        self.storms: list[Storm] = []
        self.happened: Counter[str] = Counter()
        self._plan: dict[str, list[Failure]] = {}
        self._random = random.Random(seed)  # noqa: S311 - faults that can be had again

    def seed(self, seed: int) -> None:
        """Begin the series of chances that belongs to a seed."""
        self._random = random.Random(seed)  # noqa: S311 - the same

    def plan(self, method: str, failure: Failure) -> None:
        """Let the next calls of a method fail."""
        self._plan.setdefault(method, []).append(failure)

    def forget(self) -> None:
        """Let nothing go wrong any more."""
        self._plan.clear()
        self.storms.clear()
        self.chances = Chances()

    def next(self, method: str, channel: str, now: float) -> Failure | None:
        """Return what goes wrong with a call, None for nothing."""
        failure = self._planned(method, channel) or self._stormy(method, channel, now) or self._drawn(method, channel)
        if failure is not None:
            self.happened[failure.name] += 1
        return failure

    def _planned(self, method: str, channel: str) -> Failure | None:
        waiting = self._plan.get(method, [])
        failure = next((failure for failure in waiting if failure.channel in ("", channel)), None)
        if failure is None:
            return None
        if failure.skip > 0:
            failure.skip -= 1
            return None
        failure.times -= 1
        if failure.times <= 0:
            waiting.remove(failure)
        return failure

    def _stormy(self, method: str, channel: str, now: float) -> Failure | None:
        for storm in self.storms:
            touched = method in storm.methods and storm.channel in ("", channel) and storm.begins <= now < storm.ends
            if touched and self._random.random() < storm.share:
                return Failure(status=429, retry_after=storm.retry_after, channel=storm.channel)
        return None

    def _drawn(self, method: str, channel: str) -> Failure | None:
        chances = self.chances
        if method not in chances.methods:
            return None
        drawn = self._random.random()
        for share, kind in (
            (chances.lose, "lose"),
            (chances.drop, "drop"),
            (chances.stall, "stall"),
            (chances.hang, "hang"),
            (chances.late, "late"),
            (chances.limit, "limit"),
            (chances.broken, "broken"),
            (chances.half, "half"),
        ):
            drawn -= share
            if drawn < 0:
                return self._made(kind, channel)
        return None

    def _made(self, kind: str, channel: str) -> Failure:
        chances = self.chances
        match kind:
            case "late":
                return Failure(late=chances.late_by)
            case "limit":
                scope = "" if self._random.random() < chances.whole else channel
                return Failure(status=429, retry_after=chances.retry_after, channel=scope)
            case "broken":
                return Failure(status=500)
            case "half":
                return Failure(status=500, lose=True)
            case _:
                return Failure(lose=kind == "lose", drop=kind == "drop", stall=kind == "stall", hang=kind == "hang")
