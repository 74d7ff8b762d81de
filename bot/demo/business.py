"""The opportunities of the fictional community: posted, answered, and each ended in its own way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

import msgspec

from bot.demo.acting import Acting
from bot.model import Channel
from bot.ui import ChannelField, NumberField, OneChoice

if TYPE_CHECKING:
    from bot.model import Value

CHANNEL: Final = "opportunities"


class Pitch(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Somebody who is interested, in their words."""

    by: str
    words: str


class Opportunity(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An opportunity and how far it got; one that expires does so by itself, one that is filled goes to whoever pitched first."""

    by: str
    day: int
    title: str
    what: str
    budget: str
    skills: str = ""
    deadline: str = ""
    kind: str = "mission"
    place: str = "remote"
    where: str = ""
    fee: str = "none"
    share: str = ""
    pitches: tuple[Pitch, ...] = ()
    end: Literal["draft", "open", "talks", "filled", "elsewhere", "withdrawn"] = "open"


class Business(Acting):
    """Lives through opportunities."""

    async def found(self, host: str) -> None:
        """Let the animator choose the channel."""
        if CHANNEL not in self._workspace.conversations:
            self._workspace.add_channel(CHANNEL)
        outcome = await self._acts.command(host, "animator opportunities")
        values: dict[str, Value] = {}
        for field in self._form(outcome).fields:
            if isinstance(field, ChannelField):
                values[field.name] = Channel(CHANNEL, CHANNEL)
            elif isinstance(field, OneChoice | NumberField):
                values[field.name] = field.initial
        await self._send(host, outcome, values)

    async def live(self, said: Opportunity) -> None:
        """Let somebody write an opportunity, publish it, and others answer it."""
        self._pass(minutes=17)
        outcome = await self._acts.command(said.by, "opportunity post")
        told: dict[str, Value] = {
            "title": said.title,
            "what": said.what,
            "skills": said.skills,
            "budget": said.budget,
            "deadline": said.deadline,
        }
        await self._send(said.by, outcome, told)
        if said.end == "draft":
            return
        outcome = await self._press(said.by, self._newest(said.by, "Kind, place and fee"), "Kind, place and fee")
        details: dict[str, Value] = {
            "kind": said.kind,
            "place": said.place,
            "where": said.where,
            "fee": said.fee,
            "share": said.share,
        }
        await self._send(said.by, outcome, details)
        await self._press(said.by, self._newest(said.by, "Publish"), "Publish")
        for pitch in said.pitches:
            self._pass(minutes=43)
            outcome = await self._press(pitch.by, self._newest(pitch.by, "I’m interested"), "I’m interested")
            await self._send(pitch.by, outcome, {"pitch": pitch.words})
        await self._end(said)

    async def _end(self, said: Opportunity) -> None:
        self._pass(minutes=67)
        if said.end == "talks":
            await self._press(said.by, self._newest(said.by, "In talks"), "In talks")
        elif said.end == "withdrawn":
            await self._press(said.by, self._newest(said.by, "Withdraw"), "Withdraw")
        elif said.end in ("filled", "elsewhere"):
            outcome = await self._press(said.by, self._newest(said.by, "It is filled"), "It is filled")
            choice = next(
                field for field in self._form(outcome).fields if isinstance(field, OneChoice) and field.name == "who"
            ).choices[0]
            who = choice.value if said.end == "filled" else "outside"
            await self._send(said.by, outcome, {"who": who, "band": "5000" if said.end == "filled" else ""})
        if said.end == "filled":
            taker = said.pitches[0].by
            await self._press(taker, self._newest(taker, "Yes, that is right"), "Yes, that is right")
