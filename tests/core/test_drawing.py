"""Pictures are drawn in a process of their own: the same each time, in time or not at all, and nothing of it stays."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from typing import TYPE_CHECKING

import structlog

from bot.drawing import COMMAND, Chart, Panel, draw

if TYPE_CHECKING:
    import pytest

CHART = Chart(
    "Les Indés\n30 derniers jours",
    (
        Panel("Présentations", "12 (+3)", (3, 5, 2, 8, 9, 12), ("28 mai", "", "", "", "", "25 oct.")),
        Panel("Rencontres $x$ & <b>", "1 204 (−30)", (0, 1234, 1204), ("", "", "")),
        Panel("Rien", "0 (comme avant)", (0,), ("25 oct.",)),
    ),
)


async def test_the_same_chart_gives_the_same_picture() -> None:
    first, again = await asyncio.gather(draw(CHART), draw(CHART))
    assert first is not None
    assert first == again
    assert first.startswith(b"\x89PNG")
    assert int.from_bytes(first[16:20]) == 1080, "pixels across"
    assert "matplotlib" not in sys.modules


async def test_a_page_gets_one_that_prints_well_the_same_each_time() -> None:
    chart = Chart(CHART.title, CHART.panels[:1], "svg")
    first, again = await asyncio.gather(draw(chart), draw(chart))
    assert first is not None
    assert first == again
    assert b"<svg" in first
    assert b"<dc:date>" not in first


async def test_one_that_takes_too_long_is_ended_and_done_without() -> None:
    began = time.monotonic()
    hanging = (sys.executable, "-c", "import os, sys, time; print(os.getpid(), flush=True, file=sys.stdout); time.sleep(600)")
    with structlog.testing.capture_logs() as logs:
        assert await draw(CHART, command=hanging, patience=1) is None
    assert time.monotonic() - began < 30
    assert logs == [{"event": "picture_not_drawn", "reason": "too long", "log_level": "warning"}]


async def test_one_that_fails_is_done_without() -> None:
    for command in (
        (sys.executable, "-c", "raise SystemExit(3)"),
        (sys.executable, "-c", ""),
        ("/nowhere/python",),
    ):
        with structlog.testing.capture_logs() as logs:
            assert await draw(CHART, command=command) is None
        assert [line["event"] for line in logs] == ["picture_not_drawn"]
    assert await draw(Chart("Nothing", (Panel("A", "0", (), ()),))) is None


async def test_whoever_waits_may_leave_and_nothing_stays_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[asyncio.subprocess.Process] = []
    begin = asyncio.create_subprocess_exec

    async def noted(*command: str, **options: object) -> asyncio.subprocess.Process:
        made.append(await begin(*command, **options))  # type: ignore[arg-type]
        return made[-1]

    monkeypatch.setattr(asyncio, "create_subprocess_exec", noted)
    waiting = asyncio.create_task(draw(CHART, command=(sys.executable, "-c", "import time; time.sleep(600)")))
    async with asyncio.timeout(30):
        while not made:  # noqa: ASYNC110 - a process has no event to wait for
            await asyncio.sleep(0.01)
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    assert made[0].returncode is not None


async def test_secrets_are_not_handed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONFRERE_SLACK_BOT_TOKEN", "xoxb")
    telling = (
        sys.executable,
        "-c",
        "import os; print(sorted(name for name in os.environ if 'CONFRERE' in name), 'PATH' in os.environ)",
    )
    assert await draw(CHART, command=telling) == f"[] {'PATH' in os.environ}\n".encode()
    assert COMMAND[1:] == ("-m", "bot.drawing")
