"""The core: communities, workspaces, members, accounts, dialogs, deliveries, the outbox, schedules.

A later revision is a file like this one: the next number, and in `down_revision` the number before.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
OPEN = sa.text("done_at IS NULL")
DONE = sa.text("done_at IS NOT NULL")


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "community",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("configured_as", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("locale", sa.String(), nullable=False),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_community")),
        sa.UniqueConstraint("configured_as", name=op.f("uq_community_configured_as")),
    )
    op.create_table(
        "delivery",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("seen_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery")),
    )
    op.create_index(op.f("ix_delivery_seen_at"), "delivery", ["seen_at"], unique=False)
    op.create_table(
        "member",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("community_id", KEY, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("folded", sa.String(), nullable=False),
        sa.Column("locale", sa.String(), nullable=False),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("animator", sa.Boolean(), nullable=False),
        sa.Column("appointed", sa.Boolean(), nullable=False),
        sa.Column("bot", sa.Boolean(), nullable=False),
        sa.Column("missed", sa.Integer(), nullable=False),
        sa.Column("joined_at", INSTANT, nullable=False),
        sa.Column("left_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_member_community_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_member")),
    )
    op.create_index(op.f("ix_member_community_id"), "member", ["community_id"], unique=False)
    op.create_table(
        "schedule",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("community_id", KEY, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("interval", sa.Integer(), nullable=False),
        sa.Column("local_time", sa.String(), nullable=False),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("grace", sa.Integer(), nullable=True),
        sa.Column("next_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_schedule_community_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_schedule")),
        sa.UniqueConstraint("community_id", "name", name=op.f("uq_schedule_community_id_name")),
    )
    op.create_index(op.f("ix_schedule_community_id"), "schedule", ["community_id"], unique=False)
    op.create_index(op.f("ix_schedule_next_at"), "schedule", ["next_at"], unique=False)
    op.create_table(
        "workspace",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("community_id", KEY, nullable=False),
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("external_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("gone_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_workspace_community_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workspace")),
        sa.UniqueConstraint("platform", "external_id", name=op.f("uq_workspace_platform_external_id")),
    )
    op.create_index(op.f("ix_workspace_community_id"), "workspace", ["community_id"], unique=False)
    op.create_table(
        "account",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("workspace_id", KEY, nullable=False),
        sa.Column("external_id", sa.String(), nullable=False),
        sa.Column("member_id", KEY, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("locale", sa.String(), nullable=False),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("administrator", sa.Boolean(), nullable=False),
        sa.Column("animator", sa.Boolean(), nullable=False),
        sa.Column("bot", sa.Boolean(), nullable=False),
        sa.Column("last_seen", INSTANT, nullable=False),
        sa.Column("left_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_account_member_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=op.f("fk_account_workspace_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("workspace_id", "external_id", name=op.f("uq_account_workspace_id_external_id")),
    )
    op.create_index(op.f("ix_account_external_id"), "account", ["external_id"], unique=False)
    op.create_index(op.f("ix_account_member_id"), "account", ["member_id"], unique=False)
    op.create_table(
        "channel_role",
        sa.Column("workspace_id", KEY, nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=op.f("fk_channel_role_workspace_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("workspace_id", "role", name=op.f("pk_channel_role")),
    )
    op.create_table(
        "form",
        sa.Column("member_id", KEY, nullable=False),
        sa.Column("submit", sa.String(), nullable=False),
        sa.Column("shape", sa.String(), nullable=False),
        sa.Column("typed", sa.String(), nullable=False),
        sa.Column("kept_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_form_member_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("member_id", "submit", name=op.f("pk_form")),
    )
    op.create_index(op.f("ix_form_kept_at"), "form", ["kept_at"], unique=False)
    op.create_table(
        "message",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("community_id", KEY, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("workspace_id", KEY, nullable=False),
        sa.Column("member_id", KEY, nullable=True),
        sa.Column("lane", sa.String(), nullable=False),
        sa.Column("locale", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("message", sa.String(), nullable=False),
        sa.Column("thread", sa.String(), nullable=False),
        sa.Column("sent_at", INSTANT, nullable=True),
        sa.Column("removed_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_message_community_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_message_member_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=op.f("fk_message_workspace_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_message")),
    )
    op.create_index("ix_message_community_id_name", "message", ["community_id", "name"], unique=False)
    op.create_index(op.f("ix_message_member_id"), "message", ["member_id"], unique=False)
    op.create_table(
        "occurrence",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("schedule_id", KEY, nullable=False),
        sa.Column("due_at", INSTANT, nullable=False),
        sa.Column("taken_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["schedule_id"], ["schedule.id"], name=op.f("fk_occurrence_schedule_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_occurrence")),
        sa.UniqueConstraint("schedule_id", "due_at", name=op.f("uq_occurrence_schedule_id_due_at")),
    )
    op.create_table(
        "outbox",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("community_id", KEY, nullable=False),
        sa.Column("workspace_id", KEY, nullable=False),
        sa.Column("member_id", KEY, nullable=True),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("lane", sa.String(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", INSTANT, nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("accounts", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("card", sa.String(), nullable=False),
        sa.Column("locale", sa.String(), nullable=False),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("keep", sa.Boolean(), nullable=False),
        sa.Column("message_key", sa.String(), nullable=True),
        sa.Column("thread_key", sa.String(), nullable=True),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("done_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_outbox_community_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_outbox_member_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["message_key"], ["message.key"], name=op.f("fk_outbox_message_key"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=op.f("fk_outbox_workspace_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("key", name=op.f("uq_outbox_key")),
    )
    op.create_index("ix_outbox_due", "outbox", ["priority", "due_at", "id"], unique=False, sqlite_where=OPEN, postgresql_where=OPEN)
    op.create_index("ix_outbox_lane", "outbox", ["lane", "id"], unique=False, sqlite_where=OPEN, postgresql_where=OPEN)
    op.create_index("ix_outbox_done", "outbox", ["done_at"], unique=False, sqlite_where=DONE, postgresql_where=DONE)
    op.create_index(op.f("ix_outbox_member_id"), "outbox", ["member_id"], unique=False)
    op.create_index(op.f("ix_outbox_message_key"), "outbox", ["message_key"], unique=False)


def downgrade() -> None:
    """Drop the tables."""
    for table in (
        "outbox",
        "occurrence",
        "message",
        "form",
        "channel_role",
        "account",
        "workspace",
        "schedule",
        "member",
        "delivery",
        "community",
    ):
        op.drop_table(table)
