"""A calendar on a database of each kind."""

from __future__ import annotations

import pytest

from bot.clock import MovableClock
from storage.db import Database
from tests.schedules.calendar import Calendar, paris


@pytest.fixture
def calendar(store: Database) -> Calendar:
    """A prompt every morning at nine, in Paris; it is the evening of Monday, 23 November 2026."""
    return Calendar(store, MovableClock(paris("2026-11-23", 20)))
