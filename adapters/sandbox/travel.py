"""Moving the workspace's time forward: where to, one move at a time, and what came of it."""

from __future__ import annotations

import asyncio
import datetime as dt
import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol
from zoneinfo import ZoneInfo

import structlog

from adapters.sandbox.journal import journal
from adapters.sandbox.records import Ahead
from adapters.sandbox.workspace import SandboxError
from bot.i18n import _
from bot.recurrence import instant

if TYPE_CHECKING:
    from collections.abc import Callable

    from adapters.sandbox.workspace import Workspace

MORNING: Final = dt.time(9)
TOLD: Final = 0.4
"""Seconds between two times that the page is told of a clock under way."""

WEEK: Final = 7
FARTHEST: Final = dt.timedelta(days=92)
"""How far a single move goes, a minute or so; the refusal says “three months”."""


logger = structlog.get_logger(__name__)


class Passing(Protocol):
    """Lets time pass; whoever runs the bot on a clock that can be moved lends one."""

    def ahead(self) -> dt.timedelta:
        """Return how far the clock is ahead of the machine's."""
        ...

    async def until(self, to: dt.datetime, at_each: Callable[[], None]) -> None:
        """Let time pass until an instant, as if it were lived, and tell each time the clock has moved."""
        ...


@dataclass(frozen=True, slots=True)
class Move:
    """A move of the clock; `after` is the number of the newest message when it began."""

    since: dt.datetime
    to: dt.datetime
    after: int


class Travel:
    """The workspace's way through time. Without a `Passing` there is none: the clock is the machine's."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._passing: Passing | None = None
        self._task: asyncio.Task[None] | None = None
        self._told = 0.0
        self.last: Move | None = None
        """The newest move, under way or not."""

    def lend(self, passing: Passing) -> None:
        """Make moving possible."""
        self._passing = passing

    @property
    def possible(self) -> bool:
        """Whether the clock can be moved."""
        return self._passing is not None

    @property
    def moving(self) -> bool:
        """Whether a move is under way."""
        return self._task is not None and not self._task.done()

    def next_day(self, zone: str) -> dt.datetime:
        """Return nine o'clock of the day after today."""
        return instant(self._today(zone) + dt.timedelta(days=1), MORNING, zone)

    def next_monday(self, zone: str) -> dt.datetime:
        """Return nine o'clock of the first Monday after today."""
        today = self._today(zone)
        return instant(today + dt.timedelta(days=WEEK - today.weekday()), MORNING, zone)

    def begin(self, to: str, words: str, zone: str) -> None:
        """Begin to move: to the next `day`, to the next `monday`, or to a date and time written as `2026-11-30T09:00`.

        Raises:
            SandboxError: it cannot be moved, or not there, or moves already.
        """
        if self._passing is None:
            raise SandboxError(_("This sandbox keeps your machine’s time."))
        if self.moving:
            raise SandboxError(_("Time is passing already. One moment."))
        match to:
            case "day":
                goal = self.next_day(zone)
            case "monday":
                goal = self.next_monday(zone)
            case _:
                goal = _read(words, zone)
        now = self._workspace.now()
        if goal <= now:
            raise SandboxError(_("Time only goes forward here: choose a later date."))
        if goal - now > FARTHEST:
            raise SandboxError(_("That is far away: at most three months at once."))
        self.last = Move(now, goal, self._workspace.number)
        self._task = asyncio.get_running_loop().create_task(self._move(self._passing, goal), name="time passes")
        self._task.add_done_callback(functools.partial(self._tell, self._passing))

    async def arrived(self) -> None:
        """Wait until no move is under way."""
        if self._task is not None:
            await asyncio.wait([self._task])

    async def close(self) -> None:
        """End a move where it is."""
        if self._task is not None:
            self._task.cancel()
            await self.arrived()

    async def _move(self, passing: Passing, to: dt.datetime) -> None:
        try:
            await passing.until(to, functools.partial(self._tell, passing))
        except Exception as error:
            logger.exception("time_stopped", exc_info=error)

    def _tell(self, passing: Passing, over: object = None) -> None:
        now = asyncio.get_running_loop().time()
        quietly = over is None and now - self._told < TOLD
        self._told = self._told if quietly else now
        self._workspace.moved(passing.ahead(), quietly=quietly)

    def _today(self, zone: str) -> dt.date:
        return self._workspace.now().astimezone(ZoneInfo(zone)).date()


def remembered(file: str) -> dt.timedelta:
    """Return how far ahead of the machine's a workspace's clock was left, by its file.

    Raises:
        ConfigError: the file is not a sandbox's, or may not be read.
    """
    kept = [record.seconds for record in journal(file).load() if isinstance(record, Ahead)]
    return dt.timedelta(seconds=kept[-1] if kept else 0)


def _read(words: str, zone: str) -> dt.datetime:
    try:
        local = dt.datetime.fromisoformat(words)
    except ValueError:
        raise SandboxError(_("Choose a date and a time.")) from None
    try:
        return instant(local.date(), local.time().replace(tzinfo=None), zone)
    except OverflowError:
        raise SandboxError(_("That is far away: at most three months at once.")) from None
