"""Leaving: departures in totals, accounts left in peace, and who stands for all that were erased."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.base import Instant

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _reference(table: str, column: str, target: str) -> sa.Column[int]:
    key = sa.ForeignKey(f"{target}.id", ondelete="CASCADE", name=f"fk_{table}_{column}")
    return sa.Column(column, KEY, key, nullable=False)


def upgrade() -> None:
    op.create_table(
        "departure",
        _reference("departure", "community_id", "community"),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("missing", sa.String(), nullable=False),
        sa.Column("expected", sa.Boolean(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("community_id", "month", "missing", "expected", name="pk_departure"),
    )
    op.create_table(
        "account_in_peace",
        sa.Column("digest", sa.String(), nullable=False),
        _reference("account_in_peace", "community_id", "community"),
        sa.Column("since", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_account_in_peace"),
    )
    op.create_index("ix_account_in_peace_since", "account_in_peace", ["since"])
    op.create_index("ix_account_in_peace_community_id", "account_in_peace", ["community_id"])
    op.create_table(
        "former_member",
        _reference("former_member", "community_id", "community"),
        _reference("former_member", "member_id", "member"),
        sa.PrimaryKeyConstraint("community_id", name="pk_former_member"),
        sa.UniqueConstraint("member_id", name="uq_former_member_member_id"),
    )


def downgrade() -> None:
    for table in ("former_member", "account_in_peace", "departure"):
        op.drop_table(table)
