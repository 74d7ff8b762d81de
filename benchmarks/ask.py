"""`ask` by 16 members at once on SQLite, against SQLAlchemy alone executing the same statements.

Ours is the real runner, the real store and the real features: identify, keep the need, read every profile and what was solved
before, rank, put the question to a helper through the outbox, commit to disk, answer. What one `ask` executes is recorded first,
on a copy of the database; the floor executes exactly that, statement by statement with the same parameters, in transactions on an
engine set up in the same way, reading every value by its name. Both begin from the same file: a community of 40 who introduced
themselves and others who only ask.
"""

from __future__ import annotations

import asyncio
import shutil
import statistics
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import event
from sqlalchemy.engine import Engine

from benchmarks.result import Result, against
from benchmarks.side import in_turns
from bot.clock import SystemClock
from bot.config import CommunityConfig
from bot.feature import Registry
from bot.model import AccountRef, Invocation, Kind, Place, Where, WorkspaceRef
from bot.runner import Runner
from commands import FEATURES
from storage import engine as engines
from storage.db import open_store
from storage.profiles import Introduction, Profiles
from tests.core.fakes import Listener

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy.ext.asyncio import AsyncEngine

    from bot.ui import Card
    from storage.db import Database

    Executed = tuple[Any, Any]
    """A statement and its parameters."""

AT_ONCE: Final = 16
IN_ROUND: Final = 24
ROUNDS: Final = 33
MEMBERS: Final = 272
"""Each asks, and is asked, three times: below the limits that the feature sets to both."""
INTRODUCED: Final = 40
TRADES: Final = ("accountant", "web developer", "translator", "graphic designer", "copywriter", "lawyer", "photographer", "trainer")
OFFERS: Final = (
    "VAT, bookkeeping, annual accounts",
    "Python, Django, accessibility of web sites",
    "English to French, technical translation",
    "logos, brand identity, print",
    "newsletters, landing pages, naming",
    "contracts, terms of sale, trade marks",
    "portraits, packshots, reports on events",
    "workshops, remote training, coaching of teams",
)
NEEDS: Final = (
    "Somebody to look over my VAT return",
    "A contract for a subcontractor in Belgium",
    "Two pages translated from English into French",
    "A logo for a small bakery",
    "Moving a web site to another host",
    "A portrait for my profile",
)
SPACE: Final = WorkspaceRef("sandbox", "sandbox", "Sandbox")


class Answered(Listener):
    """A platform that shows nothing; `refused` says what went wrong."""

    async def reply(self, card: Card, reader: object, *, private: bool = True, edit: bool = False) -> None:
        """Insist on an answer with buttons: the overview of a request, and no refusal."""
        del reader, private, edit
        if not (card.controls or card.items):
            raise RuntimeError(card.title, card.body)


class Asking:
    """A database with the real runner on it."""

    def __init__(self, store: Database) -> None:
        self._store = store
        self._runner = Runner(Registry(FEATURES), store, SystemClock(), wake=lambda: None)

    async def ask(self, number: int) -> float:
        """Have a member ask, a helper named; return the seconds until the answer."""
        helper = AccountRef(f"U{(number + 7) % MEMBERS}", f"Member {(number + 7) % MEMBERS}", "en", "Europe/Paris")
        need = f"{NEEDS[number % len(NEEDS)]}, number {number}"
        asked = _invocation(number % MEMBERS, f"ask:{number}", {"need": need, "member": helper})
        began = time.perf_counter()
        await self._runner(asked, Answered())
        return time.perf_counter() - began

    async def close(self) -> None:
        """Close the database."""
        await self._store.close()


def _invocation(member: int, delivery: str, values: dict[str, Any]) -> Invocation:
    account = AccountRef(f"U{member}", f"Member {member}", "en", "Europe/Paris")
    return Invocation(Kind.COMMAND, "ask", delivery, SPACE, account, Place(Where.CHANNEL, "general"), values)


async def opened(file: Path) -> Database:
    """Open a database of this community."""
    return await open_store(f"sqlite:///{file}", community=CommunityConfig(name="Les Indés", locale="en"))


async def populate(file: Path) -> None:
    """Make the database that both begin from."""
    store = await opened(file)
    now = SystemClock().now()
    async with store.unit() as unit:
        for number in range(MEMBERS):
            identity = await unit.people.identify(_invocation(number, f"join:{number}", {}), now)
            if number < INTRODUCED and identity.member is not None:
                place = number % len(TRADES)
                introduction = Introduction(TRADES[place], OFFERS[place], OFFERS[(place + 3) % len(OFFERS)], locale="en")
                await unit.use(Profiles, identity.community).introduce(identity.member.id, introduction, now)
    await store.close()


async def record(file: Path) -> list[list[Executed]]:
    """Return what each `ask` executes, one after the other."""
    asking = Asking(await opened(file))
    executed: list[list[Executed]] = []

    def begin(_connection: object) -> None:
        executed.append([])

    def execute(_connection: object, statement: object, several: object, parameters: object, _options: object) -> None:
        executed[-1].append((statement, several or parameters))

    event.listen(Engine, "begin", begin)
    event.listen(Engine, "before_execute", execute)
    for number in range(IN_ROUND * (ROUNDS + 1)):
        await asking.ask(number)
    event.remove(Engine, "begin", begin)
    event.remove(Engine, "before_execute", execute)
    await asking.close()
    if len(executed) != IN_ROUND * (ROUNDS + 1):
        message = f"{len(executed)} transactions for {IN_ROUND * (ROUNDS + 1)} commands"
        raise RuntimeError(message)
    return executed


async def replay(engine: AsyncEngine, executed: Sequence[Executed]) -> None:
    """Execute the statements of one `ask` in a transaction."""
    async with engine.begin() as connection:
        for statement, parameters in executed:
            result = await connection.execute(statement, parameters)
            if result.returns_rows:
                for row in result.mappings():
                    dict(row)


class Floor:
    """Replays the rounds in order."""

    def __init__(self, engine: AsyncEngine, executed: Sequence[Sequence[Executed]]) -> None:
        self._engine = engine
        self._executed = iter(executed)

    async def rate(self) -> float:
        """Return transactions a second, so many at once."""
        began = time.perf_counter()
        round_ = iter([next(self._executed) for _ in range(IN_ROUND)])
        await asyncio.gather(*(self._worker(round_) for _ in range(AT_ONCE)))
        return IN_ROUND / (time.perf_counter() - began)

    async def _worker(self, executed: Iterator[Sequence[Executed]]) -> None:
        for one in executed:
            await replay(self._engine, one)


class Ours:
    """Asks, round after round."""

    def __init__(self, asking: Asking) -> None:
        self._asking = asking
        self._number = 0
        self.taken: list[float] = []

    async def rate(self) -> float:
        """Return commands a second, so many members at once."""
        began = time.perf_counter()
        round_ = iter(range(self._number, self._number + IN_ROUND))
        self._number += IN_ROUND
        await asyncio.gather(*(self._member(round_) for _ in range(AT_ONCE)))
        return IN_ROUND / (time.perf_counter() - began)

    async def _member(self, numbers: Iterator[int]) -> None:
        for number in numbers:
            self.taken.append(await self._asking.ask(number))


async def _measured(folder: Path) -> tuple[list[list[float]], list[float]]:
    base = folder / "base.db"
    await populate(base)
    files = [Path(shutil.copy(base, folder / f"{name}.db")) for name in ("recorded", "ours", "floor")]
    executed = await record(files[0])
    ours = Ours(Asking(await opened(files[1])))
    bare = engines.create(engines.parse(f"sqlite:///{files[2]}"))
    floor = Floor(bare.write, executed)
    await floor.rate()
    await ours.rate()
    ours.taken.clear()
    rates = await in_turns(ROUNDS, ours.rate, floor.rate)
    await ours._asking.close()  # noqa: SLF001 - ours
    await bare.dispose()
    return rates, ours.taken


def measure() -> list[Result]:
    """Return commands a second, and how far the slowest are from the middle."""
    with tempfile.TemporaryDirectory() as folder:
        rates, taken = asyncio.run(_measured(Path(folder)))
    ours, floor = (statistics.median(found) for found in rates)
    centiles = statistics.quantiles(taken, n=100)
    return [
        against(f"ask: on SQLite, {AT_ONCE} members at once", ours, "1/s", floor, least=0.8),
        against("ask: 99th centile of its time against the median", centiles[98] * 1e3, "ms", centiles[49] * 1e3, most=5),
    ]
