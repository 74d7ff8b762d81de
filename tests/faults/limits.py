"""Storms of 429 with a long `Retry-After`: nobody comes back early, and the platform has little to refuse."""

from __future__ import annotations

import asyncio
import tempfile
import time
from dataclasses import dataclass
from typing import Final

from benchmarks.result import Result, at_most
from tests.emulators.discord.rates import Storm
from tests.emulators.slack.pace import IN_FLIGHT
from tests.faults import bot
from tests.faults.processes import Nursery
from tests.faults.resets import LONGEST, stage_directs
from tests.faults.rounds import left
from tests.faults.stage import on_stage

INVALID: Final = 100
"""A hundredth of what Discord takes in ten minutes: https://docs.discord.com/developers/topics/rate-limits."""


@dataclass(frozen=True, slots=True)
class Refusals:
    """What was seen. `early`: calls of a message that was told to wait, before that was over; `left`: what is undelivered."""

    early: int
    refused: int
    invalid: int
    left: int


async def storm(url: str, *, members: int = 600, seconds: float = 20.0, retry_after: int = 8) -> Refusals:
    """Refuse everything for a time, while each member is written to; first by bucket, then everywhere."""
    async with on_stage(url, members) as (stage, store), Nursery(bot.__name__) as nursery:
        for platform in ("slack", "discord"):
            await stage_directs(store, platform, "send", members)
        await nursery.begin(bot.deliver, stage.config(url))
        for everywhere in (False, True):
            await asyncio.sleep(2)
            stage.discord.front.rates.storm = Storm(time.monotonic() + seconds / 2, retry_after, 1.0, everywhere)
            stage.slack.control.set(storms=[{"seconds": seconds / 2, "retry_after": retry_after}])
            await asyncio.sleep(seconds / 2)
        ends = time.monotonic() + LONGEST
        while any((await left(store)).values()) and time.monotonic() < ends:  # noqa: ASYNC110 - another process works
            await asyncio.sleep(0.5)
        rates, pace = stage.discord.front.rates, stage.slack.api.pace
        # Opening a conversation carries nothing that tells one call from another: others were on their way.
        calls = [call for call in rates.early if call["nonce"] or retry_after - call["seconds"] > IN_FLIGHT]
        early = len(calls) + len(pace.early)
        refused = rates.limited + pace.refused.total()
        return Refusals(early, refused, rates.invalid_at_most, sum((await left(store)).values()))


def measure() -> list[Result]:
    """Return what came of a storm."""
    with tempfile.TemporaryDirectory() as folder:
        seen = asyncio.run(storm(f"sqlite:///{folder}/confrere.db"))
    return [
        at_most(f"storm of 429: early retries, of {seen.refused} refused", seen.early, "", 0),
        at_most("storm of 429: invalid requests on discord in 10 min", seen.invalid, "", INVALID),
        at_most("storm of 429: undelivered after it", seen.left, "", 0),
    ]
