"""Cards and forms as HTML: every part is there, and nobody's words are ever markup."""

from __future__ import annotations

import base64
import datetime as dt
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.sandbox import render, render_form
from adapters.sandbox.render_form import Directory
from bot.files import File
from bot.i18n import _
from bot.ports import Reader
from bot.text import ChannelMention, Mention, Moment
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
from tests.sandbox.workshop import PIXEL, START

ENGLISH = Reader("en", "Europe/Paris")


class Tree(HTMLParser):
    """The elements of a piece of HTML, in order, with their attributes, and all its text."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]

    def one(self, tag: str) -> dict[str, str | None]:
        (only,) = self.all(tag)
        return only


def shown(card: Card, reader: Reader = ENGLISH) -> Tree:
    return Tree(render.card(card, reader))


def test_a_card_shows_its_parts_in_order() -> None:
    card = Card(
        title="Title",
        body=("First", "Second"),
        facts=(Fact("Offers", "Ink"),),
        items=(Item("Line", Button("Go", "a:b")),),
        picture=Picture("dot.png", PIXEL, "A dot"),
        controls=(Button("Press", "a:c"),),
        note="Note",
    )
    tree = shown(card)
    assert tree.text == "TitleFirstSecondOffersInkLineGoPressNote"
    names = [name for name, _attributes in tree.elements]
    assert names == [
        "div",
        "h3",
        "p",
        "p",
        "dl",
        "div",
        "dt",
        "dd",
        "ul",
        "li",
        "div",
        "button",
        "figure",
        "img",
        "div",
        "button",
        "p",
    ]


@pytest.mark.parametrize("tone", list(Tone))
def test_a_tone_is_a_colour(tone: Tone) -> None:
    assert shown(Card("Title", tone=tone)).elements[0][1]["class"] == f"card tone-{tone.value}"


def test_strong_words_of_a_template_are_strong_also_around_a_parameter() -> None:
    html = render.card(Card(body=_("**{name}** asks for **two** things", name="**Ada**")), ENGLISH)
    assert "<p><strong>**Ada**</strong> asks for <strong>two</strong> things</p>" in html


def test_a_mention_points_at_the_account_or_says_the_name() -> None:
    card = Card(body=_("{one} and {other}", one=Mention("Ada", 1, "ada"), other=Mention("Ben", 2)))
    assert [span.get("data-person") for span in shown(card).all("span")] == ["ada", None]
    assert shown(card).text == "@Ada and @Ben"


def test_a_channel_can_be_gone_to() -> None:
    tree = shown(Card(body=_("See {where}", where=ChannelMention("help"))))
    assert tree.one("span")["data-channel"] == "help"
    assert tree.text == "See #help"


def test_an_instant_can_be_shown_in_the_readers_own_zone() -> None:
    tree = shown(Card(body=_("At {when}", when=Moment(START, "time"))))
    assert tree.one("time") == {"datetime": "2026-11-23T09:00:00+00:00", "data-style": "time"}
    assert "10:00" in tree.text


def test_a_button_says_its_action_and_asks_before_it_counts() -> None:
    card = Card("Title", controls=(Button("Delete", "a:b:1", Style.DANGER, confirm=_("It is gone then.")),))
    button = shown(card).one("button")
    assert button["data-action"] == "a:b:1"
    assert button["class"] == "button danger"
    assert button["data-confirm"] == "It is gone then."


def test_a_link_opens_elsewhere_without_a_way_back() -> None:
    link = shown(Card("Title", controls=(Link("Read", "https://example.org/?a=1&b=2"),))).one("a")
    assert link["href"] == "https://example.org/?a=1&b=2"
    assert link["rel"] == "noopener noreferrer"


def test_a_picture_is_shown_without_fetching_anything() -> None:
    image = shown(Card(picture=Picture("dot.png", PIXEL, _("A dot")))).one("img")
    assert image == {"src": f"data:image/png;base64,{base64.b64encode(PIXEL).decode()}", "alt": "A dot"}


def test_a_file_is_saved_without_fetching_anything() -> None:
    file = File("meeting.ics", b"BEGIN\xff", "text/calendar; charset=utf-8; method=PUBLISH", '"><b>')
    page = shown(Card("Title", files=(file,)))
    source = base64.b64encode(file.content).decode()
    assert page.one("a") == {"class": "file", "download": "meeting.ics", "href": f"data:text/calendar;base64,{source}"}
    assert page.all("b") == []


def test_a_list_for_one_is_pressed_and_a_list_for_several_is_ticked() -> None:
    choices = (Choice("a", "Apple", "Fresh"), Choice("b", "Bread"))
    single = shown(Card("T", controls=(Select("x:y", "Pick", choices),)))
    assert [button.get("data-value") for button in single.all("button")] == [None, "a", "b"]
    several = shown(Card("T", controls=(Select("x:y", "Pick", choices, 1, 2),)))
    assert [box["value"] for box in several.all("input")] == ["a", "b"]
    assert several.all("div")[2]["data-maximum"] == "2"


def test_ours_is_written_in_the_readers_language() -> None:
    card = Card("Titre", controls=(Select("x:y", "…", (Choice("a", "a"), Choice("b", "b")), 1, 2),))
    assert shown(card, Reader("fr")).elements[0][1]["lang"] == "fr"


FORM = Form(
    "a:b",
    "Everything",
    (
        ShortText(name="short", label="Short", hint="A hint", initial="x", maximum=20),
        LongText(name="long", label="Long", required=False, initial="\nline"),
        OneChoice(name="one", label="One", choices=(Choice("1", "First"), Choice("2", "Second")), initial="2"),
        SeveralChoices(name="several", label="Several", choices=(Choice("1", "First"), Choice("2", "Second")), initial=("1",)),
        MemberField(name="member", label="Member", initial="ada"),
    ),
    "Go",
)
OTHER = Form(
    "a:c",
    "More",
    (
        ChannelField(name="channel", label="Channel", initial="help"),
        DateField(name="day", label="Day", initial=dt.date(2027, 1, 31)),
        NumberField(name="number", label="Number", initial=3),
        SearchField(name="search", label="Search", suggest="a:s", initial="Ink"),
        OneChoice(name="many", label="Many", choices=tuple(Choice(str(n), str(n)) for n in range(12)), initial="7"),
    ),
)
KNOWN = Directory({"ada": "Ada Moreau"}, {"help": "help"})


def test_every_field_has_a_label_a_place_for_its_error_and_what_it_holds() -> None:
    tree = Tree(render_form.form(FORM, ENGLISH, KNOWN))
    fields = [attributes for attributes in tree.all("div") if "data-field" in attributes]
    assert [(one["data-field"], one["data-kind"]) for one in fields] == [
        ("short", "text"),
        ("long", "text"),
        ("one", "one"),
        ("several", "several"),
        ("member", "member"),
    ]
    short = tree.all("input")[0]
    assert (short["value"], short["maxlength"], short["aria-describedby"]) == ("x", "20", "hint-short error-short")
    assert [box["value"] for box in tree.all("input") if "checked" in box] == ["2", "1"]
    assert (tree.all("input")[-1]["data-value"], tree.all("input")[-1]["value"]) == ("ada", "Ada Moreau")
    labelled = {label["for"] for label in tree.all("label")}
    assert {"field-short", "field-long", "field-member"} <= labelled
    assert len(tree.all("legend")) == 2
    assert "<textarea" in render_form.form(FORM, ENGLISH)
    assert ">\n\nline</textarea>" in render_form.form(FORM, ENGLISH)


def test_the_other_kinds_of_field() -> None:
    tree = Tree(render_form.form(OTHER, ENGLISH, KNOWN))
    channel, day, number, search = tree.all("input")
    assert (channel["data-value"], channel["value"]) == ("help", "help")
    assert (day["type"], day["value"]) == ("date", "2027-01-31")
    assert (number["inputmode"], number["value"]) == ("numeric", "3")
    assert (search["data-suggest"], search["value"], search["role"]) == ("a:s", "Ink", "combobox")
    assert [option["value"] for option in tree.all("option") if "selected" in option] == ["7"]


def test_errors_stand_at_their_fields() -> None:
    html = render_form.form(FORM, ENGLISH, errors={"short": _("Please fill this in.")})
    assert '<p class="error" id="error-short">Please fill this in.</p>' in html
    assert Tree(html).all("input")[0]["aria-invalid"] == "true"


ANYTHING = st.text(min_size=1, max_size=60)
MARKUP = st.sampled_from(
    [
        "<script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        "</textarea><b>",
        "&lt;",
        "javascript:alert(1)",
        "**x**",
        "'\"`",
        "\ufdd0\ufdd0",
        "😀\u202e",
    ]
)


@given(words=ANYTHING | MARKUP)
def test_words_never_become_markup_in_a_card(words: str) -> None:
    plain = shown(_card("x"))
    tree = shown(_card(words))
    assert [name for name, _attributes in tree.elements if name != "br"] == [name for name, _attributes in plain.elements]
    assert [sorted(attributes) for name, attributes in tree.elements if name != "br"] == [
        sorted(attributes) for _name, attributes in plain.elements
    ]


@given(words=ANYTHING | MARKUP)
def test_words_never_become_markup_in_a_form(words: str) -> None:
    def form(typed: str) -> Tree:
        fields = (
            ShortText(name="a", label=typed[:40], hint=typed, initial=typed),
            LongText(name="b", label="B", initial=typed),
            OneChoice(name="c", label="C", choices=(Choice("x", typed, typed),)),
            SearchField(name="d", label="D", suggest="a:b", initial=typed),
            MemberField(name="e", label="E", initial="ada"),
        )
        return Tree(render_form.form(Form("a:b", typed[:20], fields), ENGLISH, Directory({"ada": typed}), {"a": typed}))

    assert [(name, sorted(attributes)) for name, attributes in form(words).elements] == [
        (name, sorted(attributes)) for name, attributes in form("x").elements
    ]


def test_what_is_typed_is_shown_as_typed() -> None:
    assert Tree(render.words("<b>5 < 6 & 7</b>\nline")).text == "<b>5 < 6 & 7</b>\nline"


def _card(words: str) -> Card:
    return Card(
        title=words,
        body=(words, _("{a} is **{b}**", a=words, b=Mention(words, 1, words))),
        facts=(Fact(words, words),),
        items=(Item(words, Link(words, "https://example.org")),),
        picture=Picture("x", b"x", words),
        controls=(
            Button(words, "a:b:" + words, confirm=_("{a}?", a=words)),
            Select("a:b", words, (Choice(words, words, words),)),
        ),
        note=words,
    )
