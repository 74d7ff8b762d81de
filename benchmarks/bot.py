"""The bot that the platforms' benchmarks measure: every command of Confrère and one that answers at once, without a database."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

from bot import log
from bot.clock import SystemClock
from bot.context import Context  # noqa: TC001 - read from the handler's signature
from bot.effects import Effects, Reply
from bot.feature import Feature, Registry
from bot.model import Kind
from bot.runner import Runner
from bot.signature import Option
from bot.text import Text
from bot.ui import Card
from commands import FEATURES
from tests.core.fakes import MemoryStore

if TYPE_CHECKING:
    from bot.model import Invocation
    from bot.ports import Handle, Responder

ANSWER: Final = Card(body="An answer.")
COMMAND: Final = "benchmark"
"""The name of the command that is measured."""

feature: Final = Feature("benchmark")


@feature.command(Text(COMMAND), Text("Answers at once"))
async def answer(ctx: Context, need: Annotated[str, Option(Text("What do you need?"))]) -> Effects:
    """Answer."""
    del ctx, need
    return Reply(ANSWER)


class Commands(Runner):
    """The runner, deaf to what a platform tells by itself: there is no database to keep it in."""

    async def __call__(self, invocation: Invocation, responder: Responder) -> None:
        """Answer what somebody did."""
        if invocation.kind is not Kind.EVENT:
            await super().__call__(invocation, responder)


def registry() -> Registry:
    """Return every command, and the one that is measured."""
    return Registry([*FEATURES, feature])


def handle(commands: Registry) -> Handle:
    """Return the core as the application has it, with a store in memory."""
    log.configure("info", "json")
    return Commands(commands, MemoryStore(), SystemClock(), wake=lambda: None)
