"""What goes wrong with calls to the emulated Discord: by plan (`Fault`), or by chance (`Chances`), from a seed."""

from __future__ import annotations

import random
import re
from collections import Counter
from dataclasses import dataclass, field, replace


@dataclass
class Fault:
    """Something that goes wrong with the next calls of a path (a regular expression).

    `status` answers with an error and its `code`; 429 also with `retry_after`, for everything where it is `everywhere`.
    `lose` is what happens to the call and its answer:

    - `before`: the connection ends, nothing was taken;
    - `after`: taken, and the connection ends without an answer;
    - `hang`: not taken, no answer (for `seconds`, then the connection ends; for ever where they are 0);
    - `silent`: taken, no answer, for as long;
    - `late`: taken, answered after `seconds`.
    """

    method: str
    path: str
    times: int = 1
    status: int = 0
    code: int = 0
    retry_after: float = 0.0
    everywhere: bool = False
    via: bool = True
    lose: str = ""
    seconds: float = 0.0


@dataclass
class Chances:
    """How often each thing goes wrong, from 0 to 1, for calls whose `METHOD /path` matches `only`."""

    lost: float = 0.0
    """Taken, and the connection ends without an answer."""
    reset: float = 0.0
    """The connection ends before anything was taken."""
    hang: float = 0.0
    """Not taken, no answer for `hang_seconds`."""
    silent: float = 0.0
    """Taken, no answer for `hang_seconds`."""
    late: float = 0.0
    """Taken, answered after `late_seconds`."""
    limited: float = 0.0
    """429 for the call's own bucket, with `retry_after`."""
    limited_everywhere: float = 0.0
    """429 for everything."""
    broken: float = 0.0
    """Not taken, answered with status 502."""
    retry_after: float = 1.0
    late_seconds: float = 2.0
    hang_seconds: float = 40.0
    only: str = r"(POST|PATCH|PUT|DELETE) /(channels|users)/.*"


_LOSSES = {"lost": "after", "reset": "before", "hang": "hang", "silent": "silent", "late": "late"}
_KINDS = (*_LOSSES, "limited", "limited_everywhere", "broken")


@dataclass
class Faults:
    """Decides call by call. The same seed and the same calls give the same faults."""

    seed: int = 0
    plan: list[Fault] = field(default_factory=list)
    chances: Chances = field(default_factory=Chances)
    counts: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)  # noqa: S311 - repeatable, guards nothing

    def next(self, method: str, path: str) -> Fault | None:
        """Return what goes wrong with this call."""
        for fault in self.plan:
            if fault.times and fault.method == method and re.fullmatch(fault.path, path):
                fault.times -= 1
                self.counts[fault.lose or str(fault.status)] += 1
                return fault
        if not any(getattr(self.chances, kind) for kind in _KINDS):
            return None
        if not re.fullmatch(self.chances.only, f"{method} {path}"):
            return None
        drawn = self.random.random()
        for kind in _KINDS:
            drawn -= getattr(self.chances, kind)
            if drawn < 0:
                self.counts[kind] += 1
                return self._of(kind, method, path)
        return None

    def _of(self, kind: str, method: str, path: str) -> Fault:
        made = Fault(method, re.escape(path))
        if kind == "broken":
            return replace(made, status=502)
        if kind in _LOSSES:
            seconds = self.chances.late_seconds if kind == "late" else self.chances.hang_seconds
            return replace(made, lose=_LOSSES[kind], seconds=seconds)
        return replace(made, status=429, retry_after=self.chances.retry_after, everywhere=kind == "limited_everywhere")
