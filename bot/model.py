"""The nouns of the core: communities, workspaces, members, and one interaction. No SDK object, no raw payload."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Community:
    """One group of independents, spread over one or more workspaces. `zone` is an IANA time zone."""

    id: int
    name: str
    locale: str
    zone: str


@dataclass(frozen=True, slots=True)
class Workspace:
    """One Slack workspace or one Discord server, as known to us."""

    id: int
    platform: str
    external_id: str
    name: str


@dataclass(frozen=True, slots=True)
class Member:
    """A person of the community. `locale` and `zone` are what they chose themselves, empty where they did not."""

    id: int
    name: str
    locale: str = ""
    zone: str = ""
    animator: bool = False
    joined_at: dt.datetime = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
    left: bool = False


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel of the workspace, as chosen by a member."""

    external_id: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class WorkspaceRef:
    """A workspace as the platform names it. Empty `external_id`: a private conversation that does not say which."""

    platform: str
    external_id: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class AccountRef:
    """A person's identity on one workspace as the platform tells it; fields it did not tell stay empty.

    `handle` is what to call somebody who is new while the platform has not told their name; it renames nobody.
    `administrator`: whether the platform says they may manage the workspace; None where it says nothing of it.
    """

    external_id: str
    name: str = ""
    locale: str = ""
    zone: str = ""
    administrator: bool | None = None
    bot: bool = False
    handle: str = ""


class Kind(StrEnum):
    """What a member, or the platform, just did."""

    COMMAND = "command"
    ACTION = "action"
    SUBMIT = "submit"
    SUGGEST = "suggest"
    EVENT = "event"


class Where(StrEnum):
    """What kind of place an interaction came from."""

    CHANNEL = "channel"
    THREAD = "thread"
    DIRECT = "direct"
    HOME = "home"
    NOWHERE = "nowhere"


@dataclass(frozen=True, slots=True)
class Place:
    """Where an interaction happened; `external_id` is the channel, `thread` its thread where there is one."""

    kind: Where = Where.NOWHERE
    external_id: str = ""
    thread: str = ""


Value = str | int | bool | dt.date | AccountRef | Channel | tuple[str, ...] | None
"""What a platform delivers for an option or a field, already parsed from its own notation."""


@dataclass(frozen=True, slots=True)
class Invocation:
    """One interaction as an adapter understood it.

    `name` is a command in English (`animator setup`), an action or form id (`request:accept:42`; a select's choices are in
    `values["values"]`), the id of a suggestion (the words typed so far in `values["words"]`), or an event (`member_joined`).
    `delivery_id` is the same when the platform delivers the same thing again.
    """

    kind: Kind
    name: str
    delivery_id: str
    workspace: WorkspaceRef
    account: AccountRef | None = None
    place: Place = field(default_factory=Place)
    values: Mapping[str, Value] = field(default_factory=dict[str, Value])
