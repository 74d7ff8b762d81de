"""A clock that jumps an hour or a day under the running bot doubles nothing and loses nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.faults.clocks import jumps

if TYPE_CHECKING:
    from pathlib import Path


async def test_the_clock_jumps_under_the_running_bot(tmp_path: Path, database_url: str) -> None:
    seen = await jumps(tmp_path, database_url, count=12)
    assert (seen.jumps, seen.doubled, seen.lost, seen.late) == (12, 0, 0, 0)
    assert seen.dates == 49
    assert seen.seen + seen.missed >= seen.dates
    assert seen.missed > 0
