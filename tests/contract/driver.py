"""What a story needs of a platform: people who act and see, on the real bot. One driver for each platform."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True, slots=True)
class Seen:
    """A message as one person sees it.

    `text` is everything written in it, in order, as the platform would show it (markup applied or taken away, what the platform
    escapes unescaped); `raw` is the payload as the platform received it, as JSON text. `place` is `"#name"` for a channel, `"dm"`
    for the person's conversation with the bot, `"group"` for a conversation of several people, `"home"`. `pings` are ids that
    would be notified, `files` the names and contents of what can be saved.
    """

    id: str
    place: str
    text: str
    buttons: tuple[str, ...] = ()
    private: bool = False
    raw: str = ""
    pings: tuple[str, ...] = ()
    files: tuple[tuple[str, bytes], ...] = ()


@dataclass(frozen=True, slots=True)
class Dialog:
    """An open form: labels and what is filled in already, by field name."""

    title: str
    labels: Mapping[str, str]
    filled: Mapping[str, object]


class Person(Protocol):
    """Somebody on the platform. Every method returns once the bot has answered."""

    name: str
    account: str

    async def command(self, name: str, /, **options: object) -> None:
        """Run a command by its English name; a `Person` stands for a member, `"#name"` for a channel."""
        ...

    async def press(self, label: str, *, on: str = "") -> None:
        """Press the newest visible button with this label (or the one on the message with id `on`)."""
        ...

    async def choose(self, *labels: str, on: str = "") -> None:
        """Choose entries of the newest visible select that offers them."""
        ...

    async def fill(self, **values: object) -> Mapping[str, str]:
        """Fill fields of the open form and send it; returns the errors shown, by field name (on Discord: of the private card)."""
        ...

    async def type_ahead(self, command: str, option: str, words: str) -> Sequence[str]:
        """Return the labels suggested while typing an option of a command (on Slack, where options have none: of its form)."""
        ...

    def dialog(self) -> Dialog | None:
        """Return the form open in front of this person."""
        ...

    def sees(self, place: str = "") -> Sequence[Seen]:
        """Return what this person sees now, oldest first: channels they are in, their DMs, private replies, their home."""
        ...


class Driver(Protocol):
    """A platform with the real bot on it."""

    platform: str

    async def person(self, name: str, *, locale: str = "en", administrator: bool = False, dm_closed: bool = False) -> Person:
        """Return somebody of this workspace, created at the first call, present before the bot or joining now."""
        ...

    async def join(self, name: str, *, locale: str = "en", dm_closed: bool = False) -> Person:
        """Let somebody join now; the platform tells the bot."""
        ...

    async def settle(self) -> None:
        """Return once nothing is under way: interactions answered, everything due in the outbox delivered."""
        ...

    async def restart(self) -> None:
        """Stop the bot and start it again on the same database; messages on the platform stay."""
        ...

    async def repeat(self) -> None:
        """Let the platform deliver the last interaction or event again, as platforms do."""
        ...

    async def forget(self, message: str) -> None:
        """Delete a message on the platform behind the bot's back."""
        ...
