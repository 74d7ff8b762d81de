"""Files on Slack: in the thread of their message, once whatever gets lost on the way, and never at the price of the words."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bot.clock import MovableClock
from bot.errors import Unavailable, Unknown
from bot.files import File
from bot.ports import Envelope, Reference
from bot.ui import Button, Card, Picture
from tests.emulators.slack.blocks import elements
from tests.emulators.slack.seen import shown
from tests.emulators.slack.workspace import Posted
from tests.slack.community import ENGLISH, Bot, running

INVITATION = File("meeting-1.ics", b"BEGIN:VCALENDAR\r\n\xc3\xa9", "text/calendar", "Tuesday")
OTHER = File("meeting-2.ics", b"BEGIN:VCALENDAR\r\nother", "text/calendar")
CARD = Card(body="Three times", files=(INVITATION, OTHER), controls=(Button("Go", "small:wave:7"),))
UPLOAD, SHARE, POST = "files.getUploadURLExternal", "files.completeUploadExternal", "chat.postMessage"


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock(dt.datetime(2027, 1, 4, 9, tzinfo=dt.UTC))


@pytest.fixture
async def bot(clock: MovableClock) -> AsyncIterator[Bot]:
    async with running("http", clock=clock, monotonic=lambda: clock.now().timestamp()) as made:
        made.slack.workspace.channels[made.general].members.add(made.slack.workspace.bot_user)
        yield made


class Courier:
    """Delivery, as far as it matters here: tries again with the same key, and knows since when an attempt may stand.

    Being asked for patience is no attempt.
    """

    def __init__(self, bot: Bot, clock: MovableClock, place: str, card: Card = CARD) -> None:
        self._bot = bot
        self._clock = clock
        self._place = place
        self._envelope = Envelope("key-0001", "T0000TEAM", ENGLISH, card)
        self.attempts = 0

    async def deliver(self) -> Reference:
        while True:
            self.attempts += 1
            try:
                return await self._send(replace(self._envelope, attempt=self.attempts))
            except (Unavailable, Unknown) as error:
                if isinstance(error, Unknown) and self._envelope.since is None:
                    self._envelope = replace(self._envelope, since=self._clock.now())
                self._clock.move(dt.timedelta(seconds=error.retry_after))
                self.attempts -= error.reason == "rate_limited"

    async def _send(self, envelope: Envelope) -> Reference:
        platform = self._bot.adapter.platform
        match self._place:
            case "channel":
                return await platform.post(envelope, self._bot.general)
            case "person":
                return await platform.direct(envelope, self._bot.ada)
            case "group":
                return await platform.connect(envelope, [self._bot.ada, self._bot.bruno], "Meeting")
            case thread:
                return await platform.post(envelope, self._bot.general, thread)


def there(bot: Bot) -> list[Posted]:
    return [message for message in bot.seen(bot.ada) if message.key == "key-0001"]


def shares(bot: Bot) -> list[tuple[str, str, list[tuple[str, bytes]]]]:
    """Return the channel and thread of each message that shares files, and the files."""
    return [
        (message.channel, message.thread, [(file["name"], bot.slack.workspace.files[file["id"]]) for file in message.files])
        for message in bot.slack.workspace.messages
        if message.files
    ]


BOTH = [(file.name, file.content) for file in (INVITATION, OTHER)]


@pytest.mark.parametrize("place", ["channel", "thread", "person", "group"])
async def test_files_are_in_the_thread_of_their_message_once_whatever_is_lost(bot: Bot, clock: MovableClock, place: str) -> None:
    api = bot.slack.api
    if place == "thread":
        place = (await bot.adapter.platform.post(Envelope("parent", "T0000TEAM", ENGLISH, Card(body="?")), bot.general)).message
    mishaps: list[tuple[str, dict[str, object], int]] = [
        ("", {}, 1),
        (POST, {"lose": True}, 2),
        (POST, {"drop": True}, 2),
        (SHARE, {"lose": True}, 2),
        (SHARE, {"drop": True}, 2),
        (SHARE, {"status": 429, "retry_after": 3}, 1),
        (SHARE, {"status": 500}, 2),
        (UPLOAD, {"status": 503}, 2),
        ("bytes", {}, 2),
    ]
    for method, how, attempts in mishaps:
        for message in [*there(bot), *(one for one in bot.slack.workspace.messages if one.files)]:
            bot.slack.workspace.messages.remove(message)
        if method == "bytes":
            api.uploads.broken = 1
        elif method:
            api.fail(method, **how)
        courier = Courier(bot, clock, place)
        reference = await courier.deliver()
        [message] = there(bot)
        assert (reference.channel, reference.message) == (message.channel, message.ts)
        assert shares(bot) == [(message.channel, reference.thread, BOTH)], (method, how)
        assert courier.attempts == attempts, (method, how)
        assert "In the thread: meeting-1.ics and meeting-2.ics" in shown(message.blocks, str)


async def test_without_the_right_to_hand_out_files_the_words_go_without(
    bot: Bot, clock: MovableClock, capsys: pytest.CaptureFixture[str]
) -> None:
    bot.slack.api.scopes = "chat:write,channels:history"
    await Courier(bot, clock, "channel", replace_picture(CARD)).deliver()
    [message] = there(bot)
    assert shown(message.blocks, str) == "Three times"
    assert shares(bot) == []
    assert capsys.readouterr().out.count("slack.files.lost") == 2


async def test_files_that_never_arrive_do_not_hold_the_words_back_for_ever(bot: Bot, clock: MovableClock) -> None:
    bot.slack.api.uploads.broken = 1000
    courier = Courier(bot, clock, "group")
    await courier.deliver()
    assert (len(there(bot)), courier.attempts) == (1, 5)
    bot.slack.workspace.messages.remove(there(bot)[0])

    bot.slack.api.uploads.broken = 0
    bot.slack.api.fail(SHARE, status=500, times=1000)
    courier = Courier(bot, clock, "group")
    await courier.deliver()
    assert (len(there(bot)), courier.attempts) == (1, 5)
    assert shares(bot) == []


async def test_a_change_adds_what_is_new_and_repeats_nothing(bot: Bot) -> None:
    platform, envelope = bot.adapter.platform, Envelope("key-0001", "T0000TEAM", ENGLISH, CARD)
    reference = await platform.post(envelope, bot.general)
    moved = replace_files(CARD, OTHER, File("meeting-3.ics", b"third", "text/calendar"))
    for _times in range(2):
        await platform.update(replace(envelope, card=moved), reference)
    assert [names for _channel, _thread, names in shares(bot)] == [BOTH, [("meeting-3.ics", b"third")]]
    assert "In the thread: meeting-2.ics and meeting-3.ics" in shown(there(bot)[0].blocks, str)
    await platform.update(replace(envelope, card=Card(body="Over")), reference)
    assert shown(there(bot)[0].blocks, str) == "Over"

    other = await platform.post(replace(envelope, key="other"), bot.general)
    await platform.remove(envelope, reference)
    assert there(bot) == []
    assert [thread for _channel, thread, _files in shares(bot)] == [other.message]
    reference = await platform.post(envelope, bot.general)

    # Where nobody may look, what may be there already is not repeated.
    bot.slack.api.scopes = "chat:write,files:write"
    await platform.update(envelope, reference)
    assert len(shares(bot)) == 2
    bot.slack.workspace.messages.remove(there(bot)[0])
    await platform.update(envelope, reference)
    assert len(shares(bot)) == 2


async def test_an_answer_that_one_person_sees_hands_its_files_out_in_a_direct_message(bot: Bot) -> None:
    bot.core.replies("ask", CARD)
    bot.core.replies("small:wave:7", replace_files(CARD, INVITATION, OTHER, File("new.ics", b"new", "text/calendar")), edit=True)
    await bot.slack.command(bot.ada, bot.general, "ask x")
    direct = bot.slack.workspace.conversation([bot.ada]).id
    [answer] = [message for message in bot.seen(bot.ada) if message.only]
    assert "In our conversation: meeting-1.ics and meeting-2.ics" in shown(answer.blocks, str)
    assert shares(bot) == [(direct, "", BOTH)]
    assert [message.text for message in bot.seen(bot.ada) if message.files] == ["Three times"]

    [(block, element)] = list(elements(answer.blocks))
    for _times in range(2):
        await bot.slack.click(bot.ada, element, block, message=answer)
    assert shares(bot)[1:] == [(direct, "", [("new.ics", b"new")])]


async def test_answers_that_are_not_private_are_followed_by_their_files(bot: Bot, clock: MovableClock) -> None:
    bot.core.replies("ask", CARD, private=False)
    await bot.slack.command(bot.ada, bot.general, "ask x")
    direct = bot.slack.workspace.conversation([bot.ada]).id
    await bot.slack.command(bot.ada, direct, "ask x")
    assert [(channel, thread) for channel, thread, _files in shares(bot)] == [(bot.general, ""), (direct, "")]
    assert all("In our" not in shown(message.blocks, str) for message in bot.seen(bot.ada))

    # A message with its files below it is no thread: what is pressed there is answered beside it.
    reference = await Courier(bot, clock, "person").deliver()
    message = there(bot)[0]
    bot.core.replies("small:wave:7", CARD, edit=True)
    [(block, element)] = list(elements(message.blocks))
    await bot.slack.click(bot.ada, element, block, message=message)
    assert len([one for one in shares(bot) if one[1] == reference.message]) == 1


async def test_an_answer_goes_without_files_that_slack_does_not_take(bot: Bot, capsys: pytest.CaptureFixture[str]) -> None:
    bot.slack.api.scopes = "chat:write"
    bot.core.replies("ask", CARD)
    bot.core.replies("home_opened", CARD)
    await bot.slack.command(bot.ada, bot.general, "ask x")
    await bot.slack.open_home(bot.ada)
    assert "Three times" in shown(bot.seen(bot.ada)[0].blocks, str)
    assert "Three times" in shown(bot.slack.workspace.homes[bot.ada].body["blocks"], str)
    assert shares(bot) == []
    assert capsys.readouterr().out.count("slack.files.lost") == 2


def replace_files(card: Card, *files: File) -> Card:
    return Card(body=card.body, files=files, controls=card.controls)


def replace_picture(card: Card) -> Card:
    return Card(body=card.body, files=card.files, picture=Picture("pulse.png", b"png", "Bars"))
