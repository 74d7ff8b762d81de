"""Three bots on one PostgreSQL, killed, and frozen for longer than their leases, during rounds of a thousand members."""

from __future__ import annotations

import asyncio

from benchmarks.result import Result, at_most
from tests.faults.kills import rampage
from tests.storage.clusters import Cluster


def measure() -> list[Result]:
    """Return what came of their messages, on both platforms together."""
    cluster = Cluster()
    try:
        seen = asyncio.run(rampage(cluster.url, processes=3, kills=100, freezes=50))
    finally:
        cluster.remove()
    messages = sum(tally.messages for tally in seen.tallies.values())
    about = f"several: 3 processes, {seen.kills} kills, {seen.freezes} freezes"
    return [
        at_most(f"{about}: lost of {messages:,}", seen.lost, "", 0),
        at_most(f"{about}: doubled", seen.doubled, "", 5),
    ]
