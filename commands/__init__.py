"""What members do: one package or module for each feature, listed in `FEATURES`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from commands import (
    animator,
    animator_deliveries,
    animator_schedule,
    attention,
    checkins,
    circles,
    icebreakers,
    members,
    menu,
    my_data,
    notices,
    opportunities,
    preferences,
    pulse,
    relay,
    requests,
    rounds,
    thanks,
    value,
    voice,
)

if TYPE_CHECKING:
    from bot.feature import Feature

_OWN: Final = (
    attention.attention,
    requests.requests,
    *members.FEATURES,
    rounds.rounds,
    circles.circles,
    opportunities.opportunities,
    icebreakers.icebreakers,
    checkins.checkins,
    thanks.thanks,
    value.worth,
    voice.voice,
    preferences.preferences,
    my_data.my_data,
    animator.animator,
    pulse.pulse,
)

_OFFERED: Final = (*_OWN, animator_schedule.schedules(_OWN), animator_deliveries.deliveries)

FEATURES: Final[tuple[Feature, ...]] = (*_OFFERED, notices.notices, relay.relay, menu.menu(_OFFERED))
"""Every feature of the bot, in the order of its menu."""
