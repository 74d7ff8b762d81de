"""Cards as JSON, and the members they mention: each workspace's copy carries the account ids of that workspace."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec

from bot.ui import Card

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_MARK: Final = '"type":"mention"'
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
    if _MARK not in content:  # words that somebody typed have their quotation marks escaped, so they never look like this
        return frozenset()
    return frozenset(mention["member"] for mention in _mentions(msgspec.json.decode(content)) if mention.get("member"))


def with_accounts(content: str, accounts: Mapping[int, str]) -> str:
    """Return an encoded card whose mentions carry these account ids."""
    if _MARK not in content or not accounts:
        return content
    structure = msgspec.json.decode(content)
    for mention in _mentions(structure):
        mention["account"] = accounts.get(mention.get("member", 0), "")
    return msgspec.json.encode(structure).decode()


def _mentions(value: Any) -> Iterator[dict[str, Any]]:  # noqa: ANN401 - whatever JSON holds
    """Yield the mentions of a decoded structure. The parameters of a text have any names, so they are not read as a tag."""
    if isinstance(value, list):
        for part in value:  # pyright: ignore[reportUnknownVariableType]
            yield from _mentions(part)
    elif isinstance(value, dict):
        if value.get("type") == "mention":  # pyright: ignore[reportUnknownMemberType]
            yield value  # pyright: ignore[reportUnknownVariableType]
        else:
            for name, part in value.items():  # pyright: ignore[reportUnknownVariableType]
                parts = part.values() if name == "params" and isinstance(part, dict) else (part,)  # pyright: ignore[reportUnknownVariableType, reportUnknownMemberType]
                for each in parts:  # pyright: ignore[reportUnknownVariableType]
                    yield from _mentions(each)
