"""What was stopped, since trying again cannot help: a conversation whose channel is gone, a workspace that refuses the bot."""

from __future__ import annotations

import datetime as dt  # noqa: TC003 - SQLAlchemy resolves these annotations at run time

from sqlalchemy import ForeignKey, Index, bindparam, exists, select, text, update

from storage.base import Base, InCommunity, Key, Mapped, aliased, mapped_column
from storage.communities import WorkspaceRow
from storage.outbox import OutboxRow, State


class StoppageRow(Base):
    """A conversation, or with an empty `lane` a whole workspace, where nothing is sent until `ended_at`; its messages wait.

    `reason` is that of the refusal; `told_at` is when the animators got their one notice.
    """

    __tablename__ = "stoppage"
    __table_args__ = (Index("uq_stoppage_standing", "lane", "workspace_id", unique=True, sqlite_where=text("ended_at IS NULL")),)

    id: Mapped[Key]
    community_id: Mapped[InCommunity]
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspace.id", ondelete="CASCADE"))
    lane: Mapped[str]
    reason: Mapped[str]
    since: Mapped[dt.datetime]
    told_at: Mapped[dt.datetime | None]
    ended_at: Mapped[dt.datetime | None]


ADMITTED = (
    update(StoppageRow)
    .where(
        StoppageRow.lane == "",
        StoppageRow.ended_at.is_(None),
        StoppageRow.workspace_id.in_(
            select(WorkspaceRow.id).where(WorkspaceRow.platform.in_(bindparam("platforms", expanding=True)))
        ),
    )
    .values(ended_at=bindparam("now"))
)
"""Ends what was stopped in whole workspaces of some platforms."""

_later = aliased(StoppageRow)
REFUSED_AGAIN = (
    update(StoppageRow)
    .where(
        StoppageRow.workspace_id == bindparam("of_workspace"),
        StoppageRow.lane == "",
        StoppageRow.reason == bindparam("why"),
        StoppageRow.ended_at.is_not(None),
        ~exists().where(_later.workspace_id == StoppageRow.workspace_id, _later.lane == "", _later.id > StoppageRow.id),
        ~exists().where(
            OutboxRow.workspace_id == StoppageRow.workspace_id,
            OutboxRow.state == State.SENT,
            OutboxRow.done_at > StoppageRow.ended_at,
        ),
    )
    .values(ended_at=None)
)
"""Nothing got through since the last stoppage ended: it goes on, and the animators know of it."""
