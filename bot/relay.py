"""The way to each other for members without a workspace in common: buttons that pass words on, added to what they receive."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from bot.errors import LimitError
from bot.i18n import _
from bot.ui import BUTTONS, Button, Card, Style, shorten

if TYPE_CHECKING:
    from collections.abc import Sequence

FEATURE: Final = "relay"
WRITE: Final = "write"
STOP: Final = "stop"
NAMED: Final = 40
"""Characters of a name on a button."""


def write_button(member: int, name: str) -> Button:
    """Return the button that writes to a member."""
    return Button(_("Write to {name}", name=shorten(name, NAMED)), f"{FEATURE}:{WRITE}:{member}", Style.PRIMARY)


def stop_id(member: int) -> str:
    """Return the action that stops passing words on to and from a member."""
    return f"{FEATURE}:{STOP}:{member}"


def with_ways(card: Card, others: Sequence[tuple[int, str]]) -> Card:
    """Return a card with a button for each of the others, as many as it holds; its own buttons stay."""
    room = BUTTONS - len(card.controls)
    ways = tuple(write_button(member, name) for member, name in others[:room])
    if not ways:
        return card
    card = msgspec.structs.replace(card, controls=(*ways, *card.controls))
    said = _("You share no workspace, so no conversation of your own: I pass on what you write to each other.")
    try:
        return msgspec.structs.replace(card, body=(*card.paragraphs, said))
    except LimitError:  # a card that is full keeps its own words
        return card
