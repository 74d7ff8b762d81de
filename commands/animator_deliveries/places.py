"""What a message was and where it went, in words that give nothing private away."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.context import mention
from bot.i18n import _, plain
from bot.text import ChannelMention, Mention, Text
from bot.ui import shorten

if TYPE_CHECKING:
    from bot.ports import Reader
    from storage.letters import Address, Letter

TITLE: Final = 80
WORKSPACE: Final = 60
_ROLES: Final = {
    "introductions": _("the channel for introductions"),
    "help": _("the channel for requests"),
    "thanks": _("the channel for thanks"),
    "opportunities": _("the channel for opportunities"),
    "icebreakers": _("the channel for icebreakers"),
}


def workspace_of(address: Address) -> str:
    """Return the name of a workspace, or its platform where it has told none."""
    return shorten(address.workspace.name, WORKSPACE) or address.workspace.platform.capitalize()


def place(address: Address, here: int = 0) -> Text:
    """Return a channel or a workspace in words. Only in its own workspace, `here`, can a channel be pointed at."""
    if not address.channel:
        return Text("{workspace}", {"workspace": workspace_of(address)})
    role = _ROLES.get(address.role)
    if address.workspace.id == here:
        channel = ChannelMention(address.channel)
        return Text("{role} ({channel})", {"role": role, "channel": channel}) if role else Text("{channel}", {"channel": channel})
    if role is None:
        return _("a channel in {workspace}", workspace=workspace_of(address))
    return _("{channel} in {workspace}", channel=role, workspace=workspace_of(address))


def what(letter: Letter, reader: Reader, here: int = 0) -> Text:
    """Return what a letter was: its kind and where it went; the title only of what everybody may read."""
    title = shorten(plain(letter.title, reader.locale, reader.zone), TITLE)
    if letter.address.channel:
        return _in_channel(letter.action, title, place(letter.address, here))
    if letter.address.people:
        return _between(letter.action, letter.address.people)
    return _to_somebody(letter.action, mention(letter.address.member) if letter.address.member is not None else _("somebody"))


def _in_channel(action: str, title: str, where: Text) -> Text:
    match action:
        case "update":
            return (
                _("A change to “{title}” in {place}", title=title, place=where) if title else _("A change in {place}", place=where)
            )
        case "remove":
            return _("The removal of a message in {place}", place=where)
        case _:
            return _("“{title}” for {place}", title=title, place=where) if title else _("A message for {place}", place=where)


def _between(action: str, people: int) -> Text:
    match action:
        case "update":
            return _("A change in a conversation of {count} members", count=people)
        case "remove":
            return _("The removal of a message in a conversation of {count} members", count=people)
        case _:
            return _("A conversation of {count} members, to be opened", count=people)


def _to_somebody(action: str, name: Text | Mention) -> Text:
    match action:
        case "update":
            return _("A change to a private message to {name}", name=name)
        case "remove":
            return _("The removal of a private message to {name}", name=name)
        case _:
            return _("A private message to {name}", name=name)
