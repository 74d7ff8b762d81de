"""The command line as processes of their own, forked from one that has loaded it already: a start costs as much as fifty forks."""

from __future__ import annotations

import multiprocessing
import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_FORKS: Final = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload(
    [
        *("bot.cli.commands", "bot.cli.outbox", "bot.cli.skills", "bot.skills.imports", "bot.skills.understanding"),
        *("storage.desk", "storage.finding", "storage.upgrade", "tests.core.terminal"),
    ]
)


def run(
    arguments: Sequence[str], environment: Mapping[str, str], *, folder: Path | None = None, given: str = ""
) -> tuple[int, str]:
    """Run `confrere …` with this environment alone, in a folder; return its exit status and what it wrote.

    `given` is what it is given to read.
    """
    with tempfile.NamedTemporaryFile() as file, tempfile.NamedTemporaryFile() as read:
        Path(read.name).write_text(given, encoding="utf-8")
        where = str(folder or Path.cwd())
        process = _FORKS.Process(target=_confrere, args=(list(arguments), dict(environment), where, file.name, read.name))
        process.start()
        process.join()
        assert process.exitcode is not None
        return process.exitcode, Path(file.name).read_text(encoding="utf-8")


def _confrere(arguments: list[str], environment: dict[str, str], folder: str, output: str, given: str) -> None:
    from bot.cli import main  # noqa: PLC0415 - loaded there before

    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    sys.argv = ["confrere", *arguments]
    with Path(output).open("w", encoding="utf-8") as written, Path(given).open(encoding="utf-8") as sys.stdin:
        sys.stdout = sys.stderr = written
        main()
