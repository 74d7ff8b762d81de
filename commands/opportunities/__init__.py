"""Opportunities: business that members share with their peers, from the draft to what came of it."""

from commands.opportunities import answering, calendar, listing, managing, publishing, reviewing, writing
from commands.opportunities.feature import opportunities

__all__ = ["answering", "calendar", "listing", "managing", "opportunities", "publishing", "reviewing", "writing"]
