"""Dialogs under way: checking what was typed against its fields, keeping it, and putting it back."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, cast

import msgspec

from bot.i18n import _, plural
from bot.model import AccountRef, Channel, Value
from bot.ui import (
    BODY,
    TEXT_MAXIMUM,
    Button,
    Card,
    ChannelField,
    DateField,
    Fact,
    Field,
    Form,
    LongText,
    MemberField,
    NumberField,
    OneChoice,
    SearchField,
    SeveralChoices,
    ShortText,
    Style,
    Tone,
    shorten,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.text import Content

CORRECT, DISCARD = "form:correct:", "form:discard:"

Kept = str | int | list[str] | None


def check(form: Form, values: Mapping[str, Value]) -> dict[str, Content]:
    """Return what is wrong with each field; platforms check some of it, none of them all of it."""
    wrong: dict[str, Content] = {}
    for field in form.fields:
        problem = _problem(field, values.get(field.name))
        if problem is not None:
            wrong[field.name] = problem
    return wrong


def _problem(field: Field, value: Value) -> Content | None:  # noqa: PLR0911 - one for each kind of field
    if value is None or value == () or (isinstance(value, str) and not value.strip()):
        return _("Please fill this in.") if field.required else None
    match field:
        case ShortText() | LongText() if isinstance(value, str):
            return _length(len(value.strip()), field.minimum, field.maximum)
        case SearchField() if isinstance(value, str):
            return _length(len(value.strip()), 0, field.maximum)
        case OneChoice() if value not in {choice.value for choice in field.choices}:
            return _("Choose one of the list.")
        case SeveralChoices() if isinstance(value, tuple):
            return _several(field, value)
        case NumberField():
            return _number(field, value)
        case DateField():
            return None if _is_date(value) else _("A date that exists, as year-month-day: 2027-01-31.")
        case _:
            return None


def _length(length: int, minimum: int, maximum: int) -> Content | None:
    if length > maximum:
        return plural("At most {count} character.", "At most {count} characters.", maximum)
    if length < minimum:
        return plural("At least {count} character.", "At least {count} characters.", minimum)
    return None


def _several(field: SeveralChoices, values: tuple[str, ...]) -> Content | None:
    if not {choice.value for choice in field.choices}.issuperset(values):
        return _("Choose from the list.")
    if len(values) > field.maximum:
        return plural("At most {count} choice.", "At most {count} choices.", field.maximum)
    return None


def _number(field: NumberField, value: Value) -> Content | None:
    try:
        number = int(str(value).strip())
    except ValueError:
        return _("A whole number, for example 3.")
    if not field.minimum <= number <= field.maximum:
        return _("A number from {least} to {most}.", least=field.minimum, most=field.maximum)
    return None


def _is_date(value: Value) -> bool:
    if isinstance(value, dt.date):
        return True
    try:
        dt.date.fromisoformat(str(value).strip())
    except ValueError:
        return False
    return True


def kept(values: Mapping[str, Value]) -> dict[str, Kept]:
    """Return values as they are stored, as JSON."""
    return {name: _stored(value) for name, value in values.items()}


def _stored(value: Value) -> Kept:
    match value:
        case AccountRef() | Channel():
            return value.external_id
        case dt.date():
            return value.isoformat()
        case tuple():
            return list(value)
        case _:
            return value


def filled(form: Form, values: Mapping[str, object]) -> Form:
    """Return the form with what was typed before in its fields."""
    if not values:
        return form
    return msgspec.structs.replace(form, fields=tuple(_filled(field, values.get(field.name)) for field in form.fields))


def _filled(field: Field, value: object) -> Field:
    if value is None:
        return field
    match field:
        case ShortText() | LongText():
            # Words that were too long come back whole, to be shortened; their length is checked again when they are sent.
            words = str(value)[:TEXT_MAXIMUM]
            return msgspec.structs.replace(field, initial=words, maximum=max(field.maximum, len(words)))
        case SearchField():
            initial: object = str(value)[: field.maximum]
        case OneChoice():
            initial = value if value in {choice.value for choice in field.choices} else ""
        case SeveralChoices():
            chosen = {str(one) for one in cast("list[object]", value)} if isinstance(value, list) else set[str]()
            initial = tuple(choice.value for choice in field.choices if choice.value in chosen)
        case MemberField() | ChannelField():
            initial = str(value)
        case DateField():
            initial = dt.date.fromisoformat(str(value)) if _is_date(str(value)) else None
        case NumberField():
            initial = int(str(value)) if str(value).lstrip("-").isdecimal() else None
    return msgspec.structs.replace(field, initial=initial)


def correction(form: Form, errors: Mapping[str, Content], message: Content = "") -> Card:
    """Return the card that says what is wrong and reopens the form with everything that was typed."""
    labels = {field.name: field.label for field in form.fields}
    facts = tuple(Fact(labels.get(name, name), problem) for name, problem in errors.items())
    return Card(
        title=_("Almost there"),
        body=message or _("Nothing you typed is lost. Please look at this once more:"),
        facts=facts,
        tone=Tone.ATTENTION,
        controls=(
            Button(_("Correct"), CORRECT + form.submit, Style.PRIMARY),
            Button(_("Discard"), DISCARD + form.submit),
        ),
    )


def returned(form: Form, errors: Mapping[str, Content], message: Content, values: Mapping[str, Value]) -> Card:
    """Return the card that gives back what was typed into a form that is not kept, with what is wrong."""
    labels = {field.name: field.label for field in form.fields}
    words = tuple(
        shorten(value, BODY)
        for field in form.fields
        if isinstance(value := values.get(field.name), str) and value.strip()
        if isinstance(field, ShortText | LongText)
    )
    return Card(
        title=_("Not sent"),
        body=(message, _("I keep nothing of this. Here are your words again, to copy:") if words else "", *words),
        facts=tuple(Fact(labels.get(name, name), problem) for name, problem in errors.items()),
        tone=Tone.ATTENTION,
    )
