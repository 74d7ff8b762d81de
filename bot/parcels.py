"""Messages on their way: what the delivery worker claims from the database, and what it says became of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeAlias

import msgspec

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from bot.ports import Reference
    from bot.ui import Card


class Parcel(msgspec.Struct, frozen=True):
    """One outbox row, claimed until `until`: what to do and where. `attempt` starts at 1.

    `reference` is there for update and remove.

    `since` is set where an earlier attempt may have been carried out: the first one was made then. `copy` is the remembered message
    that it creates; `conversation` the known one with the person it goes to, `member` who that is.
    """

    id: int
    key: str
    lane: str
    workspace_id: int
    priority: int
    platform: str
    workspace: str
    action: str
    card: Card
    locale: str
    zone: str
    attempt: int
    until: dt.datetime
    since: dt.datetime | None = None
    channel: str = ""
    thread: str = ""
    accounts: tuple[str, ...] = ()
    title: str = ""
    reference: Reference | None = None
    copy: str = ""
    conversation: str = ""
    member: int | None = None


@dataclass(frozen=True, slots=True)
class Sent:
    """It is on its platform; the next of its conversation may go `spacing` seconds later."""

    parcel: Parcel
    reference: Reference | None
    spacing: float = 0.0


@dataclass(frozen=True, slots=True)
class Retry:
    """It is tried again at an instant. `uncertain`: it may have arrived already. `pause`: the allowance that waits `until` then.

    Not `counted`: the platform only asked for patience, which says nothing against the message.
    """

    parcel: Parcel
    at: dt.datetime
    reason: str
    uncertain: bool = False
    pause: str = ""
    until: dt.datetime | None = None
    counted: bool = True


@dataclass(frozen=True, slots=True)
class Return:
    """Nothing was tried: it is as it was before it was claimed."""

    parcel: Parcel


@dataclass(frozen=True, slots=True)
class Dead:
    """It cannot be delivered. `gone`: nothing else can, there; a channel's other messages wait, an account's are cancelled.

    `uncertain`: it is given up, but may have arrived.
    """

    parcel: Parcel
    reason: str
    gone: bool = False
    uncertain: bool = False


@dataclass(frozen=True, slots=True)
class Stop:
    """Its workspace refuses the bot: nothing goes there until the operator acts."""

    parcel: Parcel
    reason: str


Outcome: TypeAlias = Sent | Retry | Return | Dead | Stop


@dataclass(frozen=True, slots=True)
class Waiting:
    """A workspace where something is due: what answers somebody (`soon`), what reaches out to many (`bulk`).

    `paused` is until when its platform asked for patience: the workspace itself, or all of the platform.
    """

    workspace: int
    platform: str
    external_id: str
    soon: bool
    bulk: bool
    paused: dt.datetime | None = None
    paused_together: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Share:
    """How many messages of a workspace to take, and whether only those that answer somebody."""

    workspace: int
    most: int
    soon: bool = False


class Deliveries(Protocol):
    """The outbox as the delivery worker sees it; each call is a short transaction of its own."""

    async def waiting(self, now: dt.datetime) -> Sequence[Waiting]:
        """Return the workspaces where something is due."""
        ...

    async def claim(self, now: dt.datetime, lease: dt.timedelta, shares: Sequence[Share]) -> Sequence[Parcel]:
        """Lease rows that are due, the first of each conversation; the attempt is recorded before anything is sent."""
        ...

    async def settle(self, outcomes: Sequence[Outcome], now: dt.datetime) -> None:
        """Record what became of what was claimed."""
        ...

    async def next_due(self, now: dt.datetime) -> dt.datetime | None:
        """Return when the next row may be tried, or None."""
        ...

    async def processes(self, name: str, now: dt.datetime, *, ends: bool = False) -> int:
        """Say that the process of this name delivers, or ends, and return how many do: they share what platforms permit."""
        ...
