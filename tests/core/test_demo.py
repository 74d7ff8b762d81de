"""The demonstration community lives through its whole history, in either language, without a mishap."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from bot.demo import COMPLETE, Demo

if TYPE_CHECKING:
    from pathlib import Path

TODAY = dt.datetime(2026, 11, 23, 10, tzinfo=dt.UTC)


@pytest.mark.parametrize("locale", ["en", "fr"])
async def test_the_demo_begins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, locale: str, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    demo = Demo("127.0.0.1", 0, "", locale, empty=False, reset=False, browser=False)

    await demo.begin(TODAY)

    assert (tmp_path / COMPLETE).exists()
    written = "".join(capfd.readouterr())
    assert "error" not in written
    assert "Traceback" not in written
