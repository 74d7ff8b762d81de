"""Voices in the demo: members raise them, and an animator answers the signed one."""

from __future__ import annotations

from typing import Final

import msgspec

from bot.demo.acting import Acting
from bot.model import Channel

CHANNEL: Final = "voice"


class Voice(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What somebody raises on a day; `signed` or not, for whom; answered where there is an `answer`."""

    by: str
    day: int
    kind: str
    words: str
    audience: str = "animators"
    signed: bool = True
    answer: str = ""
    outcome: str = ""
    reason: str = ""


class Voices(Acting):
    """Lives through voices."""

    async def live(self, said: Voice, host: str) -> None:
        """Let somebody raise a voice, and the animator answer it and say what becomes of it."""
        await self._found(host)
        self._pass(minutes=17)
        begun = await self._acts.command(said.by, "voice")
        outcome = await self._press(said.by, begun.messages[-1], "With my name" if said.signed else "Anonymously")
        await self._send(said.by, outcome, {"kind": said.kind, "words": said.words, "audience": said.audience})
        if said.answer:
            self._pass(minutes=140)
            await self._answer(said, host)

    async def _answer(self, said: Voice, host: str) -> None:
        outcome = await self._acts.command(host, "animator voice")
        opened = await self._press(host, outcome.messages[-1], "Read it")
        outcome = await self._press(host, opened.messages[-1], "Answer")
        await self._send(host, outcome, {"words": said.answer})
        if said.outcome:
            outcome = await self._press(host, self._newest(host, "What becomes of it"), "What becomes of it")
            await self._send(host, outcome, {"outcome": said.outcome, "reason": said.reason})

    async def _found(self, host: str) -> None:
        """Let the animator choose the channel, the first time."""
        if CHANNEL in self._workspace.conversations:
            return
        self._workspace.add_channel(CHANNEL)
        outcome = await self._acts.command(host, "animator voice")
        outcome = await self._press(host, outcome.messages[-1], "Choose the channel")
        await self._send(host, outcome, {"where": Channel(CHANNEL, CHANNEL)})
