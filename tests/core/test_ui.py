"""Cards and forms refuse, when they are built, what the tighter platform would refuse when they are sent."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.errors import LimitError
from bot.files import CONTENT, File, file_name
from bot.i18n import _
from bot.ui import (
    Button,
    Card,
    Choice,
    Fact,
    Form,
    Item,
    Link,
    OneChoice,
    Select,
    SeveralChoices,
    ShortText,
    is_web_address,
    shorten,
)


def _file(name: str, content: bytes = b"x") -> File:
    return File(name, content, "text/calendar; charset=utf-8; method=PUBLISH")


@given(st.text(), st.sampled_from(("ics", "json")))
@example("Zoé & Ada", "ics")
@example("x" * 100 + "é", "json")
@example("...", "ics")
def test_a_file_may_be_named_after_anybody(words: str, ending: str) -> None:
    assert _file(file_name(words, ending)).name.endswith(f".{ending}")
    assert file_name("Zoé & Ada", "ics") == "zoe-ada.ics"


def test_a_card_within_limits_is_built() -> None:
    card = Card(_("Hello {name}", name="*Ada*"), ("", "one", "two"), (Fact("a", "b"),), controls=(Button("Go", "x:go"),))
    assert card.paragraphs == ("one", "two")


@pytest.mark.parametrize(
    ("build", "said"),
    [
        (lambda: Card(title="t" * 151), "card title: 151 characters, at most 150"),
        (lambda: Card(body="b" * 3001), "card body: 3001"),
        (lambda: Card(body=("b" * 2000, "c" * 2000)), "4000 characters in all, at most 3800"),
        (lambda: Card(body="b", controls=(Button("x", "a:b"),) * 11), "11 controls, at most 10"),
        (lambda: Card(body="b", facts=(Fact("a", "b"),) * 11), "11 facts"),
        (lambda: Card(body="b", items=(Item("a"),) * 9), "9 items"),
        (Card, "nothing to show"),
        (lambda: Card(body="b", files=tuple(_file(f"{n}.ics") for n in range(6))), "6 files, at most 5"),
        (lambda: Card(body="b", files=(_file("a.ics"), _file("A.ics"))), "two files have the same name"),
        (lambda: Card(body="b", files=(_file("a.bin", b"x" * (CONTENT + 1)),)), "more than 4194304 bytes"),
        (lambda: _file("a.ics", b""), "empty"),
        (lambda: _file("../etc/passwd.txt"), "file name '../etc"),
        (lambda: _file("é.ics"), "file name 'é"),
        (lambda: _file("ics"), "file name 'ics"),
        (lambda: _file("a\n.ics"), r"file name 'a.n"),
        (lambda: _file("a..ics"), "file name 'a..ics"),
        (lambda: _file(".ics"), "file name '.ics"),
        (lambda: _file("a" * 57 + ".ics"), "at most 60"),
        (lambda: File("a.ics", b"x", "text/calendar\r\nX: y"), "media type"),
        (lambda: File("a.ics", b"x", "text/calendar", "l" * 76), "label of more"),
        (lambda: Button("x" * 76, "a:b"), "button label: 76"),
        (lambda: Button("x", "a:" + "b" * 78), "id "),
        (lambda: Button("x", "nothing"), "feature:action"),
        (lambda: Link("x", "javascript:alert(1)"), "not a web address"),
        (lambda: Select("a:b", "p", ()), "select: 0 choices"),
        (lambda: Select("a:b", "p", (Choice("1", "a"), Choice("1", "b"))), "same value"),
        (lambda: Select("a:b", "p", (Choice("1", "a"),), maximum=2), "impossible"),
        (lambda: Choice("v", "l" * 76), "choice label"),
        (lambda: Form("a:b", "t", ()), "0 fields"),
        (lambda: Form("a:b", "t", tuple(ShortText(name=f"n{i}", label="l") for i in range(6))), "6 fields"),
        (lambda: Form("a:b", "t" * 25, (ShortText(name="n", label="l"),)), "form title"),
        (lambda: Form("a:" + "b" * 64, "t", (ShortText(name="n", label="l"),)), "at most 64"),
        (lambda: Form("a:b", "t", (ShortText(name="n", label="l"), ShortText(name="n", label="m"))), "same name"),
        (lambda: Form("a:b", "t", (ShortText(name="n", label="l", maximum=3001),)), "3000"),
        (lambda: ShortText(name="two words", label="l"), "not a name"),
        (lambda: ShortText(name="n", label="l" * 46), "label"),
        (lambda: OneChoice(name="n", label="l", choices=()), "field n: 0 choices"),
        (lambda: SeveralChoices(name="n", label="l", choices=tuple(Choice(str(i), str(i)) for i in range(26))), "26 choices"),
    ],
)
def test_what_breaks_a_limit_is_refused_by_name(build: object, said: str) -> None:
    assert callable(build)
    with pytest.raises(LimitError, match=said.replace("(", r"\(")):
        build()


@pytest.mark.parametrize(
    ("address", "fine"),
    [
        ("https://example.org/ada?x=1", True),
        ("http://exémple.fr", True),
        ("ftp://example.org", False),
        ("javascript:alert(1)", False),
        ("https://", False),
        ("https://a b", False),
        ("https://[::1", False),
        ("https://x/" + "a" * 512, False),
    ],
)
def test_only_web_addresses_become_links(address: str, *, fine: bool) -> None:
    assert is_web_address(address) is fine


def test_shortening_keeps_whole_words_where_it_can() -> None:
    assert shorten("one two three four", 12) == "one two…"
    assert shorten("x" * 20, 10) == "x" * 9 + "…"
    assert shorten("short", 10) == "short"
    assert shorten("  no room", 2) == "…"
