"""Bots that are killed or frozen at any moment of a round, on platforms that lose answers and refuse: what came of the messages.

`rampage` is for `make faults`; tests run a cut of it. Each process runs the whole application with both adapters.
"""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tests.emulators.discord.faults import Chances as DiscordChances
from tests.emulators.slack.faults import Chances as SlackChances
from tests.faults import bot
from tests.faults.processes import Nursery
from tests.faults.rounds import left, tally
from tests.faults.stage import on_stage

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.config import Config
    from storage.db import Database
    from tests.faults.processes import Victim
    from tests.faults.rounds import Tally
    from tests.faults.stage import Stage

TWO_PERCENT: Final = 0.02
FEW: Final = 20
"""Of so many members, one must still be written to: else there is nothing to interrupt."""
WITH_WORK: Final = 0.8
LONGEST: Final = 300.0
"""Seconds until what is still to go when the last process was killed must have gone."""


@dataclass(frozen=True, slots=True)
class Rampage:
    """What was seen."""

    kills: int
    freezes: int
    tallies: Mapping[str, Tally]
    lost_answers: int
    refusals: int

    @property
    def lost(self) -> int:
        """Messages that are on no platform, all in all."""
        return sum(each.lost for each in self.tallies.values())

    @property
    def doubled(self) -> int:
        """Messages that are there twice, all in all."""
        return sum(each.doubled for each in self.tallies.values())


async def rampage(url: str, *, processes: int = 1, members: int = 1000, kills: int = 200, freezes: int = 0) -> Rampage:
    """Kill and freeze processes, while they deliver rounds; let one finish the rest."""
    async with on_stage(url, members) as (stage, store), Nursery(bot.__name__) as nursery:
        _go_wrong(stage)
        attack = _Attack(nursery, stage.config(url), store, members // FEW)
        await attack.on(processes, kills, freezes)
        _go_well(stage)
        await nursery.begin(bot.finish, stage.config(url))
        await _finished(store)
        lost = stage.slack.api.faults.happened["lose"] + stage.discord.front.faults.counts["lost"]
        refused = stage.slack.api.pace.refused.total() + stage.discord.front.rates.limited
        return Rampage(kills, freezes, await tally(store, stage.seen()), lost, refused)


def _go_wrong(stage: Stage) -> None:
    """Lose two in a hundred answers, and refuse as many calls for a time."""
    stage.slack.api.faults.chances = SlackChances(lose=TWO_PERCENT, limit=TWO_PERCENT, retry_after=1)
    stage.discord.front.faults.chances = DiscordChances(lost=TWO_PERCENT, limited=TWO_PERCENT, retry_after=0.5)


def _go_well(stage: Stage) -> None:
    """Let nothing go wrong any more: what was lost before has to come all the same."""
    stage.slack.api.faults.chances = SlackChances()
    stage.discord.front.faults.chances = DiscordChances()


async def _finished(store: Database) -> None:
    async with asyncio.timeout(LONGEST):
        while any((await left(store)).values()):  # noqa: ASYNC110 - another process works
            await asyncio.sleep(0.2)


class _Attack:
    """Processes, and what is done to them."""

    def __init__(self, nursery: Nursery, config: Config, store: Database, few: int) -> None:
        self._nursery = nursery
        self._config = config
        self._store = store
        self._few = few
        self._chance = random.Random(7)  # noqa: S311 - not a secret
        self._running: list[Victim] = []
        self._frozen: asyncio.Task[None] | None = None

    async def on(self, processes: int, kills: int, freezes: int) -> None:
        """Do it all; none is left in the end."""
        for _ in range(processes):
            await self._another()
        deeds = [*["kill"] * kills, *["freeze"] * freezes]
        self._chance.shuffle(deeds)
        for deed in deeds:
            await self._wait()
            if deed == "kill":
                await self._take().kill()
                await self._another()
            else:
                await self._thawed()
                self._frozen = asyncio.create_task(self._freeze(self._take()))
        await self._thawed()
        for victim in self._running:
            await victim.kill()

    async def _wait(self) -> None:
        """Wait a moment, four times of five until a platform is busy: the fifth time, a round is often being staged."""
        if self._chance.random() < WITH_WORK:
            async with asyncio.timeout(LONGEST):
                while max((await left(self._store)).values()) < self._few:  # noqa: ASYNC110 - another process works
                    await asyncio.sleep(0.05)
        await asyncio.sleep(self._chance.uniform(0.05, 0.6))

    async def _another(self) -> None:
        self._running.append(await self._nursery.begin(bot.run, self._config))

    def _take(self) -> Victim:
        return self._running.pop(self._chance.randrange(len(self._running)))

    async def _freeze(self, victim: Victim) -> None:
        """Freeze it until its leases are over, and others have taken what it held."""
        victim.freeze()
        await asyncio.sleep(bot.HURRIED.lease * 1.25)
        victim.thaw()
        self._running.append(victim)

    async def _thawed(self) -> None:
        if self._frozen is not None:
            await self._frozen
            self._frozen = None
