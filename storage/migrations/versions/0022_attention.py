"""Attention: reasons that animators are done with or let wait, what they did for whom, and who was last seen when."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.base import Instant

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _reference(table: str, column: str, target: str, gone: str = "CASCADE") -> sa.Column[int]:
    key = sa.ForeignKey(f"{target}.id", ondelete=gone, name=f"fk_{table}_{column}")
    return sa.Column(column, KEY, key, nullable=gone != "CASCADE")


def upgrade() -> None:
    member = sa.ForeignKey("member.id", ondelete="CASCADE", name="fk_attention_member_id")
    op.create_table(
        "attention",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        _reference("attention", "community_id", "community"),
        sa.Column("member_id", KEY, member, nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("subject", KEY, nullable=False),
        _reference("attention", "by_id", "member", "SET NULL"),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("until", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_attention"),
        sa.UniqueConstraint("community_id", "reason", "subject", name="uq_attention_community_id_reason_subject"),
    )
    for column in ("community_id", "member_id", "by_id", "at"):
        op.create_index(f"ix_attention_{column}", "attention", [column])
    op.create_table(
        "attention_act",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        _reference("attention_act", "community_id", "community"),
        _reference("attention_act", "member_id", "member"),
        sa.Column("act", sa.String(), nullable=False),
        _reference("attention_act", "other_id", "member", "SET NULL"),
        _reference("attention_act", "by_id", "member", "SET NULL"),
        sa.Column("at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_attention_act"),
    )
    for columns in (("community_id",), ("member_id",), ("other_id",), ("by_id",), ("at",), ("member_id", "at")):
        op.create_index(f"ix_attention_act_{'_'.join(columns)}", "attention_act", list(columns))
    op.create_index("ix_account_workspace_id_last_seen", "account", ["workspace_id", "last_seen"])


def downgrade() -> None:
    op.drop_index("ix_account_workspace_id_last_seen", "account")
    op.drop_table("attention_act")
    op.drop_table("attention")
