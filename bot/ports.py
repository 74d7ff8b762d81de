"""What the core asks of the world, as Protocols of at most five methods. Storage and adapters implement them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeVar

import msgspec

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Mapping, Sequence
    from contextlib import AbstractAsyncContextManager

    from bot.effects import Outgoing
    from bot.feature import Schedule
    from bot.model import AccountRef, Community, Invocation, Member, Workspace
    from bot.recurrence import Occurrence
    from bot.text import Content
    from bot.ui import Card, Choice, Form

T = TypeVar("T")


class Clock(Protocol):
    """Where time comes from."""

    def now(self) -> dt.datetime:
        """Return the present instant, timezone-aware."""
        ...


# ---------------------------------------------------------------- towards a platform


@dataclass(frozen=True, slots=True)
class Reader:
    """Who a card is written for: their language and IANA time zone."""

    locale: str
    zone: str = "UTC"


class Responder(Protocol):
    """The way back to whoever acted, for one interaction. An adapter makes one for each; the runner uses it.

    When none of its methods was called by the end, the adapter acknowledges silently.
    """

    async def defer(self) -> None:
        """Say that the answer is coming; called once, when the answer budget is used up, never for what opens a form."""
        ...

    async def reply(self, card: Card, reader: Reader, *, private: bool = True, edit: bool = False) -> None:
        """Show a card. `edit` replaces the message that was acted on; a second call adds a message."""
        ...

    async def form(self, form: Form, reader: Reader) -> None:
        """Open a dialog; only while the interaction was not deferred."""
        ...

    async def invalid(self, form: Form, errors: Mapping[str, Content], correct: Card, reader: Reader) -> None:
        """Show errors at the fields of the dialog just sent or, where a platform cannot, the card `correct` privately.

        What was typed is kept by the core; the button of `correct` opens the dialog with it.
        """
        ...

    async def suggest(self, choices: Sequence[Choice], reader: Reader) -> None:
        """Offer completions for what is being typed."""
        ...


class Handle(Protocol):
    """What an adapter calls for each thing a platform delivers: the runner. Never raises."""

    async def __call__(self, invocation: Invocation, responder: Responder) -> None:
        """Answer one interaction to its end."""
        ...


class Reference(msgspec.Struct, frozen=True):
    """Where a message is on its platform: the channel, the message in it, the thread it opened or stands in."""

    channel: str
    message: str = ""
    thread: str = ""


@dataclass(frozen=True, slots=True)
class Envelope:
    """What goes with every outgoing message.

    `key` (at most 25 characters) is the same at every attempt: Discord's nonce, Slack's metadata. `since` is set where an earlier
    attempt may have been carried out: it was made no earlier than that, and a platform that would write twice looks first.
    `attempt` counts from 1.
    """

    key: str
    workspace: str
    reader: Reader
    card: Card
    since: dt.datetime | None = None
    attempt: int = 1


@dataclass(frozen=True, slots=True)
class Limits:
    """How much a platform permits: calls a second and, in one conversation, seconds from one message to the next.

    `shared`: all workspaces draw on the same allowance, as those of one Discord bot do; else each has its own.
    """

    per_second: float
    spacing: float = 0.0
    shared: bool = False


class Platform(Protocol):
    """An adapter seen by delivery. Every method may raise a `DeliveryError`, nothing else."""

    @property
    def limits(self) -> Limits:
        """How much may be sent; delivery keeps within it."""
        ...

    async def post(self, envelope: Envelope, channel: str, thread: str = "") -> Reference:
        """Write in a channel, or in a thread of it."""
        ...

    async def direct(self, envelope: Envelope, account: str, channel: str = "") -> Reference:
        """Write to one person; `channel` is their conversation with the bot where it is known, and is returned to be kept."""
        ...

    async def connect(self, envelope: Envelope, accounts: Sequence[str], title: str) -> Reference:
        """Open a private conversation of several people with a first message."""
        ...

    async def update(self, envelope: Envelope, reference: Reference) -> None:
        """Replace a message."""
        ...

    async def remove(self, envelope: Envelope, reference: Reference) -> None:
        """Delete a message; one that is gone already counts as removed."""
        ...


class Adapter(Protocol):
    """A platform's connection, run by the application."""

    @property
    def name(self) -> str:
        """The platform's name, as in accounts: `slack`."""
        ...

    @property
    def platform(self) -> Platform:
        """Its other side: where delivery hands messages over."""
        ...

    async def start(self, handle: Handle) -> None:
        """Connect and return once interactions can arrive.

        Raises:
            ConfigError: a token is refused or something is not switched on, in words the operator can act on.
        """
        ...

    async def stop(self) -> None:
        """Take no new interactions, finish those under way, close."""
        ...

    async def failed(self) -> Exception:
        """Wait until the connection ends for a reason that trying again cannot help, and return it."""
        ...


# ---------------------------------------------------------------- towards the database


@dataclass(frozen=True, slots=True)
class Identity:
    """Who acted, where, and how to write to them. `member` is None for what nobody did (a workspace appeared).

    `missed` counts direct messages that could not reach the member and wait to be shown.
    """

    community: Community
    workspace: Workspace
    member: Member | None
    reader: Reader
    missed: int = 0


@dataclass(frozen=True, slots=True)
class Draft:
    """A dialog that was opened and not yet accepted, with what was typed so far."""

    form: Form
    values: Mapping[str, object]


class People(Protocol):
    """Who is who."""

    async def identify(self, invocation: Invocation, now: dt.datetime) -> Identity:
        """Find or create the workspace, the account and the member of an interaction."""
        ...

    async def resolve(self, workspace: Workspace, accounts: Sequence[AccountRef], now: dt.datetime) -> Sequence[Member]:
        """Find or create the members behind accounts of a workspace, in order."""
        ...

    async def accounts(self, workspace: Workspace, members: Collection[int]) -> Mapping[int, str]:
        """Return the account ids that members have on a workspace."""
        ...


class Forms(Protocol):
    """Dialogs under way, one for each member and form id. Private: kept only until accepted or discarded."""

    async def load(self, member: int, submit: str) -> Draft | None:
        """Return the dialog, or None."""
        ...

    async def keep(self, member: int, draft: Draft, now: dt.datetime) -> None:
        """Keep the dialog and its content, replacing an earlier one."""
        ...

    async def discard(self, member: int, submit: str) -> None:
        """Forget the dialog."""
        ...


class Outbox(Protocol):
    """Messages to be delivered after the commit."""

    async def stage(self, community: Community, effects: Sequence[Outgoing], now: dt.datetime) -> None:
        """Write the rows: one for each workspace, account or copy that an effect reaches."""
        ...

    async def missed(self, member: int) -> Sequence[Card]:
        """Take the kept direct messages that could not reach a member, oldest first; each is taken once."""
        ...


@dataclass(frozen=True, slots=True)
class Agenda:
    """What a look at the schedules found: those due, changed, and never seen before; and when the next of the others is due."""

    due: Sequence[tuple[Community, Schedule]]
    changed: Sequence[tuple[Community, Schedule]] = ()
    new: Sequence[tuple[Community, Schedule]] = ()
    nearest: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Taking:
    """What came of taking a schedule: the occurrence to run, if any, and whether dates late beyond their grace were missed.

    Neither: another process was quicker, or nothing was due.
    """

    occurrence: Occurrence | None = None
    missed: bool = False

    @property
    def moved(self) -> bool:
        """Whether the schedule stands at another date now."""
        return self.missed or self.occurrence is not None


class Occurrences(Protocol):
    """When scheduled handlers run."""

    async def look(self, communities: Sequence[Community], schedules: Collection[Schedule], now: dt.datetime) -> Agenda:
        """Return what is due, new or changed; only reads, so that looking costs nothing where nothing is."""
        ...

    async def begin(self, community: Community, schedules: Sequence[Schedule], now: dt.datetime) -> None:
        """Let schedules that were never seen before be due at their next times, but for those that another process began."""
        ...

    async def take(self, community: Community, schedule: Schedule, now: dt.datetime) -> Taking:
        """Claim the occurrence that is due, if one is. Claimed once, whatever the number of processes.

        What is late beyond its grace is recorded as missed instead.
        """
        ...


class Unit(Protocol):
    """One transaction. Leaving its context commits; an exception rolls back."""

    @property
    def people(self) -> People:
        """Who is who, in this transaction."""
        ...

    @property
    def forms(self) -> Forms:
        """Dialogs under way."""
        ...

    @property
    def outbox(self) -> Outbox:
        """Messages to deliver."""
        ...

    @property
    def hurried(self) -> bool:
        """Whether something was made due sooner than the scheduler knows of."""
        ...

    async def hurry(self, community: Community, schedule: str, now: dt.datetime) -> None:
        """Let an interval be due now: somebody waits for what it does."""
        ...

    async def first_time(self, delivery_id: str, now: dt.datetime) -> bool:
        """Record that a delivery was handled; False if it was before."""
        ...

    def use(self, repository: type[T], community: Community) -> T:
        """Return a repository of `storage` bound to this transaction and community."""
        ...


class Store(Protocol):
    """The database."""

    def unit(self, *, write: bool = True) -> AbstractAsyncContextManager[Unit]:
        """Open a transaction; `write=False` takes one of the read-only connections."""
        ...

    async def communities(self) -> Sequence[Community]:
        """Return the communities of this process."""
        ...

    def occurrences(self, unit: Unit) -> Occurrences:
        """Return the schedule in a transaction."""
        ...

    async def connected(self, platforms: Collection[str], now: dt.datetime) -> None:
        """Let messages go again to workspaces that had refused the bot: it was let in just now."""
        ...

    async def close(self) -> None:
        """Close every connection."""
        ...
