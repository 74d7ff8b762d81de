"""Whatever happens to messages, in whatever order: none is lost, none is there twice, and what was said last is read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.faults.outbox_machine import explore_outbox

if TYPE_CHECKING:
    from pathlib import Path


def test_whatever_happens_in_whatever_order(tmp_path: Path) -> None:
    seen = explore_outbox(tmp_path, steps=80, seed=11)
    assert (seen.steps >= 80, seen.sent > 0) == (True, True)
