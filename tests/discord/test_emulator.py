"""What the emulated Discord does when it goes wrong, from the same process and from another one: other tests build on it."""

from __future__ import annotations

import asyncio
import json
import signal
import sys
import time
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from adapters.discord.client import DiscordAdapter
from tests.discord.stage import Play, adapter_on
from tests.emulators.discord import Chances, Discord, Storm, report

Json = dict[str, Any]


class Caller:
    """A bot without an SDK."""

    def __init__(self, session: aiohttp.ClientSession, api_url: str, token: str) -> None:
        self._session = session
        self._api_url = api_url
        self._token = token

    async def post(self, channel: str, nonce: str, *, seconds: float = 5.0) -> tuple[int, Json, Any]:
        """Return the status, the answer and its headers; 0 where the connection ended, -1 where time ran out."""
        component = {"type": 10, "content": f"message {nonce}"}
        payload = {"nonce": nonce, "enforce_nonce": True, "flags": 1 << 15, "components": [component]}
        return await self.call("POST", f"/channels/{channel}/messages", payload, seconds)

    async def call(self, method: str, path: str, payload: Json | None = None, seconds: float = 5.0) -> tuple[int, Json, Any]:
        headers = {"Authorization": f"Bot {self._token}", "Content-Type": "application/json"}
        data = None if payload is None else json.dumps(payload)
        try:
            async with (
                asyncio.timeout(seconds),
                self._session.request(method, self._api_url + path, data=data, headers=headers) as response,
            ):
                return response.status, await response.json(), response.headers
        except aiohttp.ClientError:
            return 0, {}, {}
        except TimeoutError:
            return -1, {}, {}


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as opened:
        yield opened


@pytest.fixture
def caller(discord: Discord, session: aiohttp.ClientSession) -> Caller:
    return Caller(session, discord.api_url, discord.world.token)


def nonces(discord: Discord) -> list[str]:
    return [one["nonce"] for one in report.messages(discord)]


@pytest.mark.parametrize(
    ("lose", "status", "stands"), [("after", 0, True), ("before", 0, False), ("hang", -1, False), ("silent", -1, True)]
)
async def test_an_answer_is_lost_before_or_after_acceptance(
    discord: Discord, caller: Caller, lose: str, status: int, *, stands: bool
) -> None:
    discord.fail("POST", r"/channels/\d+/messages", lose=lose)
    answered, _answer, _headers = await caller.post(discord.channel("help").id, "one", seconds=0.3)
    assert (answered, nonces(discord)) == (status, ["one"] if stands else [])


async def test_an_answer_may_come_late(discord: Discord, caller: Caller) -> None:
    discord.fail("POST", r"/channels/\d+/messages", lose="late", seconds=0.2)
    began = time.monotonic()
    status, _answer, _headers = await caller.post(discord.channel("help").id, "one")
    assert (status, time.monotonic() - began >= 0.2) == (200, True)


async def test_chances_are_the_same_with_the_same_seed(session: aiohttp.ClientSession) -> None:
    found: list[tuple[list[int], Json]] = []
    for seed in (7, 7, 8):
        async with Discord("help", seed=seed) as discord:
            discord.front.faults.chances = Chances(lost=0.1, reset=0.1, limited=0.1, retry_after=0.0)
            caller = Caller(session, discord.api_url, discord.world.token)
            statuses = [(await caller.post(discord.channel("help").id, f"n{number}"))[0] for number in range(100)]
            found.append((statuses, dict(discord.front.faults.counts)))
            lost = discord.front.faults.counts["lost"]
            assert len(nonces(discord)) == statuses.count(200) + lost
    assert found[0] == found[1] != found[2]
    assert sum(found[0][1].values()) == 100 - found[0][0].count(200) > 15


async def test_a_channel_takes_five_messages_in_five_seconds(discord: Discord, caller: Caller) -> None:
    discord.front.rates.enforced = True
    channel, other = discord.channel("help").id, discord.channel("general").id
    answers = [await caller.post(channel, f"n{number}") for number in range(6)]
    assert [status for status, *_rest in answers] == [200] * 5 + [429]
    assert [headers["X-RateLimit-Remaining"] for _status, _answer, headers in answers] == ["4", "3", "2", "1", "0", "0"]
    _status, said, headers = answers[-1]
    assert (said["global"], headers["X-RateLimit-Scope"], headers["Via"]) == (False, "user", "1.1 google")
    assert 4 < said["retry_after"] <= 5
    assert (await caller.post(other, "elsewhere"))[0] == 200


async def test_fifty_calls_a_second_in_all_but_for_answers_to_interactions(discord: Discord, caller: Caller) -> None:
    discord.front.rates.enforced = True
    answers = [await caller.call("GET", "/users/@me") for _time in range(51)]
    assert [status for status, *_rest in answers] == [200] * 50 + [429]
    status, said, headers = answers[-1]
    assert (status, said["global"], headers["X-RateLimit-Global"], headers["X-RateLimit-Scope"]) == (429, True, "true", "global")
    assert (await caller.call("POST", "/webhooks/1/token", {}))[0] == 404


async def test_calling_again_too_early_is_recorded(discord: Discord, caller: Caller) -> None:
    discord.fail("POST", r"/channels/\d+/messages", status=429, retry_after=0.4)
    channel = discord.channel("help").id
    first = await caller.post(channel, "one")
    again = await caller.post(channel, "one")
    other = await caller.post(channel, "two")
    assert [first[0], again[0], other[0]] == [429, 429, 429]
    assert other[1]["retry_after"] <= again[1]["retry_after"] <= 0.4
    await asyncio.sleep(again[1]["retry_after"])
    assert (await caller.post(channel, "one"))[0] == 200
    counts = report.report(discord)
    assert (counts["early_retries"], counts["limited"], counts["invalid_requests"]) == (1, 3, 3)
    assert counts["early"][0]["nonce"] == "one"


async def test_a_storm_refuses_everything_for_a_while(discord: Discord, caller: Caller) -> None:
    discord.front.rates.storm = Storm(time.monotonic() + 0.2, retry_after=0.1, everywhere=True)
    status, said, _headers = await caller.call("GET", "/users/@me")
    assert (status, said["global"]) == (429, True)
    answers = [200, 429]
    while answers[-1] == 429:
        await asyncio.sleep(said["retry_after"])
        answers.append((await caller.post(discord.channel("help").id, "one"))[0])
    assert time.monotonic() >= discord.front.rates.storm.until
    assert report.report(discord)["early_retries"] == 0


async def test_a_nonce_is_taken_once_within_its_window_and_again_after(discord: Discord, caller: Caller) -> None:
    channel = discord.channel("help").id
    first, again = await caller.post(channel, "one"), await caller.post(channel, "one")
    assert (first[1]["id"], report.report(discord)["doubles"]) == (again[1]["id"], 0)
    discord.world.nonce_seconds = 0.0
    assert (await caller.post(channel, "one"))[1]["id"] != first[1]["id"]
    counts = report.report(discord)
    assert (counts["visible"], counts["distinct"], counts["doubled"], counts["replayed"]) == (2, 1, {"one": 2}, 1)


async def test_a_nonce_whose_message_was_deleted_makes_no_second(discord: Discord, caller: Caller) -> None:
    channel = discord.channel("help").id
    _status, message, _headers = await caller.post(channel, "one")
    del discord.world.messages[message["id"]]
    status, said, _headers = await caller.post(channel, "one")
    assert (status, said["code"], nonces(discord)) == (404, 10008, [])


async def test_two_sessions_of_a_bot_both_hear(discord: Discord, adapter: DiscordAdapter, play: Play) -> None:
    del adapter
    second = adapter_on(discord)
    other = Play()
    await second.start(other)
    await discord.slash(discord.user("Ada"), "ask", need="x")
    assert len(await play.hear("ask")) == len(await other.hear("ask")) == 1
    await second.stop()
    await discord.slash(discord.user("Bob"), "ask", need="x")
    assert (len(await play.hear("ask", 2)), len(other.named("ask"))) == (2, 1)


async def test_events_come_twice_and_out_of_order(discord: Discord, adapter: DiscordAdapter, play: Play) -> None:
    del adapter
    await play.hear("workspace_ready")
    discord.gateway.duplicate = 1.0
    await discord.join(discord.user("Ada", present=False))
    await play.hear("member_joined", 2)
    discord.gateway.duplicate, discord.gateway.reorder = 0.0, 1.0
    people = [discord.user(name, present=False) for name in ("Bob", "Cleo")]
    for user in people:
        await discord.join(user)
    heard = (await play.hear("member_joined", 4))[2:]
    assert [one.account.external_id for one in heard if one.account] == [user.id for user in reversed(people)]
    assert discord.gateway.reordered == 1


async def test_an_interaction_while_the_connection_breaks_off_arrives_after_resuming(
    discord: Discord, adapter: DiscordAdapter, play: Play
) -> None:
    del adapter
    await play.hear("workspace_ready")
    await discord.gateway.close(0)
    interaction = await discord.slash(discord.user("Ada"), "ask", need="x")
    assert (interaction.acknowledged, discord.gateway.resumed) == (4, 1)


async def test_another_process_starts_it_breaks_it_and_reads_it(session: aiohttp.ClientSession) -> None:
    command = (sys.executable, "-m", "tests.emulators.discord", "0", "--seed", "3", "--members", "2", "--channels", "help")
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    assert process.stdout is not None
    try:
        about = json.loads(await process.stdout.readline())
        address = about["api_url"].removesuffix("/api/v10") + "/emulator"
        caller = Caller(session, about["api_url"], about["token"])

        async def tell(path: str, asked: Json | None = None) -> Any:  # noqa: ANN401 - any JSON
            method = "GET" if asked is None else "POST"
            async with session.request(method, f"{address}/{path}", json=asked) as response:
                assert response.status == 200, await response.text()
                return await response.json()

        channel = about["channels"]["help"]
        assert len(about["members"]) == 2
        said = await tell("faults", {"plan": [{"method": "POST", "path": ".*/messages", "lose": "after"}], "enforce": True})
        assert (said["planned"], said["enforce"]) == (1, True)
        assert [(await caller.post(channel, nonce))[0] for nonce in ("one", "two")] == [0, 200]
        found = await tell("messages")
        assert [(one["nonce"], one["channel"]) for one in found] == [("one", channel), ("two", channel)]
        assert await tell(f"messages?after={found[0]['id']}") == found[1:]
        await tell("world", {"delete_channel": channel})
        assert (await caller.post(channel, "three"))[1]["code"] == 10003
        await tell("world", {"revoke_token": True})
        assert (await caller.post(channel, "four"))[0] == 401
        counts = await tell("report")
        assert (counts["visible"], counts["invalid_requests"], counts["faults"]) == (2, 1, {"after": 1})
        async with session.post(f"{address}/faults", json={"nonsense": 1}) as response:
            assert response.status == 400
    finally:
        process.send_signal(signal.SIGTERM)
        assert await process.wait() == 0
