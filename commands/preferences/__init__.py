"""Preferences: how the bot writes to a member, when they work, and what reaches them unasked."""

from commands.preferences import messages, personal
from commands.preferences.feature import preferences

__all__ = ["messages", "personal", "preferences"]
