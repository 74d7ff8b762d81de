"""The feature that the parts of this package declare their handlers on."""

from __future__ import annotations

from typing import Final

from bot.feature import Feature

pulse: Final = Feature("pulse")

DIGEST: Final = "pulse:monday"
"""The name of the schedule of the weekly digest."""
