"""One bot on both platforms, killed two hundred times during rounds of a thousand members on each."""

from __future__ import annotations

import asyncio
import tempfile

from benchmarks.result import Result, at_most
from tests.faults.kills import rampage


def measure() -> list[Result]:
    """Return what came of its messages, on SQLite."""
    with tempfile.TemporaryDirectory() as folder:
        seen = asyncio.run(rampage(f"sqlite:///{folder}/confrere.db"))
    results: list[Result] = []
    for platform, most in (("discord", 0), ("slack", 2)):
        tally = seen.tallies[platform]
        about = f"killed: {seen.kills} kills, {tally.rounds} rounds of 1,000 on {platform}"
        results += [
            at_most(f"{about}: lost of {tally.messages:,}", tally.lost, "", 0),
            at_most(f"{about}: doubled", tally.doubled, "", most),
        ]
    return results
