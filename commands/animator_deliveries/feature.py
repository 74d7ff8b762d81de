"""The feature whose parts this package holds."""

from __future__ import annotations

from typing import Final

from bot.feature import RUN, Feature

deliveries: Final = Feature("delivery")

LIST: Final = f"{RUN}animator deliveries"
"""The button that leads to the list."""
SETUP: Final = f"{RUN}animator setup"


def notice_name(stoppage: int) -> str:
    """Return what the notices about a stoppage are remembered as."""
    return f"stoppage:{stoppage}"
