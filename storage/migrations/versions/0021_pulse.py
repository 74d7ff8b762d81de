"""The pulse: indexes by time of what it counts, and how soon a request was answered."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

INDEXES = (
    ("ix_profile_expects", "profile", ("community_id", "introduced_at", "expects", "member_id")),
    ("ix_meeting_community_id_met_at", "meeting", ("community_id", "met_at")),
    ("ix_request_community_id_created_at_answered_after", "request", ("community_id", "created_at", "answered_after")),
    ("ix_request_community_id_ended_at_status", "request", ("community_id", "ended_at", "status")),
    ("ix_opportunity_community_id_ended_at_status", "opportunity", ("community_id", "ended_at", "status")),
    ("ix_outcome_spread", "outcome", ("community_id", "confirmed_at", "value", "giver_id", "gainer_id")),
    ("ix_member_joined", "member", ("community_id", "joined_at", "left_at", "bot")),
)
PARTIAL = (
    ("ix_outcome_amounts", "outcome", ("community_id", "confirmed_at", "amount_band", "gainer_id"), "amount_band IS NOT NULL"),
    ("ix_member_left", "member", ("community_id",), "left_at IS NOT NULL"),
)
SECONDS = {
    "sqlite": "CAST(round((julianday(min(asked.answered_at)) - julianday(request.created_at)) * 86400) AS INTEGER)",
    "postgresql": "CAST(EXTRACT(EPOCH FROM (min(asked.answered_at) - request.created_at)) AS INTEGER)",
}
FIRST = """
UPDATE request SET answered_after = (
    SELECT {seconds} FROM asked
    WHERE asked.request_id = request.id AND asked.state IN ('accepted', 'elsewhere') AND asked.answered_at >= request.created_at
)
"""


def upgrade() -> None:
    op.add_column("request", sa.Column("answered_after", sa.Integer(), nullable=True))
    op.execute(FIRST.format(seconds=SECONDS[op.get_bind().dialect.name]))
    for name, table, columns in INDEXES:
        op.create_index(name, table, list(columns))
    for name, table, columns, condition in PARTIAL:
        op.create_index(name, table, list(columns), sqlite_where=sa.text(condition), postgresql_where=sa.text(condition))
    op.drop_index("ix_outcome_community_id_confirmed_at", "outcome")


def downgrade() -> None:
    op.create_index("ix_outcome_community_id_confirmed_at", "outcome", ["community_id", "confirmed_at"])
    for name, table, _columns, _condition in PARTIAL:
        op.drop_index(name, table)
    for name, table, _columns in reversed(INDEXES):
        op.drop_index(name, table)
    op.drop_column("request", "answered_after")
