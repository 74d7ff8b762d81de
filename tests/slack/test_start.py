"""Starting: tokens that Slack refuses, a port that is taken, a Slack that is not there yet, each said by its key."""

from __future__ import annotations

import asyncio
import socket

import msgspec
import pytest

from adapters.slack.client import SlackAdapter
from bot.clock import SystemClock
from bot.config import SlackConfig
from bot.errors import ConfigError
from bot.model import Invocation
from bot.ports import Responder
from bot.ui import Card
from tests.emulators.slack import SlackEmulator
from tests.emulators.slack.seen import shown
from tests.slack.community import ENGLISH, Bot, ScriptedCore, configured, emulated, registry


async def refusal(config: SlackConfig) -> str:
    adapter = SlackAdapter(config, registry(), SystemClock(), ping=0.2)
    with pytest.raises(ConfigError) as raised:
        await adapter.start(ScriptedCore())
    return str(raised.value)


@pytest.mark.parametrize("mode", ["http", "socket"])
async def test_a_bot_token_that_is_refused_is_named(mode: str) -> None:
    async with emulated(mode) as slack:
        config = msgspec.structs.replace(configured(slack, mode), bot_token="xoxb-wrong")
        assert (await refusal(config)).startswith("slack.bot_token: Slack refuses it (invalid_auth)")


async def test_an_app_token_that_is_refused_is_named() -> None:
    async with emulated("socket") as slack:
        config = msgspec.structs.replace(configured(slack, "socket"), app_token="xapp-wrong")
        assert (await refusal(config)).startswith("slack.app_token: Slack refuses it (invalid_auth)")


async def test_a_bot_token_in_the_place_of_the_app_token_is_named() -> None:
    async with emulated("socket") as slack:
        config = configured(slack, "socket")
        assert "slack.app_token" in await refusal(msgspec.structs.replace(config, app_token=config.bot_token))


async def test_a_port_that_is_taken_is_named() -> None:
    async with emulated("http") as slack:
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            config = msgspec.structs.replace(configured(slack, "http"), port=taken.getsockname()[1])
            assert (await refusal(config)).startswith("slack.port: cannot listen on 127.0.0.1:")


async def test_a_port_that_cannot_be_is_named() -> None:
    async with emulated("http") as slack:
        assert (await refusal(msgspec.structs.replace(configured(slack, "http"), port=99999))).startswith("slack.port:")


async def test_an_address_that_is_no_slack_is_named() -> None:
    async with emulated("http") as slack:
        config = msgspec.structs.replace(configured(slack, "http"), api_url=f"{slack.address}/nowhere/")
        assert (await refusal(config)).startswith("slack.api_url:")


async def test_a_slack_that_is_busy_or_away_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adapters.slack.client._BACKOFF", (0.01,))
    async with emulated("http") as slack:
        slack.api.fail("auth.test", status=429, retry_after=0)
        slack.api.fail("auth.test", status=503)
        slack.api.fail("auth.test", drop=True)
        adapter = SlackAdapter(configured(slack, "http"), registry(), SystemClock())
        await adapter.start(ScriptedCore())
        await adapter.stop()
        assert slack.api.count("auth.test") == 4


async def test_scopes_that_are_missing_are_logged(capsys: pytest.CaptureFixture[str]) -> None:
    async with emulated("http") as slack:
        slack.api.scopes = "commands,chat:write"
        adapter = SlackAdapter(configured(slack, "http"), registry(), SystemClock())
        await adapter.start(ScriptedCore())
        await adapter.stop()
    assert "im:write" in capsys.readouterr().out


async def test_it_stops_and_starts_again(bot: Bot) -> None:
    await bot.adapter.stop()
    await bot.adapter.start(bot.core)
    bot.slack.requests.url = f"http://127.0.0.1:{bot.adapter.port}/slack/events"
    assert (await bot.slack.command(bot.ada, bot.general, "ask x")).status == 200
    assert len(await bot.core.heard("workspace_ready", 2)) == 2


async def test_tokens_stay_out_of_the_log(capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture) -> None:
    async with emulated("socket") as slack:
        slack.api.forget_tickets = 1
        await started_and_stopped(slack)
        out = capsys.readouterr()
        assert "Failed to connect" in caplog.text
        for secret in ("xoxb-", "xapp-", "ticket"):
            assert secret not in caplog.text + out.out + out.err


async def started_and_stopped(slack: SlackEmulator) -> None:
    adapter = SlackAdapter(configured(slack, "socket"), registry(), SystemClock(), ping=0.1)
    await adapter.start(ScriptedCore())
    await adapter.stop()


@pytest.mark.parametrize("deferred", [True, False])
async def test_what_is_under_way_when_the_bot_stops_is_finished(bot: Bot, deferred: bool) -> None:  # noqa: FBT001 - a parameter
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def slow(_invocation: Invocation, responder: Responder) -> None:
        if deferred:
            await responder.defer()
        begun.set()
        await go_on.wait()
        await responder.reply(Card(body="Hello"), ENGLISH)

    bot.hurry()
    bot.core.answers["ask"] = slow
    asked = asyncio.create_task(bot.slack.command(bot.ada, bot.general, "ask x"))
    await begun.wait()
    stopping = asyncio.create_task(bot.adapter.stop())
    await asyncio.sleep(0)
    go_on.set()
    assert (await asked).status == 200
    await stopping
    assert [shown(message.blocks, str) for message in bot.seen(bot.ada)] == ["Hello"]
