"""The statements of `storage.staging`, built once: SQLAlchemy finds their compiled form without looking through them again."""

from __future__ import annotations

from sqlalchemy import and_, bindparam, exists, insert, or_, select, update

from storage.communities import ChannelRole, WorkspaceRow
from storage.outbox import READABLE, STANDING, MessageRow, OutboxRow, State
from storage.people import AccountRow, MemberRow
from storage.stoppages import StoppageRow

CHANNELS = (
    select(ChannelRole.role, ChannelRole.workspace_id, ChannelRole.channel)
    .join(WorkspaceRow, WorkspaceRow.id == ChannelRole.workspace_id)
    .where(
        WorkspaceRow.community_id == bindparam("community"),
        WorkspaceRow.gone_at.is_(None),
        ChannelRole.role.in_(bindparam("roles", expanding=True)),
    )
    .order_by(ChannelRole.workspace_id)
)
# Where the bot is not let in, what it writes would wait: another workspace comes first.
_refused = exists().where(StoppageRow.workspace_id == WorkspaceRow.id, StoppageRow.lane == "", StoppageRow.ended_at.is_(None))
ACCOUNTS = (
    select(
        AccountRow.member_id,
        AccountRow.workspace_id,
        AccountRow.external_id,
        AccountRow.bot,
        AccountRow.last_seen,
        AccountRow.locale,
        AccountRow.zone,
        AccountRow.conversation,
        AccountRow.acted,
        WorkspaceRow.platform,
        MemberRow.name,
        MemberRow.locale.label("chosen_locale"),
        MemberRow.zone.label("chosen_zone"),
        MemberRow.workdays,
        MemberRow.workhours,
        MemberRow.quiet,
    )
    .join(MemberRow, MemberRow.id == AccountRow.member_id)
    .join(WorkspaceRow, WorkspaceRow.id == AccountRow.workspace_id)
    .where(
        AccountRow.member_id.in_(bindparam("members", expanding=True)),
        AccountRow.left_at.is_(None),
        MemberRow.left_at.is_(None),
        MemberRow.community_id == bindparam("community"),
        WorkspaceRow.gone_at.is_(None),
    )
    .order_by(_refused, AccountRow.last_seen.desc(), AccountRow.id.desc())
)
_THIS_MESSAGE = (
    MessageRow.community_id == bindparam("community"),
    MessageRow.name == bindparam("remembered"),
    MessageRow.removed_at.is_(None),
)
COPIES = (
    select(
        MessageRow.key,
        MessageRow.workspace_id,
        MessageRow.member_id,
        MessageRow.lane,
        MessageRow.locale,
        MessageRow.sent_at,
        MessageRow.relayed_to,
        MessageRow.reason,
        OutboxRow.priority,
    )
    .join(OutboxRow, and_(OutboxRow.key == MessageRow.key, OutboxRow.done_at.is_(None)), isouter=True)
    .where(*_THIS_MESSAGE)
    .order_by(MessageRow.workspace_id, MessageRow.key)
)
LANES = select(MessageRow.lane).where(*_THIS_MESSAGE).distinct()
PLACES = select(MessageRow.workspace_id).where(*_THIS_MESSAGE, STANDING)
WAITING = (
    select(
        OutboxRow.id,
        OutboxRow.message_key,
        OutboxRow.action,
        OutboxRow.state,
        OutboxRow.attempts,
        OutboxRow.lane,
        OutboxRow.priority,
        OutboxRow.member_id,
    )
    .join(MessageRow, MessageRow.key == OutboxRow.message_key)
    .where(*_THIS_MESSAGE, or_(OutboxRow.done_at.is_(None), OutboxRow.state.in_(READABLE)))
    .order_by(OutboxRow.id)
    .with_for_update(of=OutboxRow)
)
REPLACE = (
    update(OutboxRow)
    .where(OutboxRow.id == bindparam("row"))
    .values(card=bindparam("content"), locale=bindparam("language"), zone=bindparam("where"))
)
CANCEL = (
    update(OutboxRow)
    .where(OutboxRow.id == bindparam("row"))
    .values(state=State.CANCELLED, done_at=bindparam("now"), card="", first=False)
)
FORGET = update(MessageRow).where(MessageRow.key == bindparam("copy")).values(removed_at=bindparam("now"))
FEWER_MISSED = update(MemberRow).where(MemberRow.id == bindparam("member_id")).values(missed=MemberRow.missed - 1)
NONE_MISSED = update(MemberRow).where(MemberRow.id == bindparam("member_id")).values(missed=0)
MISSED = (
    select(OutboxRow.id, OutboxRow.card)
    .where(OutboxRow.member_id == bindparam("member"), OutboxRow.state == State.MISSED)
    .order_by(OutboxRow.id)
)
SHOWN = update(OutboxRow).where(OutboxRow.id == bindparam("row")).values(state=State.SHOWN, card="")
HELD = (
    select(OutboxRow.id, OutboxRow.member_id, MessageRow.name)
    .join(MessageRow, MessageRow.key == OutboxRow.message_key)
    .where(OutboxRow.member_id.in_(bindparam("members", expanding=True)), OutboxRow.state == State.HELD)
)
ADD_ROWS, ADD_MESSAGES = insert(OutboxRow), insert(MessageRow)
