"""Meetings: the language of their conversation, how often their calendar file changed; thanks for a meeting."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
NUMBERED = {"sqlite_autoincrement": True}


def upgrade() -> None:
    op.add_column("meeting", sa.Column("locale", sa.String(), nullable=False, server_default=""))
    op.add_column("meeting", sa.Column("revision", sa.Integer(), nullable=False, server_default="0"))
    with op.batch_alter_table("thanks", table_kwargs=NUMBERED) as thanks:
        thanks.add_column(sa.Column("meeting_id", KEY, nullable=True))
        thanks.create_foreign_key("fk_thanks_meeting_id", "meeting", ["meeting_id"], ["id"], ondelete="SET NULL")
        thanks.create_index("ix_thanks_meeting_id", ["meeting_id"])


def downgrade() -> None:
    with op.batch_alter_table("thanks", table_kwargs=NUMBERED) as thanks:
        thanks.drop_index("ix_thanks_meeting_id")
        thanks.drop_constraint("fk_thanks_meeting_id", type_="foreignkey")
        thanks.drop_column("meeting_id")
    for column in ("revision", "locale"):
        op.drop_column("meeting", column)
