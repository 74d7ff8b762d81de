"""One message to each of ten thousand members, staged in one transaction: how near to what the platform permits, at what cost.

Ours is the real application with its adapter, the SDK and an SQLite file; the platform is emulated in another process and keeps to
its limits: Discord fifty requests a second in all, Slack so many messages a second in the workspace, and one in each
conversation. The floor of the CPU is the bare SDK with one session, which sends the same messages one after the other at the
same pace, to an emulator of its own. All run at the same time, so that whatever else the machine does slows them alike; it is
mostly idle meanwhile.
"""

from __future__ import annotations

import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

import msgspec

from benchmarks.crowd import PER_SECOND, Arrived, Crowd, arrived
from benchmarks.result import Result, against, at_most
from benchmarks.sender import Spent
from benchmarks.side import child

MESSAGES: Final = 10_000


def fanned_out(platform: str, which: str, messages: int) -> tuple[Spent, Arrived]:
    """Let one of the two write to everybody; return what it spent and what arrived."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "crowd.json"
        # The bare SDK counts nothing: it would be refused now and then, and pay for it.
        with child("benchmarks.crowd", platform, "strict" if which == "ours" else "lenient", str(messages), str(file)):
            crowd = msgspec.json.decode(file.read_bytes(), type=Crowd)
            with child("benchmarks.sender", which, platform, str(file), folder) as said:
                spent = msgspec.json.decode(said, type=Spent)
            return spent, arrived(platform, crowd)


def measure(messages: int = MESSAGES) -> list[Result]:
    """Return, for each platform, the share of the permitted rate, what was refused or lost, and CPU against the bare SDK."""
    kinds = [(platform, which) for platform in PER_SECOND for which in ("ours", "bare")]
    with ThreadPoolExecutor(len(kinds)) as threads:
        found = dict(zip(kinds, threads.map(lambda kind: fanned_out(kind[0], kind[1], messages), kinds), strict=True))
    results: list[Result] = []
    for platform, permitted in PER_SECOND.items():
        (spent, got), (floor, bare) = found[platform, "ours"], found[platform, "bare"]
        if got.text != bare.text or bare.distinct != messages:
            message = f"{platform}: the bare SDK sent something else: {bare}, not {got}"
            raise RuntimeError(message)
        lost = messages - min(got.distinct, got.conversations)
        rate = (got.messages - 1) / got.seconds
        cpu, staging, least = (seconds / messages * 1e3 for seconds in (spent.sending, spent.staging, floor.sending))
        results += [
            against(f"{platform}: {messages:,} messages, of the permitted rate", rate, "1/s", permitted, least=0.97),
            at_most(f"{platform}: … refused with 429", got.refused, "", 0),
            at_most(f"{platform}: … lost or doubled", lost + got.messages - got.distinct, "", 0),
            against(f"{platform}: … CPU to deliver one, against the bare SDK", cpu, "ms", least, most=1.2),
            against(f"{platform}: … CPU to stage one, against the same", staging, "ms", least, most=0.2),
        ]
    return results
