"""Cards as JSON, and the members they mention: each workspace's copy carries the account ids of that workspace."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import msgspec

from bot.ui import Card

if TYPE_CHECKING:
    from collections.abc import Mapping

# Found in the JSON itself, many times faster than in what it stands for. Nobody's words can look like it: inside a string, every
# quotation mark has a backslash before it. The order is that of the fields of `bot.text.Mention`.
_STRING: Final = r'"(?:[^"\\]|\\.)*"'
_MENTION: Final = re.compile(rf'(\{{"type":"mention","name":{_STRING},"member":(\d+),"account":){_STRING}\}}')
_decoder = msgspec.json.Decoder(Card)


def encode(card: Card) -> str:
    """Return a card as JSON."""
    return msgspec.json.encode(card).decode()


def decode(content: str) -> Card:
    """Return the card of its JSON.

    Raises:
        msgspec.DecodeError: this version cannot read it.
    """
    return _decoder.decode(content)


def mentioned(content: str) -> frozenset[int]:
    """Return the members that an encoded card mentions."""
    return frozenset(int(mention[2]) for mention in _MENTION.finditer(content)) - {0}


def with_accounts(content: str, accounts: Mapping[int, str]) -> str:
    """Return an encoded card whose mentions carry these account ids, and none where there is none."""

    def written(mention: re.Match[str]) -> str:
        return f"{mention[1]}{msgspec.json.encode(accounts.get(int(mention[2]), '')).decode()}}}"

    return _MENTION.sub(written, content)


def renamed(content: str, member: int, name: str) -> str:
    """Return an encoded card that mentions a member no more: in their place stands a name, and leads to nobody."""
    nobody = f'{{"type":"mention","name":{msgspec.json.encode(name).decode()},"member":0,"account":""}}'
    return _MENTION.sub(lambda mention: nobody if int(mention[2]) == member else mention[0], content)
