"""Changing and taking back what was said before, whether it stands on its platform, is on its way there or still waits."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

import msgspec

from bot.notices import Reason, with_reason
from bot.ports import Reader
from bot.relay import with_ways
from storage import budget
from storage import staging_queries as queries
from storage.lanes import lock
from storage.mentions import encode, with_accounts
from storage.outbox import CREATING, KEPT, Action, State

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bot.effects import Remove, Update
    from bot.ui import Card
    from storage.sheet import Sheet
    from storage.statements import AnyRow


class Changes:
    """Updates and removals of remembered messages, written on a sheet."""

    def __init__(self, sheet: Sheet) -> None:
        self._sheet = sheet

    async def update(self, effect: Update, card: str) -> None:
        """Let every copy of a message say something else; `card` is the effect's, encoded."""
        await self._sheet.flush()
        await self._hold(effect.remembered)
        waiting = await self._waiting(effect.remembered)
        copies = await self._sheet.copies(effect.remembered)
        partners = {copy.key: [int(member) for member in (copy.relayed_to or "").split()] for copy in copies}
        await self._sheet.know({copy.member_id for copy in copies if copy.member_id is not None}.union(*partners.values()))
        replaced: list[dict[str, Any]] = []
        given_up: list[dict[str, Any]] = []
        for copy in copies:
            rows = waiting[copy.key]
            creating = next((row for row in rows if row.action in CREATING), None)
            content = self._changed(effect.card, card, copy.reason, partners[copy.key])
            target = Reader(copy.locale, self._sheet.common.zone) if copy.locale else self._sheet.reader(copy.member_id)
            if creating is not None and (_unsent(creating) or creating.state == State.LISTED):
                row = creating
            elif creating is None and copy.sent_at is None:
                continue  # it was never sent and never will be
            else:
                changes = [row for row in rows if row.action == Action.UPDATE]
                row = next((row for row in changes if row.state not in {State.SENDING, State.DEAD}), None)
                given_up += [{"row": row.id, "now": self._sheet.now} for row in changes if row.state == State.DEAD]
            if row is None:
                self._sheet.add(
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
                content = with_accounts(content, self._sheet.there[copy.workspace_id])
                replaced.append({"row": row.id, "content": content, "language": target.locale, "where": target.zone})
        if replaced:
            await self._sheet.connection.execute(queries.REPLACE, replaced)
        if given_up:  # a newer change takes their place
            await self._sheet.connection.execute(queries.CANCEL, given_up)

    def _changed(self, card: Card, encoded: str, reason: str, partners: Sequence[int]) -> str:
        """Return what a copy says from now on; what is a private message keeps why it came, and *Less of this*."""
        if not reason and not partners:
            return encoded
        if partners:
            card = with_ways(card, self._sheet.named(partners))
        return encode(with_reason(card, msgspec.json.decode(reason, type=Reason)) if reason else card)

    async def remove(self, effect: Remove) -> None:
        """Take every copy of a message back, or only those that wait."""
        await self._sheet.flush()
        await self._hold(effect.remembered)
        waiting = await self._waiting(effect.remembered)
        copies = await self._sheet.copies(effect.remembered)
        if effect.waiting:
            copies = [copy for copy in copies if any(_unsent(row) for row in waiting[copy.key])]
        await self._sheet.know({copy.member_id for copy in copies if copy.member_id is not None})
        cancelled: list[AnyRow] = []
        for copy in copies:
            rows = waiting[copy.key]
            creating = next((row for row in rows if row.action in CREATING), None)
            cancelled += [row for row in rows if row.action not in CREATING and row.state != State.SENDING]
            if creating is not None and (_unsent(creating) or creating.state == State.LISTED):
                cancelled.append(creating)
            elif creating is not None or copy.sent_at is not None:
                reader = self._sheet.reader(copy.member_id)
                self._sheet.add(
                    Action.REMOVE,
                    copy.workspace_id,
                    copy.lane,
                    "",
                    reader,
                    message_key=copy.key,
                    member_id=copy.member_id,
                    priority=_slowest(rows),
                )
        self._sheet.lanes.update(row.lane for row in cancelled)
        if cancelled:
            await self._sheet.connection.execute(queries.CANCEL, [{"row": row.id, "now": self._sheet.now} for row in cancelled])
        # What nobody has read took nobody's place.
        unread = [row.message_key for row in cancelled if row.action == Action.DIRECT and _unsent(row)]
        await budget.took_back(self._sheet.connection, unread)
        missed = [{"member_id": row.member_id} for row in cancelled if row.state == State.MISSED]
        if missed:
            await self._sheet.connection.execute(queries.FEWER_MISSED, missed)
        if copies:
            await self._sheet.connection.execute(queries.FORGET, [{"copy": copy.key, "now": self._sheet.now} for copy in copies])

    async def _hold(self, remembered: str) -> None:
        """Let nobody end or begin what concerns a message while it is changed here."""
        if self._sheet.connection.dialect.name == "postgresql":
            values = {"community": self._sheet.community.id, "remembered": remembered}
            await lock(self._sheet.connection, (await self._sheet.connection.execute(queries.LANES, values)).scalars())

    async def _waiting(self, remembered: str) -> dict[str, list[AnyRow]]:
        """Return the rows of each copy that are not done, or kept. Locked, and read before the copies: none slips in between."""
        rows: dict[str, list[AnyRow]] = defaultdict(list)
        for row in await self._sheet.connection.execute(
            queries.WAITING, {"community": self._sheet.community.id, "remembered": remembered}
        ):
            rows[row.message_key].append(row)
        return rows


def _unsent(row: AnyRow) -> bool:
    """Tell whether a waiting row is to make a message that certainly is not on its platform."""
    return row.action in CREATING and row.state != State.LISTED and (not row.attempts or row.state in KEPT)


def _slowest(rows: Iterable[AnyRow]) -> int | None:
    """Return the priority of a change that must not overtake what is still to be sent of its message; None where nothing is."""
    return max((row.priority for row in rows if row.state not in KEPT), default=None)
