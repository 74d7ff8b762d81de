"""Cards and forms as Block Kit: every part, within every limit, and nobody's words ever markup, a mention or a ping."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from adapters.slack import forms, render
from adapters.slack.dialect import inert
from adapters.slack.payload import Origin, metadata_of
from bot.i18n import _, plural
from bot.ports import Reader
from bot.text import Content, Listing, Mention, Moment, Money, Text
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
from tests.emulators.slack.blocks import Checker
from tests.emulators.slack.seen import mrkdwn_shown, pings, shown
from tests.slack.community import ENGLISH, FRENCH

NASTY = (
    "*bold* _it_ ~no~ `code` ```block``` > quote\n> line <!channel> <@U1|x> <https://x.y|z> & &amp; "
    "@here #general 👩🏽‍💻 5 * 3 snake_case_word"
)
CHOICES = tuple(Choice(f"v{number}", f"Choice {number}", "a hint") for number in range(25))
FIELDS = (
    ShortText(name="short", label="Short", hint="A hint", initial="x" * 500, minimum=2, maximum=150),
    LongText(name="long", label="Long", maximum=3000, required=False),
    OneChoice(name="one", label="One", choices=CHOICES, initial="v3"),
    SeveralChoices(name="several", label="Several", choices=CHOICES, initial=("v1", "v24"), maximum=25),
    MemberField(name="member", label="Member", initial="U1"),
    ChannelField(name="channel", label="Channel", initial="C1", required=False),
    DateField(name="date", label="Date", initial=dt.date(2027, 2, 28)),
    NumberField(name="number", label="Number", initial=0),
    SearchField(name="search", label="Search", suggest="small:cities", initial="Lyon"),
    OneChoice(name="other", label="Other", choices=CHOICES, initial="gone"),
    SeveralChoices(name="none", label="None", choices=CHOICES, initial=("gone",)),
    DateField(name="day", label="Day"),
    NumberField(name="count", label="Count"),
    MemberField(name="whom", label="Whom"),
    SearchField(name="where", label="Where", suggest="small:cities"),
)


def accepted(card: Card, reader: Reader = ENGLISH) -> render.Message:
    message = render.message(card, reader, "F1")
    assert Checker({"F1"}).message(message.blocks) == []
    assert 0 < len(message.text) <= render.NOTIFICATION
    return message


def sentence(words: str) -> Text:
    return _("Press to {name}", name=words)


def read(card: Card) -> str:
    return shown(accepted(card).blocks, lambda account: account)


def full(words: Content, label: Content) -> Card:
    return Card(
        title=label,
        body=(words, words),
        facts=tuple(Fact(label, words) for _number in range(2)),
        items=(Item(words, Button(label, "small:go")), Item(words, Link(label, "https://example.org")), Item(words)),
        picture=Picture("p.png", b"", words),
        tone=Tone.ATTENTION,
        controls=(
            Button(label, "small:go", Style.PRIMARY),
            Button(label, "small:go", Style.DANGER, confirm=_("Cancel")),
            Link(label, "https://example.org/a"),
            Select("small:pick", label, CHOICES),
            Select("small:several", label, CHOICES, 1, 25),
            Button(label, "small:go"),
        ),
        note=words,
    )


@pytest.mark.parametrize("reader", [ENGLISH, FRENCH])
@pytest.mark.parametrize("words", [NASTY, "é", " ", "\n", "&" * 300, sentence(NASTY), sentence("&" * 200)])
def test_every_part_of_a_card_is_accepted(words: Content, reader: Reader) -> None:
    message = accepted(full(words, "A label"), reader)
    assert pings(message.text, message.blocks) == ()


@pytest.mark.parametrize("character", ["x", "&", "<", "*", "`", "👩🏽", "\n", "a "])
def test_the_longest_card_fits(character: str) -> None:
    longest = (character * 3000)[:3000]
    accepted(Card(title=(character * 150)[:150], body=(longest,), note=(character * 500)[:500]))
    accepted(Card(body=(sentence(longest[:2900]),), facts=(Fact("Label", (character * 700)[:700]),)))
    accepted(Card(facts=tuple(Fact("L", sentence((character * 330)[:330])) for _number in range(10))))
    accepted(Card(items=tuple(Item(sentence((character * 450)[:450])) for _number in range(8))))


def test_a_long_text_is_split_at_its_words_and_loses_none() -> None:
    words = " ".join(f"word{number}" for number in range(350))
    message = accepted(Card(body=sentence(f"{words} & <more>")))
    assert " ".join(shown(message.blocks, str).split()) == f"Press to {words} & <more>"


@given(words=some.text(max_size=400))
@settings(max_examples=300, deadline=None)
def test_anybodys_words_read_as_typed_and_ping_nobody(words: str) -> None:
    message = render.message(Card(title="T", body=sentence(words)), ENGLISH)
    assert Checker().message(message.blocks) == []
    assert pings(message.text, message.blocks) == ()
    assert mrkdwn_shown(inert(words), str) == words.replace("\u2060", "")


@given(words=some.text(alphabet="*_~`<>&!@#|:a 1\n\u2060", max_size=60))
@settings(max_examples=500, deadline=None)
def test_markup_in_anybodys_words_formats_nothing(words: str) -> None:
    assert mrkdwn_shown(f"*{inert(words)}* sent", str).replace("\n", "")[-5:] == " sent"
    assert mrkdwn_shown(inert(words), str) == words.replace("\u2060", "")
    assert pings(inert(words), []) == ()


def test_words_that_cannot_format_are_left_alone() -> None:
    assert inert("snake_case_word 5 * 3 = 15 ~ about") == "snake_case_word 5 * 3 = 15 ~ about"
    assert inert("a < b & c > d") == "a &lt; b &amp; c &gt; d"
    assert inert("> quoted") == "\u2060&gt; quoted"


def test_our_own_words_are_strong_where_we_say_so() -> None:
    [block] = accepted(Card(body=Text("**{name}** & co", {"name": "A*b*"}))).blocks
    assert block["text"] == {"type": "mrkdwn", "text": "*A*b\u2060*\u2060* &amp; co", "verbatim": True}


def test_somebodys_own_words_stand_in_plain_text() -> None:
    [block] = accepted(Card(body=NASTY)).blocks
    assert block["text"] == {"type": "plain_text", "text": NASTY, "emoji": False}


def test_a_member_is_mentioned_once_in_the_blocks_and_named_in_the_notification() -> None:
    message = accepted(Card(body=_("Press to {name}", name=Listing((Mention("Ada", 1, "U1"), Mention("Bo*b*", 2))))))
    assert pings(message.text, message.blocks) == ("U1",)
    assert "<@" not in message.text
    assert "Ada" in message.text


def test_the_name_of_somebody_without_an_account_is_inert() -> None:
    message = accepted(Card(body=_("Press to {name}", name=Mention("<!here> *Eve*"))))
    assert pings(message.text, message.blocks) == ()
    assert shown(message.blocks, str) == "Press to <!here> *Eve*"


def test_moments_are_shown_in_each_readers_own_zone() -> None:
    at = dt.datetime(2027, 1, 4, 9, tzinfo=dt.UTC)
    [block] = accepted(Card(body=Text("{when}", {"when": Moment(at)})), FRENCH).blocks
    assert block["text"]["text"].startswith(f"<!date^{int(at.timestamp())}^{{date_long}}, {{time}}|")
    assert "4 janvier 2027" in block["text"]["text"]
    [header] = accepted(Card(title=Text("{when}", {"when": Moment(at)})), FRENCH).blocks
    assert "10:00" in header["text"]["text"]


def test_money_and_plurals_are_written_in_the_readers_language() -> None:
    card = Card(body=plural("{count} day at {rate}", "{count} days at {rate}", 3, rate=Money(Decimal("1234.5"), "EUR")))
    assert "3 days at €1,234.50" in read(card)


def test_a_card_says_its_tone_and_order() -> None:
    card = Card(
        title="Title", body=("One", "Two"), facts=(Fact("Label", "Value"),), items=(Item("Item"),), tone=Tone.PROBLEM, note="Note"
    )
    assert read(card) == "🔴 Title\nOne\nTwo\nLabel\nValue\nItem\nNote"


def test_controls_keep_their_order_and_ids_of_their_own() -> None:
    blocks = accepted(full("Words", "Label")).blocks
    actions = [element["action_id"] for block in blocks if block["type"] == "actions" for element in block["elements"]]
    assert [action.partition("|")[2] for action in actions] == ["small:go", "small:go", "page", "small:pick", "small:go"]
    assert len(set(actions)) == len(actions)


def test_a_picture_that_could_not_be_uploaded_is_left_out() -> None:
    message = render.message(Card(body="Words", picture=Picture("p.png", b"", "Bars")), ENGLISH)
    assert [block["type"] for block in message.blocks] == ["section"]


def test_the_notification_says_something_whatever_the_card_holds() -> None:
    assert render.notification(Card(facts=(Fact("Budget", "<3k€"),)), ENGLISH) == "Budget: &lt;3k€"
    assert render.notification(Card(items=(Item("First"),)), ENGLISH) == "First"
    assert render.notification(Card(picture=Picture("p.png", b"", "Bars")), ENGLISH) == "Bars"
    assert render.notification(Card(title="<!channel> hi"), ENGLISH) == "&lt;!channel&gt; hi"


@pytest.mark.parametrize("reader", [ENGLISH, FRENCH])
@pytest.mark.parametrize("start", range(0, len(FIELDS), 5))
def test_every_kind_of_field_is_accepted(start: int, reader: Reader) -> None:
    form = Form("small:form:7", _("Try again"), FIELDS[start : start + 5])
    view = forms.modal(form, reader, Origin("channel", "C1", "1.2", "3.4", ephemeral=True, response_url="https://x.y/z"))
    assert Checker().view(view) == []
    assert [block["block_id"] for block in view["blocks"]] == [field.name for field in form.fields]
    assert len(view["title"]["text"]) <= 24


def test_a_form_remembers_where_it_came_from() -> None:
    origin = Origin("thread", "C1", "1.2", "3.4", ephemeral=True, response_url="https://hooks.slack.com/actions/T/1/abc")
    view = forms.modal(Form("small:form:7", "Title", FIELDS[:1]), ENGLISH, origin)
    assert metadata_of(view).origin == origin
    assert metadata_of(view).form == "small:form:7"


def test_an_address_too_long_to_remember_is_left_out() -> None:
    view = forms.modal(
        Form("small:form", "Title", FIELDS[:1]), ENGLISH, Origin("channel", "C1", response_url="https://x.y/" + "z" * 3000)
    )
    assert Checker().view(view) == []
    assert metadata_of(view).origin == Origin("channel", "C1")


def test_the_home_is_accepted() -> None:
    assert Checker().view(forms.home(full(NASTY, "Label"), FRENCH, back=True) | {}) == []


def test_the_checker_itself_refuses() -> None:
    too_long = [{"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3001}}]
    unknown = [{"type": "section", "text": {"type": "mrkdwn", "text": "x"}, "colour": "red"}]
    many = [{"type": "divider"}] * 51
    for blocks in (too_long, unknown, many, [{"type": "input"}], [{"type": "actions", "elements": []}]):
        assert Checker().message(blocks) != []
