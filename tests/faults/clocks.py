"""A clock that jumps under the running bot, an hour or a day, either way: what came twice, what never came, what was late.

`jumps` is for `make faults`; a test runs a cut of it. The real application runs on the sandbox: its scheduler claims, its delivery
sends, and what members see in the channel is counted.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import random
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from benchmarks.result import Result, at_most
from bot.effects import Post
from bot.feature import Feature
from bot.i18n import _
from bot.recurrence import Daily, Recurrence, instant
from bot.ui import Card
from storage.schedules import Schedules
from tests.features.village import Village

if TYPE_CHECKING:
    from bot.context import DueContext
    from bot.effects import Effects

HOUR: Final = dt.timedelta(hours=1)
DAY: Final = dt.timedelta(days=1)
JUMPS: Final = (HOUR, -HOUR, DAY, -DAY)
NINE: Final = dt.time(9)
GRACE: Final = dt.timedelta(hours=3)
WEEK: Final = 7 * DAY
DAYS: Final = 4
"""For each jump: it comes on the first, the clock is put right on the second, and the others pass quietly."""
NAME: Final = "prompt:post"


@dataclass(frozen=True, slots=True)
class Clocks:
    """What was seen. `dates` came due by the clock as it was; each has one message or is marked as missed.

    `late`: sent beyond the grace and not marked; it has to be none, as `doubled` and `lost`.
    """

    jumps: int
    dates: int
    seen: int
    missed: int
    doubled: int
    lost: int
    late: int


async def jumps(folder: Path, url: str, *, count: int = 100, seed: int = 7) -> Clocks:
    """Let the clock jump so many times, at any moment of the day."""
    chance = random.Random(seed)  # noqa: S311 - not a secret
    prompts = Feature("prompt")
    ran: dict[dt.date, dt.timedelta] = {}

    @prompts.schedule("post", rule=Recurrence(Daily(), NINE, grace=GRACE), title=_("Prompts"))
    async def post(ctx: DueContext) -> Effects:
        assert ctx.occurrence.date is not None
        ran[ctx.occurrence.date] = ctx.now - ctx.occurrence.due
        return Post("help", Card(body=str(ctx.occurrence.date)))

    village = Village(folder, url, [prompts])
    await village.open()
    ada = await village.person("Ada")
    await village.channel("help")
    await village.passes(hours=0)
    first = village.clock.now()
    missed: set[dt.date] = set()  # noted on the way: in the end the first are forgotten
    for number in range(count):
        start = first + number * DAYS * DAY
        await _go(village, start)
        moment = start + dt.timedelta(minutes=chance.randrange(24 * 60))
        by = JUMPS[number % len(JUMPS)]
        for at in (moment, moment + by, moment + by + HOUR, start + 2 * DAY):
            await _go(village, at)
        await _go(village, start + 3 * DAY)
        missed = {date for date in missed if date < start.date() - WEEK} | await _marked(village, start - WEEK)
    last = first + count * DAYS * DAY
    await _go(village, last)
    await _go(village, last + DAY)  # what was staged while the clock was ahead is due by now
    seen = Counter(dt.date.fromisoformat(words) for words in ada.reads("#help"))
    missed |= await _marked(village, last - WEEK)
    await village.close()
    due = [
        date
        for number in range(count * DAYS + 2)
        if first < instant(date := first.date() + number * DAY, NINE, "Europe/Paris") <= last + DAY
    ]
    return Clocks(
        count,
        len(due),
        seen.total(),
        len(missed),
        seen.total() - len(seen) + len(missed & seen.keys()),
        sum(date not in seen and date not in missed for date in due),
        sum(late > GRACE for late in ran.values()),
    )


async def _marked(village: Village, since: dt.datetime) -> set[dt.date]:
    """Return what is marked as missed, of the local dates from an instant's on."""
    async with village.app.store.unit(write=False) as unit:
        marked = await unit.use(Schedules, await village.community()).missed(since - DAY, 100)
    return {one.occurrence.date for one in marked if one.occurrence.date is not None and one.occurrence.date >= since.date()}


async def _go(village: Village, to: dt.datetime) -> None:
    """Let the clock show an instant, and the bot look."""
    village.clock.set(to)
    await village.passes(seconds=0)


def measure() -> list[Result]:
    """Return what a hundred jumps showed."""
    with tempfile.TemporaryDirectory() as folder:
        database = f"sqlite:///{folder}/confrere.db"
        seen = asyncio.run(jumps(Path(folder), database))
    about = f"clocks: {seen.jumps} jumps of ± 1 h and ± 1 day, {seen.dates} dates"
    return [
        at_most(f"{about}: doubled", seen.doubled, "", 0),
        at_most(f"{about}: neither sent nor marked", seen.lost, "", 0),
        at_most(f"{about}: sent late, and not marked", seen.late, "", 0),
    ]
