"""A state machine: whatever may happen to schedules, in any order, and after each step a look whether all is well.

`explore` is for `make faults`; a test runs a cut of it. `Ground` is what any half needs: an SQLite file, several processes on it,
a clock that jumps, a crash in the middle of a transaction. `ScheduleMachine` is the half of the schedules.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import itertools
import shutil
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Final, TypeVar

import msgspec
from hypothesis import HealthCheck, Phase, settings
from hypothesis import seed as with_seed
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import select

from benchmarks.result import Result
from bot.clock import MovableClock
from bot.effects import Post
from bot.feature import Feature, Registry
from bot.i18n import _
from bot.model import AccountRef
from bot.recurrence import GRACE, Daily, Monthly, Recurrence, Weekly
from bot.schedule import Scheduler
from bot.ui import Card
from storage.db import open_store
from storage.outbox import OutboxRow
from storage.schedules import TAKEN, OccurrenceRow, Schedules
from storage.strangers import NOBODY, Strangers
from storage.upgrade import upgrade
from tests.databases import COMMUNITY
from tests.storage.community import SLACK, Village

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from bot.context import DueContext
    from bot.effects import Effects
    from storage.db import Database

T = TypeVar("T")

START: Final = dt.datetime(2026, 3, 20, 20, tzinfo=dt.UTC)
"""A week before the clocks change in Europe."""
DAY: Final = dt.timedelta(days=1)
HOUR: Final = dt.timedelta(hours=1)
NAME: Final = "prompt:post"
PROCESSES: Final = 2
PHASES: Final = (Phase.generate, Phase.shrink)
LOOKS: Final = st.sampled_from(["one", "all", "one, killed"])
MORNING: Final = Recurrence(Daily(), dt.time(9))
RULES: Final = (
    MORNING,
    Recurrence(Daily(), dt.time(2, 30)),
    Recurrence(Daily(), dt.time(23, 45), "America/St_Johns"),
    Recurrence(Weekly((0, 2, 5)), dt.time(17)),
    Recurrence(Weekly((6,), 2), dt.time(2, 30)),
    Recurrence(Monthly(-1, 6), dt.time(9), "Pacific/Auckland", "NZ"),
)


@dataclass(frozen=True, slots=True)
class Explored:
    """How much was tried; a failure is an exception with the steps that lead to it."""

    examples: int
    steps: int
    crashes: int
    occurrences: int
    missed: int


@dataclass
class Process:
    """A process on the database. One that is `doomed` stops in the next handler, before the commit; `inside`: it is there."""

    store: Database
    clock: MovableClock
    doomed: bool = False
    inside: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        prompts = Feature("prompt")

        @prompts.schedule("post", rule=MORNING, title=_("Prompts"))
        async def post(ctx: DueContext) -> Effects:
            if self.doomed:
                self.inside.set()
                await asyncio.Event().wait()
            return Post("help", Card(body=str(ctx.occurrence.date)))

        self.scheduler = Scheduler(Registry([prompts]), self.store, self.clock, wake=lambda: None)


class Ground(RuleBasedStateMachine):
    """Processes on one file, and a clock that does as it likes."""

    folder: ClassVar[Path]
    counted: ClassVar[Counter[str]] = Counter()
    numbers: ClassVar[itertools.count[int]] = itertools.count()
    strangers: ClassVar[Strangers] = NOBODY
    length: ClassVar[int] = 50
    """Steps of one example."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.Runner()
        self.clock = MovableClock(START)
        self.file = self._new_file()
        shutil.copyfile(self.folder / "template.db", self.file)
        self.counted["examples"] += 1
        self.processes: list[Process] = []
        self.open_all()

    def do(self, work: Coroutine[Any, Any, T]) -> T:
        """Do it to its end."""
        return self.loop.run(work)

    def teardown(self) -> None:
        self.close_all()
        self.loop.close()
        for file in self.folder.glob("machine*"):
            file.unlink()

    def open_all(self) -> None:
        """Start the processes."""

        async def start() -> Process:
            store = await open_store(f"sqlite:///{self.file}", community=COMMUNITY, clock=self.clock, strangers=self.strangers)
            return Process(store, self.clock)

        self.processes = [self.do(start()) for _process in range(PROCESSES)]
        (self.community,) = self.do(self.processes[0].store.communities())

    def close_all(self) -> None:
        """Stop them."""
        for process in self.processes:
            self.do(process.store.close())

    def crash(self, process: Process, work: Coroutine[Any, Any, None]) -> bool:
        """Let the machine go down in the middle of a transaction of one process; False where it came to none.

        The files are taken as they are at that moment, which is what a crash leaves, and everything starts again on them.
        """
        process.doomed = True
        survivor = self._new_file()
        if not self.do(self._doom(process, work, survivor)):
            process.doomed = False
            return False
        self.close_all()
        self.file = survivor
        self.open_all()
        self.counted["crashes"] += 1
        return True

    async def _doom(self, process: Process, work: Coroutine[Any, Any, None], survivor: Path) -> bool:
        working, inside = asyncio.create_task(work), asyncio.create_task(process.inside.wait())
        await asyncio.wait({working, inside}, return_when=asyncio.FIRST_COMPLETED)
        if reached := not working.done():
            for suffix in ("", "-wal"):
                if (left := Path(f"{self.file}{suffix}")).exists():
                    shutil.copyfile(left, f"{survivor}{suffix}")
        for task in (working, inside):
            task.cancel()
        ended = await asyncio.gather(working, inside, return_exceptions=True)
        failures = [each for each in ended if isinstance(each, Exception)]
        if failures:
            raise failures[0]
        return reached

    def _new_file(self) -> Path:
        return self.folder / f"machine{next(self.numbers)}.db"

    def step(self) -> None:
        """Count a step."""
        self.counted["steps"] += 1

    @rule(by=st.one_of(st.sampled_from([HOUR, -HOUR, DAY, -DAY]), st.timedeltas(dt.timedelta(minutes=1), 36 * HOUR)))
    def time_passes_or_the_clock_jumps(self, by: dt.timedelta) -> None:
        self.step()
        self.clock.move(by)

    @rule()
    def everything_restarts(self) -> None:
        self.step()
        self.close_all()
        self.open_all()


class ScheduleMachine(Ground):
    """One schedule whose rule an animator changes. `since`: from when on each of the rule's dates has to be accounted for.

    After a change or a pause these are the dates that come due later, and after the newest that ran, `latest`.
    """

    @initialize()
    def begins(self) -> None:
        async def set_up() -> None:
            village = Village(self.processes[0].store, self.clock.now())
            await village.choose_channel(await village.meet(AccountRef("U1", "Ada"), SLACK), "help", "C1")

        self.do(set_up())
        self.paused = False
        self.rule = MORNING
        self.since, self.latest = self.clock.now(), dt.date.min
        self.do(self.processes[0].scheduler.tick())

    @rule(late=st.sampled_from([0, 1, 90, 180, 181]), then=LOOKS)
    def its_next_date_comes(self, late: int, then: str) -> None:
        """Go to when it is due next, or some minutes after that."""
        due = next(self.rule.upcoming(self.community.zone, self.clock.now())).due
        self.clock.set(due + dt.timedelta(minutes=late))
        self.they_look(then)

    @rule(who=LOOKS)
    def they_look(self, who: str) -> None:
        """One process, or all at once; one that is killed before its commit, and then another in its place."""
        self.step()
        if who == "one, killed":
            self.crash(self.processes[1], self.processes[1].scheduler.tick())
        looking = self.processes if who == "all" else self.processes[:1]

        async def look() -> None:
            await asyncio.gather(*(process.scheduler.tick() for process in looking))

        self.do(look())
        self.nothing_is_skipped()

    @rule(wanted=st.sampled_from(RULES))
    def the_animator_changes_the_rule(self, wanted: Recurrence) -> None:
        self.step()
        self.do(self._animate("change", NAME, wanted, self.clock.now()))
        self.rule = wanted
        self._account_from(self.clock.now())

    @rule(hours=st.sampled_from([0, 1, 20, 50]))
    def the_animator_pauses_and_resumes(self, hours: int) -> None:
        """All look while it is paused."""
        self.step()
        assert self.do(self._animate("pause_all", self.clock.now()))
        self.paused = True
        self.clock.move(hours * HOUR)
        before = self.do(self._recorded())
        self.they_look("all")
        assert self.do(self._recorded()) == before
        assert self.do(self._animate("resume", self.clock.now()))
        self.paused = False
        self._account_from(max(self.since, self.clock.now()))

    @invariant()
    def nothing_is_doubled_and_lateness_is_recorded(self) -> None:
        occurrences, said = self.do(self._recorded())
        taken = [row.local_date for row in occurrences if row.state == TAKEN]
        assert sorted(said) == sorted(taken), "each that ran has its message, once"
        assert len({row.local_date for row in occurrences}) == len(occurrences)
        for row in occurrences:
            late = row.taken_at - row.due_at
            assert (dt.timedelta() <= late <= GRACE) if row.state == TAKEN else late > GRACE, row

    def nothing_is_skipped(self) -> None:
        """Each date of the rule that came due has run or was recorded as missed."""
        if self.paused:
            return
        occurrences, _said = self.do(self._recorded())
        accounted = {row.local_date for row in occurrences}
        now = self.clock.now()
        for number in range((now - self.since).days + 3):
            date = self.since.date() + (number - 1) * DAY
            due = self.rule.occurrence(date, self.community.zone).due
            if self.rule.falls_on(date) and date > self.latest and self.since < due <= now:
                assert date in accounted, f"{date} was skipped"

    def teardown(self) -> None:
        if hasattr(self, "rule"):
            occurrences, _said = self.do(self._recorded())
            self.counted["occurrences"] += len(occurrences)
            self.counted["missed"] += sum(row.state != TAKEN for row in occurrences)
        super().teardown()

    def _account_from(self, instant: dt.datetime) -> None:
        occurrences, _said = self.do(self._recorded())
        self.since = instant
        self.latest = max((row.local_date for row in occurrences if row.state == TAKEN), default=dt.date.min)

    async def _animate(self, what: str, *values: object) -> Any:  # noqa: ANN401 - whatever it returns
        async with self.processes[0].store.unit() as unit:
            return await getattr(unit.use(Schedules, self.community), what)(*values)

    async def _recorded(self) -> tuple[list[Any], list[dt.date]]:
        """Return the occurrences as they are in the database, and the dates of the messages."""
        async with self.processes[0].store.unit(write=False) as unit:
            occurrences = list((await unit.connection.execute(select(*OccurrenceRow.__table__.c))).all())
            cards = (await unit.connection.execute(select(OutboxRow.card))).scalars().all()
        return occurrences, [dt.date.fromisoformat(str(msgspec.json.decode(card, type=Card).body)) for card in cards]


def explore(folder: Path, machine: type[Ground] = ScheduleMachine, *, steps: int = 10_000) -> Explored:
    """Let a machine take so many steps, always the same ones; about that many, as an example may end early."""
    seen = walk(folder, machine, steps=steps)
    return Explored(seen["examples"], seen["steps"], seen["crashes"], seen["occurrences"], seen["missed"])


def walk(folder: Path, machine: type[Ground], *, steps: int, seed: int | None = None) -> Counter[str]:
    """Let a machine take about so many steps, and return what it counted; always the same ones, or those of a seed."""
    asyncio.run(upgrade(f"sqlite:///{folder / 'template.db'}"))
    machine.folder, machine.counted = folder, Counter()
    while machine.counted["steps"] < steps:
        left = steps - machine.counted["steps"]
        seeded = type(machine.__name__, (machine,), {})
        run_state_machine_as_test(
            seeded if seed is None else with_seed(seed + machine.counted["steps"])(seeded),
            settings=settings(
                max_examples=max(1, left // machine.length),
                stateful_step_count=machine.length,
                derandomize=seed is None and machine.counted["steps"] == 0,
                deadline=None,
                database=None,
                phases=PHASES,
                suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
            ),
        )
    return machine.counted


def measure() -> list[Result]:
    """Return how far ten thousand steps went: an invariant that does not hold ends them."""
    with tempfile.TemporaryDirectory() as folder:
        seen = explore(Path(folder))
    about = f"schedules: {seen.examples:,} histories, {seen.crashes:,} crashes; steps in which all held"
    return [Result(name=about, value=seen.steps, unit="", goal="≥ 10,000", holds=seen.steps >= 10_000)]
