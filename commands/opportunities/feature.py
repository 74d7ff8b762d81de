"""The feature that the parts of this package declare their handlers on, its limits, and what its messages are remembered as."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.feature import RUN, Feature

if TYPE_CHECKING:
    from storage.opportunity import Opportunity

opportunities: Final = Feature("opportunity")

CHANNEL: Final = "opportunities"
"""The channel role that opportunities are posted to."""
POST, LIST, MINE, SETTINGS = (
    f"{RUN}{name}" for name in ("opportunity post", "opportunity list", "opportunity mine", "animator opportunities")
)
MESSAGES: Final = "preference:messages"
"""Where a member chooses how often they are written to."""

HERE, APART = "here", "apart"
"""End the keys of buttons that are on several cards: whether the answer takes the place of the card."""

TITLE, WHAT, SKILLS, PITCH, REASON = 100, 1500, 200, 600, 500
"""Characters of each at most."""


def post_name(opportunity: Opportunity) -> str:
    """Return what the post for everyone is remembered as."""
    return f"opportunity:{opportunity.id}"


def told_name(opportunity: Opportunity) -> str:
    """Return what the messages to those it fits are remembered as: they change together."""
    return f"opportunity:{opportunity.id}:told"


def news_name(opportunity: Opportunity) -> str:
    """Return what the messages to whoever posted it, that it is about to expire or has, are remembered as."""
    return f"opportunity:{opportunity.id}:news"


def review_name(opportunity: Opportunity) -> str:
    """Return what the questions to the animators are remembered as."""
    return f"opportunity:{opportunity.id}:review"


def reports_name(opportunity: Opportunity) -> str:
    """Return what the reports to the animators are remembered as."""
    return f"opportunity:{opportunity.id}:reports"
