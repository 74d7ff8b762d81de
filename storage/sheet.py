"""The sheet on which outbox rows are written: what they need is looked up once, and they are inserted together."""

from __future__ import annotations

import secrets
from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final

import msgspec

from bot.effects import Connect, Direct
from bot.notices import counted
from bot.ports import Reader
from storage import budget
from storage import staging_queries as queries
from storage.mentions import with_accounts
from storage.outbox import Action, State
from storage.outreach import DigestRow
from storage.own_time import lane_of_own
from storage.people import reader
from storage.statements import upsert
from storage.strangers import spread, waiting_lane

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Sequence
    from collections.abc import Set as AbstractSet

    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.effects import Outgoing
    from bot.model import Community
    from bot.notices import Notice, Reason
    from storage.budget import Standing
    from storage.own_time import Wait
    from storage.statements import AnyRow
    from storage.strangers import Strangers

KEY_BYTES: Final = 16
"""Written in 22 characters; Discord's nonce holds 25."""


class Sheet:
    """One call of `stage`: looks up each thing once, writes rows together."""

    def __init__(
        self, connection: AsyncConnection, community: Community, now: dt.datetime, priority: int, strangers: Strangers
    ) -> None:
        self.connection = connection
        self.community = community
        self.now = now
        self._priority = priority
        self.common = Reader(community.locale, community.zone)
        self.accounts: dict[int, list[AnyRow]] = {}
        self.there: dict[int, dict[int, str]] = defaultdict(dict)
        """Account ids by workspace and member."""
        self.channels: dict[str, list[AnyRow]] = defaultdict(list)
        self._rows: list[dict[str, Any]] = []
        self._messages: list[dict[str, Any]] = []
        self.strangers = strangers
        self._cold: list[dict[str, Any]] = []
        self.standings: dict[int, Standing] = {}
        self._counted: list[tuple[dict[str, Any], Notice]] = []
        self.digests: list[dict[str, Any]] = []
        self.lanes: set[str] = set()

    async def know(self, members: Iterable[int]) -> None:
        """Look up the accounts of members that are not known yet."""
        unknown = [member for member in dict.fromkeys(members) if member not in self.accounts]
        if not unknown:
            return
        self.accounts.update((member, []) for member in unknown)
        for row in await self.connection.execute(queries.ACCOUNTS, {"members": unknown, "community": self.community.id}):
            self.accounts[row.member_id].append(row)
            self.there[row.workspace_id][row.member_id] = row.external_id

    async def know_channels(self, roles: set[str]) -> None:
        """Look up which channels have these roles."""
        if roles:
            for row in await self.connection.execute(queries.CHANNELS, {"roles": sorted(roles), "community": self.community.id}):
                self.channels[row.role].append(row)

    async def know_standings(self, effects: Sequence[Outgoing]) -> None:
        """Look up what members may be sent, and take back what waits for the digest of somebody who is told anew of the same."""
        members = {effect.member for effect in effects if isinstance(effect, Direct)}
        members |= {member for effect in effects if isinstance(effect, Connect) for member in effect.members}
        if not members:
            return
        self.standings = await budget.standings(self.connection, members, self.now)
        waiting = [member for member, standing in self.standings.items() if standing.digest_due is not None]
        anew = {(effect.member, effect.remember) for effect in effects if isinstance(effect, Direct) and effect.remember}
        if waiting and anew:
            rows = (await self.connection.execute(queries.HELD, {"members": waiting})).all()
            older = [{"row": row.id, "now": self.now} for row in rows if (row.member_id, row.name) in anew]
            if older:
                await self.connection.execute(queries.CANCEL, older)

    def reader(self, member: int | None) -> Reader:
        """Return how a member reads; the community's way for nobody, and for who has no account."""
        account = next(iter(self.accounts[member]), None) if member is not None else None
        if account is None:
            return self.common
        return reader(
            account.chosen_locale, account.chosen_zone, account.locale, account.zone, self.common.locale, self.common.zone
        )

    def add(  # noqa: PLR0913, PLR0917 - a row has many columns
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
        reason: Reason | None = None,
        held: bool = False,
    ) -> None:
        """Add a row. What follows an unsent message has its `priority`, and so never overtakes it."""
        key = secrets.token_urlsafe(KEY_BYTES)
        if wait is not None or held:
            lane = lane_of_own(lane, key)
        elif cold:
            lane = waiting_lane(lane, key)
        if remember:
            message_key = key
            self._messages.append(
                {
                    "key": key,
                    "community_id": self.community.id,
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
                    "reason": "" if reason is None else msgspec.json.encode(reason).decode(),
                }
            )
        self._rows.append(
            {
                "community_id": self.community.id,
                "workspace_id": workspace,
                "member_id": member_id,
                "action": action.value,
                "key": key,
                "lane": lane,
                "priority": self._priority if priority is None else max(priority, self._priority),
                "state": (State.HELD if held else State.PENDING).value,
                "attempts": 0,
                "due_at": self.now if wait is None else wait.due,
                "own_time": "" if wait is None else wait.own_time,
                "channel": channel,
                "accounts": " ".join(accounts),
                "title": title,
                "card": with_accounts(card, self.there[workspace]),
                "locale": reader.locale,
                "zone": reader.zone,
                "keep": keep,
                "message_key": message_key,
                "thread_key": thread_key,
                "reference": "",
                "reason": "",
                "created_at": self.now,
                "done_at": self.now if held else None,
                "first": False,
                "uncertain": False,
                "tried_at": None,
                "notice": "" if reason is None else reason.notice.value,
            }
        )
        if held:
            return
        self.lanes.add(lane)
        if reason is not None and counted(reason.notice):
            self._counted.append((self._rows[-1], reason.notice))
        if cold:
            self._cold.append(self._rows[-1])

    async def flush(self) -> None:
        """Write what is new, in the order in which it was said."""
        if self._messages:
            await self.connection.execute(queries.ADD_MESSAGES, self._messages)
            self._messages = []
        if self._cold:
            await spread(self.connection, self._cold, self.strangers.per_hour, self.now)
            self._cold = []
        if self._counted:
            places = [(row["member_id"], notice, row["key"], row["due_at"]) for row, notice in self._counted]
            await budget.reached(self.connection, self.community.id, places)
            self._counted = []
        for digest in self.digests:
            await self.connection.execute(upsert(self.connection, DigestRow, digest, keys=("member_id",)))
        self.digests = []
        if self._rows:
            await self.connection.execute(queries.ADD_ROWS, self._rows)
            self._rows = []

    async def places(self, remembered: str) -> AbstractSet[int]:
        """Return the workspaces where a message of this name stands, or is about to."""
        await self.flush()
        found = await self.connection.execute(queries.PLACES, {"community": self.community.id, "remembered": remembered})
        return set(found.scalars())

    async def copies(self, remembered: str) -> Sequence[AnyRow]:
        """Return the copies of a message of this name that were not removed."""
        found = await self.connection.execute(queries.COPIES, {"community": self.community.id, "remembered": remembered})
        return found.all()

    def named(self, members: Iterable[int]) -> list[tuple[int, str]]:
        """Return those who are still here, with their names."""
        return [(member, rows[0].name) for member in members if (rows := self.accounts[member])]
