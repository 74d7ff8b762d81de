"""What an opportunity is: its parts, where it stands, what the animators chose about all of them."""

from __future__ import annotations

import datetime as dt  # noqa: TC003 - msgspec resolves these annotations at run time
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from bot.model import Member


class Kind(StrEnum):
    """What kind of business it is."""

    MISSION = "mission"
    SUBCONTRACTING = "subcontracting"
    PARTNERSHIP = "partnership"
    TEAM = "team"
    OTHER = "other"


class Place(StrEnum):
    """Where the work is done."""

    REMOTE = "remote"
    HYBRID = "hybrid"
    SITE = "site"


class Fee(StrEnum):
    """What is due for the referral."""

    NONE = "none"
    PERCENT = "percent"
    FIXED = "fixed"
    DISCUSSED = "discussed"


class Payer(StrEnum):
    """Who pays the referral fee."""

    TAKER = "taker"
    CLIENT = "client"
    POSTER = "poster"


class Status(StrEnum):
    """Where an opportunity stands. `CLOSED`: whoever posted it left; `REMOVED`: by an animator."""

    DRAFT = "draft"
    OPEN = "open"
    TALKS = "talks"
    FILLED = "filled"
    ELSEWHERE = "elsewhere"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    CLOSED = "closed"
    REMOVED = "removed"


LIVE: Final = (Status.OPEN, Status.TALKS)
"""Those that can be answered."""


@dataclass(frozen=True, slots=True)
class Contents:
    """What is said of an opportunity. `kind`, `place` and `fee` are None until they are chosen.

    `budget` is in the poster's words, empty until it is stated; `until` is the deadline as understood, `deadline` as it was said.
    `share` is the percentage or the amount of the referral fee, in their words. `locale` is the language it is written in.
    """

    title: str
    what: str = ""
    skills: str = ""
    budget: str = ""
    deadline: str = ""
    until: dt.date | None = None
    kind: Kind | None = None
    place: Place | None = None
    where: str = ""
    fee: Fee | None = None
    share: str = ""
    payer: Payer | None = None
    locale: str = ""

    @property
    def complete(self) -> bool:
        """Whether it says all that has to be said before anybody answers."""
        return bool(self.title and self.what and self.budget and self.kind and self.place and self.fee)


@dataclass(frozen=True, slots=True)
class Opportunity:
    """An opportunity. `proposed` is a change of a published one that is not published yet; `version` counts its changes.

    `reviewed_since`: it, or its change, waits for an animator. `refused` is why one said no.
    `filled_by` is a member who is still here.
    """

    id: int
    poster: Member
    status: Status
    contents: Contents
    version: int
    created_at: dt.datetime
    proposed: Contents | None = None
    refused: str = ""
    reviewed_since: dt.datetime | None = None
    published_at: dt.datetime | None = None
    expires_at: dt.datetime | None = None
    filled_by: Member | None = None

    @property
    def live(self) -> bool:
        """Whether it can be answered."""
        return self.status in LIVE and not self.poster.left

    @property
    def newest(self) -> Contents:
        """What whoever posted it wrote last, published or not."""
        return self.proposed or self.contents


@dataclass(frozen=True, slots=True)
class Settings:
    """What the animators chose: approval first or not, open posts and posts a week of one member, days until a post expires."""

    approval: bool = False
    most_open: int = 5
    most_weekly: int = 3
    stays: int = 30
