"""The outbox worker: takes rows that are due, hands them to their platform, records what became of them."""

from __future__ import annotations

import asyncio
import datetime as dt
import itertools
import random
from typing import TYPE_CHECKING, Final

import structlog

from bot.errors import Unavailable, Undeliverable, Unknown
from bot.ports import Envelope, Reader, Reference

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from bot.ports import Clock, Deliveries, Parcel, Platform

IN_FLIGHT: Final = 32
"""Messages handed to platforms at the same time; one that is slow holds up its own conversation only."""
LEASE: Final = dt.timedelta(minutes=2)
TIMEOUT: Final = 30.0
"""Seconds after which a platform's answer counts as lost."""
ATTEMPTS: Final = 20
"""Then a message is dead. With the backoff below, that is most of a day: a platform may be away for long."""
LONGEST_WAIT: Final = dt.timedelta(hours=2)
POLL: Final = 20.0
"""Seconds between looks at the database when nothing wakes the worker: another process may have left rows."""
AWAY: Final = 5.0
"""Longest pause, in seconds, while the database does not answer: what waits goes on soon after it is back."""
BREATH: Final = 0.02
"""Seconds between two looks while messages are under way, so that a hundred that arrive together cost one look."""

logger = structlog.get_logger(__name__)


def backoff(attempt: int, chance: float) -> dt.timedelta:
    """Return how long to wait after a failed attempt: doubling from 2 s, up to two hours, `chance` in [0, 1) spreads by half."""
    return min(dt.timedelta(seconds=2**attempt), LONGEST_WAIT) * (0.75 + chance / 2)


class Delivery:
    """Delivers the outbox until it is stopped. The store hands out one message of a conversation at a time, in order."""

    def __init__(self, deliveries: Deliveries, platforms: Mapping[str, Platform], clock: Clock, *, seed: int | None = None) -> None:
        self._deliveries = deliveries
        self._platforms = platforms
        self._clock = clock
        self._random = random.Random(seed)  # noqa: S311 - spreads retries, guards nothing
        self._wake = asyncio.Event()
        self._drained = asyncio.Event()
        self._under_way: set[asyncio.Task[None]] = set()
        self._stopping = False

    def wake(self) -> None:
        """Say that something may be due."""
        self._drained.clear()
        self._wake.set()

    async def drained(self) -> None:
        """Wait until nothing that is due is left."""
        await self._drained.wait()

    def stop(self) -> None:
        """Finish what is under way and end `run`."""
        self._stopping = True
        self._wake.set()

    async def run(self) -> None:
        """Deliver until stopped. A database that does not answer is waited for."""
        failures = 0
        while not self._stopping:
            self._wake.clear()
            try:
                pause = 0.0 if await self._take() else await self._pause()
                failures = 0
            except Exception as error:
                failures += 1
                pause = min(2.0**failures / 8, AWAY)
                logger.exception("delivery_failed", exc_info=error)
            if pause:
                await self._rest(pause)
        if self._under_way:
            await asyncio.wait(self._under_way)

    async def _take(self) -> bool:
        """Begin to send what is due, as far as there is room; tell whether there may be more."""
        room = IN_FLIGHT - len(self._under_way)
        if not room:
            await asyncio.wait(self._under_way, return_when=asyncio.FIRST_COMPLETED)
            return True
        parcels = await self._deliveries.claim(self._clock.now(), LEASE, room)
        for parcel in parcels:
            task = asyncio.create_task(self._attempt(parcel))
            self._under_way.add(task)
            task.add_done_callback(self._done)
        if parcels:
            await asyncio.sleep(BREATH)
        return bool(parcels)

    def _done(self, task: asyncio.Task[None]) -> None:
        """Look again: the next of the same conversation may be due now."""
        self._under_way.discard(task)
        self._wake.set()
        if not task.cancelled() and (error := task.exception()) is not None:
            logger.error("outcome_lost", exc_info=error)

    async def _pause(self) -> float:
        """Return the seconds until the next row is due; nothing is due now but what is under way."""
        if self._under_way:
            return POLL
        due = await self._deliveries.next_due()
        if not self._wake.is_set():
            self._drained.set()
        if due is None:
            return POLL
        return min(max((due - self._clock.now()).total_seconds(), 0.05), POLL)

    async def _rest(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._wake.wait()
        except TimeoutError:
            self._drained.clear()
        if self._under_way:
            await asyncio.sleep(BREATH)

    async def _attempt(self, parcel: Parcel) -> None:
        """Make one attempt and record how it ended."""
        facts = {"row": parcel.id, "platform": parcel.platform, "action": parcel.action, "attempt": parcel.attempt}
        try:
            async with asyncio.timeout(TIMEOUT):
                reference = await self._send(parcel)
        except Undeliverable as error:
            reason = error.reason
            logger.warning("undeliverable", reason=reason, **facts)
            await self._record(lambda: self._deliveries.dead(parcel, reason, self._clock.now()))
        except (Unavailable, Unknown, TimeoutError) as error:
            await self._again(parcel, error)
        except Exception as error:
            logger.exception("delivery_bug", exc_info=error, **facts)
            await self._record(lambda: self._deliveries.dead(parcel, "bug", self._clock.now()))
        else:
            logger.debug("delivered", **facts)
            await self._record(lambda: self._deliveries.sent(parcel, reference, self._clock.now()))

    async def _record(self, write: Callable[[], Awaitable[None]]) -> None:
        """Record an outcome, again and again while the database does not take it: what is known must not be asked anew.

        It is given up when the worker stops; the lease then ends, and the attempt counts as unknown.
        """
        for failures in itertools.count(1):
            try:
                await write()
            except Exception as error:
                logger.exception("outcome_not_recorded", failures=failures, exc_info=error)
                if self._stopping:
                    return
                await asyncio.sleep(min(2.0**failures / 16, AWAY))
            else:
                return

    async def _again(self, parcel: Parcel, error: Exception) -> None:
        reason = error.reason if isinstance(error, Unavailable | Unknown) else "timeout"
        if parcel.attempt >= ATTEMPTS:
            logger.warning("exhausted", row=parcel.id, platform=parcel.platform, reason=reason)
            await self._record(lambda: self._deliveries.dead(parcel, reason, self._clock.now()))
            return
        wait = backoff(parcel.attempt, self._random.random())
        if isinstance(error, Unavailable):
            wait = max(wait, dt.timedelta(seconds=error.retry_after))
        logger.info("retry", row=parcel.id, platform=parcel.platform, reason=reason, seconds=round(wait.total_seconds(), 1))
        await self._record(lambda: self._deliveries.retry(parcel, self._clock.now() + wait, reason))

    async def _send(self, parcel: Parcel) -> Reference | None:
        platform = self._platforms.get(parcel.platform)
        if platform is None:
            reason = "not_connected"
            raise Unavailable(reason, retry_after=600)
        envelope = Envelope(parcel.key, parcel.workspace, Reader(parcel.locale, parcel.zone), parcel.card)
        match parcel.action:
            case "post":
                return await platform.post(envelope, parcel.channel, parcel.thread)
            case "direct":
                return await platform.direct(envelope, parcel.accounts[0])
            case "connect":
                return await platform.connect(envelope, parcel.accounts, parcel.title)
            case "update" if parcel.reference is not None:
                await platform.update(envelope, parcel.reference)
            case "remove" if parcel.reference is not None:
                await platform.remove(envelope, parcel.reference)
            case _:
                reason = "not_sent_yet"
                raise Undeliverable(reason)
        return parcel.reference
