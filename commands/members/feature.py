"""The features of this package, apart from their handlers so that cards can name their buttons."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.feature import RUN, Feature

if TYPE_CHECKING:
    from bot.model import Member

introductions: Final = Feature("introduction")
profiles: Final = Feature("profile")
proposals: Final = Feature("proposal")

INTRODUCE: Final = f"{RUN}intro"
AVAILABLE: Final = f"{RUN}available"
MEMBERS: Final = f"{RUN}members"
CHANNEL: Final = "introductions"
"""The channel role that introductions are posted to."""


def remembered(member: int) -> str:
    """Return the name that the copies of a member's card are remembered by."""
    return f"introduction:{member}"


def reminder_name(member: Member) -> str:
    """Return the name that reminders to introduce oneself are remembered by."""
    return f"introduction:{member.id}:reminder"
