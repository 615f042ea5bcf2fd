"""Programs that are forked from a process which has loaded what they import: to start Python costs more than they do.

Why: tests that kill a process start many. A forked program has its own session, environment, output and exit code, so
kill -9 takes from it what it takes from any other; that a program starts from nothing, the demo and the first start of
a whole system show.
"""

import functools
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

KEPT = {"SETU_TEST_TEMPLATES"}
TESTS = Path(__file__).resolve().parents[2]


@dataclass
class Forked:
    """A running program, to be used like `subprocess.Popen`."""

    pid: int
    _forker: "Forker"

    @property
    def returncode(self) -> int | None:
        """Its exit code, or the signal that ended it as a negative number; None while it runs."""
        return self._forker.codes.get(self.pid)

    def poll(self) -> int | None:
        return self.returncode

    def wait(self, timeout: float) -> int:
        """Until it has ended. Raises TimeoutError."""
        with self._forker.news:
            if not self._forker.news.wait_for(lambda: self.returncode is not None, timeout):
                raise TimeoutError(f"process {self.pid} has not ended within {timeout} seconds")
        assert self.returncode is not None
        return self.returncode

    def send_signal(self, number: int) -> None:
        if self.returncode is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


@dataclass
class Forker:
    """A process that has loaded a module; it ends when this one does."""

    process: subprocess.Popen[str]
    codes: dict[int, int] = field(default_factory=dict)
    news: threading.Condition = field(default_factory=threading.Condition)
    _started: list[int] = field(default_factory=list)
    _one_at_a_time: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        threading.Thread(target=self._listen, daemon=True).start()

    def start(
        self,
        run: str,
        *arguments: str,
        environment: Mapping[str, str],
        output: Path | str = os.devnull,
        folder: Path = TESTS.parent,
    ) -> Forked:
        """Run `module:function` with these arguments in `sys.argv`."""
        asked = {
            "run": run,
            "arguments": arguments,
            "environment": dict(environment),
            "output": str(output),
            "folder": str(folder),
        }
        stdin = self.process.stdin
        assert stdin
        with self._one_at_a_time:
            stdin.write(f"{json.dumps(asked)}\n")
            stdin.flush()
            with self.news:
                assert self.news.wait_for(lambda: self._started or self.process.poll() is not None, 120)
                assert self._started, "the process that forks has ended"
                return Forked(self._started.pop(), self)

    def _listen(self) -> None:
        for line in self.process.stdout or ():
            told = json.loads(line)
            with self.news:
                if "started" in told:
                    self.codes.pop(told["started"], None)  # of an earlier process with its number
                    self._started.append(told["started"])
                else:
                    self.codes[told["ended"]] = told["code"]
                self.news.notify_all()
        with self.news:
            self.news.notify_all()


@functools.cache
def forker_of(loads: str) -> Forker:
    """The process of this run that has loaded that module; it is started once."""
    paths = [str(TESTS), *os.environ.get("PYTHONPATH", "").split(os.pathsep)]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SETU_") or name in KEPT}
    command = [sys.executable, "-m", "support.kit.forking_process", loads]
    return Forker(
        subprocess.Popen(
            command,
            env=environment | {"PYTHONPATH": os.pathsep.join(filter(None, paths))},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
    )
