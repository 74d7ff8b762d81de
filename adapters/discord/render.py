"""Cards as Discord messages, components v2. Pure: nothing is sent here.

Limits: https://docs.discord.com/developers/components/reference (40 components, 4,000 characters of text a message).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from adapters.discord.dialect import Markdown, cut
from adapters.discord.identifiers import compose
from bot.i18n import Writer, plain
from bot.ui import Button, Link, Select, Style, Tone

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.files import File
    from bot.ports import Reader
    from bot.text import Content, Text
    from bot.ui import Card, Control, Item, Picture

Json = dict[str, Any]

EPHEMERAL: Final = 1 << 6
COMPONENTS_V2: Final = 1 << 15
COMPONENTS, CHARACTERS, ROW = 40, 4000, 5
NOBODY: Final[Json] = {"parse": []}
"""Allowed mentions: none."""

_COLOURS: Final = {Tone.NEUTRAL: None, Tone.GOOD: 0x2E8B57, Tone.ATTENTION: 0xD9A300, Tone.PROBLEM: 0xC0392B}
_STYLES: Final = {Style.PRIMARY: 1, Style.SECONDARY: 2, Style.DANGER: 4}
_MARKDOWN: Final = Markdown()


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with a message, by a name that Discord keeps as it is, so that its component finds it."""

    name: str
    content: bytes
    media_type: str


@dataclass(frozen=True, slots=True)
class Rendered:
    """A message ready to be sent: its JSON and the files that go with it, in the order of the JSON's attachments.

    They replace those that the message had: an edit sends what it keeps anew, and nothing is there twice.
    """

    payload: Json
    files: tuple[Attachment, ...] = ()


def message(card: Card, reader: Reader, *, scope: str | None = None, private: bool = False) -> Rendered:
    """Write a card for a reader. `scope` is the server that a direct message belongs to, None outside of direct messages."""
    components = _Composition(card, reader, scope).components()
    payload: Json = {
        "flags": COMPONENTS_V2 | (EPHEMERAL if private else 0),
        "components": components,
        "allowed_mentions": NOBODY,
        "attachments": _described(card, reader),
    }
    return Rendered(payload, _attachments(card))


def questions(card: Card) -> Iterator[tuple[str, Text]]:
    """Return what has to be asked before a button of the card counts, by the button's id."""
    for control in (*card.controls, *(item.button for item in card.items)):
        if isinstance(control, Button) and control.confirm is not None:
            yield control.action, control.confirm


class _Composition:
    """One message being written: the texts share one budget, and no two controls the same id."""

    def __init__(self, card: Card, reader: Reader, scope: str | None) -> None:
        self._card = card
        self._locale = reader.locale
        self._writer = Writer(reader.locale, reader.zone, _MARKDOWN)
        self._scope = scope
        self._used: Counter[str] = Counter()

    def components(self) -> list[Json]:
        """Return the components of the message, one container around all of them."""
        parts = self._parts(compact=False)
        if _count(parts) + 1 > COMPONENTS:
            self._used.clear()
            parts = self._parts(compact=True)
        _fit(parts)
        container: Json = {"type": 17, "components": parts}
        colour = _COLOURS[self._card.tone]
        if colour is not None:
            container["accent_color"] = colour
        return [container]

    def _parts(self, *, compact: bool) -> list[Json]:
        card = self._card
        head: list[str] = []
        if card.title:
            head.append("### " + " ".join(self._writer.write(card.title).split()))
        head.extend(self._writer.write(paragraph) for paragraph in card.paragraphs)
        if card.facts:
            head.append("\n".join(f"**{self._label(fact.label)}** · {self._writer.write(fact.value)}" for fact in card.facts))
        parts = [_text("\n\n".join(head))] if head else []
        if card.items:
            if parts and not compact:
                parts.append({"type": 14, "divider": True, "spacing": 1})
            parts.extend(self._numbered() if compact else [self._item(item) for item in card.items])
        if card.picture is not None:
            parts.append(self._picture(card.picture))
        parts.extend(_file(file) for file in card.files)
        parts.extend(self._controls(card.controls))
        small = [line for note in (card.note, card.why) if note for line in self._writer.write(note).split("\n") if line.strip()]
        if small:
            parts.append(_text("\n".join(f"-# {line}" for line in small)))
        return [part for part in parts if part.get("content") != ""]

    def _label(self, label: Content) -> str:
        """Write a label between strong marks, which must not hold marks of its own."""
        return self._writer.write(label).replace("**", "").strip()

    def _item(self, item: Item) -> Json:
        body = _text(self._writer.write(item.body) or "\u200b")
        if item.button is None:
            return body
        return {"type": 9, "components": [body], "accessory": self._button(item.button)}

    def _numbered(self) -> list[Json]:
        """Write the items as one numbered text and their buttons in rows: a third of the components."""
        items = self._card.items
        lines = [f"**{number}** · {self._writer.write(item.body)}" for number, item in enumerate(items, 1)]
        buttons: list[Json] = []
        for number, item in enumerate(items, 1):
            if item.button is not None:
                button = self._button(item.button)
                buttons.append({**button, "label": f"{number}. {button['label']}"})
        return [_text("\n".join(lines)), *_rows(buttons)]

    def _picture(self, picture: Picture) -> Json:
        entry: Json = {"media": {"url": f"attachment://{_picture_name(picture, self._card.files)}"}}
        alt = plain(picture.alt, self._locale, self._writer.zone)[:1024]
        if alt:
            entry["description"] = alt
        return {"type": 12, "items": [entry]}

    def _controls(self, controls: tuple[Control, ...]) -> Iterator[Json]:
        buttons: list[Json] = []
        for control in controls:
            if isinstance(control, Select):
                yield from _rows(buttons)
                buttons = []
                yield {"type": 1, "components": [self._select(control)]}
            else:
                buttons.append(self._button(control))
        yield from _rows(buttons)

    def _button(self, button: Button | Link) -> Json:
        label = self._words(button.label) or "…"
        if isinstance(button, Link):
            return {"type": 2, "style": 5, "label": label, "url": button.url}
        confirm = self._locale[:2] if button.confirm is not None else ""
        custom_id = self._custom_id(button.action, confirm)
        return {"type": 2, "style": _STYLES[button.style], "label": label, "custom_id": custom_id}

    def _select(self, select: Select) -> Json:
        options: list[Json] = []
        for choice in select.choices:
            option: Json = {"label": self._words(choice.label) or choice.value, "value": choice.value}
            if choice.hint:
                option["description"] = self._words(choice.hint)
            options.append(option)
        return {
            "type": 3,
            "custom_id": self._custom_id(select.action),
            "placeholder": self._words(select.prompt),
            "min_values": select.minimum,
            "max_values": select.maximum,
            "options": options,
        }

    def _custom_id(self, action: str, confirm: str = "") -> str:
        copy = self._used[action]
        self._used[action] += 1
        return compose(action, scope=self._scope, confirm=confirm, copy=copy)

    def _words(self, content: Content) -> str:
        return plain(content, self._locale, self._writer.zone)


def _text(content: str) -> Json:
    return {"type": 10, "content": content}


def _rows(buttons: list[Json]) -> Iterator[Json]:
    for start in range(0, len(buttons), ROW):
        yield {"type": 1, "components": buttons[start : start + ROW]}


def _count(parts: list[Json]) -> int:
    return sum(1 + _count(part.get("components", [])) + ("accessory" in part) for part in parts)


def _fit(parts: list[Json]) -> None:
    """Shorten the longest texts where escaping made the whole longer than Discord takes."""
    texts = [inner for part in parts for inner in (part, *part.get("components", [])) if inner["type"] == 10]  # noqa: PLR2004 - a text
    while (excess := sum(len(text["content"]) for text in texts) - CHARACTERS) > 0:
        longest = max(texts, key=lambda text: len(text["content"]))
        longest["content"] = cut(longest["content"], max(200, len(longest["content"]) - excess))


def _file(file: File) -> Json:
    return {"type": 13, "file": {"url": f"attachment://{file.name}"}}


def _attachments(card: Card) -> tuple[Attachment, ...]:
    picture = (
        [] if card.picture is None else [Attachment(_picture_name(card.picture, card.files), card.picture.content, "image/png")]
    )
    return (*picture, *(Attachment(file.name, file.content, file.media_type) for file in card.files))


def _described(card: Card, reader: Reader) -> list[Json]:
    """Return what is said of the attachments; a picture is described by its component."""
    described: list[Json] = [{"id": number, "filename": attachment.name} for number, attachment in enumerate(_attachments(card))]
    for entry, file in zip(described[len(described) - len(card.files) :], card.files, strict=True):
        words = plain(file.label, reader.locale, reader.zone)
        if words:
            entry["description"] = words
    return described


def _picture_name(picture: Picture, files: tuple[File, ...]) -> str:
    """Return a name that Discord keeps as it is, unlike that of any file."""
    kept = "".join(
        character if character.isascii() and (character.isalnum() or character in "._-") else "_" for character in picture.name
    )
    name = (kept.removesuffix(".png")[:60] or "picture") + ".png"
    # No file begins with a low line.
    return f"_{name}" if any(file.name == name for file in files) else name
