"""The statements of `storage.settling`, built once: SQLAlchemy finds their compiled form without looking through them again."""

from __future__ import annotations

from sqlalchemy import BigInteger, Integer, and_, bindparam, case, literal, or_, select, update

from storage.outbox import MessageRow, OutboxRow, State
from storage.people import AccountRow, MemberRow
from storage.statements import listed

MINE = (
    select(
        OutboxRow.id,
        OutboxRow.community_id,
        OutboxRow.workspace_id,
        OutboxRow.due_at,
        OutboxRow.state,
        OutboxRow.first,
        OutboxRow.keep,
        OutboxRow.member_id,
    )
    .where(OutboxRow.id.in_(listed("rows", BigInteger)), OutboxRow.done_at.is_(None))
    .order_by(OutboxRow.id)
    .with_for_update(of=OutboxRow, skip_locked=True)
)
OPEN = select(OutboxRow.id).where(OutboxRow.id.in_(bindparam("rows", expanding=True)), OutboxRow.done_at.is_(None))
MEMBERS = (
    select(MemberRow.id)
    .where(MemberRow.id.in_(bindparam("members", expanding=True)))
    .order_by(MemberRow.id)
    .with_for_update(skip_locked=True)
)
ACCOUNTS = (
    select(AccountRow.id, AccountRow.workspace_id, AccountRow.external_id)
    .where(
        AccountRow.workspace_id.in_(bindparam("workspaces", expanding=True)),
        AccountRow.external_id.in_(bindparam("accounts", expanding=True)),
    )
    .order_by(AccountRow.id)
    .with_for_update(skip_locked=True)
)
_MAY_STAND = and_(OutboxRow.uncertain, OutboxRow.attempts == 1)
_MAY_STAND_NOW = and_(or_(OutboxRow.uncertain, bindparam("lost")), OutboxRow.attempts == 1)
"""It may have arrived: it must not look as if nobody had tried."""
_ROW = OutboxRow.id == bindparam("row")
SENT = (
    update(OutboxRow)
    .where(_ROW)
    .values(state=State.SENT, done_at=bindparam("now"), first=False, reference=bindparam("written"), reason="", card="")
)
REMEMBER = (
    update(MessageRow)
    .where(MessageRow.key == bindparam("of_copy"))
    .values(
        channel=bindparam("in_channel"), message=bindparam("as_message"), thread=bindparam("in_thread"), sent_at=bindparam("now")
    )
)
CONVERSE = update(AccountRow).where(AccountRow.id == bindparam("account")).values(conversation=bindparam("there"))
RETRY = (
    update(OutboxRow)
    .where(_ROW)
    .values(
        state=State.RETRY,
        due_at=bindparam("at"),
        reason=bindparam("why"),
        uncertain=or_(OutboxRow.uncertain, bindparam("lost")),
        attempts=OutboxRow.attempts - case((_MAY_STAND_NOW, 0), else_=bindparam("less", type_=Integer)),
    )
)
RETURN = (
    update(OutboxRow)
    .where(_ROW)
    .values(
        state=case((OutboxRow.attempts > 1, literal(State.RETRY.value)), else_=literal(State.PENDING.value)),
        attempts=OutboxRow.attempts - case((_MAY_STAND, 0), else_=1),
        due_at=bindparam("at"),
    )
)
GIVE_UP = (
    update(OutboxRow)
    .where(_ROW)
    .values(
        state=bindparam("what"),
        reason=bindparam("why"),
        done_at=bindparam("now"),
        first=False,
        uncertain=or_(OutboxRow.uncertain, bindparam("lost")),
    )
)
WAIT = (
    update(OutboxRow)
    .where(_ROW)
    .values(state=State.RETRY, reason=bindparam("why"), due_at=bindparam("now"), first=bindparam("stays"))
)
ONE_MORE_MISSED = update(MemberRow).where(MemberRow.id == bindparam("of_member")).values(missed=MemberRow.missed + 1)
LEFT = (
    update(AccountRow)
    .where(AccountRow.id == bindparam("account"), AccountRow.left_at.is_(None))
    .values(left_at=bindparam("now"), conversation="")
)
OTHERS = (
    select(OutboxRow.id, OutboxRow.lane)
    .where(
        OutboxRow.member_id == bindparam("of_member"),
        OutboxRow.workspace_id == bindparam("of_workspace"),
        OutboxRow.accounts == bindparam("to_account"),
        OutboxRow.done_at.is_(None),
        OutboxRow.state != State.SENDING,
    )
    .order_by(OutboxRow.id)
    .with_for_update(of=OutboxRow, skip_locked=True)
)
"""What else is to go to an account; what a handler is changing at the moment fails by itself later."""
CANCEL = (
    update(OutboxRow)
    .where(_ROW)
    .values(state=State.CANCELLED, done_at=bindparam("now"), reason=bindparam("why"), card="", first=False)
)
DEAD_ONES = (
    select(OutboxRow.id)
    .where(OutboxRow.id.in_(bindparam("rows", expanding=True)), OutboxRow.state == State.DEAD)
    .with_for_update(of=OutboxRow, skip_locked=True)
)
