"""The feature that the parts of this package declare their handlers on, its themes and limits, the names of its messages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.feature import RUN, Feature
from bot.i18n import _

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.text import Text
    from storage.icebreaker_answers import Answer
    from storage.icebreakers import Icebreaker

icebreakers: Final = Feature("icebreaker")

CHANNEL: Final = "icebreakers"
"""The channel role that they are posted to."""
SCHEDULE: Final = "icebreaker:ask"
PANEL: Final = f"{RUN}animator icebreakers"
NOTICE, NOWHERE = "icebreakers:proposals", "icebreakers:nowhere"
"""What the notices to the animators are remembered as."""

PROMPT, SHORTEST = 150, 10
"""Characters of a prompt: it is a title, which one reads in passing."""
ANSWER, REASON = 1000, 300

THEMES: Final[Mapping[str, Text]] = {
    "business": _("Business"),
    "craft": _("Craft"),
    "tools": _("Tools"),
    "money": _("Money"),
    "wins": _("Wins"),
    "life": _("Life"),
}


def post_name(icebreaker: Icebreaker) -> str:
    """Return what the post for everyone is remembered as."""
    return f"icebreaker:{icebreaker.id}"


def answer_name(answer: Answer) -> str:
    """Return what an answer in the thread is remembered as, wherever the thread is."""
    return f"icebreaker:{answer.icebreaker}:answer:{answer.id}"
