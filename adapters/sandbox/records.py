"""What the sandbox remembers, as frozen records: people, conversations, messages, what was read or removed, and its time."""

from __future__ import annotations

import datetime as dt  # noqa: TC003 - msgspec resolves these annotations at run time
import re
from typing import Final, Literal

import msgspec

from bot.i18n import fold
from bot.ui import Card  # noqa: TC001 - the same

BOT: Final = "confrere"
"""The id of the bot's own account."""

DIRECT, HOME, GROUP = "direct", "home", "group"

COLOURS: Final = 12
"""How many avatar colours the style sheet has."""


class Person(msgspec.Struct, frozen=True, tag="person"):
    """Somebody of the workspace. `colour` is one of `COLOURS`; `dm_closed` refuses the bot's direct messages."""

    id: str
    name: str
    locale: str
    zone: str
    joined_at: dt.datetime
    administrator: bool = False
    dm_closed: bool = False
    left: bool = False
    colour: int = 0

    @property
    def initials(self) -> str:
        """At most two letters for the avatar."""
        words = [word for word in re.split(r"[\s\-]+", self.name) if word and word[0].isalnum()]
        picked = words if len(words) < 2 else [words[0], words[-1]]  # noqa: PLR2004 - first and last name
        return "".join(word[0] for word in picked).upper() or "?"


class Conversation(msgspec.Struct, frozen=True, tag="conversation"):
    """A place to write. `members` is empty for channels, which everybody is in."""

    id: str
    kind: Literal["channel", "direct", "home", "group"]
    name: str
    topic: str = ""
    members: tuple[str, ...] = ()


class Message(msgspec.Struct, frozen=True, tag="message"):
    """A message: words of a person, or a card of the bot written for `locale` and `zone`.

    `number` orders all messages; `thread` is the id of the message it answers; `only_for` is the one person who sees it;
    `key` is the envelope it was delivered with; `version` grows when it is edited.
    """

    number: int
    conversation: str
    author: str
    at: dt.datetime
    text: str = ""
    card: Card | None = None
    locale: str = "en"
    zone: str = "UTC"
    thread: str = ""
    only_for: str = ""
    key: str = ""
    version: int = 0

    @property
    def id(self) -> str:
        """Its id on the workspace."""
        return f"m{self.number}"


class Gone(msgspec.Struct, frozen=True, tag="gone"):
    """A message that was removed; its key is remembered, so that a repeated delivery does not bring it back."""

    id: str
    conversation: str
    thread: str = ""
    key: str = ""


class Read(msgspec.Struct, frozen=True, tag="read"):
    """How far somebody has read a conversation: the number of the last message they saw."""

    person: str
    conversation: str
    number: int


class Ahead(msgspec.Struct, frozen=True, tag="ahead"):
    """How many seconds the workspace's clock is ahead of the machine's, where it was moved."""

    seconds: float


Record = Person | Conversation | Message | Gone | Read | Ahead


def direct_id(person: str) -> str:
    """Return the id of somebody's conversation with the bot."""
    return f"{DIRECT}.{person}"


def home_id(person: str) -> str:
    """Return the id of somebody's home."""
    return f"{HOME}.{person}"


def slug(name: str) -> str:
    """Return a name as an id: lower-case letters, figures and hyphens; `person` where nothing is left."""
    return re.sub(r"[^a-z0-9]+", "-", fold(name)).strip("-")[:40] or "person"
