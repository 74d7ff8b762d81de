"""What a handler is given: who acts, where, when, and the storage of their community."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeVar

from bot.config import RetentionConfig
from bot.text import Mention

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence

    from bot.effects import Outgoing
    from bot.model import Community, Member, Place, Workspace
    from bot.ports import Clock, Reader, Store, Unit
    from bot.recurrence import Occurrence

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class JobContext:
    """The context of a scheduled handler: a community, an instant, its storage."""

    community: Community
    now: dt.datetime
    unit: Unit

    def use(self, repository: type[T]) -> T:
        """Return a repository of `storage`, in this transaction and for this community."""
        return self.unit.use(repository, self.community)

    async def hurry(self, schedule: str) -> None:
        """Let an interval be due once this transaction is committed: somebody waits for what it does."""
        await self.unit.hurry(self.community, schedule, self.now)


@dataclass(frozen=True, slots=True)
class DueContext(JobContext):
    """The context of a scheduled handler that asks which occurrence it runs for."""

    occurrence: Occurrence
    key: str = ""
    """Which of a family of schedules it is."""


@dataclass(frozen=True, slots=True)
class Step(JobContext):
    """One transaction of a handler that works in steps."""

    async def say(self, effects: Sequence[Outgoing]) -> None:
        """Write messages with everything else that this step writes."""
        await self.unit.outbox.stage(self.community, effects, self.now)


@dataclass(frozen=True, slots=True)
class StepContext:
    """The context of a scheduled handler that works in steps: a community, and transactions, each short and whole in itself."""

    community: Community
    clock: Clock
    store: Store
    wake: Callable[[], None]

    @property
    def now(self) -> dt.datetime:
        """The present instant."""
        return self.clock.now()

    @asynccontextmanager
    async def step(self, *, write: bool = True) -> AsyncGenerator[Step]:
        """Open a transaction; without `write`, one that only looks."""
        async with self.store.unit(write=write) as unit:
            yield Step(self.community, self.clock.now(), unit)
        if write:
            self.wake()


async def _nobody(_context: Context, _event: str) -> Sequence[Outgoing]:
    """Let no feature hear of anything."""
    return ()


@dataclass(frozen=True, slots=True)
class Context(JobContext):
    """The context of a handler that answers somebody. `me` is who acts."""

    workspace: Workspace
    me: Member
    place: Place
    reader: Reader
    listeners: Callable[[Context, str], Awaitable[Sequence[Outgoing]]] = _nobody
    days: RetentionConfig = field(default_factory=RetentionConfig)
    """For how long what is kept."""

    @property
    def locale(self) -> str:
        """The language of whoever acts."""
        return self.reader.locale

    @property
    def zone(self) -> str:
        """The IANA time zone of whoever acts."""
        return self.reader.zone

    async def happened(self, event: str, member: Member) -> Sequence[Outgoing]:
        """Let every feature hear of an event that concerns a member, in this transaction; return what they want said."""
        return await self.listeners(replace(self, me=member), event)


def mention(member: Member) -> Mention:
    """Return a member as a parameter of a text."""
    return Mention(member.name, member.id)
