"""The statements of `storage.deliveries`, built once: SQLAlchemy finds their compiled form without looking through them again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import BigInteger, Integer, and_, bindparam, case, exists, func, or_, select, union_all, update

from storage.base import aliased
from storage.communities import WorkspaceRow
from storage.outbox import BULK, KEPT, PRIORITIES, SOON, Action, MessageRow, OutboxRow, State
from storage.pace import PaceRow
from storage.people import AccountRow
from storage.statements import listed
from storage.stoppages import StoppageRow

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

_copy = aliased(MessageRow)
_parent = aliased(MessageRow)
_own = aliased(PaceRow)
_common = aliased(PaceRow)
_STOPPED = exists().where(StoppageRow.lane == "", StoppageRow.workspace_id == WorkspaceRow.id, StoppageRow.ended_at.is_(None))


def _due(priority: int) -> ColumnElement[bool]:
    """Tell whether something is due: the order makes the index the obvious way to look, whatever the planner thinks is there."""
    earliest = (
        select(OutboxRow.due_at)
        .where(
            OutboxRow.first,
            OutboxRow.workspace_id == WorkspaceRow.id,
            OutboxRow.priority == priority,
            OutboxRow.due_at <= bindparam("now"),
        )
        .order_by(OutboxRow.due_at)
        .limit(1)
        .correlate(WorkspaceRow)
    )
    return earliest.scalar_subquery().is_not(None)


WAITING = (
    select(
        WorkspaceRow.id,
        WorkspaceRow.platform,
        WorkspaceRow.external_id,
        _due(SOON).label("soon"),
        _due(BULK).label("bulk"),
        _own.free_at.label("paused"),
        _common.free_at.label("paused_together"),
    )
    .join(
        _own,
        and_(_own.scope == WorkspaceRow.platform + ":" + WorkspaceRow.external_id, _own.said_at <= bindparam("latest")),
        isouter=True,
    )
    .join(_common, and_(_common.scope == WorkspaceRow.platform, _common.said_at <= bindparam("latest")), isouter=True)
    .where(or_(_due(SOON), _due(BULK)), ~_STOPPED)
    .order_by(WorkspaceRow.id)
)
"""Two looks into the index for each workspace, however much waits in it."""
DUE = (
    select(
        OutboxRow.id,
        OutboxRow.key,
        OutboxRow.lane,
        OutboxRow.workspace_id,
        OutboxRow.priority,
        OutboxRow.action,
        OutboxRow.state,
        OutboxRow.attempts,
        OutboxRow.uncertain,
        OutboxRow.tried_at,
        OutboxRow.card,
        OutboxRow.locale,
        OutboxRow.zone,
        OutboxRow.channel,
        OutboxRow.accounts,
        OutboxRow.title,
        OutboxRow.own_time,
        OutboxRow.community_id,
        OutboxRow.due_at,
        AccountRow.acted,
        OutboxRow.member_id,
        OutboxRow.message_key,
        OutboxRow.thread_key,
        WorkspaceRow.platform,
        WorkspaceRow.external_id.label("workspace"),
        AccountRow.conversation,
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
    .join(
        AccountRow,
        and_(AccountRow.workspace_id == OutboxRow.workspace_id, AccountRow.external_id == OutboxRow.accounts),
        isouter=True,
    )
    .join(_copy, _copy.key == OutboxRow.message_key, isouter=True)
    .join(_parent, _parent.key == OutboxRow.thread_key, isouter=True)
    .where(
        OutboxRow.first,
        OutboxRow.workspace_id == bindparam("of_workspace"),
        OutboxRow.priority == bindparam("of_priority"),
        OutboxRow.due_at <= bindparam("now"),
    )
    .order_by(OutboxRow.due_at, OutboxRow.id)
    .limit(bindparam("most", type_=Integer))
    .with_for_update(of=OutboxRow, skip_locked=True)
)
LEASE = (
    update(OutboxRow)
    .where(OutboxRow.id.in_(listed("rows", BigInteger)))
    .values(
        uncertain=or_(OutboxRow.uncertain, OutboxRow.state == State.SENDING),
        state=State.SENDING,
        # A worker that ended while it held a message says nothing against the message: its next attempt counts as the same one.
        attempts=OutboxRow.attempts + case((OutboxRow.state == State.SENDING, 0), else_=1),
        tried_at=func.coalesce(OutboxRow.tried_at, bindparam("now")),
        due_at=bindparam("until"),
    )
)
GIVE_UP = (
    update(OutboxRow)
    .where(OutboxRow.id == bindparam("row"))
    .values(state=bindparam("what"), reason=bindparam("why"), done_at=bindparam("now"), first=False)
)
MERGE = (
    update(OutboxRow)
    .where(
        OutboxRow.message_key == bindparam("of_copy"),
        OutboxRow.action != Action.REMOVE,
        or_(OutboxRow.done_at.is_(None), OutboxRow.state.in_(KEPT)),
    )
    .values(card=bindparam("content"), locale=bindparam("language"), zone=bindparam("where"))
)
"""A message that was given up while its change waited says what it was changed to, where it is sent again."""

# One look for each workspace and priority: the first of each is found at once in the index, however many rows wait behind it.
_firsts = union_all(
    *(
        select(
            select(OutboxRow.due_at)
            .where(
                OutboxRow.first,
                OutboxRow.workspace_id == WorkspaceRow.id,
                OutboxRow.priority == priority,
                OutboxRow.due_at > bindparam("now"),
            )
            .order_by(OutboxRow.due_at)
            .limit(1)
            .correlate(WorkspaceRow)
            .scalar_subquery()
            .label("due_at"),
        )
        .select_from(WorkspaceRow)
        .where(~_STOPPED)
        for priority in PRIORITIES
    )
).subquery()
NEXT = select(func.min(_firsts.c.due_at))
