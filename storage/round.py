"""A round as a value: how far it went, what part each member has in it, what came of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from bot.text import Text
    from storage.programmes import Terms


class Stage(StrEnum):
    """How far a round went: members are told of it, the animators look at its meetings, they go out, are under way, are over."""

    NOTICED = "noticed"
    MATCHED = "matched"
    SENDING = "sending"
    SENT = "sent"
    OVER = "over"
    CANCELLED = "cancelled"


class Answer(StrEnum):
    """What a member said to the notice."""

    NONE = ""
    IN = "in"
    SKIP = "skip"


class Part(StrEnum):
    """What part a member has: none yet, a meeting, waiting for somebody, left out; `GONE`: they left it."""

    NONE = ""
    MATCHED = "matched"
    WAITING = "waiting"
    LEFT_OUT = "left_out"
    GONE = "gone"


UNDER_WAY: Final = (Stage.NOTICED, Stage.MATCHED, Stage.SENDING, Stage.SENT)


@dataclass(frozen=True, slots=True)
class Round:
    """A round."""

    id: int
    programme_id: int
    date: dt.date
    stage: Stage
    match_at: dt.datetime
    send_at: dt.datetime
    seed: int = 0
    sent_at: dt.datetime | None = None
    over_at: dt.datetime | None = None
    next_at: dt.datetime | None = None
    relaxed: tuple[Text, ...] = ()
    dropped: Mapping[str, int] = field(default_factory=dict[str, int])
    terms: Terms | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Somebody's part in a round, by the member's id."""

    member: int
    answer: Answer = Answer.NONE
    part: Part = Part.NONE
    why: Text | None = None
    late: bool = False
    heard: bool = False

    @property
    def out(self) -> bool:
        """Whether they skipped the round or left it."""
        return self.answer is Answer.SKIP or self.part is Part.GONE


@dataclass(frozen=True, slots=True)
class Figures:
    """What came of a round, in members; `met` and `meetings` count meetings that took place, and all of them.

    `eligible` were told of it, `late` joined once it was matched.
    """

    eligible: int = 0
    late: int = 0
    opted_out: int = 0
    matched: int = 0
    left_out: int = 0
    waiting: int = 0
    replied: int = 0
    meetings: int = 0
    met: int = 0
