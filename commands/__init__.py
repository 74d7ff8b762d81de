"""What members do: one package or module for each feature, listed in `FEATURES`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from commands import (
    animator,
    animator_deliveries,
    animator_schedule,
    members,
    menu,
    opportunities,
    preferences,
    relay,
    requests,
    thanks,
)

if TYPE_CHECKING:
    from bot.feature import Feature

_OWN: Final = (
    requests.requests,
    *members.FEATURES,
    opportunities.opportunities,
    thanks.thanks,
    preferences.preferences,
    animator.animator,
)

_OFFERED: Final = (*_OWN, animator_schedule.schedules(_OWN), animator_deliveries.deliveries)

FEATURES: Final[tuple[Feature, ...]] = (*_OFFERED, relay.relay, menu.menu(_OFFERED))
"""Every feature of the bot, in the order of its menu."""
