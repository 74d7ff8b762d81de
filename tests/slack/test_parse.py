"""What members type and press, as an invocation."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from adapters.slack.parse import Parser, readable
from adapters.slack.payload import Payload
from bot.model import AccountRef, Channel, Kind, Value, Where
from tests.slack.community import registry

PARSER = Parser(registry(), "U0BOT", "T1", "Independents")
JSON = some.recursive(
    some.none() | some.booleans() | some.integers() | some.text(max_size=5),
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(some.text(max_size=8), inner, max_size=3),
)


def slash(text: str) -> Payload:
    return {"command": "/confrere", "text": text, "user_id": "U1", "team_id": "T1", "channel_id": "C1", "trigger_id": "1.2.3"}


@pytest.mark.parametrize(
    ("typed", "name", "values"),
    [
        ("", "confrere", {}),
        ("   ", "confrere", {}),
        ("help", "confrere", {}),
        ("AIDE", "confrere", {}),
        ("ask  a bookkeeper, please ", "ask", {"need": "a bookkeeper, please"}),
        ("ASK x", "ask", {"need": "x"}),
        ("ask", "ask", {}),
        ("profile", "profile", {}),
        ("profile <@U2|ada>", "profile", {"member": AccountRef("U2", "ada")}),
        ("profile <@W2>", "profile", {"member": AccountRef("W2")}),
        ("profile @ada", "profile", {"member": "@ada"}),
        ("animator  setup <#C2|help-me> The <b>", "animator setup", {"channel": Channel("C2", "help-me"), "name": "The b"}),
        ("animator", "confrere", {"words": "animator"}),
        ("dance <@U2|ada> &amp; sing", "confrere", {"words": "dance @ada & sing"}),
        ("ask <mailto:a@b.fr|a@b.fr> or <https://x.fr/?a=1&amp;b=2>", "ask", {"need": "a@b.fr or https://x.fr/?a=1&b=2"}),
        ("ask &lt;!channel&gt; <!here> <!subteam^S1|@team>", "ask", {"need": "<!channel> @here @team"}),
    ],
)
def test_a_typed_line(typed: str, name: str, values: dict[str, Value]) -> None:
    delivery = PARSER.parse(slash(typed))
    assert delivery is not None
    assert (delivery.invocation.kind, delivery.invocation.name, delivery.invocation.values) == (Kind.COMMAND, name, values)
    assert delivery.invocation.delivery_id == "slack:1.2.3"


def test_the_content_of_a_dialog() -> None:
    option = {"text": {"type": "plain_text", "text": "x"}, "value": "v1"}
    states = {
        "short": {"type": "plain_text_input", "value": "words"},
        "empty": {"type": "plain_text_input", "value": None},
        "one": {"type": "static_select", "selected_option": option},
        "nothing": {"type": "static_select", "selected_option": None},
        "several": {"type": "multi_static_select", "selected_options": [option, option | {"value": "v2"}]},
        "member": {"type": "users_select", "selected_user": "U2"},
        "nobody": {"type": "users_select", "selected_user": None},
        "channel": {"type": "conversations_select", "selected_conversation": "C2"},
        "date": {"type": "datepicker", "selected_date": "2027-02-28"},
        "no_date": {"type": "datepicker", "selected_date": None},
        "impossible": {"type": "datepicker", "selected_date": "2027-02-30"},
        "number": {"type": "number_input", "value": "12"},
        "no_number": {"type": "number_input", "value": "12.5"},
        "search": {"type": "external_select", "selected_option": option},
    }
    view = {
        "id": "V1",
        "type": "modal",
        "hash": "h",
        "callback_id": "small:form:7",
        "private_metadata": '{"form":"small:form:7","origin":{"k":"thread","c":"C1","t":"1.2"}}',
        "state": {"values": {name: {name: state} for name, state in states.items()}},
    }
    delivery = PARSER.parse(
        {"type": "view_submission", "user": {"id": "U1"}, "team": {"id": "T1"}, "trigger_id": "9.9", "view": view}
    )
    assert delivery is not None
    assert delivery.invocation.values == {
        "short": "words",
        "empty": "",
        "one": "v1",
        "nothing": "",
        "several": ("v1", "v2"),
        "member": AccountRef("U2"),
        "nobody": None,
        "channel": Channel("C2"),
        "date": dt.date(2027, 2, 28),
        "no_date": None,
        "impossible": "2027-02-30",
        "number": 12,
        "no_number": "12.5",
        "search": "v1",
    }
    assert delivery.invocation.name == "small:form:7"
    assert (delivery.invocation.place.kind, delivery.invocation.place.thread) == (Where.THREAD, "1.2")


@pytest.mark.parametrize("action", [{"action_id": "3|page", "type": "button"}, {"action_id": "", "type": "button"}, {}])
def test_a_link_that_was_followed_asks_nothing(action: Payload) -> None:
    assert PARSER.parse({"type": "block_actions", "user": {"id": "U1"}, "actions": [action]}) is None


def test_a_shortcut_nobody_knows_any_more_opens_the_menu() -> None:
    delivery = PARSER.parse({"type": "shortcut", "callback_id": "gone", "user": {"id": "U1"}, "trigger_id": "1"})
    assert delivery is not None
    assert delivery.invocation.name == "confrere"


@given(payload=some.dictionaries(some.sampled_from(["type", "command", "text", "user", "view", "actions", "event", "team"]), JSON))
@settings(max_examples=300, deadline=None)
def test_no_payload_breaks_it(payload: Payload) -> None:
    for kind in ("block_actions", "view_submission", "block_suggestion", "shortcut", "message_action", "event_callback"):
        PARSER.parse(payload | {"type": kind})
    PARSER.parse(payload)


@given(words=some.text(max_size=100))
def test_words_without_notation_stay_as_they_are(words: str) -> None:
    if not set(words) & set("<&"):
        assert readable(words) == words.replace("\u2060", "\u2060")
