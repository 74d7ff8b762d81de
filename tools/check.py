"""`make check`: every check at once, one line each; what a check has to say is shown only where it fails."""

from __future__ import annotations

import asyncio
import sys
import time
from dataclasses import dataclass
from typing import Final

PYTHON: Final = sys.executable
CODE: Final = ("bot", "commands", "storage", "adapters", "tools", "tests", "benchmarks")


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that must hold, and the command that says so by its exit status."""

    name: str
    command: tuple[str, ...]
    remedy: str = ""


CHECKS: Final = (
    Check("format", ("-m", "ruff", "format", "--check", "--quiet", "."), f"{PYTHON} -m ruff format ."),
    Check("lint", ("-m", "ruff", "check", "--quiet", "--output-format", "concise", ".")),
    Check("types", ("-m", "basedpyright", "--level", "error")),
    Check("arrows", ("-c", "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(is_debug_mode=False))")),
    Check("catalogue", ("-m", "tools.catalogue", "--check"), "make messages, then translate"),
    Check("reference", ("-m", "tools.reference", "--check"), "make reference"),
)


async def run(check: Check) -> bool:
    """Run one check and print its line."""
    started = time.monotonic()
    process = await asyncio.create_subprocess_exec(
        PYTHON, *check.command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    output, _ = await process.communicate()
    holds = process.returncode == 0
    print(f"{'✓' if holds else '✗'} {check.name:<10} {time.monotonic() - started:.1f} s", flush=True)
    if not holds:
        print(output.decode(errors="replace").rstrip(), flush=True)
        if check.remedy:
            print(f"  To mend it: {check.remedy}", flush=True)
    return holds


async def main() -> int:
    """Run every check, two at a time."""
    turns = asyncio.Semaphore(2)

    async def take_turn(check: Check) -> bool:
        async with turns:
            return await run(check)

    return 0 if all(await asyncio.gather(*map(take_turn, CHECKS))) else 1


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
