"""Posts, direct messages, private threads and later changes, and what Discord may answer to them."""

from __future__ import annotations

from typing import Any

import pytest

from adapters.discord import wire
from adapters.discord.client import DiscordAdapter
from bot.errors import DeliveryError, Refused, Unavailable, Undeliverable, Unknown
from bot.files import File
from bot.ports import Reference
from bot.text import Mention, Text
from bot.ui import Button, Card, Picture
from tests.discord.stage import Play, adapter_on, envelope, shown
from tests.emulators.discord import Discord, reading
from tests.emulators.discord.world import PRIVATE_THREADS, SEND, VIEW

HELLO = Card(title="Hello", body="to all")
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(64))


async def test_a_post_is_there_once_however_often_it_is_tried(discord: Discord, adapter: DiscordAdapter) -> None:
    ada, channel = discord.user("Ada"), discord.channel("help")
    first = await adapter.platform.post(envelope(discord, HELLO), channel.id)
    again = await adapter.platform.post(envelope(discord, HELLO), channel.id)
    other = await adapter.platform.post(envelope(discord, HELLO, "key-2"), channel.id)
    assert first == again == Reference(channel.id, first.message)
    assert other.message != first.message
    assert shown(discord, ada) == ["Hello\n\nto all"] * 2


async def test_a_mention_shows_and_notifies_nobody(discord: Discord, adapter: DiscordAdapter) -> None:
    ada = discord.user("Ada")
    card = Card(body=Text("{who}, look: {words}", {"who": Mention("Ada", 1, ada.id), "words": f"<@{ada.id}> @everyone"}))
    reference = await adapter.platform.post(envelope(discord, card), discord.channel("help").id)
    assert discord.world.messages[reference.message].pings == ()
    assert shown(discord, ada) == [f"@Ada, look: <@{ada.id}> @everyone"]


async def test_a_picture_goes_with_its_post_and_leaves_with_an_update(discord: Discord, adapter: DiscordAdapter) -> None:
    card = Card(body="look", picture=Picture("a picture/é.png", PNG, "Dots"))
    reference = await adapter.platform.post(envelope(discord, card), discord.channel("help").id)
    message = discord.world.messages[reference.message]
    assert list(message.files.values()) == [PNG]
    await adapter.platform.update(envelope(discord, HELLO), reference)
    assert message.files == {}


async def test_files_go_with_their_message_and_an_edit_leaves_those_of_its_card(discord: Discord, adapter: DiscordAdapter) -> None:
    """A picture may bear the name of a file: neither takes the other's place."""
    first, second, png = (
        File("a.ics", b"first", "text/calendar"),
        File("b.ics", b"second", "text/calendar"),
        File("p.png", PNG, "image/png"),
    )
    ada, channel = discord.user("Ada"), discord.channel("help").id
    card = Card(body="look", picture=Picture("p.png", PNG + b"!", "Dots"), files=(first, png))
    parent = await adapter.platform.post(envelope(discord, card), channel)
    sent = [
        parent,
        await adapter.platform.post(envelope(discord, card, "key-2"), channel, parent.message),
        await adapter.platform.direct(envelope(discord, card, "key-3"), ada.id),
        await adapter.platform.connect(envelope(discord, card, "key-4"), [ada.id], "Ada"),
    ]
    for reference in sent:
        message = discord.world.messages[reference.message]
        assert message.files == {"_p.png": PNG + b"!", "a.ics": b"first", "p.png": PNG}
        assert reading.attached(message.components) == ["a.ics", "p.png"]
        for _times in range(2):
            await adapter.platform.update(envelope(discord, Card(body="moved", files=(second, first))), reference)
        assert message.files == {"b.ics": b"second", "a.ics": b"first"}


async def test_an_answer_in_a_thread_opens_it_once(discord: Discord, adapter: DiscordAdapter) -> None:
    channel = discord.channel("help")
    parent = await adapter.platform.post(envelope(discord, HELLO), channel.id)
    first = await adapter.platform.post(envelope(discord, Card(body="one"), "key-2"), channel.id, parent.message)
    second = await adapter.platform.post(envelope(discord, Card(body="two"), "key-3"), channel.id, parent.message)
    assert first.channel == first.thread == second.channel == parent.message
    assert discord.world.channels[parent.message].name == "one"
    await adapter.platform.update(envelope(discord, Card(body="changed")), first)
    assert shown(discord, discord.user("Ada"))[1:] == ["changed", "two"]


async def test_a_direct_message_keeps_its_server_when_it_is_changed_after_a_restart(
    discord: Discord, adapter: DiscordAdapter
) -> None:
    ada = discord.user("Ada")
    card = Card(body="hi", controls=(Button("Go", "showcase:go"),))
    reference = await adapter.platform.direct(envelope(discord, card), ada.id)
    before = [one["custom_id"] for one in reading.controls(discord.world.messages[reference.message].components)]
    adapter.platform._direct.clear()  # noqa: SLF001 - what a restart forgets
    await adapter.platform.update(envelope(discord, card), reference)
    after = [one["custom_id"] for one in reading.controls(discord.world.messages[reference.message].components)]
    assert before == after
    assert "@" in before[0]


async def test_members_are_connected_in_a_private_thread(discord: Discord, adapter: DiscordAdapter) -> None:
    ada, grace, eve = discord.user("Ada"), discord.user("Grace"), discord.user("Eve")
    reference = await adapter.platform.connect(envelope(discord, HELLO), [ada.id, grace.id], "Ada and\nGrace")
    thread = discord.world.channels[reference.thread]
    assert (thread.type, thread.name, thread.parent) == (12, "Ada and Grace", discord.channel("introductions").id)
    assert shown(discord, ada) == shown(discord, grace) == ["Hello\n\nto all"]
    assert shown(discord, eve) == []


async def test_somebody_who_left_is_not_half_connected(discord: Discord, adapter: DiscordAdapter) -> None:
    ada, gone = discord.user("Ada"), discord.user("Gone", present=False)
    with pytest.raises(Undeliverable, match="missing_access"):
        await adapter.platform.connect(envelope(discord, HELLO), [ada.id, gone.id], "Ada and Gone")
    assert [channel for channel in discord.world.channels.values() if channel.type == 12] == []


async def test_no_channel_for_private_threads_is_said(discord: Discord, play: Play) -> None:
    discord.guild.bot_rights &= ~PRIVATE_THREADS
    adapter = adapter_on(discord)
    await adapter.start(play)
    await play.hear("workspace_ready")
    with pytest.raises(Undeliverable, match="missing_permission"):
        await adapter.platform.connect(envelope(discord, HELLO), ["1", "2"], "x")
    await adapter.stop()


async def test_update_and_remove_of_what_is_gone_are_done(discord: Discord, adapter: DiscordAdapter) -> None:
    reference = await adapter.platform.post(envelope(discord, HELLO), discord.channel("help").id)
    await adapter.platform.remove(envelope(discord, HELLO), reference)
    await adapter.platform.remove(envelope(discord, HELLO), reference)
    await adapter.platform.update(envelope(discord, HELLO), reference)
    assert discord.world.messages == {}


async def test_closed_direct_messages_are_said(discord: Discord, adapter: DiscordAdapter) -> None:
    ada = discord.user("Ada", dm_closed=True)
    with pytest.raises(Undeliverable, match="dm_closed"):
        await adapter.platform.direct(envelope(discord, HELLO), ada.id)


@pytest.mark.parametrize(("denied", "reason"), [(SEND, "missing_permission"), (VIEW, "missing_access")])
async def test_missing_rights_are_said(discord: Discord, adapter: DiscordAdapter, denied: int, reason: str) -> None:
    channel = discord.channel("help")
    channel.denied = denied
    with pytest.raises(Undeliverable, match=reason):
        await adapter.platform.post(envelope(discord, HELLO), channel.id)


@pytest.mark.parametrize(
    ("fault", "kind", "reason"),
    [
        ({"lose": "before"}, Unknown, "connection_lost"),
        ({"lose": "after"}, Unknown, "connection_lost"),
        ({"status": 503, "code": 0}, Unknown, "server_error"),
        ({"status": 403, "code": 20026}, Undeliverable, "quarantined"),
        ({"status": 400, "code": 50035}, Undeliverable, "discord_50035"),
        ({"status": 401, "code": 0}, Refused, "token_revoked"),
        ({"status": 403, "code": 40003}, Unavailable, "too_fast"),
        ({"status": 429, "retry_after": 90.0}, Unavailable, "rate_limited"),
        ({"status": 429, "retry_after": 7.0, "via": False}, Unavailable, "rate_limited"),
    ],
)
async def test_failures_are_told_apart(
    discord: Discord, adapter: DiscordAdapter, fault: dict[str, Any], kind: type[DeliveryError], reason: str
) -> None:
    discord.fail("POST", r"/channels/\d+/messages", **fault)
    with pytest.raises(kind) as caught:
        await adapter.platform.post(envelope(discord, HELLO), discord.channel("help").id)
    assert str(caught.value) == reason
    if fault.get("retry_after"):
        assert isinstance(caught.value, Unavailable)
        assert caught.value.retry_after == fault["retry_after"]


async def test_a_call_that_hangs_is_given_up(discord: Discord, adapter: DiscordAdapter, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "CALL_SECONDS", 0.2)
    discord.fail("POST", r"/channels/\d+/messages", lose="hang")
    with pytest.raises(Unknown, match="timeout"):
        await adapter.platform.post(envelope(discord, HELLO), discord.channel("help").id)


async def test_nothing_is_sent_without_a_connection(discord: Discord, adapter: DiscordAdapter) -> None:
    await adapter.stop()
    with pytest.raises(Unavailable, match="not_connected"):
        await adapter.platform.post(envelope(discord, HELLO), "1")


async def test_an_answer_without_sense_is_an_unknown(discord: Discord, adapter: DiscordAdapter) -> None:
    with pytest.raises(Unknown, match="unreadable_answer"):
        await adapter.platform.update(envelope(discord, HELLO), Reference("not-a-number", "1"))
