"""A Slack command over HTTP, from the signed request to the answer in its acknowledgement, against a bare Bolt application.

Ours is the real adapter with the real runner and every command registered; the store is in memory. The floor is Bolt with
one listener that answers before processing (`process_before_response=True`): as shipped, Bolt starts a task for a listener
and looks every 10 ms whether it has acknowledged, which makes 11 ms of any command and would be no floor at all. Both are
served by Starlette on uvicorn with the same settings, each in a process of its own; requests are signed, all different
(ours refuses replays) and sent over connections that stay open.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import re
import socket
import statistics
import sys
import time
from contextlib import ExitStack
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from benchmarks.result import Result, against, at_most
from benchmarks.side import child, in_turns, up
from tests.emulators.slack import BOT_TOKEN, SECRET, SlackEmulator

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from starlette.requests import Request
    from starlette.responses import Response

CLIENTS: Final = 8
REQUESTS: Final = 160
"""In a round, over all clients. Many short rounds: what else the machine does then slows both alike."""
ALONE: Final = 60
ROUNDS: Final = 41
PATH: Final = "/slack/events"
_LENGTH: Final = re.compile(rb"(?i)content-length: (\d+)")


class Caller:
    """Slack's side: signs commands of a few members and counts how soon they are answered."""

    def __init__(self, users: Sequence[str], channel: str, response_url: str) -> None:
        self._users = users
        self._channel = channel
        self._response_url = response_url
        self._number = 0

    def requests(self, count: int) -> list[bytes]:
        """Return so many requests, signed now, no two alike."""
        return [self._request() for _ in range(count)]

    def _request(self) -> bytes:
        self._number += 1
        fields = {
            "token": "deprecated",
            "command": "/confrere",
            "text": "benchmark bread",
            "response_url": self._response_url,
            "trigger_id": f"{self._number}.0.bench",
            "user_id": self._users[self._number % len(self._users)],
            "user_name": "ada",
            "team_id": "T1",
            "team_domain": "independents",
            "channel_id": self._channel,
            "channel_name": "general",
            "api_app_id": "A0",
            "is_enterprise_install": "false",
        }
        body = urlencode(fields)
        stamp = str(int(time.time()))
        signature = hmac.new(SECRET.encode(), f"v0:{stamp}:{body}".encode(), hashlib.sha256).hexdigest()
        head = (
            f"POST {PATH} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/x-www-form-urlencoded\r\n"
            f"content-length: {len(body)}\r\nx-slack-request-timestamp: {stamp}\r\nx-slack-signature: v0={signature}\r\n\r\n"
        )
        return head.encode() + body.encode()


class Client(asyncio.Protocol):
    """One connection that stays open. As lean as can be: the server is what must be busy."""

    def __init__(self) -> None:
        self._buffer = b""
        self._answered: asyncio.Future[bytes] | None = None

    @classmethod
    async def to(cls, port: int) -> Client:
        """Connect."""
        _transport, client = await asyncio.get_running_loop().create_connection(cls, "127.0.0.1", port)
        return client

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the connection."""
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 - TCP
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Collect an answer; it is whole once it is as long as its head says."""
        self._buffer += data
        head, blank, body = self._buffer.partition(b"\r\n\r\n")
        if blank and len(body) >= int(_LENGTH.findall(head)[0]) and self._answered is not None:
            answer, self._buffer = self._buffer, b""
            self._answered.set_result(answer)

    def connection_lost(self, exc: Exception | None) -> None:
        """End whoever waits."""
        if self._answered is not None and not self._answered.done():
            self._answered.set_exception(exc or ConnectionResetError())

    async def send(self, requests: Iterator[bytes], taken: list[float]) -> None:
        """Send requests one after the other, note the seconds each took, and insist on the answer in each."""
        for request in requests:
            began = time.perf_counter()
            self._answered = asyncio.get_running_loop().create_future()
            self._transport.write(request)
            answer = await self._answered
            taken.append(time.perf_counter() - began)
            if not answer.startswith(b"HTTP/1.1 200") or b"An answer." not in answer:
                raise RuntimeError(answer)

    def close(self) -> None:
        """Close."""
        self._transport.close()


class Server:
    """One of the two servers, as its clients see it."""

    def __init__(self, clients: Sequence[Client], caller: Caller) -> None:
        self._clients = clients
        self._caller = caller

    async def rate(self) -> float:
        """Return requests a second with all clients at once."""
        requests = iter(self._caller.requests(REQUESTS))
        taken: list[float] = []
        began = time.perf_counter()
        await asyncio.gather(*(client.send(requests, taken) for client in self._clients))
        return REQUESTS / (time.perf_counter() - began)

    async def latency(self) -> float:
        """Return the median milliseconds of a request when there is no other."""
        taken: list[float] = []
        await self._clients[0].send(iter(self._caller.requests(ALONE)), taken)
        return statistics.median(taken) * 1e3


async def compare(ports: Sequence[int], caller: Caller) -> tuple[list[list[float]], list[list[float]]]:
    """Return the rates and the latencies of the servers, by rounds."""
    opened = [[await Client.to(port) for _ in range(CLIENTS)] for port in ports]
    servers = [Server(clients, caller) for clients in opened]
    for server in servers:
        await server.rate()
    rates = await in_turns(ROUNDS, *(server.rate for server in servers))
    latencies = await in_turns(ROUNDS, *(server.latency for server in servers))
    for clients in opened:
        for client in clients:
            client.close()
    return rates, latencies


async def _measured() -> tuple[list[list[float]], list[list[float]]]:
    slack = SlackEmulator("http")
    await slack.start()
    users = [str(slack.workspace.add_user(f"Member {number}")["id"]) for number in range(CLIENTS)]
    channel = slack.workspace.channel("#general").id
    caller = Caller(users, channel, slack.response_url(channel, users[0]))
    with ExitStack() as bots:

        def start(name: str) -> int:
            return int(bots.enter_context(child("benchmarks.slack", name, slack.api_url)))

        # In a thread: while they start, they ask the emulated Slack who they are.
        ports = [await asyncio.to_thread(start, name) for name in ("ours", "bare")]
        try:
            return await compare(ports, caller)
        finally:
            await slack.stop()


def measure() -> list[Result]:
    """Return commands a second with several clients, and the latency of one alone."""
    rates, latencies = asyncio.run(_measured())
    ours, bare = (statistics.median(found) for found in rates)
    alone, bare_alone = (statistics.median(found) for found in latencies)
    latency = at_most("slack: a command alone, median", alone, "ms", 1)
    return [
        against(f"slack: commands over HTTP, {CLIENTS} clients", ours, "1/s", bare, least=0.9),
        Result(
            name=latency.name,
            value=alone,
            unit="ms",
            floor=bare_alone,
            ratio=alone / bare_alone,
            goal=latency.goal,
            holds=latency.holds,
        ),
    ]


# ---------------------------------------------------------------- the two bots, each in a process of its own


async def ours(api_url: str) -> None:
    """Serve the real adapter on the real runner."""
    from adapters.slack.client import SlackAdapter  # noqa: PLC0415 - only in a process of its own
    from benchmarks import bot  # noqa: PLC0415
    from bot.clock import SystemClock  # noqa: PLC0415
    from bot.config import SlackConfig  # noqa: PLC0415

    config = SlackConfig(bot_token=BOT_TOKEN, signing_secret=SECRET, mode="http", port=0, api_url=api_url)
    registry = bot.registry()
    adapter = SlackAdapter(config, registry, SystemClock())
    await adapter.start(bot.handle(registry))
    await up(str(adapter.port))
    await adapter.stop()


async def bare(api_url: str) -> None:
    """Serve Bolt with one listener."""
    import uvicorn  # noqa: PLC0415
    from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler  # noqa: PLC0415
    from slack_bolt.async_app import AsyncAck, AsyncApp  # noqa: PLC0415
    from slack_bolt.authorization import AuthorizeResult  # noqa: PLC0415
    from slack_sdk.web.async_client import AsyncWebClient  # noqa: PLC0415
    from starlette.applications import Starlette  # noqa: PLC0415
    from starlette.routing import Route  # noqa: PLC0415

    known = AuthorizeResult(enterprise_id=None, team_id="T1", bot_token=BOT_TOKEN, bot_id="B1", bot_user_id="U0")

    async def authorize(**_context: object) -> AuthorizeResult:
        return known

    client = AsyncWebClient(base_url=api_url)
    app = AsyncApp(client=client, authorize=authorize, signing_secret=SECRET, process_before_response=True)

    @app.command("/confrere")
    async def answer(ack: AsyncAck) -> None:
        await ack("An answer.")

    handler = AsyncSlackRequestHandler(app)

    async def endpoint(request: Request) -> Response:
        return await handler.handle(request)

    # Named as TCP, so that asyncio switches off Nagle's delay: without that, every answer of two packets takes 40 ms.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.bind(("127.0.0.1", 0))
    listener.listen(2048)
    listener.setblocking(False)  # noqa: FBT003 - the standard library takes it so
    config = uvicorn.Config(
        Starlette(routes=[Route(PATH, endpoint, methods=["POST"])]),
        http="auto",
        ws="none",
        lifespan="off",
        access_log=False,
        log_config=None,
        server_header=False,
        date_header=False,
        proxy_headers=False,
        timeout_keep_alive=75,
    )
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    await up(str(listener.getsockname()[1]))
    server.should_exit = True
    await serving


if __name__ == "__main__":
    asyncio.run({"ours": ours, "bare": bare}[sys.argv[1]](sys.argv[2]))
