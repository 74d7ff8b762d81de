"""A message is one request: only delivery tries again, and nothing is asked while Discord asks to wait."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest

from adapters.discord.client import DiscordAdapter
from bot.errors import Unavailable, Unknown
from bot.ui import Card
from tests.discord.stage import calls, envelope
from tests.emulators.discord import Chances, Discord, report

HELLO = Card(title="Hello", body="to all")
MESSAGES = r"/channels/\d+/messages"


@pytest.mark.parametrize(
    "fault",
    [
        {"status": 429, "retry_after": 0.01},
        {"status": 429, "retry_after": 0.01, "everywhere": True},
        {"status": 500},
        {"status": 502},
        {"status": 504},
        {"lose": "before"},
        {"lose": "after"},
    ],
)
async def test_what_fails_is_not_tried_again_behind_deliverys_back(
    discord: Discord, adapter: DiscordAdapter, fault: dict[str, Any]
) -> None:
    discord.fail("POST", MESSAGES, times=5, **fault)
    with pytest.raises((Unavailable, Unknown)):
        await adapter.platform.post(envelope(discord, HELLO), discord.channel("help").id)
    assert calls(discord, "POST", MESSAGES) == 1


async def test_a_channel_that_has_to_wait_is_left_alone_and_others_are_not(discord: Discord, adapter: DiscordAdapter) -> None:
    discord.fail("POST", MESSAGES, status=429, retry_after=30.0)
    busy, other = discord.channel("help").id, discord.channel("general").id
    for _attempt in range(3):
        with pytest.raises(Unavailable) as caught:
            await adapter.platform.post(envelope(discord, HELLO), busy)
        assert (caught.value.reason, caught.value.wide) == ("rate_limited", False)
        assert 29 < caught.value.retry_after <= 30
    await adapter.platform.post(envelope(discord, HELLO, "key-2"), other)
    assert calls(discord, "POST", MESSAGES) == 2
    assert report.report(discord)["early_retries"] == 0


@pytest.mark.parametrize("fault", [{"everywhere": True}, {"via": False}])
async def test_where_everything_has_to_wait_nothing_is_asked(
    discord: Discord, adapter: DiscordAdapter, fault: dict[str, Any]
) -> None:
    discord.fail("POST", MESSAGES, status=429, retry_after=30.0, **fault)
    for channel in ("help", "general"):
        with pytest.raises(Unavailable) as caught:
            await adapter.platform.post(envelope(discord, HELLO), discord.channel(channel).id)
        assert (caught.value.reason, caught.value.wide) == ("rate_limited", True)
    with pytest.raises(Unavailable):
        await adapter.platform.direct(envelope(discord, HELLO), discord.user("Ada").id)
    assert (calls(discord, "POST", MESSAGES), calls(discord, "POST", "/users/.*")) == (1, 0)


async def test_a_full_bucket_holds_no_answer_back_and_gets_no_call_more(discord: Discord, adapter: DiscordAdapter) -> None:
    discord.front.rates.enforced = True
    channel = discord.channel("help").id
    began = time.monotonic()
    for number in range(5):
        await adapter.platform.post(envelope(discord, HELLO, f"key-{number}"), channel)
    assert time.monotonic() - began < discord.front.rates.channel_seconds / 2
    with pytest.raises(Unavailable) as caught:
        await adapter.platform.post(envelope(discord, HELLO, "key-5"), channel)
    assert (caught.value.wide, discord.front.rates.limited, calls(discord, "POST", MESSAGES)) == (False, 0, 5)


async def test_a_busy_channel_meets_no_limit_at_deliverys_pace(discord: Discord, adapter: DiscordAdapter) -> None:
    """Ten times as fast as it is: five messages in half a second, a tenth of the spacing from an answer to the next message."""
    discord.front.rates.enforced = True
    discord.front.rates.channel_seconds /= 10
    channel = discord.channel("help").id
    for number in range(22):
        await adapter.platform.post(envelope(discord, HELLO, f"key-{number}"), channel)
        await asyncio.sleep(adapter.platform.limits.spacing / 10)
    assert (report.report(discord)["visible"], discord.front.rates.limited) == (22, 0)
    assert adapter.platform.limits.spacing <= 1.03, "nearly as fast as Discord permits"


async def test_everything_that_goes_wrong_at_once_loses_and_doubles_nothing(discord: Discord, adapter: DiscordAdapter) -> None:
    discord.front.faults.chances = Chances(
        lost=0.15, reset=0.1, broken=0.1, late=0.05, late_seconds=0.05, limited=0.1, limited_everywhere=0.02, retry_after=0.02
    )
    channels = [discord.add_channel(f"room-{number}").id for number in range(20)]

    async def deliver(number: int) -> None:
        for _attempt in range(50):
            try:
                await adapter.platform.post(envelope(discord, HELLO, f"key-{number}"), channels[number % 20])
            except Unavailable as error:
                await asyncio.sleep(error.retry_after)
            except Unknown:
                continue
            else:
                return
        raise AssertionError(number)

    await asyncio.gather(*(deliver(number) for number in range(90)))
    counts = report.report(discord)
    assert (counts["visible"], counts["distinct"], counts["early_retries"]) == (90, 90, 0)
    assert min(counts["faults"][kind] for kind in ("lost", "reset", "broken", "limited")) > 3


async def test_many_people_put_in_touch_at_once_meet_no_limit(discord: Discord, adapter: DiscordAdapter) -> None:
    discord.front.rates.enforced = True
    pairs = [(discord.user(f"Ada {number}").id, discord.user(f"Bob {number}").id) for number in range(30)]
    await asyncio.gather(
        *(adapter.platform.connect(envelope(discord, HELLO, f"key-{number}"), pair, "You two") for number, pair in enumerate(pairs))
    )
    counts = report.report(discord)
    assert (counts["private_threads"], counts["visible"], counts["limited"]) == (30, 30, 0)
