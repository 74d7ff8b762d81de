"""The door of the HTTP mode: only Slack's own, fresh and new requests come in; nothing else crashes it."""

from __future__ import annotations

import datetime as dt
import json
from urllib.parse import urlencode

import pytest

from bot.clock import MovableClock
from tests.emulators.slack.delivery import Acknowledged
from tests.slack.community import Bot, running

FORM = "application/x-www-form-urlencoded"


def command(bot: Bot, text: str = "ask x") -> bytes:
    fields = {
        "command": "/confrere",
        "text": text,
        "user_id": bot.ada,
        "channel_id": bot.general,
        "team_id": "T1",
        "trigger_id": "1.2",
    }
    return urlencode(fields).encode()


async def send(bot: Bot, body: bytes, **changed: str) -> Acknowledged:
    headers = bot.slack.requests.signed(body, FORM) | {name.replace("_", "-"): value for name, value in changed.items()}
    return await bot.slack.requests.send(body, {name: value for name, value in headers.items() if value})


async def test_a_signed_request_comes_in_once(http_bot: Bot) -> None:
    body = command(http_bot)
    headers = http_bot.slack.requests.signed(body, FORM)
    first = await http_bot.slack.requests.send(body, headers)
    again = await http_bot.slack.requests.send(body, headers)
    assert (first.status, again.status) == (200, 401)
    assert len(http_bot.core.told) == 2 - 1 + len(http_bot.core.named("workspace_ready"))


@pytest.mark.parametrize(
    "changed",
    [
        {"X_Slack_Signature": "v0=" + "0" * 64},
        {"X_Slack_Signature": ""},
        {"X_Slack_Signature": "v0=é"},
        {"X_Slack_Request_Timestamp": ""},
        {"X_Slack_Request_Timestamp": "yesterday"},
        {"X_Slack_Request_Timestamp": "-1"},
        {"X_Slack_Request_Timestamp": "9" * 40},
        {"X_Slack_Request_Timestamp": "1.5e9"},
        {"X_Slack_Request_Timestamp": "1000000000"},
    ],
)
async def test_a_request_without_a_valid_signature_is_refused(http_bot: Bot, changed: dict[str, str]) -> None:
    assert (await send(http_bot, command(http_bot), **changed)).status == 401
    assert http_bot.core.named("ask") == []


async def test_a_signature_of_another_body_is_refused(http_bot: Bot) -> None:
    headers = http_bot.slack.requests.signed(command(http_bot), FORM)
    assert (await http_bot.slack.requests.send(command(http_bot, "ask something else"), headers)).status == 401


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"payload=%7Bnot+json", FORM),
        (b"payload=%5B1%5D", FORM),
        (b"{", "application/json"),
        (b"[]", "application/json"),
        (b"\xff\xfe\xfa", FORM),
    ],
)
async def test_a_malformed_request_is_told_so(http_bot: Bot, body: bytes, content_type: str) -> None:
    assert (await http_bot.slack.requests.send(body, http_bot.slack.requests.signed(body, content_type))).status == 400


@pytest.mark.parametrize(
    "payload",
    [
        {},
        {"type": "block_actions"},
        {"type": "block_actions", "actions": []},
        {"type": "block_actions", "actions": [7], "user": 3, "channel": [], "message": "x", "view": None},
        {"type": "view_submission", "view": {"private_metadata": "{", "state": {"values": [1]}}},
        {"type": "view_submission", "view": {"callback_id": "small:need", "private_metadata": '{"form": 3}', "blocks": 4}},
        {"type": "event_callback"},
        {"type": "event_callback", "event": {"type": "user_change", "user": "U1"}},
        {"type": "something_new"},
        {"command": 3, "text": None},
        {"type": 7},
    ],
)
async def test_a_payload_nobody_expects_is_acknowledged(http_bot: Bot, payload: dict[str, object]) -> None:
    body = urlencode({"payload": json.dumps(payload)}).encode()
    assert (await http_bot.slack.requests.send(body, http_bot.slack.requests.signed(body, FORM))).status == 200


async def test_other_methods_paths_and_sizes_are_refused(http_bot: Bot) -> None:
    huge = b"x" * (2 << 20)
    assert (await http_bot.slack.requests.send(huge, http_bot.slack.requests.signed(huge, FORM))).status in (0, 413)
    requests = http_bot.slack.requests
    requests.url = requests.url.replace("/slack/events", "/elsewhere")
    assert (await send(http_bot, command(http_bot))).status == 404


async def test_slack_may_verify_the_address(http_bot: Bot) -> None:
    body = json.dumps({"type": "url_verification", "challenge": "3eZbrw"}).encode()
    answer = await http_bot.slack.requests.send(body, http_bot.slack.requests.signed(body, "application/json"))
    assert (answer.status, answer.body) == (200, {"challenge": "3eZbrw"})


async def test_a_request_grows_stale_after_five_minutes_and_cannot_come_back() -> None:
    clock = MovableClock(dt.datetime(2027, 1, 4, 9, tzinfo=dt.UTC))
    async with running("http", clock=clock) as bot:
        body = command(bot)
        headers = bot.slack.requests.signed(body, FORM)
        clock.move(dt.timedelta(minutes=4, seconds=59))
        assert (await bot.slack.requests.send(body, headers)).status == 200
        for _minutes in range(20):
            assert (await bot.slack.requests.send(body, headers)).status == 401
            clock.move(dt.timedelta(minutes=1))
        clock.move(-dt.timedelta(minutes=25))
        assert (await bot.slack.requests.send(body, headers)).status == 401


async def test_the_same_letters_typed_twice_in_a_second_are_answered_twice() -> None:
    clock = MovableClock(dt.datetime(2027, 1, 4, 9, tzinfo=dt.UTC))
    async with running("http", clock=clock) as bot:
        payload = {"type": "block_suggestion", "action_id": "small:cities", "value": "Ly", "user": {"id": bot.ada}}
        body = urlencode({"payload": json.dumps(payload)}).encode()
        for _times in range(2):
            assert (await bot.slack.requests.send(body, bot.slack.requests.signed(body, FORM))).status == 200
        await bot.core.heard("small:cities", 2)


async def test_a_request_that_came_early_cannot_come_back_while_it_is_fresh() -> None:
    clock = MovableClock(dt.datetime(2027, 1, 4, 9, tzinfo=dt.UTC))
    async with running("http", clock=clock) as bot:
        body = command(bot)
        clock.move(dt.timedelta(minutes=4))
        headers = bot.slack.requests.signed(body, FORM)
        clock.move(dt.timedelta(minutes=-4))
        assert (await bot.slack.requests.send(body, headers)).status == 200
        clock.move(dt.timedelta(minutes=8))
        assert (await bot.slack.requests.send(body, headers)).status == 401
