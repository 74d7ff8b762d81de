"""Icebreakers: one question for everybody, on the days the animator chose; answers in its thread, in each one's name."""

from commands.icebreakers import answering, asking, browsing, figures, panel, proposing, reviewing
from commands.icebreakers.feature import icebreakers

__all__ = ["answering", "asking", "browsing", "figures", "icebreakers", "panel", "proposing", "reviewing"]
