"""The page's addresses: only its own page may use them, and nonsense is answered with a sentence."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import socket
from collections.abc import AsyncIterator, Callable
from importlib import resources
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from adapters.sandbox.client import SandboxAdapter
from bot.config import SandboxConfig
from bot.errors import ConfigError
from bot.feature import Registry
from tests.sandbox.workshop import START, SmallBot, workshop

SOON = 5.0

FILES = sorted(entry.name for entry in resources.files("adapters.sandbox").joinpath("static").iterdir())


@pytest.fixture
async def served() -> AsyncIterator[SmallBot]:
    bot = SmallBot(port=0)
    await bot.start()
    bot.workspace.add_person("Ada Moreau", person_id="ada", administrator=True)
    bot.workspace.add_person("Benoît Garnier", person_id="ben", locale="fr")
    yield bot
    await bot.stop()


@pytest.fixture
async def web(served: SmallBot) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(served.sandbox.address) as session:
        yield session


async def act(web: aiohttp.ClientSession, what: Any, status: int = 200, **headers: str) -> dict[str, Any]:  # noqa: ANN401 - also nonsense
    origin = str(web._base_url).rstrip("/")  # noqa: SLF001 - what a browser would send
    body = what if isinstance(what, bytes) else json.dumps(what).encode()
    sent = {"origin": origin, "content-type": "application/json", **headers}
    async with web.post("/api/act?person=ben", data=body, headers=sent) as response:
        assert response.status == status, await response.text()
        return await response.json()


async def test_the_page_allows_no_script_style_or_address_but_its_own(web: aiohttp.ClientSession) -> None:
    async with web.get("/") as response:
        policy = response.headers["content-security-policy"]
        html = await response.text()
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy
    assert "style=" not in html
    assert "onclick" not in html


async def test_every_file_of_the_page_is_served_and_fetches_nothing_from_elsewhere(web: aiohttp.ClientSession) -> None:
    for name in FILES:
        async with web.get(f"/static/{name}") as response:
            assert response.status == 200
            text = await response.text()
        assert "//" not in text.replace("http://www.w3.org/2000/svg", "").replace("// ", "").replace("\n//", "\n"), name


@pytest.mark.parametrize("path", ["/static/../client.py", "/static/%2e%2e/client.py", "/nowhere", "/static/nothing.js"])
async def test_there_is_nothing_at_other_addresses(web: aiohttp.ClientSession, path: str) -> None:
    async with web.get(path) as response:
        assert response.status == 404
        assert (await response.json())["problem"] == "There is nothing at this address."


async def test_a_command_over_http_shows_in_the_conversation(web: aiohttp.ClientSession) -> None:
    outcome = await act(web, {"do": "command", "person": "ada", "name": "show", "conversation": "help"})
    assert outcome["messages"][0]["private"]
    async with web.get("/api/conversation?person=ada&id=help") as response:
        (message,) = (await response.json())["messages"]
    assert "One of everything" in message["html"]
    async with web.get("/api/conversation?person=ben&id=help") as response:
        assert (await response.json())["messages"] == []


async def test_a_form_over_http_with_a_member(web: aiohttp.ClientSession) -> None:
    opened = await act(web, {"do": "command", "person": "ada", "name": "bench", "conversation": "help"})
    assert "<form" in opened["form"]["html"]
    submit = {"do": "submit", "person": "ada", "name": opened["form"]["submit"], "conversation": "help"}
    refused = await act(web, {**submit, "values": {"title": "nothing", "price": "a lot"}})
    assert set(refused["errors"]) == {"price"}
    await act(web, {**submit, "values": {"title": "Oak", "price": "3", "helper": {"member": "ben"}}})
    async with web.get("/api/conversation?person=ada&id=help") as response:
        assert "Benoît Garnier" in (await response.json())["messages"][-1]["html"]


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"origin": ""},
        {"host": "evil.example", "origin": "http://evil.example"},
        {"sec-fetch-site": "cross-site"},
    ],
)
async def test_another_page_may_do_nothing(web: aiohttp.ClientSession, served: SmallBot, headers: dict[str, str]) -> None:
    answer = await act(web, {"do": "write", "person": "ada", "conversation": "general", "words": "hi"}, 403, **headers)
    assert answer["problem"].endswith(".")
    assert served.workspace.messages("general") == []


async def test_another_page_may_not_even_look(web: aiohttp.ClientSession) -> None:
    for headers in ({"host": "evil.example:80"}, {"origin": "http://evil.example"}, {"sec-fetch-site": "same-site"}):
        async with web.get("/api/state?person=ada", headers=headers) as response:
            assert response.status == 403


async def test_what_is_not_json_is_not_taken(web: aiohttp.ClientSession) -> None:
    answer = await act(web, b"do=write", 415, **{"content-type": "application/x-www-form-urlencoded"})
    assert answer["problem"] == "Send application/json."


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"\xff\xfe",
        b'{"do": "explode"}',
        b'{"do": "write", "surprise": 1}',
        b'{"do": 3}',
        b"[" * 5000,
        b'{"do": "submit", "person": "ada", "name": "a:b", "values": {"x": {"member": "nobody"}}}',
        b'{"do": "submit", "person": "ada", "name": "a:b", "values": {"x": {"member": 3}}}',
        b'{"do": "submit", "person": "ada", "name": "a:b", "values": {"x": {"what": "nobody"}}}',
        b'{"do": "submit", "person": "ada", "name": "a:b", "values": {"x": 1.5}}',
        b'{"do": "write", "person": "ada", "conversation": "help", "words": "' + b"x" * 5000 + b'"}',
    ],
)
async def test_nonsense_is_answered_with_a_sentence(web: aiohttp.ClientSession, body: bytes) -> None:
    answer = await act(web, body, 400)
    assert len(answer["problem"]) > 10


async def test_too_much_is_refused_before_it_is_read(web: aiohttp.ClientSession) -> None:
    assert "too long" in (await act(web, b"x" * 300_000, 413))["problem"]


@pytest.mark.parametrize(
    "what",
    [
        {"do": "command", "person": "nobody", "name": "show"},
        {"do": "press", "person": "ada", "message": "m99", "name": "workshop:touch:1"},
        {"do": "write", "person": "ada", "conversation": "nowhere", "words": "hi"},
        {"do": "write", "person": "ada", "conversation": "direct.ben", "words": "hi"},
        {"do": "write", "person": "ada", "conversation": "home.ada", "words": "hi"},
        {"do": "write", "person": "ada", "conversation": "general", "words": "  "},
        {"do": "read", "person": "ada", "conversation": "direct.ben"},
        {"do": "join", "values": {"name": ""}},
    ],
)
async def test_what_is_not_there_is_refused_in_words(web: aiohttp.ClientSession, what: dict[str, Any]) -> None:
    assert (await act(web, what, 404))["problem"].endswith(".")


async def test_an_unknown_conversation_or_thread(web: aiohttp.ClientSession) -> None:
    for path in ("conversation?person=ada&id=nowhere", "thread?person=ada&id=m9", "conversation?person=x&id=help", "live?person=x"):
        async with web.get(f"/api/{path}") as response:
            assert response.status == 404


async def test_commands_are_listed_in_the_persons_own_words(web: aiohttp.ClientSession) -> None:
    async with web.get("/api/state?person=ben") as response:
        state = await response.json()
    assert state["locale"] == "fr"
    lend = next(command for command in state["commands"] if command["name"] == "lend")
    assert [(option["name"], option["kind"], option["required"]) for option in lend["options"]] == [
        ("member", "member", True),
        ("tool", "text", False),
    ]
    assert lend["memberOption"] == "member"


async def test_time_is_moved_only_where_it_can_be_and_once_at_a_time(web: aiohttp.ClientSession, served: SmallBot) -> None:
    assert (await seen(web, "ben"))["time"] is None
    refused = await act(web, {"do": "time", "person": "ben", "name": "day"}, 404)
    assert refused["problem"] == "Ce bac à sable est à l’heure de votre machine."

    leap = Leap(served)
    served.sandbox.travel.lend(leap)
    time = (await seen(web, "ben"))["time"]
    assert (time["local"], time["moving"], time["since"], time["news"]) == ("2026-11-24T09:00", False, "", [])
    assert time["monday"] == "2026-11-30T08:00:00+00:00"
    for words in ("2026-11-23T10:00", "2027-11-23T10:00", "tomorrow", ""):
        assert (await act(web, {"do": "time", "person": "ben", "name": "date", "words": words}, 404))["problem"].endswith(".")

    async with web.get("/api/live?person=ben") as response:
        assert await told(response) == []
        await act(web, {"do": "time", "person": "ben", "name": "monday"})
        assert await told(response) == ["time"]
        assert (await seen(web, "ada"))["time"]["moving"]
        again = await act(web, {"do": "time", "person": "ada", "name": "day"}, 404)
        assert again["problem"] == "Le temps passe déjà. Encore un instant."
        served.workspace.write("help", "ada", text="on Monday")
        leap.ends.set()
        while "time" not in await told(response):
            pass
    state = await seen(web, "ben")
    assert state["now"] == "2026-11-30T08:00:00+00:00"
    assert not state["time"]["moving"]
    assert state["time"]["news"] == [{"conversation": "help", "count": 1}]


class Leap:
    """Time that passes at once, but waits before the end."""

    def __init__(self, bot: SmallBot) -> None:
        self._clock = bot.clock
        self.ends = asyncio.Event()

    def ahead(self) -> dt.timedelta:
        return self._clock.now() - START

    async def until(self, to: dt.datetime, at_each: Callable[[], None]) -> None:
        self._clock.set(to)
        at_each()
        await self.ends.wait()


async def seen(web: aiohttp.ClientSession, person: str) -> dict[str, Any]:
    async with web.get(f"/api/state?person={person}") as response:
        return await response.json()


async def test_a_stream_tells_what_changed_and_only_what_concerns_one(web: aiohttp.ClientSession, served: SmallBot) -> None:
    async with web.get("/api/live?person=ben") as response:
        assert await told(response) == []
        served.workspace.write("direct.ada", "ada", text="mine alone")
        served.workspace.write("help", "ada", text="for all")
        assert await told(response) == ["help"]


async def test_a_stream_ends_when_the_sandbox_does(served: SmallBot, web: aiohttp.ClientSession) -> None:
    async with web.get("/api/live?person=ben") as response:
        assert await told(response) == []
        async with asyncio.timeout(SOON):
            await served.sandbox.acts.close()
            served.workspace.hush()
            assert (await response.content.read()).strip() == b""


async def told(response: aiohttp.ClientResponse) -> list[str]:
    async with asyncio.timeout(SOON):
        while True:
            line = (await response.content.readline()).decode()
            if line.startswith("data: "):
                return json.loads(line.removeprefix("data: "))


async def test_a_taken_port_is_named_and_the_file_is_not_opened(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        bot = SmallBot(tmp_path / "sandbox.jsonl", port=port)
        with pytest.raises(ConfigError, match=rf"sandbox\.port: 127\.0\.0\.1:{port} "):
            await bot.start()
    assert not bot.workspace.conversations


@pytest.mark.parametrize(("host", "port", "key"), [("127.0.0.1", 70000, "sandbox.port"), ("203.0.113.1", 0, "sandbox.port")])
async def test_an_address_that_cannot_be_listened_on_is_named(host: str, port: int, key: str) -> None:
    adapter = SandboxAdapter(SandboxConfig(host=host, port=port, file=""), Registry([workshop]), SmallBot().clock)
    with pytest.raises(ConfigError, match=key):
        await adapter.start(SmallBot().runner)


async def test_failed_tells_when_the_page_is_gone(served: SmallBot) -> None:
    waiting = asyncio.create_task(served.sandbox.failed())
    await asyncio.sleep(0)
    assert not waiting.done()
    server = served.sandbox._server  # noqa: SLF001 - as if it had crashed
    assert server is not None
    server.should_exit = True
    async with asyncio.timeout(SOON):
        assert "ended" in str(await waiting)
