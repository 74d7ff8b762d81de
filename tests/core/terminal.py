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
_FORKS.set_forkserver_preload(["bot.cli.commands", "bot.cli.outbox", "storage.desk", "storage.upgrade", "tests.core.terminal"])


def run(arguments: Sequence[str], environment: Mapping[str, str]) -> tuple[int, str]:
    """Run `confrere …` with this environment alone; return its exit status and what it wrote."""
    with tempfile.NamedTemporaryFile() as file:
        process = _FORKS.Process(target=_confrere, args=(list(arguments), dict(environment), file.name))
        process.start()
        process.join()
        assert process.exitcode is not None
        return process.exitcode, Path(file.name).read_text(encoding="utf-8")


def _confrere(arguments: list[str], environment: dict[str, str], output: str) -> None:
    from bot.cli import main  # noqa: PLC0415 - loaded there before

    os.environ.clear()
    os.environ.update(environment)
    sys.argv = ["confrere", *arguments]
    with Path(output).open("w", encoding="utf-8") as written:
        sys.stdout = sys.stderr = written
        main()
