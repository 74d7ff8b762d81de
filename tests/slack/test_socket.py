"""Socket Mode: refreshes, cut and silent connections are survived, and a refused token is said in words."""

from __future__ import annotations

import asyncio
import contextlib

import pytest

from adapters.slack.client import SlackAdapter
from bot.clock import SystemClock
from bot.errors import ConfigError
from bot.model import Invocation
from bot.ports import Responder
from bot.ui import Card
from tests.slack.community import ENGLISH, Bot, ScriptedCore, registry

HELLO = Card(body="Hello")


@pytest.mark.parametrize("reason", ["refresh_requested", "warning"])
async def test_a_refresh_loses_nothing(socket_bot: Bot, reason: str) -> None:
    bot = socket_bot
    bot.core.replies("ask", HELLO)
    for _times in range(3):
        await bot.slack.sockets.refresh(reason)
        assert (await bot.slack.command(bot.ada, bot.general, "ask x")).status == 200
    assert len(bot.seen(bot.ada)) == 3


async def test_what_is_under_way_when_a_refresh_comes_is_answered_where_it_was_asked(socket_bot: Bot) -> None:
    bot = socket_bot

    async def slow(_invocation: Invocation, responder: Responder) -> None:
        # Long enough for a client that leaves its connection at once to have left it.
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(0.3), bot.slack.sockets.changed:
                await bot.slack.sockets.changed.wait_for(lambda: bot.slack.sockets.accepted > 1)
        await responder.reply(HELLO, ENGLISH)

    bot.core.answers["ask"] = slow
    bot.slack.control.set(sockets={"refresh": 1.0})
    assert (await bot.slack.command(bot.ada, bot.general, "ask x")).status == 200
    await bot.slack.sockets.connection(after=1)
    assert len(bot.seen(bot.ada)) == 1
    assert bot.slack.sockets.strays == 0


async def test_an_answer_that_never_comes_does_not_hold_a_refresh_up(socket_bot: Bot, monkeypatch: pytest.MonkeyPatch) -> None:
    bot = socket_bot
    monkeypatch.setattr("adapters.slack.socket_mode.PARTING", 0.1)
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def stuck(_invocation: Invocation, _responder: Responder) -> None:
        begun.set()
        await go_on.wait()

    bot.core.answers["ask"] = stuck
    bot.hurry()
    asked = asyncio.create_task(bot.slack.command(bot.ada, bot.general, "ask x"))
    await begun.wait()
    async with asyncio.timeout(1):
        await bot.slack.sockets.refresh()
    go_on.set()
    await asked
    bot.slack.mistakes.clear()


async def test_an_event_whose_acknowledgement_is_lost_comes_again_under_the_same_id(socket_bot: Bot) -> None:
    bot = socket_bot
    bot.slack.control.set(patient=False, sockets={"ignore": 1})
    bot.slack.sockets.patience = 0.2
    await bot.slack.open_home(bot.ada)
    first, second = await bot.core.heard("home_opened", 2)
    assert first.delivery_id == second.delivery_id


async def test_of_several_processes_one_is_given_each_command(socket_bot: Bot) -> None:
    bot, other = socket_bot, ScriptedCore()
    bot.core.replies("ask", HELLO)
    other.replies("ask", HELLO)
    second = SlackAdapter(bot.config, registry(), SystemClock(), ping=0.2)
    await second.start(other)
    try:
        for _times in range(20):
            assert (await bot.slack.command(bot.ada, bot.general, "ask x")).status == 200
    finally:
        await second.stop()
    heard = [len(core.named("ask")) for core in (bot.core, other)]
    assert sum(heard) == 20
    assert min(heard) > 0
    assert len(bot.seen(bot.ada)) == 20


async def test_a_connection_cut_is_replaced(socket_bot: Bot) -> None:
    bot = socket_bot
    bot.core.replies("ask", HELLO)
    await bot.slack.sockets.cut()
    assert (await bot.slack.command(bot.ada, bot.general, "ask x")).status == 200


async def test_a_silent_connection_is_noticed_and_replaced(socket_bot: Bot) -> None:
    bot = socket_bot
    bot.core.replies("ask", HELLO)
    await bot.slack.sockets.fall_silent()
    assert (await bot.slack.command(bot.ada, bot.general, "ask x")).status == 200


async def test_addresses_used_up_are_asked_for_again(socket_bot: Bot) -> None:
    bot = socket_bot
    bot.slack.api.fail("apps.connections.open", status=500, times=2)
    await bot.slack.sockets.cut()
    assert (await bot.slack.command(bot.ada, bot.general, "ask x")).status == 200


async def test_an_address_that_is_refused_is_not_tried_for_ever(socket_bot: Bot) -> None:
    bot = socket_bot
    bot.slack.api.forget_tickets = 2
    await bot.slack.sockets.cut()
    assert (await bot.slack.command(bot.ada, bot.general, "ask x")).status == 200


async def test_an_app_token_revoked_later_ends_the_connection(socket_bot: Bot) -> None:
    bot = socket_bot
    bot.slack.api.fail("apps.connections.open", error="invalid_auth", times=100)
    held = await bot.slack.sockets.connection()
    await held.socket.send_json({"type": "disconnect", "reason": "refresh_requested"})
    ended = await asyncio.wait_for(bot.adapter.failed(), 10)
    assert isinstance(ended, ConfigError)
    assert str(ended).startswith("slack.app_token:")
