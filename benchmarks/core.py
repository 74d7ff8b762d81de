"""What the core itself costs: one command from invocation to reply, without a database or a platform."""

from __future__ import annotations

import asyncio
import gc
import statistics
import time
from typing import Annotated

from benchmarks.result import Result, against, at_most
from bot.clock import SystemClock
from bot.context import Context  # noqa: TC001 - read from the handler's signature
from bot.effects import Effects, Reply
from bot.feature import Feature, Registry
from bot.i18n import _
from bot.model import AccountRef, Invocation, Kind, Place, WorkspaceRef
from bot.runner import Runner
from bot.signature import Option
from bot.text import Text
from bot.ui import Card
from tests.core.fakes import Listener, MemoryStore

CALLS = 4000
ROUNDS = 9
ANSWER = Card(body="An answer.")


def registry(count: int) -> Registry:
    """Return a registry of so many commands, each with an option."""
    feature = Feature("many")

    async def answer(ctx: Context, need: Annotated[str, Option(_("What do you need?"))]) -> Effects:
        del ctx, need
        return Reply(ANSWER)

    for number in range(count):
        feature.command(Text(f"command{number}"), _("Does something"))(answer)
    return Registry([feature])


class Silent(Listener):
    """A platform that shows nothing and remembers nothing."""

    async def reply(self, card: Card, reader: object, *, private: bool = True, edit: bool = False) -> None:
        """Take the card."""
        del card, reader, private, edit


async def cpu_per_call(commands: int) -> float:
    """Return the microseconds of CPU of one command, the median of several rounds."""
    store = MemoryStore()
    runner = Runner(registry(commands), store, SystemClock(), wake=lambda: None)
    account = AccountRef("U1", "Ada", "en")
    workspace, place, silent = WorkspaceRef("sandbox", "sandbox"), Place(), Silent()
    rounds: list[float] = []
    for turn in range(ROUNDS):
        made = [
            Invocation(Kind.COMMAND, f"command{call % commands}", f"{turn}:{call}", workspace, account, place, {"need": "bread"})
            for call in range(CALLS)
        ]
        gc.collect()
        began = time.process_time()
        for invocation in made:
            await runner(invocation, silent)
        rounds.append((time.process_time() - began) / CALLS * 1e6)
        store.seen.clear()
    return statistics.median(rounds)


def measure() -> list[Result]:
    """Return the cost of one command, and how it grows with their number."""
    one = asyncio.run(cpu_per_call(1))
    many = asyncio.run(cpu_per_call(400))
    return [
        at_most("core: dispatch of a command, CPU", one, "µs", 25),
        against("core: 400 commands registered against one", many, "µs", one, most=1.2),
    ]
