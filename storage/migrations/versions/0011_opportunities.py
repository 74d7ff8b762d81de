"""Opportunities, who they reach and who answers, reports about them; how often members are written to without having asked."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.base import Instant

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _reference(table: str, column: str, target: str, ondelete: str = "CASCADE", *, nullable: bool = False) -> sa.Column[int]:
    key = sa.ForeignKey(f"{target}.id", ondelete=ondelete, name=f"fk_{table}_{column}")
    return sa.Column(column, KEY, key, nullable=nullable)


def upgrade() -> None:
    op.create_table(
        "opportunity",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        _reference("opportunity", "community_id", "community"),
        _reference("opportunity", "member_id", "member"),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("contents", sa.String(), nullable=False),
        sa.Column("proposed", sa.String(), nullable=False, server_default=""),
        sa.Column("kind", sa.String(), nullable=False, server_default=""),
        sa.Column("place", sa.String(), nullable=False, server_default=""),
        sa.Column("searched", sa.String(), nullable=False, server_default=""),
        sa.Column("version", sa.Integer(), nullable=False, server_default="1"),
        sa.Column("refused", sa.String(), nullable=False, server_default=""),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("review_at", Instant(), nullable=True),
        sa.Column("published_at", Instant(), nullable=True),
        sa.Column("expires_at", Instant(), nullable=True),
        sa.Column("remind_at", Instant(), nullable=True),
        sa.Column("ended_at", Instant(), nullable=True),
        _reference("opportunity", "filled_by", "member", "SET NULL", nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_opportunity"),
    )
    op.create_index("ix_opportunity_community_id", "opportunity", ["community_id"])
    op.create_index("ix_opportunity_member_id", "opportunity", ["member_id"])
    op.create_index("ix_opportunity_filled_by", "opportunity", ["filled_by"])
    op.create_index("ix_opportunity_community_id_status_published_at", "opportunity", ["community_id", "status", "published_at"])
    op.create_index("ix_opportunity_community_id_status_expires_at", "opportunity", ["community_id", "status", "expires_at"])
    op.create_index("ix_opportunity_community_id_status_remind_at", "opportunity", ["community_id", "status", "remind_at"])
    op.create_table(
        "opportunity_response",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        _reference("opportunity_response", "community_id", "community"),
        _reference("opportunity_response", "opportunity_id", "opportunity"),
        _reference("opportunity_response", "member_id", "member"),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("pitch", sa.String(), nullable=False, server_default=""),
        sa.Column("words", sa.String(), nullable=False, server_default=""),
        _reference("opportunity_response", "recommended_by", "member", "SET NULL", nullable=True),
        sa.Column("at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_opportunity_response"),
        sa.UniqueConstraint("opportunity_id", "member_id", name="uq_opportunity_response_opportunity_id_member_id"),
    )
    op.create_index("ix_opportunity_response_community_id_state", "opportunity_response", ["community_id", "state"])
    op.create_index("ix_opportunity_response_community_id", "opportunity_response", ["community_id"])
    op.create_index("ix_opportunity_response_member_id", "opportunity_response", ["member_id"])
    op.create_index("ix_opportunity_response_recommended_by", "opportunity_response", ["recommended_by"])
    op.create_table(
        "opportunity_report",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        _reference("opportunity_report", "community_id", "community"),
        _reference("opportunity_report", "opportunity_id", "opportunity"),
        _reference("opportunity_report", "member_id", "member"),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("settled_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_opportunity_report"),
        sa.UniqueConstraint("opportunity_id", "member_id", name="uq_opportunity_report_opportunity_id_member_id"),
    )
    op.create_index("ix_opportunity_report_community_id", "opportunity_report", ["community_id"])
    op.create_index("ix_opportunity_report_member_id", "opportunity_report", ["member_id"])
    op.create_table(
        "opportunity_settings",
        _reference("opportunity_settings", "community_id", "community"),
        sa.Column("approval", sa.Boolean(), nullable=False),
        sa.Column("most_open", sa.Integer(), nullable=False),
        sa.Column("most_weekly", sa.Integer(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("community_id", name="pk_opportunity_settings"),
    )
    op.create_table(
        "outreach",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        _reference("outreach", "community_id", "community"),
        _reference("outreach", "member_id", "member"),
        sa.Column("feature", sa.String(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_outreach"),
    )
    op.create_index("ix_outreach_community_id", "outreach", ["community_id"])
    op.create_index("ix_outreach_member_id", "outreach", ["member_id"])
    op.create_index("ix_outreach_member_id_at", "outreach", ["member_id", "at"])
    op.create_index("ix_outreach_at", "outreach", ["at"])
    op.create_table(
        "message_preference",
        _reference("message_preference", "member_id", "member"),
        _reference("message_preference", "community_id", "community"),
        sa.Column("weekly", sa.Integer(), nullable=False),
        sa.Column("digest", sa.Boolean(), nullable=False),
        sa.Column("opportunities", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("member_id", name="pk_message_preference"),
    )
    op.create_index("ix_message_preference_community_id", "message_preference", ["community_id"])


def downgrade() -> None:
    for table in (
        "message_preference",
        "outreach",
        "opportunity_settings",
        "opportunity_report",
        "opportunity_response",
        "opportunity",
    ):
        op.drop_table(table)
