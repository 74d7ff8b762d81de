"""Connections that end after the platform took a message: is it there once? On Slack, where history lags, nobody can know."""

from __future__ import annotations

import asyncio
import datetime as dt
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from benchmarks.result import Result, at_most
from bot.effects import Direct
from bot.notices import Notice
from bot.ui import Card
from tests.emulators.discord.faults import Chances as DiscordChances
from tests.emulators.slack.faults import Chances as SlackChances
from tests.faults import bot
from tests.faults.processes import Nursery
from tests.faults.rounds import Crowd, left
from tests.faults.stage import on_stage

if TYPE_CHECKING:
    from collections.abc import Mapping

    from storage.db import Database
    from tests.faults.stage import Stage

RESET: Final = 0.3
LAG: Final = 60.0
"""Seconds that history lags in the last part: more than we wait before we look."""
LONGEST: Final = 240.0


@dataclass(frozen=True, slots=True)
class Resets:
    """What was seen, on each platform; `lagging` is what was there twice on Slack while its history lagged."""

    sends: int
    resets: int
    lost: Mapping[str, int]
    doubled: Mapping[str, int]
    lagging: int


async def resets(url: str, *, sends: int = 10_000, lagging: int = 100) -> Resets:
    """Send half of them on each platform, cutting three of ten off after they were taken; a few more on a Slack that lags."""
    async with on_stage(url, sends // 2) as (stage, store), Nursery(bot.__name__) as nursery:
        _reset(stage, RESET)
        for platform in ("slack", "discord"):
            await stage_directs(store, platform, "send", sends // 2)
        await nursery.begin(bot.finish, stage.config(url))
        await _delivered(stage, store, sends)
        there = stage.seen()
        stage.slack.workspace.history.lag = LAG
        _reset(stage, RESET)
        await stage_directs(store, "slack", "late", lagging)
        await _delivered(stage, store, sends + lagging)
        happened = stage.slack.api.faults.happened["lose"] + stage.discord.front.faults.counts["lost"]
        lost = {platform: sends // 2 - len(texts) for platform, texts in there.items()}
        doubled = {platform: texts.total() - len(texts) for platform, texts in there.items()}
        late = Counter(dict.fromkeys(there["slack"], 0))
        late.update(stage.seen()["slack"] - there["slack"])
        return Resets(sends, happened, lost, doubled, sum(count - 1 for count in late.values() if count > 1))


async def stage_directs(store: Database, platform: str, words: str, count: int) -> None:
    """Have so many members of a platform written to, each once."""
    (community,) = await store.communities()
    async with store.unit() as unit:
        members = await unit.use(Crowd, community).members(platform)
        effects = [
            Direct(member, Card(body=f"{words}/{number}"), notice=Notice.REQUEST) for number, member in enumerate(members[:count])
        ]
        await unit.outbox.stage(community, effects, dt.datetime.now(dt.UTC))


def _reset(stage: Stage, chance: float) -> None:
    stage.slack.api.faults.chances = SlackChances(lose=chance, methods=("chat.postMessage",))
    stage.discord.front.faults.chances = DiscordChances(lost=chance, only=r"POST /channels/\d+/messages")


async def _delivered(stage: Stage, store: Database, messages: int) -> None:
    """Wait until all is delivered. Once each message arrived, nothing goes wrong any more: the pauses would double for minutes."""
    ends = time.monotonic() + LONGEST
    while any((await left(store)).values()) and time.monotonic() < ends:
        if sum(map(len, stage.seen().values())) >= messages:
            _reset(stage, 0.0)
        await asyncio.sleep(0.5)


def measure() -> list[Result]:
    """Return what came of ten thousand."""
    with tempfile.TemporaryDirectory() as folder:
        seen = asyncio.run(resets(f"sqlite:///{folder}/confrere.db"))
    about = f"resets: {seen.sends:,} sends, {seen.resets:,} answers lost"
    return [
        at_most(f"{about}: never visible", sum(seen.lost.values()), "", 0),
        at_most(f"{about}: twice on discord", seen.doubled["discord"], "", 0),
        at_most(f"{about}: twice on slack", seen.doubled["slack"], "", 0),
        Result(
            name="resets: twice on slack while its history lagged",
            value=seen.lagging,
            unit="",
            goal="≥ 1: it did lag",
            holds=seen.lagging >= 1,
        ),
    ]
