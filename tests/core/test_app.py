"""The composition root: adapters start together or not at all; what ends for good is told in a sentence; SIGTERM is polite."""

from __future__ import annotations

import asyncio
import json
import signal
import socket
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import structlog

from bot.app import Application
from bot.cli import serve
from bot.config import Config, DatabaseConfig
from bot.errors import ConfigError
from bot.feature import Feature
from tests.core.test_delivery import ListeningPlatform
from tests.databases import migrated

if TYPE_CHECKING:
    from bot.ports import Handle

ROOT = Path(__file__).parents[2]


class QuietAdapter:
    """A platform on which nothing happens; it can refuse to start, and end for good."""

    platform = ListeningPlatform()

    def __init__(self, name: str, refusal: Exception | None = None) -> None:
        self.name = name
        self.refusal = refusal
        self.ended: asyncio.Future[Exception] = asyncio.get_running_loop().create_future()
        self.events: list[str] = []

    async def start(self, handle: Handle) -> None:
        del handle
        self.events.append("start")
        if self.refusal is not None:
            raise self.refusal

    async def stop(self) -> None:
        self.events.append("stop")

    async def failed(self) -> Exception:
        return await self.ended


def application(folder: Path, *adapters: QuietAdapter) -> Application:
    config = Config(database=DatabaseConfig(migrated(folder / "app.db")))
    return Application(config, features=[Feature("quiet")], adapters=adapters)


async def test_a_platform_that_refuses_stops_the_others_and_names_the_key(tmp_path: Path) -> None:
    fine, wrong = QuietAdapter("one"), QuietAdapter("two", ConfigError("two.token: refused"))
    with pytest.raises(ConfigError, match=r"two\.token: refused"):
        await application(tmp_path, fine, wrong).start()
    assert fine.events == ["start", "stop"]


async def test_a_connection_that_ends_for_good_ends_the_bot(tmp_path: Path) -> None:
    adapter = QuietAdapter("one")
    serving = asyncio.create_task(serve(application(tmp_path, adapter)))
    adapter.ended.set_result(ConfigError("one.token: revoked"))
    with pytest.raises(ConfigError, match=r"one\.token: revoked"):
        await asyncio.wait_for(serving, 10)
    assert adapter.events == ["start", "stop"]


async def test_the_other_platforms_stay_when_one_ends(tmp_path: Path) -> None:
    revoked, fine = QuietAdapter("one"), QuietAdapter("two")
    app = application(tmp_path, revoked, fine)
    with structlog.testing.capture_logs() as logs:
        serving = asyncio.create_task(serve(app))
        revoked.ended.set_result(ConfigError("one.token: revoked"))
        async with asyncio.timeout(10):
            while "platform_ended" not in [line["event"] for line in logs]:  # noqa: ASYNC110 - a log has no event to wait for
                await asyncio.sleep(0.01)
    assert not serving.done()
    fine.ended.set_result(ConfigError("two.token: revoked"))
    with pytest.raises(ConfigError, match=r"two\.token: revoked"):
        await asyncio.wait_for(serving, 10)


async def test_stopping_waits_for_what_is_under_way(tmp_path: Path) -> None:
    adapter = QuietAdapter("one")
    app = application(tmp_path, adapter)
    await app.start()
    await app.idle()
    await app.stop()
    assert adapter.events == ["start", "stop"]


async def begin(folder: Path, *arguments: str, **environment: str) -> asyncio.subprocess.Process:
    """Begin `confrere …` as its operator would, in a folder of its own."""
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        *arguments,
        cwd=folder,
        env={"PATH": "", "PYTHONPATH": str(ROOT), **environment},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


async def ended(folder: Path, *arguments: str, **environment: str) -> tuple[int | None, str]:
    """Return the status and the standard error of a command that ends by itself."""
    process = await begin(folder, *arguments, **environment)
    _out, error = await asyncio.wait_for(process.communicate(), 60)
    return process.returncode, error.decode()


SANDBOX = {"CONFRERE_SANDBOX_ENABLED": "true", "CONFRERE_SANDBOX_PORT": "0"}


async def test_a_port_that_is_taken_is_named(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        status, said = await ended(tmp_path, "run", **SANDBOX | {"CONFRERE_SANDBOX_PORT": port})
    assert status == 2
    assert said.splitlines()[-1].startswith(f"confrere: sandbox.port: 127.0.0.1:{port} cannot be listened on")


@pytest.mark.parametrize("content", [b"this is no database " * 100, b""], ids=["text", "empty"])
async def test_a_database_that_is_none_is_named(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "notes.db"
    file.write_bytes(content)
    if not content:
        file.unlink()
        file.mkdir()
    status, said = await ended(tmp_path, "run", **SANDBOX, CONFRERE_DATABASE_URL=f"sqlite:///{file}")
    assert status == 2
    assert said.splitlines()[-1].startswith("confrere: database.url:")
    assert "Traceback" not in said


async def test_a_database_of_another_program_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "other.db"
    with sqlite3.connect(file) as other:
        other.execute("CREATE TABLE theirs (x)")
    other.close()
    status, said = await ended(tmp_path, "db", "upgrade", CONFRERE_DATABASE_URL=f"sqlite:///{file}")
    assert status == 2
    assert "another program" in said
    with sqlite3.connect(file) as other:
        assert other.execute("SELECT name FROM sqlite_master").fetchall() == [("theirs",)]
    other.close()


def test_a_start_loads_nothing_large_that_only_some_answers_need() -> None:
    """What each feature would load for itself adds up to more than the bot: they are loaded where they are used."""
    script = (
        "import json, sys\n"
        "import adapters.discord.client, adapters.slack.client, bot.app, commands, storage.db\n"
        "print(json.dumps(sorted({name.partition('.')[0] for name in sys.modules})))\n"
    )
    root = Path(__file__).parents[2]
    ended = subprocess.run([sys.executable, "-c", script], cwd=root, capture_output=True, text=True, check=True)
    loaded = set(json.loads(ended.stdout))

    assert {"discord", "slack_sdk", "sqlalchemy"} <= loaded
    heavy = {"alembic", "asyncpg", "cryptography", "dateparser", "holidays", "icalendar", "jinja2", "matplotlib", "numpy"}
    assert loaded & (heavy | {"rapidfuzz", "rustworkx", "scipy"}) == set()


async def test_sigterm_ends_the_bot_politely(tmp_path: Path) -> None:
    process = await begin(tmp_path, "run", **SANDBOX)
    assert process.stderr is not None
    lines: list[str] = []
    while not lines or "] ready " not in lines[-1]:
        line = await asyncio.wait_for(process.stderr.readline(), 60)
        assert line, lines
        lines.append(line.decode())
    process.send_signal(signal.SIGTERM)
    rest = await asyncio.wait_for(process.stderr.read(), 10)
    assert await process.wait() == 0
    assert "stopped" in rest.decode()


async def test_an_unknown_command_is_one_sentence_and_status_2(tmp_path: Path) -> None:
    status, said = await ended(tmp_path, "fly")
    assert status == 2
    assert "fly" in said
