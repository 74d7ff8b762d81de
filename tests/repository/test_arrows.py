"""The import contracts break where somebody goes against an arrow."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from typing import TYPE_CHECKING

from tests.repository.files import ROOT

if TYPE_CHECKING:
    from pathlib import Path

SOUND = {
    "bot/__init__.py": "",
    "bot/__main__.py": "import bot.cli",
    "bot/cli.py": "import bot.app",
    "bot/app.py": "import adapters.slack, bot.runner, commands, storage",
    "bot/runner.py": "import bot.text",
    "bot/text.py": "",
    "commands/__init__.py": "import commands.requests, commands.voice",
    "commands/requests/__init__.py": "import commands.requests.cards, storage.people",
    "commands/requests/cards.py": "import bot.text",
    "commands/voice.py": "import bot.text",
    "storage/__init__.py": "",
    "storage/people.py": "import bot.text, sqlalchemy",
    "adapters/__init__.py": "",
    "adapters/slack/__init__.py": "import slack_sdk, bot.text",
    "adapters/discord/__init__.py": "import discord",
    "adapters/sandbox/__init__.py": "",
}

INSIDE = next(
    contract
    for contract in tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"]
    if contract.get("containers") == ["bot"]
)
CORE = {f"bot/{module}.py": "" for layer in INSIDE["layers"] for module in re.findall(r"\w+", layer)}


def broken(root: Path, changes: dict[str, str]) -> set[str]:
    """Draw the tree with these changes and return the contracts that no longer hold."""
    for file, code in (CORE | SOUND | changes).items():
        path = root / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(code, encoding="utf-8")
    (root / "pyproject.toml").write_bytes((ROOT / "pyproject.toml").read_bytes())
    result = subprocess.run(
        [
            sys.executable,
            "-c",
            "from importlinter.cli import lint_imports; raise SystemExit(lint_imports(no_cache=True, no_logo=True))",
        ],
        cwd=root,
        env={"PYTHONPATH": str(root), "COLUMNS": "500"},
        capture_output=True,
        text=True,
        check=False,
    )
    contracts = set(re.findall(r"^(.+) BROKEN", result.stdout, re.MULTILINE))
    assert (result.returncode == 0) == (not contracts), result.stdout + result.stderr
    return contracts


def test_a_sound_tree_is_accepted(tmp_path: Path) -> None:
    assert broken(tmp_path, {}) == set()


def test_going_against_the_arrows_is_refused(tmp_path: Path) -> None:
    contracts = broken(
        tmp_path,
        {
            "bot/text.py": "import storage.people, apscheduler",
            "bot/novelty.py": "",
            "commands/voice.py": "import commands.requests.cards, sqlalchemy, slack_bolt",
            "adapters/slack/__init__.py": "import storage.people, adapters.discord",
            "storage/people.py": "import discord",
        },
    )
    assert contracts == {
        "The command line and the application see everything, nobody sees them",
        "Inside the core: composition above, everything else below; a new module takes its place here",
        "The core knows no feature, no database and no platform",
        "Adapters know neither features nor the database",
        "Adapters do not know each other",
        "Features do not import each other",
        "SQLAlchemy and its drivers stay in storage",
        "Discord's SDK stays in its adapter",
        "Slack's SDK stays in its adapter",
        "Only the schedule imports APScheduler",
    } - {"The command line and the application see everything, nobody sees them"}


def test_nobody_imports_the_application(tmp_path: Path) -> None:
    contracts = broken(tmp_path, {"commands/voice.py": "import bot.app"})
    assert "The command line and the application see everything, nobody sees them" in contracts
