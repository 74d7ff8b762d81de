"""Circles: three to eight peers tell each other regularly what they did, what comes next and where they need a hand."""

from commands.circles import (
    animating,
    answering,
    deciding,
    gaining,
    joining,
    leaving,
    merging,
    offering,
    proposing,
    seeing,
    seeking,
    weeks,
)
from commands.circles.feature import circles

__all__ = [
    "animating",
    "answering",
    "circles",
    "deciding",
    "gaining",
    "joining",
    "leaving",
    "merging",
    "offering",
    "proposing",
    "seeing",
    "seeking",
    "weeks",
]
