"""One budget of messages: kinds that members switch off or read in their digest, quiet hours, why each message came."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.base import Instant

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _words(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(), nullable=False, server_default="")


def upgrade() -> None:
    op.add_column("member", _words("quiet"))
    op.add_column("message", _words("reason"))
    op.add_column("outbox", _words("notice"))
    op.add_column("outreach", _words("key"))
    op.create_index("ix_outreach_key", "outreach", ["key"])
    op.add_column("message_preference", _words("muted"))
    op.add_column("message_preference", _words("gathered"))
    op.execute(sa.text("UPDATE message_preference SET muted = 'opportunity' WHERE NOT opportunities"))
    op.drop_column("message_preference", "opportunities")
    op.create_table(
        "digest",
        sa.Column("member_id", KEY, sa.ForeignKey("member.id", ondelete="CASCADE", name="fk_digest_member_id"), nullable=False),
        sa.Column(
            "community_id", KEY, sa.ForeignKey("community.id", ondelete="CASCADE", name="fk_digest_community_id"), nullable=False
        ),
        sa.Column("due_at", Instant(), nullable=True),
        sa.Column("last_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("member_id", name="pk_digest"),
    )
    op.create_index("ix_digest_community_id_due_at", "digest", ["community_id", "due_at"])


def downgrade() -> None:
    # The version before knows no messages that wait for a digest.
    op.execute(sa.text("UPDATE outbox SET state = 'cancelled', card = '' WHERE state IN ('held', 'listed')"))
    op.drop_table("digest")
    op.add_column("message_preference", sa.Column("opportunities", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.execute(sa.text("UPDATE message_preference SET opportunities = false WHERE ' ' || muted || ' ' LIKE '% opportunity %'"))
    op.drop_column("message_preference", "gathered")
    op.drop_column("message_preference", "muted")
    op.drop_index("ix_outreach_key", "outreach")
    op.drop_column("outreach", "key")
    op.drop_column("outbox", "notice")
    op.drop_column("message", "reason")
    op.drop_column("member", "quiet")
