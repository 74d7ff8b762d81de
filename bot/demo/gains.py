"""What members of the fictional community note by hand: what they gained, and whom they helped, which the other confirms."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from bot.demo.acting import Acting
from bot.model import AccountRef

if TYPE_CHECKING:
    from adapters.sandbox.records import Message
    from bot.model import Value


class Gain(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Something somebody gained, thanks to whom. Where whoever gave says so, it is `confirmed`, or waits for an answer."""

    by: str
    day: int
    what: str
    gain: str = "skill"
    thanks_to: str = ""
    band: str = ""
    said_by_giver: bool = False
    confirmed: bool = True


class Gains(Acting):
    """Lives through what is noted."""

    async def live(self, said: Gain) -> None:
        """Let somebody note what they gained, or let whoever helped say it and the other answer."""
        self._pass(minutes=9)
        if not said.said_by_giver:
            outcome = await self._press(said.by, await self._card_of(said.by), "Say what I gained")
            values: dict[str, Value] = {
                "gain": said.gain,
                "what": said.what,
                "giver": self._account(said.thanks_to),
                "band": said.band,
            }
            await self._send(said.by, outcome, values)
            return
        outcome = await self._press(said.thanks_to, await self._card_of(said.thanks_to), "Say whom I helped")
        await self._send(said.thanks_to, outcome, {"gain": said.gain, "what": said.what, "gainer": self._account(said.by)})
        if said.confirmed:
            self._pass(minutes=48)
            outcome = await self._press(said.by, await self._card_of(said.by), "Answer")
            await self._press(said.by, outcome.messages[-1], "Yes, that is right")

    async def _card_of(self, person: str) -> Message:
        return (await self._acts.command(person, "value")).messages[-1]

    def _account(self, person: str) -> AccountRef | None:
        return AccountRef(person, self._workspace.person(person).name) if person else None
