"""The icebreakers of the fictional community: chosen by its animator, posted by the schedule, answered by its members."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from bot.demo.acting import Acting, buttons_of, says
from bot.model import Channel
from bot.ui import Button, ChannelField, OneChoice, Select, SeveralChoices
from commands.icebreakers.feature import CHANNEL
from commands.icebreakers.library import library

if TYPE_CHECKING:
    import datetime as dt

    from adapters.sandbox.acts import Outcome
    from bot.model import Value

TIME: Final = "12:00"


class Said(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An answer, or a prompt that is proposed."""

    by: str
    words: str
    theme: str = "life"


class Icebreaker(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is asked on a day: one of the library, by its name in each language, or else what was proposed the time before.

    `proposes` is what somebody proposes afterwards; `approved`: an animator approves it.
    """

    day: int
    prompt: dict[str, str] = {}
    answers: tuple[Said, ...] = ()
    proposes: Said | None = None
    approved: bool = False


class Icebreakers(Acting):
    """Lives through icebreakers in a language, with an animator."""

    locale: str = "en"
    host: str = ""
    _founded: bool = False
    _own: str = ""
    """The words of what was proposed and approved last."""

    async def choose(self, said: Icebreaker, date: dt.date) -> None:
        """Let the animator set icebreakers up the first time, on this weekday, and choose what comes next."""
        if not self._founded:
            self._founded = True
            await self._found(date)
        words = self._own
        if said.prompt:
            wanted = f"{self.locale}:{said.prompt[self.locale]}"
            words = next(prompt.words for prompt in library(self.locale) if prompt.key == wanted)
        outcome = await self._acts.command(self.host, "animator icebreakers")
        outcome = await self._press(self.host, outcome.messages[-1], "All prompts")
        shelf = next(control for control in self._card(outcome.messages[-1]).controls if isinstance(control, Select))
        for each in ["", *(choice.value for choice in shelf.choices)]:
            if each:
                outcome = await self._acts.press(self.host, outcome.messages[-1].id, shelf.action, [each])
            if await self._found_here(outcome, words):
                return
        message = f"no prompt “{words}”"
        raise RuntimeError(message)

    async def _found_here(self, outcome: Outcome, words: str) -> bool:
        """Turn the pages of a list; make the prompt the next where it is there."""
        while True:
            message = outcome.messages[-1]
            card = self._card(message)
            button = next((item.button for item in card.items if item.body == words), None)
            if isinstance(button, Button):
                shown = (await self._acts.press(self.host, message.id, button.action)).messages[-1]
                if any(says(each, "Make it the next") for each in buttons_of(self._card(shown))):
                    await self._press(self.host, shown, "Make it the next")
                return True
            if not any(says(each, "Next") for each in buttons_of(card)):
                return False
            outcome = await self._press(self.host, message, "Next")

    async def live(self, said: Icebreaker) -> None:
        """Let members answer what was posted, and somebody propose another."""
        for answer in said.answers:
            self._pass(minutes=19)
            outcome = await self._press(answer.by, self._newest(answer.by, "Propose a prompt"), "Answer")
            await self._send(answer.by, outcome, {"words": answer.words})
        if said.proposes is not None:
            author = said.proposes.by
            outcome = await self._press(author, self._newest(author, "Propose a prompt"), "Propose a prompt")
            await self._send(author, outcome, {"words": said.proposes.words, "theme": said.proposes.theme})
        if said.proposes is not None and said.approved:
            self._pass(minutes=35)
            outcome = await self._acts.command(self.host, "animator icebreakers")
            outcome = await self._acts.press(self.host, outcome.messages[-1].id, "icebreaker:review")
            await self._press(self.host, outcome.messages[-1], "Approve")
            self._own = said.proposes.words

    async def _found(self, date: dt.date) -> None:
        if CHANNEL not in self._workspace.conversations:
            self._workspace.add_channel(CHANNEL)
        outcome = await self._acts.command(self.host, "animator icebreakers")
        values: dict[str, Value] = {}
        for field in self._form(outcome).fields:
            if isinstance(field, ChannelField):
                values[field.name] = Channel(CHANNEL, CHANNEL)
            elif isinstance(field, SeveralChoices):
                values[field.name] = (str(date.weekday()),) if field.name == "days" else field.initial
            elif isinstance(field, OneChoice):
                values[field.name] = TIME if field.name == "at" else field.initial
        await self._send(self.host, outcome, values)
