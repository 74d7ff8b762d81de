"""The index of who speaks of what. What is there already is indexed by the bot once it runs, in pieces (`storage.reindexing`)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _of_community(table: str) -> sa.Column[int]:
    name = f"fk_{table}_community_id"
    return sa.Column("community_id", KEY, sa.ForeignKey("community.id", ondelete="CASCADE", name=name), nullable=False)


def upgrade() -> None:
    op.create_table(
        "skill_posting",
        _of_community("skill_posting"),
        sa.Column("term", sa.BigInteger(), nullable=False),
        sa.Column("slot", sa.SmallInteger(), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=False),
        sa.Column("weight", sa.SmallInteger(), nullable=False),
        sa.PrimaryKeyConstraint("community_id", "term", "slot", "subject_id", "weight", name="pk_skill_posting"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "skill_subject",
        _of_community("skill_subject"),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=False),
        sa.Column("terms", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("community_id", "kind", "subject_id", name="pk_skill_subject"),
    )
    op.create_table(
        "skill_reindexing",
        _of_community("skill_reindexing"),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("done_to", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("community_id", name="pk_skill_reindexing"),
    )


def downgrade() -> None:
    op.drop_table("skill_reindexing")
    op.drop_table("skill_subject")
    op.drop_table("skill_posting")
