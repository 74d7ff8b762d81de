"""Rules of the calendar, local dates, what was missed, and the pause of everything."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.base import Instant

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    with op.batch_alter_table("schedule") as schedule:
        schedule.add_column(sa.Column("holidays", sa.String(), nullable=False, server_default=""))
        schedule.add_column(sa.Column("changed", sa.Boolean(), nullable=False, server_default=sa.false()))
        schedule.add_column(sa.Column("next_date", sa.Date(), nullable=True))
    with op.batch_alter_table("occurrence") as occurrence:
        occurrence.add_column(sa.Column("local_date", sa.Date(), nullable=True))
        occurrence.add_column(sa.Column("state", sa.String(), nullable=False, server_default="taken"))
        occurrence.create_unique_constraint("uq_occurrence_schedule_id_local_date", ["schedule_id", "local_date"])
    # The defaults were for the rows that were there.
    with op.batch_alter_table("schedule") as schedule:
        schedule.alter_column("holidays", server_default=None)
        schedule.alter_column("changed", server_default=None)
    with op.batch_alter_table("occurrence") as occurrence:
        occurrence.alter_column("state", server_default=None)
    op.create_table(
        "schedule_pause",
        sa.Column(
            "community_id",
            KEY,
            sa.ForeignKey("community.id", ondelete="CASCADE", name="fk_schedule_pause_community_id"),
            nullable=False,
            autoincrement=False,
        ),
        sa.Column("since", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("community_id", name="pk_schedule_pause"),
    )


def downgrade() -> None:
    op.drop_table("schedule_pause")
    op.execute(sa.text("DELETE FROM occurrence WHERE state = 'missed'"))
    op.execute(sa.text("DELETE FROM schedule WHERE rule <> 'every'"))
    with op.batch_alter_table("occurrence") as occurrence:
        occurrence.drop_constraint("uq_occurrence_schedule_id_local_date", type_="unique")
        occurrence.drop_column("state")
        occurrence.drop_column("local_date")
    with op.batch_alter_table("schedule") as schedule:
        schedule.drop_column("next_date")
        schedule.drop_column("changed")
        schedule.drop_column("holidays")
