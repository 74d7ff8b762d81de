"""One interaction while it is being answered: what is known of it so far, and the time it has left."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.feature import RUN
from bot.i18n import LOCALES, match_locale
from bot.ports import Reader
from bot.ui import FIELDS, Form

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.feature import Command
    from bot.model import Invocation, Value
    from bot.ports import Draft, Identity, Responder
    from bot.ui import Card


class Turn:
    """What is known so far of one interaction; what went wrong is told with it."""

    __slots__ = ("command", "draft", "identity", "invocation", "missed", "reader")

    def __init__(self, invocation: Invocation) -> None:
        self.invocation = _storable(invocation)
        account = invocation.account
        self.reader = Reader((match_locale(account.locale) if account else None) or LOCALES[0])
        self.identity: Identity | None = None
        self.command: Command | None = None
        self.draft: Draft | None = None
        self.missed: Sequence[Card] = ()

    @property
    def form(self) -> Form | None:
        """The dialog that was sent, or the one that could have asked for the options of the command."""
        if self.draft is not None:
            return self.draft.form
        if self.command is None or not self.command.signature.parameters:
            return None
        return asking(self.command, self.invocation.values)


class Deferral:
    """Tells the platform that the answer is coming once the budget is used up, and lets the answer wait for that."""

    def __init__(self, responder: Responder, budget: float) -> None:
        self._responder = responder
        self._task: asyncio.Task[None] | None = None
        self._timer = asyncio.get_running_loop().call_later(budget, self._start)

    def _start(self) -> None:
        self._task = asyncio.get_running_loop().create_task(self._responder.defer())

    def cancel(self) -> None:
        """Stop the timer."""
        self._timer.cancel()

    async def settle(self) -> None:
        """Stop the timer, or wait until the deferral under way is done."""
        self._timer.cancel()
        if self._task is not None:
            await self._task


def _storable(invocation: Invocation) -> Invocation:
    """Return the invocation with words that every database and platform can hold."""
    values = {name: _whole(value) for name, value in invocation.values.items()}
    return invocation if values == invocation.values else replace(invocation, values=values)


def _whole(value: Value) -> Value:
    """Return words without NUL, and without halves of characters: a client that cuts at a length may cut an emoji in two."""
    if isinstance(value, tuple):
        return tuple(str(_whole(one)) for one in value)
    if not isinstance(value, str) or value.isprintable():
        return value
    return value.replace("\0", "").encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def asking(command: Command, values: Mapping[str, Value]) -> Form:
    """Return the dialog for the options of a command, required ones first."""
    ordered = sorted(command.signature.parameters, key=lambda parameter: not parameter.required)
    fields = tuple(parameter.field(values.get(parameter.name)) for parameter in ordered[:FIELDS])
    return Form(RUN + command.name, command.title, fields)
