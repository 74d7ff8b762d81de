"""The sandbox's own state: who is there, what was written where, who sees it and has read it. Knows nothing of the bot."""

from __future__ import annotations

import asyncio
import zlib
from typing import TYPE_CHECKING, Any, Final

import msgspec

from adapters.sandbox.records import (
    BOT,
    COLOURS,
    DIRECT,
    GROUP,
    HOME,
    Ahead,
    Conversation,
    Gone,
    Message,
    Person,
    Read,
    direct_id,
    home_id,
    slug,
)
from bot.i18n import _

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Sequence

    from adapters.sandbox.journal import Journal
    from adapters.sandbox.records import Record
    from bot.ports import Clock
    from bot.text import Text
    from bot.ui import Card

NAME: Final = "sandbox"
"""The external id of the only workspace there is."""

CHANNELS: Final = (
    ("general", _("Everything that has no channel of its own")),
    ("introductions", _("Who has just arrived, and what they do")),
    ("help", _("Who can help with what")),
    ("thanks", _("Thank-yous for something precise")),
    ("opportunities", _("Missions, partnerships, subcontracting")),
    ("icebreakers", _("One question at a time")),
)
PEOPLE: Final = "people"
"""What a watcher is told when somebody joined, left or changed."""

TIME: Final = "time"
"""What a watcher is told when the clock was moved."""

READ: Final = "read:"
"""What a watcher is told, with the id of whoever read something."""

CLOSED: Final = ""
"""What a watcher is told last."""


class SandboxError(Exception):
    """Something a person cannot do here, in a sentence for them."""

    def __init__(self, message: Text) -> None:
        super().__init__(message.template)
        self.message = message


class Workspace:
    """Everything people see. Changes are written to the journal first, then told to whoever watches."""

    def __init__(self, journal: Journal, clock: Clock) -> None:
        self._journal = journal
        self._clock = clock
        self.people: dict[str, Person] = {}
        self.conversations: dict[str, Conversation] = {}
        self._messages: dict[str, Message] = {}
        self._places: dict[str, dict[str, Message]] = {}
        self._keys: dict[str, Gone] = {}
        self._read: dict[tuple[str, str], int] = {}
        self._number = 0
        self._ahead = Ahead(0)
        self._watchers: set[asyncio.Queue[str]] = set()

    def open(self) -> None:
        """Read the journal and write it anew without what was superseded.

        Raises:
            ConfigError: the file cannot be used.
        """
        for record in self._journal.load():
            self._apply(record)
        for name, topic in CHANNELS:
            if name not in self.conversations:
                self._apply(Conversation(name, "channel", name, topic.template))
        self._journal.rewrite(self._everything())

    def close(self) -> None:
        """Tell whoever watches that it is over, and let go of the file."""
        self.hush()
        self._journal.close()

    def hush(self) -> None:
        """Tell whoever watches that it is over."""
        for queue in self._watchers:
            queue.put_nowait(CLOSED)

    def now(self) -> dt.datetime:
        """Return the present instant of this workspace."""
        return self._clock.now()

    @property
    def number(self) -> int:
        """The number of the newest message."""
        return self._number

    def moved(self, ahead: dt.timedelta, *, quietly: bool = False) -> None:
        """Remember how far the clock is ahead of the machine's, for the next start; `quietly` tells no watcher."""
        record = Ahead(ahead.total_seconds())
        self._journal.append(record)
        self._apply(record)
        if not quietly:
            self._tell(TIME)

    # ------------------------------------------------------------ people

    def add_person(  # noqa: PLR0913 - each is one thing a platform knows of a person
        self,
        name: str,
        *,
        person_id: str = "",
        locale: str = "en",
        zone: str = "Europe/Paris",
        administrator: bool = False,
        dm_closed: bool = False,
    ) -> Person:
        """Let somebody be there, without telling the bot. Their id is made from the name unless given.

        Raises:
            SandboxError: the id is taken.
        """
        if person_id and (person_id in self.people or person_id == BOT or person_id != slug(person_id)):
            raise SandboxError(_("The id {id} is taken, or not made of small letters, figures and hyphens.", id=person_id))
        wanted = person_id or slug(name)
        found, count = wanted, 1
        while found in self.people or found == BOT:
            count += 1
            found = f"{wanted}-{count}"
        person = Person(
            found,
            name,
            locale,
            zone,
            self.now(),
            administrator=administrator,
            dm_closed=dm_closed,
            colour=zlib.crc32(found.encode()) % COLOURS,
        )
        self._record(person)
        self._record(Conversation(direct_id(found), DIRECT, "Confrère", members=(found,)))
        self._record(Conversation(home_id(found), HOME, "Confrère", members=(found,)))
        return person

    def change_person(self, person: str, **changes: Any) -> Person:  # noqa: ANN401 - any field of Person
        """Change what the workspace knows of somebody."""
        changed = msgspec.structs.replace(self.person(person), **changes)
        self._record(changed)
        return changed

    def person(self, person: str) -> Person:
        """Return somebody.

        Raises:
            SandboxError: nobody has this id.
        """
        try:
            return self.people[person]
        except KeyError:
            raise SandboxError(_("There is nobody with this id here.")) from None

    def present(self) -> Sequence[Person]:
        """Return who is in the workspace, by name."""
        return sorted((person for person in self.people.values() if not person.left), key=lambda person: person.name)

    # ------------------------------------------------------------ conversations

    def add_channel(self, name: str, topic: str = "") -> Conversation:
        """Make a channel; its id is made from its name."""
        channel = Conversation(slug(name), "channel", name, topic)
        if channel.id in self.conversations:
            raise SandboxError(_("There is a channel {name} already.", name=name))
        self._record(channel)
        return channel

    def add_group(self, members: Sequence[str], title: str) -> Conversation:
        """Open a private conversation of several people."""
        number = sum(conversation.kind == GROUP for conversation in self.conversations.values()) + 1
        group = Conversation(f"{GROUP}.{number}", GROUP, title, members=tuple(dict.fromkeys(members)))
        self._record(group)
        return group

    def conversation(self, conversation: str, person: str = "") -> Conversation:
        """Return a conversation, one that `person` is in where a person is given.

        Raises:
            SandboxError: there is none, or it is not theirs.
        """
        found = self.conversations.get(conversation)
        if found is None or (person and found.members and person not in found.members):
            raise SandboxError(_("There is no such conversation here."))
        return found

    def conversations_of(self, person: str) -> Sequence[Conversation]:
        """Return what somebody can open: channels, their conversation with the bot, their groups."""
        return [
            conversation
            for conversation in self.conversations.values()
            if (not conversation.members or person in conversation.members) and conversation.kind != HOME
        ]

    # ------------------------------------------------------------ messages

    def write(  # noqa: PLR0913 - a message is what it is
        self,
        conversation: str,
        author: str,
        *,
        text: str = "",
        card: Card | None = None,
        locale: str = "en",
        zone: str = "UTC",
        thread: str = "",
        only_for: str = "",
        key: str = "",
    ) -> Message:
        """Add a message.

        Raises:
            SandboxError: the conversation, or the message whose thread it is, is not there.
        """
        self.conversation(conversation)
        if thread:
            root = self.message(thread)
            if root.conversation != conversation:
                raise SandboxError(_("There is no such thread here."))
            thread = root.thread or root.id
        written = Message(self._number + 1, conversation, author, self.now(), text, card, locale, zone, thread, only_for, key)
        self._record(written)
        if author in self.people:
            self.mark_read(author, conversation)
        return written

    def rewrite(self, message: str, card: Card, *, locale: str, zone: str) -> Message:
        """Give a message of the bot new content."""
        earlier = self.message(message)
        changed = msgspec.structs.replace(earlier, card=card, locale=locale, zone=zone, version=earlier.version + 1)
        self._record(changed)
        return changed

    def remove(self, message: str) -> None:
        """Delete a message, and the answers in its thread."""
        found = self.message(message)
        for answer in [] if found.thread else self.thread(found.id):
            self._record(Gone(answer.id, answer.conversation, answer.thread, answer.key))
        self._record(Gone(found.id, found.conversation, found.thread, found.key))

    def message(self, message: str, person: str = "") -> Message:
        """Return a message, one that `person` sees where a person is given.

        Raises:
            SandboxError: it is gone, or not for them.
        """
        found = self._messages.get(message)
        if found is None or (person and not self.visible(found, person)):
            raise SandboxError(_("This message is no longer here."))
        return found

    def sent(self, key: str) -> Gone | None:
        """Return where a delivered message is, or was, by the key of its envelope."""
        return self._keys.get(key)

    def visible(self, message: Message, person: str) -> bool:
        """Tell whether somebody sees a message."""
        conversation = self.conversations[message.conversation]
        return message.only_for in ("", person) and (not conversation.members or person in conversation.members)

    def messages(self, conversation: str, person: str = "") -> Sequence[Message]:
        """Return the messages of a conversation, threads aside, oldest first, that somebody sees (all where nobody is given)."""
        return [
            message
            for message in self._places.get(conversation, {}).values()
            if not message.thread and (not person or self.visible(message, person))
        ]

    def thread(self, root: str, person: str = "") -> Sequence[Message]:
        """Return the answers to a message, oldest first."""
        found = self._messages.get(root)
        place = self._places.get(found.conversation, {}) if found is not None else {}
        return [message for message in place.values() if message.thread == root and (not person or self.visible(message, person))]

    # ------------------------------------------------------------ what was read

    def mark_read(self, person: str, conversation: str) -> None:
        """Remember that somebody has seen a conversation up to now."""
        number = max((message.number for message in self._places.get(conversation, {}).values()), default=0)
        if number > self._read.get((person, conversation), 0):
            self._record(Read(person, conversation, number))

    def unread(self, person: str, conversation: str) -> int:
        """Count what others wrote since somebody last looked."""
        return self.arrived(person, conversation, self._read.get((person, conversation), 0))

    def arrived(self, person: str, conversation: str, after: int) -> int:
        """Count what others wrote, that somebody sees, after the message of a number."""
        return sum(
            message.number > after and message.author != person and self.visible(message, person)
            for message in self._places.get(conversation, {}).values()
        )

    # ------------------------------------------------------------ changes

    def watch(self) -> asyncio.Queue[str]:
        """Return a queue that gets the id of each conversation that changes, and `PEOPLE`."""
        queue: asyncio.Queue[str] = asyncio.Queue()
        self._watchers.add(queue)
        return queue

    def unwatch(self, queue: asyncio.Queue[str]) -> None:
        """Tell a watcher nothing more."""
        self._watchers.discard(queue)

    def _record(self, record: Record) -> None:
        self._journal.append(record)
        self._apply(record)
        match record:
            case Person():
                changed = PEOPLE
            case Conversation():
                changed = record.id
            case Message() | Gone():
                changed = record.conversation
            case Read():
                changed = f"{READ}{record.person}"
            case Ahead():
                changed = TIME
        self._tell(changed)

    def _tell(self, changed: str) -> None:
        for queue in self._watchers:
            queue.put_nowait(changed)

    def _apply(self, record: Record) -> None:
        match record:
            case Person():
                self.people[record.id] = record
            case Conversation():
                self.conversations[record.id] = record
            case Message():
                self._number = max(self._number, record.number)
                self._messages[record.id] = record
                self._places.setdefault(record.conversation, {})[record.id] = record
                if record.key:
                    self._keys[record.key] = Gone(record.id, record.conversation, record.thread, record.key)
            case Gone():
                self._number = max(self._number, int(record.id[1:]))
                self._messages.pop(record.id, None)
                self._places.get(record.conversation, {}).pop(record.id, None)
                if record.key:
                    self._keys[record.key] = record
            case Read():
                self._read[record.person, record.conversation] = record.number
            case Ahead():
                self._ahead = record

    def _everything(self) -> Iterator[Record]:
        yield self._ahead
        yield from self.people.values()
        yield from self.conversations.values()
        yield from sorted(self._messages.values(), key=lambda message: message.number)
        yield from (gone for gone in self._keys.values() if gone.id not in self._messages)
        yield from (Read(person, conversation, number) for (person, conversation), number in self._read.items())
