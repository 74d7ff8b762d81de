"""The way back to whoever acted on Slack: in the acknowledgement while it is awaited, then wherever still reaches them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError

from adapters.slack import forms, render
from adapters.slack.failures import code_of
from adapters.slack.sharing import Sharing
from bot.errors import DeliveryError
from bot.i18n import _, plain
from bot.model import Where
from bot.ui import Button, Card, Style, Tone, shorten

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence

    from adapters.slack.acknowledgement import Acknowledgement
    from adapters.slack.payload import Way
    from adapters.slack.render import Json, Message
    from adapters.slack.web import Web
    from bot.ports import Reader
    from bot.text import Content, Text
    from bot.ui import Choice, Form

FAILURES: Final = (SlackApiError, DeliveryError, aiohttp.ClientError, TimeoutError)
_EXPIRED: Final = frozenset(
    {"expired_trigger_id", "exchanged_trigger_id", "invalid_trigger_id", "trigger_expired", "trigger_exchanged"}
)
_CORRECT: Final = "form:correct:"
"""The core's own button that opens a dialog again with everything that was typed."""

_log = structlog.get_logger(__name__)


class SlackResponder:
    """The responder of one delivery. Never raises for what Slack refuses: it finds another way, or logs."""

    def __init__(self, web: Web, way: Way, acknowledgement: Acknowledgement) -> None:
        self._web = web
        self._way = way
        self._acknowledgement = acknowledgement
        self._home_shown = False
        self._inline = False

    async def defer(self) -> None:
        """Acknowledge now; what follows goes to the response address or the conversation."""
        self._acknowledgement.settle()

    async def reply(self, card: Card, reader: Reader, *, private: bool = True, edit: bool = False) -> None:
        """Show a card by the first way that works."""
        sharing = Sharing(self._web, self._way, card, reader, private=private, edit=edit)
        if card.files:
            # An upload takes its time; Slack must not wait for it.
            self._acknowledgement.settle()
            await self._handed(sharing.prepare)
        if self._way.origin.kind == Where.HOME and not self._home_shown:
            self._acknowledgement.settle()
            if await self._tried(lambda: self._publish(card, reader, sharing.said)):
                self._home_shown = True
                await self._handed(sharing.share)
                return
        message = render.message(card, reader, await self._picture(card, reader), sharing.said)
        if self._answers_inline(edit=edit) and self._acknowledgement.settle(self._body(message, private=private, edit=False)):
            self._inline = True
            return
        self._acknowledgement.settle()
        if self._inline:
            await self._acknowledgement.gone()
        for way in self._ways(message, private=private, edit=edit):
            if await self._tried(way):
                await self._handed(sharing.share)
                return
        _log.warning("slack.reply.lost", type=self._way.type)

    async def form(self, form: Form, reader: Reader) -> None:
        """Open a dialog: in place of the one just sent, above the one acted in, or a first one."""
        view = forms.modal(form, reader, self._way.origin)
        if self._way.type == "view_submission" and self._acknowledgement.settle({"response_action": "update", "view": view}):
            return
        method = "views.push" if self._way.view and self._way.type == "block_actions" else "views.open"
        try:
            await self._web.call(method, {"trigger_id": self._way.trigger, "view": view})
        except FAILURES as error:
            late = isinstance(error, SlackApiError) and code_of(error) in _EXPIRED
            _log.warning("slack.form.refused", reason=code_of(error) if isinstance(error, SlackApiError) else type(error).__name__)
            await self.reply(_again(form, late=late), reader)

    async def invalid(self, form: Form, errors: Mapping[str, Content], correct: Card, reader: Reader) -> None:
        """Show errors at the fields of the dialog just sent; privately where it is closed already."""
        shown = {
            name: shorten(plain(content, reader.locale, reader.zone), forms.ERROR) or "—"
            for name, content in errors.items()
            if name in self._way.fields
        }
        complete = bool(shown) and len(shown) == len(errors)
        errors_body = {"response_action": "errors", "errors": shown}
        if self._way.type == "view_submission" and complete and self._acknowledgement.settle(errors_body):
            return
        del form
        await self.reply(correct, reader)

    async def suggest(self, choices: Sequence[Choice], reader: Reader) -> None:
        """Answer an external select."""
        words = render.Writer(reader.locale, reader.zone)
        self._acknowledgement.settle({"options": [render.option(choice, words) for choice in choices[:100]]})

    # ------------------------------------------------------------ ways to show a message

    def _answers_inline(self, *, edit: bool) -> bool:
        return self._way.type == "command" and not edit and self._acknowledgement.open

    def _ways(self, message: Message, *, private: bool, edit: bool) -> list[Callable[[], Awaitable[object]]]:
        origin = self._way.origin
        ways: list[Callable[[], Awaitable[object]]] = []
        if edit and origin.message:
            if origin.response_url:
                ways.append(lambda: self._web.respond(origin.response_url, self._body(message, private=private, edit=True)))
            if origin.channel and not origin.ephemeral:
                changed = {"channel": origin.channel, "ts": origin.message, **content(message), "link_names": False}
                ways.append(lambda: self._web.message("chat.update", changed))
        if origin.response_url:
            ways.append(lambda: self._web.respond(origin.response_url, self._body(message, private=private, edit=False)))
        if origin.channel:
            ways.append(lambda: self._post(message, origin.channel, private=private))
        if self._way.user:
            ways.append(lambda: self._direct(message))
        return ways

    def _body(self, message: Message, *, private: bool, edit: bool) -> Json:
        """Return what a response address or the acknowledgement of a command takes."""
        origin = self._way.origin
        # The bot's own conversation is private already; there a message may stay, an ephemeral one is gone at the next visit.
        ephemeral = private and origin.kind != Where.DIRECT
        body: Json = {"response_type": "ephemeral" if ephemeral else "in_channel", **content(message)}
        if edit:
            body["replace_original"] = True
        elif self._way.type != "command":
            body["replace_original"] = False
            if origin.thread:
                body["thread_ts"] = origin.thread
        return body

    async def _post(self, message: Message, channel: str, *, private: bool) -> None:
        payload: Json = {"channel": channel, **content(message), "link_names": False}
        if self._way.origin.thread:
            payload["thread_ts"] = self._way.origin.thread
        if private and self._way.origin.kind != Where.DIRECT:
            await self._web.message("chat.postEphemeral", {**payload, "user": self._way.user})
        else:
            await self._web.message("chat.postMessage", {**payload, "unfurl_links": False, "unfurl_media": False})

    async def _direct(self, message: Message) -> None:
        channel = await self._web.conversation(self._way.user)
        payload = {"channel": channel, **content(message), "link_names": False, "unfurl_links": False, "unfurl_media": False}
        await self._web.message("chat.postMessage", payload)

    async def _publish(self, card: Card, reader: Reader, files: Text | None) -> None:
        back = self._way.type != "event_callback" and self._way.name != forms.BACK
        view = forms.home(card, reader, await self._picture(card, reader), files, back=back)
        await self._web.call("views.publish", {"user_id": self._way.user, "view": view})

    async def _picture(self, card: Card, reader: Reader) -> str:
        if card.picture is None:
            return ""
        alt = shorten(plain(card.picture.alt, reader.locale, reader.zone), 1000)
        # An upload takes its time; Slack must not wait for it.
        self._acknowledgement.settle()
        try:
            return await self._web.picture(card.picture.name, card.picture.content, alt)
        except FAILURES as error:
            _log.warning("slack.picture.lost", reason=type(error).__name__)
            return ""

    async def _handed(self, step: Callable[[], Awaitable[object]]) -> None:
        """Hand out files, as far as Slack lets."""
        if not await self._tried(step):
            _log.warning("slack.files.lost", type=self._way.type)

    async def _tried(self, way: Callable[[], Awaitable[object]]) -> bool:
        try:
            await way()
        except FAILURES as error:
            reason = code_of(error) if isinstance(error, SlackApiError) else str(error) or type(error).__name__
            _log.info("slack.reply.refused", reason=reason, type=self._way.type)
            return False
        return True


def content(message: Message) -> Json:
    """Return the part of a message that every way of sending takes."""
    return {"text": message.text, "blocks": message.blocks}


def _again(form: Form, *, late: bool) -> Card:
    words = _("That took too long for Slack, and the form did not open.") if late else _("Slack could not open the form just now.")
    return Card(
        body=words,
        tone=Tone.ATTENTION,
        controls=(Button(_("Try again"), f"{_CORRECT}{form.submit}", Style.PRIMARY),),
    )
