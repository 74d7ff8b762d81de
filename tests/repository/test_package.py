"""`pip install .` gives a `confrere` that has everything it needs, outside of the checkout."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from typing import TYPE_CHECKING

import pytest

from tests.repository.files import ROOT

if TYPE_CHECKING:
    from pathlib import Path


def pip(*arguments: str) -> None:
    """Run pip without a network."""
    subprocess.run(
        [sys.executable, "-m", "pip", "--disable-pip-version-check", "--no-input", "-q", *arguments, "--no-index", "--no-deps"],
        check=True,
        cwd=ROOT,
        env=os.environ | {"PIP_CONFIG_FILE": os.devnull, "PIP_FIND_LINKS": ""},
    )


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("wheel")
    pip("wheel", "--no-build-isolation", "--wheel-dir", str(directory), ".")
    return next(directory.glob("confrere-*.whl"))


def test_the_wheel_holds_everything_but_python_too(wheel: Path) -> None:
    packed = set(zipfile.ZipFile(wheel).namelist())
    wanted = {
        path.relative_to(ROOT).as_posix()
        for package in ("bot", "commands", "storage", "adapters")
        for path in (ROOT / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert wanted - packed == set()
    assert {name.partition("/")[0] for name in packed if ".dist-info" not in name} == {"bot", "commands", "storage", "adapters"}


def test_the_command_runs_from_where_it_is_installed(wheel: Path, tmp_path: Path) -> None:
    pip("install", "--target", str(tmp_path / "site"), str(wheel))
    environment = {"PYTHONPATH": str(tmp_path / "site"), "PATH": os.environ["PATH"]}
    command = tmp_path / "site" / "bin" / "confrere"

    def confrere(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([command, *arguments], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)

    assert confrere("--help").returncode == 0
    refused = confrere("config", "check")
    assert (refused.returncode, refused.stderr.partition(":")[0]) == (2, "confrere")
    upgraded = confrere("db", "upgrade")
    assert (upgraded.returncode, upgraded.stderr) == (0, "")
    french = subprocess.run(
        [sys.executable, "-c", "import bot.i18n as i; print(i.__file__); print(i.catalogue('fr').gettext('Please fill this in.'))"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    assert french[0].startswith(str(tmp_path))
    assert french[1] != "Please fill this in."
