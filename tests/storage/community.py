"""A small community to write to: people of a Slack workspace and a Discord server, on a store."""

from __future__ import annotations

import datetime as dt
import itertools
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.model import AccountRef, Invocation, Kind, WorkspaceRef
from bot.parcels import Dead, Retry, Sent, Share
from bot.ports import Identity, Reference
from bot.ui import Card
from storage.communities import Channels

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bot.effects import Outgoing
    from bot.parcels import Parcel
    from storage.db import Database

NOW = dt.datetime(2026, 11, 23, 9, 0, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)
LEASE = dt.timedelta(minutes=2)
SLACK = WorkspaceRef("slack", "T1", "Indés")
DISCORD = WorkspaceRef("discord", "G1", "Les Indés")


def acts(
    account: AccountRef, workspace: WorkspaceRef = SLACK, *, kind: Kind = Kind.COMMAND, name: str = "ask", delivery: str = "d"
) -> Invocation:
    return Invocation(kind, name, delivery, workspace, account)


def card(words: str) -> Card:
    return Card(body=words)


async def claim(store: Database, now: dt.datetime, limit: int = 50) -> Sequence[Parcel]:
    """Lease up to so many messages of each workspace where something is due."""
    shares = [Share(each.workspace, limit) for each in await store.deliveries.waiting(now)]
    return await store.deliveries.claim(now, LEASE, shares)


@dataclass
class Village:
    """Says who does what when; the clock stands until it is moved."""

    store: Database
    now: dt.datetime = NOW
    _messages: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    async def meet(self, account: AccountRef, workspace: WorkspaceRef = SLACK) -> Identity:
        async with self.store.unit() as unit:
            return await unit.people.identify(acts(account, workspace), self.now)

    async def choose_channel(self, who: Identity, role: str, channel: str) -> None:
        async with self.store.unit() as unit:
            await unit.use(Channels, who.community).set_role(who.workspace.id, role, channel)

    async def say(self, who: Identity, *effects: Outgoing) -> None:
        async with self.store.unit() as unit:
            await unit.outbox.stage(who.community, effects, self.now)

    async def claim(self, limit: int = 50) -> Sequence[Parcel]:
        """Lease up to so many of each workspace."""
        return await claim(self.store, self.now, limit)

    async def sent(self, parcel: Parcel, reference: Reference | None) -> None:
        await self.store.deliveries.settle([Sent(parcel, reference)], self.now)

    async def retry(
        self, parcel: Parcel, reason: str = "unavailable", after: dt.timedelta = MINUTE, *, uncertain: bool = False
    ) -> None:
        await self.store.deliveries.settle([Retry(parcel, self.now + after, reason, uncertain)], self.now)

    async def dead(self, parcel: Parcel, reason: str, *, gone: bool = False) -> None:
        await self.store.deliveries.settle([Dead(parcel, reason, gone)], self.now)

    async def next_due(self) -> dt.datetime | None:
        return await self.store.deliveries.next_due(self.now)

    async def deliver(self) -> list[Parcel]:
        """Send everything that is due, as a platform that takes it all; return it in order."""
        delivered: list[Parcel] = []
        while parcels := await self.claim():
            for parcel in parcels:
                channel = parcel.channel or f"D-{'-'.join(parcel.accounts)}"
                created = Reference(channel, f"m{next(self._messages)}", parcel.thread)
                await self.sent(parcel, parcel.reference or created)
                delivered.append(parcel)
        return delivered

    async def missed(self, who: Identity) -> Sequence[Card]:
        assert who.member is not None
        async with self.store.unit() as unit:
            return await unit.outbox.missed(who.member.id)
