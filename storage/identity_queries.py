"""The statements of `storage.identity`, built once: SQLAlchemy finds their compiled form without looking through them again."""

from __future__ import annotations

from sqlalchemy import Integer, bindparam, cast, exists, func, select, update

from storage.base import aliased
from storage.communities import CommunityRow, WorkspaceRow
from storage.locks import SPACE
from storage.people import AccountRow, MemberRow

_later = aliased(AccountRow)
_PLACE = (
    WorkspaceRow.id.label("workspace"),
    WorkspaceRow.platform,
    WorkspaceRow.external_id.label("workspace_external_id"),
    WorkspaceRow.name.label("workspace_name"),
    WorkspaceRow.gone_at,
    CommunityRow.id.label("community"),
    CommunityRow.name.label("community_name"),
    CommunityRow.locale.label("community_locale"),
    CommunityRow.zone.label("community_zone"),
)
_ACCOUNT = (
    AccountRow.id.label("account"),
    AccountRow.external_id.label("account_external_id"),
    AccountRow.name.label("account_name"),
    AccountRow.locale.label("account_locale"),
    AccountRow.zone.label("account_zone"),
    AccountRow.administrator,
    AccountRow.bot,
    AccountRow.last_seen,
    AccountRow.acted,
    AccountRow.left_at.label("account_left_at"),
    MemberRow.id,
    MemberRow.name,
    MemberRow.locale,
    MemberRow.zone,
    MemberRow.animator,
    MemberRow.joined_at,
    MemberRow.left_at,
    MemberRow.missed,
)
_PLACES = select(*_PLACE).join(CommunityRow, CommunityRow.id == WorkspaceRow.community_id)
THERE = _PLACES.where(WorkspaceRow.platform == bindparam("platform"), WorkspaceRow.external_id == bindparam("workspace_id"))
ANYWHERE = (
    _PLACES.where(WorkspaceRow.platform == bindparam("platform"), WorkspaceRow.gone_at.is_(None)).order_by(WorkspaceRow.id).limit(1)
)
_ACTING = (
    select(
        *_PLACE,
        *_ACCOUNT,
        exists().where(_later.member_id == MemberRow.id, _later.last_seen > AccountRow.last_seen).label("seen_elsewhere"),
    )
    .select_from(AccountRow)
    .join(WorkspaceRow, WorkspaceRow.id == AccountRow.workspace_id)
    .join(CommunityRow, CommunityRow.id == WorkspaceRow.community_id)
    .join(MemberRow, MemberRow.id == AccountRow.member_id)
    .where(WorkspaceRow.platform == bindparam("platform"), AccountRow.external_id == bindparam("account_id"))
)
FIND = _ACTING.where(WorkspaceRow.external_id == bindparam("workspace_id"))
FIND_ANYWHERE = _ACTING.order_by(
    WorkspaceRow.gone_at.is_(None).desc(), AccountRow.left_at.is_(None).desc(), AccountRow.last_seen.desc()
).limit(1)
# The lock of the community is taken by the statement that finds it: what the handler reads afterwards is still true when it writes.
_held = func.pg_advisory_xact_lock(SPACE, cast(CommunityRow.id, Integer)).label("held")
FIND_HELD, FIND_ANYWHERE_HELD = FIND.add_columns(_held), FIND_ANYWHERE.add_columns(_held)
KNOWN = (
    select(*_ACCOUNT)
    .select_from(AccountRow)
    .join(MemberRow, MemberRow.id == AccountRow.member_id)
    .where(AccountRow.workspace_id == bindparam("workspace_id"), AccountRow.external_id.in_(bindparam("ids", expanding=True)))
)
ACCOUNTS = select(AccountRow.member_id, AccountRow.external_id).where(
    AccountRow.workspace_id == bindparam("workspace_id"),
    AccountRow.member_id.in_(bindparam("ids", expanding=True)),
    AccountRow.left_at.is_(None),
)
SAME_PERSON = (
    select(AccountRow.member_id)
    .join(WorkspaceRow, WorkspaceRow.id == AccountRow.workspace_id)
    .where(
        WorkspaceRow.community_id == bindparam("community_id"),
        WorkspaceRow.platform == bindparam("platform"),
        AccountRow.external_id == bindparam("account_id"),
    )
    .limit(1)
)
COMMUNITY = select(CommunityRow.id, CommunityRow.name, CommunityRow.locale, CommunityRow.zone).where(
    CommunityRow.id == bindparam("community_id")
)
RENAME = update(MemberRow).where(MemberRow.id == bindparam("member_id")).values(name=bindparam("new"), folded=bindparam("like"))
