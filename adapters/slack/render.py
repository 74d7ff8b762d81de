"""From cards to Block Kit messages: pure, within Slack's limits, nothing of a member's words ever markup.

Words of one person stand in `plain_text`, which formats nothing; sentences of ours in `mrkdwn`, `verbatim` so that Slack adds no
link or mention by itself. Limits: https://docs.slack.dev/reference/block-kit/blocks.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from adapters.slack.dialect import Mrkdwn, Notification
from adapters.slack.parse import OPEN_PAGE
from bot.i18n import Writer, _
from bot.text import Listing
from bot.ui import Button, Link, Select, Style, Tone, shorten

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bot.files import File
    from bot.ports import Reader
    from bot.text import Content, Text
    from bot.ui import Card, Choice, Fact, Item

Json = dict[str, Any]

HEADER, SECTION, FIELD, ALT, BUTTON, OPTION, PROMPT = 150, 3000, 2000, 2000, 75, 75, 150
CONFIRM_TITLE, CONFIRM_TEXT, CONFIRM_BUTTON = 100, 300, 30
NOTIFICATION: Final = 300
MESSAGE: Final = 12_000
"""Characters of text in all that Slack takes in one message, with a margin (it refuses at about 13,000)."""

_SIGNS: Final = {Tone.NEUTRAL: "", Tone.GOOD: "🟢 ", Tone.ATTENTION: "🟠 ", Tone.PROBLEM: "🔴 "}
_STYLES: Final = {Style.PRIMARY: "primary", Style.DANGER: "danger"}


@dataclass(frozen=True, slots=True)
class Message:
    """A rendered card: its blocks, and the text that stands for them in notifications."""

    blocks: list[Json]
    text: str


class _Ink:
    """Writes one card for one reader."""

    def __init__(self, reader: Reader) -> None:
        self.words = Writer(reader.locale, reader.zone)
        self.markup = Writer(reader.locale, reader.zone, Mrkdwn())
        self._position = 0

    def plain(self, content: Content, limit: int) -> Json:
        return plain_text(shorten(self.words.write(content), limit))

    def section(self, content: Content, sign: str = "") -> Iterator[Json]:
        if isinstance(content, str):
            yield from ({"type": "section", "text": plain_text(part)} for part in split(sign + content, SECTION))
        else:
            yield from ({"type": "section", "text": mrkdwn(part)} for part in split(sign + self.markup.write(content), SECTION))

    def identifier(self, action: str) -> str:
        """Return an action id that is unique in the message: Slack refuses two equal ones in a block."""
        self._position += 1
        return f"{self._position}|{action}"


def message(card: Card, reader: Reader, picture: str = "", files: Text | None = None) -> Message:
    """Return the message for a card. `picture` is the id of the uploaded file of its picture, `files` says where its files are."""
    ink = _Ink(reader)
    blocks = list(_blocks(card, ink, picture, files))
    texts = _texts(blocks)
    if sum(len(text["text"]) for text in texts) > MESSAGE:
        _fit(texts)
    return Message(blocks, notification(card, reader))


def in_thread(files: Sequence[File]) -> Text | None:
    """Say that files are in the thread of a message; nothing where there are none."""
    return _("In the thread: {names}", names=_names(files)) if files else None


def in_conversation(files: Sequence[File]) -> Text | None:
    """Say that files are in the reader's own conversation with the bot."""
    return _("In our conversation: {names}", names=_names(files)) if files else None


def _names(files: Sequence[File]) -> Listing:
    return Listing(tuple(file.name for file in files))


def notification(card: Card, reader: Reader) -> str:
    """Return the fallback text of a card: what a notification or a screen reader says of it."""
    writer = Writer(reader.locale, reader.zone, Notification())
    parts: list[str] = []
    if card.title:
        parts.append(writer.write(card.title))
    parts.extend(writer.write(paragraph) for paragraph in card.paragraphs[:1])
    if not parts:
        parts.extend(f"{writer.write(fact.label)}: {writer.write(fact.value)}" for fact in card.facts[:1])
        parts.extend(writer.write(item.body) for item in card.items[:1])
    if not parts and card.picture is not None:
        parts.append(writer.write(card.picture.alt))
    return split(" · ".join(parts).replace("\n", " "), NOTIFICATION)[0]


def _blocks(card: Card, ink: _Ink, picture: str, files: Text | None) -> Iterator[Json]:
    sign = _SIGNS[card.tone]
    if card.title:
        yield {"type": "header", "text": plain_text(shorten(sign + ink.words.write(card.title), HEADER))}
        sign = ""
    for paragraph in card.paragraphs:
        yield from ink.section(paragraph, sign)
        sign = ""
    yield from _facts(card.facts, ink)
    for item in card.items:
        yield from _item(item, ink)
    if card.picture is not None and picture:
        alt = shorten(ink.words.write(card.picture.alt) or card.picture.name, ALT)
        yield {"type": "image", "slack_file": {"id": picture}, "alt_text": alt}
    if files is not None:
        yield {"type": "context", "elements": [mrkdwn(ink.markup.write(files))]}
    yield from _controls(card, ink)
    for note in filter(None, (card.note, card.why)):
        # Blank words alone would be refused.
        words = ink.plain(note, SECTION) if isinstance(note, str) else mrkdwn(split(ink.markup.write(note), SECTION)[0])
        yield {"type": "context", "elements": [words]}


def _facts(facts: tuple[Fact, ...], ink: _Ink) -> Iterator[Json]:
    fields: list[Json] = []
    for fact in facts:
        words = f"*{ink.markup.write(fact.label)}*\n{ink.markup.write(fact.value)}"
        if len(words) <= FIELD:
            fields.append(mrkdwn(words))
            continue
        if fields:
            yield {"type": "section", "fields": fields}
            fields = []
        yield from ({"type": "section", "text": mrkdwn(part)} for part in split(words, SECTION))
    if fields:
        yield {"type": "section", "fields": fields}


def _item(item: Item, ink: _Ink) -> Iterator[Json]:
    *rest, last = list(ink.section(item.body)) or [{"type": "section", "text": plain_text("—")}]
    yield from rest
    if item.button is not None:
        last["accessory"] = _button(item.button, ink)
    yield last


def _controls(card: Card, ink: _Ink) -> Iterator[Json]:
    row: list[Json] = []
    for control in card.controls:
        if isinstance(control, Select) and control.maximum > 1:
            if row:
                yield {"type": "actions", "elements": row}
                row = []
            # Slack takes multiple selects beside a text only.
            yield {"type": "section", "text": mrkdwn(ink.markup.write(control.prompt) or "…"), "accessory": _select(control, ink)}
        else:
            row.append(_select(control, ink) if isinstance(control, Select) else _button(control, ink))
    if row:
        yield {"type": "actions", "elements": row}


def _button(button: Button | Link, ink: _Ink) -> Json:
    if isinstance(button, Link):
        return {
            "type": "button",
            "action_id": ink.identifier(OPEN_PAGE),
            "text": ink.plain(button.label, BUTTON),
            "url": button.url,
        }
    block: Json = {"type": "button", "action_id": ink.identifier(button.action), "text": ink.plain(button.label, BUTTON)}
    if style := _STYLES.get(button.style):
        block["style"] = style
    if button.confirm is not None:
        confirm: Json = {
            "title": ink.plain(button.label, CONFIRM_TITLE),
            "text": ink.plain(button.confirm, CONFIRM_TEXT),
            "confirm": ink.plain(button.label, CONFIRM_BUTTON),
            "deny": ink.plain(_("Cancel"), CONFIRM_BUTTON),
        }
        block["confirm"] = {**confirm, "style": "danger"} if button.style is Style.DANGER else confirm
    return block


def _select(select: Select, ink: _Ink) -> Json:
    several = select.maximum > 1
    block: Json = {
        "type": "multi_static_select" if several else "static_select",
        "action_id": ink.identifier(select.action),
        "placeholder": ink.plain(select.prompt or "…", PROMPT),
        "options": [option(choice, ink.words) for choice in select.choices],
    }
    if several:
        block["max_selected_items"] = select.maximum
    return block


def option(choice: Choice, words: Writer) -> Json:
    """Return an option of a select."""
    block: Json = {"text": plain_text(shorten(words.write(choice.label), OPTION)), "value": choice.value}
    if choice.hint:
        block["description"] = plain_text(shorten(words.write(choice.hint), OPTION))
    return block


def plain_text(words: str) -> Json:
    """Return a text object that formats nothing; blank words, which Slack refuses, become a dash."""
    return {"type": "plain_text", "text": words if words.strip() else "—", "emoji": False}


def mrkdwn(words: str) -> Json:
    """Return a text object with our own markup."""
    return {"type": "mrkdwn", "text": words if words.strip() else "—", "verbatim": True}


def split(words: str, limit: int) -> list[str]:
    """Cut words into parts of at most `limit` characters, at a line or a word, never inside Slack's own notation."""
    parts: list[str] = []
    while len(words) > limit:
        cut = _cut_before(words, limit)
        parts.append(words[:cut].rstrip() or words[:cut])
        words = words[cut:].lstrip("\n ")
    if words.strip() or not parts:
        parts.append(words)
    return parts


def _cut_before(words: str, limit: int) -> int:
    for separator in ("\n", " "):
        at = words.rfind(separator, limit // 2, limit)
        if at > 0 and words.rfind("<", 0, at) <= words.rfind(">", 0, at):
            return at
    opened = max(words.rfind("<", limit - 200, limit), words.rfind("&", limit - 6, limit))
    closed = words.find(">" if opened >= 0 and words[opened] == "<" else ";", opened) if opened >= 0 else -1
    return opened if opened > 0 and closed >= limit else limit


def _texts(blocks: list[Json]) -> list[Json]:
    """Return every text object that is read, controls aside."""
    found: list[Json] = []
    for block in blocks:
        elements = block["elements"] if block["type"] == "context" else ()
        found.extend(text for text in (block.get("text"), *block.get("fields", ()), *elements) if text)
    return found


def _fit(texts: list[Json]) -> None:
    """Shorten the longest texts: the last resort, for words that are hardly anything but characters to escape."""
    left, cap = MESSAGE, 0
    lengths = sorted(len(text["text"]) for text in texts)
    for position, length in enumerate(lengths):
        cap = left // (len(lengths) - position)
        if length > cap:
            break
        left -= length
    for text in texts:
        if len(text["text"]) > cap:
            text["text"] = split(text["text"], cap - 1)[0] + "…"
