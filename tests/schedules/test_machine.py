"""Whatever happens to a schedule, in whatever order: it comes once for each local date, or is recorded as missed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.faults.machine import explore

if TYPE_CHECKING:
    from pathlib import Path


def test_whatever_happens_in_whatever_order(tmp_path: Path) -> None:
    seen = explore(tmp_path, steps=150)
    assert (seen.steps >= 150, seen.crashes > 0, seen.occurrences > seen.missed > 0) == (True, True, True)
