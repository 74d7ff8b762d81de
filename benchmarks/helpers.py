"""Who can help, among 10,000 and 100,000 members on SQLite and PostgreSQL: from a question to five people with reasons.

Each question is asked once, of the smaller and the larger community in turns, after others that warm things up. What is timed is
all of the ranking: understanding, the index, the profiles of those it names, what is known of them, scores and reasons. The edit of
a profile is a whole transaction with its commit. Memory is that of another process, before its first question and after the last.
"""

from __future__ import annotations

import asyncio
import re
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Final

from benchmarks.crowded import NOW, Fancy, crowd
from benchmarks.result import Result, against, at_most
from benchmarks.side import ROOT
from bot.skills.ranking import rank_helpers
from storage.db import open_store
from storage.finding import Finding, Need
from storage.profiles import Introduction, Profiles
from tests.databases import COMMUNITY, MISSING, POSTGRES, Databases

if TYPE_CHECKING:
    from bot.model import Community
    from bot.skills.ranking import Match
    from storage.db import Database

FEW: Final = 10_000
MANY: Final = 100_000
QUESTIONS: Final = 200
WARM: Final = 30
EDITS: Final = 60
ASKED_SEED: Final = 7
_RESIDENT: Final = re.compile(r"^VmRSS:\s+(\d+) kB", re.MULTILINE)


async def ranked(store: Database, community: Community, question: tuple[str, str], turn: int) -> list[Match]:
    """Return who can help."""
    text, locale = question
    async with store.unit(write=False) as unit:
        found = await unit.use(Finding, community).helpers(Need(text, locale, asker=turn + 2, request=turn), NOW)
        return rank_helpers(text, found.candidates, 5, locale=locale, rarity=found.rarity)


async def edited(store: Database, community: Community, number: int, fancy: Fancy) -> float:
    """Return the milliseconds of a member's change of what they tell."""
    told = fancy.somebody()
    began = time.perf_counter()
    async with store.unit() as unit:
        written = Introduction(told.does, told.offers, told.seeks, locale=told.locale)
        await unit.use(Profiles, community).introduce(number * 97 + 2, written, NOW)
    return (time.perf_counter() - began) * 1e3


async def compared(urls: tuple[str, str]) -> tuple[list[list[float]], list[float]]:
    """Return the milliseconds of each question among few and among many, and of each edit among many."""
    stores = [await open_store(url, community=COMMUNITY) for url in urls]
    fancy = Fancy(ASKED_SEED)
    taken: list[list[float]] = [[], []]
    answered = 0
    try:
        (community,) = await stores[0].communities()
        for turn in range(WARM + QUESTIONS):
            question = fancy.question()
            for place in (0, 1) if turn % 2 else (1, 0):
                began = time.perf_counter()
                answered += bool(await ranked(stores[place], community, question, turn))
                taken[place].append((time.perf_counter() - began) * 1e3)
        edits = [await edited(stores[1], community, number, fancy) for number in range(EDITS)]
    finally:
        for store in stores:
            await store.close()
    if answered < QUESTIONS:
        message = f"only {answered} of {2 * (WARM + QUESTIONS)} questions had an answer"
        raise RuntimeError(message)
    return [found[WARM:] for found in taken], edits[EDITS // 6 :]


def _resident() -> float:
    found = _RESIDENT.search(Path("/proc/self/status").read_text(encoding="ascii"))
    return int(found[1]) / 1024 if found else 0.0


async def grown(url: str) -> float:
    """Return the MiB by which this process grows with its questions."""
    store = await open_store(url, community=COMMUNITY)
    (community,) = await store.communities()
    async with store.unit(write=False) as unit:
        await unit.use(Profiles, community).get(2)
    before = _resident()
    fancy = Fancy(ASKED_SEED)
    for turn in range(WARM + QUESTIONS):
        await ranked(store, community, fancy.question(), turn)
    await store.close()
    return _resident() - before


def memory(url: str) -> float:
    """Return the same of a process that did nothing else."""
    command = [sys.executable, "-m", "benchmarks.helpers", url]
    return float(subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout)  # noqa: S603 - ourselves


def measure() -> list[Result]:
    """Return the time of the ranking, how it grows, the time of an edit, and the memory."""
    results: list[Result] = []
    if not POSTGRES:
        sys.stderr.write(f"WARNING: {MISSING}\n")
    for kind in ("sqlite", "postgresql") if POSTGRES else ("sqlite",):
        with tempfile.TemporaryDirectory() as folder, closing(Databases(Path(folder))) as databases:
            urls = databases.make(kind), databases.make(kind)
            for url, members in zip(urls, (FEW, MANY), strict=True):
                asyncio.run(crowd(url, members))
            (few, many), edits = asyncio.run(compared(urls))
            name = f"helpers: {kind}, ranking among {MANY:,} members"
            results += [
                at_most(f"{name}, 95th centile", statistics.quantiles(many, n=20)[-1], "ms", 30),
                against(f"{name}, against {FEW:,}", statistics.median(many), "ms", statistics.median(few), most=4),
                at_most(f"helpers: {kind}, edit of a profile, {MANY:,} indexed", statistics.median(edits), "ms", 10),
            ]
            if Path("/proc/self/status").exists():
                results.append(at_most(f"helpers: {kind}, memory of questions to {MANY:,}", memory(urls[1]), "MiB", 50))
    return results


if __name__ == "__main__":
    sys.stdout.write(f"{asyncio.run(grown(sys.argv[1]))}\n")
