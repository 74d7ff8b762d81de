"""Acting as the members of the demo do: commands, buttons and forms, while time passes."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from bot.i18n import plain
from bot.text import Text
from bot.ui import Button

if TYPE_CHECKING:
    from adapters.sandbox.acts import Acts, Outcome
    from adapters.sandbox.client import SandboxAdapter
    from adapters.sandbox.records import Message
    from bot.app import Application
    from bot.clock import MovableClock
    from bot.model import Value
    from bot.ui import Card, Form


class Acting:
    """Everybody acts through the bot, whose clock is moved."""

    def __init__(self, application: Application, sandbox: SandboxAdapter, clock: MovableClock) -> None:
        self._application = application
        self._workspace = sandbox.workspace
        self._acts: Acts = sandbox.acts
        self._clock = clock

    def _pass(self, *, minutes: int) -> None:
        self._clock.move(dt.timedelta(minutes=minutes))

    async def _press(self, person: str, message: Message, label: str) -> Outcome:
        button = next(control for control in buttons_of(self._card(message)) if says(control, label))
        outcome = await self._acts.press(person, message.id, button.action)
        await self._application.idle()
        return outcome

    async def _send(self, person: str, outcome: Outcome, values: dict[str, Value]) -> None:
        opened = outcome.form
        if opened is None:
            message = f"{person}: no form was opened"
            raise RuntimeError(message)
        sent = await self._acts.submit(person, opened.form.submit, values, source=opened.source, conversation=opened.conversation)
        if sent.errors:
            message = f"{person}: {sent.errors}"
            raise RuntimeError(message)
        await self._application.idle()

    def _newest(self, person: str, label: str) -> Message:
        """Return the newest message that somebody sees with this button."""
        return self._seen(person, label)[-1]

    def _seen(self, person: str, label: str, about: str = "") -> list[Message]:
        """Return the messages with this button that somebody sees, oldest first: those with these words."""
        seen = [
            message
            for conversation in self._workspace.conversations_of(person)
            for message in self._workspace.messages(conversation.id, person)
            if message.card is not None
            and any(says(button, label) for button in buttons_of(message.card))
            and any(about in plain(content, message.locale) for content in message.card.contents())
        ]
        return sorted(seen, key=lambda message: message.number)

    @staticmethod
    def _form(outcome: Outcome) -> Form:
        """Return the form that an act opened."""
        if outcome.form is None:
            message = "no form was opened"
            raise RuntimeError(message)
        return outcome.form.form

    @staticmethod
    def _card(message: Message) -> Card:
        """Return the card of a message."""
        if message.card is None:
            message_id = f"{message.id} has no card"
            raise RuntimeError(message_id)
        return message.card


def buttons_of(card: Card) -> list[Button]:
    """Return the buttons of a card, and of its list."""
    controls = [*card.controls, *(item.button for item in card.items)]
    return [control for control in controls if isinstance(control, Button)]


def says(button: Button, label: str) -> bool:
    """Tell whether a button has this label, in English."""
    return isinstance(button.label, Text) and button.label.template == label
