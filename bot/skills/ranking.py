"""Who can help, who fits whom, and which opportunities are for whom: scores, and reasons that are true. Pure.

From a large community, `SkillIndex.nearest` of the storage gives some hundred candidates first, by `widen`; these functions
put them in order and say why.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.model import Member
    from bot.skills.weights import Rarity
    from bot.text import Text


@dataclass(frozen=True, slots=True)
class Candidate:
    """What is known of a member when looking for who fits.

    `locale` is their language, `available` what they said of it (None: nothing), `helped` how many requests they helped
    with, `helped_with` the words of those requests. `common_hours`: working hours a day in common with whoever asks (None:
    unknown); `asked_lately`: how often they were asked in the last 30 days; `capped`: they were asked as often as they
    want to be this month, and are left in peace; `newcomer`: joined not long ago.
    """

    member: Member
    does: str = ""
    offers: str = ""
    seeks: str = ""
    locale: str = ""
    available: bool | None = None
    helped: int = 0
    helped_with: tuple[str, ...] = ()
    common_hours: float | None = None
    asked_lately: int = 0
    capped: bool = False
    newcomer: bool = False


@dataclass(frozen=True, slots=True)
class Match:
    """A member who fits, how well (higher is better, only for comparison within one ranking), and why in words."""

    member: Member
    score: float
    reasons: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Posting:
    """Something a member may answer: an opportunity or a request. `key` is the caller's own."""

    key: int
    text: str
    locale: str = ""


@dataclass(frozen=True, slots=True)
class Fit:
    """A posting that fits a member, how well, and why in words."""

    posting: Posting
    score: float
    reasons: tuple[Text, ...]


def rank_helpers(
    need: str, candidates: Sequence[Candidate], limit: int = 5, *, locale: str = "", rarity: Rarity | None = None
) -> list[Match]:
    """Return who can help with something, best first; also the members for an opportunity, by its text.

    Members who said that they are not available, those who were asked enough, and those whose own words are too far from
    the need are not among them. `locale` is the language of whoever asks; `rarity` that of the whole community where the
    candidates are a part of it.
    """
    raise NotImplementedError


def rank_allies(me: Candidate, others: Sequence[Candidate], limit: int = 3, *, rarity: Rarity | None = None) -> list[Match]:
    """Return who would gain from knowing a member, and the other way round, best first.

    Where too few have something in common, the others who offer something follow: somebody to begin with.
    """
    raise NotImplementedError


def rank_opportunities(me: Candidate, postings: Sequence[Posting], limit: int = 5) -> list[Fit]:
    """Return the postings that a member could answer, by what they offer and do, best first; only those that fit."""
    raise NotImplementedError
