"""How big and how soon: the real `confrere run` with both adapters, against importing the SDKs and SQLAlchemy.

Discord and Slack are emulated in a process of their own; the database exists and is up to date, as it is at every start
but the first. The clock runs from the start of the process to the line `ready`; the floor is a whole process that only
imports the two SDKs and SQLAlchemy with its SQLite driver. The two take turns, so that a busy machine slows both.
"""

from __future__ import annotations

import re
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.result import Result, against, at_most
from benchmarks.side import ROOT, alternately, platforms

if TYPE_CHECKING:
    from benchmarks.side import Platforms

ROUNDS = 9
FLOOR = "import discord, slack_bolt.async_app, sqlalchemy.ext.asyncio, sqlalchemy.dialects.sqlite.aiosqlite, aiosqlite"
_RESIDENT = re.compile(r"^VmRSS:\s+(\d+) kB", re.MULTILINE)


def configuration(folder: Path, places: Platforms, mode: str) -> Path:
    """Write the configuration of a bot on both platforms."""
    file = folder / f"{mode}.toml"
    file.write_text(
        f"""
[database]
url = "sqlite:///{folder / "confrere.db"}"
[slack]
mode = "{mode}"
port = 0
bot_token = "{places.slack_bot_token}"
app_token = "{places.slack_app_token}"
signing_secret = "{places.slack_secret}"
api_url = "{places.slack_url}"
[discord]
token = "{places.discord_token}"
api_url = "{places.discord_url}"
gateway_url = "{places.discord_gateway}"
[log]
format = "json"
""",
        encoding="utf-8",
    )
    return file


def started(config: Path) -> tuple[float, float]:
    """Start the bot, stop it once it is ready; return the seconds that took and the MiB it had then."""
    began = time.perf_counter()
    with subprocess.Popen(  # noqa: S603 - ourselves
        [sys.executable, "-m", "bot", "run", "--config", str(config)], cwd=ROOT, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr is not None  # noqa: S101 - a pipe was asked for
        said: list[str] = []
        for line in process.stderr:
            said.append(line)
            if '"event": "ready"' in line:
                break
        else:
            raise RuntimeError("the bot did not become ready: " + "".join(said))
        took = time.perf_counter() - began
        status = Path(f"/proc/{process.pid}/status").read_text(encoding="ascii")
        process.send_signal(signal.SIGTERM)
        process.stderr.read()
        process.wait(timeout=20)
    resident = _RESIDENT.search(status)
    assert resident is not None  # noqa: S101 - Linux always says
    return took, int(resident[1]) / 1024


def imported() -> float:
    """Return the seconds of a process that imports the SDKs and SQLAlchemy, and nothing else."""
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", FLOOR], cwd=ROOT, check=True)  # noqa: S603 - ourselves
    return time.perf_counter() - began


def measure() -> list[Result]:
    """Return the memory of a bot that is ready, and the time until then; Linux only, as /proc is."""
    if not Path("/proc/self/status").exists():
        return []
    sizes: list[float] = []

    def start() -> float:
        took, size = started(config)
        sizes.append(size)
        return took

    with platforms("socket") as places, tempfile.TemporaryDirectory() as folder:
        config = configuration(Path(folder), places, "socket")
        start()  # makes the database
        imported()
        sizes.clear()
        times, floors = alternately(ROUNDS, start, imported)
    return [
        at_most("size: memory once ready with both adapters", statistics.median(sizes), "MiB", 90),
        against("size: time to ready", statistics.median(times) * 1e3, "ms", statistics.median(floors) * 1e3, most=1.2),
    ]
