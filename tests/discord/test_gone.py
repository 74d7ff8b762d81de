"""What is no more: a channel, a thread, an account, the bot's place on a server, its token; told apart from passing trouble."""

from __future__ import annotations

import pytest

from adapters.discord.client import DiscordAdapter
from bot.errors import Refused, Undeliverable
from bot.ports import Reference
from bot.ui import Card
from tests.discord.stage import Play, calls, envelope, shown
from tests.emulators.discord import Discord
from tests.emulators.discord.world import MANAGE_THREADS, VIEW

HELLO = Card(title="Hello", body="to all")


async def test_a_deleted_channel_is_gone(discord: Discord, adapter: DiscordAdapter) -> None:
    channel = discord.channel("help")
    await discord.delete_channel(channel)
    with pytest.raises(Undeliverable) as caught:
        await adapter.platform.post(envelope(discord, HELLO), channel.id)
    assert (caught.value.reason, caught.value.gone) == ("unknown_channel", True)


async def test_a_deleted_channel_is_gone_for_answers_in_its_threads_too(discord: Discord, adapter: DiscordAdapter) -> None:
    channel = discord.channel("help")
    parent = await adapter.platform.post(envelope(discord, HELLO), channel.id)
    await discord.delete_channel(channel)
    with pytest.raises(Undeliverable) as caught:
        await adapter.platform.post(envelope(discord, HELLO, "key-2"), channel.id, parent.message)
    assert (caught.value.reason, caught.value.gone) == ("unknown_channel", True)


async def test_a_thread_whose_post_was_deleted_is_gone_and_its_channel_is_not(discord: Discord, adapter: DiscordAdapter) -> None:
    channel = discord.channel("help")
    parent = await adapter.platform.post(envelope(discord, HELLO), channel.id)
    await adapter.platform.remove(envelope(discord, HELLO), parent)
    with pytest.raises(Undeliverable) as caught:
        await adapter.platform.post(envelope(discord, HELLO, "key-2"), channel.id, parent.message)
    assert (caught.value.reason, caught.value.gone) == ("unknown_message", False)


async def test_a_thread_that_was_deleted_is_gone_and_its_channel_is_not(discord: Discord, adapter: DiscordAdapter) -> None:
    channel = discord.channel("help")
    parent = await adapter.platform.post(envelope(discord, HELLO), channel.id)
    discord.fail("POST", ".*/threads", status=400, code=160004)
    with pytest.raises(Undeliverable) as caught:
        await adapter.platform.post(envelope(discord, HELLO, "key-2"), channel.id, parent.message)
    assert (caught.value.reason, caught.value.gone) == ("unknown_thread", False)


async def test_a_thread_gone_to_sleep_wakes_for_a_message_and_for_a_change(discord: Discord, adapter: DiscordAdapter) -> None:
    ada, grace = discord.user("Ada"), discord.user("Grace")
    reference = await adapter.platform.connect(envelope(discord, HELLO), [ada.id, grace.id], "Ada and Grace")
    thread = discord.world.channels[reference.thread]
    thread.archived = True
    await adapter.platform.post(envelope(discord, Card(body="again"), "key-2"), reference.thread)
    assert not thread.archived
    thread.archived = True
    await adapter.platform.update(envelope(discord, Card(body="changed"), "key-3"), reference)
    assert shown(discord, ada) == ["changed", "again"]


async def test_a_locked_thread_is_gone_where_it_is_the_conversation_itself(discord: Discord, adapter: DiscordAdapter) -> None:
    reference = await adapter.platform.connect(envelope(discord, HELLO), [discord.user("Ada").id], "Ada")
    parent = await adapter.platform.post(envelope(discord, HELLO, "key-2"), discord.channel("help").id)
    answer = await adapter.platform.post(envelope(discord, HELLO, "key-3"), discord.channel("help").id, parent.message)
    discord.guild.bot_rights &= ~MANAGE_THREADS
    for thread in (reference.thread, answer.thread):
        discord.world.channels[thread].archived = discord.world.channels[thread].locked = True
    with pytest.raises(Undeliverable) as caught:
        await adapter.platform.post(envelope(discord, HELLO, "key-4"), reference.thread)
    assert (caught.value.reason, caught.value.gone) == ("thread_locked", True)
    with pytest.raises(Undeliverable) as caught:
        await adapter.platform.post(envelope(discord, HELLO, "key-5"), discord.channel("help").id, answer.thread)
    assert (caught.value.reason, caught.value.gone) == ("thread_locked", False)
    with pytest.raises(Undeliverable) as caught:
        await adapter.platform.update(envelope(discord, HELLO), reference)
    assert (caught.value.reason, caught.value.gone) == ("missing_permission", False)


async def test_an_account_that_is_no_more_is_gone(discord: Discord, adapter: DiscordAdapter) -> None:
    ada = discord.user("Ada")
    ada.deleted = True
    for account in (ada.id, "1234567890"):
        with pytest.raises(Undeliverable) as caught:
            await adapter.platform.direct(envelope(discord, HELLO), account)
        assert (caught.value.reason, caught.value.gone) == ("unknown_account", True)


async def test_somebody_who_left_the_server_cannot_be_reached_and_is_not_gone(discord: Discord, adapter: DiscordAdapter) -> None:
    ada = discord.user("Ada")
    await discord.leave(ada)
    with pytest.raises(Undeliverable) as caught:
        await adapter.platform.direct(envelope(discord, HELLO), ada.id)
    assert (caught.value.reason, caught.value.gone) == ("dm_closed", False)


async def test_a_server_that_the_bot_was_removed_from_refuses_it(discord: Discord, adapter: DiscordAdapter, play: Play) -> None:
    channel, ada = discord.channel("help"), discord.user("Ada")
    reference = await adapter.platform.post(envelope(discord, HELLO), channel.id)
    await play.hear("workspace_ready")
    await discord.expel_bot()
    await play.hear("workspace_gone")
    with pytest.raises(Refused, match="removed_from_server"):
        await adapter.platform.post(envelope(discord, HELLO, "key-2"), channel.id)
    with pytest.raises(Refused, match="removed_from_server"):
        await adapter.platform.update(envelope(discord, HELLO, "key-2"), reference)
    with pytest.raises(Refused, match="removed_from_server"):
        await adapter.platform.connect(envelope(discord, HELLO, "key-2"), [ada.id], "Ada")


async def test_a_channel_closed_to_the_bot_is_neither_gone_nor_a_refusal(discord: Discord, adapter: DiscordAdapter) -> None:
    channel = discord.channel("help")
    channel.denied = VIEW
    with pytest.raises(Undeliverable) as caught:
        await adapter.platform.post(envelope(discord, HELLO), channel.id)
    assert (caught.value.reason, caught.value.gone) == ("missing_access", False)


async def test_a_token_taken_back_refuses_everything(discord: Discord, adapter: DiscordAdapter) -> None:
    channel, ada = discord.channel("help").id, discord.user("Ada")
    discord.world.token = "another"
    with pytest.raises(Refused, match="token_revoked"):
        await adapter.platform.post(envelope(discord, HELLO), channel)
    with pytest.raises(Refused, match="token_revoked"):
        await adapter.platform.direct(envelope(discord, HELLO), ada.id)
    with pytest.raises(Refused, match="token_revoked"):
        await adapter.platform.remove(envelope(discord, HELLO), Reference(channel, "1"))


async def test_a_bot_under_quarantine_still_writes_in_channels(discord: Discord, adapter: DiscordAdapter) -> None:
    ada = discord.user("Ada")
    discord.fail("POST", "/users/@me/channels", status=403, code=20026)
    with pytest.raises(Undeliverable) as caught:
        await adapter.platform.direct(envelope(discord, HELLO), ada.id)
    assert (caught.value.reason, caught.value.gone) == ("quarantined", False)
    await adapter.platform.post(envelope(discord, HELLO), discord.channel("help").id)
    assert calls(discord, "POST", "/users/@me/channels") == 1
