"""The sandbox as the stories' platform: people act in-process, on the bot as it is started by `confrere run`."""

from __future__ import annotations

import base64
import datetime as dt
import json
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import TYPE_CHECKING

from adapters.sandbox import parse, view
from adapters.sandbox.client import SandboxAdapter
from adapters.sandbox.records import HOME
from bot.app import Application
from bot.clock import MovableClock
from bot.config import CommunityConfig, Config, DatabaseConfig, SandboxConfig, SecurityConfig
from bot.i18n import fold, plain
from bot.model import AccountRef, Channel, Member, Value
from bot.ui import Button, Card, ChannelField, OneChoice, Select, SeveralChoices
from tests.contract.driver import Dialog, Seen
from tests.databases import KEY, migrated

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from adapters.sandbox.acts import Acts, Opened, Outcome
    from adapters.sandbox.records import Message
    from adapters.sandbox.workspace import Workspace
    from bot.feature import Feature
    from bot.ui import Choice, Field

MONDAY = dt.datetime(2026, 11, 23, 9, 0, tzinfo=dt.UTC)


class SandboxDriver:
    """A sandbox on files of its own. `clock` stands still until it is moved."""

    platform = "sandbox"

    def __init__(
        self,
        folder: Path,
        *,
        features: Sequence[Feature] | None = None,
        locale: str = "en",
        database: str = "",
        port: int = -1,
    ) -> None:
        self._features = features
        self.clock = MovableClock(MONDAY)
        self.config = Config(
            community=CommunityConfig(locale=locale),
            database=DatabaseConfig(database or migrated(folder / "confrere.db")),
            security=SecurityConfig((KEY,)),
            sandbox=SandboxConfig(enabled=True, port=port, file=str(folder / "sandbox.jsonl")),
        )
        self._people: dict[str, SandboxPerson] = {}
        self.application = self._built()

    def _built(self) -> Application:
        return Application(self.config, features=self._features, clock=self.clock)

    async def start(self) -> None:
        await self.application.start()

    async def stop(self) -> None:
        await self.application.stop()

    @property
    def sandbox(self) -> SandboxAdapter:
        (adapter,) = self.application.adapters
        assert isinstance(adapter, SandboxAdapter)
        return adapter

    async def person(self, name: str, *, locale: str = "en", administrator: bool = False, dm_closed: bool = False) -> SandboxPerson:
        if name not in self._people:
            added = self.sandbox.workspace.add_person(name, locale=locale, administrator=administrator, dm_closed=dm_closed)
            self._people[name] = SandboxPerson(self, name, added.id)
        return self._people[name]

    async def join(self, name: str, *, locale: str = "en", dm_closed: bool = False) -> SandboxPerson:
        outcome = await self.sandbox.acts.join(name, locale=locale, dm_closed=dm_closed)
        assert outcome.person is not None
        self._people[name] = SandboxPerson(self, name, outcome.person.id)
        await self.settle()
        return self._people[name]

    async def settle(self) -> None:
        await self.application.idle()

    async def restart(self) -> None:
        last = self.sandbox.acts.last
        await self.application.stop()
        self.application = self._built()
        await self.application.start()
        self.sandbox.acts.last = last

    async def repeat(self) -> None:
        await self.sandbox.acts.repeat()
        await self.settle()

    async def forget(self, message: str) -> None:
        self.sandbox.workspace.remove(message)


@dataclass(eq=False)
class SandboxPerson:
    """Somebody of the sandbox, with the dialog in front of them and what they typed in it."""

    driver: SandboxDriver
    name: str
    account: str
    opened: Opened | None = None
    typed: dict[str, object] = field(default_factory=dict)
    understood: bool = True

    @property
    def acts(self) -> Acts:
        return self.driver.sandbox.acts

    @property
    def workspace(self) -> Workspace:
        return self.driver.sandbox.workspace

    async def command(self, name: str, /, **options: object) -> None:
        values = {option: self._value(value) for option, value in options.items()}
        await self._done(await self.acts.command(self.account, name, values, conversation="general"))

    async def line(self, words: str) -> None:
        """Type a line that begins with `/`."""
        outcome = await self.acts.line(self.account, words, conversation="general")
        self.understood = outcome.understood
        await self._done(outcome)

    async def command_on(self, name: str, message: str) -> None:
        """Choose a command in the menu of a message."""
        await self._done(await self.acts.command(self.account, name, on=message))

    async def write(self, words: str) -> None:
        """Write to the bot."""
        await self._done(await self.acts.write(self.account, f"direct.{self.account}", words))

    async def open_home(self) -> None:
        await self._done(await self.acts.home(self.account))

    async def press(self, label: str, *, on: str = "") -> None:
        for message in self._newest(on):
            for button in _buttons(message):
                if plain(button.label, message.locale) == label:
                    await self._done(await self.acts.press(self.account, message.id, button.action))
                    return
        raise AssertionError(self._nothing(f"no button {label!r}"))

    async def choose(self, *labels: str, on: str = "") -> None:
        for message in self._newest(on):
            for select in _selects(message):
                offered = {plain(choice.label, message.locale): choice.value for choice in select.choices}
                if set(labels) <= offered.keys():
                    chosen = [offered[label] for label in labels]
                    await self._done(await self.acts.press(self.account, message.id, select.action, chosen))
                    return
        raise AssertionError(self._nothing(f"no select that offers {labels!r}"))

    async def fill(self, **values: object) -> Mapping[str, str]:
        opened = self.opened
        assert opened is not None, self._nothing("no open dialog")
        unknown = values.keys() - {one.name for one in opened.form.fields}
        assert not unknown, f"no such field: {unknown}"
        self.typed |= values
        given = {one.name: self._field(one, self.typed.get(one.name, _initial(one)), opened) for one in opened.form.fields}
        outcome = await self.acts.submit(
            self.account,
            opened.form.submit,
            given,
            source=opened.source,
            conversation=opened.conversation,
            thread=opened.thread,
        )
        if outcome.errors:
            await self.driver.settle()
            return outcome.errors
        self.opened, self.typed = None, {}
        await self._done(outcome)
        return {}

    async def type_ahead(self, command: str, option: str, words: str) -> Sequence[str]:
        (parameter,) = (
            one for one in self.driver.application.registry.commands[command].signature.parameters if one.name == option
        )
        locale = self.workspace.person(self.account).locale
        if parameter.type is Member:
            return [person.name for person in self.workspace.present() if fold(words) in fold(person.name)]
        if parameter.described.choices:
            labels = [plain(choice.label, locale) for choice in parameter.described.choices]
            return [label for label in labels if fold(words) in fold(label)]
        outcome = await self.acts.suggest(self.account, parameter.described.suggest, words)
        return [label for _value, label, _hint in outcome.choices]

    def dialog(self) -> Dialog | None:
        if self.opened is None:
            return None
        form, reader = self.opened.form, self.opened.reader
        labels = {one.name: plain(one.label, reader.locale) for one in form.fields}
        filled = {one.name: self.typed.get(one.name, _initial(one)) for one in form.fields}
        return Dialog(plain(form.title, reader.locale), labels, filled)

    def sees(self, place: str = "") -> Sequence[Seen]:
        seen = [self._seen(message) for message in self._visible()]
        return [one for one in seen if place in ("", one.place)]

    # ------------------------------------------------------------ on the way

    async def _done(self, outcome: Outcome) -> None:
        if outcome.form is not None:
            self.opened, self.typed = outcome.form, {}
        await self.driver.settle()

    def _visible(self) -> list[Message]:
        everywhere = [*self.workspace.conversations_of(self.account), self.workspace.conversation(f"{HOME}.{self.account}")]
        found: list[Message] = []
        for conversation in everywhere:
            for message in self.workspace.messages(conversation.id, self.account):
                found += [message, *self.workspace.thread(message.id, self.account)]
        return sorted(found, key=lambda message: message.number)

    def _newest(self, on: str) -> Iterator[Message]:
        return (message for message in reversed(self._visible()) if on in ("", message.id) and message.card is not None)

    def _nothing(self, problem: str) -> str:
        return "\n".join([f"{self.name} sees {problem}", *(f"[{one.place}] {one.text} {one.buttons}" for one in self.sees())])

    def _value(self, value: object) -> Value:
        if isinstance(value, SandboxPerson):
            return parse.account(self.workspace.person(value.account))
        if isinstance(value, str) and value.startswith("#") and value[1:] in self.workspace.conversations:
            return Channel(value[1:], value[1:])
        assert value is None or isinstance(value, str | int | bool | dt.date | AccountRef | Channel | tuple)
        return value

    def _field(self, one: Field, value: object, opened: Opened) -> Value:
        if isinstance(one, OneChoice | SeveralChoices):
            chosen = [value] if isinstance(value, str) else list(value) if isinstance(value, list | tuple) else []
            picked = tuple(_choice(one.choices, str(each), opened.reader.locale) for each in chosen if each)
            return (picked[0] if picked else "") if isinstance(one, OneChoice) else picked
        if isinstance(one, ChannelField) and isinstance(value, str) and value in self.workspace.conversations:
            return Channel(value, value)
        return self._value(value)

    def _seen(self, message: Message) -> Seen:
        conversation = self.workspace.conversations[message.conversation]
        place = {"channel": f"#{conversation.name}", "direct": "dm", "group": "group", "home": "home"}[conversation.kind]
        html = view.message_html(message)
        reading = _Reading()
        reading.feed(html)
        buttons = tuple(plain(button.label, message.locale) for button in _buttons(message))
        raw = json.dumps({"html": html, "only_for": message.only_for}, ensure_ascii=False)
        return Seen(
            message.id, place, reading.text, buttons, bool(message.only_for), raw, tuple(reading.pings), tuple(reading.files)
        )


class _Reading(HTMLParser):
    """What a rendered message says: its words in order, without controls, and whom it mentions."""

    BLOCKS = frozenset({"p", "h3", "div", "dt", "dd", "li", "br"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._words: list[str] = []
        self._controls = 0
        self.pings: list[str] = []
        self.files: list[tuple[str, bytes]] = []

    @property
    def text(self) -> str:
        lines = (line.strip() for line in "".join(self._words).split("\n"))
        return "\n".join(line for line in lines if line)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if given.get("download"):
            self.files.append((given["download"] or "", base64.b64decode((given["href"] or "").partition("base64,")[2])))
        if tag in ("button", "a") or self._controls:
            self._controls += tag not in ("br", "img", "input")
        elif tag == "img":
            self._words.append(f"\n{given.get('alt') or ''}\n")
        elif tag in self.BLOCKS:
            self._words.append("\n")
        if given.get("data-person"):
            self.pings.append(given["data-person"] or "")

    def handle_endtag(self, tag: str) -> None:
        if self._controls:
            self._controls -= 1
        elif tag in self.BLOCKS:
            self._words.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._controls:
            self._words.append(data)


def _buttons(message: Message) -> Iterator[Button]:
    card = message.card or Card("-")
    yield from (control for control in card.controls if isinstance(control, Button))
    yield from (item.button for item in card.items if isinstance(item.button, Button))


def _selects(message: Message) -> Iterator[Select]:
    card = message.card or Card("-")
    yield from (control for control in card.controls if isinstance(control, Select))


def _initial(one: Field) -> object:
    return one.initial


def _choice(choices: Sequence[Choice], wanted: str, locale: str) -> str:
    for choice in choices:
        if wanted in (choice.value, plain(choice.label, locale)):
            return choice.value
    return wanted
