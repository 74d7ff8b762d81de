"""The feature, and what its parts refer to each other by."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.feature import RUN, Feature
from bot.i18n import _
from storage.departures import Missing
from storage.holding import Area

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.text import Text

my_data: Final = Feature("my_data")

START: Final = f"{RUN}my-data"
AREAS: Final[tuple[tuple[Text, tuple[Area, ...]], ...]] = (
    (_("Accounts and introduction"), (Area.ACCOUNTS, Area.PROFILE)),
    (_("What you chose"), (Area.PREFERENCES,)),
    (_("Requests and answers to them"), (Area.REQUESTS,)),
    (_("Opportunities and answers to them"), (Area.OPPORTUNITIES,)),
    (_("Meetings and rounds"), (Area.MEETINGS,)),
    (_("Circles"), (Area.CIRCLES,)),
    (_("Check-ins and answers, what animators did for you"), (Area.CHECKINS, Area.ATTENTION)),
    (_("Gains and thanks"), (Area.OUTCOMES, Area.THANKS)),
    (_("Signed voices, answers to icebreakers"), (Area.VOICES, Area.ICEBREAKERS)),
    (_("Drafts, messages on their way to you"), (Area.DRAFTS, Area.MESSAGES)),
)
"""What is shown of what is kept, in this order, as much as a card holds; what animators do for others is in the export alone."""

REASONS: Final[Mapping[Missing, Text]] = {
    Missing.ECONOMIC: _("Business"),
    Missing.SKILL: _("Getting better at my craft"),
    Missing.REPUTATION: _("Being known"),
    Missing.SUPPORT: _("Support, not being alone"),
    Missing.OTHER: _("Something else"),
    Missing.UNSAID: _("I would rather not say"),
}
