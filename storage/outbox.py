"""The outbox: messages written in a handler's transaction, and the remembered messages they become."""

from __future__ import annotations

import datetime as dt  # noqa: TC003 - SQLAlchemy resolves these annotations at run time
from enum import StrEnum
from typing import Final

from sqlalchemy import ForeignKey, Index, exists, false, literal_column, or_, text

from storage.base import Base, Key, Mapped, mapped_column


class State(StrEnum):
    """What became of a row. The last seven are done: they have `done_at` and are never tried again."""

    PENDING = "pending"
    SENDING = "sending"
    RETRY = "retry"
    SENT = "sent"
    DEAD = "dead"
    MISSED = "missed"
    """A private message that found closed doors, kept for the member's next interaction."""
    SHOWN = "shown"
    """It was shown there."""
    CANCELLED = "cancelled"
    HELD = "held"
    """A private message that had no place this week: it waits for the member's digest."""
    LISTED = "listed"
    """It was in their digest, whose button shows it."""


class Action(StrEnum):
    """What is asked of the platform."""

    POST = "post"
    DIRECT = "direct"
    CONNECT = "connect"
    UPDATE = "update"
    REMOVE = "remove"


CREATING: Final = frozenset({Action.POST, Action.DIRECT, Action.CONNECT})
"""Actions that make a message."""
KEPT: Final = frozenset({State.MISSED, State.DEAD, State.HELD})
"""Not sent, with a content that may yet be shown or sent."""
READABLE: Final = KEPT | {State.LISTED}
"""Not sent by themselves, with a content that somebody may still come to read."""
SOON: Final = 0
BULK: Final = 1
PRIORITIES: Final = (SOON, BULK)
"""What answers somebody goes before what reaches out to many."""

_OPEN, _DONE = text("done_at IS NULL"), text("done_at IS NOT NULL")
_FIRST = text("first = 1")
"""A boolean is a number on SQLite, and its index is used where the condition is written in the same way."""


class MessageRow(Base):
    """One copy of a message that can be changed later. `name` is what it is remembered as; `key` that of its outbox row.

    `channel`, `message` and `thread` are known from `sent_at` on. `lane` keeps what concerns one conversation in order. `locale` is
    the language that the members of a conversation share; empty, where the member or the community decides. `reason` is the
    `Reason` of a private message, as JSON.
    """

    __tablename__ = "message"
    __table_args__ = (Index("ix_message_community_id_name", "community_id", "name"),)

    key: Mapped[str] = mapped_column(primary_key=True)
    community_id: Mapped[int] = mapped_column(ForeignKey("community.id", ondelete="CASCADE"))
    name: Mapped[str]
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspace.id", ondelete="CASCADE"))
    member_id: Mapped[int | None] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), index=True)
    lane: Mapped[str]
    locale: Mapped[str]
    channel: Mapped[str]
    message: Mapped[str]
    thread: Mapped[str]
    sent_at: Mapped[dt.datetime | None]
    removed_at: Mapped[dt.datetime | None]
    relayed_to: Mapped[str | None]
    reason: Mapped[str] = mapped_column(server_default="")


class OutboxRow(Base):
    """One call to be made to a platform.

    `due_at` is when it may be tried (again) or, while it is being sent, when its lease ends. Of the open rows of one `lane`, only
    the `first` by priority and id may be tried. `message_key` is the remembered copy that it creates or changes, `thread_key` the
    one whose thread it goes to. `tried_at` is when it was first handed over; `uncertain`: nobody knows what became of an attempt.
    `own_time` is the `OwnTime` that `due_at` was reckoned from, as JSON; empty, where it is not in the member's own time.
    `notice` is the kind of a private message.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        Index("ix_outbox_due", "workspace_id", "priority", "due_at", "id", sqlite_where=_FIRST),
        Index("uq_outbox_first", "lane", unique=True, sqlite_where=_FIRST),
        Index("ix_outbox_done", "done_at", sqlite_where=_DONE),
        Index("ix_outbox_dead", "community_id", "done_at", sqlite_where=text("state = 'dead'")),
        Index("ix_outbox_lane", "lane", "priority", "id", sqlite_where=_OPEN),
    )

    id: Mapped[Key]
    community_id: Mapped[int] = mapped_column(ForeignKey("community.id", ondelete="CASCADE"))
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspace.id", ondelete="CASCADE"))
    member_id: Mapped[int | None] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), index=True)
    action: Mapped[str]
    key: Mapped[str] = mapped_column(unique=True)
    lane: Mapped[str]
    priority: Mapped[int]
    state: Mapped[str]
    attempts: Mapped[int]
    due_at: Mapped[dt.datetime]
    channel: Mapped[str]
    accounts: Mapped[str]
    title: Mapped[str]
    card: Mapped[str]
    locale: Mapped[str]
    zone: Mapped[str]
    keep: Mapped[bool]
    message_key: Mapped[str | None] = mapped_column(ForeignKey("message.key", ondelete="CASCADE"), index=True)
    thread_key: Mapped[str | None]
    reference: Mapped[str]
    reason: Mapped[str]
    created_at: Mapped[dt.datetime]
    done_at: Mapped[dt.datetime | None]
    first: Mapped[bool] = mapped_column(server_default=false())
    uncertain: Mapped[bool] = mapped_column(server_default=false())
    tried_at: Mapped[dt.datetime | None]
    own_time: Mapped[str] = mapped_column(server_default="")
    notice: Mapped[str] = mapped_column(server_default="")


# Written out rather than bound: SQLite takes the index of dead letters only where it sees the condition.
DEAD: Final = literal_column("outbox.state") == literal_column("'dead'")
STANDING: Final = MessageRow.removed_at.is_(None) & or_(
    MessageRow.sent_at.is_not(None), exists().where(OutboxRow.message_key == MessageRow.key, OutboxRow.done_at.is_(None))
)
"""A copy that is on its platform or on its way there; one that could not be delivered is not."""
