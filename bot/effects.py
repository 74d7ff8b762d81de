"""What a handler wants to happen, as data. Replies are shown after the commit; the others become outbox rows in it.

`remember` names a message so that it can be changed later: `request:42` stands for every copy of it in the community.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from bot.ui import Card, Form


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer to whoever acted: private unless told otherwise; `edit` replaces the message whose button was pressed."""

    card: Card
    edit: bool = False
    private: bool = True


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


@dataclass(frozen=True, slots=True)
class Direct:
    """A private message to a member. `keep`: where their DMs are closed, show it at their next interaction instead.

    `when`: in their own time rather than at once. Until then it holds up nothing else, whoever leaves does not get it, and
    `Remove(…, waiting=True)` takes it back where its reason is gone.
    """

    member: int
    card: Card
    remember: str = ""
    keep: bool = False
    when: OwnTime | None = None


@dataclass(frozen=True, slots=True)
class Connect:
    """A private conversation of several members, opened with a card. `title` names it where the platform shows names.

    Members without a workspace in common each get the card as a direct message.
    """

    members: tuple[int, ...]
    title: str
    card: Card
    remember: str = ""


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
