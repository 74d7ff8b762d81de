"""The sandbox as an adapter: brings the workspace up, serves its page, and takes both down again."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from typing import TYPE_CHECKING, Final

import structlog
import uvicorn

from adapters.sandbox.acts import Acts
from adapters.sandbox.journal import journal
from adapters.sandbox.parse import PLATFORM
from adapters.sandbox.platform import SandboxPlatform
from adapters.sandbox.travel import Travel
from adapters.sandbox.web import application
from adapters.sandbox.workspace import Workspace
from bot.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.config import SandboxConfig
    from bot.feature import Registry
    from bot.ports import Clock, Handle, Platform

GRACE: Final = 3
"""Seconds that requests under way get when the page is taken down."""

logger = structlog.get_logger(__name__)


class SandboxAdapter:
    """The local web workspace. `workspace` is its state, `acts` what people can do in it, `travel` moves its time where it can be.

    A negative `sandbox.port` serves no page: everything is then done through `acts`. Port 0 takes a free one, told by `address`.
    """

    name = PLATFORM

    def __init__(self, config: SandboxConfig, registry: Registry, clock: Clock) -> None:
        self._config = config
        self._registry = registry
        self.workspace = Workspace(journal(config.file), clock)
        self.platform: Platform = SandboxPlatform(self.workspace)
        self.acts = Acts(self.workspace, registry)
        self.travel = Travel(self.workspace)
        self.address = ""
        self._server: _Server | None = None
        self._serving: asyncio.Task[None] | None = None
        self._stopping = False

    async def start(self, handle: Handle) -> None:
        """Bring the page up and tell the bot that the workspace is there.

        The port is taken before the file is touched: a second process started by mistake harms nothing.

        Raises:
            ConfigError: the port is taken, the host is not this machine's, or the file cannot be used.
        """
        bound = _bind(self._config.host, self._config.port) if self._config.port >= 0 else None
        try:
            self.workspace.open()
        except ConfigError:
            if bound is not None:
                bound.close()
            raise
        self.acts.open(handle)
        await self.acts.ready()
        if bound is not None:
            await self._serve(bound)

    async def stop(self) -> None:
        """Take no new interactions, finish those under way, close the page and the file."""
        self._stopping = True
        await self.travel.close()
        await self.acts.close()
        self.workspace.hush()
        if self._server is not None and self._serving is not None:
            self._server.should_exit = True
            await asyncio.gather(self._serving, return_exceptions=True)
        self.workspace.close()

    async def failed(self) -> Exception:
        """Wait until the page is gone for another reason than `stop`."""
        if self._serving is None or self._stopping:
            return await asyncio.get_running_loop().create_future()
        await asyncio.wait([self._serving])
        if self._stopping:
            return await asyncio.get_running_loop().create_future()
        error = None if self._serving.cancelled() else self._serving.exception()
        return error if isinstance(error, Exception) else RuntimeError("the sandbox's page ended")

    async def _serve(self, bound: socket.socket) -> None:
        host = f"[{self._config.host}]" if ":" in self._config.host else self._config.host
        self.address = f"http://{host}:{bound.getsockname()[1]}"
        web = application(self.workspace, self._registry, self.acts, self.travel, self._config.host)
        self._server = _Server(
            uvicorn.Config(
                web,
                log_config=None,
                access_log=False,
                lifespan="off",
                ws="none",
                timeout_graceful_shutdown=GRACE,
                server_header=False,
            )
        )
        self._serving = asyncio.get_running_loop().create_task(self._server.serve(sockets=[bound]))
        ready = asyncio.get_running_loop().create_task(self._server.ready.wait())
        await asyncio.wait([ready, self._serving], return_when=asyncio.FIRST_COMPLETED)
        ready.cancel()
        logger.info("sandbox_ready", address=self.address)


class _Server(uvicorn.Server):
    """uvicorn without its own signal handlers, which are the application's business, and with an event for being ready."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = asyncio.Event()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals to the application."""
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then say so."""
        await super().startup(sockets)
        self.ready.set()


def _bind(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    bound = socket.socket(family, socket.SOCK_STREAM)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((host, port))
        bound.listen(128)
    except (OSError, OverflowError) as error:
        bound.close()
        key = "sandbox.host" if isinstance(error, socket.gaierror) else "sandbox.port"
        reason = error.strerror if isinstance(error, OSError) else str(error)
        message = f"{key}: {host}:{port} cannot be listened on ({reason}). Choose another port, for example with --port."
        raise ConfigError(message) from None
    bound.setblocking(False)  # noqa: FBT003 - the socket module's own signature
    return bound
