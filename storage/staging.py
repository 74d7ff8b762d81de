"""Staging: turns what a handler wants said into outbox rows, one for each workspace, account or copy, in its transaction."""

from __future__ import annotations

import itertools
import secrets
from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final, assert_never

import msgspec

from bot.effects import Connect, Direct, Post, Remove, Update
from bot.ports import Reader
from bot.relay import with_ways
from storage import staging_queries as queries
from storage.lanes import lock, promote
from storage.locks import hold
from storage.mentions import decode, encode, mentioned, with_accounts
from storage.outbox import BULK, CREATING, KEPT, SOON, Action, State
from storage.own_time import Wait, lane_of_own, waiting_for
from storage.people import reader, working_hours
from storage.relay import Relays
from storage.strangers import NOBODY, spread, waiting_lane

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Sequence
    from collections.abc import Set as AbstractSet

    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.effects import Outgoing, OwnTime
    from bot.model import Community
    from bot.ui import Card
    from storage.statements import AnyRow
    from storage.strangers import Strangers

MANY: Final = 10
"""More effects than this in one transaction are bulk: they go after what answers somebody."""
KEY_BYTES: Final = 16
"""Written in 22 characters; Discord's nonce holds 25."""


class StoredOutbox:
    """`ports.Outbox` on the database."""

    def __init__(self, connection: AsyncConnection, strangers: Strangers = NOBODY) -> None:
        self._connection = connection
        self._strangers = strangers

    async def stage(self, community: Community, effects: Sequence[Outgoing], now: dt.datetime) -> None:
        """Write the rows: one for each workspace, account or copy that an effect reaches."""
        if effects:
            # Two handlers that begin the same conversation at the same time would each take theirs for its first message.
            await hold(self._connection, community.id)
            priority = BULK if len(effects) > MANY else SOON
            await _Staging(self._connection, community, now, priority, self._strangers).run(effects)

    async def missed(self, member: int) -> Sequence[Card]:
        """Take the kept direct messages that could not reach a member, oldest first; each is taken once."""
        rows = (await self._connection.execute(queries.MISSED, {"member": member})).all()
        await self._connection.execute(queries.NONE_MISSED, {"member_id": member})
        if not rows:
            return []
        await self._connection.execute(queries.SHOWN, [{"row": row.id} for row in rows])
        cards: list[Card] = []
        for row in rows:
            try:
                cards.append(decode(row.card))
            except msgspec.DecodeError:  # kept by a version whose cards this one cannot read
                continue
        return cards


class _Staging:
    """One call of `stage`: looks up each thing once, writes rows together."""

    def __init__(
        self, connection: AsyncConnection, community: Community, now: dt.datetime, priority: int, strangers: Strangers
    ) -> None:
        self._connection = connection
        self._community = community
        self._now = now
        self._priority = priority
        self._common = Reader(community.locale, community.zone)
        self._accounts: dict[int, list[AnyRow]] = {}
        self._there: dict[int, dict[int, str]] = defaultdict(dict)
        """Account ids by workspace and member."""
        self._channels: dict[str, list[AnyRow]] = defaultdict(list)
        self._rows: list[dict[str, Any]] = []
        self._messages: list[dict[str, Any]] = []
        self._strangers = strangers
        self._cold: list[dict[str, Any]] = []
        self._lanes: set[str] = set()

    async def run(self, effects: Sequence[Outgoing]) -> None:
        cards = ["" if isinstance(effect, Remove) else encode(effect.card) for effect in effects]
        await self._know(_reached(effects).union(*map(mentioned, cards)))
        await self._know_channels({effect.to for effect in effects if isinstance(effect, Post) and not effect.thread})
        for effect, card in zip(effects, cards, strict=True):
            match effect:
                case Post():
                    await self._post(effect, card)
                case Direct():
                    self._direct(effect.member, card, effect.remember, keep=effect.keep, when=effect.when)
                case Connect():
                    await self._connect(effect, card)
                case Update():
                    await self._update(effect, card)
                case Remove():
                    await self._remove(effect)
                case _:
                    assert_never(effect)
        await self._flush()
        await promote(self._connection, self._lanes)

    # ------------------------------------------------------------ what is new

    async def _post(self, effect: Post, card: str) -> None:
        if not effect.thread:
            there = await self._places(effect.remember) if effect.remember else ()
            for place in self._channels[effect.to]:
                if place.workspace_id in there:
                    continue
                lane = f"{place.workspace_id}#{place.channel}"
                self._add(Action.POST, place.workspace_id, lane, card, self._common, effect.remember, channel=place.channel)
            return
        await self._flush()
        for copy in await self._copies(effect.thread):
            self._add(
                Action.POST,
                copy.workspace_id,
                copy.lane,
                card,
                self._common,
                effect.remember,
                thread_key=copy.key,
                priority=copy.priority,
            )

    def _direct(  # noqa: PLR0913 - all that there is to say of a message to one
        self, member: int, card: str, remember: str, *, keep: bool = False, relayed_to: str = "", when: OwnTime | None = None
    ) -> None:
        account = next((row for row in self._accounts[member] if not row.bot), None)
        if account is not None:
            self._add(
                Action.DIRECT,
                account.workspace_id,
                f"{account.workspace_id}@{account.external_id}",
                card,
                self._reader(member),
                remember,
                accounts=[account.external_id],
                member_id=member,
                keep=keep,
                relayed_to=relayed_to,
                cold=account.platform in self._strangers.platforms and not account.acted and not account.conversation,
                wait=None if when is None else self._wait(member, account, when),
            )

    def _wait(self, member: int, account: AnyRow, when: OwnTime) -> Wait | None:
        return waiting_for(when, self._now, self._reader(member), working_hours(account.workdays, account.workhours))

    async def _connect(self, effect: Connect, card: str) -> None:
        """Open a conversation in the workspace that all share and where one of them was last; else a relay.

        It is in the language of its members where they have one in common, else in the community's.
        """
        members = [member for member in dict.fromkeys(effect.members) if any(not row.bot for row in self._accounts[member])]
        there = [{row.workspace_id: row for row in reversed(self._accounts[member]) if not row.bot} for member in members]
        shared = set[int].intersection(*map(set, there)) if len(members) > 1 else set[int]()
        if not shared:
            await self._relay(effect, members)
            return
        workspace = max(shared, key=lambda each: (max(accounts[each].last_seen for accounts in there), each))
        accounts = [rows[workspace].external_id for rows in there]
        lane = f"{workspace}&{'&'.join(sorted(accounts))}"
        spoken = {self._reader(member).locale for member in members}
        reader = Reader(spoken.pop(), self._common.zone) if len(spoken) == 1 else self._common
        self._add(Action.CONNECT, workspace, lane, card, reader, effect.remember, accounts=accounts, title=effect.title)

    async def _relay(self, effect: Connect, members: Sequence[int]) -> None:
        """Write to each, with a button that writes to the others."""
        if len(members) > 1:
            await Relays(self._connection, self._community).open(itertools.combinations(members, 2), self._now)
        for member in members:
            others = [other for other in members if other != member]
            card = encode(with_ways(effect.card, self._named(others)))
            self._direct(member, card, effect.remember, keep=True, relayed_to=" ".join(map(str, others)))

    def _named(self, members: Iterable[int]) -> list[tuple[int, str]]:
        """Return those who are still here, with their names."""
        return [(member, rows[0].name) for member in members if (rows := self._accounts[member])]

    # ------------------------------------------------------------ what was said before

    async def _update(self, effect: Update, card: str) -> None:
        await self._flush()
        await self._hold(effect.remembered)
        waiting = await self._waiting(effect.remembered)
        copies = await self._copies(effect.remembered)
        partners = {copy.key: [int(member) for member in (copy.relayed_to or "").split()] for copy in copies}
        await self._know({copy.member_id for copy in copies if copy.member_id is not None}.union(*partners.values()))
        replaced: list[dict[str, Any]] = []
        given_up: list[dict[str, Any]] = []
        for copy in copies:
            rows = waiting[copy.key]
            creating = next((row for row in rows if row.action in CREATING), None)
            content = encode(with_ways(effect.card, self._named(partners[copy.key]))) if partners[copy.key] else card
            target = Reader(copy.locale, self._common.zone) if copy.locale else self._reader(copy.member_id)
            if creating is not None and _unsent(creating):
                row = creating
            elif creating is None and copy.sent_at is None:
                continue  # it was never sent and never will be
            else:
                changes = [row for row in rows if row.action == Action.UPDATE]
                row = next((row for row in changes if row.state not in {State.SENDING, State.DEAD}), None)
                given_up += [{"row": row.id, "now": self._now} for row in changes if row.state == State.DEAD]
            if row is None:
                self._add(
                    Action.UPDATE,
                    copy.workspace_id,
                    copy.lane,
                    content,
                    target,
                    message_key=copy.key,
                    member_id=copy.member_id,
                    priority=_slowest(rows),
                )
            else:
                content = with_accounts(content, self._there[copy.workspace_id])
                replaced.append({"row": row.id, "content": content, "language": target.locale, "where": target.zone})
        if replaced:
            await self._connection.execute(queries.REPLACE, replaced)
        if given_up:  # a newer change takes their place
            await self._connection.execute(queries.CANCEL, given_up)

    async def _remove(self, effect: Remove) -> None:
        await self._flush()
        await self._hold(effect.remembered)
        waiting = await self._waiting(effect.remembered)
        copies = await self._copies(effect.remembered)
        if effect.waiting:
            copies = [copy for copy in copies if any(_unsent(row) for row in waiting[copy.key])]
        await self._know({copy.member_id for copy in copies if copy.member_id is not None})
        cancelled: list[AnyRow] = []
        for copy in copies:
            rows = waiting[copy.key]
            creating = next((row for row in rows if row.action in CREATING), None)
            cancelled += [row for row in rows if row.action not in CREATING and row.state != State.SENDING]
            if creating is not None and _unsent(creating):
                cancelled.append(creating)
            elif creating is not None or copy.sent_at is not None:
                reader = self._reader(copy.member_id)
                self._add(
                    Action.REMOVE,
                    copy.workspace_id,
                    copy.lane,
                    "",
                    reader,
                    message_key=copy.key,
                    member_id=copy.member_id,
                    priority=_slowest(rows),
                )
        self._lanes.update(row.lane for row in cancelled)
        if cancelled:
            await self._connection.execute(queries.CANCEL, [{"row": row.id, "now": self._now} for row in cancelled])
        missed = [{"member_id": row.member_id} for row in cancelled if row.state == State.MISSED]
        if missed:
            await self._connection.execute(queries.FEWER_MISSED, missed)
        if copies:
            await self._connection.execute(queries.FORGET, [{"copy": copy.key, "now": self._now} for copy in copies])

    async def _hold(self, remembered: str) -> None:
        """Let nobody end or begin what concerns a message while it is changed here."""
        if self._connection.dialect.name == "postgresql":
            values = {"community": self._community.id, "remembered": remembered}
            await lock(self._connection, (await self._connection.execute(queries.LANES, values)).scalars())

    async def _places(self, remembered: str) -> AbstractSet[int]:
        """Return the workspaces where a message of this name stands, or is about to."""
        await self._flush()
        found = await self._connection.execute(queries.PLACES, {"community": self._community.id, "remembered": remembered})
        return set(found.scalars())

    async def _copies(self, remembered: str) -> Sequence[AnyRow]:
        found = await self._connection.execute(queries.COPIES, {"community": self._community.id, "remembered": remembered})
        return found.all()

    async def _waiting(self, remembered: str) -> dict[str, list[AnyRow]]:
        """Return the rows of each copy that are not done, or kept. Locked, and read before the copies: none slips in between."""
        rows: dict[str, list[AnyRow]] = defaultdict(list)
        for row in await self._connection.execute(queries.WAITING, {"community": self._community.id, "remembered": remembered}):
            rows[row.message_key].append(row)
        return rows

    # ------------------------------------------------------------ looking things up once, writing together

    async def _know(self, members: Iterable[int]) -> None:
        unknown = [member for member in dict.fromkeys(members) if member not in self._accounts]
        if not unknown:
            return
        self._accounts.update((member, []) for member in unknown)
        for row in await self._connection.execute(queries.ACCOUNTS, {"members": unknown, "community": self._community.id}):
            self._accounts[row.member_id].append(row)
            self._there[row.workspace_id][row.member_id] = row.external_id

    async def _know_channels(self, roles: set[str]) -> None:
        if roles:
            for row in await self._connection.execute(queries.CHANNELS, {"roles": sorted(roles), "community": self._community.id}):
                self._channels[row.role].append(row)

    def _reader(self, member: int | None) -> Reader:
        account = next(iter(self._accounts[member]), None) if member is not None else None
        if account is None:
            return self._common
        return reader(
            account.chosen_locale, account.chosen_zone, account.locale, account.zone, self._common.locale, self._common.zone
        )

    def _add(  # noqa: PLR0913, PLR0917 - a row has many columns
        self,
        action: Action,
        workspace: int,
        lane: str,
        card: str,
        reader: Reader,
        remember: str = "",
        *,
        channel: str = "",
        accounts: Sequence[str] = (),
        title: str = "",
        member_id: int | None = None,
        keep: bool = False,
        relayed_to: str = "",
        message_key: str | None = None,
        thread_key: str | None = None,
        priority: int | None = None,
        cold: bool = False,
        wait: Wait | None = None,
    ) -> None:
        """Add a row. What follows an unsent message has its `priority`, and so never overtakes it."""
        key = secrets.token_urlsafe(KEY_BYTES)
        if wait is not None:
            lane = lane_of_own(lane, key)
        elif cold:
            lane = waiting_lane(lane, key)
        if remember:
            message_key = key
            self._messages.append(
                {
                    "key": key,
                    "community_id": self._community.id,
                    "name": remember,
                    "workspace_id": workspace,
                    "member_id": member_id,
                    "lane": lane,
                    "locale": reader.locale if action is Action.CONNECT else "",
                    "channel": "",
                    "message": "",
                    "thread": "",
                    "sent_at": None,
                    "removed_at": None,
                    "relayed_to": relayed_to or None,
                }
            )
        self._rows.append(
            {
                "community_id": self._community.id,
                "workspace_id": workspace,
                "member_id": member_id,
                "action": action.value,
                "key": key,
                "lane": lane,
                "priority": self._priority if priority is None else max(priority, self._priority),
                "state": State.PENDING.value,
                "attempts": 0,
                "due_at": self._now if wait is None else wait.due,
                "own_time": "" if wait is None else wait.own_time,
                "channel": channel,
                "accounts": " ".join(accounts),
                "title": title,
                "card": with_accounts(card, self._there[workspace]),
                "locale": reader.locale,
                "zone": reader.zone,
                "keep": keep,
                "message_key": message_key,
                "thread_key": thread_key,
                "reference": "",
                "reason": "",
                "created_at": self._now,
                "done_at": None,
                "first": False,
                "uncertain": False,
                "tried_at": None,
            }
        )
        self._lanes.add(lane)
        if cold:
            self._cold.append(self._rows[-1])

    async def _flush(self) -> None:
        """Write what is new, in the order in which it was said."""
        if self._messages:
            await self._connection.execute(queries.ADD_MESSAGES, self._messages)
            self._messages = []
        if self._cold:
            await spread(self._connection, self._cold, self._strangers.per_hour, self._now)
            self._cold = []
        if self._rows:
            await self._connection.execute(queries.ADD_ROWS, self._rows)
            self._rows = []


def _unsent(row: AnyRow) -> bool:
    """Tell whether a waiting row is to make a message that certainly is not on its platform."""
    return row.action in CREATING and (not row.attempts or row.state in KEPT)


def _slowest(rows: Iterable[AnyRow]) -> int | None:
    """Return the priority of a change that must not overtake what is still to be sent of its message; None where nothing is."""
    return max((row.priority for row in rows if row.state not in KEPT), default=None)


def _reached(effects: Iterable[Outgoing]) -> set[int]:
    """Return the members that effects name."""
    members: set[int] = set()
    for effect in effects:
        if isinstance(effect, Direct):
            members.add(effect.member)
        elif isinstance(effect, Connect):
            members.update(effect.members)
    return members
