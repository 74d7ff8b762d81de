"""From forms to modals, and from cards to the App Home: pure. Limits: https://docs.slack.dev/reference/views."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, assert_never

import msgspec

from adapters.slack.payload import Metadata, Origin
from adapters.slack.render import Json, message, option, plain_text
from bot.i18n import Writer, _
from bot.ui import (
    ChannelField,
    DateField,
    Field,
    LongText,
    MemberField,
    NumberField,
    OneChoice,
    SearchField,
    SeveralChoices,
    ShortText,
    shorten,
)

if TYPE_CHECKING:
    from bot.ports import Reader
    from bot.text import Text
    from bot.ui import Card, Form

METADATA: Final = 3000
ERROR: Final = 2000
BACK: Final = "command:run:confrere"
"""The menu, as a button of the core."""


def modal(form: Form, reader: Reader, origin: Origin) -> Json:
    """Return the view of a form; it remembers where it was opened from."""
    words = Writer(reader.locale, reader.zone)
    return {
        "type": "modal",
        "callback_id": form.submit,
        "private_metadata": metadata(form.submit, origin),
        "title": plain_text(shorten(words.write(form.title), 24)),
        "submit": plain_text(shorten(words.write(form.send or _("Send")), 24)),
        "close": plain_text(shorten(words.write(_("Cancel")), 24)),
        "blocks": [_input(field, words) for field in form.fields],
    }


def metadata(form: str, origin: Origin) -> str:
    """Return the private metadata of a form; an address too long to carry is left out."""
    written = msgspec.json.encode(Metadata(form, origin)).decode()
    if len(written) > METADATA:
        return msgspec.json.encode(Metadata(form, msgspec.structs.replace(origin, response_url=""))).decode()
    return written


def home(card: Card, reader: Reader, picture: str = "", files: Text | None = None, *, back: bool = False) -> Json:
    """Return the App Home that shows a card; `back` adds the way to the menu, for what was answered there."""
    blocks = message(card, reader, picture, files).blocks
    if back:
        label = plain_text(Writer(reader.locale, reader.zone).write(_("Menu")))
        blocks.append({"type": "actions", "elements": [{"type": "button", "action_id": BACK, "text": label}]})
    return {"type": "home", "blocks": blocks}


def _input(field: Field, words: Writer) -> Json:
    block: Json = {
        "type": "input",
        "block_id": field.name,
        "label": plain_text(words.write(field.label)),
        "element": _element(field, words),
        "optional": not field.required,
    }
    if field.hint:
        block["hint"] = plain_text(words.write(field.hint))
    return block


def _element(field: Field, words: Writer) -> Json:  # noqa: PLR0911 - one for each kind of field
    match field:
        case ShortText() | LongText():
            return _text(field)
        case OneChoice() | SeveralChoices():
            return _choices(field, words)
        case MemberField():
            return _with(field.name, "users_select", initial_user=field.initial)
        case ChannelField():
            # Channels only: a conversation of several people is not a place to announce things.
            channels = {"include": ["public", "private"], "exclude_bot_users": True}
            return _with(field.name, "conversations_select", filter=channels, initial_conversation=field.initial)
        case DateField():
            return _with(field.name, "datepicker", initial_date=field.initial.isoformat() if field.initial else "")
        case NumberField():
            return _with(
                field.name,
                "number_input",
                is_decimal_allowed=False,
                min_value=str(field.minimum),
                max_value=str(field.maximum),
                initial_value="" if field.initial is None else str(field.initial),
            )
        case SearchField():
            initial = shorten(field.initial, 75)
            chosen = {"text": plain_text(initial), "value": initial} if initial else ""
            return _with(field.suggest, "external_select", min_query_length=0, initial_option=chosen)
        case _:
            assert_never(field)


def _with(action_id: str, kind: str, **parts: Any) -> Json:  # noqa: ANN401 - JSON
    return {"type": kind, "action_id": action_id, **{name: part for name, part in parts.items() if part != ""}}


def _text(field: ShortText | LongText) -> Json:
    element = _with(field.name, "plain_text_input", multiline=isinstance(field, LongText), max_length=field.maximum)
    if field.minimum:
        element["min_length"] = field.minimum
    if field.initial:
        element["initial_value"] = field.initial[: field.maximum]
    return element


def _choices(field: OneChoice | SeveralChoices, words: Writer) -> Json:
    options = [option(choice, words) for choice in field.choices]
    if isinstance(field, OneChoice):
        chosen = [choice for choice in options if choice["value"] == field.initial]
        return _with(field.name, "static_select", options=options, initial_option=chosen[0] if chosen else "")
    chosen = [choice for choice in options if choice["value"] in field.initial]
    return _with(
        field.name,
        "multi_static_select",
        options=options,
        initial_options=chosen or "",
        max_selected_items=min(field.maximum, len(options)),
    )
