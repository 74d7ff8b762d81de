"""The outbox worker, on a queue in memory: what is lost is tried again, what cannot be sent is told, nothing is sent late twice."""

from __future__ import annotations

import asyncio
import datetime as dt
import itertools
import math
import re
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field

import msgspec
import pytest

from bot.attempt import ATTEMPTS, Timing, backoff
from bot.clock import MovableClock
from bot.delivery import Delivery
from bot.errors import Refused, Unavailable, Undeliverable, Unknown
from bot.parcels import Dead, Outcome, Parcel, Retry, Return, Sent, Share, Stop, Waiting
from bot.ports import Envelope, Limits, Reference
from bot.ui import Card

NOON = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)


def parcel(number: int, action: str = "post", channel: str = "help", **more: object) -> Parcel:
    base = {"id": number, "key": f"k{number}", "platform": "listening", "workspace": "w", "action": action, "card": Card(body="x")}
    base |= {"lane": f"1#{channel or number}", "workspace_id": 1, "priority": 0, "until": NOON + dt.timedelta(minutes=1)}
    return Parcel(**{"locale": "en", "zone": "UTC", "attempt": 1, "channel": channel, **base, **more})  # type: ignore[arg-type]


@dataclass
class Queue:
    """Rows in memory, one of each conversation at a time, with the fate of each."""

    rows: list[tuple[dt.datetime, Parcel]] = field(default_factory=list)
    fate: dict[int, object] = field(default_factory=dict)
    outcomes: list[Outcome] = field(default_factory=list)
    others: int = 0
    broken: int = 0
    forgetful: int = 0
    leased: dict[str, Parcel] = field(default_factory=dict)
    settled: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def until(self, come: Callable[[list[Outcome]], bool]) -> None:
        """Wait for outcomes."""
        async with asyncio.timeout(5), self.settled:
            await self.settled.wait_for(lambda: come(self.outcomes))

    async def waiting(self, now: dt.datetime) -> list[Waiting]:
        if self.broken:
            self.broken -= 1
            raise OSError("the database is away")
        due = self._due(now)
        found = {each.workspace_id: each for each in due}
        return [
            Waiting(
                number,
                each.platform,
                each.workspace,
                soon=any(one.priority == 0 for one in due if one.workspace_id == number),
                bulk=any(one.priority == 1 for one in due if one.workspace_id == number),
            )
            for number, each in found.items()
        ]

    def _due(self, now: dt.datetime) -> list[Parcel]:
        first: dict[str, Parcel] = {}
        for at, each in sorted(self.rows, key=lambda row: (row[1].priority, row[1].id)):
            if at <= now and each.lane not in self.leased:
                first.setdefault(each.lane, each)
        return list(first.values())

    async def claim(self, now: dt.datetime, lease: dt.timedelta, shares: Sequence[Share]) -> list[Parcel]:
        del lease
        claimed: list[Parcel] = []
        for share in shares:
            mine = [each for each in self._due(now) if each.workspace_id == share.workspace]
            claimed += [each for each in mine if each.priority == 0 or not share.soon][: share.most]
        self.rows = [row for row in self.rows if row[1] not in claimed]
        self.leased |= {each.lane: each for each in claimed}
        return claimed

    async def settle(self, outcomes: Sequence[Outcome], now: dt.datetime) -> None:
        if self.forgetful:
            self.forgetful -= 1
            raise OSError("the database is away")
        self.outcomes += outcomes
        for outcome in outcomes:
            self.leased.pop(outcome.parcel.lane, None)
            match outcome:
                case Sent():
                    self.fate[outcome.parcel.id] = outcome.reference
                case Retry():
                    self.fate[outcome.parcel.id] = (outcome.reason, outcome.at)
                case Dead() | Stop():
                    self.fate[outcome.parcel.id] = outcome.reason
                case Return():
                    self.rows.append((now, outcome.parcel))
        async with self.settled:
            self.settled.notify_all()

    async def next_due(self, now: dt.datetime) -> dt.datetime | None:
        return min((at for at, _row in self.rows if at > now), default=None)

    async def processes(self, name: str, now: dt.datetime, *, ends: bool = False) -> int:
        del name, now, ends
        return 1 + self.others


@dataclass
class ListeningPlatform:
    """Takes every message, or fails as told by channel."""

    failures: dict[str, Exception] = field(default_factory=dict)
    heard: list[str] = field(default_factory=list)
    limits: Limits = field(default_factory=lambda: Limits(math.inf))
    since: dict[str, dt.datetime | None] = field(default_factory=dict)
    when: list[float] = field(default_factory=list)

    async def post(self, envelope: Envelope, channel: str, thread: str = "") -> Reference:
        del thread
        await asyncio.sleep(0)
        if channel in self.failures:
            raise self.failures[channel]
        self.heard.append(f"post {channel} {envelope.key}")
        self.since[envelope.key] = envelope.since
        self.when.append(asyncio.get_running_loop().time())
        return Reference(channel, envelope.key)

    async def direct(self, envelope: Envelope, account: str, channel: str = "") -> Reference:
        del channel
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


@dataclass
class NightQueue(Queue):
    """Puts what it looks at first off until the morning."""

    late: list[tuple[dt.datetime, Parcel]] = field(default_factory=list)

    async def claim(self, now: dt.datetime, lease: dt.timedelta, shares: Sequence[Share]) -> list[Parcel]:
        if self.late:
            self.rows = [row for row in self.rows if row not in self.late]
            self.rows += [(now + dt.timedelta(hours=9), each) for _at, each in self.late]
            self.late = []
            return []
        return await super().claim(now, lease, shares)


async def test_behind_what_is_put_off_the_next_one_goes_at_once() -> None:
    queue, platform = NightQueue(), ListeningPlatform()
    queue.rows = [(NOON, parcel(1)), (NOON, parcel(2, channel="other"))]
    queue.late = queue.rows[:1]
    await deliver(queue, platform)
    assert platform.heard == ["post other k2"]


async def test_messages_of_one_channel_keep_their_order() -> None:
    queue, platform = Queue(), ListeningPlatform()
    queue.rows = [(NOON, parcel(number)) for number in range(100)]
    await deliver(queue, platform)
    assert platform.heard == [f"post help k{number}" for number in range(100)]


@pytest.mark.parametrize(
    ("failure", "reason", "least"),
    [
        (Unknown("reset"), "reset", 10),
        (Unknown("rate_limited", retry_after=30), "rate_limited", 30),
        (Unavailable("rate_limited", retry_after=30), "rate_limited", 30),
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
    bug = str(queue.fate.pop(2))
    assert queue.fate == {1: "channel_gone"}
    assert re.fullmatch(r"bug:[0-9a-f]{8}", bug), "the log says more under this reference"


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


async def test_a_platform_that_is_away_again_and_again_is_given_time() -> None:
    """How long is our own guess, not its word."""
    queue, platform = Queue(), ListeningPlatform({"help": Unavailable("not_connected", retry_after=5)})
    queue.rows = [(NOON, parcel(1, attempt=10))]
    await deliver(queue, platform)
    (outcome,) = queue.outcomes
    assert isinstance(outcome, Retry)
    assert outcome.counted
    assert outcome.at - NOON > dt.timedelta(minutes=10)


@pytest.mark.parametrize("seconds", [math.inf, 1e13, -5.0, math.nan])
async def test_no_answer_of_a_platform_breaks_the_worker(seconds: float) -> None:
    queue, platform = Queue(), ListeningPlatform({"help": Unavailable("rate_limited", retry_after=seconds, wide=True)})
    queue.rows = [(NOON, parcel(1))]
    await deliver(queue, platform)
    (outcome,) = queue.outcomes
    assert isinstance(outcome, Retry)
    assert NOON < outcome.at <= NOON + dt.timedelta(hours=27)


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


async def working(queue: Queue, platform: ListeningPlatform, timing: Timing | None = None) -> AsyncIterator[Delivery]:
    worker = Delivery(queue, {"listening": platform}, MovableClock(NOON), seed=1, timing=timing)
    running = asyncio.create_task(worker.run())
    yield worker
    worker.stop()
    async with asyncio.timeout(5):
        await running


@dataclass
class HangingPlatform(ListeningPlatform):
    """Never answers; says when a message was begun, and that it was told to let go of it."""

    begun: asyncio.Event = field(default_factory=asyncio.Event)
    abandoned: bool = False

    async def post(self, envelope: Envelope, channel: str, thread: str = "") -> Reference:
        self.begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            self.abandoned = True
        raise AssertionError(envelope, channel, thread)


async def test_stopping_gives_back_what_was_not_begun_and_leaves_the_rest_to_be_looked_for() -> None:
    queue, platform = Queue(), HangingPlatform(limits=Limits(1))
    queue.rows = [(NOON, parcel(number, channel=f"c{number}")) for number in range(4)]
    async for _worker in working(queue, platform, Timing(finish=0.2, gather=0.01)):
        async with asyncio.timeout(5):
            await platform.begun.wait()
    given_back = sorted(outcome.parcel.id for outcome in queue.outcomes if isinstance(outcome, Return))
    unknown = [outcome for outcome in queue.outcomes if isinstance(outcome, Retry)]
    assert platform.abandoned
    assert [(outcome.parcel.id, outcome.uncertain, outcome.reason) for outcome in unknown] == [(0, True, "stopped")]
    assert given_back == [1, 2, 3]


async def test_a_message_whose_lease_is_over_is_not_sent() -> None:
    """The process was stopped for a while: another one has it now."""
    queue, platform = Queue(), ListeningPlatform()
    queue.rows = [(NOON, parcel(1, until=NOON)), (NOON, parcel(2, channel="other"))]
    async for _worker in working(queue, platform):
        await queue.until(lambda outcomes: {type(outcome) for outcome in outcomes} == {Return, Sent})
    assert platform.heard == ["post other k2"]


async def test_what_may_have_arrived_is_handed_over_with_the_time_since_when() -> None:
    queue, platform = Queue(), ListeningPlatform()
    queue.rows = [(NOON, parcel(1, since=NOON)), (NOON, parcel(2, channel="other"))]
    await deliver(queue, platform)
    assert platform.since == {"k1": NOON, "k2": None}


async def test_a_platform_that_asks_for_patience_gets_it_for_everything_there() -> None:
    queue, platform = Queue(), ListeningPlatform({"c0": Unavailable("rate_limited", retry_after=300, wide=True)}, limits=Limits(1))
    queue.rows = [(NOON, parcel(number, channel=f"c{number}")) for number in range(3)]
    async for _worker in working(queue, platform, Timing(gather=0.01)):
        await queue.until(lambda outcomes: len(outcomes) == 3)
    pauses = [(outcome.pause, outcome.until) for outcome in queue.outcomes if isinstance(outcome, Retry)]
    assert pauses == [("listening:w", NOON + dt.timedelta(minutes=5))]
    assert platform.heard == []
    assert sorted(outcome.parcel.id for outcome in queue.outcomes if isinstance(outcome, Return)) == [1, 2]


async def test_a_workspace_that_refuses_the_bot_is_stopped() -> None:
    queue, platform = Queue(), ListeningPlatform({"help": Refused("token_revoked")})
    queue.rows = [(NOON, parcel(1))]
    await deliver(queue, platform)
    assert queue.outcomes == [Stop(queue.outcomes[0].parcel, "token_revoked")]


async def test_what_is_gone_is_told_apart_from_what_cannot_be_said_there() -> None:
    queue, platform = Queue(), ListeningPlatform({"a": Undeliverable("is_archived", gone=True), "b": Undeliverable("too_long")})
    queue.rows = [(NOON, parcel(1, channel="a")), (NOON, parcel(2, channel="b"))]
    await deliver(queue, platform)
    assert sorted((outcome.parcel.id, outcome.gone) for outcome in queue.outcomes if isinstance(outcome, Dead)) == [
        (1, True),
        (2, False),
    ]


async def test_a_platform_that_asks_for_patience_does_not_use_attempts_up() -> None:
    queue, platform = Queue(), ListeningPlatform({"help": Unavailable("rate_limited", retry_after=60)})
    queue.rows = [(NOON, parcel(1, attempt=ATTEMPTS + 5))]
    await deliver(queue, platform)
    (outcome,) = queue.outcomes
    assert isinstance(outcome, Retry)
    assert not outcome.counted
    assert outcome.at - NOON <= dt.timedelta(seconds=66)


async def test_a_process_that_joins_others_waits_until_they_know_of_it() -> None:
    """They would use all that is permitted for some seconds more."""
    queue, platform = Queue(others=1), ListeningPlatform(limits=Limits(50))
    queue.rows = [(NOON, parcel(1))]
    began = asyncio.get_running_loop().time()
    async for _worker in working(queue, platform, Timing(gather=0.01, counted=0.3)):
        await queue.until(lambda outcomes: len(outcomes) == 1)
    assert platform.when[0] - began >= 0.3


async def test_messages_of_a_platform_that_is_not_here_are_left_to_another_process() -> None:
    queue, platform = Queue(), ListeningPlatform()
    queue.rows = [(NOON, parcel(1, platform="elsewhere", workspace_id=2)), (NOON, parcel(2, channel="other"))]
    await deliver(queue, platform)
    assert (queue.outcomes, [row[1].id for row in queue.rows]) == ([queue.outcomes[0]], [1])


async def test_in_one_conversation_messages_keep_their_distance() -> None:
    queue, platform = Queue(), ListeningPlatform(limits=Limits(1000, spacing=0.2))
    queue.rows = [(NOON, parcel(number)) for number in range(3)]
    times: list[float] = []
    platform.when = times
    await deliver(queue, platform)
    assert platform.heard == [f"post help k{number}" for number in range(3)]
    assert all(later - earlier >= 0.2 for earlier, later in itertools.pairwise(times))


def test_waiting_doubles_and_is_bounded() -> None:
    waits = [backoff(attempt, 0.5).total_seconds() for attempt in range(1, 15)]
    assert waits[:3] == [2, 4, 8]
    assert waits[-1] == 7200
