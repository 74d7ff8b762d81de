"""From what Slack delivers to an `Invocation`: pure, total, and deaf to what is not addressed to the bot.

Payloads: https://docs.slack.dev/reference/interaction-payloads, https://docs.slack.dev/reference/events.
"""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from adapters.slack.dialect import JOINER, unescape
from adapters.slack.payload import (
    NOWHERE,
    Origin,
    Payload,
    Way,
    kind_of_channel,
    metadata_of,
    origin_of,
    table_of,
    team_of,
    text_of,
)
from adapters.slack.people import account_of
from adapters.slack.state import chosen, values_of
from bot.i18n import fold
from bot.model import AccountRef, Channel, Invocation, Kind, Member, Where, WorkspaceRef
from bot.signature import spread
from bot.ui import shorten

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.feature import Command, Registry
    from bot.model import Value

MENU: Final = "confrere"
"""The command that answers when none was named."""

_HELP: Final = frozenset({"help", "aide", "menu", "?"})
_MEMBER: Final = re.compile(r"<@([UW][A-Z0-9]+)(?:\|([^>]*))?>")
_CHANNEL: Final = re.compile(r"<#([CG][A-Z0-9]+)(?:\|([^>]*))?>")
_BRACKETS: Final = re.compile(r"<[^<>]*>")
_POSITION: Final = re.compile(r"^\d+\|")
OPEN_PAGE: Final = "page"
"""The action id of a button that only opens a web page, after its position."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One delivery, understood: what the core is told, and the ways back."""

    invocation: Invocation
    way: Way


class Parser:
    """Reads payloads for one running bot: its commands and its own identity."""

    def __init__(self, registry: Registry, bot_user: str = "", team: str = "", team_name: str = "") -> None:
        self._registry = registry
        self._bot_user = bot_user
        self._team = team
        self._team_name = team_name

    def parse(self, payload: Payload) -> Delivery | None:
        """Return what a payload asks for, or None where nobody asks anything of the bot."""
        if "command" in payload:
            return self._slash(payload)
        read = self._readers.get(text_of(payload, "type"))
        return None if read is None else read(self, payload)

    def workspace(self, team: str) -> WorkspaceRef:
        """Return a workspace by its id."""
        return WorkspaceRef("slack", team or self._team, self._team_name if team in ("", self._team) else "")

    def own(self, name: str) -> Invocation:
        """Return an event that the connection itself is the source of."""
        return Invocation(Kind.EVENT, name, f"slack:{name}:{uuid.uuid4().hex}", self.workspace(self._team))

    def _slash(self, payload: Payload) -> Delivery | None:
        origin = origin_of(payload)
        name, values = self._spoken(text_of(payload, "text"))
        account = AccountRef(text_of(payload, "user_id"), text_of(payload, "user_name"))
        return self._delivery(Kind.COMMAND, name, payload, account, origin, values)

    def _spoken(self, line: str) -> tuple[str, dict[str, Value]]:
        # A name in a mention may hold spaces, which must not end the word it stands in.
        line = _BRACKETS.sub(lambda found: found.group().replace(" ", JOINER), line).strip()
        found = self._registry.spoken(line)
        if found is not None:
            command, rest = found
            values = spread(command.signature, rest, reference)
            return command.name, {name: readable(value) if isinstance(value, str) else value for name, value in values.items()}
        if not line or fold(line.partition(" ")[0]) in _HELP:
            return MENU, {}
        return MENU, {"words": shorten(readable(line), 150)}

    def _actions(self, payload: Payload) -> Delivery | None:
        actions = payload.get("actions")
        action = actions[0] if isinstance(actions, list) and actions and isinstance(actions[0], dict) else {}
        name = _POSITION.sub("", text_of(action, "action_id"))
        if not name or name == OPEN_PAGE or ":" not in name:
            return None
        values: dict[str, Value] = {} if text_of(action, "type") == "button" else {"values": chosen(action)}
        return self._delivery(Kind.ACTION, name, payload, _actor(payload), origin_of(payload), values)

    def _submission(self, payload: Payload) -> Delivery | None:
        view = table_of(payload, "view")
        name = metadata_of(view).form or text_of(view, "callback_id")
        if ":" not in name:
            return None
        return self._delivery(Kind.SUBMIT, name, payload, _actor(payload), origin_of(payload), values_of(view))

    def _suggestion(self, payload: Payload) -> Delivery | None:
        name = _POSITION.sub("", text_of(payload, "action_id"))
        values: dict[str, Value] = {"words": text_of(payload, "value")}
        # Typing the same letters again is a new question, and Slack gives this payload no id of its own.
        return self._delivery(Kind.SUGGEST, name, payload, _actor(payload), origin_of(payload), values, identity=uuid.uuid4().hex)

    def _shortcut(self, payload: Payload) -> Delivery | None:
        name = text_of(payload, "callback_id")
        command = self._registry.commands.get(name)
        values = {} if command is None else from_message(command, table_of(payload, "message"), self._bot_user)
        name = name if command is not None else MENU
        return self._delivery(Kind.COMMAND, name, payload, _actor(payload), origin_of(payload), values)

    def _event(self, payload: Payload) -> Delivery | None:
        event = table_of(payload, "event")
        read = self._events.get(text_of(event, "type"))
        understood = None if read is None else read(self, event)
        if understood is None:
            return None
        name, account, origin, values = understood
        if account is not None and account.external_id in ("", self._bot_user):
            return None
        identity = text_of(payload, "event_id")
        return self._delivery(Kind.EVENT, name, payload, account, origin, values, identity=identity)

    def _home_opened(self, event: Payload) -> Understood:
        return (
            ("home_opened", AccountRef(text_of(event, "user")), Origin(Where.HOME.value), {})
            if event.get("tab") == "home"
            else None
        )

    def _team_join(self, event: Payload) -> Understood:
        return "member_joined", account_of(table_of(event, "user")), NOWHERE, {}

    def _user_change(self, event: Payload) -> Understood:
        user = table_of(event, "user")
        return ("member_left", account_of(user), NOWHERE, {}) if user.get("deleted") is True else None

    def _message(self, event: Payload) -> Understood:
        if event.get("channel_type") != "im" or "subtype" in event or "bot_id" in event or not text_of(event, "user"):
            return None
        channel = text_of(event, "channel")
        origin = Origin(kind_of_channel(channel).value, channel, text_of(event, "thread_ts"))
        return "direct_message", AccountRef(text_of(event, "user")), origin, {"words": readable(text_of(event, "text"))}

    def _uninstalled(self, event: Payload) -> Understood:
        del event
        return "workspace_gone", None, NOWHERE, {}

    def _revoked(self, event: Payload) -> Understood:
        return ("workspace_gone", None, NOWHERE, {}) if self._bot_user in (table_of(event, "tokens").get("bot") or ()) else None

    def _delivery(  # noqa: PLR0913, PLR0917 - the parts of one delivery
        self,
        kind: Kind,
        name: str,
        payload: Payload,
        account: AccountRef | None,
        origin: Origin,
        values: dict[str, Value],
        *,
        identity: str = "",
    ) -> Delivery:
        view = table_of(payload, "view")
        identity = identity or text_of(payload, "trigger_id") or f"{text_of(view, 'id')}:{text_of(view, 'hash')}"
        blocks = view.get("blocks")
        way = Way(
            type=text_of(payload, "type") or "command",
            name=name,
            user=account.external_id if account else "",
            trigger=text_of(payload, "trigger_id"),
            origin=origin,
            view=text_of(view, "id") if text_of(view, "type") == "modal" else "",
            fields=tuple(text_of(block, "block_id") for block in blocks if isinstance(block, dict) and block.get("type") == "input")
            if isinstance(blocks, list)
            else (),
        )
        invocation = Invocation(kind, name, f"slack:{identity}", self.workspace(team_of(payload)), account, origin.place, values)
        return Delivery(invocation, way)

    _readers: Final = {
        "block_actions": _actions,
        "view_submission": _submission,
        "block_suggestion": _suggestion,
        "shortcut": _shortcut,
        "message_action": _shortcut,
        "event_callback": _event,
    }

    _events: Final = {
        "app_home_opened": _home_opened,
        "team_join": _team_join,
        "user_change": _user_change,
        "message": _message,
        "app_uninstalled": _uninstalled,
        "tokens_revoked": _revoked,
    }


def reference(word: str) -> AccountRef | Channel | None:
    """Read Slack's notation for a member or a channel."""
    if found := _MEMBER.fullmatch(word):
        return AccountRef(found[1], unescape((found[2] or "").replace(JOINER, " ")))
    if found := _CHANNEL.fullmatch(word):
        return Channel(found[1], unescape((found[2] or "").replace(JOINER, " ")))
    return None


def readable(words: str) -> str:
    """Return a line as its author sees it: mentions as names, links as addresses, entities as characters."""
    return unescape(_BRACKETS.sub(_bracket, words)).replace(JOINER, " ") if "<" in words or "&" in words else words


def _bracket(found: re.Match[str]) -> str:
    target, _bar, label = found.group()[1:-1].partition("|")
    if target.startswith("@"):
        return f"@{label or target[1:]}"
    if target.startswith("#"):
        return f"#{label or target[1:]}"
    if target.startswith("!"):
        return label or f"@{target[1:].partition('^')[0]}"
    return target.removeprefix("mailto:")


def from_message(command: Command, message: Payload, bot_user: str = "") -> dict[str, Value]:
    """Fill the options of a command from the message it was asked on: its text, and its author where that is a person."""
    values: dict[str, Value] = {}
    text, author = readable(text_of(message, "text")), text_of(message, "user")
    if "bot_id" in message or author == bot_user:
        author = ""
    for parameter in command.signature.parameters:
        if parameter.type is str and text and not parameter.described.choices:
            values[parameter.name], text = shorten(text, parameter.described.max_length), ""
        elif parameter.type is Member and author:
            values[parameter.name], author = AccountRef(author), ""
    return values


def _actor(payload: Payload) -> AccountRef:
    user = table_of(payload, "user")
    return AccountRef(text_of(user, "id"), text_of(user, "name") or text_of(user, "username"))


if TYPE_CHECKING:
    Understood = tuple[str, AccountRef | None, Origin, dict[str, Value]] | None
    Reader = Callable[[Parser, Payload], Delivery | None]
