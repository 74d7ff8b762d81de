"""The feature, and what its parts refer to each other by."""

from __future__ import annotations

from typing import Final

from bot.feature import RUN, Feature

preferences: Final = Feature("preference")

OPEN_MESSAGES: Final = "messages"
"""The action that opens what reaches a member unasked; cards of other features know it as `preference:messages`."""
MY_DATA: Final = f"{RUN}my-data"
"""The action that shows what is kept of a member."""
