"""The feature that the parts of this package declare their handlers on, its limits, the names of its messages."""

from __future__ import annotations

import datetime as dt
from typing import Final

from bot.feature import RUN, Feature

circles: Final = Feature("circle")

CIRCLE: Final = f"{RUN}circle"
PANEL: Final = f"{RUN}animator circles"
ADVANCE: Final = "circle:advance"
"""The job that takes the steps that are due."""

MOST: Final = 3
"""Circles of one member: more would be a job."""
NAME, COMMITMENT, HAPPENED, HAND = 60, 200, 500, 300
"""Characters of a circle's name and of each answer; a hand that is needed fits in a request."""

NUDGE, DEADLINE = 2, 3
"""Working days after the questions: the one nudge, and when the answers there are are shown."""
GAIN: Final = 8
"""Every so many weeks members are asked what the circle gave them."""
FORMING: Final = dt.timedelta(days=21)
"""How long a circle may look for its third member."""
DECIDE: Final = dt.timedelta(days=7)
"""How long the members of two circles have to say whether they become one."""
AGAIN: Final = dt.timedelta(days=60)
"""How long a circle that it could have become one with is not offered again."""
PEACE: Final = dt.timedelta(days=30)
"""How long nobody is asked again after a no."""
LATE: Final = dt.timedelta(hours=3)
"""What is later than this waits for the daytime."""


def room_name(circle: int, room: int) -> str:
    """Return what the first message of a circle's conversation is remembered as."""
    return f"circle:{circle}:room:{room}"


def invitation_name(circle: int, member: int) -> str:
    """Return what an invitation is remembered as."""
    return f"circle:{circle}:invited:{member}"


def asking_name(circle: int, member: int) -> str:
    """Return what the wish of somebody to come in is remembered as."""
    return f"circle:{circle}:asking:{member}"


def merge_name(circle: int, merge: int) -> str:
    """Return what the question to the members of a circle about a merge is remembered as."""
    return f"circle:{circle}:merge:{merge}"


def small_name(circle: int) -> str:
    """Return what the news that a circle fell under three is remembered as."""
    return f"circle:{circle}:small"


def question_name(week: int, member: int) -> str:
    """Return what the questions of a week to somebody are remembered as."""
    return f"week:{week}:asked:{member}"


def nudge_name(week: int, member: int) -> str:
    """Return what the nudge of a week to somebody is remembered as."""
    return f"week:{week}:nudge:{member}"


def page_name(week: int, page: int) -> str:
    """Return what a card with the answers of a week is remembered as."""
    return f"week:{week}:page:{page}"


def proposal_name(proposal: int) -> str:
    """Return what the preview of circles for the animator is remembered as."""
    return f"circles:{proposal}:preview"
