"""A circle as a value: who is in it and how, its rhythm, its weeks, what its members answered."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from bot.recurrence import Recurrence, Weekly

if TYPE_CHECKING:
    from bot.model import Member
    from bot.text import Text

SMALLEST: Final = 3
LARGEST: Final = 8
"""Members of a circle."""
USUAL: Final = Recurrence(Weekly((0,)), dt.time(9), grace=dt.timedelta(hours=12))
"""Every Monday at nine."""


class State(StrEnum):
    """How far a circle is: only the animators see it, fewer than three said yes so far, it meets, it is no more."""

    PROPOSED = "proposed"
    FORMING = "forming"
    RUNNING = "running"
    CLOSED = "closed"


class Part(StrEnum):
    """What somebody is to a circle. `ASKING`: they would like to be in it; `GONE`: they left.

    `DECLINED`: they were invited and would rather not; `REFUSED`: they asked, and its members would rather not.
    """

    INVITED = "invited"
    ASKING = "asking"
    IN = "in"
    GONE = "gone"
    DECLINED = "declined"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Peer:
    """Somebody and a circle, `since` when. `commitment` is what they said last that they would do, word for word."""

    member: Member
    part: Part = Part.IN
    snoozed_until: dt.date | None = None
    commitment: str = ""
    invited_by: int | None = None
    since: dt.datetime = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


@dataclass(frozen=True, slots=True)
class Circle:
    """A circle. `open`: whoever likes comes in, else its members are asked. `room` counts its conversations, `room_of` are in one.

    `keeper` is who made it. `small`: it fell under three, and its members decide what becomes of it.
    """

    id: int
    name: str
    state: State = State.RUNNING
    rule: Recurrence = USUAL
    open: bool = False
    peers: tuple[Peer, ...] = ()
    keeper: int | None = None
    room: int = 0
    room_of: tuple[int, ...] = ()
    weeks: int = 0
    small: bool = False
    proposal: int | None = None
    reasons: tuple[Text, ...] = ()
    created_at: dt.datetime = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)

    @property
    def alive(self) -> bool:
        """Whether there is still something to be in."""
        return self.state in (State.FORMING, State.RUNNING)

    @property
    def members(self) -> tuple[Member, ...]:
        """Those who are in it, longest first."""
        return tuple(peer.member for peer in self.peers if peer.part is Part.IN)

    @property
    def invited(self) -> tuple[Member, ...]:
        """Those who have not answered their invitation."""
        return tuple(peer.member for peer in self.peers if peer.part is Part.INVITED)

    @property
    def room_left(self) -> int:
        """How many more may come in."""
        return LARGEST - len(self.members)

    def peer(self, member: int) -> Peer | None:
        """Return somebody's part in it, None where they never had one."""
        return next((peer for peer in self.peers if peer.member.id == member), None)

    def has(self, member: int) -> bool:
        """Tell whether somebody is in it."""
        peer = self.peer(member)
        return peer is not None and peer.part is Part.IN

    def others(self, member: int) -> tuple[Member, ...]:
        """Return who is in it besides somebody."""
        return tuple(one for one in self.members if one.id != member)

    @property
    def first(self) -> int | None:
        """Who may close it: whoever made it, as long as they are in it, else who is in it longest."""
        members = self.members
        if self.keeper is not None and self.has(self.keeper):
            return self.keeper
        return members[0].id if members else None


class Stage(StrEnum):
    """How far a week is: its members are asked, their answers are shown."""

    ASKED = "asked"
    SHOWN = "shown"


class Said(StrEnum):
    """What somebody did with the questions of a week. `RESTING`: they were not asked; `GONE`: they left the circle meanwhile."""

    ASKED = "asked"
    ANSWERED = "answered"
    SKIPPED = "skipped"
    RESTING = "resting"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Told:
    """What somebody said in a week, and the commitment they were asked about. `page` is the card it was shown on, from 1."""

    member: Member
    said: Said = Said.ANSWERED
    before: str = ""
    happened: str = ""
    ahead: str = ""
    hand: str = ""
    kept: bool = False
    page: int = 0


@dataclass(frozen=True, slots=True)
class Week:
    """One time that the members of a circle are asked. `asked` and `answered` are kept when the words are gone."""

    id: int
    circle_id: int
    date: dt.date
    number: int
    stage: Stage = Stage.ASKED
    nudge_at: dt.datetime = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
    deadline: dt.datetime = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
    nudged: bool = False
    shown_at: dt.datetime | None = None
    room: int = 0
    asked: int = 0
    answered: int = 0
    answers: tuple[Told, ...] = field(default=())

    def answer(self, member: int) -> Told | None:
        """Return what somebody said, None where they were not in the circle when it was asked."""
        return next((each for each in self.answers if each.member.id == member), None)

    @property
    def readers(self) -> tuple[Member, ...]:
        """Who reads the answers: those who were in the circle when it was asked, and are still."""
        return tuple(each.member for each in self.answers if each.said is not Said.GONE)

    @property
    def given(self) -> tuple[Told, ...]:
        """The answers there are."""
        return tuple(each for each in self.answers if each.said is Said.ANSWERED)

    @property
    def waiting(self) -> tuple[Member, ...]:
        """Who was asked and said nothing."""
        return tuple(each.member for each in self.answers if each.said is Said.ASKED)


class Step(StrEnum):
    """How far a merge is: the small circle is asked, the other one is, both want it, it does not come to be."""

    OFFERED = "offered"
    ASKED = "asked"
    DONE = "done"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Merge:
    """Two circles that may become one: the members of `small` would come to `large`. `yes` says who wants it."""

    id: int
    small: int
    large: int
    step: Step
    ends_at: dt.datetime
    yes: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class CircleProposal:
    """Circles that an animator asked the matching engine for. `everyone`: also members who did not ask for a circle."""

    id: int
    by: int | None
    size: int = 4
    everyone: bool = False
    seed: int = 0
    ready: bool = False
    over: bool = False
