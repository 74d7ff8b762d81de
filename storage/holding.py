"""A column that names a member: what an export shows of its rows, and what erasing makes of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import ColumnElement

    from storage.base import Base


class Area(StrEnum):
    """What something kept belongs to; the keys of an export."""

    ACCOUNTS = "accounts"
    PROFILE = "profile"
    PREFERENCES = "preferences"
    REQUESTS = "requests"
    OPPORTUNITIES = "opportunities"
    MEETINGS = "meetings"
    CIRCLES = "circles"
    CHECKINS = "checkins"
    OUTCOMES = "outcomes"
    THANKS = "thanks"
    VOICES = "voices"
    ICEBREAKERS = "icebreakers"
    DRAFTS = "drafts"
    MESSAGES = "messages"
    ATTENTION = "attention"
    ANIMATING = "animating"


class Fate(StrEnum):
    """What erasing makes of a row."""

    GONE = "gone"
    """It is deleted."""
    NOBODY = "nobody"
    """It stays without the member: the column is emptied."""
    FORMER = "former"
    """It stays as that of a former member, whoever that was, without its words: what it counts for belongs to others, too."""


@dataclass(frozen=True, slots=True, eq=False)
class Holding:
    """A column that names a member, in rows that are theirs or have to do with them.

    `shows` is what an export tells, by its key: a column, one of the table that a column refers to (`circle_id>name`), with `{}`
    one that holds JSON, with `[]` a sealed dialog. Where it is empty, `why` says so. Rows that do not meet `told`, and keys of
    `later` whose condition does not hold, are what the animators still look at: nobody was told of them yet, nor is the export.
    `blank` is what the row holds once it is erased. Rows that meet `unless` are deleted whatever the fate. Messages remembered by
    `posts` and the row's id are removed.
    """

    table: type[Base]
    column: str
    area: Area
    fate: Fate
    shows: Mapping[str, str] = field(default_factory=dict[str, str])
    why: str = ""
    told: ColumnElement[bool] | None = None
    later: Mapping[str, ColumnElement[bool]] = field(default_factory=dict[str, Any])
    blank: Mapping[str, Any] = field(default_factory=dict[str, Any])
    unless: ColumnElement[bool] | None = None
    posts: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The table and the column."""
        return f"{self.table.__tablename__}.{self.column}"

    @property
    def whose(self) -> Any:  # noqa: ANN401 - a column of the table
        """The column that names the member."""
        return self.table.__table__.c[self.column]


def same(*columns: str) -> dict[str, str]:
    """Return columns as they are called."""
    return {column: column for column in columns}
