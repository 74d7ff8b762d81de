"""The feature that the parts of this package declare their handlers on, its limits, and what its messages are remembered as."""

from __future__ import annotations

import datetime as dt
from typing import Final

from bot.feature import RUN, Feature

worth: Final = Feature("value")

VALUE: Final = f"{RUN}value"
NOTE: Final = 300
"""Characters in which somebody says what they gained."""
PAGE: Final = 5
"""Outcomes on a page."""
NAMED: Final = 8
"""Members named on the card, whoever comes after them in a number."""
PENDING: Final = 2
"""Things to confirm that are shown above everything else."""
AGAIN: Final = dt.timedelta(minutes=10)
"""The same words about the same person within this are one thing, sent twice."""
WEEK: Final = dt.timedelta(days=7)
WEEKLY: Final = 5
"""How often in seven days somebody may say that they helped."""
SAME: Final = dt.timedelta(days=30)
"""So long after saying it to somebody, they may say it to them again: whatever came of it, and so a *No* stays unseen."""
RECEIVED, GIVEN = "in", "out"
"""The two sides of what there is."""


def outcome_name(outcome: int) -> str:
    """Return what the message to whoever gave something is remembered as."""
    return f"outcome:{outcome}"


def asked_name(outcome: int) -> str:
    """Return what the question to whoever is said to have gained something is remembered as."""
    return f"outcome:{outcome}:asked"


def gap_name(gap: int) -> str:
    """Return what the question what is missing is remembered as."""
    return f"gap:{gap}"


def talk_name(gap: int) -> str:
    """Return what the messages to the animators that somebody would like a word are remembered as."""
    return f"gap:{gap}:talk"
