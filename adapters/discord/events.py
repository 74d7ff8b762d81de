"""What Discord tells without anybody asking: people who come and go, servers, messages to the bot.

Discord delivers some of it twice and some again at every connection, so each thing gets a delivery id of its own.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, Any, Final

from adapters.discord.parse import PLATFORM, account
from bot.model import Invocation, Kind, Place, Where, WorkspaceRef

if TYPE_CHECKING:
    from bot.model import AccountRef
    from bot.ports import Clock

Json = dict[str, Any]

HEARD: Final = frozenset({"GUILD_CREATE", "GUILD_DELETE", "GUILD_MEMBER_ADD", "GUILD_MEMBER_REMOVE", "MESSAGE_CREATE"})
_REMEMBERED: Final = 10_000


class Events:
    """Turns gateway events into invocations, remembering just enough to tell a repeat from a second time."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._joined: OrderedDict[tuple[str, str], str] = OrderedDict()
        self._servers: dict[str, str] = {}

    def read(self, name: str, data: Json, *, session: str, me: str) -> Invocation | None:
        """Understand an event; None where it does not concern the core. `session` and `me` are the bot's own."""
        match name:
            case "GUILD_CREATE":
                return self._server_ready(data, session)
            case "GUILD_DELETE":
                return self._server_gone(data)
            case "GUILD_MEMBER_ADD":
                return self._joined_now(data, me)
            case "GUILD_MEMBER_REMOVE":
                return self._left(data, me)
            case "MESSAGE_CREATE":
                return _direct_message(data, me)
            case _:
                return None

    def _server_ready(self, data: Json, session: str) -> Invocation | None:
        if data.get("unavailable"):
            return None
        server = str(data["id"])
        since = self._servers[server] = str(data.get("joined_at") or "")
        return _event("workspace_ready", f"ready:{server}:{since}:{session}", server, str(data.get("name") or ""))

    def _server_gone(self, data: Json) -> Invocation | None:
        if data.get("unavailable"):
            return None
        server = str(data["id"])
        since = self._servers.pop(server, "") or self._hour()
        return _event("workspace_gone", f"gone:{server}:{since}", server)

    def _joined_now(self, data: Json, me: str) -> Invocation | None:
        server, user = str(data["guild_id"]), str(data["user"]["id"])
        if user == me:
            return None
        since = str(data.get("joined_at") or "") or self._hour()
        self._joined[server, user] = since
        if len(self._joined) > _REMEMBERED:
            self._joined.popitem(last=False)
        who = account(data["user"], {"nick": data.get("nick")})
        return _event("member_joined", f"joined:{server}:{user}:{since}", server, account=who)

    def _left(self, data: Json, me: str) -> Invocation | None:
        server, user = str(data["guild_id"]), str(data["user"]["id"])
        if user == me:
            return None
        since = self._joined.get((server, user)) or self._hour()
        return _event("member_left", f"left:{server}:{user}:{since}", server, account=account(data["user"]))

    def _hour(self) -> str:
        """Return the present hour: a departure carries no time of its own, and its repeats follow at once."""
        return self._clock.now().strftime("%Y%m%d%H")


def _direct_message(data: Json, me: str) -> Invocation | None:
    author: Json = data["author"]
    if data.get("guild_id") or author.get("bot") or str(author["id"]) == me or data.get("type", 0) not in (0, 19):
        return None
    return Invocation(
        Kind.EVENT,
        "direct_message",
        f"{PLATFORM}:message:{data['id']}",
        WorkspaceRef(PLATFORM, ""),
        account(author),
        Place(Where.DIRECT, str(data["channel_id"])),
        {"words": str(data.get("content") or "")},
    )


def _event(name: str, key: str, server: str, title: str = "", *, account: AccountRef | None = None) -> Invocation:
    return Invocation(Kind.EVENT, name, f"{PLATFORM}:{key}", WorkspaceRef(PLATFORM, server, title), account)
