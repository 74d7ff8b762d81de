"""Reasons in a sentence: why somebody was thought of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.i18n import _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.text import Text


def in_words(reasons: Sequence[Text]) -> Text:
    """Return reasons, at least one, in one sentence: they hold commas and clauses of their own, so semicolons part them."""
    said, *others = reasons
    for reason in others:
        said = _("{reasons}; {reason}", reasons=said, reason=reason)
    return said
