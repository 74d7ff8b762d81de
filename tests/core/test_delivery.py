"""The outbox worker, on a queue in memory: what is lost is tried again, what cannot be sent is told, nothing is sent late twice."""

from __future__ import annotations

import asyncio
import datetime as dt
from dataclasses import dataclass, field

import msgspec
import pytest

from bot.clock import MovableClock
from bot.delivery import ATTEMPTS, Delivery, backoff
from bot.errors import Unavailable, Undeliverable, Unknown
from bot.ports import Envelope, Parcel, Reference
from bot.ui import Card

NOON = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)


def parcel(number: int, action: str = "post", channel: str = "help", **more: object) -> Parcel:
    base = {"id": number, "key": f"k{number}", "platform": "listening", "workspace": "w", "action": action, "card": Card(body="x")}
    return Parcel(**base, locale="en", zone="UTC", attempt=1, channel=channel, **more)  # type: ignore[arg-type]


@dataclass
class Queue:
    """Rows in memory, with the fate of each."""

    rows: list[tuple[dt.datetime, Parcel]] = field(default_factory=list)
    fate: dict[int, object] = field(default_factory=dict)
    broken: int = 0
    forgetful: int = 0

    async def claim(self, now: dt.datetime, lease: dt.timedelta, limit: int) -> list[Parcel]:
        del lease
        if self.broken:
            self.broken -= 1
            raise OSError("the database is away")
        due = [row for row in self.rows if row[0] <= now][:limit]
        self.rows = [row for row in self.rows if row not in due]
        return [row for _at, row in due]

    async def sent(self, parcel: Parcel, reference: Reference | None, now: dt.datetime) -> None:
        del now
        if self.forgetful:
            self.forgetful -= 1
            raise OSError("the database is away")
        self.fate[parcel.id] = reference

    async def retry(self, parcel: Parcel, at: dt.datetime, reason: str) -> None:
        self.fate[parcel.id] = (reason, at)

    async def dead(self, parcel: Parcel, reason: str, now: dt.datetime) -> None:
        del now
        self.fate[parcel.id] = reason

    async def next_due(self) -> dt.datetime | None:
        return min((at for at, _row in self.rows), default=None)


@dataclass
class ListeningPlatform:
    """Takes every message, or fails as told by channel."""

    failures: dict[str, Exception] = field(default_factory=dict)
    heard: list[str] = field(default_factory=list)

    async def post(self, envelope: Envelope, channel: str, thread: str = "") -> Reference:
        del thread
        await asyncio.sleep(0)
        if channel in self.failures:
            raise self.failures[channel]
        self.heard.append(f"post {channel} {envelope.key}")
        return Reference(channel, envelope.key)

    async def direct(self, envelope: Envelope, account: str) -> Reference:
        self.heard.append(f"direct {account} {envelope.key}")
        return Reference("dm", envelope.key)

    async def connect(self, envelope: Envelope, accounts: object, title: str) -> Reference:
        self.heard.append(f"connect {accounts} {title}")
        return Reference("group", envelope.key)

    async def update(self, envelope: Envelope, reference: Reference) -> None:
        self.heard.append(f"update {reference.message} {envelope.key}")

    async def remove(self, envelope: Envelope, reference: Reference) -> None:
        del envelope
        self.heard.append(f"remove {reference.message}")


@dataclass
class SlowPlatform(ListeningPlatform):
    """Takes a message for the channel `slow` only when told to; says when 58 others were taken."""

    slow: asyncio.Event = field(default_factory=asyncio.Event)
    begun: asyncio.Event = field(default_factory=asyncio.Event)
    quick: asyncio.Event = field(default_factory=asyncio.Event)

    async def post(self, envelope: Envelope, channel: str, thread: str = "") -> Reference:
        if channel == "slow":
            self.begun.set()
            await self.slow.wait()
        reference = await super().post(envelope, channel, thread)
        if len(self.heard) >= 58:
            self.quick.set()
        return reference


async def deliver(queue: Queue, platform: ListeningPlatform) -> None:
    worker = Delivery(queue, {"listening": platform}, MovableClock(NOON), seed=1)
    running = asyncio.create_task(worker.run())
    worker.wake()
    await asyncio.wait_for(worker.drained(), 10)
    worker.stop()
    await running


async def test_each_kind_of_message_reaches_its_platform() -> None:
    queue, platform = Queue(), ListeningPlatform()
    there = Reference("help", "m1")
    queue.rows = [
        (NOON, parcel(1)),
        (NOON, parcel(2, "direct", "", accounts=("U1",))),
        (NOON, parcel(3, "connect", "", accounts=("U1", "U2"), title="Ada and Grace")),
        (NOON, parcel(4, "update", "", reference=there)),
        (NOON, parcel(5, "remove", "", reference=there)),
    ]
    await deliver(queue, platform)
    assert sorted(platform.heard) == [
        "connect ('U1', 'U2') Ada and Grace",
        "direct U1 k2",
        "post help k1",
        "remove m1",
        "update m1 k4",
    ]
    assert queue.fate == {1: Reference("help", "k1"), 2: Reference("dm", "k2"), 3: Reference("group", "k3"), 4: there, 5: there}


async def test_messages_of_one_channel_keep_their_order() -> None:
    queue, platform = Queue(), ListeningPlatform()
    queue.rows = [(NOON, parcel(number)) for number in range(100)]
    await deliver(queue, platform)
    assert platform.heard == [f"post help k{number}" for number in range(100)]


@pytest.mark.parametrize(
    ("failure", "reason", "least"),
    [
        (Unknown("reset"), "reset", 1.5),
        (Unavailable("ratelimited", retry_after=30), "ratelimited", 30),
        (Unavailable("away"), "away", 1.5),
    ],
)
async def test_what_failed_for_now_is_tried_again_later(failure: Exception, reason: str, least: float) -> None:
    queue, platform = Queue(), ListeningPlatform({"help": failure})
    queue.rows = [(NOON, parcel(1)), (NOON, parcel(2, channel="other"))]
    await deliver(queue, platform)
    fate = queue.fate[1]
    assert isinstance(fate, tuple)
    assert fate[0] == reason
    assert least <= (fate[1] - NOON).total_seconds() <= least * 2 + 2
    assert queue.fate[2] == Reference("other", "k2")


async def test_what_cannot_be_delivered_is_dead_with_its_reason() -> None:
    queue, platform = Queue(), ListeningPlatform({"help": Undeliverable("channel_gone"), "bug": RuntimeError("bug")})
    queue.rows = [(NOON, parcel(1)), (NOON, parcel(2, channel="bug"))]
    await deliver(queue, platform)
    assert queue.fate == {1: "channel_gone", 2: "bug"}


async def test_trying_ends_one_day() -> None:
    queue, platform = Queue(), ListeningPlatform({"help": Unknown("reset")})
    last = parcel(1)
    queue.rows = [(NOON, msgspec.structs.replace(last, attempt=ATTEMPTS))]
    await deliver(queue, platform)
    assert queue.fate == {1: "reset"}


async def test_a_database_that_is_away_is_waited_for() -> None:
    queue, platform = Queue(broken=1), ListeningPlatform()
    queue.rows = [(NOON, parcel(1))]
    await deliver(queue, platform)
    assert queue.fate == {1: Reference("help", "k1")}


async def test_a_platform_that_is_busy_again_and_again_is_given_time() -> None:
    queue, platform = Queue(), ListeningPlatform({"help": Unavailable("ratelimited", retry_after=1)})
    queue.rows = [(NOON, msgspec.structs.replace(parcel(1), attempt=10))]
    await deliver(queue, platform)
    fate = queue.fate[1]
    assert isinstance(fate, tuple)
    assert fate[1] - NOON > dt.timedelta(minutes=10)


def test_a_platform_may_be_away_for_most_of_a_day() -> None:
    tried_for = sum((backoff(attempt, 0.5) for attempt in range(1, ATTEMPTS)), dt.timedelta())
    assert dt.timedelta(hours=12) < tried_for < dt.timedelta(hours=24)


async def test_an_outcome_is_recorded_even_where_the_database_was_away_and_nothing_is_sent_again() -> None:
    queue, platform = Queue(forgetful=2), ListeningPlatform()
    queue.rows = [(NOON, parcel(1))]
    await deliver(queue, platform)
    assert queue.fate == {1: Reference("help", "k1")}
    assert platform.heard == ["post help k1"]


async def test_a_slow_message_holds_up_no_other_conversation() -> None:
    queue, platform = Queue(), SlowPlatform()
    queue.rows = [(NOON, parcel(1, channel="slow")), *((NOON, parcel(number, channel="quick")) for number in range(2, 60))]
    worker = Delivery(queue, {"listening": platform}, MovableClock(NOON), seed=1)
    running = asyncio.create_task(worker.run())
    async with asyncio.timeout(10):
        await platform.quick.wait()
    assert 1 not in queue.fate
    platform.slow.set()
    async with asyncio.timeout(10):
        await worker.drained()
    assert len(queue.fate) == 59
    worker.stop()
    await running


async def test_stopping_waits_for_what_is_being_sent() -> None:
    queue, platform = Queue(), SlowPlatform()
    queue.rows = [(NOON, parcel(1, channel="slow")), (NOON, parcel(2, channel="last"))]
    worker = Delivery(queue, {"listening": platform}, MovableClock(NOON), seed=1)
    running = asyncio.create_task(worker.run())
    async with asyncio.timeout(10):
        await platform.begun.wait()
    worker.stop()
    platform.slow.set()
    await asyncio.wait_for(running, 10)
    assert queue.fate[1] == Reference("slow", "k1")


def test_waiting_doubles_and_is_bounded() -> None:
    waits = [backoff(attempt, 0.5).total_seconds() for attempt in range(1, 15)]
    assert waits[:3] == [2, 4, 8]
    assert waits[-1] == 7200
