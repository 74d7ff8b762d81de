"""The outbox of every community as the operator sees it from the command line, while the bot runs or not."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from bot.effects import Update
from bot.errors import ConfigError
from bot.model import Community
from storage import engine as engines
from storage.communities import CommunityRow
from storage.letters import Fate, Letters
from storage.locks import hold
from storage.migrations import HEAD
from storage.outbox import OutboxRow
from storage.staging import StoredOutbox
from storage.stoppages import StoppageRow
from storage.stopped import Stopped
from storage.upgrade import revision

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import AsyncGenerator, Collection, Sequence

    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.ui import Card
    from storage.letters import Letter
    from storage.sealed import Seal
    from storage.stopped import Stoppage


@dataclass(frozen=True, slots=True)
class Overview:
    """What is in the outbox: what was given up, what is stopped, what waits; of each kind of message how many in all."""

    letters: Sequence[Letter]
    stopped: Sequence[Stoppage]
    waiting: Sequence[Letter]
    given_up: int
    open: int


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the operator named: dead letters and stoppages by their numbers; None: all of them."""

    letters: Collection[int] | None = None
    stoppages: Collection[int] | None = None


@dataclass(frozen=True, slots=True)
class Done:
    """What became of them: of each letter, and of each stoppage how many messages waited; None where it was over."""

    letters: Sequence[tuple[int, Fate]]
    stoppages: Sequence[tuple[int, int | None]]


async def overview(url: str, *, limit: int) -> Overview:
    """Return what is in the outbox, at most `limit` messages of each kind.

    Raises:
        ConfigError: the database cannot be used; the sentence names `database.url`.
    """
    letters: list[Letter] = []
    stopped: list[Stoppage] = []
    waiting: list[Letter] = []
    given_up = still_open = 0
    async with existing(url) as connections, connections.read.begin() as connection:
        for community in await _communities(connection):
            of_community = Letters(connection, community)
            letters += await of_community.page(limit=limit)
            waiting += await of_community.waiting(limit=limit)
            stopped += await Stopped(connection, community).standing()
            given_up += await of_community.count()
            still_open += await of_community.count_waiting()
    return Overview(letters[:limit], stopped, waiting[:limit], given_up, still_open)


async def unknown(url: str, chosen: Chosen) -> tuple[Collection[int], Collection[int]]:
    """Return the numbers that no message and no stoppage ever had.

    Raises:
        ConfigError: the database cannot be used; the sentence names `database.url`.
    """
    async with existing(url) as connections, connections.read.begin() as connection:
        letters, stoppages = set(chosen.letters or ()), set(chosen.stoppages or ())
        letters -= set((await connection.execute(select(OutboxRow.id).where(OutboxRow.id.in_(letters)))).scalars())
        stoppages -= set((await connection.execute(select(StoppageRow.id).where(StoppageRow.id.in_(stoppages)))).scalars())
    return letters, stoppages


async def act(url: str, chosen: Chosen, over: Card, now: dt.datetime, *, again: bool) -> Done:
    """Send again, or discard, what was chosen; notices about what was stopped become `over`. A running bot goes on with it.

    Raises:
        ConfigError: the database cannot be used; the sentence names `database.url`.
    """
    fates: list[tuple[int, Fate]] = []
    ended: list[tuple[int, int | None]] = []
    async with existing(url) as connections, connections.write.begin() as connection:
        for community in await _communities(connection):
            await hold(connection, community.id)
            letters, stopped = Letters(connection, community), Stopped(connection, community)
            standing = [one.id for one in await stopped.standing()]
            for stoppage in standing if chosen.stoppages is None else [one for one in standing if one in chosen.stoppages]:
                messages = await (stopped.resume(stoppage, now) if again else stopped.drop(stoppage, now))
                ended.append((stoppage, messages))
                await StoredOutbox(connection).stage(community, [Update(f"stoppage:{stoppage}", over)], now)
            numbers = await letters.numbers() if chosen.letters is None else sorted(chosen.letters)
            fates += await letters.decide(numbers, now, again=again)
    if chosen.letters is not None:
        fates += [(number, Fate.BEFORE) for number in sorted(set(chosen.letters) - {number for number, _fate in fates})]
    if chosen.stoppages is not None:
        ended += [(number, None) for number in sorted(set(chosen.stoppages) - {number for number, _count in ended})]
    return Done(fates, ended)


@asynccontextmanager
async def existing(url: str, *, seal: Seal | None = None) -> AsyncGenerator[engines.Engines]:
    """Open a database that is there and up to date; nothing is made and nothing is upgraded under a bot that runs."""
    parsed = engines.parse(url)
    file = engines.sqlite_file(parsed)
    if file is not None and not file.exists():
        message = f"database.url: there is no {file} yet; `confrere run` makes it"
        raise ConfigError(message)
    with engines.explained(parsed):
        await asyncio.to_thread(engines.try_file, parsed)
        connections = engines.create(parsed, seal=seal)
        try:
            async with connections.read.connect() as connection:
                current = await revision(connection)
            if current != HEAD:
                message = f"database.url: at revision {current or 'none'}, this version needs {HEAD}; run `confrere db upgrade`"
                raise ConfigError(message)
            yield connections
        finally:
            await connections.dispose()


async def _communities(connection: AsyncConnection) -> Sequence[Community]:
    rows = await connection.execute(
        select(CommunityRow.id, CommunityRow.name, CommunityRow.locale, CommunityRow.zone).order_by(CommunityRow.id)
    )
    return [Community(row.id, row.name, row.locale, row.zone) for row in rows]
