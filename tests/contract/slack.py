"""Slack as the stories' platform: people act in an emulated workspace, on the bot as it is started by `confrere run`."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from adapters.slack.client import SlackAdapter
from adapters.slack.dialect import escape
from bot.app import Application
from bot.clock import MovableClock
from bot.config import CommunityConfig, Config, DatabaseConfig, SecurityConfig, SlackConfig
from bot.feature import Feature
from bot.i18n import fold
from bot.model import Channel, Member
from bot.signature import Parameter
from tests.contract.driver import Dialog, Seen
from tests.databases import KEY, migrated
from tests.emulators.slack import APP_TOKEN, BOT_TOKEN, SECRET, SlackEmulator
from tests.emulators.slack.blocks import elements
from tests.emulators.slack.seen import pings, shown
from tests.emulators.slack.workspace import Json, Posted, View

MONDAY = dt.datetime(2026, 11, 23, 9, 0, tzinfo=dt.UTC)
LOCALES = {"en": "en-US", "fr": "fr-FR"}
CHANNELS = ("general", "introductions", "help", "thanks", "opportunities", "icebreakers", "circles")


class SlackDriver:
    """An emulated workspace. `clock` stands still until it is moved; `mode` is how Slack delivers."""

    platform = "slack"

    def __init__(
        self,
        folder: Path,
        *,
        mode: str = "http",
        features: Sequence[Feature] | None = None,
        locale: str = "en",
        database: str = "",
    ) -> None:
        self._features = features
        self._locale = locale
        self._mode = mode
        self._database = database or migrated(folder / "confrere.db")
        self._people: dict[str, SlackPerson] = {}
        self.clock = MovableClock(MONDAY)
        self.slack = SlackEmulator(mode, now=lambda: self.clock.now().timestamp())

    async def start(self) -> None:
        await self.slack.start()
        for name in CHANNELS:
            self.slack.workspace.channel(name)
        await self._start_bot()

    async def _start_bot(self) -> None:
        self.config = Config(
            community=CommunityConfig(locale=self._locale),
            database=DatabaseConfig(self._database),
            security=SecurityConfig((KEY,)),
            slack=SlackConfig(
                bot_token=BOT_TOKEN,
                app_token=APP_TOKEN,
                signing_secret=SECRET,
                mode="http" if self._mode == "http" else "socket",
                port=0,
                api_url=self.slack.api_url,
            ),
        )
        self.application = Application(self.config, features=self._features, clock=self.clock)
        await self.application.start()
        self.slack.requests.url = f"http://127.0.0.1:{self.adapter.port}/slack/events"
        self.slack.settled = self.settle
        await self.settle()

    async def stop(self) -> None:
        await self.application.stop()
        await self.slack.stop()
        assert self.slack.mistakes == [], "the bot did what Slack refuses"

    @property
    def adapter(self) -> SlackAdapter:
        (adapter,) = self.application.adapters
        assert isinstance(adapter, SlackAdapter)
        return adapter

    async def person(self, name: str, *, locale: str = "en", administrator: bool = False, dm_closed: bool = False) -> SlackPerson:
        if name not in self._people:
            self._add(name, locale=locale, administrator=administrator, dm_closed=dm_closed)
        return self._people[name]

    async def join(self, name: str, *, locale: str = "en", dm_closed: bool = False) -> SlackPerson:
        user = self._add(name, locale=locale, dm_closed=dm_closed)
        await self.slack.event({"type": "team_join", "user": user})
        return self._people[name]

    def _add(self, name: str, *, locale: str, administrator: bool = False, dm_closed: bool = False) -> Json:
        user = self.slack.workspace.add_user(name, locale=LOCALES[locale], admin=administrator)
        if dm_closed:
            self.slack.workspace.closed.add(user["id"])
        self._people[name] = SlackPerson(self, name, user["id"])
        return user

    async def settle(self) -> None:
        while True:
            await self.adapter.idle()
            await self.application.idle()
            if not self.adapter.busy:
                return

    async def restart(self) -> None:
        await self.application.stop()
        await self._start_bot()

    async def repeat(self) -> None:
        await self.slack.repeat()

    async def forget(self, message: str) -> None:
        channel, _slash, ts = message.partition("/")
        found = self.slack.workspace.find(channel, ts)
        assert found is not None, f"no message {message}"
        self.slack.workspace.messages.remove(found)


@dataclass(frozen=True)
class _Surface:
    """A message or a home as somebody sees it, with what can be pressed on it."""

    number: int
    id: str
    blocks: list[Json]
    message: Posted | None = None
    home: View | None = None


@dataclass(eq=False)
class SlackPerson:
    """Somebody in their Slack client, with what they typed in the dialog in front of them."""

    driver: SlackDriver
    name: str
    account: str
    typed: dict[str, dict[str, object]] = field(default_factory=dict)

    @property
    def slack(self) -> SlackEmulator:
        return self.driver.slack

    async def command(self, name: str, /, **options: object) -> None:
        parameters = self.driver.application.registry.commands[name].signature.parameters
        words, left = self._typed_line(parameters, options)
        await self.line(" ".join([name, *words]))
        if left:
            # What cannot be said in a line is asked for in a form.
            assert await self.fill(**options) == {}

    def _typed_line(self, parameters: Sequence[Parameter], options: Mapping[str, object]) -> tuple[list[str], bool]:
        words: list[str] = []
        given = [name for name, value in options.items() if value not in (None, "")]
        for parameter in parameters:
            if parameter.name not in given:
                break
            takes_the_rest = parameter.type is str and not parameter.described.choices
            if takes_the_rest and given != [parameter.name]:
                break
            words.append(self._written(options[parameter.name]))
            given.remove(parameter.name)
        return words, bool(given)

    def _written(self, value: object) -> str:
        if isinstance(value, SlackPerson):
            return f"<@{value.account}|{self.slack.workspace.users[value.account]['name']}>"
        if isinstance(value, str) and value.startswith("#") and value[1:] in CHANNELS:
            return f"<#{self.slack.workspace.channel(value).id}|{value[1:]}>"
        return escape(str(value))

    async def line(self, words: str) -> None:
        """Send a line after the slash command, escaped as Slack does."""
        await self.slack.command(self.account, self.slack.workspace.channel("general").id, words)

    async def command_on(self, name: str, message: str) -> None:
        """Choose a command in the menu of a message."""
        channel, _slash, ts = message.partition("/")
        await self.slack.shortcut(self.account, name, self.slack.workspace.find(channel, ts))

    async def shortcut(self, name: str) -> None:
        """Choose a command in the list of shortcuts."""
        await self.slack.shortcut(self.account, name)

    async def write(self, words: str) -> None:
        """Write to the bot."""
        await self.slack.say(self.account, escape(words))

    async def open_home(self) -> None:
        await self.slack.open_home(self.account)

    async def press(self, label: str, *, on: str = "") -> None:
        for surface, block, element in self._elements(on):
            if element["type"] == "button" and element["text"]["text"] == label:
                await self._act(surface, block, element)
                return
        raise AssertionError(self._nothing(f"no button {label!r}"))

    async def choose(self, *labels: str, on: str = "") -> None:
        for surface, block, element in self._elements(on):
            offered = {option["text"]["text"]: option for option in element.get("options", ())}
            if labels and set(labels) <= offered.keys():
                chosen = [offered[label] for label in labels]
                several = element["type"].startswith("multi")
                assert several or len(chosen) == 1, f"only one of {sorted(offered)} can be chosen"
                assert len(chosen) <= element.get("max_selected_items", 100), "more than can be chosen"
                await self._act(
                    surface, block, element, **({"selected_options": chosen} if several else {"selected_option": chosen[0]})
                )
                return
        raise AssertionError(self._nothing(f"no select that offers {labels!r}"))

    async def _act(self, surface: _Surface, block: Json, element: Json, **state: Any) -> None:  # noqa: ANN401 - JSON
        await self.slack.click(self.account, element, block, message=surface.message, home=surface.home, **state)

    async def fill(self, **values: object) -> Mapping[str, str]:
        view = self.slack.workspace.dialog(self.account)
        assert view is not None, self._nothing("no open dialog")
        inputs = {block["block_id"]: block for block in view.body["blocks"] if block["type"] == "input"}
        assert values.keys() <= inputs.keys(), f"no such field: {values.keys() - inputs.keys()}"
        typed = self.typed.setdefault(view.id, {})
        typed |= values
        state: Json = {}
        refused: dict[str, str] = {}
        for name, block in inputs.items():
            element = block["element"]
            value = typed.get(name, initial(element))
            content = await self._content(view, block, element, value)
            problem = _problem(block, element, content)
            if problem:
                refused[name] = problem
            state[name] = {element["action_id"]: {"type": element["type"], **content}}
        return refused or await self.slack.submit(self.account, state)

    async def _content(self, view: View, block: Json, element: Json, value: object) -> Json:  # noqa: PLR0911 - one for each element
        match element["type"]:
            case "plain_text_input" | "number_input":
                return {"value": None if value in (None, "") else str(value)}
            case "datepicker":
                return {"selected_date": None if value in (None, "") else str(value)}
            case "users_select":
                return {"selected_user": value.account if isinstance(value, SlackPerson) else value or None}
            case "conversations_select":
                is_name = isinstance(value, str) and value.startswith("#")
                return {"selected_conversation": self.slack.workspace.channel(str(value)).id if is_name else value or None}
            case "multi_static_select":
                wanted = [value] if isinstance(value, str) else list(value) if isinstance(value, list | tuple) else []
                return {"selected_options": [_option(element["options"], str(each)) for each in wanted if each]}
            case "static_select":
                return {"selected_option": _option(element["options"], str(value)) if value else None}
            case "external_select":
                if not value or value == initial(element):
                    return {"selected_option": element.get("initial_option")}
                found = await self.slack.suggest(self.account, view, element, block, str(value))
                return {"selected_option": _option(found, str(value))}
            case kind:
                raise AssertionError(kind)

    async def type_ahead(self, command: str, option: str, words: str) -> Sequence[str]:
        (parameter,) = (
            one for one in self.driver.application.registry.commands[command].signature.parameters if one.name == option
        )
        if parameter.type is Member:
            people = [user["real_name"] for user in self.slack.workspace.users.values() if not user["is_bot"]]
            return [name for name in people if fold(words) in fold(name)]
        if parameter.type is Channel:
            return [f"#{name}" for name in CHANNELS if words in name]
        await self.line(command)
        view = self.slack.workspace.dialog(self.account)
        assert view is not None, self._nothing("no form that asks for the options")
        [(block, element)] = [found for found in elements(view.body["blocks"]) if found[0]["block_id"] == option]
        if element["type"] == "external_select":
            options = await self.slack.suggest(self.account, view, element, block, words)
        else:
            options = [one for one in element.get("options", ()) if fold(words) in fold(one["text"]["text"])]
        await self.slack.close_dialog(self.account)
        return [one["text"]["text"] for one in options]

    def dialog(self) -> Dialog | None:
        view = self.slack.workspace.dialog(self.account)
        if view is None:
            return None
        inputs = {block["block_id"]: block for block in view.body["blocks"] if block["type"] == "input"}
        typed = self.typed.get(view.id, {})
        labels = {name: block["label"]["text"] for name, block in inputs.items()}
        filled = {name: typed.get(name, initial(block["element"])) for name, block in inputs.items()}
        return Dialog(view.body["title"]["text"], labels, filled)

    def sees(self, place: str = "") -> Sequence[Seen]:
        seen = [self._seen(surface) for surface in self._surfaces()]
        return [one for one in seen if place in ("", one.place)]

    # ------------------------------------------------------------ what is on the screen

    def _surfaces(self) -> list[_Surface]:
        found = [
            _Surface(int(message.ts.partition(".")[2]), f"{message.channel}/{message.ts}", message.blocks, message=message)
            for message in self.slack.workspace.visible(self.account)
        ]
        home = self.slack.workspace.homes.get(self.account)
        if home is not None:
            found.append(_Surface(int(home.hash.partition(".")[0]), home.id, home.body["blocks"], home=home))
        return sorted(found, key=lambda surface: surface.number)

    def _elements(self, on: str) -> Iterator[tuple[_Surface, Json, Json]]:
        for surface in reversed(self._surfaces()):
            if on in ("", surface.id):
                for block, element in elements(surface.blocks):
                    yield surface, block, element

    def _seen(self, surface: _Surface) -> Seen:
        buttons = tuple(
            element["text"]["text"]
            for _block, element in elements(surface.blocks)
            if element["type"] == "button" and "url" not in element
        )
        message = surface.message
        if message is None:
            return Seen(
                surface.id, "home", shown(surface.blocks, self._name), buttons, private=True, raw=json.dumps(surface.blocks)
            )
        channel = self.slack.workspace.channels[message.channel]
        place = {"im": "dm", "mpim": "group"}.get(channel.kind, f"#{channel.name}")
        text = shown(message.blocks, self._name) if message.blocks else message.text
        raw = json.dumps({"text": message.text, "blocks": message.blocks}, ensure_ascii=False)
        files = tuple((file["name"], self.slack.workspace.files[file["id"]]) for file in message.files)
        return Seen(surface.id, place, text, buttons, bool(message.only), raw, pings(message.text, message.blocks), files)

    def _name(self, account: str) -> str:
        user = self.slack.workspace.users.get(account)
        return user["real_name"] if user else account

    def _nothing(self, problem: str) -> str:
        return "\n".join([f"{self.name} sees {problem}", *(f"[{one.place}] {one.text} {one.buttons}" for one in self.sees())])


def initial(element: Json) -> object:
    """Return what is filled in when a dialog opens."""
    if element["type"] == "multi_static_select":
        return tuple(option["value"] for option in element.get("initial_options", ()))
    if "initial_option" in element:
        return element["initial_option"]["value"]
    names = ("initial_value", "initial_user", "initial_conversation", "initial_date")
    return next((element[name] for name in names if name in element), "")


def _option(options: Sequence[Json], wanted: str) -> Json:
    for option in options:
        if wanted in (option["value"], option["text"]["text"]):
            return option
    message = f"{wanted!r} is not offered: {[option['text']['text'] for option in options]}"
    raise AssertionError(message)


def _problem(block: Json, element: Json, content: Json) -> str:
    """Return what Slack's own client says of a field before it sends anything."""
    (value,) = content.values()
    if not value:
        return "" if block.get("optional") else "Please complete this required field."
    if element["type"] == "plain_text_input" and len(value) > element.get("max_length", 3000):
        return f"Please enter at most {element['max_length']} characters."
    if element["type"] == "plain_text_input" and len(value) < element.get("min_length", 0):
        return f"Please enter at least {element['min_length']} characters."
    return ""
