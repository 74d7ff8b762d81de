"""Circles: who is in them and who would like to be, their weeks and what was said in them, merges and proposals."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.base import Instant

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _id() -> sa.Column[int]:
    return sa.Column("id", KEY, autoincrement=True, nullable=False)


def _reference(table: str, column: str, target: str, ondelete: str = "CASCADE", *, nullable: bool = False) -> sa.Column[int]:
    key = sa.ForeignKey(f"{target}.id", ondelete=ondelete, name=f"fk_{table}_{column}")
    return sa.Column(column, KEY, key, nullable=nullable)


def _words(name: str, *, given: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(), nullable=False, server_default=None if given else "")


def _number(name: str, *, given: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=False, server_default=None if given else "0")


def _yes(name: str, *, given: bool = False) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean(), nullable=False, server_default=None if given else sa.false())


def _at(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, Instant(), nullable=nullable)


def _index(table: str, *columns: str) -> None:
    op.create_index(f"ix_{table}_{'_'.join(columns)}", table, list(columns))


def upgrade() -> None:
    op.create_table(
        "circle_proposal",
        _id(),
        _reference("circle_proposal", "community_id", "community"),
        _reference("circle_proposal", "by_id", "member", "SET NULL", nullable=True),
        _number("size", given=True),
        _yes("everyone", given=True),
        _number("seed"),
        _yes("ready"),
        _yes("over"),
        _at("made_at"),
        sa.PrimaryKeyConstraint("id", name="pk_circle_proposal"),
    )
    _index("circle_proposal", "community_id")
    _index("circle_proposal", "by_id")
    _index("circle_proposal", "community_id", "ready")
    op.create_table(
        "circle",
        _id(),
        _reference("circle", "community_id", "community"),
        _words("name", given=True),
        _words("state", given=True),
        _yes("open"),
        _words("rule"),
        _reference("circle", "keeper_id", "member", "SET NULL", nullable=True),
        _reference("circle", "proposal_id", "circle_proposal", "SET NULL", nullable=True),
        _words("reasons"),
        _number("room"),
        _words("room_of"),
        _number("weeks"),
        _yes("small"),
        _at("created_at"),
        _at("started_at", nullable=True),
        _at("closed_at", nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_circle"),
    )
    _index("circle", "community_id")
    _index("circle", "keeper_id")
    _index("circle", "proposal_id")
    _index("circle", "community_id", "state")
    op.create_table(
        "circle_peer",
        _reference("circle_peer", "circle_id", "circle"),
        _reference("circle_peer", "member_id", "member"),
        _words("part", given=True),
        _at("since"),
        _reference("circle_peer", "invited_by", "member", "SET NULL", nullable=True),
        sa.Column("snoozed_until", sa.Date(), nullable=True),
        _words("commitment"),
        sa.PrimaryKeyConstraint("circle_id", "member_id", name="pk_circle_peer"),
    )
    _index("circle_peer", "member_id")
    _index("circle_peer", "invited_by")
    op.create_table(
        "circle_seeker",
        _reference("circle_seeker", "member_id", "member"),
        _reference("circle_seeker", "community_id", "community"),
        _at("since"),
        sa.PrimaryKeyConstraint("member_id", name="pk_circle_seeker"),
    )
    _index("circle_seeker", "community_id")
    op.create_table(
        "circle_week",
        _id(),
        _reference("circle_week", "community_id", "community"),
        _reference("circle_week", "circle_id", "circle"),
        sa.Column("local_date", sa.Date(), nullable=False),
        _number("number", given=True),
        _words("stage", given=True),
        _at("nudge_at"),
        _at("deadline"),
        _yes("nudged"),
        _at("next_at", nullable=True),
        _at("shown_at", nullable=True),
        _number("room"),
        _number("asked"),
        _number("answered"),
        sa.PrimaryKeyConstraint("id", name="pk_circle_week"),
        sa.UniqueConstraint("circle_id", "local_date", name="uq_circle_week_circle_id_local_date"),
    )
    _index("circle_week", "community_id")
    _index("circle_week", "shown_at")
    _index("circle_week", "community_id", "next_at")
    op.create_table(
        "circle_answer",
        _reference("circle_answer", "week_id", "circle_week"),
        _reference("circle_answer", "member_id", "member"),
        _words("said", given=True),
        _words("commitment"),
        _words("happened"),
        _words("ahead"),
        _words("hand"),
        _yes("kept"),
        _number("page"),
        sa.PrimaryKeyConstraint("week_id", "member_id", name="pk_circle_answer"),
    )
    _index("circle_answer", "member_id")
    op.create_table(
        "circle_merge",
        _id(),
        _reference("circle_merge", "community_id", "community"),
        _reference("circle_merge", "small_id", "circle"),
        _reference("circle_merge", "large_id", "circle"),
        _words("step", given=True),
        _at("ends_at"),
        sa.PrimaryKeyConstraint("id", name="pk_circle_merge"),
    )
    _index("circle_merge", "community_id")
    _index("circle_merge", "small_id")
    _index("circle_merge", "large_id")
    _index("circle_merge", "community_id", "step")
    op.create_table(
        "circle_merge_vote",
        _reference("circle_merge_vote", "merge_id", "circle_merge"),
        _reference("circle_merge_vote", "member_id", "member"),
        sa.PrimaryKeyConstraint("merge_id", "member_id", name="pk_circle_merge_vote"),
    )
    _index("circle_merge_vote", "member_id")


def downgrade() -> None:
    for table in (
        "circle_merge_vote",
        "circle_merge",
        "circle_answer",
        "circle_week",
        "circle_seeker",
        "circle_peer",
        "circle",
        "circle_proposal",
    ):
        op.drop_table(table)
    # One of a family has no place in a version that does not know the family.
    op.execute(sa.text("DELETE FROM schedule WHERE name LIKE 'circle:%'"))
