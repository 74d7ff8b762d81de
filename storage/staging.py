"""Staging: turns what a handler wants said into outbox rows, one for each workspace, account or copy, in its transaction."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Final, assert_never

import msgspec

from bot.effects import Connect, Direct, OwnTime, Post, Remove, Update
from bot.notices import NATURES, Notice, Reason, Sort, Way, counted, digest_time, with_reason
from bot.ports import Reader
from bot.relay import stop_id, with_ways
from storage import budget
from storage import staging_queries as queries
from storage.lanes import promote
from storage.locks import hold
from storage.mentions import decode, encode, mentioned
from storage.outbox import BULK, SOON, Action
from storage.own_time import Wait, waiting_for
from storage.people import working_hours
from storage.relay import Relays
from storage.sheet import Sheet
from storage.staged_changes import Changes
from storage.strangers import NOBODY

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Sequence

    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.effects import Outgoing
    from bot.hours import WorkingHours
    from bot.model import Community
    from bot.ui import Card
    from storage.budget import Standing
    from storage.statements import AnyRow
    from storage.strangers import Strangers

MANY: Final = 10
"""More effects than this in one transaction are bulk: they go after what answers somebody."""


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
            await _Staging(Sheet(self._connection, community, now, priority, self._strangers)).run(effects)

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
    """Says what is new on a sheet, and lets `Changes` see to what was said before."""

    def __init__(self, sheet: Sheet) -> None:
        self._sheet = sheet
        self._changes = Changes(sheet)

    async def run(self, effects: Sequence[Outgoing]) -> None:
        cards = ["" if isinstance(effect, Remove) else encode(effect.card) for effect in effects]
        await self._sheet.know(_reached(effects).union(*map(mentioned, cards)))
        await self._sheet.know_channels({effect.to for effect in effects if isinstance(effect, Post) and not effect.thread})
        await self._sheet.know_standings(effects)
        for effect, card in zip(effects, cards, strict=True):
            match effect:
                case Post():
                    await self._post(effect, card)
                case Direct():
                    reason = Reason(effect.notice, effect.why, effect.switch)
                    self._direct(effect.member, effect.card, effect.remember, reason, keep=effect.keep, when=effect.when)
                case Connect():
                    await self._connect(effect, card)
                case Update():
                    await self._changes.update(effect, card)
                case Remove():
                    await self._changes.remove(effect)
                case _:
                    assert_never(effect)
        await self._sheet.flush()
        await promote(self._sheet.connection, self._sheet.lanes)

    async def _post(self, effect: Post, card: str) -> None:
        if not effect.thread:
            there = await self._sheet.places(effect.remember) if effect.remember else ()
            for place in self._sheet.channels[effect.to]:
                if place.workspace_id in there:
                    continue
                lane = f"{place.workspace_id}#{place.channel}"
                self._sheet.add(
                    Action.POST, place.workspace_id, lane, card, self._sheet.common, effect.remember, channel=place.channel
                )
            return
        await self._sheet.flush()
        copies = await self._sheet.copies(effect.thread)
        partners = {copy.key: [int(member) for member in (copy.relayed_to or "").split()] for copy in copies}
        readers = {copy.member_id for copy in copies if copy.member_id is not None}
        await self._sheet.know(readers.union(*partners.values()))
        self._sheet.standings |= await budget.standings(
            self._sheet.connection, readers - self._sheet.standings.keys(), self._sheet.now
        )
        for copy in copies:
            if copy.member_id is not None and partners[copy.key]:  # a conversation through me has no thread
                ways = with_ways(effect.card, self._sheet.named(partners[copy.key]))
                reason = Reason(Notice.WORDS)
                self._direct(copy.member_id, ways, effect.remember, reason, keep=True, relayed_to=copy.relayed_to or "")
                continue
            self._sheet.add(
                Action.POST,
                copy.workspace_id,
                copy.lane,
                card,
                self._sheet.common,
                effect.remember,
                thread_key=copy.key,
                priority=copy.priority,
            )

    def _direct(  # noqa: PLR0913 - all that there is to say of a message to one
        self,
        member: int,
        card: Card,
        remember: str,
        reason: Reason,
        *,
        keep: bool = False,
        relayed_to: str = "",
        when: OwnTime | None = None,
    ) -> None:
        account = next((row for row in self._sheet.accounts[member] if not row.bot), None)
        if account is None:
            return
        notice, standing = reason.notice, self._sheet.standings[member]
        way = standing.decide(notice).way
        if way is Way.NEVER:
            return
        held = way is Way.DIGEST
        if held:
            self._hold_for_digest(member, account, standing)
        elif counted(notice):
            standing.sent += 1
        if when is None:
            when = OwnTime(working=NATURES[notice].sort in (Sort.UNASKED, Sort.DIGEST))
        self._sheet.add(
            Action.DIRECT,
            account.workspace_id,
            f"{account.workspace_id}@{account.external_id}",
            encode(with_reason(card, reason)),
            self._sheet.reader(member),
            remember,
            accounts=[account.external_id],
            member_id=member,
            keep=keep,
            relayed_to=relayed_to,
            cold=account.platform in self._sheet.strangers.platforms and not account.acted and not account.conversation,
            wait=None if held else self._wait(member, account, when),
            reason=reason,
            held=held,
        )

    def _wait(self, member: int, account: AnyRow, when: OwnTime) -> Wait | None:
        return waiting_for(when, self._sheet.now, self._sheet.reader(member), _hours(account))

    def _hold_for_digest(self, member: int, account: AnyRow, standing: Standing) -> None:
        """Let a message wait for the member's digest, and see to it that one comes."""
        standing.held = True
        if standing.digest_due is None:
            standing.digest_due = digest_time(
                self._sheet.now, self._sheet.reader(member).zone, _hours(account), standing.last_digest
            )
            self._sheet.digests.append(
                {
                    "member_id": member,
                    "community_id": self._sheet.community.id,
                    "due_at": standing.digest_due,
                    "last_at": standing.last_digest,
                }
            )

    async def _connect(self, effect: Connect, card: str) -> None:
        """Open a conversation in the workspace that all share and where one of them was last; else a relay.

        It is in the language that was chosen for it; else in the one its members are all written to in, or the community's.
        """
        members = [member for member in dict.fromkeys(effect.members) if any(not row.bot for row in self._sheet.accounts[member])]
        there = [{row.workspace_id: row for row in reversed(self._sheet.accounts[member]) if not row.bot} for member in members]
        shared = set[int].intersection(*map(set, there)) if len(members) > 1 else set[int]()
        if not shared:
            await self._relay(effect, members)
            return
        workspace = max(shared, key=lambda each: (max(accounts[each].last_seen for accounts in there), each))
        accounts = [rows[workspace].external_id for rows in there]
        lane = f"{workspace}&{'&'.join(sorted(accounts))}"
        spoken = {effect.locale} if effect.locale else {self._sheet.reader(member).locale for member in members}
        reader = Reader(spoken.pop(), self._sheet.common.zone) if len(spoken) == 1 else self._sheet.common
        self._sheet.add(Action.CONNECT, workspace, lane, card, reader, effect.remember, accounts=accounts, title=effect.title)

    async def _relay(self, effect: Connect, members: Sequence[int]) -> None:
        """Write to each, with a button that writes to the others."""
        if len(members) > 1:
            await Relays(self._sheet.connection, self._sheet.community).open(itertools.combinations(members, 2), self._sheet.now)
        for member in members:
            others = [other for other in members if other != member]
            card = with_ways(effect.card, self._sheet.named(others))
            reason = Reason(Notice.WORDS, switch=stop_id(others[0]) if len(others) == 1 else "")
            self._direct(member, card, effect.remember, reason, keep=True, relayed_to=" ".join(map(str, others)))


def _hours(account: AnyRow) -> WorkingHours:
    return working_hours(account.workdays, account.workhours, account.quiet)


def _reached(effects: Iterable[Outgoing]) -> set[int]:
    """Return the members that effects name."""
    members: set[int] = set()
    for effect in effects:
        if isinstance(effect, Direct):
            members.add(effect.member)
        elif isinstance(effect, Connect):
            members.update(effect.members)
    return members
