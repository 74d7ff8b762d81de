"""What is said of private words that cannot be opened: the key that sealed them is not there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.i18n import _

if TYPE_CHECKING:
    from bot.text import Content

SHUT: Final = _("These words cannot be opened just now. They are not lost: whoever runs the bot has to bring back its key.")


def readable(words: str | None) -> Content:
    """Return private words as they are shown: themselves, or why they are not."""
    return SHUT if words is None else words
