"""Check-ins: campaigns, each time they go out, who was asked, sealed answers and who reads them, totals, what members chose."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.base import Instant

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _reference(table: str, column: str, target: str, ondelete: str = "CASCADE", *, nullable: bool = False) -> sa.Column[int]:
    key = sa.ForeignKey(f"{target}.id", ondelete=ondelete, name=f"fk_{table}_{column}")
    return sa.Column(column, KEY, key, nullable=nullable)


def _words(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(), nullable=False)


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=False)


def _at(name: str, *, nullable: bool = True) -> sa.Column[object]:
    return sa.Column(name, Instant(), nullable=nullable)


def upgrade() -> None:
    op.create_table(
        "checkin_campaign",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        _reference("checkin_campaign", "community_id", "community"),
        _reference("checkin_campaign", "author_id", "member", "SET NULL", nullable=True),
        _words("template"),
        _words("title"),
        _words("opening"),
        _words("questions"),
        _words("audience"),
        _number("days"),
        _words("audience_value"),
        sa.Column("local_date", sa.Date(), nullable=True),
        _words("local_time"),
        _words("rule"),
        _number("day"),
        _words("state"),
        _at("created_at", nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_checkin_campaign"),
    )
    op.create_index("ix_checkin_campaign_community_id", "checkin_campaign", ["community_id"])
    op.create_index("ix_checkin_campaign_author_id", "checkin_campaign", ["author_id"])
    op.create_table(
        "checkin_sending",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        _reference("checkin_sending", "community_id", "community"),
        _reference("checkin_sending", "campaign_id", "checkin_campaign"),
        sa.Column("local_date", sa.Date(), nullable=False),
        _words("state"),
        _at("next_at"),
        _at("over_at"),
        sa.PrimaryKeyConstraint("id", name="pk_checkin_sending"),
        sa.UniqueConstraint("campaign_id", "local_date", name="uq_checkin_sending_campaign_id_local_date"),
    )
    op.create_index("ix_checkin_sending_community_id", "checkin_sending", ["community_id"])
    op.create_index("ix_checkin_sending_community_id_next_at", "checkin_sending", ["community_id", "next_at"])
    op.create_index("ix_checkin_sending_over_at", "checkin_sending", ["over_at"])
    op.create_table(
        "checkin_receipt",
        _reference("checkin_receipt", "sending_id", "checkin_sending"),
        _reference("checkin_receipt", "member_id", "member"),
        _words("state"),
        sa.Column("reason", sa.String(), nullable=False, server_default=""),
        sa.PrimaryKeyConstraint("sending_id", "member_id", name="pk_checkin_receipt"),
    )
    op.create_index("ix_checkin_receipt_member_id_state", "checkin_receipt", ["member_id", "state"])
    op.create_table(
        "checkin_answer",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        _reference("checkin_answer", "community_id", "community"),
        _reference("checkin_answer", "sending_id", "checkin_sending"),
        _reference("checkin_answer", "member_id", "member"),
        _words("reads"),
        _words("said"),
        _at("given_at", nullable=False),
        _at("cared_at"),
        _reference("checkin_answer", "cared_by", "member", "SET NULL", nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_checkin_answer"),
        sa.UniqueConstraint("sending_id", "member_id", name="uq_checkin_answer_sending_id_member_id"),
    )
    op.create_index("ix_checkin_answer_community_id", "checkin_answer", ["community_id"])
    op.create_index("ix_checkin_answer_community_id_given_at", "checkin_answer", ["community_id", "given_at"])
    op.create_index("ix_checkin_answer_member_id", "checkin_answer", ["member_id"])
    op.create_index("ix_checkin_answer_cared_by", "checkin_answer", ["cared_by"])
    op.create_table(
        "checkin_reader",
        _reference("checkin_reader", "answer_id", "checkin_answer"),
        _reference("checkin_reader", "member_id", "member"),
        _at("read_at"),
        sa.Column("remind_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("answer_id", "member_id", name="pk_checkin_reader"),
    )
    op.create_index("ix_checkin_reader_member_id", "checkin_reader", ["member_id"])
    op.create_table(
        "checkin_tally",
        _reference("checkin_tally", "campaign_id", "checkin_campaign"),
        sa.Column("period", sa.Date(), nullable=False),
        _number("question"),
        _words("option"),
        _number("named"),
        _number("shown"),
        _number("waiting"),
        sa.PrimaryKeyConstraint("campaign_id", "period", "question", "option", name="pk_checkin_tally"),
    )
    op.create_table(
        "checkin_preference",
        _reference("checkin_preference", "member_id", "member"),
        _reference("checkin_preference", "community_id", "community"),
        sa.Column("stopped", sa.Boolean(), nullable=False),
        _words("reads"),
        sa.PrimaryKeyConstraint("member_id", name="pk_checkin_preference"),
    )
    op.create_index("ix_checkin_preference_community_id", "checkin_preference", ["community_id"])


def downgrade() -> None:
    for table in ("preference", "tally", "reader", "answer", "receipt", "sending", "campaign"):
        op.drop_table(f"checkin_{table}")
    # One of a family has no place in the version before.
    op.execute(sa.text("DELETE FROM schedule WHERE name LIKE 'checkin:begin:%'"))
