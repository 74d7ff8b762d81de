"""`python -m benchmarks [NAME …]`: run them, print one table, write results.json; status 1 when a goal is missed."""

from __future__ import annotations

import importlib
import os
import pkgutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

import benchmarks

if TYPE_CHECKING:
    from benchmarks.result import Result

NOT_BENCHMARKS = {"__main__", "bot", "crowd", "crowded", "judged", "result", "sender", "side"}
RESULTS = Path(__file__).parent / "results.json"


def available() -> list[str]:
    """Return the names of the benchmarks: the modules of this package that have `measure`."""
    return sorted(module.name for module in pkgutil.iter_modules(benchmarks.__path__) if module.name not in NOT_BENCHMARKS)


def shown(result: Result) -> str:
    """Return a result as a line of the table."""
    floor = "" if result.floor is None else f"{result.floor:,.3g}"
    ratio = "" if result.ratio is None else f"{result.ratio:.2f}"
    mark = "holds" if result.holds else "MISSED"
    return f"{result.name:<58} {result.value:>12,.4g} {result.unit:<8} {floor:>10} {ratio:>6}  {result.goal:<16} {mark}"


def main(wanted: list[str]) -> int:
    """Run the wanted benchmarks, all where none is named."""
    names = available()
    unknown = sorted(set(wanted) - set(names))
    if unknown:
        sys.stderr.write(f"no benchmark called {', '.join(unknown)}; there are {', '.join(names)}\n")
        return 2
    results: list[Result] = []
    for name in wanted or names:
        sys.stderr.write(f"measuring {name} …\n")
        results += importlib.import_module(f"benchmarks.{name}").measure()
    sys.stdout.write(f"{'what':<58} {'value':>12} {'unit':<8} {'floor':>10} {'ratio':>6}  {'goal':<16}\n")
    for result in results:
        sys.stdout.write(shown(result) + "\n")
    RESULTS.write_bytes(msgspec.json.format(msgspec.json.encode(results), indent=2))
    return 0 if all(result.holds for result in results) else 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:] or os.environ.get("ONLY", "").split()))
