"""In CI, a skipped test fails the run."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.repository.files import ROOT

if TYPE_CHECKING:
    from pathlib import Path

PASSES = "def test_it():\n    assert True\n"
SKIPS = "import pytest\n\n\ndef test_it():\n    pytest.skip('no browser')\n"
EXPECTED = "import pytest\n\n\n@pytest.mark.xfail(strict=False)\ndef test_it():\n    assert False\n"


@pytest.mark.parametrize(("code", "workers", "status"), [(PASSES, "0", 0), (SKIPS, "0", 1), (SKIPS, "1", 1), (EXPECTED, "0", 0)])
def test_a_skipped_test_fails_the_run(tmp_path: Path, code: str, workers: str, status: int) -> None:
    (tmp_path / "test_one.py").write_text(code, encoding="utf-8")
    result = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-p",
            "xdist",
            "-p",
            "tests.completeness",
            "-n",
            workers,
            "-c",
            "/dev/null",
            "--rootdir",
            tmp_path,
            tmp_path,
        ],
        cwd=ROOT,
        env={**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (result.returncode, "not complete" in result.stdout) == (status, bool(status)), result.stdout + result.stderr
