"""The emulator's own faults, asked for over HTTP as a bot does it: what is told must be what happens."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import pytest

from bot.clock import MovableClock
from tests.emulators.slack import BOT_TOKEN, SlackEmulator
from tests.emulators.slack.remote import RemoteSlack
from tests.emulators.slack.workspace import Json

START = dt.datetime(2027, 1, 4, 9, tzinfo=dt.UTC)
HEADERS = {"Authorization": f"Bearer {BOT_TOKEN}"}


class Caller:
    """A bare client of the Web API: no SDK, nothing repeated."""

    def __init__(self, session: aiohttp.ClientSession, api_url: str) -> None:
        self._session = session
        self._api_url = api_url

    async def call(self, method: str, **arguments: object) -> tuple[int, Json]:
        """Return the status and the answer; a status of 0 where none came."""
        try:
            async with self._session.post(f"{self._api_url}{method}", json=arguments, headers=HEADERS) as answer:
                body = await answer.json()
                return answer.status, body | {"wait": int(answer.headers.get("Retry-After", 0))}
        except (aiohttp.ClientError, TimeoutError):
            return 0, {}

    async def post(self, channel: str, key: str, **more: object) -> tuple[int, Json]:
        metadata = {"event_type": "confrere_outbox", "event_payload": {"key": key}}
        return await self.call("chat.postMessage", channel=channel, text=key, metadata=metadata, **more)

    async def read(self, channel: str, method: str = "conversations.history", **more: object) -> list[str]:
        """Return the keys that are read back, over all pages."""
        found: list[str] = []
        cursor = {}
        while True:
            _status, page = await self.call(method, channel=channel, include_all_metadata=True, **more, **cursor)
            found += [message["metadata"]["event_payload"]["key"] for message in page["messages"] if "metadata" in message]
            if not page["has_more"]:
                return found
            cursor = {"cursor": page["response_metadata"]["next_cursor"]}


@asynccontextmanager
async def calling(slack: SlackEmulator | RemoteSlack) -> AsyncIterator[Caller]:
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=2)) as session:
        yield Caller(session, slack.api_url)


class Scene:
    """An emulator whose time stands still until it is moved, a channel the bot is in, and somebody who calls."""

    def __init__(self, slack: SlackEmulator, clock: MovableClock, caller: Caller) -> None:
        self.slack = slack
        self.clock = clock
        self.caller = caller
        self.channel = slack.workspace.channel("#general").id
        slack.workspace.channels[self.channel].members.add(slack.workspace.bot_user)

    def pass_by(self, seconds: float) -> None:
        self.clock.move(dt.timedelta(seconds=seconds))


@pytest.fixture
async def scene() -> AsyncIterator[Scene]:
    clock = MovableClock(START)

    def seconds() -> float:
        return clock.now().timestamp()

    slack = SlackEmulator(now=seconds, monotonic=seconds, seed=7)
    await slack.start()
    async with calling(slack) as caller:
        yield Scene(slack, clock, caller)
    await slack.stop()


async def test_a_reply_is_lost_after_the_message_was_taken_and_a_reset_comes_before(scene: Scene) -> None:
    scene.slack.control.set(plan=[{"method": "chat.postMessage", "lose": True}])
    scene.slack.control.set(plan=[{"method": "chat.postMessage", "drop": True}])
    assert [(await scene.caller.post(scene.channel, key))[0] for key in ("lost", "dropped", "well")] == [0, 0, 200]
    assert [message["key"] for message in scene.slack.control.accepted()] == ["lost", "well"]
    assert scene.slack.control.state()["faults"] == {"lose": 1, "drop": 1}


async def test_a_message_that_was_changed_is_still_the_one_that_was_taken(scene: Scene) -> None:
    _status, posted = await scene.caller.post(scene.channel, "first")
    changed = {"event_type": "confrere_outbox", "event_payload": {"key": "change"}}
    await scene.caller.call("chat.update", channel=scene.channel, ts=posted["ts"], text="New", metadata=changed)
    [told] = scene.slack.control.accepted()
    assert (told["key"], told["last"], told["text"], told["visible"]) == ("first", "change", "New", True)
    await scene.caller.call("chat.delete", channel=scene.channel, ts=posted["ts"])
    assert [told["visible"] for told in scene.slack.control.accepted()] == [False]


async def test_a_caller_is_never_answered_whether_or_not_its_message_was_taken(scene: Scene) -> None:
    scene.slack.control.set(plan=[{"method": "chat.postMessage", "stall": True}, {"method": "chat.postMessage", "hang": True}])
    assert [(await scene.caller.post(scene.channel, key))[0] for key in ("stalled", "hung")] == [0, 0]
    assert [message["key"] for message in scene.slack.control.accepted()] == ["stalled"]


async def test_the_same_seed_gives_the_same_faults(scene: Scene) -> None:
    async def series() -> list[int]:
        scene.slack.control.set(seed=3, chances={"lose": 0.3, "drop": 0.3})
        return [(await scene.caller.post(scene.channel, str(number)))[0] for number in range(20)]

    first = await series()
    assert first == await series()
    assert 0 < sum(status == 0 for status in first) < 20


async def test_one_message_a_second_in_a_channel_is_enforced_and_early_retries_are_kept(scene: Scene) -> None:
    scene.slack.control.set(limits={"per_second": 100, "leeway": 0})
    assert (await scene.caller.post(scene.channel, "first"))[0] == 200
    status, answer = await scene.caller.post(scene.channel, "second")
    assert (status, answer["error"], answer["wait"]) == (429, "ratelimited", 1)
    scene.pass_by(0.5)
    assert (await scene.caller.post(scene.channel, "second"))[0] == 429
    scene.pass_by(0.5)
    assert (await scene.caller.post(scene.channel, "second"))[0] == 200
    told = scene.slack.control.state()
    assert (told["early"], told["refused"], told["doubled"]) == (1, {"chat.postMessage": 2}, 0)
    assert told["early_examples"][0]["again"] is True


async def test_the_workspace_and_the_methods_have_their_limits(scene: Scene) -> None:
    scene.slack.control.set(limits={"per_second": 0.3, "leeway": 0, "methods": {"conversations.history": [2, 60]}})
    others = [
        scene.slack.workspace.conversation([scene.slack.workspace.add_user(name)["id"]]).id for name in ("Ada", "Bruno", "Cy")
    ]
    statuses = [(await scene.caller.post(channel, channel))[0] for channel in (scene.channel, *others)]
    assert statuses == [200, 200, 200, 429]
    reads = [(await scene.caller.call("conversations.history", channel=scene.channel))[0] for _times in range(3)]
    assert reads == [200, 200, 429]


async def test_a_storm_refuses_for_its_time_and_its_long_waits_outlast_it(scene: Scene) -> None:
    scene.slack.control.set(storms=[{"in": 1, "seconds": 2, "retry_after": 30, "methods": ["chat.postMessage"]}])
    assert (await scene.caller.post(scene.channel, "before"))[0] == 200
    scene.pass_by(1)
    assert (await scene.caller.post(scene.channel, "within"))[1]["wait"] == 30
    scene.pass_by(10)
    assert (await scene.caller.post(scene.channel, "within"))[1]["wait"] == 20
    scene.pass_by(20)
    assert (await scene.caller.post(scene.channel, "within"))[0] == 200
    assert scene.slack.control.state()["early"] == 1


async def test_what_was_on_its_way_when_the_refusal_left_is_no_early_retry(scene: Scene) -> None:
    scene.slack.control.set(plan=[{"method": "chat.postMessage", "status": 429, "retry_after": 5}])
    assert [(await scene.caller.post(scene.channel, key))[0] for key in ("one", "two")] == [429, 429]
    told = scene.slack.control.state()
    assert (told["early"], told["excused"]) == (0, 1)


@pytest.mark.parametrize("forward", [True, False])
async def test_history_comes_in_pages_with_metadata_and_lags(scene: Scene, forward: bool) -> None:  # noqa: FBT001 - a parameter
    scene.slack.control.set(forward=forward)
    keys = [f"k{number}" for number in range(7)]
    for key in keys:
        await scene.caller.post(scene.channel, key)
        scene.pass_by(1)
    oldest = f"{scene.clock.now().timestamp() - 5.5:.6f}"
    assert sorted(await scene.caller.read(scene.channel, limit=2, oldest=oldest)) == keys[2:]
    assert sorted(await scene.caller.read(scene.channel, limit=3)) == keys
    scene.slack.control.set(lag=3)
    assert sorted(await scene.caller.read(scene.channel, limit=2, oldest=oldest)) == keys[2:5]


async def test_a_thread_is_read_apart_from_its_channel(scene: Scene) -> None:
    _status, parent = await scene.caller.post(scene.channel, "parent")
    for key in ("a", "b", "c"):
        await scene.caller.post(scene.channel, key, thread_ts=parent["ts"])
    assert await scene.caller.read(scene.channel) == ["parent"]
    found = await scene.caller.read(scene.channel, "conversations.replies", ts=parent["ts"], limit=2)
    assert found == ["parent", "a", "b", "parent", "c"]


async def test_history_without_its_scope_or_with_a_senseless_argument_is_refused(scene: Scene) -> None:
    for arguments, error in (
        ({"limit": 0}, "invalid_limit"),
        ({"cursor": "!"}, "invalid_cursor"),
        ({"oldest": "x"}, "invalid_ts_oldest"),
    ):
        assert (await scene.caller.call("conversations.history", channel=scene.channel, **arguments))[1]["error"] == error
    scene.slack.control.set(scopes="im:history,chat:write")
    assert (await scene.caller.call("conversations.history", channel=scene.channel))[1]["error"] == "missing_scope"


async def test_channels_accounts_and_tokens_end_when_a_test_says(scene: Scene) -> None:
    control = scene.slack.control
    ada = await control.do("user", name="Ada")
    await control.do("archive", channel=scene.channel)
    assert (await scene.caller.post(scene.channel, "x"))[1]["error"] == "is_archived"
    await control.do("delete", channel=scene.channel)
    assert (await scene.caller.post(scene.channel, "x"))[1]["error"] == "channel_not_found"
    await control.do("deactivate", user=ada)
    control.set(revoked="token_revoked")
    assert (await scene.caller.call("auth.test"))[1]["error"] == "token_revoked"


async def test_an_emulator_in_another_process_is_read_and_told() -> None:
    slack = await RemoteSlack.start("--users", "3", "--channels", "general,help", "--seed", "5")
    try:
        await slack.do("join", channel=slack.channels["help"])
        await slack.set(chances={"lose": 1.0})
        async with calling(slack) as caller:
            assert (await caller.post(slack.channels["help"], "lost"))[0] == 0
            await slack.set(calm=True)
            assert (await caller.post(slack.channels["help"], "lost"))[0] == 200
        told, messages = await slack.state(), await slack.accepted(after=1)
    finally:
        await slack.stop()
    assert (told["accepted"], told["distinct"], told["doubled_examples"]) == (2, 1, {"lost": 2})
    assert [(message["key"], message["channel"], message["visible"]) for message in messages] == [
        ("lost", slack.channels["help"], True)
    ]
    assert len(slack.users) == 3


async def test_many_callers_at_once_are_all_counted(scene: Scene) -> None:
    await asyncio.gather(*(scene.caller.post(scene.channel, str(number)) for number in range(200)))
    assert (scene.slack.control.state()["distinct"], scene.slack.api.count("chat.postMessage")) == (200, 200)
