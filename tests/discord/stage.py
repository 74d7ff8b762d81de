"""A bot that answers by a script, on the real adapter: what the adapter understood, and what it made of the answers."""

from __future__ import annotations

import asyncio
import datetime as dt
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated

from bot.clock import SystemClock
from bot.config import DiscordConfig
from bot.context import Context
from bot.feature import Feature, Registry
from bot.i18n import Text, _, word
from bot.model import Channel, Kind, Member
from bot.ports import Envelope, Reader
from bot.signature import Option
from bot.ui import Card, Choice

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from adapters.discord.client import DiscordAdapter
    from bot.model import Invocation
    from bot.ports import Responder
    from tests.emulators.discord import Discord, User

    Script = Callable[[Invocation, Responder], Awaitable[None]]

ENGLISH = Reader("en")
KINDS = (Choice("mission", _("Mission")), Choice("team", _("Team")))


def showcase() -> Feature:
    """A feature with every kind of option."""
    feature = Feature("showcase")

    @feature.command(word("ask"), Text("Find who can help you"), message_menu=Text("Ask who can help"))
    async def ask(
        ctx: Context, need: Annotated[str, Option(Text("What do you need"), max_length=20, suggest="showcase:needs")]
    ) -> None:
        del ctx, need

    @feature.command(word("profile"), Text("Somebody's profile"), member_menu=Text("Profile"))
    async def profile(ctx: Context, member: Annotated[Member | None, Option(Text("Who"))] = None) -> None:
        del ctx, member

    @feature.command(Text("animator setup"), Text("Choose channels"), animator=True)
    async def setup(
        ctx: Context,
        channel: Annotated[Channel, Option(Text("Where"))],
        kind: Annotated[str, Option(Text("Which kind"), choices=KINDS)] = "",
        day: Annotated[dt.date | None, Option(Text("When"))] = None,
        count: Annotated[int, Option(Text("How many"))] = 3,
        loud: Annotated[bool, Option(Text("Aloud"))] = False,  # noqa: FBT002 - an option of a command
    ) -> None:
        del ctx, channel, kind, day, count, loud

    @feature.suggest("needs")
    async def needs(ctx: Context, words: str) -> list[Choice]:
        del ctx
        return [Choice(words, words)]

    return feature


async def say_hello(invocation: Invocation, responder: Responder) -> None:
    """Answer everything with one card."""
    if invocation.kind is not Kind.SUGGEST and invocation.account is not None:
        await responder.reply(Card(body="hello"), ENGLISH)


@dataclass
class Play:
    """The core's place: records what arrives, answers by `script`."""

    script: Script = say_hello
    heard: list[Invocation] = field(default_factory=list)
    arrived: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def __call__(self, invocation: Invocation, responder: Responder) -> None:
        await self.script(invocation, responder)
        async with self.arrived:
            self.heard.append(invocation)
            self.arrived.notify_all()

    async def hear(self, name: str, count: int = 1) -> list[Invocation]:
        """Wait until this was delivered so many times."""
        async with asyncio.timeout(10), self.arrived:
            await self.arrived.wait_for(lambda: len(self.named(name)) >= count)
        return self.named(name)

    def named(self, name: str) -> list[Invocation]:
        return [invocation for invocation in self.heard if invocation.name == name]


def adapter_on(discord: Discord, *, token: str = "") -> DiscordAdapter:
    """Return the real adapter, pointed at the emulator."""
    from adapters.discord.client import DiscordAdapter  # noqa: PLC0415 - the SDK is slow to import; rendering does not need it

    config = DiscordConfig(token or discord.world.token, discord.api_url, discord.gateway_url)
    return DiscordAdapter(config, Registry([showcase()]), SystemClock())


def envelope(discord: Discord, card: Card, key: str = "key-1", since: dt.datetime | None = None) -> Envelope:
    return Envelope(key, discord.guild.id, ENGLISH, card, since)


def ago(**time: float) -> dt.datetime:
    """Return an instant before now."""
    return dt.datetime.now(dt.UTC) - dt.timedelta(**time)


def calls(discord: Discord, method: str, path: str = ".*") -> int:
    """Return how often the bot called a path (a regular expression), whatever came of it."""
    return sum(called == method and re.fullmatch(path, what) is not None for called, what in discord.front.calls)


def shown(discord: Discord, user: User) -> list[str]:
    """Return the texts that somebody sees, oldest first."""
    from tests.emulators.discord import reading  # noqa: PLC0415

    names = {one.id: one.name for one in discord.world.users.values()}
    found: list[str] = []
    for message in discord.world.visible(user.id):
        texts = reading.texts(message.components) or [message.payload.get("content") or ""]
        found.append("\n".join(reading.displayed(text, names) for text in texts))
    return found
