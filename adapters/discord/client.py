"""Discord as the application runs it: connected, kept connected, every interaction handed to the core and answered."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Final

import aiohttp
import discord
import structlog

from adapters.discord import commands, events, parse
from adapters.discord.failures import code_of
from adapters.discord.gateway import Backoff, Gateway, point_at
from adapters.discord.platform import DiscordPlatform
from adapters.discord.questions import Questions
from adapters.discord.responder import EventResponder, InteractionResponder
from adapters.discord.wire import LOST, Wire
from bot.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from bot.config import DiscordConfig
    from bot.feature import Registry
    from bot.model import Invocation
    from bot.ports import Clock, Handle

Json = dict[str, Any]
_log = structlog.get_logger(__name__)

_FINISH_SECONDS: Final = 2.5
_COMMANDS: Final = "/applications/{application_id}/commands"
_TOO_QUICK: Final = 5
"""Sessions may begin a thousand times a day: a connection that always ends at once is not begun again without a pause."""

_INTENTS: Final = (
    "discord.token: Discord refuses the server members intent. Switch it on in the developer portal: your application, Bot, "
    "Privileged Gateway Intents, Server Members Intent."
)
_REFUSED: Final = (
    "discord.token: Discord refuses it. Copy the bot's token again from the developer portal (your application, Bot, Reset Token)."
)


class DiscordAdapter:
    """One bot account on Discord, on any number of servers."""

    name = "discord"

    def __init__(self, config: DiscordConfig, registry: Registry, clock: Clock) -> None:
        self._config = config
        self._directory = commands.Directory(registry)
        self._commands = commands.application_commands(registry)
        self._events = events.Events(clock)
        self._questions = Questions()
        self._wire = Wire()
        self._handle: Handle | None = None
        self._gateway: Gateway | None = None
        self._session = ""
        self._running: asyncio.Task[None] | None = None
        self._under_way: set[asyncio.Task[None]] = set()
        self._ready = asyncio.Event()
        self._fatal: asyncio.Future[Exception] | None = None
        self._stopping = False
        self.platform = DiscordPlatform(self._wire, self._questions, clock, self._guild)

    async def start(self, handle: Handle) -> None:
        """Connect and return once interactions can arrive; waits for as long as Discord cannot be reached.

        Raises:
            ConfigError: the token or an intent is refused.
        """
        self._handle = handle
        self._stopping = False
        self._ready.clear()
        self._fatal = asyncio.get_running_loop().create_future()
        point_at(self._config)
        self._running = asyncio.create_task(self._run(), name="discord")
        ready = asyncio.create_task(self._ready.wait())
        try:
            await asyncio.wait({ready, self._fatal}, return_when=asyncio.FIRST_COMPLETED)
        except asyncio.CancelledError:
            await self.stop()
            raise
        finally:
            ready.cancel()
        if self._fatal.done():
            await self._running
            raise self._fatal.result()

    async def stop(self) -> None:
        """Take nothing new, let answers under way be sent, close."""
        self._stopping = True
        gateway = self._gateway
        if gateway is not None:
            await gateway.quiet()
        if self._under_way:
            await asyncio.wait(set(self._under_way), timeout=_FINISH_SECONDS)
        for task in self._under_way:
            task.cancel()
        if self._running is not None:
            if gateway is not None:
                await gateway.close()
            self._running.cancel()
            await asyncio.gather(self._running, return_exceptions=True)
        self._wire.attach(None)

    async def failed(self) -> Exception:
        """Wait until Discord refuses for good."""
        if self._fatal is None:
            message = "not started"
            raise RuntimeError(message)
        return await asyncio.shield(self._fatal)

    async def idle(self) -> None:
        """Wait until everything that has arrived is answered."""
        while self._under_way:
            await asyncio.wait(set(self._under_way))

    # ------------------------------------------------------------ what the gateway tells

    def interaction(self, data: Json, /) -> None:
        """Answer an interaction in a task of its own."""
        if not self._stopping:
            self._begin(self._answer(data))

    def event(self, name: str, data: Json, /) -> None:
        """Hand an event to the core in a task of its own."""
        if self._stopping:
            return
        try:
            invocation = self._events.read(name, data, session=self._session, me=self._me())
        except (KeyError, TypeError, ValueError) as error:
            _log.warning("discord_event_unreadable", event_name=name, error=type(error).__name__)
            return
        if invocation is not None:
            self._begin(self._tell(invocation))

    def ready(self, session: str, /) -> None:
        """Let `start` return."""
        self._session = session
        self._ready.set()
        _log.info("discord_ready")

    # ------------------------------------------------------------ answering

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def _answer(self, data: Json) -> None:
        try:
            understood = parse.interaction(data, self._directory)
            responder = InteractionResponder(self._wire, self._questions, data)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            _log.warning("discord_interaction_unreadable", error=type(error).__name__)
            return
        if isinstance(understood, parse.Confirm):
            await responder.ask(understood)
        elif isinstance(understood, parse.Dismiss):
            await responder.dismiss()
        else:
            if understood is not None and self._handle is not None:
                await self._handle(understood, responder)
            await responder.finish()

    async def _tell(self, invocation: Invocation) -> None:
        if self._handle is not None:
            nonce = invocation.delivery_id.rpartition(":")[2][-25:]
            await self._handle(invocation, EventResponder(self._wire, self._questions, invocation.place.external_id, nonce))

    # ------------------------------------------------------------ staying connected

    async def _run(self) -> None:
        backoff = Backoff()
        while not self._stopping:
            self._gateway = gateway = Gateway(self)
            began = asyncio.get_running_loop().time()
            try:
                await gateway.login(self._config.token)
                self._wire.attach(gateway)
                await self._synchronise()
                await gateway.connect()
            except discord.LoginFailure:
                self._end(ConfigError(_REFUSED))
                return
            except discord.ConnectionClosed as closed:
                self._end(_refused(closed))
                return
            except (discord.DiscordException, aiohttp.ClientError, OSError, TimeoutError) as error:
                _log.warning("discord_unreachable", error=type(error).__name__, code=code_of(error))
            except Exception:  # noqa: BLE001 - a bug of the library ends one connection, not the bot
                _log.exception("discord_connection_broke")
            finally:
                # Answers under way still need its HTTP connections; `stop` closes them after.
                if not self._stopping:
                    await gateway.close()
            if self._stopping:
                return
            if asyncio.get_running_loop().time() - began > _TOO_QUICK * 60:
                backoff.reset()
            pause = backoff.next()
            _log.info("discord_connects_again", seconds=round(pause, 1))
            await asyncio.sleep(pause)

    async def _synchronise(self) -> None:
        """Tell Discord the commands, only where it knows others: a day allows 200 creations."""
        try:
            known = await self._wire.call(
                "GET", _COMMANDS, query={"with_localizations": "true"}, where={"application_id": self._wire.application}
            )
            if commands.same(self._commands, known):
                _log.info("discord_commands_unchanged", count=len(self._commands))
                return
            await self._wire.call("PUT", _COMMANDS, json=self._commands, where={"application_id": self._wire.application})
            _log.info("discord_commands_written", count=len(self._commands))
        except LOST as error:
            _log.warning("discord_commands_not_written", error=type(error).__name__, code=code_of(error))

    def _end(self, error: Exception) -> None:
        if self._fatal is not None and not self._fatal.done():
            self._fatal.set_result(error)

    def _guild(self, number: str) -> discord.Guild | None:
        return self._gateway.get_guild(int(number)) if self._gateway is not None and number.isdigit() else None

    def _me(self) -> str:
        user = self._gateway.user if self._gateway is not None else None
        return str(user.id) if user is not None else ""


def _refused(closed: discord.ConnectionClosed) -> Exception:
    match closed.code:
        case 4014:
            return ConfigError(_INTENTS)
        case 4004:
            return ConfigError(_REFUSED)
        case code:
            return ConfigError(f"discord.gateway_url: Discord closed the connection for good, with code {code}.")
