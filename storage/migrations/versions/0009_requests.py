"""Outcomes; when requests move on by themselves, and how far; how often a member is asked for help."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from alembic import op

from storage.base import Instant

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WAIT = dt.timedelta(days=3)
"""How long open requests waited before this version for the suggestion to post them."""


def upgrade() -> None:
    op.create_table(
        "outcome",
        sa.Column("id", KEY, autoincrement=True, primary_key=True),
        sa.Column(
            "community_id", KEY, sa.ForeignKey("community.id", ondelete="CASCADE", name="fk_outcome_community_id"), nullable=False
        ),
        sa.Column("subject_kind", sa.String(), nullable=False),
        sa.Column("subject_id", KEY, nullable=False),
        sa.Column("gainer_id", KEY, sa.ForeignKey("member.id", ondelete="CASCADE", name="fk_outcome_gainer_id"), nullable=False),
        sa.Column("giver_id", KEY, sa.ForeignKey("member.id", ondelete="SET NULL", name="fk_outcome_giver_id"), nullable=True),
        sa.Column(
            "recommended_by", KEY, sa.ForeignKey("member.id", ondelete="SET NULL", name="fk_outcome_recommended_by"), nullable=True
        ),
        sa.Column("value", sa.String(), nullable=False, server_default=""),
        sa.Column("note", sa.String(), nullable=False, server_default=""),
        sa.Column("amount_band", sa.String(), nullable=True),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.Column("confirmed_at", Instant(), nullable=True),
        sa.UniqueConstraint(
            "subject_kind", "subject_id", "gainer_id", "giver_id", name="uq_outcome_subject_kind_subject_id_gainer_id_giver_id"
        ),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_outcome_community_id", "outcome", ["community_id"])
    op.create_index("ix_outcome_gainer_id", "outcome", ["gainer_id"])
    op.create_index("ix_outcome_recommended_by", "outcome", ["recommended_by"])
    op.create_index("ix_outcome_gainer_id_confirmed_at", "outcome", ["gainer_id", "confirmed_at"])
    op.create_index("ix_outcome_giver_id_confirmed_at", "outcome", ["giver_id", "confirmed_at"])
    op.create_index("ix_outcome_community_id_confirmed_at", "outcome", ["community_id", "confirmed_at"])
    # SQLite adds and drops plain columns in place: the tables that others refer to are not made again.
    op.add_column("member", sa.Column("monthly_asks", sa.Integer(), nullable=True))
    chosen = sa.text("monthly_asks IS NOT NULL")
    op.create_index("ix_member_monthly_asks", "member", ["community_id"], sqlite_where=chosen, postgresql_where=chosen)
    op.add_column("request", sa.Column("further", sa.String(), nullable=False, server_default="next"))
    op.add_column("request", sa.Column("next_step_at", Instant(), nullable=True))
    op.add_column("request", sa.Column("widened_at", Instant(), nullable=True))
    op.add_column("request", sa.Column("animator_at", Instant(), nullable=True))
    op.create_index("ix_request_community_id_next_step_at", "request", ["community_id", "next_step_at"])
    op.create_index("ix_asked_community_id_asked_at", "asked", ["community_id", "asked_at"])
    op.create_index("ix_asked_community_id_answered_at", "asked", ["community_id", "answered_at"])
    _let_those_that_wait_go_on()


def _let_those_that_wait_go_on() -> None:
    """Give open requests that nobody accepted the time of their next step."""
    connection = op.get_bind()
    request = sa.table(
        "request",
        sa.column("id", KEY),
        sa.column("status", sa.String()),
        sa.column("created_at", Instant()),
        sa.column("suggested_at", Instant()),
        sa.column("next_step_at", Instant()),
    )
    asked = sa.table("asked", sa.column("request_id", KEY), sa.column("state", sa.String()))
    accepted = sa.exists().where(asked.c.request_id == request.c.id, asked.c.state == "accepted")
    waiting = sa.select(request.c.id, request.c.created_at).where(
        request.c.status == "open", request.c.suggested_at.is_(None), ~accepted
    )
    for identifier, created_at in connection.execute(waiting).all():
        connection.execute(sa.update(request).where(request.c.id == identifier).values(next_step_at=created_at + WAIT))


def downgrade() -> None:
    op.drop_index("ix_asked_community_id_answered_at", "asked")
    op.drop_index("ix_asked_community_id_asked_at", "asked")
    op.drop_index("ix_request_community_id_next_step_at", "request")
    op.drop_column("request", "animator_at")
    op.drop_column("request", "widened_at")
    op.drop_column("request", "next_step_at")
    op.drop_column("request", "further")
    op.drop_index("ix_member_monthly_asks", "member")
    op.drop_column("member", "monthly_asks")
    op.drop_table("outcome")
