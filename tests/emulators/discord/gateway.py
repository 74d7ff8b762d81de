"""The gateway of the emulator: sessions with replay, compressed as Discord does, closable with any code.

Several sessions of the same bot may be open at once, as during a rolling restart: each is told everything.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
import time
import zlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from aiohttp import WSMsgType, web

if TYPE_CHECKING:
    from tests.emulators.discord.world import World

Json = dict[str, Any]

GUILDS, GUILD_MEMBERS, DIRECT_MESSAGES, GUILD_MESSAGES, MESSAGE_CONTENT = 1, 1 << 1, 1 << 12, 1 << 9, 1 << 15
_KEPT_SECONDS = 120.0
"""How long a session that lost its connection can be resumed."""
_HELD_SECONDS = 0.2
"""An event that is to arrive after the next one does not wait longer for it."""
_SHUFFLED = {"INTERACTION_CREATE", "GUILD_MEMBER_ADD", "GUILD_MEMBER_REMOVE", "MESSAGE_CREATE"}
_NEEDED = {
    "GUILD_CREATE": GUILDS,
    "GUILD_DELETE": GUILDS,
    "CHANNEL_CREATE": GUILDS,
    "CHANNEL_UPDATE": GUILDS,
    "THREAD_CREATE": GUILDS,
    "GUILD_MEMBER_ADD": GUILD_MEMBERS,
    "GUILD_MEMBER_REMOVE": GUILD_MEMBERS,
}


@dataclass
class Session:
    """What one IDENTIFY began; it outlives its connections."""

    id: str
    intents: int
    sequence: int = 0
    sent: list[Json] = field(default_factory=list)
    connection: Connection | None = None
    left: float = 0.0
    held: Json | None = None


class Connection:
    """One WebSocket."""

    def __init__(self, socket: web.WebSocketResponse, request: web.Request, *, compressed: bool) -> None:
        self.socket = socket
        self._request = request
        self._compressor = zlib.compressobj() if compressed else None
        self.beaten = asyncio.Event()

    def abort(self) -> None:
        """Break the connection off."""
        if self._request.transport is not None:
            self._request.transport.abort()

    async def send(self, payload: Json) -> None:
        words = json.dumps(payload)
        if self._compressor is None:
            await self.socket.send_str(words)
        else:
            data = self._compressor.compress(words.encode()) + self._compressor.flush(zlib.Z_SYNC_FLUSH)
            await self.socket.send_bytes(data)


class GatewayServer:
    """Accepts connections. `refuse_connections` answers the next ones with an error before any WebSocket."""

    def __init__(self, world: World, seed: int = 0) -> None:
        self.world = world
        self.random = random.Random(seed)  # noqa: S311 - repeatable, guards nothing
        self.duplicate = self.reorder = 0.0
        """Chances that an event arrives twice, or after the next one."""
        self.duplicated = self.reordered = self.replayed = 0
        self._timers: set[asyncio.Task[None]] = set()
        self.address = ""
        self.sessions: dict[str, Session] = {}
        self.members_intent_allowed = True
        self.refuse_connections = 0
        self.refused = 0
        self.identified = 0
        self.resumed = 0
        self.heartbeat_ms = 41250
        self.ready = asyncio.Event()

    async def handle(self, request: web.Request) -> web.StreamResponse:
        if self.refuse_connections > 0:
            self.refuse_connections -= 1
            self.refused += 1
            self.world.touch()
            raise web.HTTPServiceUnavailable
        if request.query.get("v") != "10" or request.query.get("encoding") != "json":
            raise web.HTTPBadRequest
        socket = web.WebSocketResponse(compress=False)
        await socket.prepare(request)
        connection = Connection(socket, request, compressed=request.query.get("compress") == "zlib-stream")
        await connection.send({"op": 10, "d": {"heartbeat_interval": self.heartbeat_ms}, "s": None, "t": None})
        try:
            async for message in socket:
                if message.type is WSMsgType.TEXT and not await self._received(connection, json.loads(message.data)):
                    break
        finally:
            for session in list(self.sessions.values()):
                if session.connection is connection:
                    session.connection, session.left = None, time.monotonic()
                    if socket.close_code in (1000, 1001):
                        # A client that says goodbye ends its session (https://docs.discord.com/developers/events/gateway#disconnecting).
                        del self.sessions[session.id]
            self.world.touch()
        return socket

    async def _received(self, connection: Connection, frame: Json) -> bool:
        match frame["op"]:
            case 1:
                connection.beaten.set()
                await connection.send({"op": 11, "d": None, "s": None, "t": None})
            case 2:
                return await self._identify(connection, frame["d"])
            case 6:
                await self._resume(connection, frame["d"])
            case 3 | 4:
                pass
            case 8:
                asked = frame["d"]
                chunk = {
                    "guild_id": asked["guild_id"],
                    "members": [],
                    "chunk_index": 0,
                    "chunk_count": 1,
                    "nonce": asked.get("nonce"),
                }
                await self.dispatch("GUILD_MEMBERS_CHUNK", chunk)
            case _:
                await connection.socket.close(code=4001)
                return False
        return True

    async def _identify(self, connection: Connection, asked: Json) -> bool:
        if asked["token"] != self.world.token:
            await connection.socket.close(code=4004, message=b"Authentication failed.")
            return False
        if asked["intents"] & GUILD_MEMBERS and not self.members_intent_allowed:
            await connection.socket.close(code=4014, message=b"Disallowed intent(s).")
            return False
        session = Session(uuid4().hex, asked["intents"], connection=connection)
        self.sessions[session.id] = session
        self.identified += 1
        guilds = list(self.world.guilds.values())
        ready = {
            "v": 10,
            "user": self.world.bot.payload() | {"verified": True, "mfa_enabled": True, "email": None, "flags": 0},
            "guilds": [{"id": guild.id, "unavailable": True} for guild in guilds],
            "session_id": session.id,
            "resume_gateway_url": self.address,
            "application": {"id": self.world.application, "flags": 1 << 15},
        }
        await self._send(session, "READY", ready)
        for guild in guilds:
            await self._send(session, "GUILD_CREATE", self.world.guild_payload(guild))
        self.ready.set()
        return True

    async def _resume(self, connection: Connection, asked: Json) -> None:
        session = self.sessions.get(asked["session_id"])
        if session is None or asked["token"] != self.world.token or asked["seq"] > session.sequence:
            await connection.send({"op": 9, "d": False, "s": None, "t": None})
            return
        session.connection = connection
        for frame in [one for one in session.sent if one["s"] > asked["seq"]]:
            self.replayed += 1
            await connection.send(frame)
        self.resumed += 1
        await self._send(session, "RESUMED", {"_trace": []})
        self.ready.set()

    async def _send(self, session: Session, event: str, data: Json) -> None:
        session.sequence += 1
        frame = {"op": 0, "t": event, "s": session.sequence, "d": data}
        session.sent.append(frame)
        if session.connection is not None and not session.connection.socket.closed:
            # Who goes away in the middle of an event finds it after resuming.
            with contextlib.suppress(ConnectionError):
                await session.connection.send(frame)

    async def dispatch(self, event: str, data: Json) -> None:
        """Deliver an event to every session, now or when it resumes, if its intents ask for it."""
        needed = _NEEDED.get(event, 0)
        if event == "MESSAGE_CREATE":
            needed = GUILD_MESSAGES if data.get("guild_id") else DIRECT_MESSAGES
        for session in list(self.sessions.values()):
            if session.connection is None and session.left and time.monotonic() - session.left > _KEPT_SECONDS:
                del self.sessions[session.id]
            elif not needed or session.intents & needed:
                await self._deliver(session, event, data)

    async def _deliver(self, session: Session, event: str, data: Json) -> None:
        mixed = event in _SHUFFLED
        if mixed and session.held is None and self.reorder and self.random.random() < self.reorder:
            self.reordered += 1
            session.held = {"t": event, "d": data}
            self._timers.add(timer := asyncio.create_task(self._release_later(session)))
            timer.add_done_callback(self._timers.discard)
            return
        await self._send(session, event, data)
        if mixed and self.duplicate and self.random.random() < self.duplicate:
            self.duplicated += 1
            await self._send(session, event, data)
        await self._release(session)

    async def _release(self, session: Session) -> None:
        held, session.held = session.held, None
        if held is not None:
            await self._send(session, held["t"], held["d"])

    async def _release_later(self, session: Session) -> None:
        await asyncio.sleep(_HELD_SECONDS)
        await self._release(session)

    def stop(self) -> None:
        """Let nothing that is held back arrive any more."""
        for timer in self._timers:
            timer.cancel()

    async def received(self) -> None:
        """Wait until the bot has read everything sent so far: asked for a heartbeat, it answers in order."""
        for session in list(self.sessions.values()):
            connection = session.connection
            if connection is not None and not connection.socket.closed:
                connection.beaten.clear()
                await connection.send({"op": 1, "d": None, "s": None, "t": None})
                async with asyncio.timeout(10):
                    await connection.beaten.wait()

    async def close(self, code: int) -> None:
        """Close every connection; 0 breaks them off without a word."""
        self.ready.clear()
        for session in list(self.sessions.values()):
            connection, session.connection = session.connection, None
            if connection is not None:
                session.left = time.monotonic()
                if code:
                    await connection.socket.close(code=code)
                else:
                    connection.abort()

    async def operate(self, op: int, *, data: bool | None = None) -> None:
        """Send a bare operation: 7 asks to reconnect, 9 ends the session."""
        self.ready.clear()
        for session in list(self.sessions.values()):
            if session.connection is not None:
                connection, session.connection, session.left = session.connection, None, time.monotonic()
                if op == 9 and data is False:
                    del self.sessions[session.id]
                await connection.send({"op": op, "d": data, "s": None, "t": None})

    def forget_sessions(self) -> None:
        """Lose every session, so that resuming fails."""
        self.sessions.clear()
