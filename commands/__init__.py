"""What members do: one package or module for each feature, listed in `FEATURES`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from commands import members
from commands.requests import requests
from commands.thanks import thanks

if TYPE_CHECKING:
    from bot.feature import Feature

FEATURES: Final[tuple[Feature, ...]] = (*members.FEATURES, requests, thanks)
"""Every feature of the bot, in the order of its menu."""
