"""Second attempts, after an answer was lost or a process was killed: what is there already is found, and nothing is there twice."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from adapters.discord.client import DiscordAdapter
from bot.errors import Unavailable, Unknown
from bot.files import File
from bot.ports import Reference
from bot.ui import Card, Picture
from tests.discord.stage import Play, adapter_on, ago, calls, envelope, shown
from tests.emulators.discord import Discord
from tests.emulators.discord.world import Channel

HELLO = Card(title="Hello", body="to all")
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(64))
INVITATION = File("meeting.ics", b"BEGIN:VCALENDAR", "text/calendar", "Tuesday")
MESSAGES = r"/channels/\d+/messages"
THREADS = r"/channels/\d+/threads"


@pytest.fixture
async def successor(discord: Discord, play: Play) -> AsyncIterator[DiscordAdapter]:
    """The adapter of the process that comes after: it remembers nothing."""
    other = adapter_on(discord)
    await other.start(play)
    await play.hear("workspace_ready", 2)
    yield other
    await other.stop()


def private_threads(discord: Discord) -> list[Channel]:
    return [channel for channel in discord.world.channels.values() if channel.type == 12]


async def test_a_lost_answer_is_repaired_by_the_nonce(discord: Discord, adapter: DiscordAdapter) -> None:
    channel = discord.channel("help")
    discord.fail("POST", MESSAGES, lose="after")
    with pytest.raises(Unknown):
        await adapter.platform.post(envelope(discord, HELLO), channel.id)
    reference = await adapter.platform.post(envelope(discord, HELLO, since=ago(seconds=30)), channel.id)
    assert list(discord.world.messages) == [reference.message]
    assert calls(discord, "GET", MESSAGES) == 0, "the nonce is enough, and looking costs a call"


@pytest.mark.parametrize("card", [HELLO, Card(body="look", picture=Picture("é.png", PNG, "Dots"), files=(INVITATION,))])
@pytest.mark.parametrize("others", [0, 130])
async def test_a_post_older_than_its_nonce_is_found_among_others(
    discord: Discord, adapter: DiscordAdapter, card: Card, others: int
) -> None:
    channel, eve = discord.channel("help"), discord.user("Eve")
    discord.world.nonce_seconds = 0.0
    discord.fail("POST", MESSAGES, lose="after")
    for number in range(others):
        discord.world.write(channel, eve.id, {"content": f"word {number}"})
    with pytest.raises(Unknown):
        await adapter.platform.post(envelope(discord, card), channel.id)
    written = list(discord.world.messages)[-1]
    await adapter.platform.post(envelope(discord, card, "key-2"), channel.id)
    again = await adapter.platform.post(envelope(discord, card, since=ago(minutes=3)), channel.id)
    assert again == Reference(channel.id, written)
    assert len(discord.world.messages) == others + 2


async def test_what_never_arrived_is_posted_after_having_been_looked_for(discord: Discord, adapter: DiscordAdapter) -> None:
    channel = discord.channel("help")
    other = await adapter.platform.post(envelope(discord, HELLO, "key-2"), channel.id)
    late = await adapter.platform.post(envelope(discord, HELLO, since=ago(minutes=3)), channel.id)
    assert list(discord.world.messages) == [other.message, late.message]
    assert calls(discord, "GET", MESSAGES) == 1


async def test_a_direct_message_older_than_its_nonce_is_found_by_another_process(
    discord: Discord, adapter: DiscordAdapter, successor: DiscordAdapter
) -> None:
    ada = discord.user("Ada")
    discord.world.nonce_seconds = 0.0
    discord.fail("POST", MESSAGES, lose="after")
    with pytest.raises(Unknown):
        await adapter.platform.direct(envelope(discord, HELLO), ada.id)
    again = await successor.platform.direct(envelope(discord, HELLO, since=ago(hours=1)), ada.id)
    assert list(discord.world.messages) == [again.message]


async def test_a_message_deleted_before_the_second_attempt_counts_as_sent(discord: Discord, adapter: DiscordAdapter) -> None:
    channel = discord.channel("help")
    first = await adapter.platform.post(envelope(discord, HELLO), channel.id)
    await adapter.platform.remove(envelope(discord, HELLO), first)
    again = await adapter.platform.post(envelope(discord, HELLO, since=ago(seconds=30)), channel.id)
    await adapter.platform.update(envelope(discord, HELLO), again)
    await adapter.platform.remove(envelope(discord, HELLO), again)
    assert (again, discord.world.messages) == (Reference(channel.id), {})


# ---------------------------------------------------------------- a known conversation


async def test_a_known_conversation_is_not_opened_again(
    discord: Discord, adapter: DiscordAdapter, successor: DiscordAdapter
) -> None:
    ada = discord.user("Ada")
    first = await adapter.platform.direct(envelope(discord, HELLO), ada.id)
    second = await successor.platform.direct(envelope(discord, HELLO, "key-2"), ada.id, first.channel)
    assert second.channel == first.channel
    assert calls(discord, "POST", "/users/@me/channels") == 1


async def test_a_known_conversation_that_is_gone_is_opened_again_once(discord: Discord, adapter: DiscordAdapter) -> None:
    ada = discord.user("Ada")
    reference = await adapter.platform.direct(envelope(discord, HELLO), ada.id, "1234567890")
    assert reference.channel == discord.world.direct(ada.id).id
    assert shown(discord, ada) == ["Hello\n\nto all"]
    assert calls(discord, "POST", "/users/@me/channels") == 1


# ---------------------------------------------------------------- people put in touch


async def test_nothing_is_looked_for_at_the_first_attempt_to_connect(discord: Discord, adapter: DiscordAdapter) -> None:
    people = [discord.user("Ada").id, discord.user("Grace").id]
    await adapter.platform.connect(envelope(discord, HELLO), people, "Ada and Grace")
    assert calls(discord, "GET", "/guilds/.*") == 0


@pytest.mark.parametrize("minutes", [0.5, 3.0])
@pytest.mark.parametrize("lose", ["after", "before"])
@pytest.mark.parametrize(("method", "path"), [("POST", THREADS), ("PUT", r"/channels/\d+/thread-members/\d+"), ("POST", MESSAGES)])
async def test_wherever_connecting_breaks_off_another_process_goes_on(
    discord: Discord, adapter: DiscordAdapter, successor: DiscordAdapter, method: str, path: str, lose: str, minutes: float
) -> None:
    ada, grace = discord.user("Ada"), discord.user("Grace")
    if minutes > 2:
        discord.world.nonce_seconds = 0.0
    discord.fail(method, path, lose=lose)
    with pytest.raises(Unknown):
        await adapter.platform.connect(envelope(discord, HELLO), [ada.id, grace.id], "Ada and Grace")
    again = envelope(discord, HELLO, since=ago(minutes=minutes))
    reference = await successor.platform.connect(again, [ada.id, grace.id], "Ada and Grace")
    assert [thread.id for thread in private_threads(discord)] == [reference.thread]
    assert shown(discord, ada) == shown(discord, grace) == ["Hello\n\nto all"]


async def test_a_limit_met_half_way_through_connecting_opens_no_second_thread(
    discord: Discord, adapter: DiscordAdapter, successor: DiscordAdapter
) -> None:
    ada, grace = discord.user("Ada"), discord.user("Grace")
    discord.fail("PUT", ".*/thread-members/.*", status=429, retry_after=0.2)
    with pytest.raises(Unknown, match="rate_limited") as caught:
        await adapter.platform.connect(envelope(discord, HELLO), [ada.id, grace.id], "Ada and Grace")
    await asyncio.sleep(caught.value.retry_after)
    again = envelope(discord, HELLO, since=ago(seconds=10))
    reference = await successor.platform.connect(again, [ada.id, grace.id], "Ada and Grace")
    assert [thread.id for thread in private_threads(discord)] == [reference.thread]


async def test_a_limit_met_before_connecting_is_no_doubt(discord: Discord, adapter: DiscordAdapter) -> None:
    discord.fail("POST", THREADS, status=429, retry_after=5.0)
    with pytest.raises(Unavailable):
        await adapter.platform.connect(envelope(discord, HELLO), [discord.user("Ada").id], "Ada")
    assert private_threads(discord) == []


async def test_a_thread_of_the_same_name_from_before_is_somebody_elses(
    discord: Discord, adapter: DiscordAdapter, successor: DiscordAdapter
) -> None:
    ada, grace, eve = discord.user("Ada"), discord.user("Grace"), discord.user("Eve")
    other = await adapter.platform.connect(envelope(discord, HELLO, "key-0"), [ada.id, eve.id], "A meeting")
    reference = await successor.platform.connect(envelope(discord, HELLO, since=ago(minutes=1)), [ada.id, grace.id], "A meeting")
    assert reference.thread != other.thread
    assert len(shown(discord, eve)) == 1


# ---------------------------------------------------------------- threads of posts, and changes


@pytest.mark.parametrize("lose", ["after", "before"])
@pytest.mark.parametrize("path", [MESSAGES, f"{MESSAGES}/\\d+/threads"])
async def test_a_lost_answer_while_a_thread_is_opened_under_a_post(
    discord: Discord, adapter: DiscordAdapter, lose: str, path: str
) -> None:
    channel = discord.channel("help")
    parent = await adapter.platform.post(envelope(discord, HELLO), channel.id)
    if path == MESSAGES:
        # The first write finds no thread; the one after it is lost.
        discord.fail("POST", f"/channels/{parent.message}/messages", status=404, code=10003)
    discord.fail("POST", path, lose=lose)
    answer = Card(body="one")
    with pytest.raises(Unknown):
        await adapter.platform.post(envelope(discord, answer, "key-2"), channel.id, parent.message)
    again = envelope(discord, answer, "key-2", since=ago(seconds=20))
    reference = await adapter.platform.post(again, channel.id, parent.message)
    assert reference.thread == parent.message
    assert shown(discord, discord.user("Ada")) == ["Hello\n\nto all", "one"]


@pytest.mark.parametrize("lose", ["after", "before"])
async def test_changes_may_be_made_twice(discord: Discord, adapter: DiscordAdapter, lose: str) -> None:
    reference = await adapter.platform.post(envelope(discord, HELLO), discord.channel("help").id)
    for method, change in (("PATCH", adapter.platform.update), ("DELETE", adapter.platform.remove)):
        discord.fail(method, f"{MESSAGES}/\\d+", lose=lose)
        with pytest.raises(Unknown):
            await change(envelope(discord, Card(body="changed"), "key-2"), reference)
        await change(envelope(discord, Card(body="changed"), "key-2"), reference)
        assert shown(discord, discord.user("Ada")) == (["changed"] if method == "PATCH" else [])
