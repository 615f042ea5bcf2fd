"""Runs the benchmarks named, or all: `python -m bench [--soak] [NAME…]`; `--soak` adds those that take minutes.

Exit code 1 when one fails to run; a missed aim is only shown.
"""

import importlib
import os
import pkgutil
import platform
import sys
import traceback
from pathlib import Path


def main(wanted: list[str]) -> int:
    """Run, print, and say whether all could be run."""
    if "--soak" in wanted:
        os.environ["SETU_SOAK"] = "1"
        wanted = [name for name in wanted if name != "--soak"]
    found = [name for _, name, _ in pkgutil.iter_modules([str(Path(__file__).parent)])]
    benchmarks = {name: module for name in found if name != "__main__" and hasattr(module := _load(name), "measure")}
    if unknown := set(wanted) - set(benchmarks):
        sys.stderr.write(f"No benchmark {', '.join(sorted(unknown))}; there are {', '.join(benchmarks)}.\n")
        return 2
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, {platform.machine()}")
    return max([_run(name, benchmarks[name]) for name in wanted or benchmarks], default=0)


def _load(name: str) -> object:
    return importlib.import_module(f"bench.{name}")


def _run(name: str, module: object) -> int:
    print(f"\n{name}: {(module.__doc__ or '').strip().splitlines()[0]}", flush=True)
    try:
        for figure in module.measure():  # type: ignore[attr-defined] # each benchmark has this function
            print(figure, flush=True)
    except Exception:  # noqa: BLE001 - the others shall run all the same
        traceback.print_exc()
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
