"""Icebreakers: what was asked, who answered, prompts of a community's own, its choices; schedules that are switched off."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.base import Instant

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _reference(table: str, column: str, target: str, ondelete: str = "CASCADE", *, nullable: bool = False) -> sa.Column[int]:
    key = sa.ForeignKey(f"{target}.id", ondelete=ondelete, name=f"fk_{table}_{column}")
    return sa.Column(column, KEY, key, nullable=nullable)


def upgrade() -> None:
    op.add_column("schedule", sa.Column("off", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_table(
        "icebreaker_settings",
        _reference("icebreaker_settings", "community_id", "community"),
        sa.Column("themes", sa.String(), nullable=False),
        sa.Column("seed", sa.Integer(), nullable=False),
        sa.Column("ahead", sa.String(), nullable=False, server_default=""),
        sa.Column("nowhere_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("community_id", name="pk_icebreaker_settings"),
    )
    op.create_table(
        "icebreaker_prompt",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        _reference("icebreaker_prompt", "community_id", "community"),
        _reference("icebreaker_prompt", "member_id", "member", "SET NULL", nullable=True),
        sa.Column("theme", sa.String(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("told_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_icebreaker_prompt"),
    )
    op.create_index("ix_icebreaker_prompt_community_id", "icebreaker_prompt", ["community_id"])
    op.create_index("ix_icebreaker_prompt_member_id", "icebreaker_prompt", ["member_id"])
    op.create_table(
        "icebreaker_retired",
        _reference("icebreaker_retired", "community_id", "community"),
        sa.Column("prompt", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("community_id", "prompt", name="pk_icebreaker_retired"),
    )
    op.create_table(
        "icebreaker",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        _reference("icebreaker", "community_id", "community"),
        sa.Column("prompt", sa.String(), nullable=False),
        sa.Column("theme", sa.String(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("posted", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_icebreaker"),
    )
    op.create_index("ix_icebreaker_community_id", "icebreaker", ["community_id"])
    op.create_index("ix_icebreaker_community_id_prompt_at", "icebreaker", ["community_id", "prompt", "at"])
    op.create_table(
        "icebreaker_answer",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        _reference("icebreaker_answer", "community_id", "community"),
        _reference("icebreaker_answer", "icebreaker_id", "icebreaker"),
        _reference("icebreaker_answer", "member_id", "member"),
        _reference("icebreaker_answer", "workspace_id", "workspace"),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_icebreaker_answer"),
        sa.UniqueConstraint("icebreaker_id", "member_id", name="uq_icebreaker_answer_icebreaker_id_member_id"),
    )
    op.create_index("ix_icebreaker_answer_community_id", "icebreaker_answer", ["community_id"])
    op.create_index("ix_icebreaker_answer_member_id", "icebreaker_answer", ["member_id"])
    op.create_index("ix_icebreaker_answer_workspace_id", "icebreaker_answer", ["workspace_id"])


def downgrade() -> None:
    for table in ("icebreaker_answer", "icebreaker", "icebreaker_retired", "icebreaker_prompt", "icebreaker_settings"):
        op.drop_table(table)
    with op.batch_alter_table("schedule") as batch:
        batch.drop_column("off")
