"""What people do in the sandbox: each act becomes an interaction, is answered to its end, and returns what came of it.

The page and the tests act through the same methods; so does whoever fills the sandbox with a history.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from adapters.sandbox import parse
from adapters.sandbox.answer import Answer, Opened, Outcome
from adapters.sandbox.records import DIRECT, HOME, Message, Person, direct_id, home_id
from adapters.sandbox.workspace import SandboxError, Workspace
from bot.i18n import _, plain
from bot.model import Invocation, Kind, Member, Place, Value
from bot.ui import shorten

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.feature import Command, Registry
    from bot.ports import Handle


__all__ = ["Acts", "Opened", "Outcome", "words_of"]

_CLOSED: Final = _("The sandbox is closing.")


class Acts:
    """Everything that people can do. Methods raise `SandboxError` for what the workspace itself refuses."""

    def __init__(self, workspace: Workspace, registry: Registry) -> None:
        self._workspace = workspace
        self._registry = registry
        self._handle: Handle | None = None
        self._under_way = 0
        self._finished = asyncio.Event()
        self._finished.set()
        self.last: tuple[Invocation, str] | None = None
        """The newest interaction and the message it was done on, to be delivered again by tests."""

    def open(self, handle: Handle) -> None:
        """Take interactions from now on."""
        self._handle = handle

    async def close(self) -> None:
        """Take no more, and wait for those under way."""
        self._handle = None
        await self._finished.wait()

    async def ready(self) -> None:
        """Tell the bot that the workspace is there."""
        await self._deliver(parse.ready(), "")

    async def command(  # noqa: PLR0913 - what a command comes with
        self,
        person: str,
        name: str,
        values: Mapping[str, Value] | None = None,
        *,
        conversation: str = "",
        thread: str = "",
        on: str = "",
    ) -> Outcome:
        """Run a command by its English name, in a conversation (the person's own with the bot where none is given).

        `on` is the message it was chosen on: its words and its author fill the first options that take them.
        """
        actor = self._actor(person)
        given = dict(values or {})
        where = self._place(actor, conversation or direct_id(person), thread)
        if on:
            message = self._workspace.message(on, person)
            given = {**self._from_message(name, message), **given}
            where = self._place(actor, message.conversation, message.thread)
        return await self._deliver(parse.invocation(Kind.COMMAND, name, actor, where, given), "")

    async def line(self, person: str, words: str, *, conversation: str = "", thread: str = "") -> Outcome:
        """Run a command typed as a line, in any language."""
        self._actor(person)
        understood = parse.line(self._registry, words, self._workspace.people, self._workspace.conversations)
        if understood is None:
            return Outcome(understood=False)
        command, values = understood
        return await self.command(person, command.name, values, conversation=conversation, thread=thread)

    async def press(self, person: str, message: str, action: str, values: Sequence[str] | None = None) -> Outcome:
        """Press a button of a message, or choose `values` in one of its lists."""
        actor = self._actor(person)
        found = self._workspace.message(message, person)
        where = self._place(actor, found.conversation, found.thread)
        given: dict[str, Value] = {} if values is None else {"values": tuple(values)}
        return await self._deliver(parse.invocation(Kind.ACTION, action, actor, where, given), message)

    async def submit(  # noqa: PLR0913 - what a dialog comes with
        self,
        person: str,
        submit: str,
        values: Mapping[str, Value],
        *,
        source: str = "",
        conversation: str = "",
        thread: str = "",
    ) -> Outcome:
        """Send a dialog; where it came from is what `Opened` said."""
        actor = self._actor(person)
        where = self._place(actor, conversation or direct_id(person), thread)
        return await self._deliver(parse.invocation(Kind.SUBMIT, submit, actor, where, values), source)

    async def suggest(self, person: str, suggest: str, words: str) -> Outcome:
        """Ask what could complete the words typed so far."""
        return await self._deliver(parse.invocation(Kind.SUGGEST, suggest, self._actor(person), None, {"words": words}), "")

    async def write(self, person: str, conversation: str, words: str, *, thread: str = "") -> Outcome:
        """Write a plain message; only one in the person's conversation with the bot reaches the bot."""
        actor = self._actor(person)
        words = words.strip()
        if not words:
            raise SandboxError(_("There is nothing to send."))
        found = self._workspace.conversation(conversation, person)
        if found.kind == HOME:
            raise SandboxError(_("Nobody can write here."))
        self._workspace.write(conversation, person, text=words, thread=thread)
        if found.kind != DIRECT:
            return Outcome()
        where = self._place(actor, conversation, thread)
        return await self._deliver(parse.invocation(Kind.EVENT, "direct_message", actor, where, {"words": words}), "")

    async def home(self, person: str) -> Outcome:
        """Open one's home: the bot fills it anew; where it has nothing to say, it stays as it was."""
        actor = self._actor(person)
        earlier = self._workspace.messages(home_id(person))
        where = self._place(actor, home_id(person), "")
        outcome = await self._deliver(parse.invocation(Kind.EVENT, "home_opened", actor, where), "")
        if outcome.messages:
            for message in earlier:
                self._workspace.remove(message.id)
        return outcome

    async def join(  # noqa: PLR0913 - each is one thing a platform knows of a person
        self,
        name: str,
        *,
        person_id: str = "",
        locale: str = "en",
        zone: str = "Europe/Paris",
        administrator: bool = False,
        dm_closed: bool = False,
    ) -> Outcome:
        """Let somebody join now; the outcome's `person` is who."""
        name = " ".join(name.split())
        if not 1 <= len(name) <= 80:  # noqa: PLR2004 - about what platforms take
            raise SandboxError(_("A name has 1 to 80 characters."))
        actor = self._workspace.add_person(
            name, person_id=person_id, locale=locale, zone=zone, administrator=administrator, dm_closed=dm_closed
        )
        outcome = await self._deliver(parse.invocation(Kind.EVENT, "member_joined", actor), "")
        outcome.person = actor
        return outcome

    async def come_back(self, person: str) -> Outcome:
        """Let somebody who left join again."""
        actor = self._workspace.change_person(person, left=False)
        return await self._deliver(parse.invocation(Kind.EVENT, "member_joined", actor), "")

    async def leave(self, person: str) -> Outcome:
        """Let somebody leave the workspace."""
        actor = self._actor(person)
        self._workspace.change_person(person, left=True)
        return await self._deliver(parse.invocation(Kind.EVENT, "member_left", actor), "")

    async def repeat(self) -> Outcome:
        """Deliver the newest interaction once more, as platforms do."""
        if self.last is None:
            raise SandboxError(_("Nothing was done yet."))
        return await self._deliver(*self.last)

    # ------------------------------------------------------------ on the way

    async def _deliver(self, invocation: Invocation, source: str) -> Outcome:
        if self._handle is None:
            raise SandboxError(_CLOSED)
        if invocation.kind is not Kind.SUGGEST:
            self.last = (invocation, source)
        outcome = Outcome()
        self._under_way += 1
        self._finished.clear()
        try:
            await self._handle(invocation, Answer(self._workspace, invocation, source, outcome))
        finally:
            self._under_way -= 1
            if not self._under_way:
                self._finished.set()
        return outcome

    def _actor(self, person: str) -> Person:
        actor = self._workspace.person(person)
        if actor.left:
            raise SandboxError(_("Whoever left cannot do anything here."))
        return actor

    def _place(self, actor: Person, conversation: str, thread: str) -> Place:
        return parse.place(self._workspace.conversation(conversation, actor.id), thread)

    def _from_message(self, name: str, message: Message) -> dict[str, Value]:
        command = self._registry.commands.get(name)
        if command is None:
            return {}
        author = self._workspace.people.get(message.author)
        return {**_first_words(command, words_of(message)), **(_first_member(command, author) if author else {})}


def words_of(message: Message) -> str:
    """Return a message as bare text."""
    if message.card is None:
        return message.text
    contents = [plain(content, message.locale, message.zone) for content in message.card.contents()]
    return "\n".join(content for content in contents if content)


def _first_words(command: Command, words: str) -> dict[str, Value]:
    for parameter in command.signature.parameters:
        if parameter.type is str and not parameter.described.choices and not parameter.described.suggest:
            return {parameter.name: shorten(words, parameter.described.max_length)}
    return {}


def _first_member(command: Command, person: Person) -> dict[str, Value]:
    for parameter in command.signature.parameters:
        if parameter.type is Member:
            return {parameter.name: parse.account(person)}
    return {}
