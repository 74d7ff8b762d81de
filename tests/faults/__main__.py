"""`python -m tests.faults [NAME …]`: let everything go wrong, print one table, write results.json; status 1 if a figure is missed.

Each fault runs in a process of its own. What the processes have to say is in a file for each; its path is told where a figure is
missed.
"""

from __future__ import annotations

import asyncio
import importlib
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

import msgspec

from benchmarks.result import Result

LANES: Final = (
    ("schedules", "killed", "several"),
    ("outages", "limits", "zones", "clocks", "machine", "outbox_machine", "resets", "meetings"),
)
"""What runs one after the other; the lanes run at the same time. What waits most runs beside what is measured in seconds."""
RESULTS: Final = Path(__file__).parent / "results.json"
ROOT: Final = Path(__file__).parents[2]
ALONE: Final = "--alone"


def available() -> list[str]:
    """Return the names of the faults."""
    return [name for names in LANES for name in names]


def shown(result: Result) -> str:
    """Return a result as a line of the table."""
    return f"{result.name:<78} {result.value:>8,.4g} {result.unit:<2} {result.goal:<22} {'holds' if result.holds else 'MISSED'}"


async def lane(names: list[str], folder: Path) -> list[Result]:
    """Run some faults one after the other."""
    results: list[Result] = []
    for name in names:
        began = time.monotonic()
        sys.stderr.write(f"{name} …\n")
        said = folder / f"{name}.log"
        with said.open("wb") as log:
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "tests.faults", ALONE, name, cwd=ROOT, stdout=asyncio.subprocess.PIPE, stderr=log
            )
            output, _nothing = await process.communicate()
        try:
            found = msgspec.json.decode(output.rpartition(b"\n")[2], type=list[Result])
        except msgspec.DecodeError:
            found = [Result(name=f"{name}: ended by itself, see {said}", value=0, unit="", goal="figures", holds=False)]
        held = all(result.holds for result in found)
        sys.stderr.write(f"{name}: {time.monotonic() - began:.0f} s{'' if held else f', missed: see {said}'}\n")
        results += found
    return results


async def measure(wanted: list[str]) -> list[Result]:
    """Run what is wanted, in all lanes."""
    folder = Path(tempfile.mkdtemp(prefix="confrere-faults-"))
    lanes = ([name for name in names if name in wanted] for names in LANES)
    found = await asyncio.gather(*(lane(names, folder) for names in lanes))
    return [result for results in found for result in results]


def main(wanted: list[str]) -> int:
    """Run the wanted faults, all where none is named."""
    if wanted[:1] == [ALONE]:
        results: list[Result] = importlib.import_module(f"tests.faults.{wanted[1]}").measure()
        sys.stdout.buffer.write(b"\n" + msgspec.json.encode(results))
        return 0
    names = available()
    unknown = sorted(set(wanted) - set(names))
    if unknown:
        sys.stderr.write(f"no fault called {', '.join(unknown)}; there are {', '.join(names)}\n")
        return 2
    results = asyncio.run(measure(wanted or names))
    sys.stdout.write(f"{'what':<78} {'seen':>8} {'':<2} {'must be':<22}\n" + "".join(shown(result) + "\n" for result in results))
    RESULTS.write_bytes(msgspec.json.format(msgspec.json.encode(results), indent=2))
    return 0 if all(result.holds for result in results) else 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:] or os.environ.get("ONLY", "").split()))
