"""The database: opening it, and the transactions in which handlers run."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager, nullcontext
from typing import TYPE_CHECKING, TypeVar, cast

from sqlalchemy import insert, select, update

from bot.clock import SystemClock
from bot.model import Community
from storage import engine as engines
from storage.base import Repository
from storage.communities import CommunityRow, WorkspaceRow
from storage.deliveries import StoredDeliveries
from storage.forms import KeptForms
from storage.identity import Newcomers, StoredPeople
from storage.keys import admit
from storage.locks import OPENING, hold
from storage.migrations import HEAD
from storage.occurrences import StoredOccurrences
from storage.people import AccountRow, MemberRow, entitled
from storage.reindexing import StoredReindexing
from storage.repeats import first_time
from storage.retention import StoredRetention
from storage.schedules import Schedules
from storage.sealed import Seal
from storage.staging import StoredOutbox
from storage.stoppages import ADMITTED
from storage.strangers import NOBODY, Strangers
from storage.upgrade import revision, upgrade

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import AsyncGenerator, Collection, Sequence

    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.config import CommunityConfig
    from bot.ports import Clock, Unit
    from storage.keyring import Keyring

T = TypeVar("T")

upgrade_database = upgrade


class DatabaseUnit:
    """`ports.Unit`: one transaction on one connection."""

    def __init__(self, connection: AsyncConnection, newcomers: Newcomers, strangers: Strangers, *, write: bool) -> None:
        self.connection = connection
        self.people = StoredPeople(connection, newcomers, write=write)
        self.forms = KeptForms(connection)
        self.outbox = StoredOutbox(connection, strangers)
        self.hurried = False

    async def hurry(self, community: Community, schedule: str, now: dt.datetime) -> None:
        """Let an interval be due now: somebody waits for what it does."""
        self.hurried = True
        await Schedules(self.connection, community).hurry(schedule, now)

    async def first_time(self, delivery_id: str, now: dt.datetime) -> bool:
        """Record that a delivery was handled; False if it was before."""
        return await first_time(self.connection, delivery_id, now)

    def use(self, repository: type[T], community: Community) -> T:
        """Return a repository of `storage` bound to this transaction and community."""
        if not issubclass(repository, Repository):
            message = f"{repository.__name__} is not a repository of storage"
            raise TypeError(message)
        return cast("T", repository(self.connection, community))


class Database:
    """`ports.Store`. Built by `open_store`."""

    def __init__(
        self, connections: engines.Engines, communities: Sequence[int], animators: frozenset[str], strangers: Strangers
    ) -> None:
        self._engines = connections
        self._communities = tuple(communities)
        # The pool gives its connection to whoever comes at the right moment; here whoever waits longest is next.
        self._turns = asyncio.Semaphore(engines.POOL if connections.file is None else 1)
        self._strangers = strangers
        self._newcomers = Newcomers(self._communities[0], animators)
        self.deliveries = StoredDeliveries(connections, strangers)
        self.retention = StoredRetention(connections)
        self.reindexing = StoredReindexing(connections)

    @asynccontextmanager
    async def unit(self, *, write: bool = True) -> AsyncGenerator[DatabaseUnit]:
        """Open a transaction; leaving commits, an exception rolls back. `write=False` takes a read-only connection."""
        engine = self._engines.write if write else self._engines.read
        async with self._turns if write else nullcontext(), engine.begin() as connection:
            yield DatabaseUnit(connection, self._newcomers, self._strangers, write=write)

    async def communities(self) -> Sequence[Community]:
        """Return the communities of this process, with their present settings."""
        async with self._engines.read.begin() as connection:
            rows = await connection.execute(
                select(CommunityRow.id, CommunityRow.name, CommunityRow.locale, CommunityRow.zone)
                .where(CommunityRow.id.in_(self._communities))
                .order_by(CommunityRow.id)
            )
            return [Community(row.id, row.name, row.locale, row.zone) for row in rows]

    def occurrences(self, unit: Unit) -> StoredOccurrences:
        """Return the schedule in a transaction."""
        return StoredOccurrences(cast("DatabaseUnit", unit).connection)

    async def connected(self, platforms: Collection[str], now: dt.datetime) -> None:
        """Let messages go again to workspaces that had refused the bot: it was let in just now."""
        async with self._engines.write.begin() as connection:
            await connection.execute(ADMITTED, {"platforms": sorted(platforms), "now": now})

    async def close(self) -> None:
        """Close every connection."""
        await self._engines.dispose()


async def open_store(  # noqa: PLR0913 - each is one thing that a process decides
    url: str,
    *,
    community: CommunityConfig,
    others: Sequence[CommunityConfig] = (),
    clock: Clock | None = None,
    strangers: Strangers = NOBODY,
    keyring: Keyring | None = None,
) -> Database:
    """Open a database, bring it up to date, and find or create the communities; workspaces that appear join the first.

    What the animator changed since the first start wins over the configuration. `strangers`: where first messages are spread.
    `keyring`: what seals private answers; without one, they are neither written nor read.

    Raises:
        ConfigError: it cannot be used; the sentence names `database.url`.
    """
    now = (clock or SystemClock()).now()
    parsed = engines.parse(url)
    with engines.explained(parsed):
        await asyncio.to_thread(engines.try_file, parsed)
        connections = engines.create(parsed, seal=None if keyring is None else Seal(keyring))
        try:
            async with connections.read.connect() as connection:
                current = await revision(connection)
            if current != HEAD:
                await upgrade(url)
            async with connections.write.begin() as connection:
                wanted = [await _community(connection, each, now) for each in (community, *others)]
                if keyring is not None:
                    await admit(connection, keyring, now)
                animators = frozenset(account for each in (community, *others) for account in each.animators)
                await _name_animators(connection, animators)
        except BaseException:
            await connections.dispose()
            raise
    return Database(connections, wanted, animators, strangers)


async def _community(connection: AsyncConnection, config: CommunityConfig, now: dt.datetime) -> int:
    """Return the id of a configured community: the one of this name, or the only one there is, or a new one."""
    await hold(connection, OPENING)
    rows = (await connection.execute(select(CommunityRow.id, CommunityRow.configured_as).order_by(CommunityRow.id))).all()
    for row in rows:
        if row.configured_as == config.name:
            return row.id
    if len(rows) == 1:
        renamed = update(CommunityRow).where(CommunityRow.id == rows[0].id)
        await connection.execute(renamed.values(configured_as=config.name, name=config.name))
        return rows[0].id
    created = await connection.execute(
        insert(CommunityRow).values(
            configured_as=config.name, name=config.name, locale=config.locale, zone=config.timezone, created_at=now
        )
    )
    (identifier,) = created.inserted_primary_key or (0,)
    return identifier


async def _name_animators(connection: AsyncConnection, animators: frozenset[str]) -> None:
    """Let the accounts named in the configuration be animators, and those no longer named not."""
    account = WorkspaceRow.platform + ":" + AccountRow.external_id
    rows = await connection.execute(
        select(AccountRow.id, AccountRow.member_id, AccountRow.animator)
        .join(WorkspaceRow, WorkspaceRow.id == AccountRow.workspace_id)
        .where(AccountRow.animator != account.in_(sorted(animators)))
    )
    for row in rows.all():
        await connection.execute(update(AccountRow).where(AccountRow.id == row.id).values(animator=not row.animator))
        await connection.execute(update(MemberRow).where(MemberRow.id == row.member_id).values(animator=entitled()))
