"""Command line of the benchmarks: `python -m bench [--tiny] [NAME…]`; without a name, all of them.

`--tiny` runs everything at sizes that only show that it runs. Exit code 1 when one fails to run; a missed aim is shown.
"""

import importlib
import os
import pkgutil
import platform
import sys
import traceback
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Protocol, cast


class Figure(Protocol):
    """What a benchmark yields; see `bench.figures`, which is imported after `--tiny` is read."""

    met: bool | None


Measure = Callable[[], Iterable[Figure]]


def main(arguments: list[str]) -> int:
    """Run, print the table, and say whether all could be run."""
    if "--tiny" in arguments:
        os.environ["SETU_BENCH_TINY"] = "1"
    benchmarks = load_benchmarks()
    wanted = [name for name in arguments if name != "--tiny"] or list(benchmarks)
    if unknown := set(wanted) - set(benchmarks):
        sys.stderr.write(f"No benchmark {', '.join(sorted(unknown))}; there are {', '.join(benchmarks)}.\n")
        return 2
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, {platform.machine()}")
    failed: list[str] = []
    measured = [(name, _run(name, benchmarks[name], failed)) for name in wanted]
    figures = importlib.import_module("bench.figures")
    print(f"\n{figures.table(measured)}")
    return int(bool(failed))


def load_benchmarks() -> Mapping[str, Measure]:
    """Give `measure` of each module here that has one, by the module's name."""
    names = [name for _, name, _ in pkgutil.iter_modules([str(Path(__file__).parent)]) if name != "__main__"]
    modules = {name: importlib.import_module(f"bench.{name}") for name in names if not name.startswith("bare")}
    return {name: cast("Measure", module.measure) for name, module in modules.items() if hasattr(module, "measure")}


def _run(name: str, measure: Measure, failed: list[str]) -> list[Figure]:
    """Print and give the figures as they come; the other benchmarks run also after a failure."""
    print(f"\n{name}", flush=True)
    figures: list[Figure] = []
    try:
        for figure in measure():
            print(figure, flush=True)
            figures.append(figure)
    except Exception:  # noqa: BLE001 - the others shall run all the same
        traceback.print_exc()
        failed.append(name)
    return figures


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
