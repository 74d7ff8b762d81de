"""The gateway connection: discord.py's client, with small caches, raw events, and a loop that survives what its own does not.

Interactions and people's comings and goings are read from the raw payload; of the rest only what a server's channels and roles
need is kept. discord.py ends its client when an event cannot be parsed and when the first connection is refused; this one logs
and goes on.
"""

from __future__ import annotations

import asyncio
import logging
import random
from typing import TYPE_CHECKING, Any, Final, Protocol

import aiohttp
import discord
import structlog
import yarl
from discord.gateway import DiscordWebSocket, ReconnectWebSocket
from discord.http import Route
from discord.state import ConnectionState

from adapters.discord.events import HEARD

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.config import DiscordConfig

Json = dict[str, Any]
_log = structlog.get_logger(__name__)

FATAL: Final = frozenset({4004, 4010, 4011, 4012, 4013, 4014})
"""Close codes that trying again cannot help (https://docs.discord.com/developers/topics/opcodes-and-status-codes#gateway)."""

_KEPT: Final = frozenset(
    {
        "READY",
        "RESUMED",
        "GUILD_CREATE",
        "GUILD_UPDATE",
        "GUILD_DELETE",
        "GUILD_MEMBER_UPDATE",
        "GUILD_ROLE_CREATE",
        "GUILD_ROLE_UPDATE",
        "GUILD_ROLE_DELETE",
        "CHANNEL_CREATE",
        "CHANNEL_UPDATE",
        "CHANNEL_DELETE",
    }
)
"""Events that discord.py's own cache needs: what a server's channels are and what the bot may do there."""

_NOT_CACHED: Final = (
    "emojis", "stickers", "threads", "voice_states", "presences", "stage_instances", "guild_scheduled_events", "soundboard_sounds",
)  # fmt: skip
_DEFAULT_GATEWAY: Final = DiscordWebSocket.DEFAULT_GATEWAY
_DEFAULT_BASE: Final = Route.BASE
_CONNECT_SECONDS: Final = 60.0
_TRIES_TO_RESUME: Final = 3
_BRIEF_SECONDS, _BRIEF_CONNECTIONS = 10.0, 2
"""A server that ends every connection at once is given pauses; one told reconnection is followed without."""


class Listener(Protocol):
    """Who is told what the gateway delivers."""

    def interaction(self, data: Json, /) -> None:
        """Somebody acted."""
        ...

    def event(self, name: str, data: Json, /) -> None:
        """Something happened."""
        ...

    def ready(self, session: str, /) -> None:
        """Interactions can arrive now."""
        ...


class Backoff:
    """Pauses that grow from one second to a minute, with jitter so that many bots do not come back at once.

    The same `seed` gives the same pauses; without one, every process has its own.
    """

    def __init__(self, first: float = 1.0, most: float = 60.0, *, seed: int | None = None) -> None:
        self._first, self._most = first, most
        self._random = random.Random(seed)  # noqa: S311 - spreading, not secrecy
        self._failures = 0

    def next(self) -> float:
        """Return how long to wait, in seconds."""
        whole = min(self._most, self._first * 2**self._failures)
        self._failures = min(self._failures + 1, 16)
        return whole * self._random.uniform(0.5, 1.0)

    def reset(self) -> None:
        """Begin again: it worked."""
        self._failures = 0


def point_at(config: DiscordConfig) -> None:
    """Make discord.py use the configured addresses; Discord's own where they are empty."""
    Route.BASE = config.api_url.rstrip("/") or _DEFAULT_BASE
    DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(config.gateway_url) if config.gateway_url else _DEFAULT_GATEWAY


class State(ConnectionState["Gateway"]):
    """discord.py's picture of the servers, without what is not needed, and deaf to payloads it cannot read."""

    def __init__(self, *, listener: Listener, **options: Any) -> None:  # noqa: ANN401 - what discord.py passes on
        self._listener = listener
        super().__init__(**options)
        kept = {name: parser for name, parser in self.parsers.items() if name in _KEPT}
        for name in HEARD - kept.keys():
            kept[name] = _ignored
        self.parsers = {name: self._guarded(name, parser) for name, parser in kept.items()}
        self.parsers["INTERACTION_CREATE"] = listener.interaction

    def parse_ready(self, data: Any) -> None:  # noqa: ANN401 - raw
        """Begin a session."""
        super().parse_ready(data)
        self._listener.ready(str(data["session_id"]))

    def parse_resumed(self, data: Any) -> None:  # noqa: ANN401 - raw
        """Go on with a session."""
        super().parse_resumed(data)
        _log.info("discord_resumed")

    def parse_guild_create(self, data: Any) -> None:  # noqa: ANN401 - raw
        """Keep a server's channels and roles, and nothing of what is never used."""
        lean: Any = {**data, **{name: [] for name in _NOT_CACHED if name in data}}
        super().parse_guild_create(lean)

    def parse_guild_member_update(self, data: Any) -> None:  # noqa: ANN401 - raw
        """Follow the bot's own roles only."""
        if self.user is not None and str(data["user"]["id"]) == str(self.user.id):
            super().parse_guild_member_update(data)

    def _guarded(self, name: str, parser: Callable[[Any], None]) -> Callable[[Any], None]:
        def parse(data: Any) -> None:  # noqa: ANN401 - raw
            try:
                parser(data)
            except Exception:  # noqa: BLE001 - one payload that cannot be read must not end the connection
                _log.exception("discord_event_unreadable", event_name=name)
            if name in HEARD:
                self._listener.event(name, data)

        return parse


class Gateway(discord.Client):
    """One connection to Discord. `connect` runs until it is closed, or until Discord refuses for good."""

    def __init__(self, listener: Listener) -> None:
        self._listener = listener
        self._stopping = False
        # Its own debug lines hold whole payloads: private words and interaction tokens.
        logging.getLogger("discord").setLevel(logging.WARNING)
        intents = discord.Intents.none()
        intents.guilds = intents.members = intents.dm_messages = True
        discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False
        super().__init__(
            intents=intents,
            allowed_mentions=discord.AllowedMentions.none(),
            max_messages=None,
            chunk_guilds_at_startup=False,
            member_cache_flags=discord.MemberCacheFlags.none(),
            max_ratelimit_timeout=30.0,
        )

    def _get_state(self, **options: Any) -> State:  # noqa: ANN401 - what discord.py passes on
        return State(
            listener=self._listener, dispatch=self.dispatch, handlers=self._handlers, hooks=self._hooks, http=self.http, **options
        )

    async def quiet(self) -> None:
        """Take nothing new, while answers under way can still be sent."""
        self._stopping = True
        if self.ws is not None and self.ws.open:
            await self.ws.close(code=1000)

    async def connect(self, *, reconnect: bool = True) -> None:
        """Listen until closed, resuming where Discord allows it.

        Raises:
            discord.ConnectionClosed: with one of the `FATAL` codes.
        """
        del reconnect
        backoff = Backoff()
        how: Json = {"initial": True}
        failures = brief = 0
        while not self._ended():
            started = self.loop.time()
            try:
                self.ws = await asyncio.wait_for(DiscordWebSocket.from_client(self, **how), _CONNECT_SECONDS)
                failures = 0
                while True:
                    await self.ws.poll_event()
            except ReconnectWebSocket as request:
                how = self._resumption() if request.resume else {"initial": False}
                error: Exception = request
            except discord.ConnectionClosed as closed:
                if self._ended():
                    return
                if closed.code in FATAL:
                    raise
                how, error = self._resumption(), closed
            except (OSError, aiohttp.ClientError, TimeoutError, discord.HTTPException, discord.GatewayNotFound) as refused:
                failures += 1
                # The address to resume at may be gone for good: begin a new session at the ordinary one then.
                how = self._resumption() if failures < _TRIES_TO_RESUME else {"initial": True}
                error = refused
            if self._ended():
                return
            brief = brief + 1 if self.loop.time() - started < _BRIEF_SECONDS else 0
            if not brief:
                backoff.reset()
            pause = backoff.next() if failures or brief > _BRIEF_CONNECTIONS else 0.0
            _log.info("discord_reconnects", seconds=round(pause, 1), error=type(error).__name__, resumes="session" in how)
            await asyncio.sleep(pause)

    def _ended(self) -> bool:
        return self._stopping or self.is_closed()

    def _resumption(self) -> Json:
        if self.ws is None or self.ws.session_id is None:
            return {"initial": True}
        return {
            "initial": False,
            "resume": True,
            "session": self.ws.session_id,
            "sequence": self.ws.sequence,
            "gateway": self.ws.gateway,
        }


def _ignored(_data: Any) -> None:  # noqa: ANN401 - raw
    """Leave an event to the listener alone."""
