"""A store that keeps everything in memory and a platform that only listens: the core without a database or a network."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from bot.model import Community, Invocation, Member, Workspace
from bot.ports import Agenda, Draft, Identity, Reader, Taking
from bot.recurrence import Occurrence

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import AsyncIterator, Collection, Mapping, Sequence

    from bot.effects import Outgoing
    from bot.feature import Schedule
    from bot.model import AccountRef
    from bot.ports import Unit
    from bot.text import Content
    from bot.ui import Card, Choice, Form

T = TypeVar("T")

COMMUNITY = Community(1, "Les Indés", "fr", "Europe/Paris")
WORKSPACE = Workspace(1, "sandbox", "sandbox", "Sandbox")


@dataclass
class MemoryStore:
    """One community whose members are their accounts; a unit that fails leaves nothing behind."""

    animators: set[str] = field(default_factory=set)
    seen: set[str] = field(default_factory=set)
    members: dict[str, Member] = field(default_factory=dict)
    drafts: dict[tuple[int, str], Draft] = field(default_factory=dict)
    outgoing: list[Outgoing] = field(default_factory=list)
    missed_cards: list[Card] = field(default_factory=list)
    due: set[str] = field(default_factory=set)
    units: int = 0

    @asynccontextmanager
    async def unit(self, *, write: bool = True) -> AsyncIterator[MemoryUnit]:
        """Open a unit; what it did is kept only when it leaves without an exception."""
        self.units += 1
        unit = MemoryUnit(self, write=write)
        yield unit
        self.seen |= unit.seen
        self.outgoing += unit.outgoing
        for key, draft in unit.drafts.items():
            if draft is None:
                self.drafts.pop(key, None)
            else:
                self.drafts[key] = draft

    async def communities(self) -> Sequence[Community]:
        """One."""
        return (COMMUNITY,)

    def occurrences(self, unit: Unit) -> MemoryStore:
        """The store itself."""
        del unit
        return self

    async def look(self, communities: Sequence[Community], schedules: Collection[Schedule], now: dt.datetime) -> Agenda:
        """What is due wants attention."""
        del now
        return Agenda([(community, schedule) for community in communities for schedule in schedules if schedule.name in self.due])

    async def begin(self, community: Community, schedules: Sequence[Schedule], now: dt.datetime) -> None:
        """Nothing is new."""

    async def take(self, community: Community, schedule: Schedule, now: dt.datetime) -> Taking:
        """Claim a schedule once."""
        del community
        if schedule.name not in self.due:
            return Taking()
        self.due.discard(schedule.name)
        return Taking(Occurrence(now))

    async def connected(self, platforms: Collection[str], now: dt.datetime) -> None:
        """Nothing was stopped."""

    async def close(self) -> None:
        """Nothing to close."""


class MemoryUnit:
    """A transaction on a `MemoryStore`; people, forms and outbox in one."""

    def __init__(self, store: MemoryStore, *, write: bool) -> None:
        self.store = store
        self.write = write
        self.seen: set[str] = set()
        self.outgoing: list[Outgoing] = []
        self.drafts: dict[tuple[int, str], Draft | None] = {}

    @property
    def people(self) -> MemoryUnit:
        """Who is who."""
        return self

    @property
    def forms(self) -> MemoryUnit:
        """Dialogs."""
        return self

    @property
    def outbox(self) -> MemoryUnit:
        """Messages."""
        return self

    @property
    def hurried(self) -> bool:
        """Nothing happens by itself."""
        return False

    async def hurry(self, community: Community, schedule: str, now: dt.datetime) -> None:
        """There is no schedule here."""
        raise AssertionError(community, schedule, now)

    async def first_time(self, delivery_id: str, now: dt.datetime) -> bool:
        """Record a delivery."""
        del now
        if delivery_id in self.store.seen:
            return False
        self.seen.add(delivery_id)
        return True

    def use(self, repository: type[T], community: Community) -> T:
        """There is no SQL here."""
        raise AssertionError(repository, community)

    async def identify(self, invocation: Invocation, now: dt.datetime) -> Identity:
        """A member for each account."""
        del now
        account = invocation.account
        if account is None:
            return Identity(COMMUNITY, WORKSPACE, None, Reader("fr"))
        member = self._member(account)
        return Identity(COMMUNITY, WORKSPACE, member, Reader(account.locale or "fr", "Europe/Paris"), len(self.store.missed_cards))

    async def resolve(self, workspace: Workspace, accounts: Sequence[AccountRef], now: dt.datetime) -> Sequence[Member]:
        """A member for each account."""
        del workspace, now
        return [self._member(account) for account in accounts]

    async def accounts(self, workspace: Workspace, members: Collection[int]) -> Mapping[int, str]:
        """Every member has one."""
        del workspace
        return {member: f"U{member}" for member in members}

    async def load(self, member: int, submit: str) -> Draft | None:
        """Return a dialog."""
        key = (member, submit)
        return self.drafts[key] if key in self.drafts else self.store.drafts.get(key)

    async def keep(self, member: int, draft: Draft, now: dt.datetime) -> None:
        """Keep a dialog."""
        del now
        self.drafts[member, draft.form.submit] = draft

    async def discard(self, member: int, submit: str) -> None:
        """Forget a dialog."""
        self.drafts[member, submit] = None

    async def stage(self, community: Community, effects: Sequence[Outgoing], now: dt.datetime) -> None:
        """Keep the effects."""
        del community, now
        self.outgoing += effects

    async def missed(self, member: int) -> Sequence[Card]:
        """Hand the missed cards out once."""
        del member
        cards, self.store.missed_cards = self.store.missed_cards, []
        return cards

    def _member(self, account: AccountRef) -> Member:
        known = self.store.members
        if account.external_id not in known:
            animator = account.administrator or account.external_id in self.store.animators
            known[account.external_id] = Member(len(known) + 1, account.name, animator=animator)
        return known[account.external_id]


@dataclass
class Listener:
    """A responder that writes down what it was asked to show, in order."""

    told: list[tuple[str, object]] = field(default_factory=list)
    deferred: asyncio.Event = field(default_factory=asyncio.Event)

    async def defer(self) -> None:
        """Note it."""
        self.told.append(("defer", None))
        self.deferred.set()

    async def reply(self, card: Card, reader: Reader, *, private: bool = True, edit: bool = False) -> None:
        """Note the card."""
        del reader
        self.told.append(("edit" if edit else "private" if private else "public", card))

    async def form(self, form: Form, reader: Reader) -> None:
        """Note the form."""
        del reader
        self.told.append(("form", form))

    async def invalid(self, form: Form, errors: Mapping[str, Content], correct: Card, reader: Reader) -> None:
        """Note the errors."""
        del form, correct, reader
        self.told.append(("invalid", dict(errors)))

    async def suggest(self, choices: Sequence[Choice], reader: Reader) -> None:
        """Note the choices."""
        del reader
        self.told.append(("suggest", tuple(choices)))
