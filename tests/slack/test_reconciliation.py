"""An attempt whose end nobody knows: the message is looked for before it is written again."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bot.clock import MovableClock
from bot.errors import Refused, Unavailable, Unknown
from bot.ports import Envelope, Reference
from bot.ui import Card, Picture
from tests.emulators.slack.workspace import Posted
from tests.slack.community import FRENCH, Bot, running

START = dt.datetime(2027, 1, 4, 9, tzinfo=dt.UTC)
READS = ("conversations.history", "conversations.replies")
PLACES = ["channel", "thread", "person", "known", "group"]


class Sender:
    """Delivery, as far as it matters here: one message at each place, tried again with the same key."""

    def __init__(self, bot: Bot, clock: MovableClock) -> None:
        self.bot = bot
        self.slack = bot.slack
        self.clock = clock
        self.space = bot.slack.workspace
        self.space.channels[bot.general].members.add(self.space.bot_user)
        self.known = self.space.conversation([bot.ada]).id
        self.envelope = Envelope("key-0001", "T0000TEAM", FRENCH, Card(body="Voici"))
        self.thread = ""

    async def begin_thread(self) -> None:
        self.thread = (await self.bot.adapter.platform.post(replace(self.envelope, key="parent"), self.bot.general)).message

    async def send(self, place: str = "channel", since: dt.datetime | None = None) -> Reference:
        platform, envelope = self.bot.adapter.platform, replace(self.envelope, since=since)
        match place:
            case "channel":
                return await platform.post(envelope, self.bot.general)
            case "thread":
                return await platform.post(envelope, self.bot.general, self.thread)
            case "person":
                return await platform.direct(envelope, self.bot.ada)
            case "known":
                return await platform.direct(envelope, self.bot.ada, self.known)
            case _:
                return await platform.connect(envelope, [self.bot.ada, self.bot.bruno], "Meeting")

    async def lose(self, place: str = "channel") -> dt.datetime:
        """Send a message whose answer is lost, and return when."""
        before = self.clock.now()
        self.slack.api.fail("chat.postMessage", lose=True)
        with pytest.raises(Unknown):
            await self.send(place)
        return before

    def pass_by(self, seconds: float) -> None:
        self.clock.move(dt.timedelta(seconds=seconds))

    def talk(self, count: int) -> None:
        """Let others write in the channel."""
        for number in range(count):
            self.space.post(Posted(self.bot.general, self.space.ts(), self.bot.bruno, f"secret of Bruno {number}", []))

    def there(self) -> list[Posted]:
        """Return the copies of the message that people see."""
        return [message for message in self.bot.seen(self.bot.ada) if message.key == "key-0001"]

    def reads(self) -> int:
        return sum(self.slack.api.count(method) for method in READS)


@pytest.fixture
async def sender() -> AsyncIterator[Sender]:
    clock = MovableClock(START)
    async with running("http", clock=clock, monotonic=lambda: clock.now().timestamp()) as bot:
        made = Sender(bot, clock)
        await made.begin_thread()
        yield made


@pytest.mark.parametrize("place", PLACES)
async def test_a_message_whose_answer_was_lost_is_found_and_not_written_again(sender: Sender, place: str) -> None:
    since = await sender.lose(place)
    sender.pass_by(10)
    reference = await sender.send(place, since)
    [there] = sender.there()
    thread = sender.thread if place == "thread" else there.ts
    assert reference == Reference(there.channel, there.ts, thread)


@pytest.mark.parametrize("place", PLACES)
async def test_a_message_that_never_arrived_is_written(sender: Sender, place: str) -> None:
    since = sender.clock.now()
    sender.slack.api.fail("chat.postMessage", drop=True)
    with pytest.raises(Unknown):
        await sender.send(place)
    reference = await sender.send(place, since)
    [there] = sender.there()
    assert (reference.channel, reference.message) == (there.channel, there.ts)


async def test_a_first_attempt_looks_for_nothing(sender: Sender) -> None:
    await sender.send()
    assert sender.reads() == 0


@pytest.mark.parametrize("forward", [True, False])
async def test_it_is_found_behind_all_that_others_wrote_in_the_meantime(sender: Sender, forward: bool) -> None:  # noqa: FBT001 - a parameter
    sender.slack.control.set(forward=forward)
    sender.talk(250)
    since = await sender.lose()
    sender.talk(250)
    await sender.send(since=since)
    assert len(sender.there()) == 1
    assert sender.reads() == 2


async def test_a_page_may_be_as_short_as_slack_likes(sender: Sender) -> None:
    sender.slack.control.set(page=15)
    sender.talk(40)
    since = await sender.lose()
    await sender.send(since=since)
    assert len(sender.there()) == 1


async def test_a_channel_where_thousands_are_written_is_not_read_for_ever(
    sender: Sender, capsys: pytest.CaptureFixture[str]
) -> None:
    sender.talk(2500)
    since = await sender.lose()
    await sender.send(since=since)
    assert sender.reads() == 10
    assert len(sender.there()) == 2
    assert "slack.reconciliation.unfinished" in capsys.readouterr().out


async def test_our_clock_may_be_four_minutes_ahead_of_slack(sender: Sender) -> None:
    since = await sender.lose()
    await sender.send(since=since + dt.timedelta(minutes=4))
    assert len(sender.there()) == 1


async def test_the_key_of_another_application_is_not_ours(sender: Sender) -> None:
    since = sender.clock.now()
    other = {"event_type": "their_outbox", "event_payload": {"key": "key-0001"}}
    sender.space.post(Posted(sender.bot.general, sender.space.ts(), sender.bot.bruno, "Hello", [], metadata=other))
    reference = await sender.send(since=since)
    assert [message.ts for message in sender.there() if message.author == sender.space.bot_user] == [reference.message]


async def test_a_message_of_an_earlier_attempt_is_found_with_its_picture_and_nothing_is_uploaded(sender: Sender) -> None:
    sender.envelope = replace(sender.envelope, card=Card(body="Voici", picture=Picture("pulse.png", b"png", "Bars")))
    since = await sender.lose()
    uploads = sender.slack.api.count("files.getUploadURLExternal")
    await sender.send(since=since)
    assert len(sender.there()) == 1
    assert sender.slack.api.count("files.getUploadURLExternal") == uploads


@pytest.mark.parametrize("place", PLACES)
async def test_while_slack_asks_to_wait_nothing_is_written(sender: Sender, place: str) -> None:
    since = await sender.lose(place)
    posts = sender.slack.api.count("chat.postMessage")
    for method in READS:
        sender.slack.api.fail(method, status=429, retry_after=9)
    with pytest.raises(Unavailable) as raised:
        await sender.send(place, since)
    assert (raised.value.retry_after, raised.value.wide) == (9, True)
    assert sender.slack.api.count("chat.postMessage") == posts
    assert sender.reads() == 1
    sender.pass_by(9)
    await sender.send(place, since)
    assert len(sender.there()) == 1
    assert sender.slack.control.state()["early"] == 0


@pytest.mark.parametrize("how", [{"drop": True}, {"lose": True}, {"status": 500}, {"error": "fatal_error"}, {"body": '{"ok": tr'}])
async def test_while_nobody_can_know_nothing_is_written(sender: Sender, how: dict[str, object]) -> None:
    since = await sender.lose()
    sender.slack.api.fail("conversations.history", **how)
    with pytest.raises(Unavailable):
        await sender.send(since=since)
    assert len(sender.there()) == 1
    assert sender.reads() == 1


async def test_without_the_right_to_look_it_is_written_and_said_once(sender: Sender, capsys: pytest.CaptureFixture[str]) -> None:
    sender.slack.control.set(scopes="chat:write,im:history")
    since = await sender.lose()
    for _times in range(2):
        await sender.send(since=since)
    assert len(sender.there()) == 3
    told = capsys.readouterr().out
    assert told.count("slack.reconciliation.refused") == 1
    assert "install the app again" in told
    assert "missing_scope" in told


async def test_a_token_revoked_in_the_meantime_stops_everything(sender: Sender) -> None:
    since = await sender.lose()
    sender.slack.control.set(revoked="token_revoked")
    with pytest.raises(Refused, match="token_revoked"):
        await sender.send(since=since)


async def test_put_out_of_a_channel_the_bot_comes_back_and_looks_first(sender: Sender) -> None:
    since = await sender.lose()
    sender.space.channels[sender.bot.general].members.discard(sender.space.bot_user)
    await sender.send(since=since)
    assert len(sender.there()) == 1


async def test_a_thread_whose_beginning_was_deleted_says_so_by_itself(sender: Sender) -> None:
    since = await sender.lose("thread")
    parent = sender.space.find(sender.bot.general, sender.thread)
    assert parent is not None
    sender.space.messages.remove(parent)
    with pytest.raises(Exception, match="thread_not_found"):
        await sender.send("thread", since)


async def test_what_shows_late_is_found_after_a_grace_and_doubled_before(sender: Sender) -> None:
    sender.slack.control.set(lag=20)
    since = await sender.lose()
    sender.pass_by(30)
    await sender.send(since=since)
    assert len(sender.there()) == 1
    # What no grace can help: Slack's history is later than anybody waits.
    sender.slack.control.set(lag=600)
    await sender.send(since=since)
    assert len(sender.there()) == 2
    assert sender.slack.control.state()["doubled_examples"] == {"key-0001": 2}


async def test_what_others_wrote_is_in_no_log(
    sender: Sender, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    sender.talk(5)
    since = await sender.lose()
    await sender.send(since=since)
    told = capsys.readouterr()
    assert "slack.reconciled" in told.out
    assert "secret of Bruno" not in told.out + told.err + caplog.text
