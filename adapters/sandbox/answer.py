"""The way back: what one interaction shows to whoever acted, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from adapters.sandbox.records import BOT, Message, Person, direct_id, home_id
from adapters.sandbox.workspace import SandboxError, Workspace
from bot.i18n import plain
from bot.model import Invocation, Kind, Where

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.ports import Reader
    from bot.text import Content
    from bot.ui import Card, Choice, Form


@dataclass(frozen=True, slots=True)
class Opened:
    """A dialog in front of somebody; `source` is the message it was opened from, which its answer may edit."""

    form: Form
    reader: Reader
    source: str
    conversation: str
    thread: str


@dataclass(slots=True)
class Outcome:
    """What came of an act: messages shown to whoever acted, a dialog, errors at its fields, completions.

    `understood` is false for a line that begins with `/` and names no command.
    """

    messages: list[Message] = field(default_factory=list[Message])
    form: Opened | None = None
    errors: dict[str, str] = field(default_factory=dict[str, str])
    choices: list[tuple[str, str, str]] = field(default_factory=list[tuple[str, str, str]])
    deferred: bool = False
    understood: bool = True
    person: Person | None = None


class Answer:
    """The way back to one person for one interaction."""

    def __init__(self, workspace: Workspace, invocation: Invocation, source: str, outcome: Outcome) -> None:
        self._workspace = workspace
        self._invocation = invocation
        self._source = source
        self._outcome = outcome
        self._replied = False

    async def defer(self) -> None:
        """Remember that the answer is late; the page shows by itself that it waits."""
        self._outcome.deferred = True

    async def reply(self, card: Card, reader: Reader, *, private: bool = True, edit: bool = False) -> None:
        """Show a card where the interaction happened; `edit` replaces the message it was done on."""
        invocation, workspace = self._invocation, self._workspace
        source = workspace.people.get(invocation.account.external_id) if invocation.account is not None else None
        if source is None:
            return
        if edit and not self._replied and self._edited(card, reader):
            return
        self._replied = True
        place = invocation.place
        only_for = source.id if private else ""
        conversation, thread = place.external_id, place.thread
        if invocation.kind is Kind.EVENT and invocation.name == "home_opened":
            conversation, only_for = home_id(source.id), source.id
        elif place.kind in (Where.HOME, Where.NOWHERE):
            conversation, only_for = direct_id(source.id), source.id
        try:
            workspace.message(thread)
        except SandboxError:
            thread = ""
        written = workspace.write(
            conversation,
            BOT,
            card=card,
            locale=reader.locale,
            zone=reader.zone,
            thread=thread,
            only_for=only_for,
        )
        self._outcome.messages.append(written)

    async def form(self, form: Form, reader: Reader) -> None:
        """Open a dialog.

        Raises:
            RuntimeError: the interaction was deferred; platforms open no dialog after that.
        """
        if self._outcome.deferred:
            message = f"{form.submit}: opened after it was deferred"
            raise RuntimeError(message)
        place = self._invocation.place
        self._outcome.form = Opened(form, reader, self._source, place.external_id, place.thread)

    async def invalid(self, form: Form, errors: Mapping[str, Content], correct: Card, reader: Reader) -> None:
        """Show errors at the fields of the dialog that was sent; it stays open with all that was typed."""
        del correct
        place = self._invocation.place
        self._outcome.form = Opened(form, reader, self._source, place.external_id, place.thread)
        self._outcome.errors = {name: plain(error, reader.locale, reader.zone) for name, error in errors.items()}

    async def suggest(self, choices: Sequence[Choice], reader: Reader) -> None:
        """Offer completions."""
        self._outcome.choices = [
            (choice.value, plain(choice.label, reader.locale), plain(choice.hint, reader.locale)) for choice in choices
        ]

    def _edited(self, card: Card, reader: Reader) -> bool:
        try:
            earlier = self._workspace.message(self._source)
        except SandboxError:
            return False
        if earlier.author != BOT:
            return False
        self._replied = True
        self._outcome.messages.append(self._workspace.rewrite(earlier.id, card, locale=reader.locale, zone=reader.zone))
        return True
