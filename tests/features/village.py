"""A small community on the sandbox, with the real application and a real SQLite file: people act and see, time passes."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from adapters.sandbox.acts import Opened, Outcome, words_of
from adapters.sandbox.client import SandboxAdapter
from adapters.sandbox.parse import account
from bot.app import Application
from bot.clock import MovableClock
from bot.config import CommunityConfig, Config, DatabaseConfig, SandboxConfig, SecurityConfig
from bot.i18n import plain
from bot.model import Community, Member, Value
from bot.ui import Button, Choice, Select
from storage.communities import Channels, Communities
from storage.profiles import Availability, Introduction, Profiles
from tests.databases import KEY, migrated

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from adapters.sandbox.records import Message
    from adapters.sandbox.workspace import Workspace
    from bot.feature import Feature
    from bot.ports import Platform
    from bot.ui import Control

START = dt.datetime(2026, 11, 23, 10, 0, tzinfo=dt.UTC)
"""A Monday, eleven in the morning in Paris."""


@dataclass
class Villager:
    """Somebody of the village. `told` is what the newest act brought, `form` the dialog in front of them."""

    village: Village
    id: str
    name: str
    member: Member
    told: str = ""
    form: Opened | None = None
    errors: dict[str, str] = field(default_factory=dict[str, str])

    async def command(self, name: str, **options: Value | Villager) -> str:
        """Run a command."""
        return await self._after(await self.village.acts.command(self.id, name, self._given(options)))

    async def choose_on(self, message: Message, command: str) -> str:
        """Choose a command in the menu of a message."""
        return await self._after(await self.village.acts.command(self.id, command, on=message.id))

    async def press(self, label: str, *, place: str = "", number: int = 0) -> str:
        """Press the newest button with this label; `number` counts further buttons with it on the same message."""
        message, controls = self._find(label, place)
        return await self.press_again(message, controls[number].action)

    async def press_again(self, message: Message, action: str) -> str:
        """Press a button that may no longer be shown."""
        return await self._after(await self.village.acts.press(self.id, message.id, action))

    async def choose(self, *names: str) -> str:
        """Choose in the newest list that offers these."""
        for message in reversed(self.sees()):
            for control in controls_of(message):
                if isinstance(control, Select):
                    offered = {_label(choice, message): choice.value for choice in control.choices}
                    if set(names) <= set(offered):
                        values = [offered[name] for name in names]
                        return await self._after(await self.village.acts.press(self.id, message.id, control.action, values))
        raise AssertionError((names, [words_of(message) for message in self.sees()]))

    async def fill(self, **values: Value | Villager) -> str:
        """Fill the form in front of this person and send it."""
        form = self.form
        assert form is not None, self.told
        self.form = None
        given = self._given(values)
        outcome = await self.village.acts.submit(
            self.id, form.form.submit, given, source=form.source, conversation=form.conversation, thread=form.thread
        )
        return await self._after(outcome)

    async def leave(self) -> None:
        """Leave the community."""
        await self.village.acts.leave(self.id)
        await self.village.app.idle()

    def sees(self, place: str = "") -> Sequence[Message]:
        """Return what this person sees, oldest first: in `"dm"`, in `"group"`, in a channel (`"#help"`), or everywhere."""
        workspace = self.village.adapter.workspace
        found: list[Message] = []
        for conversation in workspace.conversations_of(self.id):
            kind = {"direct": "dm", "group": "group"}.get(conversation.kind, f"#{conversation.name}")
            if place in ("", kind):
                found += workspace.messages(conversation.id, self.id)
        return sorted(found, key=lambda message: message.number)

    def reads(self, place: str = "") -> list[str]:
        """Return the words of what this person sees."""
        return [words_of(message) for message in self.sees(place)]

    def buttons(self, place: str = "") -> list[str]:
        """Return the labels of the buttons of the newest message, but for *Less of this*, which is under every private one."""
        message = self.sees(place)[-1]
        return [
            plain(control.label, message.locale)
            for control in controls_of(message)
            if isinstance(control, Button) and not control.action.startswith("notice:less:")
        ]

    def options(self) -> list[str]:
        """Return what the newest list offers."""
        for message in reversed(self.sees()):
            for control in controls_of(message):
                if isinstance(control, Select):
                    return [_label(choice, message) for choice in control.choices]
        return []

    def find(self, label: str, place: str = "") -> tuple[Message, str]:
        """Return the newest message with this button, and the button's action, to press it later."""
        message, controls = self._find(label, place)
        return message, controls[0].action

    def _find(self, label: str, place: str) -> tuple[Message, list[Button]]:
        for message in reversed(self.sees(place)):
            found = [
                control
                for control in controls_of(message)
                if isinstance(control, Button) and plain(control.label, message.locale) == label
            ]
            if found:
                return message, found
        raise AssertionError((label, place, self.reads(place)))

    def _given(self, values: dict[str, Value | Villager]) -> dict[str, Value]:
        people = self.village.adapter.workspace.people
        return {name: account(people[value.id]) if isinstance(value, Villager) else value for name, value in values.items()}

    async def _after(self, outcome: Outcome) -> str:
        await self.village.app.idle()
        self.told = "\n".join(words_of(message) for message in outcome.messages)
        self.form = outcome.form
        self.errors = outcome.errors
        return self.told


class Village:
    """The community and its clock."""

    def __init__(
        self,
        folder: Path,
        database_url: str = "",
        features: Sequence[Feature] | None = None,
        platform: Callable[[Workspace], Platform] | None = None,
    ) -> None:
        self.clock = MovableClock(START)
        self.features = features
        self.platform = platform
        self.config = Config(
            community=CommunityConfig(name="Les Indés", locale="en", timezone="Europe/Paris"),
            database=DatabaseConfig(url=database_url or migrated(folder / "village.db")),
            security=SecurityConfig((KEY,)),
            sandbox=SandboxConfig(enabled=True, port=-1, file=str(folder / "sandbox.json")),
        )

    async def open(self) -> None:
        """Start the bot."""
        self.app = Application(self.config, features=self.features, clock=self.clock)
        adapter = self.app.adapters[0]
        assert isinstance(adapter, SandboxAdapter)
        if self.platform is not None:
            adapter.platform = self.platform(adapter.workspace)
        self.adapter = adapter
        self.acts = adapter.acts
        await self.app.start(scheduling=False)
        await self.app.idle()

    async def close(self) -> None:
        """Stop the bot."""
        await self.app.stop()

    async def restart(self) -> None:
        """Stop the bot and start it again on the same database."""
        await self.close()
        await self.open()

    async def channel(self, role: str) -> None:
        """Give a role the channel of the same name."""
        if role not in self.adapter.workspace.conversations:
            self.adapter.workspace.add_channel(role)
        community = await self.community()
        async with self.app.store.unit() as unit:
            for workspace in await unit.use(Communities, community).workspaces():
                await unit.use(Channels, community).set_role(workspace.id, role, role)

    async def person(
        self,
        name: str,
        offers: str = "",
        *,
        does: str = "independent",
        locale: str = "en",
        zone: str = "",
        available: str = "",
        dm_closed: bool = False,
    ) -> Villager:
        """Let somebody join; they have introduced themselves where they offer something."""
        outcome = await self.acts.join(name, locale=locale, zone=zone, dm_closed=dm_closed)
        assert outcome.person is not None
        await self.app.idle()
        community = await self.community()
        async with self.app.store.unit() as unit:
            workspace = (await unit.use(Communities, community).workspaces())[0]
            member = (await unit.people.resolve(workspace, [account(outcome.person)], self.clock.now()))[0]
            profiles = unit.use(Profiles, community)
            if offers:
                await profiles.introduce(member.id, Introduction(does, offers, locale=locale), self.clock.now())
            if available:
                await profiles.make_available(member.id, Availability(available))
        return Villager(self, outcome.person.id, name, member)

    async def community(self) -> Community:
        """Return the community."""
        return (await self.app.store.communities())[0]

    async def passes(self, **time: float) -> None:
        """Let time pass, given as for `timedelta`, and the bot look at what is due."""
        self.clock.move(dt.timedelta(**time))
        await self.app.scheduler.tick()
        await self.app.idle()


def controls_of(message: Message) -> list[Control]:
    """Return the controls of a message, those of its list first."""
    if message.card is None:
        return []
    return [*(item.button for item in message.card.items if item.button is not None), *message.card.controls]


def _label(choice: Choice, message: Message) -> str:
    return plain(choice.label, message.locale)
