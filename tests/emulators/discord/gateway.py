"""The gateway of the emulator: sessions with replay, compressed as Discord does, closable with any code."""

from __future__ import annotations

import asyncio
import json
import zlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from aiohttp import WSMsgType, web

if TYPE_CHECKING:
    from tests.emulators.discord.world import World

Json = dict[str, Any]

GUILDS, GUILD_MEMBERS, DIRECT_MESSAGES, GUILD_MESSAGES, MESSAGE_CONTENT = 1, 1 << 1, 1 << 12, 1 << 9, 1 << 15
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


class Connection:
    """One WebSocket."""

    def __init__(self, socket: web.WebSocketResponse, *, compressed: bool) -> None:
        self.socket = socket
        self._compressor = zlib.compressobj() if compressed else None
        self.beaten = asyncio.Event()

    async def send(self, payload: Json) -> None:
        words = json.dumps(payload)
        if self._compressor is None:
            await self.socket.send_str(words)
        else:
            data = self._compressor.compress(words.encode()) + self._compressor.flush(zlib.Z_SYNC_FLUSH)
            await self.socket.send_bytes(data)


class GatewayServer:
    """Accepts connections. `refuse_connections` answers the next ones with an error before any WebSocket."""

    def __init__(self, world: World) -> None:
        self.world = world
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
        connection = Connection(socket, compressed=request.query.get("compress") == "zlib-stream")
        await connection.send({"op": 10, "d": {"heartbeat_interval": self.heartbeat_ms}, "s": None, "t": None})
        try:
            async for message in socket:
                if message.type is WSMsgType.TEXT and not await self._received(connection, json.loads(message.data)):
                    break
        finally:
            for session in self.sessions.values():
                if session.connection is connection:
                    session.connection = None
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
        for frame in session.sent[asked["seq"] :]:
            await connection.send(frame)
        self.resumed += 1
        await self._send(session, "RESUMED", {"_trace": []})
        self.ready.set()

    async def _send(self, session: Session, event: str, data: Json) -> None:
        session.sequence += 1
        frame = {"op": 0, "t": event, "s": session.sequence, "d": data}
        session.sent.append(frame)
        if session.connection is not None and not session.connection.socket.closed:
            await session.connection.send(frame)

    async def dispatch(self, event: str, data: Json) -> None:
        """Deliver an event to the newest session, now or when it resumes, if its intents ask for it."""
        if not self.sessions:
            return
        session = list(self.sessions.values())[-1]
        needed = _NEEDED.get(event, 0)
        if event == "MESSAGE_CREATE":
            needed = GUILD_MESSAGES if data.get("guild_id") else DIRECT_MESSAGES
        if needed and not session.intents & needed:
            return
        await self._send(session, event, data)

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
        """Close every connection."""
        self.ready.clear()
        for session in list(self.sessions.values()):
            if session.connection is not None:
                await session.connection.socket.close(code=code)
                session.connection = None

    async def operate(self, op: int, *, data: bool | None = None) -> None:
        """Send a bare operation: 7 asks to reconnect, 9 ends the session."""
        self.ready.clear()
        for session in list(self.sessions.values()):
            if session.connection is not None:
                connection, session.connection = session.connection, None
                if op == 9 and data is False:
                    del self.sessions[session.id]
                await connection.send({"op": op, "d": data, "s": None, "t": None})

    def forget_sessions(self) -> None:
        """Lose every session, so that resuming fails."""
        self.sessions.clear()
