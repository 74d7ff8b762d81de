"""Pure: what the page sends → what the core understands. Anything malformed is a `ParseError` with a sentence."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any, Final, Literal

import msgspec

from adapters.sandbox.workspace import NAME
from bot.model import AccountRef, Channel, Invocation, Kind, Place, Value, Where, WorkspaceRef
from bot.signature import spread

if TYPE_CHECKING:
    from collections.abc import Mapping

    from adapters.sandbox.records import Conversation, Person
    from bot.feature import Command, Registry

PLATFORM: Final = "sandbox"
WORKSPACE: Final = WorkspaceRef(PLATFORM, NAME, "Sandbox")

LONGEST: Final = 4000
"""Characters a person may write in one message or field; the page holds them back before."""


class ParseError(ValueError):
    """What the page sent makes no sense; the message says what is wrong with it."""


class Act(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One thing a person does in the page. Which fields count depends on `do`; `message` is what it is done on."""

    do: Literal["command", "line", "press", "submit", "suggest", "write", "home", "read", "join", "leave", "time"]
    person: str = ""
    name: str = ""
    words: str = ""
    conversation: str = ""
    thread: str = ""
    message: str = ""
    values: dict[str, Any] = {}


class _MemberValue(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    member: str


class _ChannelValue(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    channel: str


_ACT: Final = msgspec.json.Decoder(Act)


def act(body: bytes) -> Act:
    """Read what the page sent.

    Raises:
        ParseError: it is not JSON, or not an act.
    """
    try:
        read = _ACT.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        message = f"This is not something the sandbox understands: {error}"
        raise ParseError(message) from None
    if len(read.words) > LONGEST:
        message = f"At most {LONGEST} characters at once."
        raise ParseError(message)
    return read


def account(person: Person) -> AccountRef:
    """Return somebody as the platform tells the bot about them."""
    return AccountRef(person.id, person.name, person.locale, person.zone, person.administrator)


def place(conversation: Conversation | None, thread: str = "") -> Place:
    """Return where something happens."""
    if conversation is None:
        return Place()
    match conversation.kind:
        case "direct":
            kind = Where.DIRECT
        case "home":
            kind = Where.HOME
        case "channel" | "group":
            kind = Where.THREAD if thread else Where.CHANNEL
    return Place(kind, conversation.id, thread)


def value(raw: Any, people: Mapping[str, Person], channels: Mapping[str, Conversation]) -> Value:  # noqa: ANN401 - as decoded
    """Return one option or field as the core takes it: words, several words, a person or a channel.

    Raises:
        ParseError: it is something else, or nobody's.
    """
    match raw:
        case None | bool() | int():
            return raw
        case str():
            return _short(raw)
        case list():
            return tuple(_short(one) for one in raw if isinstance(one, str))  # pyright: ignore[reportUnknownVariableType]
        case {"member": _}:
            found = people.get(msgspec.convert(raw, _MemberValue).member)
            if found is not None:
                return account(found)
        case {"channel": _}:
            conversation = channels.get(msgspec.convert(raw, _ChannelValue).channel)
            if conversation is not None and conversation.kind == "channel":
                return Channel(conversation.id, conversation.name)
        case _:
            pass
    message = "A value is text, several texts, a member or a channel of this workspace."
    raise ParseError(message)


def values(raw: Mapping[str, Any], people: Mapping[str, Person], channels: Mapping[str, Conversation]) -> dict[str, Value]:
    """Return the options of a command or the fields of a form.

    Raises:
        ParseError: one of them makes no sense.
    """
    try:
        return {name: value(one, people, channels) for name, one in raw.items()}
    except msgspec.ValidationError as error:
        message = f"A value is not what it should be: {error}"
        raise ParseError(message) from None


def line(
    registry: Registry, words: str, people: Mapping[str, Person], channels: Mapping[str, Conversation]
) -> tuple[Command, dict[str, Value]] | None:
    """Understand a typed command, in any language: `/ask a bookkeeper`, `/profil @Ada`. None where there is no such command."""
    found = registry.spoken(words.removeprefix("/"))
    if found is None:
        return None
    command, rest = found

    def reference(word: str) -> AccountRef | Channel | None:
        if word.startswith("#"):
            conversation = channels.get(word[1:])
            return Channel(conversation.id, conversation.name) if conversation is not None else None
        person = people.get(word.removeprefix("@"))
        return account(person) if person is not None else None

    return command, spread(command.signature, rest, reference)


def invocation(
    kind: Kind, name: str, person: Person, where: Place | None = None, values: Mapping[str, Value] | None = None
) -> Invocation:
    """Return an interaction with a delivery id of its own."""
    return Invocation(kind, name, f"{PLATFORM}:{uuid.uuid4().hex}", WORKSPACE, account(person), where or Place(), values or {})


def ready() -> Invocation:
    """Return the event that the workspace is there."""
    return Invocation(Kind.EVENT, "workspace_ready", f"{PLATFORM}:{uuid.uuid4().hex}", WORKSPACE)


def _short(words: str) -> str:
    if len(words) > LONGEST:
        message = f"At most {LONGEST} characters in one field."
        raise ParseError(message)
    return words
