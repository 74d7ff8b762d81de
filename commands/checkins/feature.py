"""The feature that the parts of this package declare their handlers on, its limits, and what its messages are remembered as."""

from __future__ import annotations

import datetime as dt
from typing import Final

from bot.feature import RUN, Feature

checkins: Final = Feature("checkin")

MINE: Final = f"{RUN}checkin"
PANEL: Final = f"{RUN}animator checkins"
ADVANCE: Final = "checkin:advance"

MOST: Final = 5
"""Questions of a campaign: as many as a form has fields."""
QUESTION, OPTION, OPTIONS = 100, 50, 8
TITLE, OPENING = 60, 400
WORDS: Final = 500
"""Characters of an answer in words: five of them, and their questions, are one card."""
LETTER: Final = 1000
"""Characters of what is passed on."""
OPEN: Final = dt.timedelta(days=30)
"""How long a check-in may be answered."""
CAUGHT_UP: Final = 7
"""Days after day N within which a newcomer still gets what day N brings, should I have been away."""
TOO_LATE: Final = dt.timedelta(days=3)
"""A sending that could not begin for so long after its morning does not go out."""


def asked_name(sending: int, member: int) -> str:
    """Return what the question to a member is remembered as."""
    return f"checkin:{sending}:{member}"


def reminder_name(answer: int, animator: int) -> str:
    """Return what the reminder of an animator is remembered as."""
    return f"checkin_answer:{answer}:remind:{animator}"


def urgent_name(answer: int) -> str:
    """Return what the notice of an answer that is shown at once is remembered as."""
    return f"checkin_answer:{answer}:urgent"


def peer_name(answer: int) -> str:
    """Return what the message to the peer who was chosen is remembered as."""
    return f"checkin_answer:{answer}:peer"
