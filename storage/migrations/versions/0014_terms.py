"""What a round goes by from its notice on, and who is only in the programmes they chose."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("round", sa.Column("terms", sa.String(), nullable=False, server_default=""))
    op.add_column("participation", sa.Column("chosen_only", sa.Boolean(), nullable=False, server_default=sa.false()))
    # An invitation in a channel belongs to one workspace, by its name and by its channel's role.
    op.execute(
        sa.text("UPDATE channel_role SET role = role || ':' || CAST(workspace_id AS VARCHAR(20)) WHERE role LIKE 'programme%'")
    )
    op.execute(sa.text("UPDATE message SET name = name || ':' || CAST(workspace_id AS VARCHAR(20)) WHERE name LIKE 'programme:%'"))


def downgrade() -> None:
    op.drop_column("participation", "chosen_only")
    op.drop_column("round", "terms")
