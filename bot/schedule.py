"""What happens by itself: scheduled handlers, each due occurrence claimed and run in one transaction.

The tables are the truth; APScheduler only ticks. This is its only importer.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import random
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol, TypeAlias, cast

import structlog

from bot.context import DueContext, StepContext

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bot.effects import Outgoing
    from bot.feature import Registry, Schedule
    from bot.model import Community
    from bot.ports import Agenda, Clock, Store

TICK: Final = 20
"""Seconds between two looks at what is due, where nothing is known to be due before: for clocks that jump, rules that change."""
SOONEST: Final = dt.timedelta(seconds=2)
LATEST: Final = dt.timedelta(minutes=15)
"""How long a handler that failed rests: an eighth of the time it has been failing for, within these."""
FRUITLESS: Final = 3
"""Looks in a row that find something due, which other processes claim first, before pausing."""
PAUSE: Final = dt.timedelta(milliseconds=200)

_One: TypeAlias = "tuple[Community, Schedule]"

logger = structlog.get_logger(__name__)


class _Ticker(Protocol):
    """What we use of APScheduler, which has no types of its own."""

    def add_job(self, func: Callable[[], None], trigger: str, *, seconds: int) -> object: ...

    def start(self) -> None: ...

    def shutdown(self, *, wait: bool) -> None: ...


def _ticker() -> _Ticker:
    from apscheduler.jobstores.memory import MemoryJobStore  # noqa: PLC0415  # pyright: ignore[reportMissingTypeStubs] - has none
    from apscheduler.schedulers.asyncio import AsyncIOScheduler  # noqa: PLC0415  # pyright: ignore[reportMissingTypeStubs]

    settings = {"coalesce": True, "misfire_grace_time": None, "max_instances": 1}
    return cast("_Ticker", AsyncIOScheduler(timezone="UTC", jobstores={"default": MemoryJobStore()}, job_defaults=settings))


@dataclass(frozen=True, slots=True)
class _Rest:
    """A schedule that fails: since when, and until when it is left alone."""

    since: dt.datetime
    until: dt.datetime


class Scheduler:
    """Runs the features' schedules for every community. Several processes may tick: an occurrence is claimed once."""

    def __init__(
        self, registry: Registry, store: Store, clock: Clock, *, wake: Callable[[], None], seed: int | None = None
    ) -> None:
        self._registry = registry
        self._store = store
        self._clock = clock
        self._wake = wake
        self._random = random.Random(seed)  # noqa: S311 - where to begin, guards nothing
        self._ticker: _Ticker | None = None
        self._task: asyncio.Task[None] | None = None
        self._awake = asyncio.Event()
        self._ticking = asyncio.Lock()
        self._stopping = False
        self._alone = True
        self._nearest: dt.datetime | None = None
        self._rests: dict[tuple[int, str], _Rest] = {}

    def start(self) -> None:
        """Look at what is due, and go on doing so."""
        self._awake.set()
        self._ticker = _ticker()
        self._ticker.add_job(self._awake.set, "interval", seconds=TICK)
        self._ticker.start()
        self._task = asyncio.create_task(self._keep_ticking(), name="schedule")

    async def stop(self) -> None:
        """Stop ticking; an occurrence under way is finished first."""
        self._stopping = True
        if self._ticker is not None:
            self._ticker.shutdown(wait=False)
            self._ticker = None
        if self._task is not None:
            self._awake.set()
            await self._task
            self._task = None
        async with self._ticking:
            pass

    def wake(self) -> None:
        """Say that something is due which was not when it looked last."""
        self._awake.set()

    async def tick(self) -> None:
        """Run everything that is due now."""
        async with self._ticking:
            fruitless = 0
            while not self._stopping and fruitless < FRUITLESS:
                now = self._clock.now()
                agenda = await self._look(now)
                new, changed, due = self._without_resting(agenda, now)
                self._nearest = self._next(agenda)
                if not due and not changed and not new:
                    return
                await self._begin_all(new)
                moved = [await self._run_all(changed), await self._run_all(self._from_somewhere(due), together=True)]
                fruitless = 0 if any(moved) else fruitless + 1
            self._nearest = self._clock.now() + PAUSE

    async def _keep_ticking(self) -> None:
        while not self._stopping:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._awake.wait(), self._patience())
            self._awake.clear()
            try:
                await self.tick()
            except Exception as error:
                logger.exception("schedule_not_read", exc_info=error)
                self._nearest = self._clock.now() + SOONEST

    def _patience(self) -> float | None:
        """Return the seconds until something is due, None where nothing is known to be."""
        return None if self._nearest is None else max(0.0, (self._nearest - self._clock.now()).total_seconds())

    async def _look(self, now: dt.datetime) -> Agenda:
        communities = await self._store.communities()
        async with self._store.unit(write=False) as unit:
            return await self._store.occurrences(unit).look(communities, self._registry.schedules.values(), now)

    def _next(self, agenda: Agenda) -> dt.datetime | None:
        waking = [rest.until for rest in self._rests.values()]
        return min([*waking, agenda.nearest] if agenda.nearest is not None else waking, default=None)

    def _without_resting(self, agenda: Agenda, now: dt.datetime) -> Sequence[list[_One]]:
        """Return what is new, changed and due, without what rests; forget rests that are over and those of what is none of it."""
        every = (agenda.new, agenda.changed, agenda.due)
        keys = {_key(*one) for found in every for one in found}
        over = [key for key, rest in self._rests.items() if not rest.since <= now < rest.until]
        for key in over:
            if key not in keys:
                del self._rests[key]
        return [[one for one in found if _key(*one) not in self._rests or _key(*one) in over] for found in every]

    def _from_somewhere(self, due: list[_One]) -> list[_One]:
        """Return them from another beginning in each process, so that several that are late do not all want the first.

        A process that never met another keeps their order.
        """
        place = self._random.randrange(len(due)) if due and not self._alone else 0
        return due[place:] + due[:place]

    async def _begin_all(self, new: Sequence[_One]) -> None:
        """Begin what was never seen before: each community's in one transaction, or one by one where one of them cannot begin."""
        communities = {community.id: community for community, _schedule in new}
        for number, community in communities.items():
            schedules = [schedule for owner, schedule in new if owner.id == number]
            try:
                await self._begin(community, schedules)
            except Exception as error:
                logger.exception("schedules_not_begun", community=number, exc_info=error)
                for schedule in schedules:
                    await self._begin_alone(community, schedule)

    async def _begin_alone(self, community: Community, schedule: Schedule) -> None:
        try:
            await self._begin(community, [schedule])
        except Exception as error:
            logger.exception("schedule_failed", schedule=schedule.name, community=community.id, exc_info=error)
            self._rest(_key(community, schedule))

    async def _begin(self, community: Community, schedules: Sequence[Schedule]) -> None:
        async with self._store.unit() as unit:
            await self._store.occurrences(unit).begin(community, schedules, self._clock.now())

    async def _run_all(self, wanted: Sequence[_One], *, together: bool = False) -> bool:
        """Run them one by one; tell whether any of them moved on.

        What another process took meanwhile says that it runs the same ones: `together` they get on by looking again, rather than
        by each waiting for its turn to find that all of them are taken.
        """
        moved = False
        for community, schedule in wanted:
            if self._stopping:
                break
            key = _key(community, schedule)
            try:
                stepped = await self._run(community, schedule)
            except Exception as error:
                logger.exception("schedule_failed", schedule=schedule.name, community=community.id, exc_info=error)
                self._rest(key)
            else:
                self._rests.pop(key, None)
                moved |= stepped
                if together and not stepped:
                    self._alone = False
                    break
        return moved

    def _rest(self, key: tuple[int, str]) -> None:
        now = self._clock.now()
        since = min(self._rests[key].since if key in self._rests else now, now)
        self._rests[key] = _Rest(since, now + min(max((now - since) / 8, SOONEST), LATEST))

    async def _run(self, community: Community, schedule: Schedule) -> bool:
        now = self._clock.now()
        outgoing: Sequence[Outgoing] = ()
        async with self._store.unit() as unit:
            taking = await self._store.occurrences(unit).take(community, schedule, now)
            if taking.occurrence is None:
                return taking.moved
            effects: object = (
                None
                if schedule.steps
                else await schedule.handler(DueContext(community, now, unit, taking.occurrence, schedule.key))
            )
            if isinstance(effects, list | tuple):
                outgoing = cast("Sequence[Outgoing]", effects)
            elif effects is not None:
                outgoing = (cast("Outgoing", effects),)
            await unit.outbox.stage(community, outgoing, now)
        if schedule.steps:
            await schedule.handler(StepContext(community, self._clock, self._store, self._wake))
        if outgoing:
            self._wake()
        return True


def _key(community: Community, schedule: Schedule) -> tuple[int, str]:
    return community.id, schedule.name
