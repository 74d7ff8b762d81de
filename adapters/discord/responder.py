"""The way back to whoever acted: one interaction, acknowledged once within three seconds, then followed up.

Callback types: 4 message, 5 deferred message, 6 deferred update, 7 update, 8 suggestions, 9 modal
(https://docs.discord.com/developers/interactions/receiving-and-responding#interaction-response-object-interaction-callback-type).
"""

from __future__ import annotations

import asyncio
from enum import Enum, auto
from typing import TYPE_CHECKING, Any, Final

import aiohttp
import structlog

from adapters.discord import identifiers, parse, render
from adapters.discord.failures import ALREADY_ACKNOWLEDGED, code_of
from adapters.discord.modal import modal, waiting
from adapters.discord.render import Rendered
from adapters.discord.wire import LOST
from bot.i18n import match_locale, plain
from bot.ports import Reader

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from adapters.discord.identifiers import Source
    from adapters.discord.parse import Confirm
    from adapters.discord.questions import Questions
    from adapters.discord.wire import Wire
    from bot.text import Content
    from bot.ui import Card, Choice, Form

Json = dict[str, Any]
_log = structlog.get_logger(__name__)

_CALLBACK: Final = "/interactions/{webhook_id}/{webhook_token}/callback"
_FOLLOWUP: Final = "/webhooks/{webhook_id}/{webhook_token}"
_ORIGINAL: Final = "/webhooks/{webhook_id}/{webhook_token}/messages/@original"


ELSEWHERE: Final = 2.0
"""Seconds for another process to answer or to defer, of the three that Discord waits."""


class _State(Enum):
    NEW = auto()
    MESSAGE_DEFERRED = auto()
    UPDATE_DEFERRED = auto()
    ANSWERED = auto()
    LOST = auto()


class InteractionResponder:
    """Answers one interaction."""

    def __init__(self, wire: Wire, questions: Questions, data: Json) -> None:
        self._wire = wire
        self._questions = questions
        self._data = data
        self._state = _State.NEW
        self._kind: int = data["type"]
        self._direct = parse.is_direct(data)
        self._question: Source | None = parse.question(data) if self._kind == parse.COMPONENT else None

    async def defer(self) -> None:
        """Say that the answer is coming: without a trace on a message that was acted on, as a private wait elsewhere."""
        if self._kind == parse.AUTOCOMPLETE or self._state is not _State.NEW:
            return
        if "message" in self._data:
            await self._callback(6, then=_State.UPDATE_DEFERRED)
        else:
            flags = {} if self._direct else {"flags": render.EPHEMERAL}
            await self._callback(5, flags, then=_State.MESSAGE_DEFERRED)

    async def reply(self, card: Card, reader: Reader, *, private: bool = True, edit: bool = False) -> None:
        """Show a card."""
        self._questions.keep(card)
        hidden = private and not self._direct
        rendered = render.message(card, reader, scope=self._scope, private=hidden)
        if self._question is not None and self._state in (_State.NEW, _State.UPDATE_DEFERRED):
            await self._answer_question(self._question, rendered, edit=edit, private=private)
            return
        edit = edit and "message" in self._data
        match self._state:
            case _State.NEW:
                await self._callback(7 if edit else 4, rendered.payload, rendered)
            case _State.UPDATE_DEFERRED if edit:
                await self._hook("PATCH", _ORIGINAL, rendered)
            case _State.MESSAGE_DEFERRED if hidden or self._direct:
                await self._hook("PATCH", _ORIGINAL, rendered)
            case _State.MESSAGE_DEFERRED:
                await self._hook("DELETE", _ORIGINAL)
                await self._hook("POST", _FOLLOWUP, rendered)
            case _State.ANSWERED | _State.UPDATE_DEFERRED:
                await self._hook("POST", _FOLLOWUP, rendered)
            case _State.LOST:
                return
        if self._state is not _State.LOST:
            self._state = _State.ANSWERED

    async def form(self, form: Form, reader: Reader) -> None:
        """Open a modal, or lead to it with a button where Discord opens none: in answer to a modal, or after deferring."""
        if self._state is _State.NEW and self._kind in (parse.COMMAND, parse.COMPONENT):
            await self._callback(9, modal(form, reader, scope=self._scope))
        else:
            await self.reply(waiting(form), reader)

    async def invalid(self, form: Form, errors: Mapping[str, Content], correct: Card, reader: Reader) -> None:
        """Show the card that leads back to the form: modals cannot show errors."""
        del form, errors
        await self.reply(correct, reader)

    async def suggest(self, choices: Sequence[Choice], reader: Reader) -> None:
        """Offer completions of an option."""
        offered = [
            {"name": plain(choice.label, reader.locale, reader.zone)[:100] or choice.value, "value": choice.value}
            for choice in choices
        ]
        await self._callback(8, {"choices": offered[:25]})

    async def ask(self, confirm: Confirm) -> None:
        """Ask before a button counts."""
        locale = (
            confirm.locale if confirm.source.ephemeral or self._direct else match_locale(self._data.get("locale")) or confirm.locale
        )
        rendered = render.message(self._questions.card(confirm), Reader(locale), private=True)
        row = rendered.payload["components"][0]["components"][-1]["components"]
        row[0]["custom_id"], row[1]["custom_id"] = confirm.custom_id, identifiers.refusal(confirm.source)
        await self._callback(4, rendered.payload)

    async def dismiss(self) -> None:
        """Take a question away."""
        await self._callback(6)
        await self._hook("DELETE", _ORIGINAL)

    async def finish(self) -> None:
        """Acknowledge what nothing was said about, so that Discord does not show a failure.

        While one process takes over from another, both are told of everything: who has nothing to say lets the other answer first.
        """
        if self._state is _State.NEW and self._kind != parse.AUTOCOMPLETE and self._question is None:
            await asyncio.sleep(ELSEWHERE)
        match self._state:
            case _State.NEW if self._kind == parse.AUTOCOMPLETE:
                await self._callback(8, {"choices": []})
            case _State.NEW if self._question is not None:
                await self.dismiss()
            case _State.NEW if self._kind in (parse.COMPONENT, parse.MODAL):
                await self._callback(6)
            case _State.NEW:
                await self._callback(5, {"flags": render.EPHEMERAL})
                await self._hook("DELETE", _ORIGINAL)
            case _State.MESSAGE_DEFERRED:
                await self._hook("DELETE", _ORIGINAL)
            case _State.UPDATE_DEFERRED if self._question is not None:
                await self._hook("DELETE", _ORIGINAL)
            case _:
                return

    @property
    def _scope(self) -> str | None:
        """The server that the components of an answer belong to: only told apart in direct messages."""
        if not self._direct:
            return None
        custom_id = str(self._data["data"].get("custom_id", ""))
        return identifiers.read(custom_id, direct=True).guild

    async def _answer_question(self, source: Source, rendered: Rendered, *, edit: bool, private: bool) -> None:
        """Put the answer in the place of the question, or of the message asked about where that can be changed."""
        deferred = self._state is _State.UPDATE_DEFERRED
        if edit and not source.ephemeral:
            if not deferred:
                await self._callback(6)
            self._state = _State.ANSWERED
            try:
                await self._wire.call(
                    "PATCH",
                    "/channels/{channel_id}/messages/{message_id}",
                    json={**rendered.payload, "flags": render.COMPONENTS_V2},
                    files=rendered.files,
                    where={"channel_id": source.channel, "message_id": source.message},
                )
            except LOST as error:
                _log.warning("discord_reply_lost", code=code_of(error), error=type(error).__name__)
            await self._hook("DELETE", _ORIGINAL)
        elif private or edit:
            if deferred:
                await self._hook("PATCH", _ORIGINAL, rendered)
            else:
                await self._callback(7, rendered.payload, rendered)
            self._state = _State.ANSWERED
        else:
            if not deferred:
                await self._callback(6)
            self._state = _State.ANSWERED
            await self._hook("DELETE", _ORIGINAL)
            await self._hook("POST", _FOLLOWUP, rendered)

    async def _callback(
        self, kind: int, payload: Json | None = None, rendered: Rendered | None = None, *, then: _State = _State.ANSWERED
    ) -> None:
        """Answer for the first time. A lost answer is sent once more: if Discord had it, it says so."""
        self._state = then
        files = rendered.files if rendered else ()
        if payload is not None and kind == 7:  # noqa: PLR2004 - an update keeps who sees the message
            payload = {**payload, "flags": payload["flags"] & ~render.EPHEMERAL}
        body: Json = {"type": kind} if payload is None else {"type": kind, "data": payload}
        for again in (False, True):
            try:
                await self._wire.hook("POST", _CALLBACK, self._data["id"], self._data["token"], json=body, files=files)
            except LOST as error:
                code = code_of(error)
                if code == ALREADY_ACKNOWLEDGED and again:
                    return
                if isinstance(error, aiohttp.ClientError | OSError) and not again:
                    continue
                self._state = _State.LOST
                # Already acknowledged at the first attempt: a repeat answered elsewhere, or the library's own second try.
                _log.warning("discord_reply_lost", code=code, error=type(error).__name__, interaction=self._data["id"])
            return

    async def _hook(self, method: str, path: str, rendered: Rendered | None = None) -> None:
        if self._state is _State.LOST:
            return
        application = str(self._data.get("application_id") or self._wire.application)
        json = rendered.payload if rendered else None
        if json is not None and method == "PATCH":
            json = {**json, "flags": json["flags"] & ~render.EPHEMERAL}
        try:
            await self._wire.hook(
                method, path, application, self._data["token"], json=json, files=rendered.files if rendered else ()
            )
        except LOST as error:
            _log.warning("discord_reply_lost", code=code_of(error), error=type(error).__name__, interaction=self._data["id"])


class EventResponder:
    """Answers what was not an interaction: a message to the bot by a message, anything else by nothing."""

    def __init__(self, wire: Wire, questions: Questions, channel: str, nonce: str) -> None:
        self._wire = wire
        self._questions = questions
        self._channel = channel
        self._nonce = nonce

    async def defer(self) -> None:
        """Show that the bot is typing."""
        await self._call("POST", "/channels/{channel_id}/typing")

    async def reply(self, card: Card, reader: Reader, *, private: bool = True, edit: bool = False) -> None:
        """Write in the conversation."""
        del private, edit
        self._questions.keep(card)
        rendered = render.message(card, reader, scope="")
        payload = {**rendered.payload, "nonce": self._nonce, "enforce_nonce": True}
        await self._call("POST", "/channels/{channel_id}/messages", Rendered(payload, rendered.files))

    async def form(self, form: Form, reader: Reader) -> None:
        """Lead to the form with a button: only a press opens a modal."""
        await self.reply(waiting(form), reader)

    async def invalid(self, form: Form, errors: Mapping[str, Content], correct: Card, reader: Reader) -> None:
        """Show the card that leads back to the form."""
        del form, errors
        await self.reply(correct, reader)

    async def suggest(self, choices: Sequence[Choice], reader: Reader) -> None:
        """Do nothing: nobody is typing an option."""

    async def _call(self, method: str, path: str, rendered: Rendered | None = None) -> None:
        if not self._channel:
            return
        try:
            await self._wire.call(
                method,
                path,
                json=rendered.payload if rendered else None,
                files=rendered.files if rendered else (),
                where={"channel_id": self._channel},
            )
        except LOST as error:
            _log.warning("discord_reply_lost", code=code_of(error), error=type(error).__name__)
