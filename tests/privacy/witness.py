"""Everything that each person of a village is shown, as words: messages, dialogs, lists, completions, files and pictures."""

from __future__ import annotations

import io
import re
import zipfile
from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final

from adapters.sandbox.records import Conversation, Message
from bot.i18n import LOCALES, plain
from bot.ui import Button, Card, Link, Select

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from adapters.sandbox.acts import Outcome
    from adapters.sandbox.records import Record
    from adapters.sandbox.workspace import Workspace
    from bot.context import Context
    from bot.drawing import Chart
    from bot.model import Invocation, Value
    from bot.ports import Unit
    from bot.signature import Handler, Signature
    from bot.text import Content
    from bot.ui import Form
    from tests.features.village import Village

EN: Final = LOCALES[0]
PNG: Final = b"\x89PNG\r\n\x1a\n"


class Witness:
    """Sees with everybody's eyes. `shown` is what each person has seen, each content once, with what they were doing then."""

    def __init__(self) -> None:
        self.shown: dict[str, dict[str, str]] = defaultdict(dict)
        self.actions: dict[str, tuple[str, ...]] = {}
        """Every button and list that anybody was ever shown, with what the list offered."""
        self.forms: dict[str, Form] = {}
        self.holders: dict[str, set[str]] = defaultdict(set)
        """Who was shown a button or a dialog."""
        self.drawn: list[str] = []
        """What stands in pictures."""
        self.reached: set[Handler] = set()
        self.answered: set[Handler] = set()
        """The handlers that ran, and those that did not refuse."""
        self.doing = ""
        self._workspace: Workspace

    def attend(self, village: Village) -> None:
        """Look on from now on."""
        workspace, acts, runner = village.adapter.workspace, village.acts, village.app.runner
        self._workspace = workspace
        record, deliver = workspace._record, acts._deliver  # noqa: SLF001 - where everything that is shown goes through
        handle = runner._handle  # noqa: SLF001 - where every handler is called

        def recorded(written: Record) -> None:
            record(written)
            self._recorded(written)

        async def delivered(invocation: Invocation, source: str) -> Outcome:
            outcome = await deliver(invocation, source)
            if invocation.account is not None:
                self._came(invocation.account.external_id, outcome)
            return outcome

        async def handled(signature: Signature, context: Context, unit: Unit, values: Mapping[str, Value]) -> object:
            self.reached.add(signature.handler)
            result = await handle(signature, context, unit, values)
            self.answered.add(signature.handler)
            return result

        async def drawn(chart: Chart) -> bytes:
            self.drawn += [
                chart.title,
                *(f"{word}" for panel in chart.panels for word in (*panel.labels, panel.title, panel.newest)),
            ]
            return PNG

        workspace._record = recorded  # type: ignore[method-assign]  # noqa: SLF001
        acts._deliver = delivered  # type: ignore[method-assign]  # noqa: SLF001
        runner._handle = handled  # type: ignore[method-assign]  # noqa: SLF001
        runner._draw = drawn  # noqa: SLF001 - without a process for each picture

    def saw(self, person: str, marker: str) -> list[str]:
        """Return what somebody was shown that has a marker in it, each with what they were doing."""
        return [f"{doing}: {words}" for words, doing in self.shown[person].items() if re.search(marker, words)]

    # ------------------------------------------------------------ on the way

    def _recorded(self, record: Record) -> None:
        if isinstance(record, Conversation):
            for person in record.members:
                self._show(person, f"{record.name}\n{record.topic}")
        elif isinstance(record, Message):
            words = record.text if record.card is None else "\n".join(self._card(record.card, record.locale, record.zone))
            seen_by = [
                person.id
                for person in self._workspace.people.values()
                if not person.left and self._workspace.visible(record, person.id)
            ]
            for person in seen_by:
                self._show(person, words)
            for control in () if record.card is None else record.card.controls:
                if isinstance(control, Button):
                    self.holders[control.action].update(seen_by)

    def _came(self, person: str, outcome: Outcome) -> None:
        if outcome.form is not None:
            self.forms[outcome.form.form.submit] = outcome.form.form
            self.holders[outcome.form.form.submit].add(person)
            self._show(person, "\n".join(form_words(outcome.form.form)))
        for words in (*outcome.errors.values(), *("\n".join(choice) for choice in outcome.choices)):
            self._show(person, words)

    def _show(self, person: str, words: str) -> None:
        self.shown[person].setdefault(words, self.doing)

    def _card(self, card: Card, locale: str, zone: str) -> Iterator[str]:
        for content in card.contents():
            yield plain(content, locale, zone)
        yield plain(card.why, locale, zone)
        if card.picture is not None:
            yield plain(card.picture.alt, locale, zone)
        for file in card.files:
            yield file.name
            yield from _file_words(file.content)
        for control in (*(item.button for item in card.items if item.button is not None), *card.controls):
            yield from self._control(control, locale)

    def _control(self, control: Button | Link | Select, locale: str) -> Iterator[str]:
        match control:
            case Link():
                yield plain(control.label, locale)
                yield control.url
            case Button():
                self.actions.setdefault(control.action, ())
                yield plain(control.label, locale)
            case Select():
                self.actions[control.action] = tuple(choice.value for choice in control.choices)
                yield plain(control.prompt, locale)
                for choice in control.choices:
                    yield f"{plain(choice.label, locale)} {plain(choice.hint, locale)}"


def form_words(form: Form) -> Iterator[str]:
    """Yield all that a dialog shows, with what is typed in it already."""
    yield plain(form.title, EN)
    for field in form.fields:
        given: Any = field
        yield plain(field.label, EN)
        yield plain(field.hint, EN)
        chosen = getattr(given, "initial", "")
        yield f"{plain(field.label, EN)}: {chosen!s}" if chosen else ""
        for choice in getattr(given, "choices", ()):
            yield f"{_words(choice.label)} {_words(choice.hint)}"


def _words(content: Content) -> str:
    return plain(content, EN)


def _file_words(content: bytes) -> Iterator[str]:
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for name in archive.namelist():
                yield archive.read(name).decode("utf-8", "replace")
    else:
        yield content.decode("utf-8", "replace")
