"""Profiles, and proposals to meet."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "profile",
        sa.Column("member_id", KEY, sa.ForeignKey("member.id", ondelete="CASCADE", name="fk_profile_member_id"), nullable=False),
        sa.Column(
            "community_id", KEY, sa.ForeignKey("community.id", ondelete="CASCADE", name="fk_profile_community_id"), nullable=False
        ),
        sa.Column("does", sa.String(), server_default="", nullable=False),
        sa.Column("offers", sa.String(), server_default="", nullable=False),
        sa.Column("seeks", sa.String(), server_default="", nullable=False),
        sa.Column("expects", sa.String(), server_default="", nullable=False),
        sa.Column("link", sa.String(), server_default="", nullable=False),
        sa.Column("written_in", sa.String(), server_default="", nullable=False),
        sa.Column("searched", sa.String(), server_default="", nullable=False),
        sa.Column("availability", sa.String(), server_default="", nullable=False),
        sa.Column("available_until", sa.Date(), nullable=True),
        sa.Column("available_note", sa.String(), server_default="", nullable=False),
        sa.Column("welcomed_at", INSTANT, nullable=True),
        sa.Column("reminders", sa.Integer(), server_default="0", nullable=False),
        sa.Column("introduced_at", INSTANT, nullable=True),
        sa.Column("published_at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("member_id", name="pk_profile"),
    )
    op.create_index("ix_profile_community_id", "profile", ["community_id"])
    op.create_table(
        "proposal",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column(
            "community_id", KEY, sa.ForeignKey("community.id", ondelete="CASCADE", name="fk_proposal_community_id"), nullable=False
        ),
        sa.Column(
            "proposer_id", KEY, sa.ForeignKey("member.id", ondelete="CASCADE", name="fk_proposal_proposer_id"), nullable=False
        ),
        sa.Column("ally_id", KEY, sa.ForeignKey("member.id", ondelete="CASCADE", name="fk_proposal_ally_id"), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("answered_at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_proposal"),
        sa.UniqueConstraint("proposer_id", "ally_id", name="uq_proposal_proposer_id_ally_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_proposal_community_id", "proposal", ["community_id"])
    op.create_index("ix_proposal_proposer_id", "proposal", ["proposer_id"])
    op.create_index("ix_proposal_ally_id", "proposal", ["ally_id"])


def downgrade() -> None:
    """Drop them."""
    op.drop_table("proposal")
    op.drop_table("profile")
