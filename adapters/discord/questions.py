"""What a button asks before it counts: Discord has no confirmations, so the adapter asks in a message of its own."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, Final

from adapters.discord import render
from bot.i18n import _
from bot.ui import Button, Card, Style

if TYPE_CHECKING:
    from adapters.discord.parse import Confirm
    from bot.text import Content, Text

_QUESTIONS: Final = 1000


class Questions:
    """The words of recent confirmations by action id; after a restart the button's own label is asked about."""

    def __init__(self) -> None:
        self._asked: OrderedDict[str, Text] = OrderedDict()

    def keep(self, card: Card) -> None:
        """Remember what the buttons of a card ask before they count."""
        for action, words in render.questions(card):
            self._asked[action] = words
            self._asked.move_to_end(action)
        while len(self._asked) > _QUESTIONS:
            self._asked.popitem(last=False)

    def card(self, confirm: Confirm) -> Card:
        """Return the question for a pressed button; *Yes* carries the button's real id, *No* what was asked about."""
        label = confirm.label or "…"
        words: Content = self._asked.get(confirm.action) or _("**{label}**: are you sure?", label=label)
        return Card(body=words, controls=(Button(_("Yes"), "confirm:yes", Style.DANGER), Button(_("No"), "confirm:no")))
