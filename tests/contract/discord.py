"""Discord as the stories' platform: people act in an emulated Discord, on the bot as it is started by `confrere run`."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from adapters.discord.client import DiscordAdapter
from bot.app import Application
from bot.clock import MovableClock
from bot.config import CommunityConfig, Config, DatabaseConfig, DiscordConfig, SecurityConfig
from bot.i18n import fold
from tests.contract.driver import Dialog, Seen
from tests.databases import KEY, migrated
from tests.emulators.discord import Discord, reading

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from bot.feature import Feature
    from tests.emulators.discord import Interaction, Message, User
    from tests.emulators.discord.world import Channel

Json = dict[str, Any]

MONDAY = dt.datetime(2026, 11, 23, 9, 0, tzinfo=dt.UTC)
CHANNELS = ("general", "introductions", "help", "thanks", "opportunities", "icebreakers", "circles")
LOCALES = {"en": "en-US", "fr": "fr"}


class DiscordDriver:
    """An emulated Discord with one server. `clock` stands still until it is moved."""

    platform = "discord"

    def __init__(self, folder: Path, *, features: Sequence[Feature] | None = None, locale: str = "en", database: str = "") -> None:
        self._features = features
        self._locale = locale
        self._database = database or migrated(folder / "confrere.db")
        self._people: dict[str, DiscordPerson] = {}
        self.clock = MovableClock(MONDAY)
        self.discord = Discord(*CHANNELS)

    async def start(self) -> None:
        await self.discord.__aenter__()
        await self._start_bot()

    async def _start_bot(self) -> None:
        self.config = Config(
            community=CommunityConfig(locale=self._locale),
            database=DatabaseConfig(self._database),
            security=SecurityConfig((KEY,)),
            discord=DiscordConfig(self.discord.world.token, self.discord.api_url, self.discord.gateway_url),
        )
        self.application = Application(self.config, features=self._features, clock=self.clock)
        await self.application.start()
        await self.settle()

    async def stop(self) -> None:
        await self.application.stop()
        await self.discord.__aexit__(None, None, None)

    @property
    def adapter(self) -> DiscordAdapter:
        (adapter,) = self.application.adapters
        assert isinstance(adapter, DiscordAdapter)
        return adapter

    async def person(self, name: str, *, locale: str = "en", administrator: bool = False, dm_closed: bool = False) -> DiscordPerson:
        if name not in self._people:
            user = self.discord.user(name, locale=LOCALES[locale], administrator=administrator, dm_closed=dm_closed)
            self._people[name] = DiscordPerson(self, user)
        return self._people[name]

    async def join(self, name: str, *, locale: str = "en", dm_closed: bool = False) -> DiscordPerson:
        user = self.discord.user(name, locale=LOCALES[locale], dm_closed=dm_closed, present=False)
        self._people[name] = DiscordPerson(self, user)
        await self.discord.join(user)
        await self.settle()
        return self._people[name]

    async def settle(self) -> None:
        await self.discord.gateway.received()
        await self.adapter.idle()
        await self.application.idle()

    async def restart(self) -> None:
        await self.application.stop()
        await self._start_bot()

    async def repeat(self) -> None:
        await self.discord.repeat()
        await self.settle()

    async def forget(self, message: str) -> None:
        del self.discord.world.messages[message]


@dataclass(eq=False)
class DiscordPerson:
    """Somebody of the server, with the modal in front of them."""

    driver: DiscordDriver
    user: User
    opened: Interaction | None = None

    @property
    def name(self) -> str:
        return self.user.name

    @property
    def account(self) -> str:
        return self.user.id

    @property
    def discord(self) -> Discord:
        return self.driver.discord

    async def command(self, name: str, /, **options: object) -> None:
        given = {option: self._value(value) for option, value in options.items()}
        await self._done(await self.discord.slash(self.user, name, self.discord.channel("general"), **given))

    async def command_on(self, name: str, message: str) -> None:
        """Choose an entry in the context menu of a message."""
        target = self.discord.world.messages[message]
        await self._done(await self.discord.menu(self.user, name, target, self.discord.world.channels[target.channel]))

    async def write(self, words: str) -> None:
        """Write to the bot."""
        await self.discord.say(self.user, words)
        await self.driver.settle()

    async def press(self, label: str, *, on: str = "") -> None:
        for message in self._newest(on):
            for control in reading.controls(message.components):
                if control["type"] == 2 and control["label"] == label and "custom_id" in control:
                    await self._done(await self.discord.press(self.user, message, control["custom_id"]))
                    if control["custom_id"].startswith("?"):
                        await self._confirm()
                    return
        raise AssertionError(self._nothing(f"no button {label!r}"))

    async def _confirm(self) -> None:
        """Answer *yes* to the question that a button asked."""
        question = next(self._newest(""))
        yes, no = reading.controls(question.components)
        assert no["custom_id"].startswith("!no:")
        await self._done(await self.discord.press(self.user, question, yes["custom_id"]))

    async def choose(self, *labels: str, on: str = "") -> None:
        for message in self._newest(on):
            for control in reading.controls(message.components):
                offered = {option["label"]: option["value"] for option in control.get("options", [])}
                if set(labels) <= offered.keys():
                    chosen = [offered[label] for label in labels]
                    await self._done(await self.discord.press(self.user, message, control["custom_id"], chosen))
                    return
        raise AssertionError(self._nothing(f"no select that offers {labels!r}"))

    async def fill(self, **values: object) -> Mapping[str, str]:
        opened = self.opened
        assert opened is not None, self._nothing("no open dialog")
        assert opened.modal is not None
        fields = {_name(label): label["component"] for label in opened.modal["components"]}
        unknown = values.keys() - fields.keys()
        assert not unknown, f"no such field: {unknown}"
        given = {fields[name]["custom_id"]: self._typed(fields[name], value) for name, value in values.items()}
        before = {message.id for message in self.discord.world.visible(self.account)}
        try:
            sent = await self.discord.submit(self.user, opened, given)
        except ValueError as refused:
            name, _colon, problem = str(refused).partition(": ")
            return {name.removesuffix("[]"): problem}
        self.opened = None
        await self._done(sent)
        return self._errors(opened.modal, before)

    def _errors(self, modal: Json, before: set[str]) -> Mapping[str, str]:
        """Read what is wrong from the private card: a line for each field, its label first."""
        names = {label["label"]: _name(label) for label in modal["components"]}
        for message in self._newest(""):
            ids = [control.get("custom_id", "") for control in reading.controls(message.components)]
            if message.id in before or not any(one.startswith("form:correct:") for one in ids):
                continue
            lines = self._text(message).split("\n")
            found = {
                names[label]: problem for label, dot, problem in (line.partition(" · ") for line in lines) if dot and label in names
            }
            return found or {"": "\n".join(lines)}
        return {}

    async def type_ahead(self, command: str, option: str, words: str) -> Sequence[str]:
        (parameter,) = (
            one for one in self.driver.application.registry.commands[command].signature.parameters if one.name == option
        )
        data, _resolved = self.discord._command_data(command, {option: ""}, complete=False)  # noqa: SLF001 - what the client knows
        inner = data["options"][0].get("options", data["options"])[0]
        if inner["type"] == 6:
            people = [user.name for user in self.discord.world.users.values() if user.id in self.discord.guild.members]
            return [name for name in people if fold(words) in fold(name)]
        if parameter.described.choices:
            labels = [self._localised(choice) for choice in self._option(command, option)["choices"]]
            return [label for label in labels if fold(words) in fold(label)]
        offered = await self.discord.autocomplete(self.user, command, option, words)
        await self.driver.settle()
        return [choice["name"] for choice in offered]

    def _option(self, command: str, option: str) -> Json:
        first, _space, second = command.partition(" ")
        entry = next(one for one in self.discord.world.commands if one["type"] == 1 and one["name"] == first)
        if second:
            entry = next(one for one in entry["options"] if one["name"] == second)
        return next(one for one in entry["options"] if one["name"] == option)

    def _localised(self, entry: Json) -> str:
        return (entry.get("name_localizations") or {}).get(self.user.locale, entry["name"])

    def dialog(self) -> Dialog | None:
        if self.opened is None or self.opened.modal is None:
            return None
        modal = self.opened.modal
        labels = {_name(label): label["label"] for label in modal["components"]}
        filled = {_name(label): _initial(label["component"]) for label in modal["components"]}
        return Dialog(modal["title"], labels, filled)

    def sees(self, place: str = "") -> Sequence[Seen]:
        seen = [self._seen(message) for message in self.discord.world.visible(self.account)]
        return [one for one in seen if place in ("", one.place)]

    # ------------------------------------------------------------ on the way

    async def _done(self, interaction: Interaction) -> None:
        if interaction.modal is not None:
            self.opened = interaction
        await self.driver.settle()

    def _newest(self, on: str) -> Iterator[Message]:
        return (message for message in reversed(self.discord.world.visible(self.account)) if on in ("", message.id))

    def _nothing(self, problem: str) -> str:
        return "\n".join([f"{self.name} sees {problem}", *(f"[{one.place}] {one.text} {one.buttons}" for one in self.sees())])

    def _value(self, value: object) -> Any:  # noqa: ANN401 - what the emulator's client takes
        if isinstance(value, DiscordPerson):
            return value.user
        if isinstance(value, str) and value.startswith("#"):
            return self.discord.channel(value[1:])
        return value.isoformat() if isinstance(value, dt.date) else value

    def _typed(self, component: Json, value: object) -> Any:  # noqa: ANN401 - the same
        if component["type"] != 3:
            return self._value(value) if component["type"] in (5, 8) else str(self._value(value))
        wanted = [value] if isinstance(value, str) else list(value) if isinstance(value, list | tuple) else []
        by_label = {option["label"]: option["value"] for option in component["options"]}
        return [by_label.get(str(one), str(one)) for one in wanted if one]

    def _text(self, message: Message) -> str:
        world = self.discord.world
        names = {user.id: user.name for user in world.users.values()} | {
            channel.id: channel.name for channel in world.channels.values()
        }
        texts = reading.texts(message.components) or [message.payload.get("content") or ""]
        lines = "\n".join(reading.displayed(text, names) for text in texts).split("\n")
        return "\n".join(line for line in lines if line.strip())

    def _seen(self, message: Message) -> Seen:
        channel = self.discord.world.channels[message.channel]
        buttons = tuple(control["label"] for control in reading.controls(message.components) if control["type"] == 2)
        raw = json.dumps(message.payload, ensure_ascii=False)
        files = tuple((name, message.files[name]) for name in reading.attached(message.components))
        return Seen(
            message.id, self._place(channel), self._text(message), buttons, bool(message.only_for), raw, message.pings, files
        )

    def _place(self, channel: Channel) -> str:
        match channel.type:
            case 1:
                return "dm"
            case 12:
                return "group"
            case 11:
                return f"#{self.discord.world.channels[channel.parent].name}"
            case _:
                return f"#{channel.name}"


def _name(label: Json) -> str:
    return label["component"]["custom_id"].removesuffix("[]")


def _initial(component: Json) -> object:
    match component["type"]:
        case 4:
            return component.get("value", "")
        case 3:
            chosen = tuple(option["value"] for option in component["options"] if option.get("default"))
            return chosen if component["custom_id"].endswith("[]") else next(iter(chosen), "")
        case _:
            return next((one["id"] for one in component.get("default_values", [])), "")
