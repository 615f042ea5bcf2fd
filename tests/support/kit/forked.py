"""Programs that are forked from a process which has loaded what they import: to start Python costs more than they do.

Why: tests that kill a process start many. A forked program has its own session, environment, output and exit code, so
kill -9 takes from it what it takes from any other; that a program starts from nothing, the demo and the first start of
a whole system show. The process that forks is `multiprocessing`'s fork server; it ends when this one does.
"""

import importlib
import multiprocessing
import os
import sys
from collections.abc import Mapping, Sequence
from multiprocessing.process import BaseProcess
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[3]
_FORK_SERVER = multiprocessing.get_context("forkserver")
_PACKAGES, _SERVICES = "support.kit.loaded_packages", "support.kit.loaded_services"
_FORK_SERVER.set_forkserver_preload([_PACKAGES])


def load_services() -> None:
    """For programs that use our services' modules: what forks them loads these, too, unless it has begun already."""
    _FORK_SERVER.set_forkserver_preload([_PACKAGES, _SERVICES])


def start_forked(
    run: str,
    *arguments: str,
    environment: Mapping[str, str],
    output: Path | str = os.devnull,
    folder: Path = CHECKOUT,
) -> BaseProcess:
    """Run `module:function` with these arguments in `sys.argv`; what it prints is added to the file `output`."""
    if "_service." in run:
        load_services()
    asked = (run, arguments, dict(environment), str(output), str(folder))
    process = _FORK_SERVER.Process(target=_become, args=asked, daemon=True)  # or this one would wait for it at its end
    process.start()
    return process


def end_of(process: BaseProcess, seconds: float) -> int | None:
    """Its exit code, or the signal that ended it as a negative number; None where it runs longer than that."""
    process.join(seconds)
    return process.exitcode


def _become(run: str, arguments: Sequence[str], environment: Mapping[str, str], output: str, folder: str) -> None:
    """Be that program from here on, in a session of its own as `Popen(start_new_session=True)` would have it."""
    os.setsid()
    with Path(output).open("ab") as file:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    module, _, function = run.partition(":")
    sys.argv = [module, *arguments]
    sys.exit(getattr(importlib.import_module(module), function)())
