"""What a member sees, as content rather than layout: cards and forms. Renderers choose how each platform shows them.

Limits are those of the tighter platform, checked when a card or form is built, in every language:
Discord components v2 (https://docs.discord.com/developers/components/reference), Slack Block Kit
(https://docs.slack.dev/reference/block-kit). Lengths are in characters.
"""

from __future__ import annotations

import datetime as dt  # noqa: TC003 - msgspec resolves these annotations at run time
from enum import StrEnum
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

import msgspec

from bot.errors import LimitError
from bot.files import File, check_files
from bot.i18n import fits, longest
from bot.text import Content, Text  # noqa: TC001 - the same

if TYPE_CHECKING:
    from collections.abc import Iterator

ACTION_ID: Final = 79
"""Discord's custom ids hold 100; the rest is for the workspace a direct message belongs to."""
FORM_ID: Final = 64
"""Shorter, so that the ids of the buttons that reopen or discard it hold it."""
TITLE, BODY, LABEL, HINT, CHOICE = 150, 3000, 75, 100, 75
FORM_TITLE, FIELD_LABEL, SEND_LABEL = 24, 45, 24
CARD_TOTAL: Final = 3800
"""Discord counts 4,000 over a whole card; the rest is for what a renderer adds."""
WHY: Final = 150
"""Not counted in the whole: it is added to cards that may be full."""
FIELDS, BUTTONS, FACTS, ITEMS, CHOICES = 5, 10, 10, 8, 25
TEXT_MAXIMUM: Final = 3000


class Tone(StrEnum):
    """What a card is about, shown as a colour."""

    NEUTRAL = "neutral"
    GOOD = "good"
    ATTENTION = "attention"
    PROBLEM = "problem"


class Style(StrEnum):
    """How much a button stands out."""

    PRIMARY = "primary"
    SECONDARY = "secondary"
    DANGER = "danger"


class Fact(msgspec.Struct, frozen=True):
    """A label and its value, shown side by side."""

    label: Content
    value: Content

    def __post_init__(self) -> None:
        _within(self.label, LABEL, "fact label")
        _within(self.value, 1000, "fact value")


class Button(msgspec.Struct, frozen=True, tag="button"):
    """Something to press. `action` comes from `Feature.id`; `confirm` is asked before it counts."""

    label: Content
    action: str
    style: Style = Style.SECONDARY
    confirm: Text | None = None

    def __post_init__(self) -> None:
        _within(self.label, LABEL, "button label")
        _identifier(self.action)


class Link(msgspec.Struct, frozen=True, tag="link"):
    """A button that opens a web page. Only http and https addresses of at most 512 characters."""

    label: Content
    url: str

    def __post_init__(self) -> None:
        _within(self.label, LABEL, "link label")
        if not is_web_address(self.url):
            message = f"not a web address: {self.url!r}"
            raise LimitError(message)


class Choice(msgspec.Struct, frozen=True):
    """One thing to choose: `value` is what the handler receives (at most 75 characters)."""

    value: str
    label: Content
    hint: Content = ""

    def __post_init__(self) -> None:
        _within(self.value, CHOICE, "choice value")
        _within(self.label, CHOICE, "choice label")
        _within(self.hint, CHOICE, "choice hint")


class Select(msgspec.Struct, frozen=True, tag="select"):
    """A list to choose from in a card; its action receives `values: list[str]`."""

    action: str
    prompt: Content
    choices: tuple[Choice, ...]
    minimum: int = 1
    maximum: int = 1

    def __post_init__(self) -> None:
        _identifier(self.action)
        _within(self.prompt, HINT, "select prompt")
        _choices(self.choices, "select")
        if not 1 <= self.minimum <= self.maximum <= len(self.choices):
            message = f"select {self.action}: impossible minimum and maximum {self.minimum}, {self.maximum}"
            raise LimitError(message)


Control = Button | Link | Select


class Item(msgspec.Struct, frozen=True):
    """A line of a list in a card, with an optional control of its own."""

    body: Content
    button: Button | Link | None = None

    def __post_init__(self) -> None:
        _within(self.body, 1000, "item")


class Picture(msgspec.Struct, frozen=True):
    """A picture shown in the card: `content` is a PNG, `alt` says what it shows."""

    name: str
    content: bytes
    alt: Content


class Card(msgspec.Struct, frozen=True):
    """A message. Order on every platform: title, body, facts, items, picture, files, controls, note.

    `why` is the line under it that says why it came, written where it is sent; there is room for its button beside the ten others.
    """

    title: Content = ""
    body: Content | tuple[Content, ...] = ""
    facts: tuple[Fact, ...] = ()
    items: tuple[Item, ...] = ()
    picture: Picture | None = None
    files: tuple[File, ...] = ()
    tone: Tone = Tone.NEUTRAL
    controls: tuple[Control, ...] = ()
    note: Content = ""
    why: Content = ""

    def __post_init__(self) -> None:
        _within(self.title, TITLE, "card title")
        for paragraph in self.paragraphs:
            _within(paragraph, BODY, "card body")
        _within(self.note, 500, "card note")
        _within(self.why, WHY, "card why")
        for name, parts, limit in (
            ("facts", self.facts, FACTS),
            ("items", self.items, ITEMS),
            ("controls", self.controls, BUTTONS + bool(self.why)),
        ):
            if len(parts) > limit:
                message = f"card: {len(parts)} {name}, at most {limit}"
                raise LimitError(message)
        check_files(self.files)
        if not fits(CARD_TOTAL, *self.contents()):
            total = sum(map(longest, self.contents()))
            message = f"card: {total} characters in all, at most {CARD_TOTAL}"
            raise LimitError(message)
        if not (self.title or self.paragraphs or self.facts or self.items or self.picture):
            message = "card: nothing to show"
            raise LimitError(message)

    @property
    def paragraphs(self) -> tuple[Content, ...]:
        """The body as a tuple, without empty paragraphs."""
        body = self.body if isinstance(self.body, tuple) else (self.body,)
        return tuple(paragraph for paragraph in body if paragraph)

    def contents(self) -> Iterator[Content]:
        """Every content that is shown as text in the card, controls aside."""
        yield self.title
        yield from self.paragraphs
        for fact in self.facts:
            yield fact.label
            yield fact.value
        for item in self.items:
            yield item.body
        yield self.note


class _Field(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    label: Content
    hint: Content = ""
    required: bool = True

    def __post_init__(self) -> None:
        if not self.name.isidentifier():
            message = f"field {self.name!r}: not a name that a handler can receive"
            raise LimitError(message)
        _within(self.label, FIELD_LABEL, f"field {self.name}: label")
        _within(self.hint, HINT, f"field {self.name}: hint")


class ShortText(_Field, frozen=True, kw_only=True, tag="short"):
    """One line of text. The handler receives `str`."""

    initial: str = ""
    minimum: int = 0
    maximum: int = 150


class LongText(_Field, frozen=True, kw_only=True, tag="long"):
    """Several lines of text, at most 3,000 characters. The handler receives `str`."""

    initial: str = ""
    minimum: int = 0
    maximum: int = 1000


class OneChoice(_Field, frozen=True, kw_only=True, tag="one"):
    """One of at most 25 choices. The handler receives the choice's value as `str`, empty where nothing was chosen."""

    choices: tuple[Choice, ...]
    initial: str = ""

    def __post_init__(self) -> None:
        super().__post_init__()
        _choices(self.choices, f"field {self.name}")


class SeveralChoices(_Field, frozen=True, kw_only=True, tag="several"):
    """Some of at most 25 choices. The handler receives `list[str]`."""

    choices: tuple[Choice, ...]
    initial: tuple[str, ...] = ()
    maximum: int = 25

    def __post_init__(self) -> None:
        super().__post_init__()
        _choices(self.choices, f"field {self.name}")


class MemberField(_Field, frozen=True, kw_only=True, tag="member"):
    """One member, chosen with the platform's own picker. The handler receives a `Member` or None.

    `initial` is an account id on the workspace where the form opens.
    """

    initial: str = ""


class ChannelField(_Field, frozen=True, kw_only=True, tag="channel"):
    """One channel where the bot may write. The handler receives a `Channel` or None; `initial` is a channel id."""

    initial: str = ""


class DateField(_Field, frozen=True, kw_only=True, tag="date"):
    """A calendar date. The handler receives a `datetime.date` or None."""

    initial: dt.date | None = None


class NumberField(_Field, frozen=True, kw_only=True, tag="number"):
    """A whole number. The handler receives an `int` or None."""

    initial: int | None = None
    minimum: int = 0
    maximum: int = 1_000_000


class SearchField(_Field, frozen=True, kw_only=True, tag="search"):
    """One of many, found by typing: `suggest` is the id of a `@suggest` handler. The handler receives `str`, to be checked.

    A Slack external select, a combobox in the sandbox, a line of text on Discord, whose forms cannot search.
    """

    suggest: str
    initial: str = ""
    maximum: int = 75


Field = ShortText | LongText | OneChoice | SeveralChoices | MemberField | ChannelField | DateField | NumberField | SearchField


class Form(msgspec.Struct, frozen=True):
    """A dialog of one to five fields. `submit` comes from `Feature.id`.

    `private`: while it is kept, it is sealed, with what it shows and what was typed. Where it is not `kept`, nothing of it is
    written anywhere, not even that somebody opened it; its handler is declared with it, `Feature.submit(…, form=…)`.
    """

    submit: str
    title: Content
    fields: tuple[Field, ...]
    send: Content = ""
    private: bool = False
    kept: bool = True

    def __post_init__(self) -> None:
        _identifier(self.submit, FORM_ID)
        _within(self.title, FORM_TITLE, "form title")
        _within(self.send, SEND_LABEL, "form send label")
        if not 1 <= len(self.fields) <= FIELDS:
            message = f"form {self.submit}: {len(self.fields)} fields, at most {FIELDS} and at least 1"
            raise LimitError(message)
        if len({field.name for field in self.fields}) != len(self.fields):
            message = f"form {self.submit}: two fields have the same name"
            raise LimitError(message)
        for field in self.fields:
            if isinstance(field, ShortText | LongText) and not field.minimum <= field.maximum <= TEXT_MAXIMUM:
                message = f"form {self.submit}: field {field.name} holds at most {TEXT_MAXIMUM} characters"
                raise LimitError(message)


def named(form: Form, submit: str) -> Form:
    """Return a form under another id: that of its declaration, with a key."""
    return msgspec.structs.replace(form, submit=submit)


def is_web_address(url: str) -> bool:
    """Tell whether a link button may carry this address."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and len(url) <= 512 and url.isprintable() and " " not in url  # noqa: PLR2004


def shorten(words: str, limit: int) -> str:
    """Return at most `limit` characters, ending in an ellipsis where something was cut, at a word if one is near."""
    if len(words) <= limit:
        return words
    cut = words[: max(limit - 1, 0)]
    at_word = "".join(cut.rsplit(None, 1)[:1])
    return (at_word if len(at_word) >= limit // 2 else cut).rstrip() + "…"


def _within(content: Content, limit: int, part: str) -> None:
    if not fits(limit, content):
        message = f"{part}: {longest(content)} characters, at most {limit}: {content!r}"
        raise LimitError(message)


def _identifier(action: str, limit: int = ACTION_ID) -> None:
    if len(action) > limit or ":" not in action:
        message = f"id {action!r}: feature:action[:key], at most {limit} characters"
        raise LimitError(message)


def _choices(choices: tuple[Choice, ...], part: str) -> None:
    if not 1 <= len(choices) <= CHOICES:
        message = f"{part}: {len(choices)} choices, at most {CHOICES} and at least 1"
        raise LimitError(message)
    if len({choice.value for choice in choices}) != len(choices):
        message = f"{part}: two choices have the same value"
        raise LimitError(message)
