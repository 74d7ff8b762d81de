"""The worked example of the documentation works as it is written: its files are put into a copy of the code and its test is run."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from storage.migrations import HEAD
from tests.repository.files import ROOT
from tools.catalogue import find

if TYPE_CHECKING:
    from pathlib import Path

PAGE = (ROOT / "docs" / "how-to" / "add-a-feature.md").read_text(encoding="utf-8")
NEXT = f"{int(HEAD) + 1:04}"


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of the code with the example's files in place."""
    for package in ("bot", "commands", "storage", "adapters"):
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    files = re.findall(r"^`([\w/]+\.py)`:\n\n```python\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    assert len(files) == 4
    for name, code in files:
        path = tmp_path / name.replace("0042", NEXT)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(code.replace('"0042"', f'"{NEXT}"').replace('"0041"', f'"{HEAD}"'), encoding="utf-8")
    for package in ("tests", "tests/features"):
        (tmp_path / package / "__init__.py").touch()
    with (tmp_path / "storage" / "models.py").open("a", encoding="utf-8") as models:
        models.write("\nimport storage.tips\n")
    with (tmp_path / "commands" / "__init__.py").open("a", encoding="utf-8") as features:
        features.write("\nfrom commands.tips import tips\n\nFEATURES = (*FEATURES, tips)\n")
    return tmp_path


def test_the_test_of_the_example_passes(checkout: Path) -> None:
    result = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/features/test_tips.py"],
        cwd=checkout,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stdout + result.stderr
    assert "1 passed" in result.stdout


def test_the_code_of_the_example_passes_the_lint(checkout: Path) -> None:
    files = ["storage/tips.py", f"storage/migrations/versions/{NEXT}_tips.py", "commands/tips.py", "tests/features/test_tips.py"]
    for command in (["check", "--quiet"], ["format", "--check", "--quiet"]):
        result = subprocess.run(
            [sys.executable, "-m", "ruff", *command, "--no-cache", *files],
            cwd=checkout,
            capture_output=True,
            text=True,
            check=False,
        )
        assert (result.returncode, result.stdout) == (0, "")


def test_the_texts_of_the_example_can_be_translated(checkout: Path) -> None:
    found = find(checkout)
    assert [problem for problem in found.problems if "tips" in problem] == []
    assert {"tip", "Share something that works for you"} <= found.texts.keys()
