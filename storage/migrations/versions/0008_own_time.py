"""Members' working days and hours, messages that wait for a moment in them, and missed dates found at once."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # SQLite adds and drops plain columns in place: the tables that others refer to are not made again.
    op.add_column("member", sa.Column("workdays", sa.String(), nullable=False, server_default=""))
    op.add_column("member", sa.Column("workhours", sa.String(), nullable=False, server_default=""))
    op.add_column("outbox", sa.Column("own_time", sa.String(), nullable=False, server_default=""))
    op.execute(sa.text("UPDATE occurrence SET state = 'told' WHERE state = 'missed'"))
    late = sa.text("state <> 'taken'")
    op.create_index("ix_occurrence_not_taken", "occurrence", ["schedule_id"], sqlite_where=late, postgresql_where=late)


def downgrade() -> None:
    op.drop_index("ix_occurrence_not_taken", "occurrence")
    op.execute(sa.text("UPDATE occurrence SET state = 'missed' WHERE state = 'told'"))
    op.drop_column("outbox", "own_time")
    op.drop_column("member", "workhours")
    op.drop_column("member", "workdays")
