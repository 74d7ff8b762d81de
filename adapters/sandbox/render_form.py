"""Pure: a form and its reader → the HTML inside a dialog. Fields say what they are in `data-kind`, for the page to send."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from adapters.sandbox.markup import escape, label
from bot.i18n import _
from bot.ui import (
    ChannelField,
    Choice,
    DateField,
    Field,
    Form,
    LongText,
    MemberField,
    NumberField,
    OneChoice,
    SearchField,
    SeveralChoices,
    ShortText,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.ports import Reader
    from bot.text import Content

_OPTIONAL: Final = _("optional")
_SEND: Final = _("Send")
_CANCEL: Final = _("Cancel")
_NOTHING: Final = _("Nothing chosen")
_FIND: Final = _("Type to search")

FEW: Final = 6
"""Up to this many choices are all shown; more go into a list."""


@dataclass(frozen=True, slots=True)
class Directory:
    """Names of accounts and channels, to show what a field holds already."""

    people: Mapping[str, str] = field(default_factory=dict[str, str])
    channels: Mapping[str, str] = field(default_factory=dict[str, str])


def form(form: Form, reader: Reader, directory: Directory | None = None, errors: Mapping[str, Content] | None = None) -> str:
    """Return a dialog's content: title, fields with their labels, hints, counters and errors, and two buttons."""
    known = directory or Directory()
    wrong = errors or {}
    fields = "".join(_field(one, reader, known, wrong.get(one.name, "")) for one in form.fields)
    send = label(form.send or _SEND, reader)
    return (
        f'<form class="form" method="dialog" novalidate lang="{escape(reader.locale)}" data-submit="{escape(form.submit)}">'
        f'<h2 id="form-title">{label(form.title, reader)}</h2>{fields}'
        f'<div class="form-buttons"><p class="form-problem" role="alert" hidden></p>'
        f'<button type="button" class="button secondary" data-cancel>{label(_CANCEL, reader)}</button>'
        f'<button type="submit" class="button primary">{send}</button></div></form>'
    )


def _field(field: Field, reader: Reader, directory: Directory, error: Content) -> str:
    """Return a field between its label and its error; choices that are all shown get a legend instead of a label."""
    optional = "" if field.required else f' <span class="optional">{label(_OPTIONAL, reader)}</span>'
    name = f"{label(field.label, reader)}{optional}"
    described = f"hint-{field.name} error-{field.name}" if field.hint else f"error-{field.name}"
    attributes = f'aria-describedby="{described}"{" aria-invalid=true" if error else ""}'
    if field.required:
        attributes += ' aria-required="true"'
    hint = f'<p class="hint" id="hint-{field.name}">{label(field.hint, reader)}</p>' if field.hint else ""
    shown = label(error, reader) if error else ""
    problem = f'<p class="error" id="error-{field.name}">{shown}</p>'
    control = _control(field, reader, directory, attributes)
    if _all_shown(field):
        inside = f"<fieldset {attributes}><legend>{name}</legend>{hint}{control}</fieldset>"
    else:
        inside = f'<label for="field-{field.name}">{name}</label>{hint}{control}'
    return f'<div class="field" data-field="{field.name}" data-kind="{_KINDS[type(field)]}">{inside}{problem}</div>'


def _all_shown(field: Field) -> bool:
    return isinstance(field, SeveralChoices) or (isinstance(field, OneChoice) and len(field.choices) <= FEW)


def _control(field: Field, reader: Reader, directory: Directory, attributes: str) -> str:  # noqa: PLR0911 - one a kind of field
    base = f'id="field-{field.name}" name="{field.name}" {attributes}'
    match field:
        case ShortText():
            return f'<input type="text" autocomplete="off" {base} maxlength="{field.maximum}" value="{escape(field.initial)}">'
        case LongText():
            return f'<textarea rows="4" {base} maxlength="{field.maximum}">\n{escape(field.initial)}</textarea>'
        case NumberField():
            initial = "" if field.initial is None else str(field.initial)
            return f'<input type="text" inputmode="numeric" autocomplete="off" {base} value="{initial}">'
        case DateField():
            initial = "" if field.initial is None else field.initial.isoformat()
            return f'<input type="date" {base} value="{initial}">'
        case OneChoice() | SeveralChoices():
            return _choices(field, reader, base)
        case MemberField():
            return _finder(base, "member", reader, value=field.initial, words=directory.people.get(field.initial, ""))
        case ChannelField():
            return _finder(base, "channel", reader, value=field.initial, words=directory.channels.get(field.initial, ""))
        case SearchField():
            return _finder(base, "search", reader, words=field.initial, suggest=field.suggest)


def _finder(base: str, source: str, reader: Reader, *, value: str = "", words: str = "", suggest: str = "") -> str:  # noqa: PLR0913 - all shown
    """Return a box that completes what is typed; the page turns it into a combobox."""
    return (
        f'<input type="text" role="combobox" autocomplete="off" aria-autocomplete="list" aria-expanded="false" {base} '
        f'data-source="{source}" data-suggest="{escape(suggest)}" data-value="{escape(value)}" '
        f'placeholder="{label(_FIND, reader)}" value="{escape(words)}">'
    )


def _choices(field: OneChoice | SeveralChoices, reader: Reader, base: str) -> str:
    chosen = (field.initial,) if isinstance(field, OneChoice) else field.initial
    if not _all_shown(field):
        options = "".join(
            f'<option value="{escape(choice.value)}"{" selected" if choice.value in chosen else ""}>'
            f"{_long(choice, reader)}</option>"
            for choice in field.choices
        )
        return f'<select {base}><option value="">{label(_NOTHING, reader)}</option>{options}</select>'
    kind = "radio" if isinstance(field, OneChoice) else "checkbox"
    boxes: list[str] = []
    for index, choice in enumerate(field.choices):
        box = f"field-{field.name}-{index}"
        checked = " checked" if choice.value in chosen else ""
        hint = f"<small>{label(choice.hint, reader)}</small>" if choice.hint else ""
        boxes.append(
            f'<label class="choice" for="{box}">'
            f'<input type="{kind}" id="{box}" name="{field.name}" value="{escape(choice.value)}"{checked}>'
            f'<span class="choice-words"><span>{label(choice.label, reader)}</span>{hint}</span></label>'
        )
    return f'<div class="choices">{"".join(boxes)}</div>'


def _long(choice: Choice, reader: Reader) -> str:
    hint = f" · {label(choice.hint, reader)}" if choice.hint else ""
    return f"{label(choice.label, reader)}{hint}"


_KINDS: Final[dict[type, str]] = {
    ShortText: "text",
    LongText: "text",
    OneChoice: "one",
    SeveralChoices: "several",
    MemberField: "member",
    ChannelField: "channel",
    DateField: "date",
    NumberField: "number",
    SearchField: "search",
}
