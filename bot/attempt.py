"""One attempt to deliver one message: handing it to its platform, and what its outcome means for the next one."""

from __future__ import annotations

import asyncio
import datetime as dt
import random
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import structlog

from bot import log
from bot.errors import DeliveryError, Refused, Unavailable, Undeliverable, Unknown
from bot.parcels import Dead, Retry, Return, Sent, Stop
from bot.ports import Envelope, Reader

if TYPE_CHECKING:
    from bot.parcels import Outcome, Parcel
    from bot.ports import Clock, Platform, Reference

ATTEMPTS: Final = 20
"""Then a message is dead. With the backoff below, that is most of a day: a platform may be away for long."""
RATE_LIMITED: Final = "rate_limited"
"""The platform's own word that it was too much, and how long to wait: it says nothing against the message."""
LONGEST_PAUSE: Final = 86_400.0
LONGEST_WAIT: Final = dt.timedelta(hours=2)

logger = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Timing:
    """How long things take, in seconds.

    `lease`: claimed messages belong to a worker for as long; one attempt after it is still within the two minutes for which Discord
    is sure to know a nonce. `timeout`: a platform's answer then counts as lost. `grace`: until what may have arrived is looked for
    and tried again. `poll`: between looks into the database when nothing wakes the worker: another process may have left rows.
    `counted`: between two times that a process says that it delivers. `finish`: for what is being sent when the worker is to stop.
    `gather`: until outcomes are written, while more is at hand.
    """

    lease: float = 45.0
    timeout: float = 25.0
    grace: float = 10.0
    poll: float = 20.0
    counted: float = 5.0
    finish: float = 3.0
    gather: float = 0.5


def backoff(attempt: int, chance: float) -> dt.timedelta:
    """Return how long to wait after a failed attempt: doubling from 2 s, up to two hours, `chance` in [0, 1) spreads by half."""
    return min(dt.timedelta(seconds=2**attempt), LONGEST_WAIT) * (0.75 + chance / 2)


class Attempts:
    """Makes attempts, and says what became of each; raises nothing."""

    def __init__(self, clock: Clock, timing: Timing, seed: int | None = None) -> None:
        self._clock = clock
        self._timing = timing
        self._random = random.Random(seed)  # noqa: S311 - spreads retries, guards nothing
        self._logger = logger.bind()  # else it is put together anew for each message

    async def make(self, parcel: Parcel, platform: Platform, scope: str) -> Outcome:
        """Hand a message over, unless its lease is over. `scope` names its allowance."""
        left = (parcel.until - self._clock.now()).total_seconds()
        if left < min(1.0, self._timing.timeout):
            return Return(parcel)
        try:
            async with asyncio.timeout(min(self._timing.timeout, left)):
                reference = await _hand_over(platform, parcel)
        except asyncio.CancelledError:
            # The worker stops and waits no longer: the next one looks whether it arrived.
            return Retry(parcel, self._clock.now() + dt.timedelta(seconds=self._timing.grace), "stopped", uncertain=True)
        except Exception as error:  # noqa: BLE001 - a bug ends one message, not the worker
            return self._failed(parcel, error, scope)
        self._logger.debug("delivered", **_facts(parcel))
        return Sent(parcel, reference, platform.limits.spacing)

    def _failed(self, parcel: Parcel, error: Exception, scope: str) -> Outcome:
        match error:
            case Undeliverable():
                logger.warning("undeliverable", reason=error.reason, **_facts(parcel))
                return Dead(parcel, error.reason, error.gone)
            case Refused():
                logger.error("workspace_refuses", reason=error.reason, workspace=parcel.workspace, **_facts(parcel))
                return Stop(parcel, error.reason)
            case Unavailable() | Unknown() | TimeoutError():
                return self._again(parcel, error, scope)
            case _:
                reference = log.reference()
                logger.error("delivery_bug", reference=reference, exc_info=error, **_facts(parcel))
                return Dead(parcel, f"bug:{reference}", uncertain=True)

    def _again(self, parcel: Parcel, error: Unavailable | Unknown | TimeoutError, scope: str) -> Outcome:
        reason = error.reason if isinstance(error, DeliveryError) else "timeout"
        asked = _asked(error)
        told = asked > 0 and reason == RATE_LIMITED
        uncertain = not isinstance(error, Unavailable)
        if parcel.attempt >= ATTEMPTS and not told:
            logger.warning("exhausted", reason=reason, **_facts(parcel))
            return Dead(parcel, reason, uncertain=uncertain)
        least = dt.timedelta(seconds=max(asked, self._timing.grace if uncertain else 0.0))
        chance = self._random.random()
        wait = least * (1 + chance / 10) if told else max(backoff(parcel.attempt, chance), least)
        logger.info("retry", reason=reason, seconds=round(wait.total_seconds(), 1), **_facts(parcel))
        now = self._clock.now()
        wide = isinstance(error, Unavailable) and error.wide
        return Retry(parcel, now + wait, reason, uncertain, scope if wide else "", now + least if wide else None, counted=not told)


def _asked(error: Unavailable | Unknown | TimeoutError) -> float:
    """Return for how many seconds an error asks to wait, within a day whatever a platform writes."""
    seconds = error.retry_after if isinstance(error, Unavailable | Unknown) else 0.0
    return min(seconds, LONGEST_PAUSE) if seconds > 0 else 0.0


def _facts(parcel: Parcel) -> dict[str, object]:
    return {"row": parcel.id, "platform": parcel.platform, "action": parcel.action, "attempt": parcel.attempt}


async def _hand_over(platform: Platform, parcel: Parcel) -> Reference | None:
    envelope = Envelope(parcel.key, parcel.workspace, Reader(parcel.locale, parcel.zone), parcel.card, parcel.since, parcel.attempt)
    match parcel.action:
        case "post":
            return await platform.post(envelope, parcel.channel, parcel.thread)
        case "direct":
            return await platform.direct(envelope, parcel.accounts[0], parcel.conversation)
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
