"""The content of a dialog as Slack sends it (`view.state.values`), turned into the values of a form."""

from __future__ import annotations

import contextlib
import datetime as dt
from typing import TYPE_CHECKING, Any

from adapters.slack.payload import Payload, table_of, text_of
from bot.model import AccountRef, Channel

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.model import Value


def values_of(view: Payload) -> dict[str, Value]:
    """Return the fields of a dialog by name; the name of a field is the id of its block."""
    found: dict[str, Value] = {}
    for name, elements in table_of(table_of(view, "state"), "values").items():
        for element in elements.values() if isinstance(elements, dict) else ():
            if isinstance(element, dict):
                found[name] = value_of(element)
    return found


def value_of(element: Payload) -> Value:
    """Return what is filled in or chosen in one element; an unknown kind of element holds nothing."""
    read = _READERS.get(text_of(element, "type"))
    return None if read is None else read(element)


def chosen(element: Payload) -> tuple[str, ...]:
    """Return the values chosen in a select of a message."""
    value = value_of(element)
    if isinstance(value, tuple):
        return value
    if isinstance(value, AccountRef | Channel):
        return (value.external_id,)
    return (str(value),) if value else ()


def _text(element: Payload) -> Value:
    return text_of(element, "value")


def _number(element: Payload) -> Value:
    raw = text_of(element, "value")
    with contextlib.suppress(ValueError):
        return int(raw)
    return raw


def _date(element: Payload) -> Value:
    raw = text_of(element, "selected_date")
    with contextlib.suppress(ValueError):
        return dt.date.fromisoformat(raw)
    return raw or None


def _one(element: Payload) -> Value:
    return text_of(table_of(element, "selected_option"), "value")


def _several(element: Payload) -> Value:
    options: Any = element.get("selected_options")
    return tuple(text_of(option, "value") for option in options if isinstance(option, dict)) if isinstance(options, list) else ()


def _member(element: Payload) -> Value:
    account = text_of(element, "selected_user")
    return AccountRef(account) if account else None


def _channel(element: Payload) -> Value:
    channel = text_of(element, "selected_conversation") or text_of(element, "selected_channel")
    return Channel(channel) if channel else None


_READERS: dict[str, Callable[[Payload], Value]] = {
    "plain_text_input": _text,
    "email_text_input": _text,
    "url_text_input": _text,
    "number_input": _number,
    "datepicker": _date,
    "static_select": _one,
    "external_select": _one,
    "radio_buttons": _one,
    "multi_static_select": _several,
    "multi_external_select": _several,
    "checkboxes": _several,
    "users_select": _member,
    "conversations_select": _channel,
    "channels_select": _channel,
}
