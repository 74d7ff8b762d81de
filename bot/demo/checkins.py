"""How the members of the fictional community are: asked on their thirtieth day, answered by some, read by whom they chose."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from bot.demo.acting import Acting, buttons_of
from bot.model import AccountRef

if TYPE_CHECKING:
    from adapters.sandbox.records import Message
    from bot.model import Value

TEMPLATE: Final = "day30"
BEGINS: Final = 60
"""Days before today on which the animator starts it."""
RECENT: Final = 10
"""Answers of the last days wait in the inbox."""


class Told(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Somebody's answer; `reply`: what the animator writes back."""

    by: str
    mood: str
    brought: tuple[str, ...] = ()
    words: str = ""
    reads: str = "animators"
    peer: str = ""
    reply: str = ""


class Checkins(Acting):
    """Lives through check-ins, with an animator."""

    host: str = ""
    _done: frozenset[str] = frozenset()

    async def begin(self) -> None:
        """Let the animator start what is asked on day 30."""
        outcome = await self._acts.command(self.host, "animator checkins")
        outcome = await self._press(self.host, outcome.messages[-1], "New check-in")
        outcome = await self._acts.press(self.host, outcome.messages[-1].id, "checkin:begin", [TEMPLATE])
        await self._press(self.host, outcome.messages[-1], "Start it")

    async def live(self, told: tuple[Told, ...], day: int) -> None:
        """Let the animator start on the first day; let those answer who were asked, and be cared for where it is a while ago."""
        if told and day == BEGINS:
            await self.begin()
        for one in told:
            asked = [] if one.by in self._done else self._asked(one.by)
            if asked:
                self._done |= {one.by}
                await self._answer(one, asked[-1])
                if one.reads == "animators" and day > RECENT:
                    await self._care(one)

    def _asked(self, person: str) -> list[Message]:
        if person not in self._workspace.people:
            return []
        seen = [
            message for place in self._workspace.conversations_of(person) for message in self._workspace.messages(place.id, person)
        ]
        return [
            message
            for message in seen
            if message.card is not None and any(each.action.startswith("checkin:answer:") for each in buttons_of(message.card))
        ]

    async def _answer(self, one: Told, message: Message) -> None:
        self._pass(minutes=6)
        outcome = await self._press(one.by, message, "Answer")
        values: dict[str, Value] = {"reads": one.reads, "q1": one.mood, "q2": one.brought, "q3": one.words}
        if one.peer:
            person = self._workspace.person(one.peer)
            values["peer"] = AccountRef(person.id, person.name)
        await self._send(one.by, outcome, values)

    async def _care(self, one: Told) -> None:
        self._pass(minutes=45)
        outcome = await self._acts.command(self.host, "animator checkins")
        outcome = await self._press(self.host, outcome.messages[-1], "Inbox")
        outcome = await self._press(self.host, outcome.messages[-1], "Read")
        shown = outcome.messages[-1]
        if one.reply:
            await self._send(self.host, await self._press(self.host, shown, "Reply"), {"words": one.reply})
        await self._press(self.host, shown, "Cared for")
