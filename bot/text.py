"""Texts before they have a language or a platform: templates of ours, with parameters that stay apart.

A template is ours and may carry `**strong**` and line breaks; a parameter is anybody's and never becomes markup. They are
joined only when a renderer writes them, with its platform's dialect, so no user's word can turn into a mention.
"""

from __future__ import annotations

import datetime as dt  # noqa: TC003 - msgspec resolves these annotations at run time
import functools
import string
from decimal import Decimal  # noqa: TC003
from typing import Literal, Protocol

import msgspec


class Mention(msgspec.Struct, frozen=True, tag="mention"):
    """A member in a sentence. `account` is the account id on the workspace written for, found when it is sent; empty: the name."""

    name: str
    member: int = 0
    account: str = ""


class ChannelMention(msgspec.Struct, frozen=True, tag="channel"):
    """A channel in a sentence, by its id on the workspace written for; `name` where the platform told it."""

    channel: str
    name: str = ""


class Moment(msgspec.Struct, frozen=True, tag="moment"):
    """An instant, shown in the reader's own time zone where the platform can. `at` is timezone-aware."""

    at: dt.datetime
    style: Literal["date", "time", "full", "relative"] = "full"


class Day(msgspec.Struct, frozen=True, tag="day"):
    """A calendar date, the same everywhere."""

    date: dt.date


class Money(msgspec.Struct, frozen=True, tag="money"):
    """An amount with its ISO 4217 currency."""

    amount: Decimal
    currency: str


class Listing(msgspec.Struct, frozen=True, tag="list"):
    """Several things joined as the language does it ("a, b and c")."""

    items: tuple[str | Text | Mention, ...]
    style: Literal["standard", "or"] = "standard"


class Text(msgspec.Struct, frozen=True, tag="text"):
    """A template in English and its parameters; `plural` with a `count` parameter gives the other form.

    Build it with `_`, `plural` or `word` from `bot.i18n`, so that the catalogue finds it.
    """

    template: str
    params: dict[str, Param] = {}
    plural: str = ""


Param = str | int | float | Text | Mention | ChannelMention | Moment | Day | Money | Listing
Content = str | Text
"""`str` is somebody's own words, always shown as typed; `Text` is ours."""


class Dialect(Protocol):
    """How one platform writes: every method returns text in that platform's own markup."""

    def plain(self, words: str, /) -> str:
        """Somebody's words, made inert: never markup, a mention or a ping."""
        ...

    def template(self, words: str, /) -> str:
        """A piece of a template of ours: escaped, with `**` turned into the platform's strong."""
        ...

    def mention(self, mention: Mention, /) -> str:
        """A member: a real mention where `account` is known, otherwise the name."""
        ...

    def channel(self, channel: ChannelMention, /) -> str:
        """A channel, as something to go to where the platform can."""
        ...

    def moment(self, moment: Moment, fallback: str, /) -> str:
        """An instant; `fallback` is what to show where the platform has no notation of its own."""
        ...


class Plain:
    """The dialect without markup: labels, notifications, logs of the tests."""

    def plain(self, words: str, /) -> str:
        """Return the words as they are."""
        return words

    def template(self, words: str, /) -> str:
        """Drop the strong marks."""
        return words.replace("**", "")

    def mention(self, mention: Mention, /) -> str:
        """Return the name."""
        return mention.name

    def channel(self, channel: ChannelMention, /) -> str:
        """Return the name, or the id where the platform told no name."""
        return f"#{channel.name or channel.channel}"

    def moment(self, moment: Moment, fallback: str, /) -> str:
        """Return the moment in words."""
        del moment
        return fallback


@functools.lru_cache(maxsize=4096)
def pieces(template: str) -> tuple[tuple[str, str | None], ...]:
    """Split a template into (literal, parameter name or None), in order.

    Raises:
        ValueError: for unbalanced braces or a format specification, which templates do not use.
    """
    found: list[tuple[str, str | None]] = []
    for literal, name, specification, conversion in string.Formatter().parse(template):
        if specification or conversion or (name is not None and not name.isidentifier()):
            message = f"only plain {{name}} parameters are allowed: {template!r}"
            raise ValueError(message)
        found.append((literal, name))
    return tuple(found)
