"""A bot with one feature on a real database, for tests in which the database fails: members write down what they owe."""

from __future__ import annotations

import asyncio
import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Self

from sqlalchemy import func, select

from bot.app import Application
from bot.attempt import Timing
from bot.clock import SystemClock
from bot.config import Config, DatabaseConfig, SecurityConfig
from bot.context import Context
from bot.effects import Direct, Effects, OpenForm, Reply
from bot.feature import Feature
from bot.i18n import _, plain, word
from bot.model import AccountRef, Invocation, Kind, Value, WorkspaceRef
from bot.notices import Notice
from bot.ports import Limits, Reference
from bot.signature import Option
from bot.ui import Card, Form, LongText
from storage.outbox import OutboxRow
from storage.people import MemberRow
from storage.repeats import DeliveryRow
from tests.core.fakes import Listener
from tests.databases import KEY

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.ports import Envelope, Handle

ADA = AccountRef("UADA", "Ada Lovelace", "en")
PLACE = WorkspaceRef("sandbox", "S1")
PRIVATE = "what I owe to nobody else"
PAGES = 60
"""Messages of one long note: more than a database that may not grow can take."""

ledger = Feature("ledger")


@ledger.command(word("note"), _("Write down what you owe"))
async def note(ctx: Context, words: Annotated[str, Option(_("What?"), max_length=300)]) -> Effects:
    pause = Pause.here
    if pause is not None:
        pause.inside.set()
        await pause.go_on.wait()
    pages = PAGES if words.startswith("long") else 1
    return *(Direct(ctx.me.id, Card(body=words.ljust(2000, ".")), notice=Notice.REQUEST) for _page in range(pages)), Reply(
        Card(body="Noted")
    )


@ledger.action("write", opens=True)
async def write(ctx: Context) -> Effects:
    del ctx
    return OpenForm(Form(ledger.id("send"), _("Write"), (LongText(name="words", label=_("Words")),)))


@ledger.submit("send")
async def send(ctx: Context, words: str) -> Effects:
    return await note(ctx, words)


class Pause:
    """Holds up whoever writes a note, in the middle of the transaction."""

    here: Pause | None = None

    def __init__(self) -> None:
        self.inside, self.go_on = asyncio.Event(), asyncio.Event()

    def __enter__(self) -> Self:
        Pause.here = self
        return self

    def __exit__(self, *_error: object) -> None:
        Pause.here = None


QUICK = Timing(lease=5.0, timeout=4.0, grace=0.5, poll=2.0)
"""What was claimed when the database went away is taken up after seconds, not after three quarters of a minute."""


@dataclass
class Letterbox:
    """A platform and its adapter in one: it takes every message, and nothing happens on it by itself."""

    name: str = "sandbox"
    limits: Limits = field(default_factory=lambda: Limits(math.inf))
    taken: list[str] = field(default_factory=list)
    something: asyncio.Condition = field(default_factory=asyncio.Condition)

    @property
    def platform(self) -> Letterbox:
        """Where delivery hands messages over."""
        return self

    async def direct(self, envelope: Envelope, account: str, channel: str = "") -> Reference:
        """Take a message."""
        del channel
        async with self.something:
            self.taken.append(_read(envelope.card).rstrip("."))
            self.something.notify_all()
        return Reference(account, envelope.key)

    async def post(self, envelope: Envelope, channel: str, thread: str = "") -> Reference:
        """Nobody posts."""
        raise AssertionError(envelope, channel, thread)

    async def connect(self, envelope: Envelope, accounts: Sequence[str], title: str) -> Reference:
        """Nobody connects."""
        raise AssertionError(envelope, accounts, title)

    async def update(self, envelope: Envelope, reference: Reference) -> None:
        """Nobody updates."""
        raise AssertionError(envelope, reference)

    async def remove(self, envelope: Envelope, reference: Reference) -> None:
        """Nobody removes."""
        raise AssertionError(envelope, reference)

    async def start(self, handle: Handle) -> None:
        """There is nothing to connect to."""

    async def stop(self) -> None:
        """Nor to disconnect from."""

    async def failed(self) -> Exception:
        """Wait: it never ends by itself."""
        await asyncio.Event().wait()
        raise AssertionError

    async def has(self, count: int) -> list[str]:
        """Wait until so many messages were taken."""
        async with self.something:
            await self.something.wait_for(lambda: len(self.taken) >= count)
        return self.taken


class Bot:
    """The application with its letterbox; used as a context."""

    def __init__(self, url: str) -> None:
        self.box = Letterbox()
        self.app = Application(
            Config(database=DatabaseConfig(url), security=SecurityConfig((KEY,))),
            features=[ledger],
            clock=SystemClock(),
            adapters=[self.box],
            timing=QUICK,
        )

    async def __aenter__(self) -> Self:
        await self.app.start(scheduling=False)
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self.app.stop()

    async def note(self, words: str, delivery: str) -> str:
        """Run the command as Ada; return what she reads."""
        return await self._act(Kind.COMMAND, "note", delivery, {"words": words})

    async def open_form(self) -> None:
        """Open the form as Ada."""
        await self._act(Kind.ACTION, "ledger:write", "open", {})

    async def send_form(self, words: str, delivery: str) -> str:
        """Send the form as Ada; return what she reads."""
        return await self._act(Kind.SUBMIT, "ledger:send", delivery, {"words": words})

    async def delivered(self, count: int) -> list[str]:
        """Wait until so many messages were taken, and the database knows."""
        taken = await self.box.has(count)
        await self.app.idle()
        return taken

    async def kept(self) -> dict[str, int]:
        """Count what is in the database."""
        tables = {"members": MemberRow, "deliveries": DeliveryRow, "messages": OutboxRow}
        async with self.app.store.unit(write=False) as unit:
            return {
                name: (await unit.connection.execute(select(func.count()).select_from(table))).scalar_one()
                for name, table in tables.items()
            }

    async def _act(self, kind: Kind, name: str, delivery: str, values: dict[str, Value]) -> str:
        listener = Listener()
        await self.app.runner(Invocation(kind, name, delivery, PLACE, ADA, values=values), listener)
        cards = [card for _kind, card in listener.told if isinstance(card, Card)]
        return " ".join(_read(card) for card in cards)


def _read(card: Card) -> str:
    return " ".join(plain(part, "en") for part in (card.body if isinstance(card.body, tuple) else (card.body,)))
