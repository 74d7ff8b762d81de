"""A small bot for the Slack tests: a few commands, and a core that answers as a test tells it to."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Annotated

from adapters.slack.client import SlackAdapter
from bot.clock import MovableClock, SystemClock
from bot.config import SlackConfig
from bot.context import Context
from bot.effects import Effects
from bot.feature import Feature, Registry
from bot.i18n import _, word
from bot.model import Channel, Invocation, Member
from bot.ports import Clock, Reader, Responder
from bot.signature import Option
from bot.ui import Card
from tests.emulators.slack import APP_TOKEN, BOT_TOKEN, SECRET, SlackEmulator
from tests.emulators.slack.workspace import Posted

ENGLISH, FRENCH = Reader("en", "Europe/Paris"), Reader("fr", "Europe/Paris")

Answer = Callable[[Invocation, Responder], Awaitable[None]]

small = Feature("small")


@small.command(word("ask"), _("Find who can help you"), shortcut=_("Ask for help"), message_menu=_("Who can help?"))
async def ask(context: Context, need: Annotated[str, Option(_("What do you need?"), max_length=300)]) -> Effects: ...


@small.command(word("profile"), _("See a profile"))
async def profile(context: Context, member: Annotated[Member | None, Option(_("Whose?"))] = None) -> Effects: ...


@small.command(word("animator setup"), _("Choose channels"), animator=True, opens=True)
async def setup(
    context: Context,
    channel: Annotated[Channel | None, Option(_("Channel"))] = None,
    name: Annotated[str, Option(_("Name"))] = "",
) -> Effects: ...


@small.command(word("confrere"), _("The menu"))
async def menu(context: Context, words: Annotated[str, Option(_("Words"))] = "") -> Effects: ...


def registry() -> Registry:
    return Registry([small])


class ScriptedCore:
    """Stands where the runner does: keeps what it is told, answers by name as scripted, silently otherwise."""

    def __init__(self) -> None:
        self.told: list[Invocation] = []
        self.answers: dict[str, Answer] = {}
        self._changed = asyncio.Condition()

    async def __call__(self, invocation: Invocation, responder: Responder) -> None:
        answer = self.answers.get(invocation.name)
        if answer is not None:
            await answer(invocation, responder)
        async with self._changed:
            self.told.append(invocation)
            self._changed.notify_all()

    def named(self, name: str) -> list[Invocation]:
        return [invocation for invocation in self.told if invocation.name == name]

    async def heard(self, name: str, times: int = 1) -> list[Invocation]:
        """Wait until something was told so often."""
        async with asyncio.timeout(10), self._changed:
            await self._changed.wait_for(lambda: len(self.named(name)) >= times)
        return self.named(name)

    def replies(self, name: str, card: Card, *, private: bool = True, edit: bool = False, reader: Reader = ENGLISH) -> None:
        async def answer(_invocation: Invocation, responder: Responder) -> None:
            await responder.reply(card, reader, private=private, edit=edit)

        self.answers[name] = answer


@dataclass
class Bot:
    """A running adapter on an emulated workspace with two members, Ada and Bruno."""

    slack: SlackEmulator
    adapter: SlackAdapter
    core: ScriptedCore
    config: SlackConfig
    ada: str = ""
    bruno: str = ""
    general: str = ""

    def hurry(self) -> None:
        """Do not wait any more until the bot has finished with a delivery."""

        async def at_once() -> None: ...

        self.slack.settled = at_once

    def seen(self, user: str) -> list[Posted]:
        return self.slack.workspace.visible(user)


def configured(slack: SlackEmulator, mode: str) -> SlackConfig:
    return SlackConfig(
        bot_token=BOT_TOKEN,
        app_token=APP_TOKEN,
        signing_secret=SECRET,
        mode="http" if mode == "http" else "socket",
        port=0,
        api_url=slack.api_url,
    )


@asynccontextmanager
async def emulated(
    mode: str, clock: MovableClock | None = None, monotonic: Callable[[], float] | None = None
) -> AsyncIterator[SlackEmulator]:
    """A workspace; whatever the bot did there that Slack refuses fails the test at the end."""
    now = time.time if clock is None else lambda: clock.now().timestamp()
    slack = SlackEmulator(mode, now=now, monotonic=monotonic or time.monotonic)
    await slack.start()
    try:
        yield slack
    finally:
        await slack.stop()
    assert slack.mistakes == []


@asynccontextmanager
async def running(
    mode: str, *, clock: MovableClock | None = None, monotonic: Callable[[], float] | None = None
) -> AsyncIterator[Bot]:
    async with emulated(mode, clock, monotonic) as slack:
        config = configured(slack, mode)
        core = ScriptedCore()
        chosen: Clock = clock or SystemClock()
        adapter = SlackAdapter(config, registry(), chosen, ping=0.2)
        bot = Bot(slack, adapter, core, config)
        bot.ada = slack.workspace.add_user("Ada Lovelace", locale="fr-FR", admin=True)["id"]
        bot.bruno = slack.workspace.add_user("Bruno")["id"]
        bot.general = slack.workspace.channel("#general").id
        await adapter.start(core)
        slack.requests.url = f"http://127.0.0.1:{adapter.port}/slack/events"
        slack.settled = adapter.idle
        try:
            yield bot
        finally:
            await adapter.stop()
