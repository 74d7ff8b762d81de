"""A meeting as a value: who is in it and why, its times, what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime as dt

    from bot.model import Member
    from bot.text import Text


class Progress(StrEnum):
    """What became of a meeting: not sent yet, its members have their conversation, it took place, it did not, it was taken back."""

    PROPOSED = "proposed"
    SENT = "sent"
    MET = "met"
    ENDED = "ended"
    CANCELLED = "cancelled"


class Reply(StrEnum):
    """What somebody said of their meeting."""

    NONE = ""
    MET = "met"
    NOT_YET = "not_yet"
    COULD_NOT = "could_not"


@dataclass(frozen=True, slots=True)
class Attendee:
    """Somebody in a meeting, and what they said of it."""

    member: Member
    gone: bool = False
    reply: Reply = Reply.NONE


@dataclass(frozen=True, slots=True)
class Meeting:
    """A meeting. `locale` is the language of its conversation; `revision` counts the changes of what is in calendars."""

    id: int
    round_id: int
    progress: Progress
    attendees: tuple[Attendee, ...]
    reasons: tuple[Text, ...] = ()
    starter: str = ""
    slots: tuple[dt.datetime, ...] = ()
    chosen: dt.datetime | None = None
    chosen_by: int | None = None
    initiator: int | None = None
    locked: bool = False
    version: int = 1
    sent_at: dt.datetime | None = None
    asked: int = 0
    met_at: dt.datetime | None = None
    room: str = ""
    locale: str = ""
    revision: int = 0

    @property
    def members(self) -> tuple[Member, ...]:
        """Those who are in it still."""
        return tuple(one.member for one in self.attendees if not one.gone)

    def others(self, member: int) -> tuple[Member, ...]:
        """Return those who are in it still, but for one."""
        return tuple(one for one in self.members if one.id != member)

    def attendee(self, member: int) -> Attendee | None:
        """Return somebody in it, or who was; None where they never were."""
        return next((one for one in self.attendees if one.member.id == member), None)


@dataclass(frozen=True, slots=True)
class Group:
    """Who are to meet, the one who writes first before the others, and why."""

    members: tuple[int, ...]
    reasons: tuple[Text, ...] = ()
