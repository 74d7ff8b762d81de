"""The first round of meetings of the fictional community: joined, told, matched, and what came of some of its meetings."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

import msgspec

from bot.demo.acting import Acting
from bot.ui import NumberField, OneChoice, ShortText

if TYPE_CHECKING:
    from bot.model import Value

WEEK: Final = dt.timedelta(days=7)
SOON: Final = dt.timedelta(days=2)
"""The next round is so far away at least: whoever opens the demo sees its notice first."""
TUESDAY, FRIDAY = 1, 4
"""The weekdays whose notice comes the day before: Monday's would be Friday's."""


class Met(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Somebody who met whom they were put together with, what it brought them, and their thanks."""

    by: str
    gain: str = ""
    thanks: str = ""
    public: bool = False


class Meetings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who joins after the animator's words, and what some of them did in the first round; the others are silent so far."""

    invitation: str
    joined: tuple[str, ...]
    confirmed: tuple[str, ...] = ()
    skipped: tuple[str, ...] = ()
    agreed: tuple[str, ...] = ()
    met: tuple[Met, ...] = ()
    not_yet: tuple[str, ...] = ()


def next_round(today: dt.date) -> dt.date:
    """Return when the next round is: soon, with a notice that is still to come."""
    date = today + SOON
    while not TUESDAY <= date.weekday() <= FRIDAY:
        date += dt.timedelta(days=1)
    return date


class Rounds(Acting):
    """Lives through the round a week before the next one, each part of it on its day."""

    async def live(self, said: Meetings, host: str, days_after: int, weekday: int) -> None:
        """Live through one day; `days_after` the meetings went out, less than 0 before."""
        match days_after:
            case -6:
                await self._begin(said, host, weekday)
            case -1:
                await self._settle()
                await self._each(said.confirmed, "I’m in")
                await self._each(said.skipped, "Skip this one")
            case 0:
                await self._settle()
                await self._press(host, self._newest(host, "Send now"), "Send now")
                await self._settle()
                await self._each(said.agreed, "It’s this time")
            case 2:
                await self._settle()
                for met in said.met:
                    await self._met(met)
                await self._each(said.not_yet, "Not yet")
            case _:
                pass

    async def _begin(self, said: Meetings, host: str, weekday: int) -> None:
        """Let the animator choose the day of the week, and members join."""
        outcome = await self._acts.command(host, "animator rounds")
        outcome = await self._press(host, outcome.messages[-1], "Look at it")
        outcome = await self._press(host, outcome.messages[-1], "When and how many")
        chosen = {"rhythm": "w1", "day": str(weekday)}
        values: dict[str, Value] = {}
        for field in self._form(outcome).fields:
            if isinstance(field, OneChoice | ShortText | NumberField):
                values[field.name] = chosen.get(field.name, field.initial)
        await self._send(host, outcome, values)
        self._workspace.write("general", host, text=said.invitation)
        for person in said.joined:
            self._pass(minutes=4)
            await self._acts.command(person, "meet", {"do": "join"})

    async def _met(self, met: Met) -> None:
        if not self._seen(met.by, "We met"):  # left out this time, as the days fell
            return
        self._pass(minutes=5)
        await self._press(met.by, self._newest(met.by, "We met"), "We met")
        if not met.gain:
            return
        outcome = await self._press(met.by, self._newest(met.by, "What was useful"), "What was useful")
        told: dict[str, Value] = {"gain": met.gain, "thanks": met.thanks, "visibility": "public" if met.public else "private"}
        values: dict[str, Value] = {
            field.name: told.get(field.name, field.initial if isinstance(field, OneChoice) else "")
            for field in self._form(outcome).fields
        }
        await self._send(met.by, outcome, values)

    async def _each(self, people: tuple[str, ...], label: str) -> None:
        for person in people:
            self._pass(minutes=2)
            for message in self._seen(person, label)[-1:]:  # whoever was left out has none
                await self._press(person, message, label)

    async def _settle(self) -> None:
        await self._application.scheduler.tick()
        await self._application.idle()
