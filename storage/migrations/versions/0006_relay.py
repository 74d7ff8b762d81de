"""Pairs whose words are passed on, the buttons of their messages, and which workspaces were greeted."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.base import Instant

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "relay",
        sa.Column(
            "one_id",
            KEY,
            sa.ForeignKey("member.id", ondelete="CASCADE", name="fk_relay_one_id"),
            nullable=False,
            autoincrement=False,
        ),
        sa.Column(
            "other_id",
            KEY,
            sa.ForeignKey("member.id", ondelete="CASCADE", name="fk_relay_other_id"),
            nullable=False,
            autoincrement=False,
        ),
        sa.Column(
            "community_id", KEY, sa.ForeignKey("community.id", ondelete="CASCADE", name="fk_relay_community_id"), nullable=False
        ),
        sa.Column("opened_at", Instant(), nullable=False),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("one_id", "other_id", name="pk_relay"),
    )
    op.create_index("ix_relay_other_id", "relay", ["other_id"])
    op.create_index("ix_relay_community_id", "relay", ["community_id"])
    # SQLite adds and drops plain columns in place: the tables that others refer to are not made again.
    op.add_column("message", sa.Column("relayed_to", sa.String(), nullable=True))
    op.add_column("workspace", sa.Column("greeted_at", Instant(), nullable=True))
    op.execute(
        sa.text(
            "UPDATE workspace SET greeted_at = created_at"
            " WHERE id IN (SELECT workspace_id FROM channel_role)"
            " OR 'menu:arrived:' || CAST(id AS VARCHAR) IN (SELECT id FROM delivery)"
        )
    )


def downgrade() -> None:
    op.drop_column("workspace", "greeted_at")
    op.drop_column("message", "relayed_to")
    op.drop_table("relay")
