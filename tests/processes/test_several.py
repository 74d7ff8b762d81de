"""Several processes on one PostgreSQL: nothing twice, nobody waits for one that stands still, and a restart that nobody notices."""

from __future__ import annotations

import asyncio
import contextlib
import time
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from storage.outbox import OutboxRow, State
from tests.emulators.discord.faults import Chances as DiscordChances
from tests.emulators.slack.faults import Chances as SlackChances
from tests.faults import bot
from tests.faults.processes import Nursery
from tests.faults.resets import stage_directs
from tests.faults.rounds import left
from tests.faults.stage import on_stage
from tests.processes.commands import running, written

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator
    from pathlib import Path

    from storage.db import Database
    from tests.databases import Databases
    from tests.faults.stage import Stage

EACH = 40


@pytest.fixture
def url(databases: Databases) -> Iterator[str]:
    made = databases.make("postgresql")
    yield made
    databases.drop(made)


async def _until(condition: Callable[[], Awaitable[bool]], seconds: float = 30) -> None:
    async with asyncio.timeout(seconds):
        while not await condition():  # noqa: ASYNC110 - what another process does can only be looked at
            await asyncio.sleep(0.05)


async def _stage(store: Database, words: str) -> None:
    for platform in ("slack", "discord"):
        await stage_directs(store, platform, words, EACH)


def _once(stage: Stage, words: str) -> bool:
    """Tell whether each of these messages is there, and there once."""
    wanted = {f"{words}/{number}" for number in range(EACH)}
    return all({text: seen[text] for text in wanted} == dict.fromkeys(wanted, 1) for seen in stage.seen().values())


async def test_two_share_the_work_and_send_nothing_twice(url: str, tmp_path: Path) -> None:
    async with on_stage(url, EACH) as (stage, store), running(written(tmp_path, stage, url), 2) as bots:
        await _stage(store, "hello")

        await _until(lambda: _nothing_left(store))

        assert _once(stage, "hello")
        assert [await bot.stop() for bot in bots] == [0, 0]


async def test_nobody_waits_for_one_that_stands_still_and_it_doubles_nothing_when_it_goes_on(url: str) -> None:
    async with on_stage(url, EACH) as (stage, store), Nursery(bot.__name__) as nursery:
        frozen, _other = [await nursery.begin(bot.deliver, stage.config(url)) for _ in range(2)]
        await _stage(store, "hello")
        await _until(lambda: _some_visible(stage))
        frozen.freeze()

        await _until(lambda: _nothing_left(store))
        assert all(seen.total() == EACH for seen in stage.seen().values()), "the other takes over what it held"
        frozen.thaw()
        await _stage(store, "again")
        await _until(lambda: _nothing_left(store))

        assert _once(stage, "again")
        shown = {platform: seen.total() for platform, seen in stage.seen().items()}
        # Between looking at its lease and the first byte it may stand still too; Slack, other than Discord, takes that one again.
        assert (shown["discord"], 0 <= shown["slack"] - 2 * EACH <= 2) == (2 * EACH, True)


async def test_a_rolling_restart_loses_no_interaction_and_answers_none_twice(url: str, tmp_path: Path) -> None:
    async with on_stage(url, 4) as (stage, _store):
        config = written(tmp_path, stage, url)
        stage.slack.patient = True
        asked: list[int] = []
        over = asyncio.Event()
        async with running(config) as (old,):
            acting = [asyncio.create_task(act(stage, asked, over)) for act in (_ask_on_slack, _ask_on_discord)]
            await asyncio.sleep(0.5)
            async with running(config) as (new,):
                await asyncio.sleep(0.5)
                assert await old.stop() == 0
                await asyncio.sleep(1)
                over.set()
                await asyncio.gather(*acting)
                assert await new.stop() == 0

        assert len(asked) > 10
        assert stage.slack.mistakes == []
        assert [times for times in asked if times != 1] == []


async def test_asked_to_stop_while_a_platform_hangs_it_ends_soon_and_gives_back_what_it_had_not_begun(url: str) -> None:
    async with on_stage(url, EACH) as (stage, store), Nursery(bot.__name__) as nursery:
        stage.slack.api.faults.chances = SlackChances(hang=1.0)
        stage.discord.front.faults.chances = DiscordChances(hang=1.0)
        await _stage(store, "hello")
        hung = await nursery.begin(bot.deliver, stage.config(url))
        await _until(lambda: _hanging(stage))

        began = time.monotonic()
        hung.ask_to_stop()
        status = await hung.ended()
        took = time.monotonic() - began
        async with store.unit(write=False) as unit:
            states = (await unit.connection.execute(select(OutboxRow.state, OutboxRow.uncertain))).all()
        stage.slack.api.faults.forget()
        stage.discord.front.faults.chances = DiscordChances()
        await nursery.begin(bot.deliver, stage.config(url))
        await _until(lambda: _nothing_left(store))

        assert (status, took < 10) == (0, True)
        assert State.SENDING not in {row.state for row in states}
        assert sum(not row.uncertain for row in states) > EACH, "most were never begun"
        assert _once(stage, "hello")


async def _nothing_left(store: Database) -> bool:
    return not any((await left(store)).values())


async def _some_visible(stage: Stage) -> bool:
    return all(stage.seen().values())


async def _hanging(stage: Stage) -> bool:
    return stage.slack.api.faults.happened["hang"] > 0 and stage.discord.front.faults.counts["hang"] > 0


async def _ask_on_slack(stage: Stage, asked: list[int], over: asyncio.Event) -> None:
    """Open the menu again and again; note how many answers came to each."""
    person = stage.people["slack"][0]
    place = stage.slack.workspace.channel("#help").id
    shown = 0
    while not over.is_set():
        await stage.slack.command(person, place, "")
        asked.append(await _more(lambda: len(stage.slack.workspace.visible(person)), shown))
        shown += asked[-1]


async def _ask_on_discord(stage: Stage, asked: list[int], over: asyncio.Event) -> None:
    person = stage.discord.world.users[stage.people["discord"][0]]
    shown = 0
    while not over.is_set():
        await stage.discord.slash(person, "confrere")
        asked.append(await _more(lambda: len(stage.discord.world.visible(person.id)), shown))
        shown += asked[-1]


async def _more(count: Callable[[], int], before: int) -> int:
    """Wait for an answer, and a little for a second one; return how many came."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(5):
            while count() == before:  # noqa: ASYNC110 - the emulator tells of no change
                await asyncio.sleep(0.02)
    await asyncio.sleep(0.1)
    return count() - before
