"""The feature that the parts of this package declare their handlers on."""

from __future__ import annotations

from typing import Final

from bot.feature import Feature

requests: Final = Feature("request")

LONGEST: Final = 300
"""Characters of a need: a few sentences, as one would say it in passing."""
