"""What something brought somebody, as members choose it: the four kinds of value, and the bands of amounts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.i18n import _
from bot.ui import Choice

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.text import Text

GAINS: Final[Mapping[str, Text]] = {
    "economic": _("Business: a client, money or time saved"),
    "skill": _("A skill: something learnt or made better"),
    "reputation": _("Reputation: being known, a contact"),
    "support": _("Support: a worry less"),
}
"""The kinds, by the words that are kept of them."""
BANDS: Final[Mapping[str, Text]] = {
    "500": _("Less than 500"),
    "2000": _("500 to 2,000"),
    "5000": _("2,000 to 5,000"),
    "20000": _("5,000 to 20,000"),
    "more": _("More than 20,000"),
}
"""Amounts, in whatever currency it is: of business alone, and told in totals over many."""


def choices(offered: Mapping[str, Text]) -> tuple[Choice, ...]:
    """Return kinds or bands as a field of a form offers them."""
    return tuple(Choice(value, words) for value, words in offered.items())
