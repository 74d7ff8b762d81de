"""The outbox worker: takes rows that are due, hands them to their platform as fast as it permits, records what became of them.

Each allowance (of a platform, or of one workspace) has a gate. Looking claims a little more than may go at once, settling writes
outcomes together; in between, messages leave one by one, what answers somebody first.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import math
import random
import secrets
from collections import OrderedDict
from typing import TYPE_CHECKING, Final

import structlog

from bot.attempt import Attempts, Timing
from bot.pace import ROOM, Gate
from bot.parcels import Retry, Return, Sent, Share

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.parcels import Deliveries, Outcome, Parcel, Waiting
    from bot.ports import Clock, Platform

AWAY: Final = 5.0
"""Longest pause, in seconds, while the database does not answer: what waits goes on soon after it is back."""
BREATH: Final = 0.02
"""Seconds between two looks while messages are under way, so that a hundred that arrive together cost one look."""
UNSEEN: Final = 3
"""After so many times that it could not say that it delivers, others have taken its part of what platforms permit."""
URGENT: Final = 8
"""Messages that answer somebody, taken from a workspace although enough of it is at hand: they overtake what is."""
SHORT: Final = 5.0
"""A pause that a platform asks for, in seconds, up to which what is at hand stays there."""

logger = structlog.get_logger(__name__)


class Delivery:
    """Delivers the outbox until it is stopped. The store hands out one message of a conversation at a time, in order."""

    def __init__(
        self,
        deliveries: Deliveries,
        platforms: Mapping[str, Platform],
        clock: Clock,
        *,
        seed: int | None = None,
        timing: Timing | None = None,
    ) -> None:
        self._deliveries = deliveries
        self._platforms = platforms
        self._clock = clock
        self._timing = timing or Timing()
        self._attempts = Attempts(clock, self._timing, seed)
        self._random = random.Random(seed)  # noqa: S311 - whose turn it is, guards nothing
        self._name = secrets.token_hex(8)
        self._processes = 1
        self._counted = -math.inf
        self._shut = 0.0
        self._gates: dict[str, Gate] = {}
        self._pumps: dict[str, asyncio.Task[None]] = {}
        self._lanes: OrderedDict[str, float] = OrderedDict()
        self._resting: dict[int, tuple[asyncio.TimerHandle, Parcel]] = {}
        self._wake = asyncio.Event()
        self._drained = asyncio.Event()
        self._ended = asyncio.Event()
        self._under_way: set[asyncio.Task[None]] = set()
        self._outcomes: list[Outcome] = []
        self._writing = False
        self._stopping = False

    def wake(self) -> None:
        """Say that something may be due."""
        self._drained.clear()
        self._wake.set()

    async def drained(self) -> None:
        """Wait until nothing that is due is left."""
        await self._drained.wait()

    def stop(self) -> None:
        """Give back what was not begun, finish what is under way and end `run`, within a few seconds."""
        self._stopping = True
        self._wake.set()

    async def run(self) -> None:
        """Deliver until stopped. A database that does not answer is waited for."""
        await self._count()
        settling = asyncio.create_task(self._keep_settling(), name="settling")
        counting = asyncio.create_task(self._keep_counted(), name="counting")
        failures = 0
        while not self._stopping:
            self._wake.clear()
            try:
                pause = await self._look()
                failures = 0
            except Exception as error:
                failures += 1
                pause = min(2.0**failures / 8, AWAY)
                logger.exception("delivery_failed", exc_info=error)
            if pause and not self._stopping:
                await self._rest(pause)
        await self._finish(settling)
        counting.cancel()
        await asyncio.gather(counting, return_exceptions=True)

    # ------------------------------------------------------------ looking

    async def _look(self) -> float:
        """Claim what may go soon; return the seconds until the next look, unless something wakes the worker before."""
        now = self._clock.now()
        waiting = await self._deliveries.waiting(now)
        shares = self._shares(waiting, now)
        parcels = await self._deliveries.claim(now, dt.timedelta(seconds=self._timing.lease), shares) if shares else ()
        if parcels:
            self._begin(parcels)
            return self._timing.poll
        if self._busy():
            return BREATH if shares else self._timing.poll
        due = await self._deliveries.next_due(now)
        pauses = [until for each in waiting if (until := _paused(each)) is not None and until > now]
        if not self._wake.is_set() and not self._busy() and not shares:
            self._drained.set()
        if shares:  # all that was looked at was put off; behind it more may be due
            return BREATH
        nearest = min([*pauses, due] if due is not None else pauses, default=None)
        if nearest is None:
            return self._timing.poll
        return min(max((nearest - self._clock.now()).total_seconds(), BREATH), self._timing.poll)

    def _shares(self, waiting: Sequence[Waiting], now: dt.datetime) -> list[Share]:
        """Return how much to take from each workspace: an equal part of the room that its gate has."""
        groups: dict[str, list[Waiting]] = {}
        for each in waiting:
            paused = _paused(each)
            if each.platform in self._platforms and (paused is None or paused <= now):
                groups.setdefault(self._scope(each.platform, each.external_id), []).append(each)
        shares: list[Share] = []
        for scope, workspaces in groups.items():
            gate = self._gate(scope, workspaces[0].platform)
            room = gate.at_hand - len(gate) if gate.low else 0
            offset = self._random.randrange(len(workspaces))
            for number, each in enumerate((*workspaces[offset:], *workspaces[:offset])):
                fair = -(-room // (len(workspaces) - number))
                if fair > 0:
                    shares.append(Share(each.workspace, fair))
                    room -= fair
                elif each.soon and len(gate) < gate.at_hand + ROOM:
                    shares.append(Share(each.workspace, URGENT, soon=True))
        return shares

    def _scope(self, platform: str, workspace: str) -> str:
        return platform if self._platforms[platform].limits.shared else f"{platform}:{workspace}"

    def _gate(self, scope: str, platform: str) -> Gate:
        if scope not in self._gates:
            self._gates[scope] = Gate(self._platforms[platform].limits.per_second, self._processes)
            self._shut_for_others(self._gates[scope])
        return self._gates[scope]

    def _busy(self) -> bool:
        at_hand = self._resting or any(map(len, self._gates.values()))
        return bool(self._under_way or self._outcomes or self._writing or at_hand)

    async def _rest(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._wake.wait()
        except TimeoutError:
            self._drained.clear()
        if self._under_way:
            await asyncio.sleep(BREATH)

    # ------------------------------------------------------------ sending

    def _begin(self, parcels: Sequence[Parcel]) -> None:
        """Put what was claimed at its gates."""
        at: dict[str, list[Parcel]] = {}
        for parcel in parcels:
            at.setdefault(self._scope(parcel.platform, parcel.workspace), []).append(parcel)
        for scope, mine in at.items():
            self._put(scope, mine)

    def _put(self, scope: str, parcels: list[Parcel]) -> None:
        if self._stopping:
            self._settle(*(Return(parcel) for parcel in parcels))
            return
        self._gates[scope].put(parcels)
        if scope not in self._pumps:
            self._pumps[scope] = asyncio.create_task(self._pump(scope), name=f"gate {scope}")
            self._pumps[scope].add_done_callback(self._report)

    async def _pump(self, scope: str) -> None:
        """Let what is at a gate through, as it opens."""
        gate, loop = self._gates[scope], asyncio.get_running_loop()
        try:
            while len(gate) and not self._stopping:
                parcel = gate.take(loop.time())
                if parcel is None:
                    await gate.wait(loop.time())
                elif (free := self._free(parcel.lane, loop.time())) > 0:
                    self._resting[parcel.id] = loop.call_later(free, self._rested, scope, parcel.id), parcel
                else:
                    self._start(scope, gate, parcel)
                if len(gate) in {0, gate.at_hand // 2}:
                    self._wake.set()
        finally:
            del self._pumps[scope]
            self._wake.set()

    def _rested(self, scope: str, row: int) -> None:
        self._put(scope, [self._resting.pop(row)[1]])

    def _start(self, scope: str, gate: Gate, parcel: Parcel) -> None:
        call = gate.begin(asyncio.get_running_loop().time())
        task = asyncio.create_task(self._attempt(scope, gate, call, parcel))
        self._under_way.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._under_way.discard(task)
        self._report(task)

    def _report(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and (error := task.exception()) is not None:
            logger.error("delivery_task_failed", exc_info=error)

    async def _attempt(self, scope: str, gate: Gate, call: list[float], parcel: Parcel) -> None:
        """Make one attempt and say how it ended."""
        loop = asyncio.get_running_loop()
        try:
            outcome = await self._attempts.make(parcel, self._platforms[parcel.platform], scope)
        finally:
            gate.end(call, loop.time())
        if isinstance(outcome, Sent) and outcome.spacing:
            self._lanes[parcel.lane] = loop.time() + outcome.spacing
        if isinstance(outcome, Retry) and outcome.pause and outcome.until is not None:
            self._hold(gate, (outcome.until - self._clock.now()).total_seconds())
        self._settle(outcome)

    def _hold(self, gate: Gate, seconds: float) -> None:
        """Send nothing through a gate for a time; where that is long, what is at hand is given back."""
        gate.pause(asyncio.get_running_loop().time() + seconds)
        if seconds > SHORT:
            self._settle(*(Return(parcel) for parcel in gate.empty()))

    def _free(self, lane: str, now: float) -> float:
        """Return the seconds until a conversation takes the next message."""
        while self._lanes and next(iter(self._lanes.values())) <= now:
            self._lanes.popitem(last=False)
        return self._lanes.get(lane, now) - now

    # ------------------------------------------------------------ settling

    def _settle(self, *outcomes: Outcome) -> None:
        self._outcomes += outcomes
        self._ended.set()

    async def _keep_settling(self) -> None:
        """Write outcomes; while more is at hand, some at once."""
        while not (self._stopping and not self._outcomes and not self._under_way):
            await self._ended.wait()
            self._ended.clear()
            while self._outcomes:
                if any(gate.paced and len(gate) for gate in self._gates.values()) and not self._stopping:
                    await asyncio.sleep(self._timing.gather)
                outcomes, self._outcomes = self._outcomes, []
                self._writing = True
                try:
                    await self._record(outcomes)
                finally:
                    self._writing = False
                if any(gate.low for gate in self._gates.values()):
                    self._wake.set()

    async def _record(self, outcomes: Sequence[Outcome]) -> None:
        """Record outcomes, again and again while the database does not take them: what is known must not be asked anew.

        They are given up when the worker stops; the lease then ends, and the attempts count as unknown.
        """
        failures = 0
        while True:
            try:
                await self._deliveries.settle(outcomes, self._clock.now())
            except Exception as error:
                failures += 1
                logger.exception("outcome_not_recorded", failures=failures, exc_info=error)
                await asyncio.sleep(min(2.0**failures / 16, AWAY))
            else:
                return

    async def _keep_counted(self) -> None:
        """Say that this process delivers, so that all together keep within what platforms permit."""
        while True:
            await asyncio.sleep(self._timing.counted)
            await self._count()

    async def _count(self) -> None:
        now = asyncio.get_running_loop().time()
        try:
            processes = await self._deliveries.processes(self._name, self._clock.now())
        except Exception as error:  # noqa: BLE001 - what it was before goes on being true for a while
            logger.warning("process_not_counted", error=type(error).__name__)
            return
        unseen = now - self._counted > UNSEEN * self._timing.counted
        self._counted = now
        if processes > 1 and unseen:
            # The others learn of it the next time they count; until then all of the allowance is theirs.
            self._shut = now + self._timing.counted
        self._processes = processes
        for gate in self._gates.values():
            gate.share(processes)
            self._shut_for_others(gate)

    def _shut_for_others(self, gate: Gate) -> None:
        if gate.paced:  # of an allowance without limit, nobody takes anything from anybody
            gate.pause(self._shut)

    async def _finish(self, settling: asyncio.Task[None]) -> None:
        """Give back what was not begun; wait a little for what is under way, and leave the rest to whoever comes next."""
        for handle, parcel in self._resting.values():
            handle.cancel()
            self._settle(Return(parcel))
        for gate in self._gates.values():
            self._settle(*(Return(parcel) for parcel in gate.empty()))
        for pump in list(self._pumps.values()):
            pump.cancel()
        if self._under_way:
            await asyncio.wait(set(self._under_way), timeout=self._timing.finish)
        for task in set(self._under_way):
            task.cancel()
        if self._under_way:
            await asyncio.wait(set(self._under_way))
        self._ended.set()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(settling, self._timing.finish / 2)
        with contextlib.suppress(Exception):
            async with asyncio.timeout(self._timing.finish / 4):
                await self._deliveries.processes(self._name, self._clock.now(), ends=True)


def _paused(waiting: Waiting) -> dt.datetime | None:
    """Return until when the platform asked for patience, with the workspace or with all."""
    return max((until for until in (waiting.paused, waiting.paused_together) if until is not None), default=None)
