"""Staying connected: what discord.py survives by itself, and what it does not."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from adapters.discord import gateway
from adapters.discord.client import DiscordAdapter
from bot.errors import ConfigError
from tests.discord.stage import Play, adapter_on, shown
from tests.emulators.discord import Discord


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let pauses be a hundredth of what they are."""
    patient = gateway.Backoff.next
    monkeypatch.setattr(gateway.Backoff, "next", lambda self: patient(self) / 100)

    async def at_once(*_given: object, **_named: object) -> None:
        return

    monkeypatch.setattr(gateway.Gateway, "before_identify_hook", at_once)


@pytest.fixture
async def waiting(discord: Discord) -> AsyncIterator[DiscordAdapter]:
    """An adapter that is not started yet."""
    adapter = adapter_on(discord)
    yield adapter
    await adapter.stop()


async def back(discord: Discord) -> None:
    async with asyncio.timeout(15):
        await discord.gateway.ready.wait()


async def test_a_first_connection_refused_is_tried_again(discord: Discord, play: Play, waiting: DiscordAdapter) -> None:
    discord.gateway.refuse_connections = 3
    await waiting.start(play)
    assert (discord.gateway.refused, discord.gateway.identified) == (3, 1)
    await play.hear("workspace_ready")


async def test_a_login_that_is_unreachable_is_tried_again(discord: Discord, play: Play, waiting: DiscordAdapter) -> None:
    discord.fail("GET", "/users/@me", times=2, lose="before")
    await waiting.start(play)
    assert discord.gateway.identified == 1


async def test_a_refused_token_is_said_with_its_key(discord: Discord, play: Play) -> None:
    adapter = adapter_on(discord, token="wrong")
    with pytest.raises(ConfigError, match=r"^discord\.token: "):
        await adapter.start(play)
    await adapter.stop()


async def test_a_missing_intent_is_said_in_words(discord: Discord, play: Play, waiting: DiscordAdapter) -> None:
    discord.gateway.members_intent_allowed = False
    with pytest.raises(ConfigError, match="Server Members Intent"):
        await waiting.start(play)


async def test_a_token_revoked_later_ends_the_bot_with_a_reason(discord: Discord, play: Play, adapter: DiscordAdapter) -> None:
    del play
    await discord.gateway.close(4004)
    async with asyncio.timeout(5):
        error = await adapter.failed()
    assert isinstance(error, ConfigError)
    assert str(error).startswith("discord.token: ")


async def test_what_happened_while_away_is_heard_after_resuming(discord: Discord, play: Play, adapter: DiscordAdapter) -> None:
    del adapter
    await play.hear("workspace_ready")
    await discord.gateway.close(4000)
    ada = discord.user("Ada", present=False)
    await discord.join(ada)
    await play.hear("member_joined")
    await back(discord)
    assert (discord.gateway.resumed, discord.gateway.identified) == (1, 1)


async def test_being_asked_to_reconnect_resumes(discord: Discord, play: Play, adapter: DiscordAdapter) -> None:
    del adapter
    await play.hear("workspace_ready")
    await discord.gateway.operate(7)
    await back(discord)
    await discord.slash(discord.user("Ada"), "ask", need="x")
    assert (discord.gateway.resumed, discord.gateway.identified) == (1, 1)


async def test_a_session_that_is_over_begins_anew(discord: Discord, play: Play, adapter: DiscordAdapter) -> None:
    del adapter
    await play.hear("workspace_ready")
    await discord.gateway.operate(9, data=False)
    await back(discord)
    ready = await play.hear("workspace_ready", 2)
    ada = discord.user("Ada")
    await discord.slash(ada, "ask", need="x")
    assert (discord.gateway.resumed, discord.gateway.identified) == (0, 2)
    assert ready[0].delivery_id != ready[1].delivery_id
    assert shown(discord, ada) == ["hello"]


async def test_resuming_a_forgotten_session_begins_anew(discord: Discord, play: Play, adapter: DiscordAdapter) -> None:
    del adapter
    await play.hear("workspace_ready")
    discord.gateway.ready.clear()
    sessions = dict(discord.gateway.sessions)
    discord.gateway.forget_sessions()
    for session in sessions.values():
        assert session.connection is not None
        await session.connection.socket.close(code=4009)
    await back(discord)
    assert (discord.gateway.resumed, discord.gateway.identified) == (0, 2)


async def test_an_outage_longer_than_a_moment_is_survived(discord: Discord, play: Play, adapter: DiscordAdapter) -> None:
    del adapter
    await play.hear("workspace_ready")
    discord.gateway.refuse_connections = 6
    await discord.gateway.close(1001)
    await back(discord)
    ada = discord.user("Ada")
    await discord.slash(ada, "ask", need="x")
    assert shown(discord, ada) == ["hello"]


async def test_an_event_that_cannot_be_read_ends_nothing(discord: Discord, play: Play, adapter: DiscordAdapter) -> None:
    del adapter
    await discord.gateway.dispatch("GUILD_MEMBER_ADD", {"guild_id": discord.guild.id})
    await discord.gateway.dispatch("GUILD_ROLE_UPDATE", {"role": None})
    await discord.slash(discord.user("Ada"), "ask", need="x")
    await play.hear("ask")
    assert discord.gateway.identified == 1


async def test_commands_are_written_only_when_they_changed(discord: Discord, play: Play) -> None:
    for _time in range(3):
        adapter = adapter_on(discord)
        await adapter.start(play)
        await adapter.stop()
    assert discord.world.command_writes == 1
    discord.world.commands[0]["description"] = "Something else"
    adapter = adapter_on(discord)
    await adapter.start(play)
    await adapter.stop()
    assert discord.world.command_writes == 2


async def test_commands_that_cannot_be_written_do_not_keep_the_bot_away(
    discord: Discord, play: Play, waiting: DiscordAdapter
) -> None:
    discord.fail("PUT", "/applications/.*", status=400, code=30034)
    await waiting.start(play)
    assert discord.world.commands == []


async def test_stopping_lets_an_answer_under_way_be_sent(discord: Discord, play: Play, adapter: DiscordAdapter) -> None:
    reached, release = asyncio.Event(), asyncio.Event()
    answer = play.script

    async def slow(invocation: object, responder: object) -> None:
        reached.set()
        await release.wait()
        await answer(invocation, responder)  # type: ignore[arg-type]

    await play.hear("workspace_ready")
    play.script = slow
    ada = discord.user("Ada")
    asking = asyncio.create_task(discord.slash(ada, "ask", need="x"))
    await reached.wait()
    stopping = asyncio.create_task(adapter.stop())
    await discord.world.until(lambda: all(session.connection is None for session in discord.gateway.sessions.values()))
    release.set()
    await asyncio.gather(asking, stopping)
    assert shown(discord, ada) == ["hello"]


async def test_being_interrupted_while_discord_is_away_leaves_nothing_running(
    discord: Discord, play: Play, waiting: DiscordAdapter
) -> None:
    discord.gateway.refuse_connections = 1000
    starting = asyncio.create_task(waiting.start(play))
    await discord.world.until(lambda: discord.gateway.refused >= 2)
    starting.cancel()
    await asyncio.gather(starting, return_exceptions=True)
    assert [task.get_name() for task in asyncio.all_tasks() if task.get_name() == "discord"] == []


async def test_payloads_never_reach_the_log(
    discord: Discord, play: Play, adapter: DiscordAdapter, caplog: pytest.LogCaptureFixture
) -> None:
    del adapter
    with caplog.at_level("DEBUG"):
        await discord.slash(discord.user("Ada"), "ask", need="a very private")
        await play.hear("ask")
    assert "a very private" not in caplog.text
    assert "interaction-token" not in caplog.text
