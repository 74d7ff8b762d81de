"""How value is said: its kinds, what it came of, amounts, and whether an expectation came true."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.i18n import _
from storage.expectations import Came
from storage.outcomes import Value

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.text import Text
    from storage.outcomes import Outcome

KINDS: Final[Mapping[Value, Text]] = {
    Value.ECONOMIC: _("Business"),
    Value.SKILL: _("Skill"),
    Value.REPUTATION: _("Reputation"),
    Value.SUPPORT: _("Support"),
}
UNSAID: Final = _("Kind not said")
MISSED: Final[Mapping[Value, Text]] = {
    Value.ECONOMIC: _("Finding business"),
    Value.SKILL: _("Getting better at my work"),
    Value.REPUTATION: _("Becoming known"),
    Value.SUPPORT: _("Having support"),
}
"""The kinds, as somebody expects or misses them: the words of the introduction form."""
SOURCES: Final[Mapping[str, Text]] = {
    "request": _("a request"),
    "opportunity": _("an opportunity"),
    "meeting": _("a meeting"),
    "circle": _("a circle"),
    "by_hand": _("noted by hand"),
}
"""What outcomes came of, by their subjects."""
NO_AMOUNT: Final = "unsaid"
CAME: Final[Mapping[Came, Text]] = {Came.MET: _("Yes"), Came.PARTLY: _("Partly"), Came.NOT: _("Not so far")}
NOT_EXPECTED: Final = "none"


def kind_of(outcome: Outcome) -> Text:
    """Return what kind of value an outcome is, in a word."""
    return KINDS[outcome.value] if outcome.value is not None else UNSAID
