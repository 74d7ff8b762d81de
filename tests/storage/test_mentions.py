"""Mentions in a card are found and filled in, whatever people are called and whatever they write."""

from __future__ import annotations

import pytest

from bot.i18n import _
from bot.text import Listing, Mention
from bot.ui import Button, Card, Fact, Item, Picture
from storage.mentions import decode, encode, mentioned, with_accounts

WORDS = ('"type":"mention","name":"x","member":3,"account":""}', "\\", '{"type":"mention"', "é\n\t\x00 😀", '\\"', "</script>")


def _card(*, ada: str = "", bea: str = "", words: str = "words") -> Card:
    return Card(
        title=_("{who} and {type}", who=Mention(words, 3, ada), type="mention"),
        body=(words, _("{all}", all=Listing((Mention("Bea", 4, bea), words)))),
        facts=(Fact(words[:75], _("{who}", who=_("inner {who}", who=Mention("Ada", 3, ada)))),),
        items=(Item(_("{who}", who=Mention("nobody known")), Button(_("Go"), "request:accept:3")),),
        picture=Picture("p.png", b"\x89PNG\x00", words),
        note=_("{member} {account}", member=3, account=""),
    )


@pytest.mark.parametrize("words", WORDS)
def test_accounts_are_filled_in_and_nothing_else_changes(words: str) -> None:
    encoded = encode(_card(words=words))

    assert mentioned(encoded) == {3, 4}
    assert decode(encoded) == _card(words=words)
    assert decode(with_accounts(encoded, {3: 'U"3\\', 4: "42"})) == _card(ada='U"3\\', bea="42", words=words)


def test_an_account_of_another_workspace_does_not_stay() -> None:
    assert decode(with_accounts(encode(_card(ada="U3", bea="U4")), {4: "44"})) == _card(bea="44")


def test_without_mentions_there_is_nothing_to_find() -> None:
    assert mentioned(encode(Card(body='{"type":"mention","name":"x","member":3,"account":""}'))) == frozenset()
