"""Attention: which words of a voice were there when an animator was done with it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KNOWN = """
    UPDATE attention SET newest = COALESCE(
        (SELECT max(id) FROM voice_word WHERE voice_word.voice_id = attention.subject AND NOT voice_word.answer), 0
    )
    WHERE reason = 'voice'
"""


def upgrade() -> None:
    op.add_column("attention", sa.Column("newest", KEY, nullable=False, server_default="0"))
    op.execute(KNOWN)


def downgrade() -> None:
    op.drop_column("attention", "newest")
