"""Requests, and who is asked to help with them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.base import Instant

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "request",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column(
            "community_id", KEY, sa.ForeignKey("community.id", ondelete="CASCADE", name="fk_request_community_id"), nullable=False
        ),
        sa.Column("member_id", KEY, sa.ForeignKey("member.id", ondelete="CASCADE", name="fk_request_member_id"), nullable=False),
        sa.Column("need", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("posted_at", Instant(), nullable=True),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.Column("helper_id", KEY, sa.ForeignKey("member.id", ondelete="SET NULL", name="fk_request_helper_id"), nullable=True),
        sa.Column("solved_asked_at", Instant(), nullable=True),
        sa.Column("suggested_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_request"),
    )
    op.create_index("ix_request_community_id", "request", ["community_id"])
    op.create_index("ix_request_member_id", "request", ["member_id"])
    op.create_index("ix_request_helper_id", "request", ["helper_id"])
    op.create_index("ix_request_community_id_status_created_at", "request", ["community_id", "status", "created_at"])
    op.create_table(
        "asked",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column(
            "community_id", KEY, sa.ForeignKey("community.id", ondelete="CASCADE", name="fk_asked_community_id"), nullable=False
        ),
        sa.Column("request_id", KEY, sa.ForeignKey("request.id", ondelete="CASCADE", name="fk_asked_request_id"), nullable=False),
        sa.Column("member_id", KEY, sa.ForeignKey("member.id", ondelete="CASCADE", name="fk_asked_member_id"), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("asked_at", Instant(), nullable=True),
        sa.Column("answered_at", Instant(), nullable=True),
        sa.Column(
            "recommended_by", KEY, sa.ForeignKey("member.id", ondelete="SET NULL", name="fk_asked_recommended_by"), nullable=True
        ),
        sa.PrimaryKeyConstraint("id", name="pk_asked"),
        sa.UniqueConstraint("request_id", "member_id", name="uq_asked_request_id_member_id"),
    )
    op.create_index("ix_asked_community_id", "asked", ["community_id"])
    op.create_index("ix_asked_member_id", "asked", ["member_id"])
    op.create_index("ix_asked_recommended_by", "asked", ["recommended_by"])
    op.create_index("ix_asked_member_id_asked_at", "asked", ["member_id", "asked_at"])


def downgrade() -> None:
    op.drop_table("asked")
    op.drop_table("request")
