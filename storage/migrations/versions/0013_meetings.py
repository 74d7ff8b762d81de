"""Meetings: programmes, who takes part, rounds, who is in them, their meetings; schedules told of before, and families of them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.base import Instant

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _reference(table: str, column: str, target: str, ondelete: str = "CASCADE", *, nullable: bool = False) -> sa.Column[int]:
    key = sa.ForeignKey(f"{target}.id", ondelete=ondelete, name=f"fk_{table}_{column}")
    return sa.Column(column, KEY, key, nullable=nullable)


def _words(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(), nullable=False, server_default="")


def _number(name: str, default: str = "0") -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=False, server_default=default)


def _yes(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false())


def _at(name: str) -> sa.Column[object]:
    return sa.Column(name, Instant(), nullable=True)


def upgrade() -> None:
    op.add_column("schedule", _number("lead"))
    op.add_column("schedule", _words("label"))
    op.create_table(
        "programme",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        _reference("programme", "community_id", "community"),
        sa.Column("name", sa.String(), nullable=False),
        _yes("running"),
        _number("size", "2"),
        _words("pool"),
        _words("pool_value"),
        _words("trade"),
        _words("odd"),
        _number("common_hours", "1"),
        _number("preview_hours", "2"),
        _words("video"),
        _words("rule"),
        sa.Column("created_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_programme"),
    )
    op.create_index("ix_programme_community_id", "programme", ["community_id"])
    op.create_table(
        "programme_choice",
        _reference("programme_choice", "programme_id", "programme"),
        _reference("programme_choice", "member_id", "member"),
        sa.Column("joined", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("programme_id", "member_id", name="pk_programme_choice"),
    )
    op.create_index("ix_programme_choice_member_id", "programme_choice", ["member_id"])
    op.create_table(
        "participation",
        _reference("participation", "member_id", "member"),
        _reference("participation", "community_id", "community"),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("joined_at", Instant(), nullable=False),
        sa.Column("snoozed_until", sa.Date(), nullable=True),
        _number("every"),
        _words("languages"),
        _number("silences"),
        _number("left_out"),
        _at("left_out_at"),
        _number("initiated"),
        sa.Column("last_date", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("member_id", name="pk_participation"),
    )
    op.create_index("ix_participation_community_id", "participation", ["community_id"])
    op.create_table(
        "exclusion",
        _reference("exclusion", "by_id", "member"),
        _reference("exclusion", "of_id", "member"),
        _reference("exclusion", "community_id", "community"),
        sa.Column("at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("by_id", "of_id", name="pk_exclusion"),
    )
    op.create_index("ix_exclusion_of_id", "exclusion", ["of_id"])
    op.create_index("ix_exclusion_community_id", "exclusion", ["community_id"])
    op.create_table(
        "round",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        _reference("round", "community_id", "community"),
        _reference("round", "programme_id", "programme"),
        sa.Column("local_date", sa.Date(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("match_at", Instant(), nullable=False),
        sa.Column("send_at", Instant(), nullable=False),
        _at("next_at"),
        _at("sent_at"),
        _at("over_at"),
        sa.Column("seed", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        _words("relaxed"),
        _words("dropped"),
        sa.PrimaryKeyConstraint("id", name="pk_round"),
        sa.UniqueConstraint("programme_id", "local_date", name="uq_round_programme_id_local_date"),
    )
    op.create_index("ix_round_community_id_next_at", "round", ["community_id", "next_at"])
    op.create_index("ix_round_community_id", "round", ["community_id"])
    op.create_table(
        "round_member",
        _reference("round_member", "round_id", "round"),
        _reference("round_member", "member_id", "member"),
        _words("answer"),
        _words("part"),
        _words("reason"),
        _yes("late"),
        _yes("heard"),
        _yes("settled"),
        sa.PrimaryKeyConstraint("round_id", "member_id", name="pk_round_member"),
    )
    op.create_index("ix_round_member_member_id", "round_member", ["member_id"])
    op.create_index("ix_round_member_round_id_part", "round_member", ["round_id", "part"])
    op.create_table(
        "meeting",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        _reference("meeting", "community_id", "community"),
        _reference("meeting", "round_id", "round"),
        sa.Column("state", sa.String(), nullable=False),
        _yes("locked"),
        _words("reasons"),
        _words("starter"),
        _words("room"),
        _words("slots"),
        _at("chosen"),
        _reference("meeting", "chosen_by", "member", "SET NULL", nullable=True),
        _reference("meeting", "initiator_id", "member", "SET NULL", nullable=True),
        _number("version", "1"),
        _at("sent_at"),
        _at("ask_at"),
        _number("asked"),
        _at("met_at"),
        _at("over_at"),
        sa.PrimaryKeyConstraint("id", name="pk_meeting"),
    )
    op.create_index("ix_meeting_community_id", "meeting", ["community_id"])
    op.create_index("ix_meeting_community_id_ask_at", "meeting", ["community_id", "ask_at"])
    op.create_index("ix_meeting_round_id_state", "meeting", ["round_id", "state"])
    op.create_index("ix_meeting_chosen_by", "meeting", ["chosen_by"])
    op.create_index("ix_meeting_initiator_id", "meeting", ["initiator_id"])
    op.create_table(
        "meeting_member",
        _reference("meeting_member", "meeting_id", "meeting"),
        _reference("meeting_member", "member_id", "member"),
        _yes("gone"),
        _words("answer"),
        sa.PrimaryKeyConstraint("meeting_id", "member_id", name="pk_meeting_member"),
    )
    op.create_index("ix_meeting_member_member_id", "meeting_member", ["member_id"])


def downgrade() -> None:
    for table in (
        "meeting_member",
        "meeting",
        "round_member",
        "round",
        "exclusion",
        "participation",
        "programme_choice",
        "programme",
    ):
        op.drop_table(table)
    # One of a family has no place in the version before.
    op.execute(sa.text("DELETE FROM schedule WHERE name LIKE '%:%:%'"))
    op.drop_column("schedule", "label")
    op.drop_column("schedule", "lead")
