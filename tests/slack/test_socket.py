"""Socket Mode: refreshes, cut and silent connections are survived, and a refused token is said in words."""

from __future__ import annotations

import asyncio

from bot.errors import ConfigError
from bot.ui import Card
from tests.slack.community import Bot

HELLO = Card(body="Hello")


async def test_a_refresh_loses_nothing(socket_bot: Bot) -> None:
    bot = socket_bot
    bot.core.replies("ask", HELLO)
    for _times in range(3):
        await bot.slack.sockets.refresh()
        assert (await bot.slack.command(bot.ada, bot.general, "ask x")).status == 200
    assert len(bot.seen(bot.ada)) == 3


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
