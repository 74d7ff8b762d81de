"""What is yet to be said to somebody, or about them: taken back, for they are being erased."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any, Final

import msgspec
from sqlalchemy import bindparam, or_, select, update

from bot.i18n import plain
from storage import budget
from storage import staging_queries as queries
from storage.base import Repository
from storage.departures import FORMER
from storage.lanes import lock, promote
from storage.letters import discard
from storage.mentions import mentioned, renamed
from storage.outbox import CREATING, READABLE, Action, MessageRow, OutboxRow, State
from storage.people import AccountRow

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection

    from storage.statements import AnyRow

_OPEN: Final = (
    select(
        *(OutboxRow.id, OutboxRow.member_id, OutboxRow.lane, OutboxRow.card, OutboxRow.action, OutboxRow.state),
        *(OutboxRow.attempts, OutboxRow.key, OutboxRow.workspace_id, OutboxRow.accounts),
    )
    .where(
        OutboxRow.community_id == bindparam("community"),
        OutboxRow.card != "",
        or_(OutboxRow.done_at.is_(None), OutboxRow.state.in_(READABLE)),
        or_(
            OutboxRow.member_id == bindparam("member"),
            OutboxRow.card.contains(bindparam("mention")),
            OutboxRow.action == Action.CONNECT,
        ),
    )
    .order_by(OutboxRow.id)
)
_SAYS: Final = ("title", "body", "note", "why")
"""The parts of a card by which a message is about somebody; elsewhere they are named beside what it is about."""


class Unwritten(Repository):
    """The messages of a community that have not gone out."""

    async def take_back(self, member: int, now: dt.datetime) -> None:
        """Cancel what waits for a member, and what was to be said of them; elsewhere they are named no more.

        What a platform is just being handed cannot be taken back.
        """
        wanted = {"community": self.community.id, "member": member, "mention": f'"member":{member},'}
        rows = (await self.connection.execute(_OPEN, wanted)).all()
        there = await self._accounts(member)
        concerned = [row for row in rows if row.member_id == member or member in mentioned(row.card) or _is_in(row, there)]
        await lock(self.connection, {row.lane for row in concerned})
        cancelled = [row for row in concerned if row.state != State.SENDING and (_is_in(row, there) or _is_about(row, member))]
        await discard(self.connection, [row.id for row in cancelled], now)
        await budget.took_back(self.connection, [row.key for row in cancelled if row.action == Action.DIRECT])
        fewer = [{"member_id": row.member_id} for row in cancelled if row.state == State.MISSED]
        if fewer:
            await self.connection.execute(queries.FEWER_MISSED, fewer)
        gone = {row.id for row in cancelled}
        name = plain(FORMER, self.community.locale)
        for row in concerned:
            if row.id not in gone:
                card = renamed(row.card, member, name)
                await self.connection.execute(update(OutboxRow).where(OutboxRow.id == row.id).values(card=card))
        await promote(self.connection, {row.lane for row in cancelled})

    async def rename_lanes(self, workspace: int, account: str) -> None:
        """Give the conversations of several that an account is in names without its id.

        Only those with the id somewhere in their name are read, and of them those are meant where it is one of the accounts.
        """
        found: set[str] = set()
        for table in (OutboxRow, MessageRow):
            named = table.lane.contains(f"&{account}", autoescape=True)
            lanes = select(table.lane).where(table.workspace_id == workspace, named).distinct()
            found.update(lane for lane in (await self.connection.execute(lanes)).scalars() if account in lane.split("&")[1:])
        going = select(OutboxRow.lane).where(OutboxRow.state == State.SENDING, OutboxRow.workspace_id == workspace)
        # What is being sent at this moment is followed up by the name that it was taken with.
        found.difference_update((await self.connection.execute(going)).scalars())
        for lane in sorted(found):
            others = [part for part in lane.split("&")[1:] if part != account]
            fresh = "&".join((str(workspace), *others, f"-{secrets.token_urlsafe(6)}"))
            for table in (OutboxRow, MessageRow):
                await self.connection.execute(update(table).where(table.lane == lane).values(lane=fresh))
        of_several = (OutboxRow.workspace_id == workspace, OutboxRow.action == Action.CONNECT, OutboxRow.done_at.is_not(None))
        kept = select(OutboxRow.id, OutboxRow.accounts).where(*of_several, OutboxRow.accounts.contains(account, autoescape=True))
        for row in (await self.connection.execute(kept)).all():
            if account in row.accounts.split():
                others = " ".join(one for one in row.accounts.split() if one != account)
                await self.connection.execute(update(OutboxRow).where(OutboxRow.id == row.id).values(accounts=others, title=""))

    async def _accounts(self, member: int) -> Collection[tuple[int, str]]:
        rows = await self.connection.execute(
            select(AccountRow.workspace_id, AccountRow.external_id).where(AccountRow.member_id == member)
        )
        return {(row.workspace_id, row.external_id) for row in rows}


def _is_in(row: AnyRow, there: Collection[tuple[int, str]]) -> bool:
    """Tell whether a message opens a conversation with one of these accounts."""
    return row.action == Action.CONNECT and any((row.workspace_id, account) in there for account in row.accounts.split())


def _is_about(row: AnyRow, member: int) -> bool:
    """Tell whether a message is to a member, or says something of them."""
    if row.member_id == member:
        return True
    card: dict[str, Any] = msgspec.json.decode(row.card)
    said = msgspec.json.encode([card.get(part) for part in _SAYS]).decode()
    return row.action in CREATING and member in mentioned(said)
