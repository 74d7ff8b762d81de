"""What a handler wants to happen, as data. Replies are shown after the commit; the others become outbox rows in it.

`remember` names a message so that it can be changed later: `request:42` stands for every copy of it in the community.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, TypeAlias

from bot.errors import LimitError
from bot.ui import BUTTONS

SWITCH: Final = 48
"""Shorter than the id of an action: the one of *Less of this* holds it."""

if TYPE_CHECKING:
    from bot.drawing import Drawing
    from bot.notices import Notice
    from bot.text import Content
    from bot.ui import Card, Form


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer to whoever acted: private unless told otherwise; `edit` replaces the message whose button was pressed.

    `drawing` becomes the card's picture: it is drawn after the commit, while nothing waits for the database.
    """

    card: Card
    edit: bool = False
    private: bool = True
    drawing: Drawing | None = None


@dataclass(frozen=True, slots=True)
class OpenForm:
    """A dialog for whoever acted. What they typed before and was not accepted is there again."""

    form: Form


@dataclass(frozen=True, slots=True)
class Post:
    """A message in the channel with the role `to`, in every workspace of the community that has one.

    Remembered, it is there once: workspaces where a message of this name stands already get no second one.
    `thread` is the remembered name of a message whose thread to answer in; only workspaces with a copy of it get one then.
    """

    to: str
    card: Card
    remember: str = ""
    thread: str = ""


@dataclass(frozen=True, slots=True)
class OwnTime:
    """When somebody is written to for whom it need not be now: the next moment within their own working days and hours.

    With a `date`, not before the local time `at` of that date where they are: what goes out to everyone on a day reaches each of
    them in their own morning. Whoever chooses other hours or another zone meanwhile gets it by those.
    """

    date: dt.date | None = None
    at: dt.time = dt.time.min
    working: bool = True
    """Else at any time but their quiet hours."""


@dataclass(frozen=True, slots=True)
class Direct:
    """A private message to a member. `keep`: where their DMs are closed, show it at their next interaction instead.

    `when`: in their own time rather than at once. Until then it holds up nothing else, whoever leaves does not get it, and
    `Remove(…, waiting=True)` takes it back where its reason is gone.

    `notice` says what kind of message it is, and so whether it may go, when, and why it came; the card shows that in one line,
    with *Less of this*. What has no place this week waits for the member's digest, unless the kind is dropped then. `why` is
    more precise than the line of its kind; `switch` is the action that pauses or ends what it is about.
    """

    member: int
    card: Card
    remember: str = ""
    keep: bool = False
    when: OwnTime | None = None
    notice: Notice = field(kw_only=True)
    why: Content = ""
    switch: str = ""

    def __post_init__(self) -> None:
        if len(self.card.controls) > BUTTONS:
            message = f"direct message: {len(self.card.controls)} controls, at most {BUTTONS}"
            raise LimitError(message)
        if len(self.switch) > SWITCH:
            message = f"direct message: the id of its switch is {self.switch!r}, at most {SWITCH} characters"
            raise LimitError(message)


@dataclass(frozen=True, slots=True)
class Connect:
    """A private conversation of several members, opened with a card. `title` names it where the platform shows names.

    `locale` is the language it is in, also of what is changed in it later; without one, the language all are written to in, or else
    the community's. Members without a workspace in common each get the card as a direct message, in their own language.
    """

    members: tuple[int, ...]
    title: str
    card: Card
    remember: str = ""
    locale: str = ""


@dataclass(frozen=True, slots=True)
class Update:
    """New content for every copy of a remembered message, sent or not yet sent."""

    remembered: str
    card: Card


@dataclass(frozen=True, slots=True)
class Remove:
    """Every copy of a remembered message disappears; copies not yet sent are never sent. `waiting`: only those, the others stay."""

    remembered: str
    waiting: bool = False


Answer: TypeAlias = Reply | OpenForm
Outgoing: TypeAlias = Post | Direct | Connect | Update | Remove
Effect: TypeAlias = Answer | Outgoing
Effects: TypeAlias = Effect | Sequence[Effect] | None
