"""What members do: one package or module for each feature, listed in `FEATURES`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from commands import members
from commands.animator import animator
from commands.menu import menu
from commands.preferences import preferences
from commands.requests import requests
from commands.thanks import thanks

if TYPE_CHECKING:
    from bot.feature import Feature

_OFFERED: Final = (requests, *members.FEATURES, thanks, preferences, animator)

FEATURES: Final[tuple[Feature, ...]] = (*_OFFERED, menu(_OFFERED))
"""Every feature of the bot, in the order of its menu."""
