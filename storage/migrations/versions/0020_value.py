"""Value: outcomes noted by hand, whether expectations came true, members to whom nothing came, totals of amounts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.base import Instant

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _reference(table: str, column: str, target: str) -> sa.Column[int]:
    key = sa.ForeignKey(f"{target}.id", ondelete="CASCADE", name=f"fk_{table}_{column}")
    return sa.Column(column, KEY, key, nullable=False)


def upgrade() -> None:
    op.add_column("outcome", sa.Column("proposed", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("outcome", sa.Column("refused_at", Instant(), nullable=True))
    open_ = sa.text("confirmed_at IS NULL")
    op.create_index("ix_outcome_unconfirmed", "outcome", ["recorded_at"], sqlite_where=open_, postgresql_where=open_)
    op.create_table(
        "expectation",
        _reference("expectation", "member_id", "member"),
        sa.Column("kind", sa.String(), nullable=False),
        _reference("expectation", "community_id", "community"),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("answered_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("member_id", "kind", name="pk_expectation"),
    )
    op.create_index("ix_expectation_community_id_kind", "expectation", ["community_id", "kind"])
    op.create_table(
        "expectation_asked",
        _reference("expectation_asked", "member_id", "member"),
        _reference("expectation_asked", "community_id", "community"),
        sa.Column("asked_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("member_id", name="pk_expectation_asked"),
    )
    op.create_index("ix_expectation_asked_community_id", "expectation_asked", ["community_id"])
    op.create_table(
        "value_gap",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        _reference("value_gap", "community_id", "community"),
        _reference("value_gap", "member_id", "member"),
        sa.Column("asked_at", Instant(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False, server_default=""),
        sa.Column("seen_by", sa.String(), nullable=False, server_default=""),
        sa.Column("answered_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_value_gap"),
    )
    op.create_index("ix_value_gap_community_id", "value_gap", ["community_id"])
    op.create_index("ix_value_gap_member_id", "value_gap", ["member_id"])
    op.create_index("ix_value_gap_asked_at", "value_gap", ["asked_at"])
    op.create_index("ix_value_gap_community_id_asked_at", "value_gap", ["community_id", "asked_at"])
    op.create_table(
        "value_total",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        _reference("value_total", "community_id", "community"),
        sa.Column("since", Instant(), nullable=False),
        sa.Column("until", Instant(), nullable=False),
        sa.Column("outcomes", sa.Integer(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("low", sa.Integer(), nullable=False),
        sa.Column("high", sa.Integer(), nullable=False),
        sa.Column("endless", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_value_total"),
    )
    op.create_index("ix_value_total_community_id", "value_total", ["community_id"])


def downgrade() -> None:
    for table in ("value_total", "value_gap", "expectation_asked", "expectation"):
        op.drop_table(table)
    op.drop_index("ix_outcome_unconfirmed", "outcome")
    with op.batch_alter_table("outcome") as outcome:
        outcome.drop_column("refused_at")
        outcome.drop_column("proposed")
