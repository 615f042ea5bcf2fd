"""A process that has loaded a module and forks programs from there, one for each line that it reads.

    python -m support.kit.forking_process service_kit.worker

A line is JSON: `run` (module:function), `arguments`, `environment`, `output` (a file to append to), `folder`. Answers
with a line when a program has started, and with one when it has ended.
"""

import gc
import importlib
import json
import os
import signal
import sys
from pathlib import Path
from types import FrameType
from typing import Any

ENDED = {signal.SIGCHLD}


def main(loads: str) -> None:
    importlib.import_module(loads)
    gc.freeze()
    signal.signal(signal.SIGCHLD, tell_of_the_dead)
    for line in sys.stdin:
        asked = json.loads(line)
        signal.pthread_sigmask(signal.SIG_BLOCK, ENDED)  # nobody hears of an end before the start
        if (pid := os.fork()) == 0:
            become(asked)
        tell(started=pid)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDED)


def become(asked: dict[str, Any]) -> None:
    """Be that program from here on, in a session of its own as `Popen(start_new_session=True)` would have it."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDED)
    os.setsid()
    with Path(os.devnull).open("rb") as nothing, Path(asked["output"]).open("ab") as output:
        for descriptor, file in ((0, nothing), (1, output), (2, output)):
            os.dup2(file.fileno(), descriptor)
    os.chdir(asked["folder"])
    os.environ.clear()
    os.environ.update(asked["environment"])
    module, _, function = asked["run"].partition(":")
    sys.argv = [module, *asked["arguments"]]
    sys.exit(getattr(importlib.import_module(module), function)())


def tell_of_the_dead(_signal: int, _frame: FrameType | None) -> None:
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if not pid:
            return
        tell(ended=pid, code=os.waitstatus_to_exitcode(status))


def tell(**news: int) -> None:
    """In one write, which nothing that the signal interrupts can tear."""
    os.write(1, f"{json.dumps(news)}\n".encode())


if __name__ == "__main__":
    main(sys.argv[1])
