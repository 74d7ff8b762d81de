"""Who meets whom: groups of people who may meet and have something to give each other. Pure: no I/O, no clock, seeded."""

from bot.matching.engine import match
from bot.matching.model import Group, LeftOut, Matching, Meeting, Odd, Person, Relaxation, Rules, Step, Trade, Weights

__all__ = [
    "Group",
    "LeftOut",
    "Matching",
    "Meeting",
    "Odd",
    "Person",
    "Relaxation",
    "Rules",
    "Step",
    "Trade",
    "Weights",
    "match",
]
