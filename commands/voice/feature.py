"""The feature that the parts of this package declare their handlers on, its limits, and the words for what a voice can be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.feature import RUN, Feature
from bot.i18n import _
from storage.voice import Audience, Kind, Outcome, Voice

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.text import Text

voice: Final = Feature("voice")

CHANNEL: Final = "voice"
"""The channel role that voices to everyone are posted to."""
START, PANEL = f"{RUN}voice", f"{RUN}animator voice"
NOTICE: Final = "voices:new"
"""What the notices to the animators are remembered as."""
WORDS, SHORTEST, REASON = 1000, 10, 400
LINE: Final = 160
"""Characters of a voice's words in a list."""

KINDS: Final[Mapping[Kind, Text]] = {
    Kind.IDEA: _("An idea"),
    Kind.CONCERN: _("A concern"),
    Kind.OBJECTION: _("An objection"),
}
AUDIENCES: Final[Mapping[Audience, Text]] = {
    Audience.ANIMATORS: _("The animators only"),
    Audience.LATER: _("The animators, then everyone once answered, without a name"),
    Audience.ALL: _("Everyone"),
}
OUTCOMES: Final[Mapping[Outcome, Text]] = {
    Outcome.WILL: _("Will be done"),
    Outcome.PARTLY: _("Will be done in part"),
    Outcome.WONT: _("Will not be done"),
    Outcome.DONE: _("Is done"),
}


def post_name(identifier: int) -> str:
    """Return what the post for everyone is remembered as."""
    return f"voice:{identifier}"


def news_name(found: Voice) -> str:
    """Return what the news to whoever signed it are remembered as."""
    return f"voice:{found.id}:news"
