"""The outbox as the delivery worker sees it: leases, attempts, and what became of each row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec
from sqlalchemy import Integer, and_, bindparam, case, exists, func, literal, select, union_all, update
from sqlalchemy.orm import aliased

from bot.ports import Parcel, Reference
from bot.ui import Card
from storage.communities import WorkspaceRow
from storage.mentions import decode
from storage.outbox import CREATING, PRIORITIES, Action, MessageRow, OutboxRow, State
from storage.people import MemberRow

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement

    from storage.engine import Engines
    from storage.statements import AnyRow

NOTHING: Final = Card(body="–")
"""The content of a removal, which shows none."""
DM_CLOSED: Final = "dm_closed"

_earlier = aliased(OutboxRow)
_copy = aliased(MessageRow)
_parent = aliased(MessageRow)


def _first_in_lane() -> ColumnElement[bool]:
    """Nothing open stands before it in its conversation: an update never overtakes its post, a reply never its question."""
    return ~exists().where(_earlier.lane == OutboxRow.lane, _earlier.done_at.is_(None), _earlier.id < OutboxRow.id)


DUE = (
    select(
        OutboxRow.id,
        OutboxRow.key,
        OutboxRow.action,
        OutboxRow.attempts,
        OutboxRow.card,
        OutboxRow.locale,
        OutboxRow.zone,
        OutboxRow.channel,
        OutboxRow.accounts,
        OutboxRow.title,
        OutboxRow.due_at,
        OutboxRow.thread_key,
        WorkspaceRow.platform,
        WorkspaceRow.external_id.label("workspace"),
        _copy.channel.label("copy_channel"),
        _copy.message.label("copy_message"),
        _copy.thread.label("copy_thread"),
        _copy.sent_at.label("copy_sent_at"),
        _parent.channel.label("parent_channel"),
        _parent.message.label("parent_message"),
        _parent.thread.label("parent_thread"),
        _parent.sent_at.label("parent_sent_at"),
    )
    .select_from(OutboxRow)
    .join(WorkspaceRow, WorkspaceRow.id == OutboxRow.workspace_id)
    .join(_copy, _copy.key == OutboxRow.message_key, isouter=True)
    .join(_parent, _parent.key == OutboxRow.thread_key, isouter=True)
    .where(OutboxRow.done_at.is_(None), OutboxRow.due_at <= bindparam("now"), _first_in_lane())
    .order_by(OutboxRow.priority, OutboxRow.due_at, OutboxRow.id)
    .limit(bindparam("most", type_=Integer))
    .with_for_update(of=OutboxRow, skip_locked=True)
)
_LEASE = (
    update(OutboxRow)
    .where(OutboxRow.id.in_(bindparam("rows", expanding=True)))
    .values(state=State.SENDING, attempts=OutboxRow.attempts + 1, due_at=bindparam("until"))
)
_GIVE_UP = (
    update(OutboxRow)
    .where(OutboxRow.id == bindparam("row"))
    .values(state=bindparam("what"), reason=bindparam("why"), done_at=bindparam("now"))
)
_SENT = (
    update(OutboxRow)
    .where(OutboxRow.id == bindparam("row"), OutboxRow.state != State.SENT)
    .values(state=State.SENT, done_at=bindparam("now"), reference=bindparam("written"), reason="", card="")
    .returning(OutboxRow.message_key, OutboxRow.action)
)
_REMEMBER = (
    update(MessageRow)
    .where(MessageRow.key == bindparam("copy"))
    .values(
        channel=bindparam("in_channel"), message=bindparam("as_message"), thread=bindparam("in_thread"), sent_at=bindparam("now")
    )
)
# A worker whose lease ended must not undo what the next one did: it speaks of its own attempt only.
_MINE = (OutboxRow.id == bindparam("row"), OutboxRow.attempts == bindparam("attempt"), OutboxRow.state == State.SENDING)
_RETRY = update(OutboxRow).where(*_MINE).values(state=State.RETRY, due_at=bindparam("at"), reason=bindparam("why"))
_DEAD = (
    update(OutboxRow)
    .where(*_MINE)
    .values(
        state=case(
            (and_(OutboxRow.keep, bindparam("why") == literal(DM_CLOSED)), literal(State.MISSED.value)),
            else_=literal(State.DEAD.value),
        ),
        reason=bindparam("why"),
        done_at=bindparam("now"),
    )
    .returning(OutboxRow.state, OutboxRow.member_id)
)
_ONE_MORE_MISSED = update(MemberRow).where(MemberRow.id == bindparam("member_id")).values(missed=MemberRow.missed + 1)
# One look for each priority: the first of each is found at once in the index, however many rows wait behind it.
_firsts = union_all(
    *(
        select(
            select(OutboxRow.due_at)
            .where(OutboxRow.priority == priority, OutboxRow.done_at.is_(None), _first_in_lane())
            .order_by(OutboxRow.due_at)
            .limit(1)
            .scalar_subquery()
            .label("due_at")
        )
        for priority in PRIORITIES
    )
).subquery()
NEXT = select(func.min(_firsts.c.due_at))


class StoredDeliveries:
    """`ports.Deliveries` on the database; each call is a short transaction of its own."""

    def __init__(self, engines: Engines) -> None:
        self._engines = engines

    async def claim(self, now: dt.datetime, lease: dt.timedelta, limit: int) -> Sequence[Parcel]:
        """Lease rows that are due, oldest first and one of each conversation; the attempt is recorded before anything is sent."""
        async with self._engines.write.begin() as connection:
            rows = (await connection.execute(DUE, {"now": now, "most": limit})).all()
            parcels: list[Parcel] = []
            hopeless: list[dict[str, Any]] = []
            for row in rows:
                outcome = _parcel(row)
                if isinstance(outcome, Parcel):
                    parcels.append(outcome)
                else:
                    hopeless.append({"row": row.id, "now": now, "what": outcome[0], "why": outcome[1]})
            if parcels:
                await connection.execute(_LEASE, {"rows": [parcel.id for parcel in parcels], "until": now + lease})
            if hopeless:
                await connection.execute(_GIVE_UP, hopeless)
        # Behind a hopeless row another of its conversation may be due.
        return parcels or (await self.claim(now, lease, limit) if hopeless else [])

    async def sent(self, parcel: Parcel, reference: Reference | None, now: dt.datetime) -> None:
        """Record that a message is on its platform; its content is forgotten here."""
        written = msgspec.json.encode(reference).decode() if reference is not None else ""
        async with self._engines.write.begin() as connection:
            row = (await connection.execute(_SENT, {"row": parcel.id, "now": now, "written": written})).one_or_none()
            if row is not None and row.message_key is not None and row.action in CREATING and reference is not None:
                await connection.execute(
                    _REMEMBER,
                    {
                        "copy": row.message_key,
                        "in_channel": reference.channel,
                        "as_message": reference.message,
                        "in_thread": reference.thread,
                        "now": now,
                    },
                )

    async def retry(self, parcel: Parcel, at: dt.datetime, reason: str) -> None:
        """Give a row back, to be tried again at an instant."""
        async with self._engines.write.begin() as connection:
            await connection.execute(_RETRY, {"row": parcel.id, "attempt": parcel.attempt, "at": at, "why": reason})

    async def dead(self, parcel: Parcel, reason: str, now: dt.datetime) -> None:
        """Record that a message cannot be delivered, and why; a kept one waits for the member behind closed DMs."""
        values = {"row": parcel.id, "attempt": parcel.attempt, "why": reason, "now": now}
        async with self._engines.write.begin() as connection:
            row = (await connection.execute(_DEAD, values)).one_or_none()
            if row is not None and row.state == State.MISSED and row.member_id is not None:
                await connection.execute(_ONE_MORE_MISSED, {"member_id": row.member_id})

    async def next_due(self) -> dt.datetime | None:
        """Return when the next row is due, or None; for one that is being sent, when its lease ends."""
        async with self._engines.read.connect() as connection:
            return (await connection.execute(NEXT)).scalar_one_or_none()


def _parcel(row: AnyRow) -> Parcel | tuple[State, str]:
    """Return what to hand to the platform, or what becomes of a row that has nowhere to go."""
    needs_copy = row.action in {Action.UPDATE, Action.REMOVE}
    if (needs_copy and row.copy_sent_at is None) or (row.thread_key is not None and row.parent_sent_at is None):
        return State.CANCELLED, "never_sent"
    try:
        card = decode(row.card) if row.action != Action.REMOVE else NOTHING
    except msgspec.DecodeError:
        return State.DEAD, "unreadable"
    in_thread = row.thread_key is not None
    return Parcel(
        id=row.id,
        key=row.key,
        platform=row.platform,
        workspace=row.workspace,
        action=row.action,
        card=card,
        locale=row.locale,
        zone=row.zone,
        attempt=row.attempts + 1,
        channel=row.parent_channel if in_thread else row.channel,
        thread=(row.parent_thread or row.parent_message) if in_thread else "",
        accounts=tuple(row.accounts.split()),
        title=row.title,
        reference=Reference(row.copy_channel, row.copy_message, row.copy_thread) if needs_copy else None,
    )
