"""Cards and forms as Discord shows them: within every limit, and with nobody's words turned into markup."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.discord import identifiers, modal, render
from adapters.discord.dialect import Markdown, cut
from adapters.discord.identifiers import Source
from bot.i18n import LOCALES, Text, _
from bot.ports import Reader
from bot.text import Mention, Moment
from bot.ui import (
    Button,
    Card,
    ChannelField,
    Choice,
    DateField,
    Fact,
    Form,
    Item,
    Link,
    LongText,
    MemberField,
    NumberField,
    OneChoice,
    Picture,
    SearchField,
    Select,
    SeveralChoices,
    ShortText,
    Style,
    Tone,
)
from tests.emulators.discord import limits, reading

READER = Reader("en", "Europe/Paris")
PIECES = st.lists(
    st.sampled_from(["https://", "http://a.b/", "HTTPS://", "_", "__", "*", "(", ")", " ", ".", "\\", "<", "@", "x", "|", "\n"])
)
MARKUP = PIECES.map("".join) | st.text(
    st.sampled_from("\\*_~`|>#-+.@<:/[]()!&0123 \n\r\u2028\tabAté🎉") | st.characters(codec="utf-8"), max_size=60
)
LONG_ACTION = "a:" + "x" * 77


def shown(card: Card) -> str:
    rendered = render.message(card, READER)
    limits.check_message(rendered.payload, [one["filename"] for one in rendered.payload["attachments"]])
    return "\n".join(reading.displayed(text) for text in reading.texts(rendered.payload["components"]))


def lines(words: str) -> str:
    return re.sub("\r\n|[\r\v\f\x1c-\x1e\x85\u2028\u2029]", "\n", words)


@settings(max_examples=400)
@given(MARKUP)
def test_words_are_shown_as_typed(words: str) -> None:
    written = Markdown().plain(words)
    assert reading.displayed(written) == lines(words)
    assert reading.mentions(written) == []


@settings(max_examples=200)
@given(MARKUP, MARKUP)
def test_words_in_a_template_stay_words(one: str, other: str) -> None:
    text = Text("**{one}** and {other}", {"one": one, "other": other})
    written = render.message(Card(body=text), READER).payload["components"][0]["components"][0]["content"]
    assert reading.displayed(written) == lines(f"{one} and {other}")


@pytest.mark.parametrize(
    "words",
    [
        "# heading",
        "-# small",
        "- list",
        "> quote",
        ">>> quote",
        "1. one",
        "**bold** _em_ __u__ ~~s~~ ||spoiler|| `code`",
        "```\nblock\n```",
        "[innocent](https://evil.example)",
        "<@123> <@!123> <@&1> <#12> <t:0:R> <:emoji:12> </cmd:1>",
        "@everyone @here",
        "https://example.org/a_b_c?x=_y_ and https://example.org/d_e.",
        "xhttps://example.org/__a__ __b__",
        "a\\*b",
        "👩‍👩‍👧‍👦 \U0001f980",
    ],
)
def test_known_tricks_stay_words(words: str) -> None:
    assert shown(Card(body=words)) == words
    assert reading.mentions(Markdown().plain(words)) == []


def test_an_address_stays_whole() -> None:
    address = "https://example.org/a_b_c?x=_y_"
    assert Markdown().plain(f"see {address}, please_do") == f"see {address}, please\\_do"


def test_our_own_strong_marks_mentions_and_moments_are_kept() -> None:
    moment = dt.datetime(2026, 11, 23, 9, 0, tzinfo=dt.UTC)
    text = Text("**{who}** at {when}", {"who": Mention("A_da", 1, "42"), "when": Moment(moment, "relative")})
    content = render.message(Card(body=text), READER).payload["components"][0]["components"][0]["content"]
    assert content == f"**<@42>** at <t:{int(moment.timestamp())}:R>"
    unknown = Text("{who}", {"who": Mention("A_da", 1, "not-a-number")})
    assert render.message(Card(body=unknown), READER).payload["components"][0]["components"][0]["content"] == "A\\_da"


def test_every_part_of_a_card_has_its_place() -> None:
    card = Card(
        title="Title\nin two lines",
        body=("First", "Second"),
        facts=(Fact("Craft", "Weaver"), Fact("Place", "Lyon")),
        items=(Item("One", Button("Open", "showcase:open:1")), Item("Two"), Item("Three", Link("Site", "https://example.org"))),
        picture=Picture("chart", b"x", "A rising line"),
        tone=Tone.GOOD,
        controls=(
            Button("Go", "showcase:go", Style.PRIMARY),
            Select("showcase:pick", "Which", (Choice("a", "A", "first"), Choice("b", "B"))),
            Button("Stop", "showcase:stop", Style.DANGER),
        ),
        note="small\nprint",
    )
    rendered = render.message(card, READER)
    container = rendered.payload["components"][0]
    assert [part["type"] for part in container["components"]] == [10, 14, 9, 10, 9, 12, 1, 1, 1, 10]
    assert container["accent_color"] == 0x2E8B57
    assert rendered.payload["flags"] == limits.COMPONENTS_V2
    assert rendered.payload["allowed_mentions"] == {"parse": []}
    assert shown(card) == (
        "Title in two lines\n\nFirst\n\nSecond\n\nCraft · Weaver\nPlace · Lyon\nOne\nTwo\nThree\nA rising line\nsmall\nprint"
    )


def test_the_largest_card_fits() -> None:
    controls = tuple(
        Select(f"a:{number}", "p" * 100, tuple(Choice(str(one), "l" * 75) for one in range(25))) for number in range(10)
    )
    items = tuple(Item("i" * 20, Button("b" * 75, f"showcase:open:{number}")) for number in range(8))
    picture = Picture("p.png", b"x", "alt")
    card = Card(title="t", body="b", facts=(Fact("l", "v"),), items=items, picture=picture, controls=controls, note="n")
    rendered = render.message(card, READER)
    limits.check_message(rendered.payload, ["p.png"])
    buttons = [one for one in reading.controls(rendered.payload["components"]) if one["type"] == 2]
    assert [one["label"][:3] for one in buttons] == [f"{number}. " for number in range(1, 9)]


@given(st.text("*_<\\a ", min_size=2500, max_size=3000), st.text("*_<\\a ", min_size=600, max_size=700))
@settings(max_examples=20)
def test_words_that_grow_when_escaped_are_shortened(long: str, short: str) -> None:
    card = Card(title="t", body=Text("**{long}**", {"long": long}), items=(Item(short),))
    payload = render.message(card, READER).payload
    if long.strip():
        limits.check_message(payload, [])


@given(MARKUP, st.integers(4, 80))
def test_a_cut_leaves_nothing_half_open(words: str, limit: int) -> None:
    whole = Text("**{words}** {words} **{who}**", {"words": words, "who": Mention("x", 1, "1234567890")})
    written = render.Writer("en", "UTC", Markdown()).write(whole)
    short = cut(written, limit)
    assert len(short) <= limit
    assert "<" not in re.sub(r"\\.|<@\d+>", "", short, flags=re.DOTALL)
    assert len(re.findall(r"\*\*", re.sub(r"\\.", "", short, flags=re.DOTALL))) % 2 == 0


def test_two_buttons_with_one_id_are_told_apart_and_mean_the_same() -> None:
    card = Card(body="x", items=(Item("i", Button("A", LONG_ACTION)),), controls=(Button("B", LONG_ACTION, confirm=Text("Sure?")),))
    for scope in (None, "", "9223372036854775807"):
        payload = render.message(card, READER, scope=scope).payload
        limits.check_message(payload, [])
        ids = [one["custom_id"] for one in reading.controls(payload["components"])]
        assert [identifiers.read(one, direct=scope is not None).action for one in ids] == [LONG_ACTION] * 2
        assert identifiers.read(ids[0], direct=scope is not None).guild == (scope or "")


def test_ids_are_read_as_they_were_written() -> None:
    assert identifiers.read("requests:open:a@b", direct=False).action == "requests:open:a@b"
    assert identifiers.read("requests:open:a@b@", direct=True) == identifiers.CustomId("requests:open:a@b")
    source = Source("123456789012345678", "9223372036854775807", ephemeral=True)
    assert identifiers.read_refusal(identifiers.refusal(source)) == source
    assert identifiers.read_refusal("requests:open:1") is None
    assert identifiers.read("x@!!", direct=True).guild == ""


@pytest.mark.parametrize("locale", LOCALES)
def test_every_field_of_a_form_fits_in_a_modal(locale: str) -> None:
    choices = tuple(Choice(str(number), "l" * 75, "h" * 75) for number in range(25))
    wide: dict[str, Any] = {"label": "L" * 45, "hint": "H" * 100}
    first = Form(
        "showcase:" + "x" * 55,
        "T" * 24,
        (
            ShortText(name="short", initial="x" * 200, **wide),
            LongText(name="long", initial="y" * 3000, maximum=3000, minimum=5, **wide),
            OneChoice(name="one", choices=choices, initial="3", **wide),
            SeveralChoices(name="several", choices=choices, initial=("1", "2"), required=False, **wide),
            SearchField(name="search", suggest="showcase:needs", **wide),
        ),
    )
    second = Form(
        "showcase:other",
        _("Yes"),
        (
            MemberField(name="who", initial="123", **wide),
            ChannelField(name="where", required=False, initial="not-a-number", **wide),
            DateField(name="day", initial=dt.date(2027, 1, 31), **wide),
            NumberField(name="count", initial=0, **wide),
        ),
    )
    for form in (first, second):
        for scope in (None, "9223372036854775807"):
            limits.check_modal(modal.modal(form, Reader(locale), scope=scope))
    written = modal.modal(second, Reader(locale))["components"]
    assert [label["component"].get("value") for label in written] == [None, None, "2027-01-31", "0"]
    assert written[0]["component"]["default_values"] == [{"id": "123", "type": "user"}]
    assert "default_values" not in written[1]["component"]


def test_in_another_language_our_own_words_change_and_theirs_do_not() -> None:
    card = Card(body=Text("{words}", {"words": "Yes"}), controls=(Button(_("Yes"), "showcase:yes"),))
    payload = render.message(card, Reader("fr")).payload
    assert reading.texts(payload["components"]) == ["Yes"]
