"""What a Slack payload says about itself, read without trust: who, where, and the ways back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec

from bot.model import Place, Where

if TYPE_CHECKING:
    from collections.abc import Mapping

Payload = dict[str, Any]


_SHORT = {"kind": "k", "channel": "c", "thread": "t", "message": "m", "ephemeral": "e", "response_url": "u"}
"""Names in the private metadata, which is short of room."""


class Origin(msgspec.Struct, frozen=True, omit_defaults=True, rename=_SHORT):
    """Where a dialog was opened from, carried in its private metadata, so that its answer goes back there."""

    kind: str = Where.NOWHERE.value
    channel: str = ""
    thread: str = ""
    message: str = ""
    ephemeral: bool = False
    response_url: str = ""

    @property
    def place(self) -> Place:
        """The same, as the core says it."""
        return Place(Where(self.kind), self.channel, self.thread)


class Metadata(msgspec.Struct, frozen=True, omit_defaults=True):
    """The private metadata of a dialog (at most 3,000 characters): its form and where it was opened from."""

    form: str
    origin: Origin = Origin()


NOWHERE = Origin()


@dataclass(frozen=True, slots=True)
class Way:
    """The ways back to whoever acted: what a responder needs of a payload."""

    type: str
    name: str = ""
    user: str = ""
    trigger: str = ""
    origin: Origin = NOWHERE
    view: str = ""
    fields: tuple[str, ...] = ()


def text_of(container: Mapping[str, Any] | None, key: str) -> str:
    """Return a string of a payload, empty where it is missing or something else."""
    value = (container or {}).get(key)
    return value if isinstance(value, str) else ""


def table_of(container: Mapping[str, Any] | None, key: str) -> Payload:
    """Return an object of a payload, empty where it is missing or something else."""
    value = (container or {}).get(key)
    return value if isinstance(value, dict) else {}


def team_of(payload: Payload) -> str:
    """Return the workspace a payload belongs to; organisations name themselves where they have no team."""
    return (
        text_of(payload, "team_id")
        or text_of(table_of(payload, "team"), "id")
        or text_of(table_of(payload, "user"), "team_id")
        or text_of(table_of(payload, "enterprise"), "id")
    )


def kind_of_channel(channel: str) -> Where:
    """Tell a conversation with the bot from a channel, by Slack's prefix."""
    return Where.DIRECT if channel.startswith("D") else Where.CHANNEL


def origin_of(payload: Payload) -> Origin:
    """Return where an interaction happened."""
    view = table_of(payload, "view")
    if text_of(view, "type") == "home":
        return Origin(Where.HOME.value)
    if text_of(view, "type") == "modal":
        return metadata_of(view).origin
    channel = text_of(payload, "channel_id") or text_of(table_of(payload, "channel"), "id")
    if not channel:
        return NOWHERE
    message, container = table_of(payload, "message"), table_of(payload, "container")
    own = text_of(message, "ts") or text_of(container, "message_ts")
    thread = text_of(message, "thread_ts") or text_of(container, "thread_ts")
    if thread == own:
        # What was answered names the thread below it, in which it does not stand itself.
        thread = ""
    kind = Where.THREAD if thread else kind_of_channel(channel)
    return Origin(
        kind.value,
        channel,
        thread,
        own,
        container.get("is_ephemeral") is True,
        text_of(payload, "response_url"),
    )


def metadata_of(view: Payload) -> Metadata:
    """Return what a dialog carries; one that is not ours, or older than us, carries only its form."""
    try:
        return msgspec.json.decode(text_of(view, "private_metadata"), type=Metadata)
    except msgspec.DecodeError:
        return Metadata(text_of(view, "callback_id"))
