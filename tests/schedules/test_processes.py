"""Processes that are killed at any moment leave neither a doubled occurrence nor one without its message; the others go on."""

from __future__ import annotations

import datetime as dt

from tests.faults.schedules import storm


async def test_killed_at_any_moment(database_url: str) -> None:
    seen = await storm(database_url, processes=2, schedules=5, beat=dt.timedelta(seconds=1), kills=5)
    assert (seen.doubled, seen.unsaid, seen.occurrences > 5) == (0, 0, True)
