"""What the matching engine is told and what it answers."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from bot.hours import USUAL

if TYPE_CHECKING:
    import datetime as dt

    from bot.hours import WorkingHours
    from bot.text import Mention, Text

SMALLEST: Final = 2
LARGEST: Final = 8
"""Members of a group. A pool that does not divide by two has a trio besides, one of larger groups one more or less."""


class Odd(StrEnum):
    """What happens where the people do not divide by the size: somebody makes a pair a trio, or they are left out in turns."""

    TRIO = "trio"
    ROTATE = "rotate"


class Trade(StrEnum):
    """Whether people of one trade meet."""

    ANY = "any"
    DIFFERENT = "different"
    SAME = "same"


class Step(StrEnum):
    """A step of the ladder: which rule gives way, the first one first, where somebody would have nobody to meet."""

    HOURS = "hours"
    REPEAT = "repeat"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who is in this time.

    `name` is what reasons call them (a `Mention` where they should be one), their id where it is empty. What is not known is
    not held against them: no language, no `zone` (IANA). `hours` are local. `left_out`: how many rounds in a row since they
    last met somebody; `last_out`: the day they were left out last, whatever came since; `initiated`: how often they were the one
    to propose a time.
    """

    id: str
    offers: tuple[str, ...] = ()
    seeks: tuple[str, ...] = ()
    trade: str = ""
    languages: tuple[str, ...] = ()
    zone: str = ""
    hours: WorkingHours = USUAL
    workspaces: frozenset[str] = frozenset()
    since: dt.date | None = None
    left_out: int = 0
    initiated: int = 0
    name: str | Mention = ""
    last_out: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Meeting:
    """A meeting: of those who met, one that took place; of those put together lately, one that did not, as far as is known."""

    members: frozenset[str]
    date: dt.date


@dataclass(frozen=True, slots=True)
class Weights:
    """What a pair is worth, in points; `docs/why/matching.md` says why so much."""

    complement: float = 2.0
    """For each of the two, where the other offers what they seek: half of it for one thing, more for several."""
    newcomer: float = 0.5
    """One of them is new, the other has been there for long."""
    across: float = 0.3
    """They share no workspace."""
    trades: float = 0.2
    """Their trades are known and different."""
    met: float = -12.0
    """They met before, long enough ago to be allowed to meet again: so much just then, half of it after years."""
    lately: float = -6.0
    """They were put together and nobody said that they met: so much the same day, half of it after each month."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What has to hold. `common_hours`: working hours a day that all of a group share at least; 0 is no rule.

    `window`: how long after a meeting the same two may meet again; None: not as long as there is somebody else.
    """

    size: int = 2
    odd: Odd = Odd.TRIO
    trade: Trade = Trade.ANY
    common_hours: float = 1.0
    window: dt.timedelta | None = None
    weights: Weights = field(default_factory=Weights)

    def __post_init__(self) -> None:
        if not SMALLEST <= self.size <= LARGEST:
            message = f"groups have {SMALLEST} to {LARGEST} members, not {self.size}"
            raise ValueError(message)


@dataclass(frozen=True, slots=True)
class Group:
    """People who meet: the first one proposes a time. `reasons` say why they, most telling first; `locked`: an animator's wish."""

    members: tuple[str, ...]
    score: float
    reasons: tuple[Text, ...]
    locked: bool = False


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Somebody who meets nobody this time, and why, as they may be told."""

    id: str
    reason: Text


@dataclass(frozen=True, slots=True)
class Relaxation:
    """A rule that gave way for two people, and how to tell the animator."""

    step: Step
    members: tuple[str, str]
    text: Text


@dataclass(frozen=True, slots=True)
class Matching:
    """Who meets whom. `score` is the groups' together; no permitted matching of these people has more than `bound`.

    `relaxed`: what of the ladder was used, for the animator.
    """

    groups: tuple[Group, ...]
    left_out: tuple[LeftOut, ...]
    score: float
    bound: float
    relaxed: tuple[Relaxation, ...]
    seed: int
