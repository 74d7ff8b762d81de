"""A Slack workspace in memory: people, channels, messages, open dialogs; what each person sees of it."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.emulators.slack.history import History
from tests.emulators.slack.messages import Json, Messages, Posted

__all__ = ["Channel", "Json", "Posted", "ResponseUrl", "Trigger", "View", "Workspace"]

TRIGGER_LIFE = 3.0
RESPONSES = 5


@dataclass
class Channel:
    id: str
    name: str = ""
    kind: str = "public"
    members: set[str] = field(default_factory=set)
    archived: bool = False


@dataclass
class View:
    id: str
    user: str
    body: Json
    hash: str
    origin: Json = field(default_factory=dict)


@dataclass
class Trigger:
    user: str
    born: float
    used: bool = False


@dataclass
class ResponseUrl:
    channel: str
    user: str
    message: str = ""
    left: int = RESPONSES


class Workspace:
    """The state. `now` dates messages, in seconds since 1970; `monotonic` measures how long things last."""

    team = "T0000TEAM"
    team_name = "Independents"
    bot_user = "U0000BOT"
    bot_id = "B0000BOT"

    def __init__(self, monotonic: Callable[[], float] = time.monotonic, now: Callable[[], float] = time.time) -> None:
        self.monotonic = monotonic
        self.now = now
        self._numbers = itertools.count(1)
        self.users: dict[str, Json] = {}
        self.closed: set[str] = set()
        self.channels: dict[str, Channel] = {}
        self.messages = Messages()
        self.history = History(self.messages, self.bot_user, self.bot_id)
        self._conversations: dict[frozenset[str], Channel] = {}
        self._stamped = 0
        self.homes: dict[str, View] = {}
        self.dialogs: dict[str, list[View]] = {}
        self.files: dict[str, bytes] = {}
        self.triggers: dict[str, Trigger] = {}
        self.responses: dict[str, ResponseUrl] = {}
        self.add_user("Confrere", identity=self.bot_user, bot=True)

    def number(self) -> int:
        return next(self._numbers)

    def add_user(
        self,
        name: str,
        *,
        identity: str = "",
        locale: str = "en-US",
        tz: str = "Europe/Paris",
        admin: bool = False,
        bot: bool = False,
    ) -> Json:
        user: Json = {
            "id": identity or f"U{self.number():07d}P",
            "team_id": self.team,
            "name": name.lower().replace(" ", "."),
            "real_name": name,
            "deleted": False,
            "locale": locale,
            "tz": tz,
            "is_admin": admin,
            "is_owner": False,
            "is_bot": bot,
            "profile": {"real_name": name, "display_name": name},
        }
        self.users[user["id"]] = user
        for channel in self.channels.values():
            if channel.kind == "public" and not bot:
                channel.members.add(user["id"])
        return user

    def channel(self, name: str) -> Channel:
        """Return the public channel with a name (`#help`), created where there is none; everybody but the bot is in it."""
        for channel in self.channels.values():
            if channel.name == name.removeprefix("#") and channel.kind in ("public", "private"):
                return channel
        people = {identity for identity, user in self.users.items() if not user["is_bot"]}
        return self._keep(Channel(f"C{self.number():07d}C", name.removeprefix("#"), "public", people))

    def private_channel(self, name: str, *members: str) -> Channel:
        return self._keep(Channel(f"C{self.number():07d}P", name, "private", set(members)))

    def conversation(self, users: list[str]) -> Channel:
        """Return the conversation of the bot with one person, or several."""
        members = frozenset({*users, self.bot_user})
        known = self._conversations.get(members)
        if known is None or known.id not in self.channels:
            kind = "im" if len(users) == 1 else "mpim"
            known = self._keep(Channel(f"{'D' if kind == 'im' else 'G'}{self.number():07d}D", "", kind, set(members)))
            self._conversations[members] = known
        return known

    def archive(self, channel: str, *, archived: bool = True) -> None:
        self.channels[channel].archived = archived

    def delete(self, channel: str) -> None:
        """Delete a channel for good; what stood in it is gone for everybody."""
        del self.channels[channel]

    def deactivate(self, user: str, *, deleted: bool = True) -> Json:
        """End an account, and return the person as the event tells."""
        self.users[user]["deleted"] = deleted
        return self.users[user]

    def _keep(self, channel: Channel) -> Channel:
        self.channels[channel.id] = channel
        return channel

    def post(self, message: Posted) -> Posted:
        message.stored, message.at = self.monotonic(), self.now()
        self.messages.append(message)
        return message

    def ts(self) -> str:
        """Return a timestamp no other message has: the present instant, later than any before."""
        self._stamped = max(int(self.now() * 1_000_000), self._stamped + 1)
        return f"{self._stamped // 1_000_000}.{self._stamped % 1_000_000:06d}"

    def find(self, channel: str, ts: str) -> Posted | None:
        return self.messages.find(channel, ts)

    def visible(self, user: str) -> list[Posted]:
        """Return the messages somebody sees, oldest first."""
        return [
            message
            for message in self.messages
            if message.only in ("", user) and message.channel in self.channels and user in self.channels[message.channel].members
        ]

    # ------------------------------------------------------------ triggers, response addresses, dialogs

    def trigger(self, user: str) -> str:
        identity = f"{self.number()}.{self.number()}.trigger"
        self.triggers[identity] = Trigger(user, self.monotonic())
        return identity

    def use_trigger(self, identity: str) -> Trigger | str:
        """Use a trigger id; returns Slack's error where it cannot be used."""
        trigger = self.triggers.get(identity)
        if trigger is None:
            return "invalid_trigger_id"
        if trigger.used:
            return "exchanged_trigger_id"
        if self.monotonic() - trigger.born > TRIGGER_LIFE:
            return "expired_trigger_id"
        trigger.used = True
        return trigger

    def response_url(self, channel: str, user: str, message: str = "") -> str:
        token = f"R{self.number():05d}"
        self.responses[token] = ResponseUrl(channel, user, message)
        return token

    def open_view(self, user: str, body: Json, *, replace: bool = False) -> View:
        number = self.number()
        view = View(f"V{number:07d}", user, body, f"{number}.hash")
        stack = self.dialogs.setdefault(user, [])
        if replace and stack:
            stack.pop()
        stack.append(view)
        return view

    def dialog(self, user: str) -> View | None:
        stack = self.dialogs.get(user)
        return stack[-1] if stack else None

    def close_dialog(self, user: str, *, everything: bool = False) -> None:
        stack = self.dialogs.get(user, [])
        while stack:
            stack.pop()
            if not everything:
                return
