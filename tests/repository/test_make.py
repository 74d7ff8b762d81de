"""The entrance: what `make` says, and what it says where the machine lacks something."""

from __future__ import annotations

import re
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.repository.files import ROOT

if TYPE_CHECKING:
    from pathlib import Path


def set_up(venv: Path, python: Path | str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["/bin/sh", ROOT / "requirements" / "venv.sh", venv],
        env={"PATH": "/usr/bin:/bin", "PYTHON": str(python)},
        capture_output=True,
        text=True,
        check=False,
    )


def pretended(directory: Path, body: str) -> Path:
    """A Python that answers as this shell script says."""
    python = directory / "python3"
    python.write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
    python.chmod(0o755)
    return python


def test_help_names_every_target() -> None:
    said = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout  # noqa: S607 - the machine's make
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert set(re.findall(r"^  make ([a-z]+) ", said, re.MULTILINE)) == targets
    assert targets >= {"demo", "test", "check", "bench", "help"}


def test_without_python_it_says_what_to_install(tmp_path: Path) -> None:
    result = set_up(tmp_path / "venv", "python3-that-is-not-there")
    assert result.returncode == 2
    assert "needs Python 3.11 or newer" in result.stderr


def test_with_an_old_python_it_says_how_to_name_another(tmp_path: Path) -> None:
    old = pretended(tmp_path, 'case "$2" in *print*) echo 3.9;; *) exit 1;; esac')
    result = set_up(tmp_path / "venv", old)
    assert result.returncode == 2
    assert "is Python 3.9. Name a newer one: make PYTHON=" in result.stderr


def test_without_the_venv_module_it_names_the_package(tmp_path: Path) -> None:
    bare = pretended(tmp_path, 'case "$2" in *print*) echo 3.12;; *ensurepip*) exit 1;; esac')
    result = set_up(tmp_path / "venv", bare)
    assert result.returncode == 2
    assert "sudo apt install python3.12-venv" in result.stderr


def test_an_environment_that_cannot_be_made_is_explained(tmp_path: Path) -> None:
    failing = pretended(tmp_path, 'case "$1$2" in *print*) echo 3.12;; -mvenv) echo "disk full" >&2; exit 1;; esac')
    result = set_up(tmp_path / "venv", failing)
    assert result.returncode == 2
    assert "disk full" in result.stderr
    assert "Is this directory writable for you" in result.stderr


@pytest.mark.parametrize("script", ["requirements/venv.sh", "requirements/lock.sh", ".ci/run"])
def test_scripts_are_well_formed(script: str) -> None:
    shell = "bash" if script == ".ci/run" else "sh"
    subprocess.run([shell, "-n", ROOT / script], check=True)
