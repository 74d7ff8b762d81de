"""Thanks."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.base import Instant

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "thanks",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column(
            "community_id", KEY, sa.ForeignKey("community.id", ondelete="CASCADE", name="fk_thanks_community_id"), nullable=False
        ),
        sa.Column("giver_id", KEY, sa.ForeignKey("member.id", ondelete="CASCADE", name="fk_thanks_giver_id"), nullable=False),
        sa.Column("receiver_id", KEY, sa.ForeignKey("member.id", ondelete="CASCADE", name="fk_thanks_receiver_id"), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("public", sa.Boolean(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("request_id", KEY, sa.ForeignKey("request.id", ondelete="SET NULL", name="fk_thanks_request_id"), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_thanks"),
    )
    op.create_index("ix_thanks_community_id", "thanks", ["community_id"])
    op.create_index("ix_thanks_receiver_id", "thanks", ["receiver_id"])
    op.create_index("ix_thanks_request_id", "thanks", ["request_id"])
    op.create_index("ix_thanks_giver_id_receiver_id_created_at", "thanks", ["giver_id", "receiver_id", "created_at"])


def downgrade() -> None:
    op.drop_table("thanks")
