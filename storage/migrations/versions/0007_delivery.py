"""The first message of each conversation, how fast messages may go, what was stopped, and known private conversations."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.base import Instant

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "pace",
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("free_at", Instant(), nullable=False),
        sa.Column("said_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("scope", name="pk_pace"),
    )
    op.create_table(
        "process",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("seen_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_process"),
    )
    op.create_table(
        "stoppage",
        sa.Column("id", KEY, primary_key=True, autoincrement=True),
        sa.Column(
            "community_id", KEY, sa.ForeignKey("community.id", ondelete="CASCADE", name="fk_stoppage_community_id"), nullable=False
        ),
        sa.Column(
            "workspace_id", KEY, sa.ForeignKey("workspace.id", ondelete="CASCADE", name="fk_stoppage_workspace_id"), nullable=False
        ),
        sa.Column("lane", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("since", Instant(), nullable=False),
        sa.Column("told_at", Instant(), nullable=True),
        sa.Column("ended_at", Instant(), nullable=True),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_stoppage_community_id", "stoppage", ["community_id"])
    standing = sa.text("ended_at IS NULL")
    op.create_index(
        "uq_stoppage_standing", "stoppage", ["lane", "workspace_id"], unique=True, sqlite_where=standing, postgresql_where=standing
    )
    # SQLite adds and drops plain columns in place: the tables that others refer to are not made again.
    op.add_column("account", sa.Column("conversation", sa.String(), nullable=False, server_default=""))
    # A known member is nobody's stranger: only those met from now on count as such until they act.
    op.add_column("account", sa.Column("acted", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute(sa.text("UPDATE account SET acted = true"))
    op.add_column("outbox", sa.Column("first", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("outbox", sa.Column("uncertain", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("outbox", sa.Column("tried_at", Instant(), nullable=True))
    op.drop_index("ix_outbox_due", "outbox")
    op.drop_index("ix_outbox_lane", "outbox")
    op.execute(sa.text("UPDATE outbox SET tried_at = created_at, uncertain = true WHERE attempts > 0 AND done_at IS NULL"))
    op.execute(
        sa.text(
            "UPDATE outbox SET first = true WHERE done_at IS NULL AND NOT EXISTS (SELECT 1 FROM outbox AS earlier"
            " WHERE earlier.lane = outbox.lane AND earlier.done_at IS NULL AND (earlier.priority < outbox.priority"
            " OR (earlier.priority = outbox.priority AND earlier.id < outbox.id)))"
        )
    )
    waiting, first = sa.text("done_at IS NULL"), {"sqlite_where": sa.text("first = 1"), "postgresql_where": sa.text("first")}
    op.create_index("ix_outbox_lane", "outbox", ["lane", "priority", "id"], sqlite_where=waiting, postgresql_where=waiting)
    op.create_index("ix_outbox_due", "outbox", ["workspace_id", "priority", "due_at", "id"], **first)
    op.create_index("uq_outbox_first", "outbox", ["lane"], unique=True, **first)
    dead = sa.text("state = 'dead'")
    op.create_index("ix_outbox_dead", "outbox", ["community_id", "done_at"], sqlite_where=dead, postgresql_where=dead)


def downgrade() -> None:
    op.drop_index("ix_outbox_dead", "outbox")
    op.drop_index("uq_outbox_first", "outbox")
    op.drop_index("ix_outbox_due", "outbox")
    op.drop_index("ix_outbox_lane", "outbox")
    op.drop_column("outbox", "tried_at")
    op.drop_column("outbox", "uncertain")
    op.drop_column("outbox", "first")
    waiting = sa.text("done_at IS NULL")
    op.create_index("ix_outbox_due", "outbox", ["priority", "due_at", "id"], sqlite_where=waiting, postgresql_where=waiting)
    op.create_index("ix_outbox_lane", "outbox", ["lane", "id"], sqlite_where=waiting, postgresql_where=waiting)
    op.drop_column("account", "acted")
    op.drop_column("account", "conversation")
    op.drop_table("stoppage")
    op.drop_table("process")
    op.drop_table("pace")
