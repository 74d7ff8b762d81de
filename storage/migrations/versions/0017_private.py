"""Private words sealed in the database: which keys sealed them, dialogs kept under seal, voices."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.base import Instant

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _reference(table: str, column: str, target: str, ondelete: str = "CASCADE", *, nullable: bool = False) -> sa.Column[int]:
    key = sa.ForeignKey(f"{target}.id", ondelete=ondelete, name=f"fk_{table}_{column}")
    return sa.Column(column, KEY, key, nullable=nullable)


def _words(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(), nullable=nullable)


def upgrade() -> None:
    op.create_table(
        "sealing_key",
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("since", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("fingerprint", name="pk_sealing_key"),
    )
    op.add_column("form", sa.Column("sealed", sa.String(), nullable=True))
    op.create_table(
        "voice",
        sa.Column("id", KEY, nullable=False),
        _reference("voice", "community_id", "community"),
        _reference("voice", "member_id", "member", nullable=True),
        _words("code", nullable=True),
        _words("kind"),
        _words("audience"),
        _words("words"),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("unread", sa.Boolean(), nullable=False),
        sa.Column("tell_on", sa.Date(), nullable=True),
        _words("outcome"),
        _words("reason", nullable=True),
        _words("shown"),
        sa.Column("show_on", sa.Date(), nullable=True),
        _words("back", nullable=True),
        sa.Column("over_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_voice"),
        sa.UniqueConstraint("community_id", "code", name="uq_voice_community_id_code"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_voice_community_id", "voice", ["community_id"])
    op.create_index("ix_voice_community_id_shown_over_at", "voice", ["community_id", "shown", "over_at"])
    op.create_index("ix_voice_member_id", "voice", ["member_id"])
    op.create_index("ix_voice_over_at", "voice", ["over_at"])
    op.create_table(
        "voice_word",
        sa.Column("id", KEY, nullable=False),
        _reference("voice_word", "voice_id", "voice"),
        _reference("voice_word", "animator_id", "member", "SET NULL", nullable=True),
        sa.Column("answer", sa.Boolean(), nullable=False),
        _words("words"),
        sa.Column("day", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_voice_word"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_voice_word_voice_id", "voice_word", ["voice_id"])
    op.create_index("ix_voice_word_animator_id", "voice_word", ["animator_id"])
    op.create_table(
        "voice_salt",
        _reference("voice_salt", "community_id", "community"),
        sa.Column("day", sa.Date(), nullable=False),
        _words("salt"),
        sa.PrimaryKeyConstraint("community_id", name="pk_voice_salt"),
    )
    op.create_table(
        "voice_allowance",
        _reference("voice_allowance", "community_id", "community"),
        _words("digest"),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("community_id", "digest", name="pk_voice_allowance"),
    )


def downgrade() -> None:
    for table in ("voice_allowance", "voice_salt", "voice_word", "voice"):
        op.drop_table(table)
    op.drop_column("form", "sealed")
    op.drop_table("sealing_key")
