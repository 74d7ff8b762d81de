"""The Slack adapter: connects, hands what Slack delivers to the core, and keeps count of what is under way."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

import aiohttp
import structlog
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.errors import SlackApiError

from adapters.slack.acknowledgement import Acknowledgement
from adapters.slack.app import build_app, dispatch
from adapters.slack.failures import REVOKED, code_of, delivery_error, seconds
from adapters.slack.manifest import BOT_SCOPES
from adapters.slack.parse import Parser
from adapters.slack.payload import table_of, text_of
from adapters.slack.people import People
from adapters.slack.platform import SlackPlatform
from adapters.slack.quiet import library_logger
from adapters.slack.responder import SlackResponder
from adapters.slack.web import Web
from bot.errors import ConfigError, Unavailable, Unknown
from bot.model import Kind

if TYPE_CHECKING:
    from collections.abc import Callable

    from slack_bolt.response import BoltResponse

    from adapters.slack.http_mode import HttpMode
    from adapters.slack.parse import Delivery
    from adapters.slack.payload import Payload
    from adapters.slack.render import Json
    from adapters.slack.socket_mode import SocketMode
    from bot.config import SlackConfig
    from bot.feature import Registry
    from bot.model import Invocation
    from bot.ports import Clock, Handle, Responder

GRACE: Final = 5.0
"""Seconds that what is under way gets to finish when the adapter stops."""
_BACKOFF: Final = (1.0, 2.0, 5.0, 10.0, 30.0)

_log = structlog.get_logger(__name__)


class SlackAdapter:
    """One Slack workspace. `ping` is the rhythm of the Socket Mode, in seconds."""

    name = "slack"

    def __init__(self, config: SlackConfig, registry: Registry, clock: Clock, *, ping: float = 5.0) -> None:
        self.platform = SlackPlatform(config.messages_per_second)
        self._config = config
        self._registry = registry
        self._clock = clock
        self._ping = ping
        self._under_way: set[asyncio.Task[None]] = set()
        self._door: HttpMode | SocketMode | None = None
        self._web: Web | None = None
        self._gone = False

    @property
    def port(self) -> int:
        """The port of the HTTP mode."""
        return getattr(self._door, "port", 0)

    async def start(self, handle: Handle) -> None:
        """Connect and return once interactions can arrive.

        Raises:
            ConfigError: a token is refused, or the port is taken.
        """
        self._handle = handle
        self._ended: asyncio.Future[Exception] = asyncio.get_running_loop().create_future()
        self._gone = False
        logger = library_logger()
        self._web = Web(self._config.bot_token, self._config.api_url, logger, self._revoked)
        try:
            authorized = await self._authorized(self._web)
            self._people = People(self._web.user, self._clock)
            self._parser = Parser(self._registry, authorized.bot_user_id or "", authorized.team_id or "", authorized.team or "")
            app = build_app(self._web.anonymous, authorized, self._answer, logger)

            async def into(payload: Payload) -> BoltResponse:
                return await dispatch(app, payload)

            self.platform.connect_to(self._web)
            if self._config.mode == "http":
                from adapters.slack.http_mode import HttpMode  # noqa: PLC0415 - a web server only where it is used

                self._door = HttpMode(self._config.host, self._config.port, self._config.signing_secret, self._clock, into)
                await self._door.start()
            else:
                from adapters.slack.socket_mode import SocketMode  # noqa: PLC0415

                self._door = SocketMode(app, self._config.app_token, into, self._app_token_refused, logger, self._ping)
                await self._connected(self._door)
        except BaseException:
            await self.stop()
            raise
        self._spawn(self._event("workspace_ready"))

    async def stop(self) -> None:
        """Take no new interactions, finish those under way, close."""
        if self._door is not None:
            await self._door.stop()
            self._door = None
        if self._under_way:
            _done, late = await asyncio.wait(self._under_way, timeout=GRACE)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        self.platform.connect_to(None)
        if hasattr(self, "_people"):
            await self._people.close()
        if self._web is not None:
            await self._web.close()
            self._web = None

    async def failed(self) -> Exception:
        """Wait until a token is revoked, and return what to tell the operator."""
        return await asyncio.shield(self._ended)

    @property
    def busy(self) -> bool:
        """Whether something that Slack delivered is under way."""
        return bool(self._under_way)

    async def idle(self) -> None:
        """Wait until nothing that Slack delivered is under way."""
        while self._under_way:
            await asyncio.wait(self._under_way)

    # ------------------------------------------------------------ one delivery

    async def _answer(self, payload: Payload) -> tuple[Json | None, Callable[[], None]]:
        """Return the acknowledgement of a payload, at once when the answer is there and within Slack's time otherwise."""
        if payload.get("type") == "event_callback":
            self._changed(table_of(payload, "event"))
        delivery = self._parser.parse(payload)
        if delivery is None or self._web is None:
            return None, _nothing
        acknowledgement = Acknowledgement()
        responder = SlackResponder(self._web, delivery.way, acknowledgement)
        task = self._spawn(self._run(delivery, responder))
        task.add_done_callback(lambda _task: acknowledgement.settle())
        return await acknowledgement.wait(), acknowledgement.left

    async def _run(self, delivery: Delivery, responder: Responder) -> None:
        invocation = await self._people.complete(delivery.invocation)
        if invocation.account is not None and invocation.account.bot:
            return
        if invocation.name == "workspace_gone" and invocation.kind is Kind.EVENT:
            if self._gone:
                return
            self._gone = True
            await self._handle(invocation, responder)
            self._end("the app was removed from the workspace")
            return
        await self._handle(invocation, responder)

    def _changed(self, event: Payload) -> None:
        if text_of(event, "type") in ("user_change", "team_join"):
            self._people.forget(text_of(table_of(event, "user"), "id"))

    def _spawn(self, work: object) -> asyncio.Task[None]:
        task: asyncio.Task[None] = asyncio.get_running_loop().create_task(work)  # type: ignore[arg-type]
        self._under_way.add(task)
        task.add_done_callback(self._finished)
        return task

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._under_way.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            _log.error("slack.delivery.failed", exc_info=error)

    # ------------------------------------------------------------ the connection's own news

    async def _event(self, name: str) -> None:
        invocation: Invocation = self._parser.own(name)
        await self._handle(invocation, _Nobody())

    def _revoked(self, code: str) -> None:
        if self._gone or self._door is None:
            return
        self._gone = True
        _log.error("slack.token.revoked", reason=code)
        self._spawn(self._lost(f"Slack no longer accepts it ({code})"))

    async def _lost(self, why: str) -> None:
        await self._event("workspace_gone")
        self._end(why)

    def _end(self, why: str) -> None:
        if not self._ended.done():
            self._ended.set_result(ConfigError(f"slack.bot_token: {why}. Install the app again and set the new token."))

    def _app_token_refused(self, code: str) -> None:
        if self._door is not None and not self._ended.done() and code in REVOKED:
            self._ended.set_result(ConfigError(f"slack.app_token: Slack no longer accepts it ({code}). Set a new one."))

    async def _authorized(self, web: Web) -> AuthorizeResult:
        """Ask once who the bot is; waits for a Slack that cannot be reached.

        Raises:
            ConfigError: the token is refused.
        """
        for attempt in range(1_000_000):
            try:
                answer = await web.client.auth_test()
            except SlackApiError as error:
                refused = not isinstance(delivery_error(error), Unavailable | Unknown)
                if refused or code_of(error).startswith(("http_2", "http_3", "http_4")):
                    raise _token_refused(code_of(error)) from None
                wait = seconds(getattr(error.response, "headers", {}))
                _log.warning("slack.busy", reason=code_of(error))
            except (aiohttp.ClientError, TimeoutError, OSError) as error:
                wait = 0.0
                _log.warning("slack.not_reached", key="slack.api_url", reason=type(error).__name__)
            else:
                _check_scopes(answer.headers.get("x-oauth-scopes", ""))
                return AuthorizeResult(
                    enterprise_id=answer.get("enterprise_id"),
                    team_id=answer.get("team_id"),
                    team=answer.get("team"),
                    bot_token=self._config.bot_token,
                    bot_id=answer.get("bot_id"),
                    bot_user_id=answer.get("user_id"),
                )
            await asyncio.sleep(max(wait, _BACKOFF[min(attempt, len(_BACKOFF) - 1)]))
        raise AssertionError

    async def _connected(self, door: SocketMode) -> None:
        try:
            await door.start()
        except SlackApiError as error:
            message = (
                f"slack.app_token: Slack refuses it ({code_of(error)}). It begins with xapp-, has the scope connections:write, "
                "and Socket Mode is switched on."
            )
            raise ConfigError(message) from None


def _token_refused(code: str) -> ConfigError:
    if code.startswith("http_"):
        return ConfigError(f"slack.api_url: this is not Slack's Web API ({code}). Leave it out to use Slack's own.")
    return ConfigError(f"slack.bot_token: Slack refuses it ({code}). Copy it from OAuth & Permissions; it begins with xoxb-.")


def _nothing() -> None:
    """Do nothing."""


class _Nobody:
    """The responder of what nobody did: there is nobody to show anything to."""

    async def defer(self) -> None:
        """Nobody waits."""

    async def reply(self, *_card: object, **_options: object) -> None:
        """Nobody reads."""

    form = invalid = suggest = reply


def _check_scopes(granted: str) -> None:
    """Say in the log which scopes the app was installed without; what needs them is refused one by one."""
    missing = sorted(set(BOT_SCOPES) - {scope.strip() for scope in granted.split(",")}) if granted else []
    if missing:
        _log.warning(
            "slack.scopes.missing", scopes=missing, hint="install the app again with the manifest of `confrere slack manifest`"
        )
