"""Rounds: members meet one another, from joining to what it brought; the animators see it coming and see what came of it."""

from commands.rounds import answering, excluding, joining, lifecycle, meeting, previewing, programmes
from commands.rounds.feature import rounds

__all__ = ["answering", "excluding", "joining", "lifecycle", "meeting", "previewing", "programmes", "rounds"]
