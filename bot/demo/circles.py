"""A circle of the fictional community: formed, asked twice, read together; and some who look for one."""

from __future__ import annotations

import datetime as dt
from typing import Final

import msgspec

from bot.demo.acting import Acting

WEEK: Final = 7
SATURDAY: Final = 5
TIME: Final = "9:00"


class Told(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What somebody answers in one of the weeks, the first one or the second; those who say nothing skip."""

    by: str
    week: int
    happened: str
    ahead: str = ""
    hand: str = ""


class Circle(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A circle, by whom it is formed first, what they answered, and who looks for another."""

    name: str
    members: tuple[str, ...]
    answers: tuple[Told, ...] = ()
    seekers: tuple[str, ...] = ()


def next_questions(today: dt.date) -> dt.date:
    """Return when the circle is asked next: the first working day after today."""
    date = today + dt.timedelta(days=1)
    while date.weekday() >= SATURDAY:
        date += dt.timedelta(days=1)
    return date


class Circles(Acting):
    """Lives through a circle in the two weeks before its next questions."""

    async def live(self, said: Circle, before: int, weekday: int) -> None:
        """Live through a day, so many days before the circle is asked next, which is on that weekday."""
        if before > 2 * WEEK:
            await self._found(said, weekday)
        else:
            await self._settle()
            await self._answer(said, 3 - before // WEEK)

    async def _found(self, said: Circle, weekday: int) -> None:
        first, *others = said.members
        outcome = await self._acts.command(first, "circle", {"do": "start"})
        values = {"name": said.name, "rhythm": "1", "day": str(weekday), "time": TIME, "door": "open"}
        await self._send(first, outcome, dict(values))
        for other in others:
            self._pass(minutes=6)
            outcome = await self._acts.command(other, "circle", {"do": "find"})
            await self._press(other, outcome.messages[-1], "Come in")
        for seeker in said.seekers:
            self._pass(minutes=3)
            outcome = await self._acts.command(seeker, "circle")
            await self._press(seeker, outcome.messages[-1], "Find me a circle")

    async def _answer(self, said: Circle, week: int) -> None:
        told = {each.by: each for each in said.answers if each.week == week}
        for person in said.members:
            self._pass(minutes=8)
            question = self._seen(person, "Skip this one", about=said.name)[-1]
            if person not in told:
                await self._press(person, question, "Skip this one")
                continue
            outcome = await self._press(person, question, "Answer")
            answer = told[person]
            await self._send(person, outcome, {"happened": answer.happened, "ahead": answer.ahead, "hand": answer.hand})

    async def _settle(self) -> None:
        await self._application.scheduler.tick()
        await self._application.idle()
