"""Check-ins, as values: questions and their kinds, campaigns, whom they reach, who reads an answer."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import msgspec

from bot.recurrence import Daily, Recurrence

GRACE: Final = dt.timedelta(hours=12)
"""How late a sending that repeats may still begin."""
LEAD: Final = 1
"""Days ahead at which a sending begins: its morning comes first to those who live furthest east."""
MORNING: Final = dt.time(9)
SCALE: Final = ("1", "2", "3", "4", "5")
"""What a scale offers, the worst first."""


class Kind(StrEnum):
    """What a question asks for."""

    SCALE = "scale"
    ONE = "one"
    SEVERAL = "several"
    TEXT = "text"


class Question(msgspec.Struct, frozen=True):
    """A question: one of a template (`key`), or of an animator's own (`words` and `options`, for a scale its two ends).

    `low`: the animators are told at once of an answer to this scale at or under it, where they read it; 0: of none.
    """

    kind: Kind
    words: str = ""
    options: tuple[str, ...] = ()
    low: int = 0
    key: str = ""


class Said(msgspec.Struct, frozen=True):
    """What somebody answered: for each question what they chose or wrote; `call`: they would like to be called."""

    answers: tuple[tuple[str, ...], ...]
    call: bool = False


class Reads(StrEnum):
    """Who reads an answer. `TOTALS`: nobody; it is counted and kept nowhere else."""

    ANIMATORS = "animators"
    PEER = "peer"
    TOTALS = "totals"


class Group(StrEnum):
    """Whom a campaign is for."""

    EVERYONE = "everyone"
    NEWCOMERS = "newcomers"
    SILENT = "silent"
    NOTHING = "nothing"
    OFFER = "offer"
    WORKSPACE = "workspace"
    ZONE = "zone"


@dataclass(frozen=True, slots=True)
class Audience:
    """Whom a campaign is for. `days` for newcomers, silence and nothing received; `value` an offer, a workspace's id or a zone."""

    group: Group = Group.EVERYONE
    days: int = 30
    value: str = ""


class State(StrEnum):
    """How far a campaign is."""

    DRAFT = "draft"
    RUNNING = "running"
    STOPPED = "stopped"


class Rhythm(StrEnum):
    """How often a campaign goes out. `DAY`: to each member so many days after they joined."""

    ONCE = "once"
    REPEAT = "repeat"
    DAY = "day"


@dataclass(frozen=True, slots=True)
class Campaign:
    """A series of questions. Empty `title` and `opening` are those of its template. `date` is the first, `at` the local time."""

    id: int
    template: str
    title: str = ""
    opening: str = ""
    questions: tuple[Question, ...] = ()
    audience: Audience = Audience()
    date: dt.date | None = None
    at: dt.time = MORNING
    rule: Recurrence | None = None
    day: int = 0
    state: State = State.DRAFT
    author: int | None = None

    @property
    def rhythm(self) -> Rhythm:
        """How often it goes out."""
        return Rhythm.DAY if self.day else Rhythm.REPEAT if self.rule is not None else Rhythm.ONCE

    @property
    def recurrence(self) -> Recurrence | None:
        """When it goes out by itself; None where it is once."""
        if self.day:
            return Recurrence(Daily(), self.at, grace=GRACE, lead=LEAD)
        return None if self.rule is None else msgspec.structs.replace(self.rule, at=self.at, grace=GRACE, lead=LEAD)

    def period(self, date: dt.date) -> dt.date:
        """Return under which date a sending is counted: its own, or the quarter's where newcomers get it day by day."""
        return dt.date(date.year, date.month - (date.month - 1) % 3, 1) if self.day else date


class Stage(StrEnum):
    """How far a sending is.

    `STOPPING`: what has not gone out is being taken back. `OVER`: it takes no answers any more. `MISSED`: its morning was long past
    when it could begin.
    """

    SENDING = "sending"
    SENT = "sent"
    STOPPING = "stopping"
    STOPPED = "stopped"
    MISSED = "missed"
    OVER = "over"


OPEN: Final = (Stage.SENDING, Stage.SENT, Stage.STOPPING, Stage.STOPPED)
"""A sending takes answers: also one that was stopped, from those whom it had reached."""


@dataclass(frozen=True, slots=True)
class Sending:
    """One time at which a campaign goes out, at each member's own morning of a date."""

    id: int
    campaign: int
    date: dt.date
    stage: Stage
    next_at: dt.datetime | None = None

    @property
    def open(self) -> bool:
        """Whether it takes answers."""
        return self.stage in OPEN


class Receipt(StrEnum):
    """Where somebody stands with a sending. `CLOSED`: they answered, or would rather not; nobody can tell which."""

    ASKED = "asked"
    CLOSED = "closed"
    LEFT_OUT = "left_out"


class LeftOut(StrEnum):
    """Why somebody of the audience is not asked."""

    STOPPED = "stopped"
    NONE = "none"
    DIGEST = "digest"
    CAP = "cap"
    DOORS = "doors"


@dataclass(frozen=True, slots=True)
class Counts:
    """How many were asked, left out, and gave an answer that somebody reads by name."""

    asked: int = 0
    left_out: int = 0
    answered: int = 0
