"""Custom ids on Discord: the core's ids, with what Discord cannot tell when a button is pressed. At most 100 characters.

- `@` and a server's number at the end, in direct messages, which belong to no server;
- `?fr?` in front of a button that asks before it counts, with the language of the message;
- `2~` in front of the second control of a message with the same id, which Discord would refuse.

Ids of the core begin with a feature's name, never with one of these marks.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

SEVERAL: Final = "[]"
"""Behind the name of a field that takes several choices: a modal sent back does not say which select took one."""

_DIGITS: Final = "0123456789abcdefghijklmnopqrstuvwxyz"
_MARKED: Final = re.compile(r"(?:\?([a-z]{2})\?)?(?:\d~)?(.*)", re.DOTALL)
_REFUSAL: Final = "!no:"


@dataclass(frozen=True, slots=True)
class CustomId:
    """A custom id as read: the core's id, the server of a direct message, and the language of a question to ask first."""

    action: str
    guild: str = ""
    confirm: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """The message that a question was asked about; only Discord can change it where it is ephemeral."""

    channel: str
    message: str
    ephemeral: bool


def compose(action: str, *, scope: str | None = None, confirm: str = "", copy: int = 0) -> str:
    """Write a custom id. `scope` is the server of a direct message, empty where it is not known, None outside of them."""
    asked = f"?{confirm}?" if confirm else ""
    again = f"{copy}~" if copy else ""
    ending = "" if scope is None else f"@{_shortened(scope)}"
    return f"{asked}{again}{action}{ending}"


def read(custom_id: str, *, direct: bool) -> CustomId:
    """Read a custom id; `direct` where the message stands in a direct message."""
    found = _MARKED.fullmatch(custom_id)
    confirm, action = (found[1] or "", found[2]) if found else ("", custom_id)
    guild = ""
    if direct and "@" in action:
        action, _, shortened = action.rpartition("@")
        guild = _restored(shortened)
    return CustomId(action, guild, confirm)


def refusal(source: Source) -> str:
    """Write the id of the *No* button of a question, which also keeps what the question is about."""
    return f"{_REFUSAL}{'e' if source.ephemeral else 'p'}:{_shortened(source.channel)}:{_shortened(source.message)}"


def read_refusal(custom_id: str) -> Source | None:
    """Read the id of a *No* button, or return None for any other."""
    parts = custom_id.removeprefix(_REFUSAL).split(":")
    if not custom_id.startswith(_REFUSAL) or len(parts) != 3:  # noqa: PLR2004 - as written by `refusal`
        return None
    return Source(_restored(parts[1]), _restored(parts[2]), parts[0] == "e")


def _shortened(snowflake: str) -> str:
    """Write a platform number in base 36: thirteen characters at most."""
    if not snowflake.isdigit():
        return ""
    number, written = int(snowflake), ""
    while number:
        number, digit = divmod(number, 36)
        written = _DIGITS[digit] + written
    return written


def _restored(shortened: str) -> str:
    try:
        return str(int(shortened, 36)) if shortened else ""
    except ValueError:
        return ""
