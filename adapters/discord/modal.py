"""Forms as Discord modals, and the card that stands for one where Discord opens none. Pure.

Modals: https://docs.discord.com/developers/components/reference#label (title and labels 45, five fields, text 4,000).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from adapters.discord.identifiers import SEVERAL, compose
from bot.i18n import _, plain
from bot.ui import (
    Button,
    Card,
    ChannelField,
    DateField,
    LongText,
    MemberField,
    NumberField,
    OneChoice,
    SearchField,
    SeveralChoices,
    ShortText,
    Style,
)

if TYPE_CHECKING:
    from bot.ports import Reader
    from bot.text import Text
    from bot.ui import Choice, Field, Form

Json = dict[str, Any]


def modal(form: Form, reader: Reader, *, scope: str | None = None) -> Json:
    """Write a form for a reader. `scope` is the server that a direct message belongs to, None outside of direct messages."""
    return {
        "custom_id": compose(form.submit, scope=scope),
        "title": plain(form.title, reader.locale, reader.zone) or "…",
        "components": [_label(field, reader) for field in form.fields],
    }


def waiting(form: Form) -> Card:
    """Return the card that leads to a form where Discord cannot open one: after a modal, or in answer to a message."""
    return Card(
        title=form.title,
        body=_("One more step: there is a form to fill in."),
        controls=(Button(_("Continue"), f"form:correct:{form.submit}", Style.PRIMARY),),
    )


def _label(field: Field, reader: Reader) -> Json:
    label: Json = {"type": 18, "label": plain(field.label, reader.locale, reader.zone), "component": _component(field, reader)}
    if field.hint:
        label["description"] = plain(field.hint, reader.locale, reader.zone)
    return label


def _component(field: Field, reader: Reader) -> Json:  # noqa: PLR0911 - one for each kind of field
    match field:
        case ShortText():
            return _text(field, 1, field.initial, maximum=field.maximum, minimum=field.minimum)
        case LongText():
            return _text(field, 2, field.initial, maximum=field.maximum, minimum=field.minimum)
        case SearchField():
            return _text(field, 1, field.initial, maximum=field.maximum)
        case DateField():
            words = field.initial.isoformat() if field.initial else ""
            return _text(field, 1, words, maximum=20, example=_("Year-month-day: 2027-01-31"), reader=reader)
        case NumberField():
            words = "" if field.initial is None else str(field.initial)
            example = _("A whole number from {low} to {high}", low=field.minimum, high=field.maximum)
            return _text(field, 1, words, maximum=12, example=example, reader=reader)
        case OneChoice():
            return _select(field, field.choices, (field.initial,) if field.initial else (), 1, reader)
        case SeveralChoices():
            select = _select(field, field.choices, field.initial, min(field.maximum, len(field.choices)), reader)
            return {**select, "custom_id": field.name + SEVERAL}
        case MemberField():
            return _picker(field, 5, "user", field.initial)
        case ChannelField():
            return {**_picker(field, 8, "channel", field.initial), "channel_types": [0, 5]}


def _text(  # noqa: PLR0913 - what Discord takes for a line of text
    field: Field,
    style: int,
    value: str,
    *,
    maximum: int,
    minimum: int = 0,
    example: Text | None = None,
    reader: Reader | None = None,
) -> Json:
    component: Json = {"type": 4, "custom_id": field.name, "style": style, "required": field.required, "max_length": maximum}
    if minimum and field.required:
        component["min_length"] = minimum
    if value:
        component["value"] = value[:maximum]
    if example is not None and reader is not None:
        component["placeholder"] = plain(example, reader.locale, reader.zone)[:100]
    return component


def _select(field: Field, choices: tuple[Choice, ...], initial: tuple[str, ...], maximum: int, reader: Reader) -> Json:
    options: list[Json] = []
    chosen = set(initial)
    for choice in choices:
        option: Json = {"label": plain(choice.label, reader.locale, reader.zone) or choice.value, "value": choice.value}
        if choice.hint:
            option["description"] = plain(choice.hint, reader.locale, reader.zone)
        if choice.value in chosen:
            option["default"] = True
        options.append(option)
    return {
        "type": 3,
        "custom_id": field.name,
        "required": field.required,
        "min_values": 1 if field.required else 0,
        "max_values": maximum,
        "options": options,
    }


def _picker(field: Field, kind: int, default_type: str, initial: str) -> Json:
    component: Json = {
        "type": kind,
        "custom_id": field.name,
        "required": field.required,
        "min_values": 1 if field.required else 0,
        "max_values": 1,
    }
    if initial.isdigit():
        component["default_values"] = [{"id": initial, "type": default_type}]
    return component
