"""Why a direct message comes, and whether it may: each kind of message with its reason in words, and what members chose. Pure.

*Unasked* is what reaches out to somebody who did nothing for it: it counts under their weekly number, keeps to their hours, and
may be switched off. *Personal* is what another member says to them. *Own* follows from what they started or joined. *Duty* is the
work of animators. `decide` is the one place that says whether a message goes now, in the weekly digest, or not at all.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

import msgspec

from bot.effects import OwnTime
from bot.hours import USUAL as USUAL_HOURS
from bot.hours import due
from bot.i18n import _, fits
from bot.recurrence import DAY, instant
from bot.text import Content, Text  # noqa: TC001 - msgspec resolves these annotations at run time
from bot.ui import WHY, Button, Card

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.hours import WorkingHours

WEEKLY: Final = 3
"""Messages a week that a member did not ask for, where they chose nothing else."""
WEEK: Final = dt.timedelta(days=7)
MORNING: Final = dt.time(9)
"""When the digest comes, on a Monday; later for whoever begins later."""
SLACK: Final = dt.timedelta(hours=2)
"""A week with a change of clocks in it may be an hour short."""
FEATURE: Final = "notice"
LESS: Final = "less"
"""The action behind *Less of this*."""


class Sort(StrEnum):
    """How a kind of message is treated."""

    UNASKED = "unasked"
    PERSONAL = "personal"
    OWN = "own"
    DUTY = "duty"
    DIGEST = "digest"


class Notice(StrEnum):
    """The kinds of direct messages. The value is what is stored."""

    OPPORTUNITY = "opportunity"
    HELP = "help"
    ALLY = "ally"
    CHECKIN = "checkin"
    VALUE = "value"
    INVITATION = "invitation"
    INTRODUCTION = "introduction"
    NAMED = "named"
    PROPOSAL = "proposal"
    THANKS = "thanks"
    WORDS = "words"
    WELCOME = "welcome"
    REQUEST = "request"
    POSTED = "posted"
    PASSED_ON = "passed_on"
    REPORTED = "reported"
    ROUND = "round"
    MEETING = "meeting"
    PROMPT = "prompt"
    CIRCLE = "circle"
    ANSWER = "answer"
    VOICE = "voice"
    OUTCOME = "outcome"
    SETUP = "setup"
    REVIEW = "review"
    UNANSWERED = "unanswered"
    CARE = "care"
    RUNNING = "running"
    CALENDAR = "calendar"
    ROUNDS = "rounds"
    PULSE = "pulse"
    DIGEST = "digest"


@dataclass(frozen=True, slots=True)
class Nature:
    """What there is to say of a kind: how it is treated, what it is called, and why it comes, in one line.

    `dropped`: one that comes days late makes no sense, so what has no place is not kept for the digest. `urgent`: whoever prefers
    the digest still gets it at once, within their number. `counted`: it fills a place of the week although it is not held back.
    `switch` says what the button to the feature's own switch does, where there is one.
    """

    sort: Sort
    label: Text
    why: Text
    dropped: bool = False
    urgent: bool = False
    counted: bool = False
    switch: Text = field(default_factory=lambda: _("Look at it"))


NATURES: Final[Mapping[Notice, Nature]] = {
    Notice.OPPORTUNITY: Nature(
        Sort.UNASKED,
        _("Opportunities that fit my profile"),
        _("You get this because it fits what you offer, or somebody thought of you."),
    ),
    Notice.HELP: Nature(
        Sort.UNASKED,
        _("Requests I could help with"),
        _("You get this because somebody needs help that you can probably give."),
        urgent=True,
    ),
    Notice.ALLY: Nature(Sort.UNASKED, _("Members worth meeting"), _("You get this because you two could be of use to each other.")),
    Notice.CHECKIN: Nature(
        Sort.UNASKED,
        _("How I am doing"),
        _("You get this because the animator of your community would like to know."),
        dropped=True,
    ),
    Notice.VALUE: Nature(
        Sort.UNASKED,
        _("What the community gives me"),
        _("You get this because it matters whether this community is worth your while."),
    ),
    Notice.INVITATION: Nature(
        Sort.UNASKED,
        _("Invitations to rounds and circles"),
        _("You get this because there is a place that suits you."),
    ),
    Notice.INTRODUCTION: Nature(
        Sort.UNASKED,
        _("Reminders to introduce myself"),
        _("You get this because the others do not know you yet."),
        dropped=True,
    ),
    Notice.NAMED: Nature(
        Sort.PERSONAL,
        _("Requests from somebody who names me"),
        _("You get this because whoever asks chose you."),
        counted=True,
    ),
    Notice.PROPOSAL: Nature(
        Sort.PERSONAL,
        _("Members who would like to meet me"),
        _("You get this because this member chose you."),
    ),
    Notice.THANKS: Nature(Sort.PERSONAL, _("Thanks"), _("You get this because somebody thanks you.")),
    Notice.WORDS: Nature(
        Sort.PERSONAL,
        _("Messages that I pass on"),
        _("You get this because you two were brought together and share no workspace."),
        switch=_("Stop these messages"),
    ),
    Notice.WELCOME: Nature(Sort.OWN, _("Welcome"), _("You get this because you have just joined.")),
    Notice.REQUEST: Nature(Sort.OWN, _("News of what I asked"), _("You get this because you asked for help.")),
    Notice.POSTED: Nature(Sort.OWN, _("News of what I posted"), _("You get this because you posted this opportunity.")),
    Notice.PASSED_ON: Nature(Sort.OWN, _("What came of my help"), _("You get this because you helped, or knew who could.")),
    Notice.REPORTED: Nature(Sort.OWN, _("What came of my report"), _("You get this because you reported it.")),
    Notice.ROUND: Nature(
        Sort.OWN,
        _("Rounds of meetings"),
        _("You get this because you take part in the meetings."),
        switch=_("Pause the meetings, or leave them"),
    ),
    Notice.MEETING: Nature(
        Sort.OWN,
        _("A meeting of mine"),
        _("You get this because of a meeting of yours."),
        switch=_("Pause the meetings, or leave them"),
    ),
    Notice.PROMPT: Nature(Sort.OWN, _("Questions I proposed"), _("You get this because you proposed this question.")),
    Notice.CIRCLE: Nature(
        Sort.OWN,
        _("My circles"),
        _("You get this because you are in this circle."),
        switch=_("Pause or leave this circle"),
    ),
    Notice.ANSWER: Nature(Sort.OWN, _("Answers to what I told an animator"), _("You get this because you wrote to the animator.")),
    Notice.VOICE: Nature(Sort.OWN, _("News of what I raised"), _("You get this because you raised it.")),
    Notice.OUTCOME: Nature(Sort.OWN, _("Gains to confirm"), _("You get this because it was you who gained, or gave.")),
    Notice.SETUP: Nature(Sort.DUTY, _("Setting up"), _("You get this because you run this community.")),
    Notice.REVIEW: Nature(
        Sort.DUTY,
        _("What waits for an animator’s look"),
        _("You get this because animators look at it before it goes on."),
    ),
    Notice.UNANSWERED: Nature(
        Sort.DUTY,
        _("Requests that nobody answered"),
        _("You get this because nobody else has an answer, and you run this community."),
    ),
    Notice.CARE: Nature(Sort.DUTY, _("Members who need somebody"), _("You get this because they chose that you read it.")),
    Notice.RUNNING: Nature(
        Sort.DUTY,
        _("Messages that did not arrive"),
        _("You get this because you run this community, and something does not work."),
    ),
    Notice.CALENDAR: Nature(
        Sort.DUTY,
        _("What is coming, and what was missed"),
        _("You get this because you run this community’s calendar."),
    ),
    Notice.ROUNDS: Nature(Sort.DUTY, _("Rounds, for the animators"), _("You get this because you run the rounds here.")),
    Notice.PULSE: Nature(Sort.DUTY, _("The week in figures"), _("You get this because you run this community.")),
    Notice.DIGEST: Nature(
        Sort.DIGEST,
        _("Weekly digest"),
        _("You get this once a week at most, because it had no place among your messages, or you wished so."),
    ),
}
"""Everything there is to say of each kind."""


class Way(StrEnum):
    """How a message goes, if it does."""

    NOW = "now"
    DIGEST = "digest"
    NEVER = "never"


class Because(StrEnum):
    """Why a message does not go at once."""

    MUTED = "muted"
    GATHERED = "gathered"
    FULL = "full"
    NOTHING = "nothing"


REFUSALS: Final[Mapping[Because, Text]] = {
    Because.MUTED: _("wants no messages of this kind"),
    Because.GATHERED: _("reads these in the weekly digest"),
    Because.FULL: _("has had as many messages this week as they want"),
    Because.NOTHING: _("wants no message without having asked"),
}


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether a message goes, and why not at once."""

    way: Way
    because: Because | None = None


NOW: Final = Decision(Way.NOW)


@dataclass(frozen=True, slots=True)
class MessagePreference:
    """What a member chose: how often a week at most, a digest instead, kinds that never come, kinds that come in the digest."""

    weekly: int = WEEKLY
    digest: bool = False
    muted: frozenset[Notice] = frozenset()
    gathered: frozenset[Notice] = frozenset()


USUAL: Final = MessagePreference()


def decide(notice: Notice, chosen: MessagePreference, sent: int, *, waiting: bool) -> Decision:
    """Say how a message goes to somebody: `sent` is how many of the last seven days count.

    `waiting`: something waits for their digest, which takes a place of the week too.
    """
    nature = NATURES[notice]
    if notice in chosen.muted:
        return Decision(Way.NEVER, Because.MUTED)
    late = Way.NEVER if nature.dropped else Way.DIGEST
    if notice in chosen.gathered or (chosen.digest and nature.sort is Sort.UNASKED and not nature.urgent):
        return Decision(late, Because.GATHERED)
    if nature.sort is not Sort.UNASKED:
        return NOW
    if not chosen.weekly and not chosen.digest:
        return Decision(Way.NEVER, Because.NOTHING)
    return Decision(late, Because.FULL) if sent + waiting >= chosen.weekly else NOW


def counted(notice: Notice) -> bool:
    """Tell whether a message fills a place of somebody's week."""
    nature = NATURES[notice]
    return nature.counted or nature.sort in (Sort.UNASKED, Sort.DIGEST)


def may_wait(notice: Notice) -> bool:
    """Tell whether somebody may have this kind in their digest instead."""
    nature = NATURES[notice]
    return nature.sort in (Sort.UNASKED, Sort.PERSONAL, Sort.DUTY) and not nature.dropped and not nature.urgent


def may_stop(notice: Notice) -> bool:
    """Tell whether somebody may have nothing more of this kind."""
    return NATURES[notice].sort is Sort.UNASKED


def digest_time(now: dt.datetime, zone: str, hours: WorkingHours = USUAL_HOURS, last: dt.datetime | None = None) -> dt.datetime:
    """Return when the next digest comes: on Monday morning in somebody's own time, no sooner than a week after the `last`."""
    today = now.astimezone(ZoneInfo(zone)).date()
    monday = today + DAY * (-today.weekday() % 7)
    if instant(monday, MORNING, zone) < now:
        monday += WEEK
    after = now if last is None else max(now, last + WEEK - SLACK)
    return due(OwnTime(monday, MORNING), after, zone, hours)


class Reason(msgspec.Struct, frozen=True):
    """Why one message comes: its kind, more precise words where a feature has them, and where what it is about is switched off."""

    notice: Notice
    why: Content = ""
    switch: str = ""

    @property
    def words(self) -> Content:
        """The line that the message shows."""
        return self.why or NATURES[self.notice].why

    @property
    def less(self) -> Button:
        """The button under the message."""
        key = f":{self.switch}" if self.switch else ""
        return Button(_("Less of this"), f"{FEATURE}:{LESS}:{self.notice.value}{key}")


def with_reason(card: Card, reason: Reason) -> Card:
    """Return a card that says why it came, and has *Less of this* after its own buttons."""
    words = reason.words if fits(WHY, reason.words) else NATURES[reason.notice].why
    return msgspec.structs.replace(card, why=words, controls=(*card.controls, reason.less))
